"""What was counted: each number gets the kind that the words around it speak for most.

A cue weighs less with each character, clause end and joining word between it and the number; words
that follow the number at once weigh more. Where a number's own words are silent, the kind of the list it stands
in carries on. Source: codebook section 3, the table of kinds.
"""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import regex

from giar_nlp.counts.hits import Hit, outermost
from giar_nlp.mentions import Mention
from giar_nlp.rules import Scanner
from giar_nlp.scheme import CountKind, Cue, Scheme

_LONGEST_LEFT = 80
_NOTHING = ("", 0.0)
_RIGHT_STOP = regex.compile(r"[，。；：、！？（）]")
_CLAUSE_STOP = regex.compile(r"[，；：（]")
_SENTENCE_STOP = regex.compile(r"[。！？]")
_UNIT_TAIL = regex.compile(r"[（、/或].*")


def kind_words(scheme: Scheme) -> Iterable[str]:
    """All words that a scanner must know to tell kinds."""
    yield from scheme.counting.compounds
    for kind in scheme.kinds.values():
        for cue in kind.cues:
            yield from scheme.words_of((*cue.words, *cue.near, *cue.without))


class _Cue(NamedTuple):
    """A cue ready to weigh."""

    number: int
    kind: str
    units: frozenset[str]
    near: frozenset[int]
    without: frozenset[int]
    side: str
    far: bool
    weight: float


class KindTeller:
    """Tells what each mention of a segment counts."""

    def __init__(self, scheme: Scheme, scanner: Scanner) -> None:
        self._scanner = scanner
        self._counting = scheme.counting
        parts = scheme.counting.parts
        self._opener = regex.compile(f"{scheme.pattern_of(parts.opener)}|{scheme.pattern_of(parts.colon)}|[：（]")
        self._listed = frozenset(scheme.words_of(scheme.counting.listed))
        self._filler = regex.compile(f"(?:{scheme.pattern_of(scheme.counting.filler)})+$")
        self._joints = regex.compile(scheme.pattern_of(scheme.counting.joints))
        self._double = [(regex.compile(scheme.pattern_of(j.pattern)), j.kinds) for j in scheme.counting.joint]
        self._shares = frozenset(scheme.numbers.shares)
        self._units = {kind.id: frozenset(scheme.words_of(kind.units)) for kind in scheme.kinds.values()}
        self._by_word: dict[int, list[_Cue]] = {}
        self._known: set[int] = {scanner.number(word) for word in scheme.counting.compounds}
        self._headings: dict[str, tuple[dict[str, float], frozenset[int]]] = {}
        number = 0
        for kind in scheme.kinds.values():
            for cue in kind.cues:
                self._add(scheme, kind, cue, number)
                number += 1

    def _add(self, scheme: Scheme, kind: CountKind, cue: Cue, number: int) -> None:
        def numbers(words: Sequence[str]) -> frozenset[int]:
            return frozenset(self._scanner.number(word) for word in scheme.words_of(words))

        units = frozenset(scheme.words_of(cue.units)) or self._units[kind.id]
        made = _Cue(number, kind.id, units, numbers(cue.near), numbers(cue.without), cue.side, cue.far, cue.weight)
        self._known |= numbers(cue.words)
        for word in numbers(cue.words):
            self._by_word.setdefault(word, []).append(made)

    def tell(
        self,
        text: str,
        words: Sequence[Hit],
        mentions: Sequence[Mention],
        sentences: Sequence[int],
        headings: Sequence[str],
        aligned: Mapping[int, tuple[int, int]],
    ) -> list[tuple[str, ...]]:
        """For each mention the kinds it counts: one, two where one number covers two, none where it is no count.

        Args:
            text: the segment's reading.
            words: the scheme's words in it.
            mentions: its candidates in order.
            sentences: where its sentences end.
            headings: folded titles above it, outermost first.
            aligned: where the name of a mention in a distributive list stands.
        """
        hits = outermost(hit for hit in words if hit[0] in self._known)
        told: list[tuple[str, ...]] = []
        heading, heading_words = self._heading(headings)
        for index, mention in enumerate(mentions):
            low = sentences[bisect_left(sentences, mention.number) - 1] if sentences[0] < mention.number else 0
            high = sentences[bisect_left(sentences, mention.end)]
            here = {word for word, start, _ in words if low <= start < high} | heading_words
            list_start = index
            while list_start > 0 and mentions[list_start - 1].start >= low:
                list_start -= 1
            list_start = min(list_start, max(index - 1, 0))
            before = list(zip(mentions[list_start:index], told[list_start:index], strict=True))
            following = mentions[index + 1].start if index + 1 < len(mentions) else high
            window = (max(low, before[-1][0].end) if before else low, min(following, high))
            if index in aligned:
                window = (max(0, aligned[index][0] - 1), aligned[index][1] + 1)
            scores, near = self._scores(text, hits, mention, (low, *window), here)
            told.append(self._decide(text, mention, scores, near, before, heading))
        return told

    def _heading(self, headings: Sequence[str]) -> tuple[dict[str, float], frozenset[int]]:
        """What the nearest heading speaks for, and all words in the headings."""
        scores: dict[str, float] = {}
        words: set[int] = set()
        for title in headings:
            if title not in self._headings:
                hits = self._scanner.find(title)
                found: dict[str, float] = {}
                for word, _, _ in outermost(hit for hit in hits if hit[0] in self._known):
                    for cue in self._by_word.get(word, ()):
                        gain = cue.weight * self._counting.weights.heading
                        found[cue.kind] = max(found.get(cue.kind, 0.0), gain)
                self._headings[title] = found, frozenset(hit[0] for hit in hits)
            scores, found_words = self._headings[title]
            words |= found_words
        return scores, frozenset(words)

    def _scores(
        self, text: str, hits: Sequence[Hit], mention: Mention, window: tuple[int, int, int], here: set[int]
    ) -> tuple[dict[str, float], float]:
        """What each kind's cues weigh around a mention, and the weight of the strongest single cue."""
        weights = self._counting.weights
        sentence, low, high = max(window[0], mention.start - _LONGEST_LEFT), window[1], window[2]
        number = min(mention.start, high)
        stop = _RIGHT_STOP.search(text, mention.end, high)
        right_end = stop.start() if stop else max(high, mention.end)
        unit = base_unit(mention.unit)
        best: dict[int, tuple[str, float]] = {}
        local = {word for word, start, end in hits if low <= start and end <= right_end}
        for word, start, end in hits:
            if start >= right_end:
                break
            if start < sentence or word not in self._by_word:
                continue
            if end <= mention.start:
                between = self._filler.sub("", text[end:number])
                fade = (1 / (1 + weights.per_character * len(between))) if between else weights.adjacent
                fade *= weights.per_clause ** len(_CLAUSE_STOP.findall(between))
                fade *= weights.per_joint ** len(self._joints.findall(between))
                side = "before"
            elif start >= mention.end:
                gap = start - mention.end
                fade = (weights.right if gap <= 1 else 1.0) / (1 + 2 * weights.per_character * gap)
                side = "after"
            else:
                continue
            for cue in self._by_word[word]:
                score = cue.weight * fade
                if score <= best.get(cue.number, _NOTHING)[1] or not (start >= low or cue.far):
                    continue
                if cue.side not in ("any", side) or (unit is not None and unit not in cue.units):
                    continue
                if (not cue.near or not cue.near.isdisjoint(here)) and cue.without.isdisjoint(local):
                    best[cue.number] = cue.kind, score
        scores: dict[str, float] = {}
        for kind, score in best.values():
            scores[kind] = scores.get(kind, 0.0) + score
        return scores, max((score for _, score in best.values()), default=0.0)

    def _decide(
        self,
        text: str,
        mention: Mention,
        scores: dict[str, float],
        near: float,
        before: Sequence[tuple[Mention, tuple[str, ...]]],
        heading: dict[str, float],
    ) -> tuple[str, ...]:
        counting = self._counting
        unit = base_unit(mention.unit)
        if unit in self._shares:
            return (counting.rates,)
        if mention.bare and near < counting.weights.threshold and not (before and before[-1][0].bare):
            return ()
        for pattern, kinds in self._double:
            if pattern.search(text, max(0, mention.start - 40), mention.start):
                return kinds
        for kind, gain in self._carried(text, mention, before).items():
            scores[kind] = scores.get(kind, 0.0) + gain
        for kind, gain in heading.items():
            if unit is None or unit in self._units[kind]:
                scores[kind] = scores.get(kind, 0.0) + gain
        kind = max(scores, key=scores.__getitem__, default=counting.fallback)
        if scores.get(kind, 0.0) < counting.weights.threshold:
            kind = counting.fallback
        if kind == counting.fallback and (near == 0 and text[mention.number : mention.unit_start] in counting.weak_numbers):
            return ()
        return (kind,)

    def _carried(
        self, text: str, mention: Mention, before: Sequence[tuple[Mention, tuple[str, ...]]]
    ) -> dict[str, float]:
        """What the mentions before add: the last one, and the one that leads the list."""
        weight = self._counting.weights.carry
        gains: dict[str, float] = {}
        counted = [(other, kinds) for other, kinds in before if kinds and base_unit(other.unit) not in self._shares]
        for other, kinds in ((counted[0], counted[-1]) if counted else ()):
            between = text[other.end : mention.start]
            if other is not counted[-1][0] and "；" in between:
                continue
            gain = weight if _like(other, mention) or not _CLAUSE_STOP.search(between) else weight * 0.5
            if other is counted[0][0] and base_unit(mention.unit) in self._listed and _like(other, mention):
                gain = self._counting.weights.listed if self._opener.search(text, other.end, mention.start) else gain
            if _SENTENCE_STOP.search(between):
                gain *= 0.6
            for kind in kinds:
                if mention.bare or base_unit(mention.unit) in self._units[kind]:
                    gains[kind] = max(gains.get(kind, 0.0), gain)
        return gains


def _like(one: Mention, other: Mention) -> bool:
    return one.bare or other.bare or base_unit(one.unit) == base_unit(other.unit)


def base_unit(unit: str | None) -> str | None:
    """The first of two units that stand together (条 of 条（次）)."""
    return _UNIT_TAIL.sub("", unit) if unit else unit
