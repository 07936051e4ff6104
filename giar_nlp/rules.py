"""Runs the scheme's rules over text and returns hits with rule id and span.

A `Scanner` finds all words of all rules in one pass over a reading (Aho-Corasick); a `RuleBook` then looks
only at rules whose cues were found, clause by clause, and runs their patterns with a time-out.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import regex
from ahocorasick_rs import AhoCorasick

from giar_nlp.reading import Reading
from giar_nlp.scheme import AT_START, Rule, Scheme

PATTERN_SECONDS = 0.5
CLAUSE_END = regex.compile(r"[，。；：！？]")
"""Where a clause of folded text ends."""


class WordHit(NamedTuple):
    """A scheme word in a reading: its number in the scanner's list, and where it stands."""

    word: int
    start: int
    end: int


class Match(NamedTuple):
    """A rule that fired in a reading: its number in the book, where, and in which clause."""

    rule: int
    start: int
    end: int
    clause: int


@dataclass(frozen=True, slots=True)
class Scan:
    """A reading with the scheme words in it and the ends of its clauses (each just after its stop)."""

    reading: Reading
    words: Sequence[WordHit]
    clause_ends: Sequence[int]

    def clause_of(self, index: int) -> int:
        """Number of the clause that holds the character at `index`."""
        return min(bisect_right(self.clause_ends, index), len(self.clause_ends) - 1)


class Scanner:
    """Finds every word of a fixed list in one pass, overlapping ones too."""

    def __init__(self, words: Iterable[str]) -> None:
        self.words: tuple[str, ...] = tuple(dict.fromkeys(words))
        self._number = {word: number for number, word in enumerate(self.words)}
        self._automaton = AhoCorasick(self.words)

    def number(self, word: str) -> int:
        """The number that a `WordHit` of this word carries."""
        return self._number[word]

    def scan(self, reading: Reading) -> Scan:
        """All words of the list in a reading, and its clauses."""
        text = reading.text
        found = self._automaton.find_matches_as_indexes(text, overlapping=True)
        ends = [match.end() for match in CLAUSE_END.finditer(text)]
        if not ends or ends[-1] < len(text):
            ends.append(len(text))
        return Scan(reading, list(map(WordHit._make, found)), ends)


class _Compiled:
    """A rule ready to run; None stands for a condition that the rule does not name."""

    __slots__ = ("also", "cues", "heading", "near", "pattern", "placed", "rule", "under", "wide", "without")

    def __init__(self, rule: Rule, scheme: Scheme, scanner: Scanner) -> None:
        def numbers(words: Iterable[str]) -> frozenset[int] | None:
            return frozenset(scanner.number(word) for word in scheme.words_of(words)) or None

        self.rule = rule
        self.cues = numbers(rule.cues)
        self.near = numbers(rule.near)
        self.also = numbers(rule.also)
        self.without = numbers(rule.without)
        self.heading = scheme.words_of(rule.heading)
        self.under = scheme.words_of(rule.under)
        self.placed = bool(rule.section or rule.heading or rule.under)
        self.wide = rule.scope == "segment" or not rule.cues
        self.pattern = regex.compile(scheme.pattern_of(rule.pattern)) if rule.pattern else None

    def fits_place(self, headings: Sequence[str], section: int) -> bool:
        """Whether the section and the headings are those that the rule asks for."""
        if self.rule.section and section not in self.rule.section:
            return False
        if self.heading and not (headings and any(word in headings[-1] for word in self.heading)):
            return False
        return not self.under or any(word in title for title in headings for word in self.under)

    def fits_words(self, words: set[int]) -> bool:
        """Whether these words hold what the rule asks for, and nothing that it bars."""
        return (
            (self.near is None or not self.near.isdisjoint(words))
            and (self.also is None or not self.also.isdisjoint(words))
            and (self.without is None or self.without.isdisjoint(words))
        )

    def search(self, text: str, low: int, high: int) -> tuple[int, int] | None:
        """Where the rule's pattern matches between two indexes; None where it does not, or takes too long."""
        if self.pattern is None:
            return low, high
        try:
            shape = self.pattern.search(text, low, high, timeout=PATTERN_SECONDS)
        except TimeoutError:
            return None
        if shape is None or shape.start() == shape.end():
            return None
        return shape.span()


def rule_words(rules: Iterable[Rule], scheme: Scheme) -> Iterable[str]:
    """All words that a scanner must know for these rules."""
    for rule in rules:
        yield from scheme.words_of((*rule.cues, *rule.near, *rule.also, *rule.without))


class RuleBook:
    """A list of rules, compiled against one scanner; `rules[match.rule]` is the rule that fired."""

    def __init__(self, rules: Sequence[Rule], scheme: Scheme, scanner: Scanner) -> None:
        self.rules = tuple(rules)
        self._compiled = [_Compiled(rule, scheme, scanner) for rule in self.rules]
        self._anywhere: dict[int, tuple[int, ...]] = {}
        self._at_start: dict[int, tuple[int, ...]] = {}
        for number, compiled in enumerate(self._compiled):
            by_cue = self._at_start if compiled.rule.at == "start" else self._anywhere
            for cue in compiled.cues or ():
                by_cue[cue] = (*by_cue.get(cue, ()), number)
        self._uncued = [number for number, compiled in enumerate(self._compiled) if not compiled.cues]

    def matches(self, scan: Scan, headings: Sequence[str] = (), section: int = 0) -> list[Match]:
        """Every rule that fires in a scanned segment, once a clause, in order of clause and rule.

        Args:
            scan: the segment.
            headings: folded titles above it, outermost first.
            section: number of its section, 0 before the first.
        """
        found: list[Match] = []
        wide: list[tuple[int, int, int, int]] = []
        candidates: dict[int, tuple[int, int]] = {}
        here: set[int] = set()
        clause = low = 0
        high = scan.clause_ends[0]
        anywhere, at_start = self._anywhere, self._at_start
        for word, start, end in scan.words:
            if start >= high:
                if candidates:
                    self._try(candidates, here, scan, (low, high, clause), (headings, section), found, wide)
                    candidates = {}
                here = set()
                clause = scan.clause_of(start)
                low, high = scan.clause_ends[clause - 1], scan.clause_ends[clause]
            here.add(word)
            if word in anywhere:
                for number in anywhere[word]:
                    if number not in candidates:
                        candidates[number] = (start, end)
            if word in at_start and start - low <= AT_START:
                for number in at_start[word]:
                    if number not in candidates:
                        candidates[number] = (start, end)
        if candidates:
            self._try(candidates, here, scan, (low, high, clause), (headings, section), found, wide)
        wide.extend((number, 0, len(scan.reading.text), 0) for number in self._uncued)
        if wide:
            self._try_wide(wide, scan, (headings, section), found)
            found.sort(key=lambda match: (match.clause, match.rule))
        return found

    def _try(
        self,
        candidates: dict[int, tuple[int, int]],
        words: set[int],
        scan: Scan,
        clause: tuple[int, int, int],
        place: tuple[Sequence[str], int],
        found: list[Match],
        wide: list[tuple[int, int, int, int]],
    ) -> None:
        """Add to `found` what fires in one clause, and to `wide` what must be tried on the segment."""
        low, high, index = clause
        all_rules = self._compiled
        for number in sorted(candidates):
            compiled = all_rules[number]
            if compiled.wide:
                wide.append((number, *candidates[number], index))
                continue
            near, also, without = compiled.near, compiled.also, compiled.without
            if (
                (near is not None and near.isdisjoint(words))
                or (also is not None and also.isdisjoint(words))
                or (without is not None and not without.isdisjoint(words))
                or (compiled.placed and not compiled.fits_place(*place))
            ):
                continue
            start, end = candidates[number]
            if compiled.pattern is not None:
                shape = compiled.search(scan.reading.text, low, high)
                if shape is None:
                    continue
                start, end = shape
            found.append(Match(number, start, end, index))

    def _try_wide(
        self,
        wide: list[tuple[int, int, int, int]],
        scan: Scan,
        place: tuple[Sequence[str], int],
        found: list[Match],
    ) -> None:
        """Add to `found` what fires in the segment as a whole: a rule with cues once a clause that has one."""
        words = {hit[0] for hit in scan.words}
        text = scan.reading.text
        for number, start, end, clause in wide:
            compiled = self._compiled[number]
            if not compiled.fits_words(words) or not compiled.fits_place(*place):
                continue
            if compiled.pattern is not None:
                shape = compiled.search(text, 0, len(text))
                if shape is None:
                    continue
                start, end = shape
            found.append(Match(number, start, end, clause))
