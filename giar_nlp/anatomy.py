"""What every match of a pattern begins with, ends with, and holds: a look for that saves trying the pattern.

The answers are cautious. Where a pattern has something that is not understood here, or no character is
certain, the answer is None: try it.

Example:
    >>> anatomy = anatomy_of("(?:共|累计)?[^，]{0,4}中(?!心)的?")
    >>> anatomy.first, sorted(anatomy.last), sorted(anatomy.needed)
    (None, ['中', '的'], ['中'])
"""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

Chars = frozenset[str] | None
"""Characters of which one is certain; None where none is."""

_DIGIT = frozenset({r"\d"})
_NOTHING: frozenset[str] = frozenset()
_MOST = 400
_ATOM = re.compile(
    r"""(?P<open>\((?:\?(?:P<\w+>|:|=|!|<=|<!))?)
    |\[(?P<not>\^)?(?P<inside>(?:[^\]\\\[]|\\.)+)\]
    |(?P<digit>\\d)
    |(?P<any>\.|\\[DsSwW])
    |(?P<edge>[$^]|\\[bB])
    |(?P<literal>\\[\[\]().+*?^$|{}/-]|[^\\()\[\]{}|.*+?^$\#\s])""",
    re.VERBOSE,
)
_MEMBER = re.compile(r"(?P<low>[^\\&|~-]|\\[\[\]().+*?^$|/-])(?:-(?P<high>[^\\&|~-]))?|-(?=$)")
_REPEAT = re.compile(r"(?P<least>[?*+]|\{(?P<low>\d*)(?:,\d*)?\})[?+]?")


class Anatomy(NamedTuple):
    """Of every match: characters of which one begins it, one ends it, and one stands anywhere in it."""

    first: Chars
    last: Chars
    needed: Chars
    may_be_empty: bool


_EMPTY = Anatomy(_NOTHING, _NOTHING, None, may_be_empty=True)
_UNKNOWN = Anatomy(None, None, None, may_be_empty=True)


class _NotUnderstood(Exception):
    pass


def anatomy_of(*patterns: str) -> Anatomy:
    """The anatomy of whatever one of the patterns matches."""
    try:
        whole = _either([_Parser(pattern).read() for pattern in patterns])
    except _NotUnderstood:
        return _UNKNOWN
    return _UNKNOWN if whole.may_be_empty else whole


def looking_ahead(pattern: str) -> str:
    """The pattern behind a look at its first character: no alternative is tried where none can begin.

    Example:
        >>> looking_ahead("今后|下一步")
        '(?=[下今])(?:今后|下一步)'
    """
    try:
        whole = _Parser(pattern, with_digits=True).read()
    except _NotUnderstood:
        whole = _UNKNOWN
    if whole.first is None or whole.may_be_empty:
        return f"(?:{pattern})"
    first = "".join([char if len(char) > 1 else re.escape(char) for char in sorted(whole.first)])
    return f"(?=[{first}])(?:{pattern})"


class _Parser:
    def __init__(self, pattern: str, *, with_digits: bool = False) -> None:
        self._pattern = pattern
        self._with_digits = with_digits
        self._place = 0

    def read(self) -> Anatomy:
        """The whole pattern."""
        whole = self._alternatives()
        if self._place < len(self._pattern):
            raise _NotUnderstood
        return whole

    def _alternatives(self) -> Anatomy:
        found = [self._sequence()]
        while self._pattern.startswith("|", self._place):
            self._place += 1
            found.append(self._sequence())
        return _either(found)

    def _sequence(self) -> Anatomy:
        parts: list[Anatomy] = []
        while self._place < len(self._pattern) and self._pattern[self._place] not in "|)":
            parts.append(self._repeated(self._atom()))
        return _joined(parts)

    def _atom(self) -> Anatomy:
        found = _ATOM.match(self._pattern, self._place)
        if found is None:
            raise _NotUnderstood
        self._place = found.end()
        if found["open"]:
            inside = self._alternatives()
            if not self._pattern.startswith(")", self._place):
                raise _NotUnderstood
            self._place += 1
            return _EMPTY if found["open"][-1] in "=!" else inside
        if found["edge"]:
            return _EMPTY
        if found["digit"] and self._with_digits:
            chars: Chars = _DIGIT
        elif found["any"] or found["not"] or found["digit"]:
            chars = None
        elif found["inside"]:
            chars = _members(found["inside"], with_digits=self._with_digits)
        else:
            chars = frozenset(found["literal"][-1])
        return Anatomy(chars, chars, chars, may_be_empty=False)

    def _repeated(self, atom: Anatomy) -> Anatomy:
        repeat = _REPEAT.match(self._pattern, self._place)
        if repeat is None:
            if self._pattern.startswith("{", self._place):
                raise _NotUnderstood
            return atom
        self._place = repeat.end()
        if repeat["least"] in "?*" or (repeat["least"] != "+" and int(repeat["low"] or 0) == 0):
            return atom._replace(needed=None, may_be_empty=True)
        return atom


def _members(inside: str, *, with_digits: bool) -> Chars:
    """The characters of a set such as ``a-z，``."""
    chars: set[str] = set()
    place = 0
    while place < len(inside):
        found = _MEMBER.match(inside, place)
        if found is None and with_digits and inside.startswith(r"\d", place):
            chars |= _DIGIT
            place += 2
            continue
        if found is None:
            return None
        place = found.end()
        low = (found["low"] or "-")[-1]
        chars.update(map(chr, range(ord(low), ord(found["high"] or low) + 1)))
    return frozenset(chars) if len(chars) <= _MOST else None


def _either(found: Sequence[Anatomy]) -> Anatomy:
    return Anatomy(
        _union(each.first for each in found),
        _union(each.last for each in found),
        _union(each.needed for each in found),
        any(each.may_be_empty for each in found),
    )


def _joined(parts: Sequence[Anatomy]) -> Anatomy:
    needed = [part.needed for part in parts if part.needed is not None and not part.may_be_empty]
    return Anatomy(
        _edge([(part.first, part.may_be_empty) for part in parts]),
        _edge([(part.last, part.may_be_empty) for part in reversed(parts)]),
        min(needed, key=len, default=None),
        all(part.may_be_empty for part in parts),
    )


def _edge(parts: Iterable[tuple[Chars, bool]]) -> Chars:
    chars: Chars = _NOTHING
    for more, may_be_empty in parts:
        chars = _union((chars, more))
        if not may_be_empty:
            break
    return chars


def _union(sets: Iterable[Chars]) -> Chars:
    found: set[str] = set()
    for each in sets:
        if each is None:
            return None
        found |= each
    return frozenset(found) if len(found) <= _MOST else None
