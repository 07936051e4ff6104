"""What was counted: each number gets the kind that the words around it speak for most.

A cue weighs less with each character, clause end and joining word between it and the number; words that
follow the number at once weigh more. Where a number's own words are silent, the kind of the list it
stands in carries on. Source: codebook section 3, the table of kinds.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import regex

from giar_nlp.anatomy import anatomy_of
from giar_nlp.counts.hits import Hit, outermost
from giar_nlp.counts.lists import ListName
from giar_nlp.mentions import Mention
from giar_nlp.rules import Scanner
from giar_nlp.scheme import CountKind, Cue, Scheme

_LONGEST_LEFT = 80
_LONGEST_LIST = 800
_NEXT = 4
_OPEN = "（"
_BRACKET = 2.0
_MOST_TITLES = 4096
_MOST_UNITS = 512
_NOTHING = ("", 0.0)
_BEFORE: tuple[str, ...] = ("any", "before")
_AFTER: tuple[str, ...] = ("any", "after")
_NEXT_SIDES: tuple[str, ...] = ("any", "after", "next")
_RIGHT_STOP = re.compile(r"[，。；：、！？（）]")
_CLAUSE_STOP = re.compile(r"[，；：（]")
_SENTENCE_STOP = re.compile(r"[。！？]")

Told = tuple[Mention, tuple[str, ...]]
"""A mention and its kinds."""


def kind_words(scheme: Scheme) -> Iterable[str]:
    """All words that a scanner must know to tell kinds."""
    yield from scheme.counting.compounds
    for kind in scheme.kinds.values():
        for cue in kind.cues:
            yield from scheme.words_of((*cue.words, *cue.near, *cue.without))


class _Cue(NamedTuple):
    """A cue ready to weigh; `number` is its place among all cues."""

    number: int
    kind: str
    units: frozenset[str]
    near: frozenset[int]
    without: frozenset[int]
    side: str
    far: bool
    weight: float


class _UnitCues(dict[int, tuple[_Cue, ...]]):
    """By word, the cues that may speak for a number with one measure word; looked up when first asked for."""

    def __init__(self, unit: str | None, by_word: Mapping[int, Sequence[_Cue]]) -> None:
        super().__init__()
        self._unit = unit
        self._by_word = by_word

    def __missing__(self, word: int) -> tuple[_Cue, ...]:
        unit = self._unit
        cues = tuple([cue for cue in self._by_word.get(word, ()) if unit is None or unit in cue.units])
        self[word] = cues
        return cues


class _Title(NamedTuple):
    """What a heading speaks for, and the words in it."""

    scores: Mapping[str, float]
    words: frozenset[int]


class KindTeller:
    """Tells what each mention of a segment counts."""

    def __init__(self, scheme: Scheme, scanner: Scanner) -> None:
        counting = scheme.counting
        self.counting = counting
        self.weights = counting.weights
        filler = scheme.pattern_of(counting.filler)
        self.fillers = regex.compile(f"(?:{filler})+$")
        self.filler_ends = anatomy_of(filler).last
        self.joints = regex.compile(scheme.pattern_of(counting.joints))
        parts = counting.parts
        opener, colon = f"{scheme.pattern_of(parts.opener)}|[：（]", scheme.pattern_of(parts.colon)
        self.opener = regex.compile(f"{opener}|{colon}")
        self._opening = regex.compile(opener)
        self._colon = regex.compile(f"(?r)(?:{colon})")  # from its end: anything may begin it
        self.listed = frozenset(scheme.words_of(counting.listed))
        self.doubles = [
            (
                regex.compile(f"(?<={scheme.pattern_of(joint.pattern)})"),
                joint.kinds,
                scheme.words_of(joint.hint),
            )
            for joint in counting.joint
        ]
        self.shares = frozenset(scheme.numbers.shares)
        self.units = {kind.id: frozenset(scheme.words_of(kind.units)) for kind in scheme.kinds.values()}
        self._scanner = scanner
        self._by_word: dict[int, list[_Cue]] = {}
        self._by_unit: dict[str | None, _UnitCues] = {}
        self._known: set[int] = {scanner.number(word) for word in counting.compounds}
        self._titles: dict[str, _Title] = {}
        cues = [(kind, cue) for kind in scheme.kinds.values() for cue in kind.cues]
        for number, (kind, cue) in enumerate(cues):
            self._add(scheme, kind, cue, number)

    def _add(self, scheme: Scheme, kind: CountKind, cue: Cue, number: int) -> None:
        def numbers(words: Sequence[str]) -> frozenset[int]:
            return frozenset(self._scanner.number(word) for word in scheme.words_of(words))

        units = frozenset(scheme.words_of(cue.units)) or self.units[kind.id]
        made = _Cue(
            number, kind.id, units, numbers(cue.near), numbers(cue.without), cue.side, cue.far, cue.weight
        )
        self._known |= numbers(cue.words)
        for word in numbers(cue.words):
            self._by_word.setdefault(word, []).append(made)

    def tell(
        self,
        text: str,
        words: Sequence[Hit],
        mentions: Sequence[Mention],
        headings: Sequence[str],
        aligned: Mapping[int, ListName],
    ) -> list[tuple[str, ...]]:
        """For each mention its kinds: mostly one, two where it covers two, none where it is no count.

        Args:
            text: the segment's reading.
            words: the scheme's words in it.
            mentions: its candidates in order.
            headings: folded titles above it, outermost first.
            aligned: the name of each mention in a distributive list.
        """
        stretch = _Stretch(self, text, words, headings)
        following = [mention.start for mention in mentions[1:]] + [len(text)]
        return [
            stretch.tell(mention, following[index], aligned.get(index))
            for index, mention in enumerate(mentions)
        ]

    def known(self, words: Sequence[Hit]) -> list[Hit]:
        """The cues and compounds among word hits, without those inside longer ones."""
        known = self._known
        return outermost([hit for hit in words if hit[0] in known])

    def opens(self, text: str) -> bool:
        """Whether parts are opened anywhere in a text (其中)."""
        return self._opening.search(text) is not None or self._colon.search(text) is not None

    def cues(self, unit: str | None) -> "_UnitCues":
        """The cues of each word that may speak for a number with this measure word."""
        cues = self._by_unit.get(unit)
        if cues is None:
            if len(self._by_unit) >= _MOST_UNITS:
                self._by_unit.clear()
            cues = self._by_unit[unit] = _UnitCues(unit, self._by_word)
        return cues

    def title(self, title: str) -> _Title:
        """What a folded heading speaks for."""
        if title not in self._titles:
            if len(self._titles) >= _MOST_TITLES:
                self._titles.clear()
            hits = self._scanner.find(title)
            scores: dict[str, float] = {}
            for word, _, _ in self.known(hits):
                for cue in self._by_word.get(word, ()):
                    if cue.kind == self.counting.fallback or cue.near:
                        continue
                    scores[cue.kind] = max(scores.get(cue.kind, 0.0), cue.weight * self.weights.heading)
            self._titles[title] = _Title(scores, frozenset(hit[0] for hit in hits))
        return self._titles[title]


class _Stretch:
    """A segment in which kinds are told: its text, its words, and what its headings speak for."""

    def __init__(self, teller: KindTeller, text: str, words: Sequence[Hit], headings: Sequence[str]) -> None:
        self._teller = teller
        self._weights = teller.weights
        self._text = text
        self._words = words
        self._hits = teller.known(words)
        self._starts = [start for _, start, _ in self._hits]
        self._ends = [end for _, _, end in words]
        titles = [teller.title(title) for title in headings]
        self._heading = titles[-1].scores if titles else {}
        self._heading_words = frozenset().union(*(title.words for title in titles))
        self._doubles = [
            (pattern, kinds) for pattern, kinds, hint in teller.doubles if any(word in text for word in hint)
        ]
        self._sentence = (0, 0)
        self._here: set[int] = set()
        self._leader: Told | None = None
        self._latest: Told | None = None
        self._previous: Mention | None = None

    def tell(self, mention: Mention, following: int, name: ListName | None) -> tuple[str, ...]:
        """The kinds of the next mention; `following`: where the next starts, `name`: its name in a list."""
        self._move_to(mention)
        low, high = self._sentence
        previous = self._previous
        window = (max(low, previous.end) if previous else low, min(following, high))
        if name is not None:
            window = (name.start, name.end)
        unit = mention.measure
        if unit in self._teller.shares:
            kinds: tuple[str, ...] = (self._teller.counting.rates,)
        else:
            scores, strongest = self._scores(mention, unit, window, name)
            if name and strongest < self._weights.threshold:  # 市、县专区分别为: the noun is the last name's
                scores, strongest = self._scores(mention, unit, window, None)
            kinds = self._decide(mention, unit, scores, strongest)
            if kinds:
                self._latest = (mention, kinds)
                self._leader = self._leader or self._latest
        self._previous = mention
        return kinds

    def _move_to(self, mention: Mention) -> None:
        """Sets the sentence that holds a mention, and the words that stand in it or in the headings."""
        low, high = self._sentence
        if low <= mention.start < high:
            return
        is_new = not self._goes_on(high)
        low = high if is_new else low
        for stop in _SENTENCE_STOP.finditer(self._text, high, mention.start):
            if not self._goes_on(stop.end()):
                low, is_new = stop.end(), True
        end = _SENTENCE_STOP.search(self._text, mention.end)
        high = end.end() if end else len(self._text)
        self._sentence = (low, high)
        first, last = bisect_right(self._ends, low), bisect_right(self._ends, high)
        self._here = {word for word, _, _ in self._words[first:last]} | self._heading_words
        if is_new:
            # The last mention before may still lend its kind, unless it was a share.
            lends = self._latest is not None and self._latest[0] is self._previous
            self._leader = self._latest = self._latest if lends else None

    def _goes_on(self, stop: int) -> bool:
        """Whether what follows a sentence's stop belongs to that sentence (。其中)."""
        return 0 < stop < len(self._text) and self._teller.opener.match(self._text, stop) is not None

    def _scores(
        self, mention: Mention, unit: str | None, window: tuple[int, int], name: ListName | None
    ) -> tuple[dict[str, float], float]:
        """What each kind's cues weigh around a mention, and the weight of the strongest single cue."""
        low, high = window
        number = min(mention.start, high)
        closing = _RIGHT_STOP.search(self._text, mention.end, high)
        right_end = closing.start() if closing else max(high, mention.end)
        near = self._near(mention, right_end, name)
        local: set[int] = set()
        best: dict[int, tuple[str, float]] = {}
        cues_of = self._teller.cues(unit)
        follows = False  # whether a word between the number and this one already names what is counted
        for word, start, end in near:
            cues = cues_of[word]
            if not cues or (start < low and not [1 for cue in cues if cue.far]):
                continue
            if end <= mention.start:
                sides, fade = _BEFORE, self._fade(end, number)
            elif start >= mention.end:
                gap = start - mention.end
                lift = self._weights.right if gap <= 1 else 1.0
                sides = _NEXT_SIDES if gap <= _NEXT and not follows else _AFTER
                follows = True
                fade = lift / (1 + 2 * self._weights.per_character * gap)
            else:
                continue
            for cue in cues:
                score = cue.weight * fade
                if score <= best.get(cue.number, _NOTHING)[1] or cue.side not in sides:
                    continue
                if start < low and not cue.far:
                    continue
                if cue.near and cue.near.isdisjoint(self._here):
                    continue
                if cue.without:
                    local = local or {
                        word for word, begin, stop in near if low <= begin and stop <= right_end
                    }
                    if not cue.without.isdisjoint(local):
                        continue
                best[cue.number] = cue.kind, score
        scores: dict[str, float] = {}
        strongest = 0.0
        for kind, score in best.values():
            scores[kind] = scores.get(kind, 0.0) + score
            strongest = max(strongest, score)
        return scores, strongest

    def _near(self, mention: Mention, right_end: int, name: ListName | None) -> Sequence[Hit]:
        """The cues and compounds that may speak for a mention; not those in other names of its list."""
        first = bisect_left(self._starts, max(self._sentence[0], mention.start - _LONGEST_LEFT))
        near = self._hits[first : bisect_left(self._starts, right_end)]
        return [hit for hit in near if not name.hides(hit[1])] if name else near

    def _fade(self, end: int, number: int) -> float:
        """What is left of a cue's weight over the text between it and the number."""
        if end >= number:
            return self._weights.adjacent
        teller = self._teller
        between = self._text[end:number]
        if teller.filler_ends is None or between[-1] in teller.filler_ends:
            between = teller.fillers.sub("", between)
            if not between:
                return self._weights.adjacent
        fade = 1 / (1 + self._weights.per_character * len(between))
        fade *= self._weights.per_clause ** len(_CLAUSE_STOP.findall(between))
        return float(fade * self._weights.per_joint ** len(teller.joints.findall(between)))

    def _decide(
        self, mention: Mention, unit: str | None, scores: dict[str, float], strongest: float
    ) -> tuple[str, ...]:
        counting, threshold = self._teller.counting, self._weights.threshold
        if mention.bare and strongest < threshold and not (self._previous and self._previous.bare):
            return ()
        for pattern, kinds in self._doubles:
            if pattern.match(self._text, mention.start):
                return kinds
        for kind, gain in self._carried(mention, unit).items():
            scores[kind] = scores.get(kind, 0.0) + gain
        for kind, gain in self._heading.items():
            if unit is None or unit in self._teller.units[kind]:
                scores[kind] = scores.get(kind, 0.0) + gain
        best = max(scores, key=scores.__getitem__, default=counting.fallback)
        if scores.get(best, 0.0) < threshold:
            best = counting.fallback
        written = self._text[mention.number : mention.unit_start]
        if best == counting.fallback and strongest == 0 and written in counting.weak_numbers:
            return ()
        return (best,)

    def _carried(self, mention: Mention, unit: str | None) -> dict[str, float]:
        """What the mentions before add: the last one, and the one that leads the list."""
        gains: dict[str, float] = {}
        if self._leader is None or self._latest is None:
            return gains
        teller = self._teller
        pair = (self._leader, self._latest) if self._leader is not self._latest else (self._leader,)
        for other, kinds in pair:
            low = max(other.end, mention.start - _LONGEST_LIST)
            between = self._text[low : mention.start]
            alike = other.bare or mention.bare or other.measure == unit
            listed = other is self._leader[0] and alike and unit in teller.listed and teller.opens(between)
            if not listed and other is not self._latest[0] and "；" in between:
                continue
            near = alike or not _CLAUSE_STOP.search(between) or teller.opens(between)
            gain = self._weights.listed if listed else self._weights.carry * (1 if near else 0.5)
            if other is self._latest[0] and alike and between.startswith(_OPEN):
                gain = max(gain, _BRACKET * self._weights.carry)  # 承办24件（主办7件、会办17件）
            if other.start < self._sentence[0]:
                gain *= 0.6
            for kind in kinds:
                if mention.bare or unit in teller.units[kind]:
                    gains[kind] = max(gains.get(kind, 0.0), gain)
        return gains
