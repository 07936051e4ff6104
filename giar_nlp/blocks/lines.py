"""Cuts folded text into lines and tells at a glance which of them may belong to a table."""

import re
from itertools import pairwise
from typing import Literal, NamedTuple

from giar_nlp.markers import close_up
from giar_nlp.scheme import Scheme
from giar_nlp.types import Block

Look = Literal[
    "blank", "empty", "cell", "row", "label", "number", "page", "part", "unknown", "words", "fixed"
]
"""How a line looks: nothing on it; nothing but a tab or pipes; a value or table words behind a tab; a row of
cells; table words; a value; a page number; a piece of table words; a few words behind a tab; words; or as the
format names it.
"""


class Line(NamedTuple):
    """A line's span without the blanks around it, its folded text, its look, its indent in characters."""

    start: int
    end: int
    text: str
    look: Look
    indent: int
    block: Block | None = None


_LONGEST_CELL = 40
_TABBED = re.compile(r"(?:\t[^\n]{0,60}(?:\n|$)(?:[^\S\n]*\n(?=\t))?)+")
"""Short lines that begin with a tab, with single blank lines between them."""
_BULLETS = "*•●■◆▪►"
_LONGEST_VALUE = 12
_LONGEST_UNIT = 3
_LONGEST_GLUED = 28
_GLUED_LEVEL = 3
"""Headings down to this level may be glued into a line."""
_PIPES = " \t|"
_BLANK = re.compile(r"\s+")
_TOKENS = re.compile(r"[\s|]+")


class LineCutter:
    """Cuts text into lines; knows the words of the statutory tables."""

    def __init__(self, scheme: Scheme) -> None:
        layout = scheme.layout
        self._labels = frozenset(layout.labels)
        self._begins = frozenset(label[:2] for label in layout.labels)
        glued = "|".join(map(re.escape, sorted(layout.labels, key=len, reverse=True)))
        self._section = re.compile(scheme.pattern_of(layout.glued_section.pattern))
        self._glued_row = re.compile(rf"(?:{glued})(?:{glued}|[\d/—-])+")
        self._all_labels = "\n".join(layout.labels)
        self._cell = re.compile(scheme.pattern_of(layout.cell.pattern))
        self._label = re.compile(scheme.pattern_of(layout.cell_label.pattern))
        self._page = re.compile(scheme.pattern_of(layout.page_number.pattern))
        self._stops = layout.stops[:1]
        glued = "|".join(
            scheme.pattern_of(style.pattern) for style in layout.markers if 1 < style.level <= _GLUED_LEVEL
        )
        self._ends = layout.stops[0] + layout.stops[3:]
        self._after_stop = re.compile(rf"[{re.escape(layout.stops)}]\s*(?=(?:{glued})\s*\w)")
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
                if self._all_cells(run[0]):
                    into.append(_run_line(run[0], place))
                    place = stop
                    continue
            elif (found := folded.find("\n\t", place, end)) >= 0:
                stop = found + 1
            for raw in folded[place:stop].split("\n"):
                into.append(self._line(raw, place))
                place += len(raw) + 1
            if folded[stop - 1] == "\n":
                into.pop()
            place = stop

    def _all_cells(self, text: str) -> bool:
        """Whether every line is empty, a plain value or a word of the tables."""
        labels = self._labels
        for raw in text.split("\n"):
            cell = raw.strip()
            if not cell or cell in labels or cell.isdigit():
                continue
            closed = "".join(cell.split())
            if closed not in labels and closed not in self._all_labels:
                return False
        return True

    def _line(self, raw: str, place: int) -> Line:
        text = raw.strip()
        tabbed = raw[:1] == "\t"
        if not text:
            return Line(place, place, "", "empty" if tabbed else "blank", 0)
        indent = 0 if raw[0] == text[0] else len(raw) - len(raw.lstrip())
        begin = place + indent
        if text[0] in _BULLETS:
            begin, text = _without_bullets(begin, text)
            if not text:
                return Line(place, place, "", "blank", 0)
        if text in self._labels:
            return Line(begin, begin + len(text), text, "cell" if tabbed else "label", indent)
        look = self._look(text, tabbed=tabbed)
        if look == "words" and "|" in text:
            inside = text.lstrip(_PIPES).lstrip()
            begin += len(text) - len(inside)
            text = inside.rstrip(_PIPES).rstrip()
        return Line(begin, begin + len(text), text, look, indent)

    def unglued(self, line: Line) -> list[Line]:
        """The line, cut before each chapter or （一） title that is glued to what stands before it."""
        if line.block is not None or len(line.text) <= _LONGEST_CELL:
            return [line]
        text = line.text
        if not (self._after_stop.search(text) or self._section.search(text) or self._after_title.match(text)):
            return [line]
        places = {0, *(match.start() for match in self._section.finditer(text))}
        places.update(
            match.end()
            for match in self._after_stop.finditer(text)
            if match[0][0] in self._ends or match[0][1:]
        )
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

    def _with_table(self, line: Line) -> list[Line]:
        """The line; in two parts if a section's title stands before its table in it."""
        found = self._section.match(line.text)
        if found is None or not (blank := _BLANK.search(line.text, found.end())):
            return [line]
        table = self._piece(line, blank.end(), len(line.text))
        if len(table.text) <= _LONGEST_CELL or self._look_row(_TOKENS.split(table.text)) != "row":
            return [line]
        block = Block("table", table.start, table.end)
        return [self._piece(line, 0, blank.start()), Line(table.start, table.end, "", "fixed", 0, block)]

    @staticmethod
    def _piece(line: Line, start: int, end: int) -> Line:
        text = line.text[start:end]
        left = len(text) - len(text.lstrip())
        text = text.strip()
        begin = line.start + start + left
        return Line(begin, begin + len(text), text, line.look, line.indent if start == 0 else 0)

    def _look(self, text: str, *, tabbed: bool) -> Look:
        if "|" in text:
            return self._look_piped(text)
        if "\t" in text:
            return self._look_row([part.strip() for part in text.split("\t") if part and not part.isspace()])
        return self._look_long(text) if len(text) > _LONGEST_CELL else self._look_short(text, tabbed=tabbed)

    def _look_short(self, text: str, *, tabbed: bool) -> Look:
        look: Look = "words"
        closed = close_up(text)
        brief = len(text) <= _LONGEST_VALUE
        if brief and self._cell.match(text):
            look = "cell" if tabbed else "number"
        elif brief and self._page.match(text):
            look = "page"
        elif self._is_label(closed):
            look = "cell" if tabbed else "label"
        elif self._is_glued_row(closed) or (
            len(closed) < len(text) and self._look_row(_TOKENS.split(text)) == "row"
        ):
            look = "row"
        elif closed in self._all_labels:
            look = "part"
        elif tabbed and self._stops not in text:
            look = "unknown"
        return look

    def _is_glued_row(self, closed: str) -> bool:
        return closed[:2] in self._begins and self._glued_row.fullmatch(closed) is not None

    def _look_long(self, text: str) -> Look:
        if " " not in text and "\u3000" not in text:
            return "label" if self._is_label(text) else "words"
        if self._section.search(text):
            return "words"
        return self._look_row(_TOKENS.split(text))

    def _look_piped(self, text: str) -> Look:
        inside = text.strip(_PIPES)
        if not inside.strip("-:：—–"):
            return "empty"
        parts = [part for part in (piece.strip() for piece in text.split("|")) if part]
        if len(parts) == 1 and (len(inside) > _LONGEST_CELL or not self._is_cell(inside)):
            return "words"
        return "words" if self._has_sentence(parts) else "row"

    def _has_sentence(self, parts: list[str]) -> bool:
        return any(len(part) > _LONGEST_CELL and self._stops in part for part in parts)

    def _look_row(self, parts: list[str]) -> Look:
        """A row, when most of its parts are values or words of the tables, or a value ends it."""
        if self._has_sentence(parts):
            return "words"
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
        return closed in self._labels or (
            len(closed) <= _LONGEST_CELL and self._label.match(closed) is not None
        )


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
