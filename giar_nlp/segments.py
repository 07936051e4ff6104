"""Splits paragraphs into segments: the smallest stretches of narrative that a person would label on their own.

Source: codebook section 1.
"""

import re
from collections.abc import Iterator, Sequence

from giar_nlp.leadins import LeadIns
from giar_nlp.markers import Folding, Marker, Markers
from giar_nlp.scheme import Scheme
from giar_nlp.types import Block, Document, Section, Segment

_SHORTEST = 6
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
        number, opened = -1, 0
        for block in blocks:
            if block.kind == "heading":
                opened = block.start
                del headings[max(block.level - 1, 0) :]
                headings.append(self._title(text, block))
                continue
            if block.kind != "paragraph":
                continue
            while number + 1 < len(sections) and sections[number + 1].start <= block.start:
                number += 1
                if sections[number].title is None and opened < sections[number].start:
                    headings.clear()
            section = sections[number].number or 0 if number >= 0 else 0
            for start, end, marker in self._pieces(text, block, headings):
                found.append(
                    Segment(f"s{len(found) + 1:04}", start, end, text[start:end], section, tuple(headings), marker)
                )
        return tuple(found)

    def _title(self, text: str, block: Block) -> str:
        piece = text[block.start : block.end]
        folded = self._folding.fold(piece)
        begin = len(folded) - len(folded.lstrip("# "))
        marker = self._markers.at(folded, begin)
        title = piece[marker.end if marker else begin :]
        return "".join(line.strip() for line in title.splitlines()).rstrip(self._stops + ".:;!?").strip()

    def _pieces(self, text: str, block: Block, headings: Sequence[str]) -> Iterator[tuple[int, int, str | None]]:
        """Spans and markers of the segments of a paragraph."""
        folded = self._folding.fold(text[block.start : block.end])
        marks = self._markers.items(folded, 0, len(folded))
        turns = self._turns(folded, marks, headings)
        cuts: dict[int, Marker | None] = {0: None}
        cuts.update(dict.fromkeys(turns))
        cuts.update({mark.start: mark for mark in marks})
        places = [*sorted(cuts), len(folded)]
        for start, end in zip(places, places[1:], strict=False):
            mark = cuts[start]
            while end > start and folded[end - 1].isspace():
                end -= 1
            begin = start
            while begin < end and folded[begin].isspace():
                begin += 1
            if begin == end:
                continue
            if mark is None and end < len(folded) and self._lead_ins.is_bare(folded[begin:end]):
                continue
            marker = None
            if mark is not None:
                marker = text[block.start + mark.start : block.start + mark.end].strip()
            yield block.start + begin, block.start + end, marker

    def _turns(self, folded: str, marks: Sequence[Marker], headings: Sequence[str]) -> list[int]:
        """Where the paragraph turns from state or problem to plan; nowhere if it is all plan."""
        if headings and self._plan.search(headings[-1]):
            return []
        begins = [0, *(mark.end for mark in marks)]
        if any(self._turn.match(folded, begin) for begin in begins[:2]):
            return []
        for found in self._turn_inside.finditer(folded):
            place = found.end()
            if place - max(begin for begin in begins if begin <= place) >= _SHORTEST:
                return [place]
        return []
