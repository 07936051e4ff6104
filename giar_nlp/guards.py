"""Tells numbers that stand where no count can stand: the guards of the scheme's `numbers.toml`."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from giar_nlp.anatomy import Chars, anatomy_of
from giar_nlp.patterns import compiled
from giar_nlp.scheme import Guard, Scheme

_REACH = 48
_OPEN, _CLOSE = "\x01", "\x02"


class _Ready(NamedTuple):
    """A guard ready to run: `hint` must stand before the mention."""

    pattern: "re.Pattern[str]"
    hint: str


class _Edge:
    """Which guards a character lets stand at one edge, a bit a guard."""

    def __init__(self, wanted: Sequence[Chars]) -> None:
        self._any = sum([1 << number for number, chars in enumerate(wanted) if chars is None])
        self._known: dict[str, int] = {}
        for number, chars in enumerate(wanted):
            for char in chars or ():
                self._known[char] = self._known.get(char, self._any) | 1 << number

    def guards(self, char: str) -> int:
        """The guards that may hold where this character stands; an empty string where none does."""
        return self._known.get(char, self._any)


class _Side:
    """Which guards the characters on one side of a mention let stand, a bit a guard."""

    def __init__(self, needed: Sequence[Chars]) -> None:
        self._free = sum([1 << number for number, chars in enumerate(needed) if chars is None])
        self._bits: dict[str, int] = {}
        for number, chars in enumerate(needed):
            for char in chars or ():
                self._bits[char] = self._bits.get(char, 0) | 1 << number
        self._telling = re.compile(f"[{re.escape(''.join(self._bits))}]" if self._bits else "(?!)")

    def guards(self, text: str, low: int, high: int) -> int:
        """Those that may hold where this stretch of a text stands on their side."""
        found = self._free
        for char in self._telling.findall(text, low, high):
            found |= self._bits[char]
        return found


class Guards:
    """Looks at what stands about a number.

    To try a pattern costs more than all else here, and most guards are ruled out without: by the characters
    at the edges of the mention and of what stands about it, then by those that one of its sides must hold.
    """

    def __init__(self, scheme: Scheme) -> None:
        guards = scheme.numbers.never
        before, number, after = (
            [anatomy_of(*map(scheme.pattern_of, getattr(guard, side) or ("",))) for guard in guards]
            for side in ("before", "number", "after")
        )
        self._before = _Edge([side.last for side in before])
        self._first = _Edge([side.first for side in number])
        self._last = _Edge([side.last for side in number])
        self._after = _Edge([side.first for side in after])
        # Where an edge tells enough, there is no need to look further.
        self._left = _Side([side.needed if side.last is None else None for side in before])
        self._right = _Side([side.needed if side.first is None else None for side in after])
        self._in_ascii = sum([1 << n for n, guard in enumerate(guards) if guard.numerals == "any"])
        self._ready = [_Ready(_shape(guard, scheme), guard.hint or "") for guard in guards]

    def hold(self, text: str, start: int, end: int, *, in_ascii: bool) -> bool:
        """Whether a guard says that the mention between two indexes is no count.

        Args:
            text: a folded text.
            start: where the mention starts.
            end: where it ends.
            in_ascii: whether its number is written in digits.
        """
        left = self._in_ascii if in_ascii else -1
        left &= self._before.guards(text[start - 1 : start]) & self._after.guards(text[end : end + 1])
        left &= self._first.guards(text[start]) & self._last.guards(text[end - 1])
        low, high = max(0, start - _REACH), end + _REACH
        left &= self._left.guards(text, low, start) & self._right.guards(text, end, high)
        if not left:
            return False
        before, after = text[low:start], text[end:high]
        window = f"{before}{_OPEN}{text[start:end]}{_CLOSE}{after}"
        while left:
            guard = self._ready[left.bit_length() - 1]
            left ^= 1 << left.bit_length() - 1
            if guard.hint in before and guard.pattern.match(window, len(before)):
                return True
        return False


def _shape(guard: Guard, scheme: Scheme) -> "re.Pattern[str]":
    """A guard as a pattern that matches at the mark before a mention.

    What stands before is looked at last, for it takes longest.
    """
    before, number, after = (
        "|".join(map(scheme.pattern_of, side)) for side in (guard.before, guard.number, guard.after)
    )
    ahead = f"(?=(?:{number or f'[^{_CLOSE}]*'}){_CLOSE}(?:{after}))" if number or after else ""
    behind = f"(?<=(?:{before}){_OPEN})" if before else ""
    return compiled(f"{_OPEN}{ahead}{behind}")
