"""Tells at a glance which lines may belong to a table."""

import re
from functools import lru_cache
from typing import Literal

from giar_nlp.markers import close_up
from giar_nlp.scheme import Scheme

Look = Literal[
    "blank", "empty", "cell", "row", "label", "number", "page", "part", "unknown", "words", "fixed"
]
"""How a line looks: nothing on it; nothing but a tab or pipes; a value or table words behind a tab; a row of
cells; table words; a value; a page number; a piece of table words; a few words behind a tab; words; or as the
format names it.
"""

LONGEST_CELL = 40
KNOWN_LINES = 4096
"""The looks of so many short lines are kept in mind: the words of the form stand in every report."""
_LONGEST_VALUE = 12
_FEW = 100
"""Most values of the form are smaller than this."""
_LONGEST_UNIT = 3
_PIPES = " \t|"
_PIECE = 3
"""So many characters at both ends of a piece of a label are looked up before the piece itself."""


class Looks:
    """Knows the words of the statutory tables and the shapes of their values."""

    def __init__(self, scheme: Scheme) -> None:
        layout = scheme.layout
        labels = scheme.table_labels()
        self.labels = frozenset(labels)
        self._all_labels = "\n".join(labels)
        plain = ("", *labels, *map(str, range(_FEW)))
        self._plain_lines = frozenset((*plain, *(f"\t{cell}" for cell in plain)))
        self._beginning: dict[str, tuple[str, ...]] = {}
        for label in labels:
            self._beginning[label[:2]] = (*self._beginning.get(label[:2], ()), label)
        self._pieces = frozenset(label[i : i + _PIECE] for label in labels for i in range(len(label)))
        any_label = "|".join(map(re.escape, sorted(labels, key=len, reverse=True)))
        self._glued_row = re.compile(rf"(?:{any_label})(?:{any_label}|[\d/—-])+")
        cell, page, label, date = (
            scheme.pattern_of(sign.pattern)
            for sign in (layout.cell, layout.page_number, layout.cell_label, layout.date)
        )
        self._date = re.compile(date)
        self._cell = re.compile(cell)
        self._label = re.compile(label)
        self._value = re.compile(f"(?P<number>{cell})|(?P<page>{page})")
        self._glue = re.compile(scheme.pattern_of(layout.glue.pattern))
        self._section = re.compile(scheme.pattern_of(layout.glued_section.pattern))
        self._stop = layout.stops[0]
        self._short = lru_cache(KNOWN_LINES)(self._of_short)

    def are_cells(self, text: str) -> bool:
        """Whether every line is empty, a value or a word of the tables."""
        labels = self.labels
        for raw in set(text.split("\n")).difference(self._plain_lines):
            cell = raw.strip()
            if not cell or cell in labels or cell.isdigit():
                continue
            closed = close_up(cell)
            if closed in labels or closed in self._all_labels or self._label.match(closed):
                continue
            if len(cell) > _LONGEST_VALUE or not self._cell.match(cell):
                return False
        return True

    def of(self, text: str, *, tabbed: bool) -> Look:
        """The look of a line that is not empty and no label, without the blanks around it."""
        if "|" in text:
            return self._of_piped(text)
        if "\t" in text:
            return self.of_row([*filter(None, map(str.strip, text.split("\t")))])
        return self._of_long(text) if len(text) > LONGEST_CELL else self._short(text, tabbed)

    def _of_piped(self, text: str) -> Look:
        inside = text.strip(_PIPES)
        if not inside.strip("-:：—–"):
            return "empty"
        parts = [part for part in map(str.strip, text.split("|")) if part]
        if len(parts) == 1 and (len(inside) > LONGEST_CELL or not self._is_cell(inside)):
            return "words"
        return "words" if self._has_sentence(parts) else "row"

    def _of_long(self, text: str) -> Look:
        if " " not in text and "\u3000" not in text:
            return "words"
        parts = text.split()
        if self._has_sentence(parts) or (self._glue.search(text) and self._section.search(text)):
            return "words"
        return self.of_row(parts)

    def _of_short(self, text: str, tabbed: bool) -> Look:
        if len(text) <= _LONGEST_VALUE and (found := self._value.match(text)):
            if found.lastgroup == "page":
                return "page"
            return "cell" if tabbed else "number"
        parts = text.split()
        closed = "".join(parts)
        if closed in self.labels or self._label.match(closed):
            return "cell" if tabbed else "label"
        if self._is_glued_row(closed) or (
            len(parts) > 1 and self.of_row(parts) == "row" and not self._date.match(closed)
        ):
            return "row"
        if self._is_part(closed):
            return "part"
        return "unknown" if tabbed and self._stop not in text else "words"

    def of_row(self, parts: list[str]) -> Look:
        """A row, when most of its parts are values or words of the tables, or a value ends it."""
        if len(parts) < 2 or self._has_sentence(parts):
            return "words"
        if len(parts) > 2 and len(parts[-2]) <= _LONGEST_UNIT and self._cell.match(parts[-1]):
            return "row"
        known = len([part for part in parts if self._is_cell(part)])
        return "row" if known * 3 >= len(parts) * 2 else "words"

    def _has_sentence(self, parts: list[str]) -> bool:
        long = [part for part in parts if len(part) > LONGEST_CELL]
        return bool(long) and any(self._stop in part for part in long)

    def _is_cell(self, text: str) -> bool:
        if text.isdigit() or text in self.labels or self._cell.match(text):
            return True
        closed = close_up(text)
        return closed in self.labels or self._is_part(closed) or self._is_label(closed)

    def _is_label(self, closed: str) -> bool:
        return len(closed) <= LONGEST_CELL and self._label.match(closed) is not None

    def _is_part(self, closed: str) -> bool:
        """Whether it is a piece of the words of the tables."""
        pieces = self._pieces
        if len(closed) >= _PIECE and (closed[-_PIECE:] not in pieces or closed[:_PIECE] not in pieces):
            return False
        return closed in self._all_labels

    def _is_glued_row(self, closed: str) -> bool:
        labels = self._beginning.get(closed[:2])
        return labels is not None and closed.startswith(labels) and bool(self._glued_row.fullmatch(closed))
