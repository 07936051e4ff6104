"""One rule, ready to run: its words expanded, its pattern compiled."""

from collections.abc import Iterable, Sequence, Set

import regex

from giar_nlp.scheme import Rule, Scheme

PATTERN_SECONDS = 0.5

Span = tuple[int, int]


def rule_words(rules: Iterable[Rule], scheme: Scheme) -> Iterable[str]:
    """All words that a scanner must know for these rules."""
    for rule in rules:
        yield from scheme.words_of((*rule.cues, *rule.near, *rule.also, *rule.without))


class ReadyRule:
    """What is left to look at once the words of a rule were found in a clause."""

    __slots__ = (
        "_close",
        "cues",
        "finds",
        "heading",
        "pattern",
        "placed",
        "plain",
        "rule",
        "under",
        "wide",
        "words",
    )

    def __init__(self, rule: Rule, scheme: Scheme) -> None:
        self.rule = rule
        self.cues = scheme.words_of(rule.cues)
        self.words = tuple(scheme.words_of(words) for words in (rule.near, rule.also, rule.without))
        self.heading = scheme.words_of(rule.heading)
        self.under = scheme.words_of(rule.under)
        self.pattern = regex.compile(scheme.pattern_of(rule.pattern)) if rule.pattern else None
        self.placed = bool(rule.section or rule.heading or rule.under)
        self.wide = rule.scope == "segment" or not rule.cues
        self._close = None if rule.within is None else _Closeness(self.cues, self.words[0], rule.within)
        self.finds = self.pattern is not None or self._close is not None
        self.plain = not (self.wide or self.placed or self.finds)

    def fits_place(self, headings: Sequence[str], section: int) -> bool:
        """Whether the section and the headings are those that the rule asks for."""
        if self.rule.section and section not in self.rule.section:
            return False
        if self.heading and not (headings and any(word in headings[-1] for word in self.heading)):
            return False
        return not self.under or any(word in title for title in headings for word in self.under)

    def fits_words(self, found: Set[str]) -> bool:
        """Whether these words hold what the rule asks for, and nothing that it bars."""
        near, also, without = self.words
        return (
            (not near or not found.isdisjoint(near))
            and (not also or not found.isdisjoint(also))
            and found.isdisjoint(without)
        )

    def find(self, words: Sequence[str], text: str, low: int, high: int) -> Span | None:
        """The place of the rule's hit between two indexes, if a pattern or nearness decides on it.

        Args:
            words: the scanner's words there, in the order of their ends.
            text: a reading.
            low: where to begin.
            high: where to end.
        """
        cue = None
        if self._close is not None:
            cue = self._close.find(words, text, low, high)
            if cue is None:
                return None
        if self.pattern is None:
            return cue
        try:
            shape = self.pattern.search(text, low, high, timeout=PATTERN_SECONDS)
        except TimeoutError:
            return None
        return shape.span() if shape and shape.start() < shape.end() else None


class _Closeness:
    """Finds a cue with a near word at most `within` characters away, beside it and not in it."""

    __slots__ = ("_cues", "_near", "_within")

    def __init__(self, cues: Sequence[str], near: Sequence[str], within: int) -> None:
        self._cues = frozenset(cues)
        self._near = frozenset(near)
        self._within = within

    def find(self, words: Sequence[str], text: str, low: int, high: int) -> Span | None:
        """The first such cue between two indexes, among words that stand there."""
        near = self._near.intersection(words)
        if not near:
            return None
        cues = [word for word in words if word in self._cues]
        places = dict.fromkeys(cues, low - 1)
        within = self._within
        for cue in cues:  # a word comes once for each of its places
            start = places[cue] = text.find(cue, places[cue] + 1)
            end = start + len(cue)
            for word in near:
                length = len(word)
                if (
                    text.find(word, end, min(end + within, high - 1) + length) >= 0
                    or text.find(word, max(start - within - length, low), start) >= 0
                ):
                    return start, end
        return None
