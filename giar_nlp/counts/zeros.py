"""Stated zeros: a negation and, in the same breath, a noun of some kind (未收到政府信息公开申请).

Source: codebook section 3, fields ``start``, ``end`` and ``implicit``.
"""

from collections.abc import Iterable
from typing import NamedTuple

import regex

from giar_nlp.counts.hits import outermost
from giar_nlp.rules import Scan, Scanner
from giar_nlp.scheme import Scheme

PATTERN_SECONDS = 0.5
_LONGEST = 60


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
        self._head = regex.compile(f"(?!{not_heads})(?:{heads})")
        self._tail = regex.compile(scheme.pattern_of(shapes.tail))
        self._kept_tail = regex.compile(scheme.pattern_of(shapes.kept_tail))
        self._breaks = regex.compile(scheme.pattern_of(shapes.breaks))
        self._double = [(regex.compile(scheme.pattern_of(j.pattern)), j.kinds) for j in scheme.counting.joint]
        self._nouns: dict[int, list[str]] = {}
        self._named: dict[int, list[str]] = {}
        for kind in scheme.kinds.values():
            if kind.zero:
                for word in scheme.words_of(kind.zero.nouns):
                    self._nouns.setdefault(scanner.number(word), []).append(kind.id)
                for word in scheme.words_of(kind.zero.named):
                    self._named.setdefault(scanner.number(word), []).append(kind.id)

    def find(self, scan: Scan) -> list[ZeroMention]:
        """All stated zeros in a scanned segment, in order; none overlaps another."""
        text = scan.reading.text
        found = [
            ZeroMention(hit.start, hit.end, tuple(self._named[hit.word]), False)
            for hit in scan.words
            if hit.word in self._named
        ]
        place = 0
        while head := self._head.search(text, place, timeout=PATTERN_SECONDS):
            zero = self._read(scan, text, head.start(), head.end())
            place = zero.end if zero else head.end()
            if zero:
                found.append(zero)
        found.sort()
        return [zero for index, zero in enumerate(found) if index == 0 or zero.start >= found[index - 1].end]

    def _read(self, scan: Scan, text: str, start: int, head_end: int) -> ZeroMention | None:
        """The zero that a negation states, or None: its noun phrase ends with the last noun that a tail may follow."""
        stop = self._breaks.search(text, head_end, head_end + _LONGEST)
        limit = stop.start() if stop else min(len(text), head_end + _LONGEST)
        kinds: dict[str, int] = {}
        end = 0
        inside = (hit for hit in scan.words if start < hit.start and hit.end <= limit and hit.word in self._nouns)
        for hit in outermost(inside):
            if hit.end >= head_end and self._tail.match(text, hit.end):
                for kind in self._nouns[hit.word]:
                    kinds.setdefault(kind, hit.end)
                end = max(end, hit.end)
        if not kinds:
            return None
        if kept := self._kept_tail.match(text, end):
            end = kept.end()
        for pattern, pair in self._double:
            if pattern.search(text, start, end):
                kinds.update(dict.fromkeys(pair, end))
        return ZeroMention(start, end, tuple(sorted(kinds, key=kinds.__getitem__)), True)
