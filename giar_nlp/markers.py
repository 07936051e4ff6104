"""The text folded in place, and the numbers that headings and items carry in it.

`Folding` turns each character into one of its kind (１ to 1, the half-width comma to the Chinese one)
and keeps the length, so that offsets in folded text are offsets in the document.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from operator import attrgetter

from giar_nlp.anatomy import looking_ahead
from giar_nlp.scheme import Scheme
from giar_nlp.types import maker

_LINE_ENDS = "\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"
_LONE_RETURN = re.compile(r"\r(?!\n)")
_INVISIBLE = "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u00ad" + "".join(
    chr(code) for code in (*range(0x20), 0x7F) if chr(code) not in "\t\n\r" + _LINE_ENDS
)
_KNOWN_NUMBERS = 512
"""So many ways to write a number are kept in mind."""
ITEM = 0
"""Level of a marker that numbers items and never a heading."""


def close_up(text: str) -> str:
    """The text without any blanks."""
    return "".join(text.split())


class Folding:
    """Folds text character by character."""

    def __init__(self, scheme: Scheme) -> None:
        self._table = {**scheme.fold(), **dict.fromkeys(_INVISIBLE, " "), **dict.fromkeys(_LINE_ENDS, "\n")}
        self._odd = re.compile(f"[{re.escape(''.join(self._table))}]")

    def fold(self, text: str) -> str:
        """The folded text, as long as the text itself; every line in it ends with a line feed."""
        table = self._table
        if "\r" in text:
            text = _LONE_RETURN.sub("\n", text)
        return self._odd.sub(lambda found: table[found[0]], text)


@dataclass(frozen=True, slots=True)
class Marker:
    """A number before a heading or item: its style, the style's level, its value (0: none), its span."""

    style: str
    level: int
    number: int
    start: int
    end: int


_make_marker = maker(Marker)
_START = attrgetter("start")


class Markers:
    """Finds markers in folded text."""

    def __init__(self, scheme: Scheme) -> None:
        layout = scheme.layout
        shapes = "|".join(f"(?P<{style.id}>{scheme.pattern_of(style.pattern)})" for style in layout.markers)
        self._marker = re.compile(rf"{looking_ahead(shapes)}[^\S\n]*")
        self._level = {style.id: style.level for style in layout.markers}
        breaks = scheme.pattern_of(layout.breaks.pattern)
        self._inside = re.compile(rf"(?:{breaks})\s*{self._marker.pattern}")
        self._value = {ordinal: value for value, ordinal in enumerate(layout.ordinals, start=1)}
        self._ordinal = re.compile(f"[{''.join(sorted({c for o in layout.ordinals for c in o}))}]+")
        self._alone = frozenset(style.id for style in layout.markers if style.alone)
        self._plain = {
            style.id: re.compile(scheme.pattern_of(style.pattern)) for style in layout.markers if style.alone
        }
        self._stops = layout.stops
        self._not_before = layout.not_before
        self._number = lru_cache(maxsize=_KNOWN_NUMBERS)(self._read_number)

    def at(self, folded: str, start: int) -> Marker | None:
        """The marker that begins at `start`, or None; its end includes the blanks behind it."""
        if found := self._marker.match(folded, start):
            style = found.lastgroup or ""
            return _make_marker(style, self._level[style], self._number(found[0]), start, found.end())
        return None

    def items(self, folded: str, start: int, end: int) -> list[Marker]:
        """The markers that part the items of a paragraph, in order; one at its very start is among them.

        A marker inside is taken where its run begins (一是) or goes on (1. where 2. follows); what merely
        looks like one (按照一、二款) is passed over.
        """
        first = self.at(folded, start)
        found = [first] if first else []
        last = {first.style: first.number} if first else {}
        held: dict[str, Marker] = {}
        for looked in self._inside.finditer(folded, first.end if first else start, end):
            style = looked.lastgroup or ""
            number = self._number(looked[style])
            marker = _make_marker(style, self._level[style], number, looked.start(style), looked.end())
            after_stop = self.after_stop(folded, marker.start)
            alone = style in self._alone
            if style in last:
                goes_on = number == last[style] + 1
                fits = (goes_on and alone) or (
                    after_stop and (goes_on or number >= last[style] or number == 1)
                )
            elif alone:
                fits = number == 1 or after_stop
            elif after_stop and style in held:
                fits = number in {held[style].number + 1, 0} or marker.level == ITEM
                if fits:
                    found.append(held[style])
            else:
                fits = False
                if after_stop and number <= 1:
                    held[style] = marker
            if fits:
                last[style] = number
                found.append(marker)
        if found:
            found.extend(self._unstopped(folded, found, end))
            found.sort(key=_START)
        return found

    def _unstopped(self, folded: str, found: list[Marker], end: int) -> list[Marker]:
        """Markers that go on a run although no stop stands before them (准确性四是平台建设)."""
        alone = [marker for marker in found if marker.style in self._alone]
        if not alone:
            return alone
        begun = min(alone, key=_START)
        known = {marker.start for marker in found}
        missed: list[Marker] = []
        last = begun.number
        for match in self._plain[begun.style].finditer(folded, begun.end, end):
            number = self._number(match[0])
            if match.start() in known:
                last = number
            elif number == last + 1 and folded[match.start() - 1] not in self._not_before:
                missed.append(_make_marker(begun.style, begun.level, number, match.start(), match.end()))
                last = number
        return missed

    def after_stop(self, folded: str, place: int) -> bool:
        """Whether a sentence ended, or nothing stands, before `place`."""
        while place and folded[place - 1].isspace():
            place -= 1
        return place == 0 or folded[place - 1] in self._stops

    def _read_number(self, text: str) -> int:
        """The value of a marker's number; 0 where it has none (首先)."""
        if ordinal := self._ordinal.search(text):
            return self._value.get(ordinal[0], 0)
        for char in text:
            if value := unicodedata.numeric(char, 0):
                digits = re.match(r"\d+", text[text.index(char) :])
                return int(digits[0]) if digits else int(value)
        return 0
