"""Cuts folded text into lines and tells at a glance which of them may belong to a table."""

import re
from typing import Literal, NamedTuple

from giar_nlp.markers import close_up
from giar_nlp.scheme import Scheme
from giar_nlp.types import Block

Look = Literal["blank", "empty", "cell", "row", "label", "number", "part", "unknown", "words", "fixed"]
"""How a line looks: nothing on it; nothing but a tab or pipes; a value behind a tab; a row of cells; the words of
a table; a value alone; a piece of such words; a few words behind a tab; words; or named by the format."""


class Line(NamedTuple):
    """A line's span without the blanks around it, its folded text, its look, its indent in characters."""

    start: int
    end: int
    text: str
    look: Look
    indent: int
    block: Block | None = None


_LONGEST_CELL = 40
_LONGEST_UNIT = 3
_LONGEST_GLUED = 28
_GLUED_LEVEL = 3
"""Headings down to this level may be glued into a line."""
_PIPES = " \t|"
_TOKENS = re.compile(r"[\s|]+")


class LineCutter:
    """Cuts text into lines; knows the words of the statutory tables."""

    def __init__(self, scheme: Scheme) -> None:
        layout = scheme.layout
        self._labels = frozenset(layout.labels)
        self._all_labels = "\n".join(layout.labels)
        self._cell = re.compile(scheme.pattern_of(layout.cell.pattern))
        self._label = re.compile(scheme.pattern_of(layout.cell_label.pattern))
        self._stops = layout.stops[:1]
        glued = "|".join(
            scheme.pattern_of(style.pattern) for style in layout.markers if 1 < style.level <= _GLUED_LEVEL
        )
        self._glue = re.compile(rf"\S\s*(?=(?:{glued})\s*\w)")
        self._glue_start = re.compile(rf"(?:{glued})")

    def cut(self, folded: str, start: int, end: int, *, into: list[Line]) -> None:
        """Append the lines of ``folded[start:end]``."""
        labels = self._labels
        place = start
        for raw in folded[start:end].splitlines(keepends=True):
            text = raw.strip()
            if not text:
                into.append(Line(place, place, "", "empty" if raw[0] == "\t" else "blank", 0))
            else:
                indent = 0 if raw[0] == text[0] else len(raw) - len(raw.lstrip())
                begin = place + indent
                tabbed = raw[0] == "\t"
                if text[0] == "*":
                    begin, text = _without_stars(begin, text)
                    if not text:
                        place += len(raw)
                        continue
                look: Look
                if text in labels:
                    look = "cell" if tabbed else "label"
                elif tabbed and text.isdigit():
                    look = "cell"
                else:
                    look = self._look(text, tabbed)
                into.append(Line(begin, begin + len(text), text, look, indent))
            place += len(raw)

    def unglued(self, line: Line) -> list[Line]:
        """The line, cut before each chapter or （一） title that is glued to what stands before it."""
        if line.block is not None or len(line.text) <= _LONGEST_CELL:
            return [line]
        text, pieces, start = line.text, [], 0
        for found in self._glue.finditer(text, 1):
            place = found.end()
            if not self._parts(text, start, found):
                continue
            pieces.append(self._piece(line, start, place))
            start = place
        return [*pieces, self._piece(line, start, len(text))] if pieces else [line]

    def _parts(self, text: str, start: int, found: re.Match[str]) -> bool:
        """Whether a marker behind a stop, or behind a short title, begins a line of its own."""
        if found[0][0] in self._stops:
            return True
        before = text[start : found.start() + 1].strip()
        return len(before) <= _LONGEST_GLUED and self._glue_start.match(before) is not None

    @staticmethod
    def _piece(line: Line, start: int, end: int) -> Line:
        text = line.text[start:end]
        left = len(text) - len(text.lstrip())
        text = text.strip()
        begin = line.start + start + left
        return Line(begin, begin + len(text), text, line.look, line.indent if start == 0 else 0)

    def _look(self, text: str, tabbed: bool) -> Look:
        if len(text) > _LONGEST_CELL and "\t" not in text and "|" not in text and "  " not in text:
            return self._look_long(text)
        if "|" in text:
            return self._look_piped(text)
        if "\t" in text:
            return self._look_row([part.strip() for part in text.split("\t") if part and not part.isspace()])
        if self._cell.match(text):
            return "cell" if tabbed else "number"
        closed = close_up(text)
        if self._is_label(closed):
            return "cell" if tabbed else "label"
        if len(closed) < len(text):
            look = self._look_row(_TOKENS.split(text))
            if look == "row":
                return look
        if closed in self._all_labels:
            return "part"
        if tabbed and len(text) <= _LONGEST_CELL and self._stops not in text:
            return "unknown"
        return "words"

    def _look_long(self, text: str) -> Look:
        if " " not in text and "\u3000" not in text:
            return "label" if self._is_label(text) else "words"
        return self._look_row(_TOKENS.split(text))

    def _look_piped(self, text: str) -> Look:
        inside = text.strip(_PIPES)
        if not inside.strip("-:：—–"):
            return "empty"
        parts = [part for part in (piece.strip() for piece in text.split("|")) if part]
        if len(parts) == 1 and (len(inside) > _LONGEST_CELL or not self._is_cell(inside)):
            return "words"
        if any(len(part) > _LONGEST_CELL and self._stops in part for part in parts):
            return "words"
        return "row"

    def _look_row(self, parts: list[str]) -> Look:
        """A row, when most of its parts are values or words of the tables, or a value ends it."""
        if len(parts) > 2 and self._cell.match(parts[-1]) and len(parts[-2]) <= _LONGEST_UNIT:
            return "row"
        known = sum(1 for part in parts if self._is_cell(part))
        return "row" if len(parts) > 1 and known * 3 >= len(parts) * 2 else "words"

    def _is_cell(self, text: str) -> bool:
        if text.isdigit() or text in self._labels or self._cell.match(text):
            return True
        closed = close_up(text)
        return closed in self._all_labels or self._is_label(closed)

    def _is_label(self, closed: str) -> bool:
        return closed in self._labels or (len(closed) <= _LONGEST_CELL and self._label.match(closed) is not None)


def _without_stars(begin: int, text: str) -> tuple[int, str]:
    """A line without the asterisks of Markdown around it."""
    inside = text.lstrip("* ")
    return begin + len(text) - len(inside), inside.rstrip("* ")
