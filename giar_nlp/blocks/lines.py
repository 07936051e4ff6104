"""Cuts folded text into lines, and lines before what is glued into them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise

from giar_nlp.blocks.looks import LONGEST_CELL, Look, Looks
from giar_nlp.scheme import Scheme
from giar_nlp.types import Block, make_block


@dataclass(slots=True)
class Line:
    """A line's span without the blanks around it, its folded text, its look, its indent in characters."""

    start: int
    end: int
    text: str
    look: Look
    indent: int
    block: Block | None = None


_EMPTY = Line(0, 0, "", "blank", 0)
"""Every blank line: nobody asks where it stands."""
_TABBED = re.compile(r"(?:\t[^\n]{0,60}(?:\n|$)(?:[^\S\n]*\n(?=\t))?)+")
"""Short lines that begin with a tab, with single blank lines between them.

Not possessive: the `re` of early Python 3.11 matches such a repeat wrongly.
"""
_BULLETS = "*•●■◆▪►"
_LONGEST_GLUED = 28
_SHORTEST_GLUED = 24
"""A title glued to its text is longer than this with it."""
_TITLE_WITHIN = 8
"""The title is in one of so many first lines."""
_GLUED_LEVEL = 3
"""Headings down to this level may be glued into a line."""
_PIPES = " \t|"
_BRACKET = "（"
_BLANK = re.compile(r"\s+")
_TOKENS = re.compile(r"[\s|]+")


class LineCutter:
    """Cuts text into lines."""

    def __init__(self, scheme: Scheme) -> None:
        layout = scheme.layout
        self._looks = Looks(scheme)
        self._labels = self._looks.labels
        self._longest_label = max(map(len, self._labels), default=0)
        self._section = re.compile(scheme.pattern_of(layout.glued_section.pattern))
        self._title = re.compile(scheme.pattern_of(layout.glued_title.pattern))
        self._glue = re.compile(scheme.pattern_of(layout.glue.pattern))
        glued = "|".join(
            scheme.pattern_of(style.pattern) for style in layout.markers if 1 < style.level <= _GLUED_LEVEL
        )
        self._ends = layout.stops[0] + layout.stops[3:]
        self._after_stop = re.compile(rf"[{re.escape(layout.stops)}]\s*(?=(?:{glued})\s*\w)")
        no_title = re.escape(layout.stops + layout.goes_on)
        self._first_title = re.compile(rf"(?:{glued})[^{no_title}\s]{{2,16}}\s")
        not_before = f"[{re.escape(layout.not_before)}（]"
        self._after_title = re.compile(
            rf"(?:{glued})[^{re.escape(layout.stops)}]{{2,{_LONGEST_GLUED}}}?(?<!{not_before})(?=(?:{glued})\s*\w)"
        )

    def cut(self, folded: str, start: int, end: int, *, into: list[Line]) -> None:
        """Append the lines of ``folded[start:end]``; a run of plain value cells counts as one line."""
        place = start
        while place < end:
            stop = end
            if folded[place] == "\t" and (run := _TABBED.match(folded, place, end)):
                stop = run.end()
                if self._looks.are_cells(run[0]):
                    into.append(_run_line(run[0], place))
                    place = stop
                    continue
            elif (found := folded.find("\n\t", place, end)) >= 0:
                stop = found + 1
            for raw in folded[place:stop].split("\n"):
                into.append(self._line(raw, place) if raw else _EMPTY)
                place += len(raw) + 1
            if folded[stop - 1] == "\n":
                into.pop()
            place = stop

    def _line(self, raw: str, place: int) -> Line:
        text = raw.strip()
        tabbed = raw[0] == "\t"
        if not text:
            return Line(place, place, "", "empty", 0) if tabbed else _EMPTY
        indent = 0 if raw[0] == text[0] else len(raw) - len(raw.lstrip())
        begin = place + indent
        if text[0] in _BULLETS:
            begin, text = _without_bullets(begin, text)
            if not text:
                return _EMPTY
        if len(text) <= self._longest_label and text in self._labels:
            return Line(begin, begin + len(text), text, "cell" if tabbed else "label", indent)
        look = self._looks.of(text, tabbed=tabbed)
        if look == "words" and "|" in text:
            inside = text.lstrip(_PIPES).lstrip()
            begin += len(text) - len(inside)
            text = inside.rstrip(_PIPES).rstrip()
        return Line(begin, begin + len(text), text, look, indent)

    def unglued(self, lines: Sequence[Line]) -> list[Line]:
        """The lines, cut before each chapter or （一） title that is glued to what stands before it."""
        pieces: list[Line] = []
        for line in chain(self._behind_title(lines[:_TITLE_WITHIN]), lines[_TITLE_WITHIN:]):
            if line.block is None and len(line.text) > LONGEST_CELL and self._glue.search(line.text):
                pieces.extend(self._unglued(line))
            else:
                pieces.append(line)
        return pieces

    def _behind_title(self, lines: Sequence[Line]) -> Iterator[Line]:
        """The first lines, cut behind a title that is glued to the text."""
        for line in lines:
            if len(line.text) > _SHORTEST_GLUED and (found := self._title.match(line.text)):
                yield self._piece(line, 0, found.end())
                yield self._piece(line, found.end(), len(line.text))
            else:
                yield line

    def _unglued(self, line: Line) -> list[Line]:
        text = line.text
        if not (self._after_stop.search(text) or self._section.search(text) or self._after_title.match(text)):
            return [line]
        places = {0, *(match.start() for match in self._section.finditer(text))}
        places.update(self._sentence_ends(text, whole=len(places) == 1))
        for place in sorted(places):
            reached = place
            while head := self._after_title.match(text, reached):
                reached = head.end()
                places.add(reached)
        if len(places) == 1:
            return self._with_table(line)
        cuts = [*sorted(places), len(text)]
        pieces: list[Line] = []
        for start, end in pairwise(cuts):
            pieces.extend(self._with_table(self._piece(line, start, end)))
        return pieces

    def _sentence_ends(self, text: str, *, whole: bool) -> Iterator[int]:
        """Where a title is glued to a sentence.

        In a line without a statutory title (`whole`), numbers that a colon announces (问题：一、…。二、…。)
        and their fellows count items; in another, a title with a blank behind it opens the first chapter.
        """
        announced: set[bool] = set()
        for match in self._after_stop.finditer(text):
            bracketed = text[match.end()] == _BRACKET
            if match[0][0] not in self._ends and not match[0][1:]:
                announced.add(bracketed)
                if not whole and self._first_title.match(text, match.end()):
                    yield match.end()
            elif not whole or bracketed not in announced:
                yield match.end()

    def _with_table(self, line: Line) -> list[Line]:
        """The line; in two parts if a section's title stands before its table in it."""
        found = self._section.match(line.text)
        if found is None or not (blank := _BLANK.search(line.text, found.end())):
            return [line]
        table = self._piece(line, blank.end(), len(line.text))
        if len(table.text) <= LONGEST_CELL or self._looks.of_row(_TOKENS.split(table.text)) != "row":
            return [line]
        block = make_block("table", table.start, table.end)
        return [self._piece(line, 0, blank.start()), Line(table.start, table.end, "", "fixed", 0, block)]

    @staticmethod
    def _piece(line: Line, start: int, end: int) -> Line:
        text = line.text[start:end]
        left = len(text) - len(text.lstrip())
        text = text.strip()
        begin = line.start + start + left
        return Line(begin, begin + len(text), text, line.look, line.indent if start == 0 else 0)


def _run_line(text: str, place: int) -> Line:
    """Many cells as one line."""
    values = text.strip()
    if not values:
        return Line(place, place, "", "empty", 0)
    begin = place + text.index(values[0])
    return Line(begin, begin + len(values), values, "cell", 1)


def _without_bullets(begin: int, text: str) -> tuple[int, str]:
    """A line without the bullet before it, or the asterisks of Markdown around it."""
    inside = text.lstrip(_BULLETS + " ").lstrip()
    return begin + len(text) - len(inside), inside.rstrip("* ").rstrip()
