"""Tells numbers that stand where no count can stand: the guards of the scheme's `numbers.toml`."""

from collections.abc import Sequence
from typing import NamedTuple

import regex

from giar_nlp.anatomy import Chars, anatomy_of
from giar_nlp.scheme import Guard, Scheme

PATTERN_SECONDS = 0.5
_REACH = 48
_OPEN, _CLOSE = "\x01", "\x02"


class _Ready(NamedTuple):
    """A guard ready to run: `hint`, one of `before` and one of `after` (if any) must stand on their sides."""

    pattern: "regex.Pattern[str]"
    hint: str
    before: Sequence[str]
    after: Sequence[str]


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
        self._in_ascii = sum([1 << n for n, guard in enumerate(guards) if guard.numerals == "any"])
        self._ready = [
            _Ready(
                _shape(guard, scheme), guard.hint or "", tuple(left.needed or ()), tuple(right.needed or ())
            )
            for guard, left, right in zip(guards, before, after, strict=True)
        ]

    def hold(self, text: str, start: int, end: int, *, in_ascii: bool) -> bool:
        """Whether a guard says that the mention between two indexes is no count.

        Args:
            text: a folded text.
            start: where the mention starts.
            end: where it ends.
            in_ascii: whether its number is written in digits.
        """
        left = self._before.guards(text[start - 1 : start]) & self._after.guards(text[end : end + 1])
        left &= self._first.guards(text[start]) & self._last.guards(text[end - 1])
        if in_ascii:
            left &= self._in_ascii
        if not left:
            return False
        before, after = text[max(0, start - _REACH) : start], text[end : end + _REACH]
        window = f"{before}{_OPEN}{text[start:end]}{_CLOSE}{after}"
        while left:
            guard = self._ready[left.bit_length() - 1]
            left ^= 1 << left.bit_length() - 1
            if (
                guard.hint in before
                and (not guard.before or any(map(before.__contains__, guard.before)))
                and (not guard.after or any(map(after.__contains__, guard.after)))
                and guard.pattern.match(window, len(before), timeout=PATTERN_SECONDS)
            ):
                return True
        return False


def _shape(guard: Guard, scheme: Scheme) -> "regex.Pattern[str]":
    """A guard as a pattern that matches at the mark before a mention.

    What stands before is looked at last, for it takes longest.
    """
    before, number, after = (
        "|".join(map(scheme.pattern_of, side)) for side in (guard.before, guard.number, guard.after)
    )
    ahead = f"(?=(?:{number or f'[^{_CLOSE}]*'}){_CLOSE}(?:{after}))" if number or after else ""
    behind = f"(?<=(?:{before}){_OPEN})" if before else ""
    return regex.compile(f"{_OPEN}{ahead}{behind}")
