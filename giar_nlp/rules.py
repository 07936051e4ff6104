"""Runs the scheme's rules over text and returns hits with rule id and span.

A `Scanner` finds all words of all rules in one pass over a reading (Aho-Corasick); a `RuleBook` then looks
only at rules whose cues were found, clause by clause, and runs their patterns with a time-out.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import regex
from ahocorasick_rs import AhoCorasick

from giar_nlp.reading import Reading
from giar_nlp.scheme import AT_START, Rule, Scheme

PATTERN_SECONDS = 0.5
CLAUSE_END = regex.compile(r"[，。；：！？]")
"""Where a clause of folded text ends."""
NAME_MARKS = ("《", "》")
"""What stands about the name of a document; every scanner finds them."""


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


ClauseHits = tuple[int, list[tuple[int, WordHit]]]
"""A clause's number and the rules that fire in it, each with its hit."""


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
        self.words: tuple[str, ...] = tuple(dict.fromkeys((*NAME_MARKS, *words)))
        self._number = {word: number for number, word in enumerate(self.words)}
        self._automaton = AhoCorasick(self.words)

    def number(self, word: str) -> int:
        """The number that a `WordHit` of this word carries."""
        return self._number[word]

    def find(self, text: str) -> list[tuple[int, int, int]]:
        """All words of the list in a folded text, each as its number, start and end."""
        return self._automaton.find_matches_as_indexes(text, overlapping=True)

    def scan(self, reading: Reading) -> Scan:
        """All words of the list in a reading, and its clauses."""
        text = reading.text
        found = self.find(text)
        ends = [match.end() for match in CLAUSE_END.finditer(text)]
        if not ends or ends[-1] < len(text):
            ends.append(len(text))
        return Scan(reading, list(map(WordHit._make, found)), ends)


class _Compiled:
    """A rule ready to run; None stands for a condition that the rule does not name."""

    __slots__ = ("also", "cues", "heading", "more", "near", "pattern", "rule", "under", "wide", "without")

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
        self.pattern = regex.compile(scheme.pattern_of(rule.pattern)) if rule.pattern else None
        self.wide = rule.scope == "segment" or not rule.cues
        placed = rule.section or rule.heading or rule.under
        self.more = any((self.wide, rule.within is not None, rule.also, rule.pattern, placed))

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

    def find(self, hit: WordHit, hits: Sequence[WordHit], text: str, low: int, high: int) -> WordHit | None:
        """The rule's hit between two indexes, given its first cue there and all words there."""
        if self.rule.within is not None:
            close = self._close_by(hits, self.rule.within)
            if close is None:
                return None
            hit = close
        if self.pattern is None:
            return hit
        try:
            shape = self.pattern.search(text, low, high, timeout=PATTERN_SECONDS)
        except TimeoutError:
            return None
        if shape is None or shape.start() == shape.end():
            return None
        return WordHit(hit.word, shape.start(), shape.end())

    def _close_by(self, hits: Sequence[WordHit], within: int) -> WordHit | None:
        """The first of these hits that is a cue with a near word close enough, beside it and not in it."""
        cues, near = self.cues or (), self.near or ()
        for cue in hits:
            if cue.word in cues:
                for hit in hits:
                    if hit.word in near and 0 <= max(hit.start - cue.end, cue.start - hit.end) <= within:
                        return cue
        return None


def rule_words(rules: Iterable[Rule], scheme: Scheme) -> Iterable[str]:
    """All words that a scanner must know for these rules."""
    for rule in rules:
        yield from scheme.words_of((*rule.cues, *rule.near, *rule.also, *rule.without))


class RuleBook:
    """A list of rules, compiled against one scanner; `rules[match.rule]` is the rule that fired."""

    def __init__(self, rules: Sequence[Rule], scheme: Scheme, scanner: Scanner) -> None:
        self.rules = tuple(rules)
        self._compiled = [_Compiled(rule, scheme, scanner) for rule in self.rules]
        # Unpacked in the innermost loop; `more` says that there is something else to look at.
        self._tests = [
            (None, None, True) if compiled.wide else (compiled.near, compiled.without, compiled.more)
            for compiled in self._compiled
        ]
        self._uncued = [number for number, compiled in enumerate(self._compiled) if not compiled.cues]
        self._opening, self._closing = map(scanner.number, NAME_MARKS)
        # By word: the rules that it may set off where a clause starts, further on, and within a name.
        self._at_start = self._table(scanner, lambda rule: True)
        self._anywhere = self._table(scanner, lambda rule: rule.at == "anywhere")
        self._in_names = self._table(scanner, lambda rule: rule.at == "anywhere" and rule.names)

    def _table(self, scanner: Scanner, wanted: Callable[[Rule], bool]) -> list[tuple[int, ...]]:
        table: list[tuple[int, ...]] = [()] * len(scanner.words)
        for number, compiled in enumerate(self._compiled):
            if wanted(compiled.rule):
                for cue in compiled.cues or ():
                    table[cue] = (*table[cue], number)
        return table

    def matches(self, scan: Scan, headings: Sequence[str] = (), section: int = 0) -> list[Match]:
        """Every rule that fires in a scanned segment, once a clause, in the order of clauses.

        Args:
            scan: the segment.
            headings: folded titles above it, outermost first.
            section: number of its section, 0 before the first.
        """
        return [
            Match(rule, hit.start, hit.end, clause)
            for clause, hits in self.by_clause(scan, headings, section)
            for rule, hit in hits
        ]

    def by_clause(self, scan: Scan, headings: Sequence[str] = (), section: int = 0) -> list[ClauseHits]:
        """The same, clause by clause."""
        run = _Run(self._compiled, self._tests, scan, (headings, section))
        candidates: dict[int, WordHit] = {}
        words: set[int] = set()
        ends = scan.clause_ends
        clause = low = 0
        high = ends[0]
        start_until = AT_START
        at_start, anywhere = self._at_start, self._anywhere
        opening, closing = self._opening, self._closing
        for hit in scan.words:
            word, start, _ = hit
            if start >= high:
                if candidates:
                    run.try_clause(candidates, words, clause)
                    candidates = {}
                words = set()
                anywhere = self._anywhere
                while start >= high:
                    clause += 1
                    low, high = high, ends[clause]
                start_until = low + AT_START
            words.add(word)
            for rule in at_start[word] if start <= start_until else anywhere[word]:
                if rule not in candidates:
                    candidates[rule] = hit
            if word == opening:
                anywhere = self._in_names
            elif word == closing:
                anywhere = self._anywhere
        if candidates:
            run.try_clause(candidates, words, clause)
        if run.wide or self._uncued:
            run.try_wide(self._uncued)
        return run.found


class _Run:
    """One book's way through one scan: what has fired so far, and what must be tried on the whole segment."""

    __slots__ = ("_compiled", "_place", "_scan", "_tests", "found", "wide")

    def __init__(
        self,
        compiled: Sequence[_Compiled],
        tests: Sequence[tuple[frozenset[int] | None, frozenset[int] | None, bool]],
        scan: Scan,
        place: tuple[Sequence[str], int],
    ) -> None:
        self._compiled = compiled
        self._tests = tests
        self._scan = scan
        self._place = place
        self.found: list[ClauseHits] = []
        self.wide: list[tuple[int, WordHit, int]] = []

    def try_clause(self, candidates: Mapping[int, WordHit], words: set[int], clause: int) -> None:
        """Keep the candidates that fire in a clause with these words."""
        tests = self._tests
        fired: list[tuple[int, WordHit]] = []
        for rule, cue in candidates.items():
            near, without, more = tests[rule]
            if near is not None and near.isdisjoint(words):
                continue
            if without is not None and not without.isdisjoint(words):
                continue
            hit = self._look_closer(rule, cue, words, clause) if more else cue
            if hit is not None:
                fired.append((rule, hit))
        if fired:
            self.found.append((clause, fired))

    def _look_closer(self, rule: int, cue: WordHit, words: set[int], clause: int) -> WordHit | None:
        compiled = self._compiled[rule]
        if compiled.wide:
            self.wide.append((rule, cue, clause))
            return None
        if not compiled.fits_words(words) or not compiled.fits_place(*self._place):
            return None
        scan = self._scan
        low = scan.clause_ends[clause - 1] if clause else 0
        high = scan.clause_ends[clause]
        if compiled.rule.within is None:
            return compiled.find(cue, (), scan.reading.text, low, high)
        hits = [hit for hit in scan.words if low <= hit.start < high]
        return compiled.find(cue, hits, scan.reading.text, low, high)

    def try_wide(self, uncued: Sequence[int]) -> None:
        """Add what fires in the segment as a whole: a rule with cues once in each clause that has one."""
        scan = self._scan
        words = {hit.word for hit in scan.words}
        text = scan.reading.text
        everything = WordHit(-1, 0, len(text))
        by_clause = dict(self.found)
        for rule, cue, clause in [*((rule, everything, 0) for rule in uncued), *self.wide]:
            compiled = self._compiled[rule]
            if compiled.fits_words(words) and compiled.fits_place(*self._place):
                hit = compiled.find(cue, scan.words, text, 0, len(text))
                if hit is not None and hit.start < hit.end:
                    by_clause.setdefault(clause, []).append((rule, hit))
        self.found = sorted(by_clause.items())
