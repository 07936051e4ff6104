"""Runs the scheme's rules over text and returns hits with rule id and span.

A `Scanner` finds all words of all rules in one pass over a reading (Aho-Corasick); a `RuleBook` then looks
only at rules whose cues were found, clause by clause, and runs their patterns with a time-out.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
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

    def scan_words(self, text: str) -> list[WordHit]:
        """All words of the list in a folded text."""
        return [WordHit(*hit) for hit in self._automaton.find_matches_as_indexes(text, overlapping=True)]

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
        self.wide = rule.scope == "segment" or not rule.cues
        self.pattern = regex.compile(scheme.pattern_of(rule.pattern)) if rule.pattern else None
        self.more = (
            self.wide
            or rule.within is not None
            or bool(self.also or rule.pattern or rule.section or rule.heading or rule.under)
        )

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

    def close_by(self, hits: Sequence[WordHit]) -> WordHit | None:
        """The first of these hits that is a cue with a near word close enough."""
        cues, near, within = self.cues or (), self.near or (), self.rule.within or 0
        for cue in hits:
            if cue.word in cues:
                for hit in hits:
                    if hit.word in near and (0 <= hit.start - cue.end <= within or 0 <= cue.start - hit.end <= within):
                        return cue
        return None

    def search(self, text: str, low: int, high: int, hit: tuple[int, int]) -> tuple[int, int] | None:
        """Where the pattern matches between two indexes, None if it does not in time; `hit` if there is none."""
        if self.pattern is None:
            return hit
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


class _Clause(NamedTuple):
    """A clause of a scan: its number and its bounds."""

    number: int
    low: int
    high: int


def outermost(hits: Iterable[WordHit]) -> list[WordHit]:
    """Hits in order of place, without those that lie inside a longer one."""
    kept: list[WordHit] = []
    reach = -1
    for hit in sorted(hits, key=lambda hit: (hit.start, -hit.end)):
        if hit.end > reach or (kept and (hit.start, hit.end) == (kept[-1].start, kept[-1].end)):
            kept.append(hit)
            reach = max(reach, hit.end)
    return kept


class RuleBook:
    """A list of rules, compiled against one scanner; `rules[match.rule]` is the rule that fired."""

    def __init__(self, rules: Sequence[Rule], scheme: Scheme, scanner: Scanner) -> None:
        self.rules = tuple(rules)
        self._compiled = [_Compiled(rule, scheme, scanner) for rule in self.rules]
        # Unpacked in the innermost loop; `more` says that there is something else to look at.
        self._tests = [(c.near, c.without, c.more, c) for c in self._compiled]
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
        return [match for clause in self.by_clause(scan, headings, section) for match in clause]

    def by_clause(self, scan: Scan, headings: Sequence[str] = (), section: int = 0) -> list[list[Match]]:
        """The same, one list for each clause in which a rule fires."""
        found: list[list[Match]] = []
        wide: list[tuple[int, WordHit, int]] = []
        candidates: dict[int, WordHit] = {}
        here: set[int] = set()
        ends = scan.clause_ends
        number = low = 0
        high = ends[0]
        start_until = AT_START
        at_start, anywhere = self._at_start, self._anywhere
        opening, closing = self._opening, self._closing
        for hit in scan.words:
            word, start, _ = hit
            if start >= high:
                if candidates:
                    self._try(candidates, here, scan, _Clause(number, low, high), (headings, section), found, wide)
                    candidates = {}
                here = set()
                anywhere = self._anywhere
                while start >= high:
                    number += 1
                    low, high = high, ends[number]
                start_until = low + AT_START
            here.add(word)
            for rule in at_start[word] if start <= start_until else anywhere[word]:
                if rule not in candidates:
                    candidates[rule] = hit
            if word == opening:
                anywhere = self._in_names
            elif word == closing:
                anywhere = self._anywhere
        if candidates:
            self._try(candidates, here, scan, _Clause(number, low, high), (headings, section), found, wide)
        if wide or self._uncued:
            found = self._with_wide(wide, scan, (headings, section), found)
        return found

    def _try(
        self,
        candidates: dict[int, WordHit],
        words: set[int],
        scan: Scan,
        clause: _Clause,
        place: tuple[Sequence[str], int],
        found: list[list[Match]],
        wide: list[tuple[int, WordHit, int]],
    ) -> None:
        """Add to `found` what fires in one clause, and to `wide` what must be tried on the segment."""
        tests = self._tests
        fired: list[Match] = []
        for rule, (word, start, end) in candidates.items():
            near, without, more, compiled = tests[rule]
            if (near is not None and near.isdisjoint(words)) or (
                without is not None and not without.isdisjoint(words)
            ):
                continue
            if more:
                if compiled.wide:
                    wide.append((rule, WordHit(word, start, end), clause.number))
                    continue
                if (compiled.also is not None and compiled.also.isdisjoint(words)) or not compiled.fits_place(
                    *place
                ):
                    continue
                if compiled.rule.within is not None:
                    close = compiled.close_by([hit for hit in scan.words if clause.low <= hit.start < clause.high])
                    if close is None:
                        continue
                    _, start, end = close
                shape = compiled.search(scan.reading.text, clause.low, clause.high, (start, end))
                if shape is None:
                    continue
                start, end = shape
            fired.append(Match(rule, start, end, clause.number))
        if fired:
            found.append(fired)

    def _with_wide(
        self,
        wide: list[tuple[int, WordHit, int]],
        scan: Scan,
        place: tuple[Sequence[str], int],
        found: list[list[Match]],
    ) -> list[list[Match]]:
        """What was found and what fires in the segment as a whole: a rule with cues once a clause that has one."""
        words = {hit.word for hit in scan.words}
        text = scan.reading.text
        everything = WordHit(-1, 0, len(text))
        by_clause = {clause[0].clause: clause for clause in found}
        for rule, (_, start, end), clause in [*((rule, everything, 0) for rule in self._uncued), *wide]:
            compiled = self._compiled[rule]
            if not compiled.fits_words(words) or not compiled.fits_place(*place):
                continue
            shape = compiled.search(text, 0, len(text), (start, end))
            if shape is not None and shape[0] < shape[1]:
                by_clause.setdefault(clause, []).append(Match(rule, *shape, clause))
        return [by_clause[clause] for clause in sorted(by_clause)]
