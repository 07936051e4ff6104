"""Stated zeros: a negation and, in the same breath, a noun of some kind (未收到政府信息公开申请).

Source: codebook section 3, fields ``start``, ``end`` and ``implicit``.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from giar_nlp.anatomy import anatomy_of, looking_ahead
from giar_nlp.counts.hits import Hit, outermost
from giar_nlp.patterns import compiled
from giar_nlp.rules import Scanner
from giar_nlp.scheme import Scheme

_LONGEST = 60
_CLAUSE_STOPS = "，。；！？"


class ZeroMention(NamedTuple):
    """A stretch that states a zero, the kinds it states it of, and whether no number word is written."""

    start: int
    end: int
    kinds: tuple[str, ...]
    implicit: bool


def zero_words(scheme: Scheme) -> Iterable[str]:
    """All words that a scanner must know to find zeros."""
    for kind in scheme.kinds.values():
        if kind.zero:
            yield from scheme.words_of((*kind.zero.nouns, *kind.zero.named))


class ZeroFinder:
    """Finds stated zeros by the nouns of the kinds and the shapes of `numbers.toml`."""

    def __init__(self, scheme: Scheme, scanner: Scanner) -> None:
        shapes = scheme.numbers.zeros
        heads = "|".join(map(scheme.pattern_of, shapes.heads))
        not_heads = "|".join(map(scheme.pattern_of, shapes.not_heads))
        self._head_chars = anatomy_of(heads).needed
        self._head = compiled(looking_ahead(f"(?!{not_heads})(?:{heads})"))
        firsts = {word[0] for kind in scheme.kinds.values() if kind.zero for word in kind.zero.named}
        self._quick = compiled(looking_ahead("|".join((*map(re.escape, sorted(firsts)), heads))))
        self._tail = compiled(scheme.pattern_of(shapes.tail))
        self._kept_tail = compiled(scheme.pattern_of(shapes.kept_tail))
        after = scheme.pattern_of(shapes.after)
        self._after = compiled(after)
        self._after_first = anatomy_of(after).first
        self._breaks = compiled(scheme.pattern_of(shapes.breaks))
        self._double = [(compiled(scheme.pattern_of(j.pattern)), j.kinds) for j in scheme.counting.joint]
        self._nouns: dict[int, list[str]] = {}
        self._named: dict[int, list[str]] = {}
        for kind in scheme.kinds.values():
            if kind.zero:
                for word in scheme.words_of(kind.zero.nouns):
                    self._nouns.setdefault(scanner.number(word), []).append(kind.id)
                for word in scheme.words_of(kind.zero.named):
                    self._named.setdefault(scanner.number(word), []).append(kind.id)

    def may_have(self, text: str) -> bool:
        """Whether a folded text can hold a stated zero at all: a quick look before its words are found."""
        return self._quick.search(text) is not None

    def find(self, text: str, hits: Sequence[Hit]) -> list[ZeroMention]:
        """All stated zeros in a folded text with these words in it, in order; none overlaps another."""
        found = [
            ZeroMention(start, end, tuple(self._named[word]), False)
            for word, start, end in hits
            if word in self._named
        ]
        nouns = [hit for hit in hits if hit[0] in self._nouns]
        place = 0
        may_have_heads = self._head_chars is None or not self._head_chars.isdisjoint(text)
        while nouns and may_have_heads and (head := self._head.search(text, place)):
            zero = self._read(text, nouns, head.start(), head.end())
            place = zero.end if zero else head.end()
            if zero:
                found.append(zero)
        found += self._behind(text, nouns)
        found.sort()
        return [zero for index, zero in enumerate(found) if index == 0 or zero.start >= found[index - 1].end]

    def _behind(self, text: str, nouns: Sequence[Hit]) -> list[ZeroMention]:
        """Zeros whose negation stands behind the nouns of its clause."""
        found: list[ZeroMention] = []
        first = self._after_first
        for _, _, noun_end in nouns:
            if first is not None and text[noun_end : noun_end + 1] not in first:
                continue
            if shape := self._after.match(text, noun_end):
                low = max(0, noun_end - _LONGEST)
                clause = max(text.rfind(stop, low, noun_end) for stop in _CLAUSE_STOPS)
                near = nouns[bisect_right(nouns, low, key=_end) : bisect_right(nouns, noun_end, key=_end)]
                inside = outermost(hit for hit in near if clause < hit[1])
                kinds = dict.fromkeys(kind for word, _, _ in inside for kind in self._nouns[word])
                found.append(ZeroMention(*shape.span("zero"), tuple(kinds), True))
        return found

    def _read(self, text: str, nouns: Sequence[Hit], start: int, head_end: int) -> ZeroMention | None:
        """The zero that a negation states, or None; it ends with the last noun that a tail may follow."""
        stop = self._breaks.search(text, head_end, head_end + _LONGEST)
        limit = stop.start() if stop else min(len(text), head_end + _LONGEST)
        kinds: dict[str, int] = {}
        end = 0
        first = bisect_left(nouns, head_end, key=_end)
        inside = nouns[first : bisect_right(nouns, limit, key=_end)]
        for word, _, noun_end in outermost(hit for hit in inside if start < hit[1]):
            if self._tail.match(text, noun_end):
                for kind in self._nouns[word]:
                    kinds.setdefault(kind, noun_end)
                end = max(end, noun_end)
        if not kinds:
            return None
        if kept := self._kept_tail.match(text, end):
            end = kept.end()
        for pattern, pair in self._double:
            if pattern.search(text, start, end):
                kinds.update(dict.fromkeys(pair, end))
        return ZeroMention(start, end, tuple(sorted(kinds, key=kinds.__getitem__)), True)


def _end(hit: Hit) -> int:
    return hit[2]
