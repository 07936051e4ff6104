"""What the headings above a segment promise."""

from collections.abc import Mapping
from typing import NamedTuple

from giar_nlp.scheme import Part, Scheme

KNOWN_PLACES = 1024
"""How many heading paths are remembered: reports share most of their titles."""


class Place(NamedTuple):
    """What headings promise: votes for roles (None outside the parts), topics, and the first of these."""

    votes: Mapping[str, float] | None
    promised: frozenset[str]
    fallback: str | None


class Places:
    """Reads heading paths by the scheme's words, and remembers them."""

    def __init__(self, scheme: Scheme) -> None:
        self._promises = [(theme.id, scheme.words_of(theme.headings)) for theme in scheme.themes.values()]
        self._parts = [
            (part, scheme.words_of(part.words), scheme.words_of(part.also), scheme.words_of(part.without))
            for part in scheme.deciding.parts
        ]
        self._known: dict[tuple[tuple[str, ...], int], Place] = {}

    def of(self, headings: tuple[str, ...], section: int) -> Place:
        """What folded titles promise, outermost first, in a section of this number."""
        key = (headings, section)
        place = self._known.get(key)
        if place is None:
            if len(self._known) >= KNOWN_PLACES:
                self._known.clear()
            place = self._known[key] = self._read(headings, section)
        return place

    def _read(self, headings: tuple[str, ...], section: int) -> Place:
        """The innermost heading that opens a part gives the votes, the last heading the topics."""
        part = next((part for title in reversed(headings) if (part := self._part(title))), None)
        if part is None:
            part = next((part for part, *_ in self._parts if section in part.section), None)
        nearest = headings[-1] if headings else ""
        promised = [theme for theme, words in self._promises if any(word in nearest for word in words)]
        return Place(part.votes if part else None, frozenset(promised), promised[0] if promised else None)

    def _part(self, title: str) -> Part | None:
        for part, words, also, without in self._parts:
            if (
                any(word in title for word in words)
                and (not also or any(word in title for word in also))
                and not any(word in title for word in without)
            ):
                return part
        return None
