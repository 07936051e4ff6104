"""Runs the scheme's rules over text and returns hits with rule id and span.

A `Scanner` finds all words of all rules in one pass over a reading (Aho-Corasick); a `RuleBook` then looks
only at rules whose cues were found, clause by clause, and runs their patterns with a time-out.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
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

WordHit = tuple[int, int, int]
"""A scheme word in a reading: its number in the scanner's list, its start and its end."""


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

    def find(self, text: str) -> list[WordHit]:
        """All words of the list in a folded text, in the order of their ends."""
        return self._automaton.find_matches_as_indexes(text, overlapping=True)

    def scan(self, reading: Reading) -> Scan:
        """All words of the list in a reading, and its clauses."""
        text = reading.text
        ends = [match.end() for match in CLAUSE_END.finditer(text)]
        if not ends or ends[-1] < len(text):
            ends.append(len(text))
        return Scan(reading, self.find(text), ends)


class _Compiled:
    """A rule ready to run: what is left to look at once its words were found in a clause."""

    __slots__ = ("cues", "heading", "near", "pattern", "placed", "rule", "under", "wide", "words")

    def __init__(self, rule: Rule, scheme: Scheme, scanner: Scanner) -> None:
        def numbers(words: Iterable[str]) -> frozenset[int]:
            return frozenset(scanner.number(word) for word in scheme.words_of(words))

        self.rule = rule
        self.cues = numbers(rule.cues)
        self.near = numbers(rule.near)
        self.words = (self.near, numbers(rule.also), numbers(rule.without))
        self.heading = scheme.words_of(rule.heading)
        self.under = scheme.words_of(rule.under)
        self.pattern = regex.compile(scheme.pattern_of(rule.pattern)) if rule.pattern else None
        self.placed = bool(rule.section or rule.heading or rule.under)
        self.wide = rule.scope == "segment" or not rule.cues

    @property
    def plain(self) -> bool:
        """Whether nothing is left to look at."""
        return not (self.wide or self.placed or self.pattern or self.rule.within is not None)

    def fits_place(self, headings: Sequence[str], section: int) -> bool:
        """Whether the section and the headings are those that the rule asks for."""
        if self.rule.section and section not in self.rule.section:
            return False
        if self.heading and not (headings and any(word in headings[-1] for word in self.heading)):
            return False
        return not self.under or any(word in title for title in headings for word in self.under)

    def fits_words(self, words: set[int]) -> bool:
        """Whether these words hold what the rule asks for, and nothing that it bars."""
        near, also, without = self.words
        return (
            (not near or not near.isdisjoint(words))
            and (not also or not also.isdisjoint(words))
            and without.isdisjoint(words)
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
        return hit[0], shape.start(), shape.end()

    def _close_by(self, hits: Sequence[WordHit], within: int) -> WordHit | None:
        """The first of these hits that is a cue with a near word close enough, beside it and not in it."""
        for cue in hits:
            if cue[0] in self.cues:
                for word, start, end in hits:
                    if word in self.near and 0 <= max(start - cue[2], cue[1] - end) <= within:
                        return cue
        return None


def rule_words(rules: Iterable[Rule], scheme: Scheme) -> Iterable[str]:
    """All words that a scanner must know for these rules."""
    for rule in rules:
        yield from scheme.words_of((*rule.cues, *rule.near, *rule.also, *rule.without))


class _Masks:
    """What each word says to all rules at once, a bit a rule.

    A word's mask holds four fields side by side, a bit for each rule in each: rules it is a cue of, rules it
    is near to, rules that also ask for it, rules that it bars. The masks of a clause's words, put
    together, tell in a few operations on whole numbers which rules may fire there.
    """

    def __init__(self, compiled: Sequence[_Compiled], n_words: int) -> None:
        self.width = len(compiled)
        self._all = (1 << self.width) - 1
        self._no_near = self._bits(rule.wide or not rule.words[0] for rule in compiled)
        self._no_also = self._bits(rule.wide or not rule.words[1] for rule in compiled)
        self.at_start = [0] * n_words
        self.anywhere = [0] * n_words
        self.in_names = [0] * n_words
        for number, rule in enumerate(compiled):
            for word in rule.cues:
                self.at_start[word] |= 1 << number
                if rule.rule.at == "anywhere":
                    self.anywhere[word] |= 1 << number
                    if rule.rule.names:
                        self.in_names[word] |= 1 << number
            for field, words in enumerate(() if rule.wide else rule.words, start=1):
                for word in words:
                    bit = 1 << number + field * self.width
                    self.at_start[word] |= bit
                    self.anywhere[word] |= bit
                    self.in_names[word] |= bit

    @staticmethod
    def _bits(flags: Iterable[bool]) -> int:
        return sum(1 << number for number, flag in enumerate(flags) if flag)

    def firing(self, clause: int) -> int:
        """The rules whose words stand in a clause, given the masks of its words put together."""
        width = self.width
        cues = clause & self._all
        if not cues:
            return 0
        near = (clause >> width) | self._no_near
        also = (clause >> 2 * width) | self._no_also
        return cues & near & also & ~(clause >> 3 * width)


def _numbers(bits: int) -> Iterator[int]:
    while bits:
        lowest = bits & -bits
        yield lowest.bit_length() - 1
        bits ^= lowest


class RuleBook:
    """A list of rules, compiled against one scanner; `rules[match.rule]` is the rule that fired."""

    def __init__(self, rules: Sequence[Rule], scheme: Scheme, scanner: Scanner) -> None:
        self.rules = tuple(rules)
        self._compiled = [_Compiled(rule, scheme, scanner) for rule in self.rules]
        self._plain = [compiled.plain for compiled in self._compiled]
        self._uncued = [number for number, compiled in enumerate(self._compiled) if not compiled.cues]
        self._opening, self._closing = map(scanner.number, NAME_MARKS)
        self._masks = _Masks(self._compiled, len(scanner.words))

    def matches(self, scan: Scan, headings: Sequence[str] = (), section: int = 0) -> list[Match]:
        """Every rule that fires in a scanned segment, once a clause, in the order of clauses.

        Args:
            scan: the segment.
            headings: folded titles above it, outermost first.
            section: number of its section, 0 before the first.
        """
        return [
            Match(rule, start, end, clause)
            for clause, hits in self.by_clause(scan, headings, section)
            for rule, (_, start, end) in hits
        ]

    def by_clause(self, scan: Scan, headings: Sequence[str] = (), section: int = 0) -> list[ClauseHits]:
        """The same, clause by clause."""
        run = _Run(self._compiled, self._plain, scan, (headings, section))
        masks = self._masks
        anywhere, in_names, firing = masks.anywhere, masks.in_names, masks.firing
        cue_bits = (1 << masks.width) - 1
        ends = scan.clause_ends
        clause = low = 0
        high = ends[0]
        table = anywhere
        together = 0
        cues: list[tuple[int, WordHit]] = []
        for hit in scan.words:
            word, start, _ = hit
            if start >= high:
                if together and (fired := firing(together)):
                    run.try_clause(fired, cues, clause)
                together = 0
                cues = []
                table = anywhere
                while start >= high:
                    clause += 1
                    low, high = high, ends[clause]
            mask = masks.at_start[word] if start <= low + AT_START else table[word]
            together |= mask
            if mask & cue_bits:
                cues.append((mask, hit))
            if word == self._opening:
                table = in_names
            elif word == self._closing:
                table = anywhere
        if together and (fired := firing(together)):
            run.try_clause(fired, cues, clause)
        if run.wide or self._uncued:
            run.try_wide(self._uncued)
        return run.found


class _Run:
    """One book's way through one scan: what has fired so far, and what must be tried on the whole segment."""

    __slots__ = ("_compiled", "_place", "_plain", "_scan", "found", "wide")

    def __init__(
        self,
        compiled: Sequence[_Compiled],
        plain: Sequence[bool],
        scan: Scan,
        place: tuple[Sequence[str], int],
    ) -> None:
        self._compiled = compiled
        self._plain = plain
        self._scan = scan
        self._place = place
        self.found: list[ClauseHits] = []
        self.wide: list[tuple[int, WordHit, int]] = []

    def try_clause(self, fired: int, cues: Sequence[tuple[int, WordHit]], clause: int) -> None:
        """Keep the rules of these bits that fire in a clause, each at its first cue."""
        kept: list[tuple[int, WordHit]] = []
        for mask, cue in cues:
            here = mask & fired
            if not here:
                continue
            fired &= ~here
            for rule in _numbers(here):
                hit = cue if self._plain[rule] else self._look_closer(rule, cue, clause)
                if hit is not None:
                    kept.append((rule, hit))
            if not fired:
                break
        if kept:
            self.found.append((clause, kept))

    def _look_closer(self, rule: int, cue: WordHit, clause: int) -> WordHit | None:
        compiled = self._compiled[rule]
        if compiled.wide:
            self.wide.append((rule, cue, clause))
            return None
        if compiled.placed and not compiled.fits_place(*self._place):
            return None
        scan = self._scan
        low = scan.clause_ends[clause - 1] if clause else 0
        high = scan.clause_ends[clause]
        if compiled.rule.within is None:
            return compiled.find(cue, (), scan.reading.text, low, high)
        hits = [hit for hit in scan.words if low <= hit[1] < high]
        return compiled.find(cue, hits, scan.reading.text, low, high)

    def try_wide(self, uncued: Sequence[int]) -> None:
        """Add what fires in the segment as a whole: a rule with cues once in each clause that has one."""
        scan = self._scan
        words = {word for word, _, _ in scan.words}
        text = scan.reading.text
        everything = (-1, 0, len(text))
        by_clause = dict(self.found)
        for rule, cue, clause in [*((rule, everything, 0) for rule in uncued), *self.wide]:
            compiled = self._compiled[rule]
            if compiled.fits_words(words) and compiled.fits_place(*self._place):
                hit = compiled.find(cue, scan.words, text, 0, len(text))
                if hit is not None and hit[1] < hit[2]:
                    by_clause.setdefault(clause, []).append((rule, hit))
        self.found = sorted(by_clause.items())
