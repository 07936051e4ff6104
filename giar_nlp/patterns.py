"""Patterns ready to run: by the swifter library that knows them, and tried only where they may match."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import cast

import regex

from giar_nlp.anatomy import anatomy_of, looking_ahead

_FAR = 80
"""A shape that ends at a place is looked for from so many characters before it."""
_READ_ALIKE = re.compile(r"(?:[^\\]|\\[^a-zA-Z]|\\d)*")
"""Patterns without classes of characters on which the two libraries differ."""


def compiled(pattern: str) -> "re.Pattern[str]":
    """The pattern, by `re` if it knows all that stands in it: its calls take half of the time of `regex`."""
    try:
        if _READ_ALIKE.fullmatch(pattern):
            return re.compile(pattern)
    except re.error:
        pass
    return cast("re.Pattern[str]", regex.compile(pattern))


class Behind:
    """Shapes that end at a place; the character before it tells which of them may.

    They see nothing of what stands behind that place.
    """

    def __init__(self, shapes: Iterable[str]) -> None:
        lasts = [(shape, anatomy_of(shape).last) for shape in shapes]
        known = frozenset[str]().union(*(last for _, last in lasts if last))
        ending = lru_cache(None)(_ending)
        self._ends = {
            char: ending(tuple([shape for shape, last in lasts if last is None or char in last]))
            for char in known
        }
        self._other = ending(tuple([shape for shape, last in lasts if last is None]))

    def match(self, text: str, place: int) -> "re.Match[str] | None":
        """The shape that ends at `place`; the longest of several."""
        shapes = self._ends.get(text[place - 1 : place], self._other)
        return None if shapes is None else shapes.search(text, max(0, place - _FAR), place)


def _ending(shapes: tuple[str, ...]) -> "re.Pattern[str] | None":
    return compiled(looking_ahead(f"(?:{'|'.join(shapes)})$")) if shapes else None
