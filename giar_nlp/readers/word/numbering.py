"""Automatic numbering of word processors, resolved: the label that each paragraph shows.

Word stores "second level of list 5", not 「（一）」. A list counts its paragraphs in the document's order;
each level has a format, a text with places for numbers (``（%2）``) and a rule for when it begins anew.

Source: ECMA-376 part 1, 17.9; [MS-DOC] 2.9.131 (LVLF) counts by the same rules.
"""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, partial
from importlib.resources import files
from typing import Any

LEVELS = 9
"""A list has so many levels."""
_LARGEST = 99_999
"""No report counts as far: larger numbers stand in digits."""
_LONGEST = 60
"""So much of a label is read and written."""
_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"),
          (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))  # fmt: skip
_BULLET = "bullet"
_SILENT = {_BULLET, "none"}


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a list.

    Attributes:
        start: its first number.
        format: how the number is written, by its name in ECMA-376.
        text: what is shown; ``%1`` to ``%9`` stand for the numbers of the levels, from 1.
        restart: begins anew behind a paragraph of this level or a higher one, counted from 1; 0: never.
        digits: all numbers of the label stand in digits, whatever their level's format.
    """

    start: int = 1
    format: str = "decimal"
    text: str = ""
    restart: int | None = None
    digits: bool = False


@dataclass(frozen=True, slots=True)
class List:
    """A list that paragraphs name.

    Attributes:
        counter: lists with the same counter count on from each other.
        levels: by number, from 0.
        starts: levels that begin anew, with this number, when the list is first used.
    """

    counter: str
    levels: Mapping[int, Level]
    starts: Mapping[int, int]


class Numbering:
    """Counts the paragraphs of one document, list by list."""

    def __init__(self, lists: Mapping[str, List]) -> None:
        self._lists = lists
        self._counts: dict[str, list[int | None]] = {}
        self._used: set[str] = set()

    def label(self, name: str, level: int) -> str:
        """The label of the next paragraph that belongs to a level of a list; empty for a bullet.

        Example:
            >>> two = {0: Level(text="%1."), 1: Level(text="%1.%2")}
            >>> numbering = Numbering({"5": List("5", two, {})})
            >>> [numbering.label("5", level) for level in (0, 1, 1, 0, 1)]
            ['1.', '1.1', '1.2', '2.', '2.1']
        """
        found = self._lists.get(name)
        if found is None or not 0 <= level < LEVELS:
            return ""
        counts = self._counts.setdefault(found.counter, [None] * LEVELS)
        if name not in self._used:
            self._used.add(name)
            for place in found.starts:
                counts[place] = None
        self._count(found, counts, level)
        shown = found.levels.get(level, Level())
        if shown.format in _SILENT:
            return ""
        text = shown.text[:_LONGEST]
        for place in range(LEVELS):
            mark = f"%{place + 1}"
            if mark in text:
                own = found.levels.get(place, Level())
                number = counts[place]
                number = _start(found, place) if number is None else number
                text = text.replace(mark, write_number(number, "decimal" if shown.digits else own.format))
        return text[:_LONGEST]

    @staticmethod
    def _count(found: List, counts: list[int | None], level: int) -> None:
        before = counts[level]
        counts[level] = _start(found, level) if before is None else before + 1
        for place in range(level):
            if counts[place] is None:
                counts[place] = _start(found, place)
        for place in range(level + 1, LEVELS):
            restart = found.levels.get(place, Level()).restart
            if restart is None or level < restart:
                counts[place] = None


def _start(found: List, level: int) -> int:
    return found.starts.get(level, found.levels.get(level, Level()).start)


def spaced(label: str) -> str:
    """The label as it stands before its paragraph's text: a blank where nothing else would part them.

    Example:
        >>> spaced("一、"), spaced("1"), spaced("")
        ('一、', '1 ', '')
    """
    return f"{label} " if label and label[-1].isalnum() else label


def write_number(number: int, format: str) -> str:
    """A number in a format of ECMA-376; in digits where the format is unknown.

    Example:
        >>> write_number(12, "chineseCounting"), write_number(28, "upperLetter")
        ('十二', 'BB')
    """
    if format in _SILENT:
        return ""
    if not 0 <= number <= _LARGEST:
        return str(number)
    writer = _WRITERS.get(format) or _by_format().get(format, str)
    return writer(number)


@cache
def formats_by_code() -> dict[int, str]:
    """The formats of the old binary files and of RTF, by their numbers there."""
    return _CODES | {
        code: str(entry["formats"][0])
        for entries in _data().values()
        for entry in entries
        for code in entry["codes"]
    }


def _roman(number: int) -> str:
    parts = []
    for value, letters in _ROMAN:
        parts.append(letters * (number // value))
        number %= value
    return "".join(parts)


def _letter(number: int) -> str:
    """The letter of a number: a to z, then aa to zz."""
    turns, place = divmod(number - 1, 26)
    return chr(ord("a") + place) * min(turns + 1, LEVELS) if number else ""


_WRITERS: dict[str, Callable[[int], str]] = {
    "decimalZero": lambda number: f"{number:02}",
    "lowerLetter": _letter,
    "lowerRoman": _roman,
    "numberInDash": lambda number: f"- {number} -",
    "upperLetter": lambda number: _letter(number).upper(),
    "upperRoman": lambda number: _roman(number).upper(),
}
_CODES = {
    0: "decimal",
    1: "upperRoman",
    2: "lowerRoman",
    3: "upperLetter",
    4: "lowerLetter",
    22: "decimalZero",
    23: _BULLET,
    57: "numberInDash",
    255: "none",
}


def _positional(number: int, digits: str, ten: str) -> str:
    tens, ones = divmod(number, 10)
    if ten and 1 <= tens <= 9:
        return f"{digits[tens] if tens > 1 else ''}{ten}{digits[ones] if ones else ''}"
    return "".join(digits[int(digit)] for digit in str(number))


def _spoken(number: int, digits: str, units: str, bare_ten: bool) -> str:
    """A number below a hundred thousand as it is spoken."""
    if number == 0:
        return digits[0]
    if bare_ten and 10 <= number < 20:
        return units[0] + (digits[number % 10] if number % 10 else "")
    text, gap = "", False
    for place in range(4, -1, -1):
        digit = number // 10**place % 10
        if digit:
            text += (digits[0] if gap and text else "") + digits[digit] + (units[place - 1] if place else "")
        gap = not digit
    return text


def _series(number: int, characters: str) -> str:
    return characters[number - 1] if 1 <= number <= len(characters) else str(number)


@cache
def _by_format() -> dict[str, Callable[[int], str]]:
    """How each format that is data writes a number."""
    ways: dict[str, Callable[..., str]] = {
        "positional": _positional,
        "spoken": _spoken,
        "series": _series,
    }
    writers: dict[str, Callable[[int], str]] = {}
    for kind, entries in _data().items():
        for entry in entries:
            given = {name: value for name, value in entry.items() if name not in {"formats", "codes"}}
            writers.update(dict.fromkeys(entry["formats"], partial(ways[kind], **given)))
    return writers


@cache
def _data() -> dict[str, list[dict[str, Any]]]:
    text = files("giar_nlp").joinpath("data/readers/numbering.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
