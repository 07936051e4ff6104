"""Lines of text, or the cells of a marked table, to strips of pieces: words, values and blanks.

A strip says how its pieces are parted: one cell a line behind a tab or before a pipe, a whole row of cells
whose columns can be counted, or words and numbers parted by blanks only, where an empty cell leaves no trace.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, NamedTuple

from giar_nlp.markers import close_up
from giar_nlp.scheme import Scheme
from giar_nlp.tables.values import ValueReader
from giar_nlp.types import Cell

Carrier = Literal["break", "cell", "pipes", "row", "loose", "sentence", "nothing"]
Kind = Literal["word", "value", "blank"]

_KNOWN = 8192
_LONGEST = 60
"""A line longer than this with a full stop in it is no part of a table."""
_SHORT = 100
_LONGEST_WORD = 400
"""Longer words are no label, whatever follows."""
_TOKEN = re.compile(r"\S+")
_DIGITS = re.compile(r"\d+")
_RULES = " \t\r\u3000|:：-—–=+"
_PIPES = re.compile(r"[\s|]+")
_MARKUP = "*#>"
_AROUND = "* \t\n\xa0\u3000\u2002\u2003\u2009\u202f"


class Piece(NamedTuple):
    """A word, a value or a blank: its place in the strip, folded text without blanks, column or -1."""

    kind: Kind
    start: int
    end: int
    text: str
    col: int = -1


@dataclass(frozen=True, slots=True)
class Strip:
    """A line, or a row of a marked table; `cols` is how many cells a row has (1: a cell that a pipe ends).

    Most lines of a table are cells of one piece: `cell` where it is no word, `word` where it is one.
    """

    carrier: Carrier
    pieces: tuple[Piece, ...] = ()
    cols: int = 0
    cell: Piece | None = None
    word: Piece | None = None


_BREAK = Strip("break")
_NOTHING = Strip("nothing")
_SENTENCE = Strip("sentence")


class Lexer:
    """Cuts lines and cells of folded text into pieces."""

    def __init__(self, scheme: Scheme, values: ValueReader) -> None:
        self._is_value = values.is_value
        self._page = re.compile(scheme.pattern_of(scheme.layout.page_number.pattern))
        self._image = re.compile(scheme.pattern_of(scheme.layout.image.pattern))
        self._stop = scheme.layout.stops[0]
        self._short = lru_cache(_KNOWN)(self._strip)

    def rows(self, folded: str, cells: Sequence[Cell]) -> Iterator[tuple[int, Strip]]:
        """Each row of a marked table with the offset that its pieces count from."""
        numbers = sorted({cell.row for cell in cells})
        width = max((cell.col + cell.colspan for cell in cells), default=0)
        for number in numbers:
            row = sorted((cell for cell in cells if cell.row == number), key=lambda cell: cell.col)
            base = min(cell.start for cell in row)
            pieces: list[Piece] = []
            for cell in row:
                inside = folded[cell.start : cell.end]
                pieces.extend(self._cell(inside, 0, len(inside), cell.start - base, cell.col))
            yield base, Strip("row", tuple(pieces), width)

    def strip(self, folded: str) -> Strip:
        """The strip of a folded line; short ones are kept in mind."""
        folded = folded.removesuffix("\r")
        return self._short(folded) if len(folded) <= _SHORT else self._strip(folded)

    def _strip(self, folded: str) -> Strip:
        if "|" in folded:
            return self._piped(folded)
        if "\t" in folded:
            return self._tabbed(folded)
        text = folded.strip()
        if not text:
            return _BREAK
        if len(text) > _LONGEST and self._stop in text:
            return _SENTENCE
        # -3 alone in a line is a change, - 3 - the number of a page.
        if self._image.match(text) or (not text.lstrip("+-").isdigit() and self._page.match(text)):
            return _NOTHING
        return Strip("loose", tuple(self._loose(folded, 0, len(folded))))

    def _tabbed(self, folded: str) -> Strip:
        n_tabs = folded.count("\t")
        if n_tabs == 1 and (folded[0] == "\t" or not folded.rstrip(" \u3000\xa0\r").rstrip("\t").count("\t")):
            place = folded.index("\t")
            if folded[0] == "\t" or not folded[place + 1 :].strip():
                start, end = (1, len(folded)) if folded[0] == "\t" else (0, place)
                return _cell_strip(self._cell(folded, start, end, 0, -1), 0)
        return self._row(folded, "\t", 0, len(folded))

    def _piped(self, folded: str) -> Strip:
        if "--" in folded and not folded.strip(_RULES):
            return _NOTHING
        left = len(folded) - len(folded.lstrip())
        right = len(folded.rstrip())
        if _PIPES.fullmatch(folded):
            pipes = folded[left:right]
            if " " not in pipes and "\t" not in pipes:
                return Strip("pipes", (), len(pipes))
            return self._row(folded, "|", left + 1, right - 1 if len(pipes) > 1 else right)
        # A pipe behind blanks ends an empty cell; rows set in throughout have one column more, all of them.
        start = left + 1 if folded[left] == "|" and not left else 0
        end = right - (folded[right - 1] == "|")
        if "|" not in folded[start:end]:
            return _cell_strip(self._cell(folded, start, end, 0, -1), 1)
        return self._row(folded, "|", start, end)

    def _row(self, folded: str, mark: str, start: int, end: int) -> Strip:
        pieces: list[Piece] = []
        col, place = 0, start
        while True:
            stop = folded.find(mark, place, end)
            stop = end if stop < 0 else stop
            pieces.extend(self._cell(folded, place, stop, 0, col))
            col += 1
            if stop == end:
                return Strip("row", tuple(pieces), col)
            place = stop + 1

    def _cell(self, folded: str, start: int, end: int, shift: int, col: int) -> list[Piece]:
        """The pieces of one cell: one, or several where values stand beside other things in it."""
        inside = folded[start:end]
        text = inside.strip(_AROUND)
        begin = start + len(inside) - len(inside.lstrip(_AROUND)) + shift
        if not text.strip(_MARKUP):
            place = start + shift
            return [Piece("blank", place, place, "", col)]
        finish = begin + len(text)
        closed = close_up(text)
        if closed == text or len(_DIGITS.findall(text)) < 2:
            if len(closed) <= _LONGEST and self._is_value(closed):
                return [Piece("value", begin, finish, closed, col)]
            if closed == text:
                return [Piece("word", begin, finish, closed[:_LONGEST_WORD], col)]
        return self._loose(folded, start, end, shift, col)

    def _loose(self, folded: str, start: int, end: int, shift: int = 0, col: int = -1) -> list[Piece]:
        """The pieces of words and numbers parted by blanks; words that stand together are one."""
        pieces: list[Piece] = []
        for found in _TOKEN.finditer(folded, start, end):
            text, begin, finish = found[0][:_LONGEST_WORD], found.start() + shift, found.end() + shift
            if len(text) <= _LONGEST and self._is_value(text):
                pieces.append(Piece("value", begin, finish, text, col))
                continue
            last = pieces[-1] if pieces else None
            if last is not None and (last.kind == "word" or len(pieces) == 1):
                # A number that opens a line of words is theirs.
                pieces[-1] = Piece("word", last.start, finish, (last.text + text)[:_LONGEST_WORD], col)
            else:
                pieces.append(Piece("word", begin, finish, text, col))
        return pieces


def _cell_strip(pieces: list[Piece], cols: int) -> Strip:
    if len(pieces) > 1:
        return Strip("cell", tuple(pieces), cols)
    is_word = pieces[0].kind == "word"
    return Strip("cell", tuple(pieces), cols, **{"word" if is_word else "cell": pieces[0]})
