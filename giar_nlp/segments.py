"""Splits paragraphs into segments: the smallest stretches that a person would label on their own.

Source: codebook section 1.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from giar_nlp.leadins import LeadIns
from giar_nlp.markers import ITEM, Folding, Marker, Markers
from giar_nlp.scheme import Scheme
from giar_nlp.types import Block, Document, Section, Segment

_UNSHARED = -1
"""Stands for the level of a section's marker, or of a heading without one: no item ends those."""
_TITLES = 3
_LONGEST_PART = 24
"""So many items of a preface, half of them no longer than this, list the report's parts."""
_SHORTEST = 4
"""A state or problem that a turn to a plan may follow is at least this long."""


class SegmentSplitter:
    """Splits by the markers, lead-ins and turns of a scheme."""

    def __init__(self, scheme: Scheme) -> None:
        layout = scheme.layout
        self._folding = Folding(scheme)
        self._markers = Markers(scheme)
        self._lead_ins = LeadIns(scheme)
        stops = re.escape(layout.stops[:2])
        self._turn = re.compile(scheme.pattern_of(layout.turn.pattern))
        self._turn_inside = re.compile(rf"[{stops}]\s*(?=(?:{scheme.pattern_of(layout.turn.pattern)}))")
        self._plan = re.compile(scheme.pattern_of(layout.plan.pattern))
        self._stops = layout.stops

    def split(
        self, document: Document, blocks: Sequence[Block], sections: Sequence[Section]
    ) -> tuple[Segment, ...]:
        """The segments in order, disjoint, without themes and counts."""
        text = document.text
        found: list[Segment] = []
        headings: list[str] = []
        ranks: list[int] = []
        number, opened = -1, 0
        for block in blocks:
            if block.kind == "heading":
                opened = block.start
                title, rank = self._title(text, block)
                del headings[block.level - 1 :], ranks[block.level - 1 :]
                headings.append(title)
                ranks.append(rank)
                continue
            if block.kind != "paragraph":
                continue
            while number + 1 < len(sections) and sections[number + 1].start <= block.start:
                number += 1
                if sections[number].title is None and opened < sections[number].start:
                    headings.clear()
                    ranks.clear()
            section = sections[number].number or 0 if number >= 0 else 0
            folded = self._folding.fold(text[block.start : block.end])
            marks = self._markers.items(folded, 0, len(folded))
            if number < 0 and sections and _lists_titles(marks):
                marks = []
            if marks and marks[0].start == 0 and marks[0].level in ranks:
                # An item among run-in headings ends the last of them.
                place = ranks.index(marks[0].level)
                del headings[place:], ranks[place:]
            for begin, stop, mark in self._pieces(folded, marks, headings):
                start, end = block.start + begin, block.start + stop
                marker = text[block.start + mark.start : block.start + mark.end].strip() if mark else None
                found.append(
                    Segment(
                        f"s{len(found) + 1:04}", start, end, text[start:end], section, tuple(headings), marker
                    )
                )
        return tuple(found)

    def _title(self, text: str, block: Block) -> tuple[str, int]:
        """A heading's title, as written, and the level of its marker, which an item may share."""
        piece = text[block.start : block.end]
        folded = self._folding.fold(piece)
        begin = len(folded) - len(folded.lstrip("# "))
        marker = self._markers.at(folded, begin)
        title = "".join(line.strip() for line in piece[marker.end if marker else begin :].splitlines())
        rank = marker.level if marker and block.level > 1 else _UNSHARED
        return title.rstrip(self._stops + ".:;!?*").strip(), rank

    def _pieces(
        self, folded: str, marks: Sequence[Marker], headings: Sequence[str]
    ) -> Iterator[tuple[int, int, Marker | None]]:
        """Spans and markers of the segments of a paragraph."""
        turns = self._turns(folded, marks, headings)
        if not turns and (not marks or (len(marks) == 1 and marks[0].start == 0)):
            yield 0, len(folded), marks[0] if marks else None
            return
        cuts: dict[int, Marker | None] = {0: None}
        cuts.update(dict.fromkeys(turns))
        cuts.update({mark.start: mark for mark in marks})
        places = [*sorted(cuts), len(folded)]
        for start, stop in pairwise(places):
            mark, end = cuts[start], stop
            while end > start and folded[end - 1].isspace():
                end -= 1
            begin = start
            while begin < end and folded[begin].isspace():
                begin += 1
            if begin == end:
                continue
            if mark is None and cuts.get(stop) and self._lead_ins.is_bare(folded[begin:end]):
                continue
            yield begin, end, mark

    def _turns(self, folded: str, marks: Sequence[Marker], headings: Sequence[str]) -> list[int]:
        """Where the paragraph turns from state or problem to plan; nowhere if it is all plan."""
        if headings and self._plan.search(headings[-1]):
            return []
        if self._turn.match(folded, marks[0].end if marks and marks[0].start == 0 else 0):
            return []
        begins = [0, *(mark.end for mark in marks)]
        for found in self._turn_inside.finditer(folded):
            place = found.end()
            if place - max(begin for begin in begins if begin <= place) >= _SHORTEST:
                return [place]
        return []


def _lists_titles(marks: Sequence[Marker]) -> bool:
    """Whether the items of a preface are but the titles of the report's parts."""
    if len(marks) < _TITLES or marks[0].level == ITEM:
        return False
    lengths = sorted(after.start - mark.end for mark, after in pairwise(marks))
    return lengths[len(lengths) // 2] <= _LONGEST_PART
