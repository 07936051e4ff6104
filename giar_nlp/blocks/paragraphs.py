"""Joins the lines of a cut sentence, cuts residue off, and tells lead-ins from paragraphs."""

import re
from collections.abc import Sequence

from giar_nlp.blocks.headings import Shape
from giar_nlp.blocks.lines import Line
from giar_nlp.leadins import LeadIns
from giar_nlp.markers import Markers
from giar_nlp.scheme import Scheme
from giar_nlp.types import Block, BlockKind, make_block

_SHORTEST_CUT = 20
_NARROW = "\u1100"
"""Characters up to this one fill one column."""
_FULL = 0.88
"""A line that fills so much of the width is cut, not ended."""
_LONGEST_FURNITURE = 24
_PIPE = "|"


class Paragraphs:
    """Makes blocks of the lines that are neither headings nor tables."""

    def __init__(self, scheme: Scheme, markers: Markers) -> None:
        layout = scheme.layout

        def shape(pattern: str) -> re.Pattern[str]:
            return re.compile(scheme.pattern_of(pattern))

        self._page = shape(layout.page_number.pattern)
        self._image = shape(layout.image.pattern)
        self._before = shape(layout.residue_before.pattern)
        self._after = shape(layout.residue_after.pattern)
        self._stops, self._closers = layout.stops, layout.closers
        ends = layout.stops + layout.closers
        self._goes_on = layout.goes_on
        self._announcing = layout.announcing[:2]
        self._final = frozenset(ends) - frozenset(self._announcing)
        self._goes_before = layout.goes_before
        self._lead_ins = LeadIns(scheme)

    def other_kind(self, text: str) -> BlockKind | None:
        """The kind of a line that is no text at all: page number or image."""
        if len(text) <= _LONGEST_FURNITURE and self._page.match(text):
            return "page_number"
        if text[0] in "［！" and (found := self._image.match(text)):
            return "image" if found.end() == len(text) else None
        return None

    def is_whole(self, text: str) -> bool:
        """Whether a line is a paragraph, no more and no less: ended by a stop, without any residue."""
        return (
            text[-1] in self._final
            and text[-1] not in self._closers
            and "［" not in text
            and _PIPE not in text
        )

    def last_line(
        self, folded: str, lines: Sequence[Line], shapes: Sequence[Shape | None], number: int, width: int
    ) -> int:
        """Number of the line that ends the paragraph which begins in line `number`.

        `width` is that of a report set to a fixed width, else 0.
        """
        last = number
        while self._breaks_off(lines[last], width):
            step = last + 1
            while step < len(lines) and lines[step].block is None and self.other_kind(lines[step].text):
                step += 1
            if step >= len(lines):
                return last
            line, following, shape = lines[last], lines[step], shapes[step]
            if shape is None or shape.marker is not None:
                return last
            if not self._must_go_on(line, following):
                titled = shape.end > shape.start and shape.sure and following.text[-1] not in self._final
                if titled or following.indent:
                    return last
                parted = step == last + 1 and folded.count("\n", line.end, following.start) > 1
                if len(line.text) < _SHORTEST_CUT or (parted and not fills(line, width)):
                    return last
            last = step
        return last

    def _breaks_off(self, line: Line, width: int) -> bool:
        """Whether no stop ends the line; behind a bracket alone, a line that fills the width breaks off."""
        text = line.text
        if "［" in text:
            text = self._after.sub("", text)
        if not text or text[-1] in self._stops:
            return False
        if text[-1] not in self._closers:
            return True
        return fills(line, width) and text.rstrip(self._closers)[-1:] not in self._stops

    def _must_go_on(self, line: Line, following: Line) -> bool:
        return line.text[-1] in self._goes_on or following.text[0] in self._goes_before

    def blocks(self, folded: str, first: Line, last: Line) -> list[Block]:
        """The blocks of one paragraph: residue, the text itself, residue."""
        start, end = first.start, last.end
        if _PIPE in first.text or _PIPE in last.text:
            while start < end and (folded[start] == _PIPE or folded[start].isspace()):
                start += 1
            while start < end and (folded[end - 1] == _PIPE or folded[end - 1].isspace()):
                end -= 1
        text = folded[start:end]
        blocks: list[Block] = []
        if "［" in text:
            if found := self._before.match(text):
                blocks.append(make_block("residue", start, start + len(found[0].rstrip())))
                start += found.end()
                text = folded[start:end]
            if text and (found := self._after.search(text)):
                inner = start + len(text[: found.start()].rstrip())
                if inner > start:
                    blocks.append(make_block("paragraph", start, inner))
                blocks.append(make_block("residue", start + found.start() + _blank(found[0]), end))
                return blocks
        if text:
            bare = text[-1] in self._announcing and self._lead_ins.is_bare(text)
            blocks.append(make_block("lead_in" if bare else "paragraph", start, end))
        return blocks


def _blank(text: str) -> int:
    return len(text) - len(text.lstrip())


def width_of(line: Line) -> int:
    """The columns that a line fills: two for a Chinese character."""
    return line.indent + sum(2 if char > _NARROW else 1 for char in line.text)


def fills(line: Line, width: int) -> bool:
    """Whether a line is as long as a report's fixed width (0: none) lets it be."""
    return width > 0 and width_of(line) >= width * _FULL
