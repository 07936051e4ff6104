"""Splits paragraphs into segments: the smallest stretches that a person would label on their own.

Source: codebook section 1.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

from giar_nlp.anatomy import looking_ahead
from giar_nlp.leadins import LeadIns
from giar_nlp.markers import ITEM, Folding, Marker, Markers
from giar_nlp.scheme import Scheme
from giar_nlp.types import Block, Document, Section, Segment, make_segment

_UNSHARED = -1
"""Stands for the level of a section's marker, or of a heading without one: no item ends those."""
KNOWN_TITLES = 1024
"""So many headings are kept in mind: statutory titles stand in every report."""
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
        turn = looking_ahead(scheme.pattern_of(layout.turn.pattern))
        self._turn_inside = re.compile(rf"[{stops}]\s*(?={turn})")
        self._plan = re.compile(scheme.pattern_of(layout.plan.pattern))
        self._title_ends = layout.stops + ".:;!?*"
        self._title = lru_cache(KNOWN_TITLES)(self._read_title)

    def split(
        self,
        document: Document,
        blocks: Sequence[Block],
        sections: Sequence[Section],
        folded: str | None = None,
    ) -> tuple[Segment, ...]:
        """The segments in order, disjoint, without themes and counts.

        `folded` is the document's text, folded, if it is at hand.
        """
        text = document.text
        whole = self._folding.fold(text) if folded is None else folded
        found: list[Segment] = []
        above = _Above()
        number, opened = -1, 0
        for block in blocks:
            if block.kind == "heading":
                opened = block.start
                written, folded = text[opened : block.end], whole[opened : block.end]
                above.open(block.level, *self._title(written, folded, block.level))
                continue
            if block.kind != "paragraph":
                continue
            while number + 1 < len(sections) and sections[number + 1].start <= block.start:
                number += 1
                if sections[number].title is None and opened < sections[number].start:
                    above.close(0)
            section = sections[number].number or 0 if number >= 0 else 0
            written = text[block.start : block.end]
            folded = whole[block.start : block.end]
            marks = self._markers.items(folded, 0, len(folded))
            if number < 0 and sections and _lists_titles(marks):
                marks = []
            if marks and marks[0].start == 0 and marks[0].level in above.ranks:
                # An item among run-in headings ends the last of them.
                above.close(above.ranks.index(marks[0].level))
            headings = tuple(above.titles)
            for begin, stop, mark in self._pieces(folded, marks, headings):
                name, start, end = f"s{len(found) + 1:04}", block.start + begin, block.start + stop
                marker = written[mark.start : mark.end].strip() if mark else None
                found.append(make_segment(name, start, end, text[start:end], section, headings, marker))
        return tuple(found)

    def _read_title(self, written: str, folded: str, level: int) -> tuple[str, int]:
        """A heading's title, as written, and the level of its marker, which an item may share."""
        begin = len(folded) - len(folded.lstrip("# "))
        marker = self._markers.at(folded, begin)
        title = "".join(map(str.strip, written[marker.end if marker else begin :].splitlines()))
        rank = marker.level if marker and level > 1 else _UNSHARED
        return title.rstrip(self._title_ends).strip(), rank

    def _pieces(
        self, folded: str, marks: Sequence[Marker], headings: Sequence[str]
    ) -> Sequence[tuple[int, int, Marker | None]]:
        """Spans and markers of the segments of a paragraph."""
        turn = self._turn_place(folded, marks, headings)
        if turn is None and (not marks or (len(marks) == 1 and marks[0].start == 0)):
            return ((0, len(folded), marks[0] if marks else None),)
        cuts: dict[int, Marker | None] = {0: None}
        if turn is not None:
            cuts[turn] = None
        cuts.update({mark.start: mark for mark in marks})
        pieces: list[tuple[int, int, Marker | None]] = []
        for start, stop in pairwise([*sorted(cuts), len(folded)]):
            mark, piece = cuts[start], folded[start:stop].rstrip()
            begin, end = start + len(piece) - len(piece.lstrip()), start + len(piece)
            if begin == end:
                continue
            if mark is None and cuts.get(stop) and self._lead_ins.is_bare(folded[begin:end]):
                continue
            pieces.append((begin, end, mark))
        return pieces

    def _turn_place(self, folded: str, marks: Sequence[Marker], headings: Sequence[str]) -> int | None:
        """Where the paragraph turns from state or problem to plan; nowhere if it is all plan."""
        for found in self._turn_inside.finditer(folded):
            place = found.end()
            begin = max((mark.end for mark in marks if mark.end <= place), default=0)
            if place - begin < _SHORTEST:
                continue
            if headings and self._plan.search(headings[-1]):
                return None
            opens = self._turn.match(folded, marks[0].end if marks and marks[0].start == 0 else 0)
            return None if opens else place
        return None


class _Above:
    """The headings open above a paragraph: their titles as written, and the ranks of their markers."""

    def __init__(self) -> None:
        self.titles: list[str] = []
        self.ranks: list[int] = []

    def open(self, level: int, title: str, rank: int) -> None:
        self.close(level - 1)
        self.titles.append(title)
        self.ranks.append(rank)

    def close(self, depth: int) -> None:
        """Leaves so many of the outermost open."""
        del self.titles[depth:], self.ranks[depth:]


def _lists_titles(marks: Sequence[Marker]) -> bool:
    """Whether the items of a preface are but the titles of the report's parts."""
    if len(marks) < _TITLES or marks[0].level == ITEM:
        return False
    lengths = sorted(after.start - mark.end for mark, after in pairwise(marks))
    return lengths[len(lengths) // 2] <= _LONGEST_PART
