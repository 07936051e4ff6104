"""Joins the lines of a cut sentence, cuts residue off, and tells lead-ins from paragraphs."""

import re
from collections.abc import Iterator, Sequence

from giar_nlp.blocks.headings import Shape
from giar_nlp.blocks.lines import Line
from giar_nlp.leadins import LeadIns
from giar_nlp.markers import Markers
from giar_nlp.scheme import Scheme
from giar_nlp.types import Block, BlockKind

_WIDE = 90
"""A report with a line as long as this is not set to a fixed width."""
_SHORTEST_CUT = 20
_LONGEST_FURNITURE = 24
_PIPES = " \t|\u3000"


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
        self._ends = layout.stops + layout.closers
        self._goes_on = layout.goes_on
        self._announcing = layout.announcing[:2]
        self._goes_before = layout.goes_before
        self._lead_ins = LeadIns(scheme)

    def other_kind(self, text: str) -> BlockKind | None:
        """The kind of a line that is no text at all: page number or image."""
        if len(text) <= _LONGEST_FURNITURE and self._page.match(text):
            return "page_number"
        if text[0] in "［！" and (found := self._image.match(text)):
            return "image" if found.end() == len(text) else None
        return None

    def last_line(
        self, lines: Sequence[Line], shapes: Sequence[Shape | None], number: int, line: Line
    ) -> int:
        """Number of the line that ends the paragraph which begins in line `number`."""
        last, line = number, Line(lines[number].start, line.end, lines[number].text, "words", 0)
        while True:
            step = last + 1
            while step < len(lines) and lines[step].block is None and self.other_kind(lines[step].text):
                step += 1
            if step >= len(lines) or not self._is_cut(line, lines[step], shapes[step]):
                return last
            last, line = step, lines[step]

    def _is_cut(self, line: Line, following: Line, shape: Shape | None) -> bool:
        """Whether a line breaks off and the next one goes on."""
        text = self._after.sub("", line.text) if "［" in line.text else line.text
        if shape is None or shape.marker is not None or not text or text[-1] in self._ends:
            return False
        if text[-1] in self._goes_on or following.text[0] in self._goes_before:
            return True
        if shape.end > shape.start and shape.sure:
            return False
        return len(text) >= _SHORTEST_CUT and following.indent == 0

    def blocks(self, folded: str, first: Line, last: Line, *, followed: Shape | None) -> Iterator[Block]:
        """The blocks of one paragraph: residue, the text itself, residue."""
        start, end = first.start, last.end
        if first is last or "|" in first.text:
            while start < end and folded[start] in _PIPES:
                start += 1
            while start < end and folded[end - 1] in _PIPES:
                end -= 1
        text = folded[start:end]
        if "［" in text:
            if found := self._before.match(text):
                yield Block("residue", start, start + len(found[0].rstrip()))
                start += found.end()
                text = folded[start:end]
            if text and (found := self._after.search(text)):
                inner = start + len(text[: found.start()].rstrip())
                if inner > start:
                    yield Block("paragraph", start, inner)
                yield Block("residue", start + found.start() + _blank(found[0]), end)
                return
        if not text:
            return
        bare = text[-1] in self._announcing and self._lead_ins.is_bare(text)
        yield Block("lead_in" if bare else "paragraph", start, end)


def _blank(text: str) -> int:
    return len(text) - len(text.lstrip())
