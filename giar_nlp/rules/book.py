"""Looks clause by clause at the rules whose words were found there."""

import sys
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from giar_nlp.rules.conditions import ReadyRule
from giar_nlp.rules.scanning import NAME_MARKS, STOPS, TEXT_END, Scan, Scanner
from giar_nlp.scheme import AT_START, Rule, Scheme

RuleHit = tuple[int, int, int]
"""A rule that fired in a clause: its number in the book, where its hit starts and ends."""
ClauseHits = tuple[int, Sequence[RuleHit]]
"""A clause's number and the rules that fire in it."""


class Match(NamedTuple):
    """A rule that fired in a reading: its number in the book, where, and in which clause."""

    rule: int
    start: int
    end: int
    clause: int


_Use = tuple[int, int, int, bool]
"""A rule that a word is a cue of: its number and bit, how far into a clause the cue may stand, and whether
it may stand in the name of a document."""


class _Masks:
    """What each word says to all rules at once, a bit a rule.

    A word's mask holds four fields side by side, a bit for each rule in each: rules it is a cue of, rules it
    is near to, rules that also ask for it, rules that it bars. The masks of a clause's words, put
    together, tell in a few operations on whole numbers which rules may fire there. Above the fields stands
    a bit that every word has (a stop has none), and above that one for the scanner's marks.
    """

    def __init__(self, rules: Sequence[ReadyRule], scanner: Scanner) -> None:
        width = self._width = len(rules)
        self._all = (1 << width) - 1
        known = 1 << 4 * width
        self.marked = known << 1
        masks = dict.fromkeys(scanner.words, known)
        masks.update(dict.fromkeys(scanner.marks, known | self.marked))
        self.nothing = known
        for number, rule in enumerate(rules):
            for field, words in enumerate((rule.cues, *rule.words)):
                for word in words if field == 0 or not rule.wide else ():
                    masks[word] |= 1 << number + field * width
                if field in (1, 2) and (rule.wide or not words):
                    self.nothing |= 1 << number + field * width
        stops = dict.fromkeys((*STOPS, TEXT_END), 0)
        self.of_stop = {stop: masks.get(stop, 0) for stop in stops}
        self._of_word = masks
        self.of = masks | stops

    def beside_cues(self, word: str) -> int:
        """The mask of a word without the rules that it is a cue of."""
        return self._of_word[word] & ~self._all

    def firing(self, clause: int) -> int:
        """The rules whose words stand in a clause, given the masks of its words put together."""
        width = self._width
        fired = clause & (clause >> width) & self._all
        return fired and fired & (clause >> 2 * width) & ~(clause >> 3 * width)


class RuleBook:
    """A list of rules, compiled against one scanner; `rules[match.rule]` is the rule that fired."""

    def __init__(self, rules: Sequence[Rule], scheme: Scheme, scanner: Scanner) -> None:
        self.rules = tuple(rules)
        self.ids = [rule.id for rule in rules]
        self._ready = [ReadyRule(rule, scheme) for rule in self.rules]
        self._uncued = [number for number, rule in enumerate(self._ready) if not rule.cues]
        self._any_wide = any(rule.wide for rule in self._ready)
        self._not_plain = sum(1 << number for number, rule in enumerate(self._ready) if not rule.plain)
        self._scanner = scanner
        self._name_marks = tuple(map(scanner.number, NAME_MARKS))
        self._masks = _Masks(self._ready, scanner)
        self._uses: dict[str, list[_Use]] = {word: [] for word in self._masks.of}
        for number, rule in enumerate(self._ready):
            reach = AT_START if rule.rule.at == "start" else sys.maxsize
            for word in rule.cues:
                self._uses[word].append((number, 1 << number, reach, rule.rule.names))
        self._known = [(self._masks.beside_cues(word), self._uses[word]) for word in scanner.words]

    def matches(self, scan: Scan, headings: Sequence[str] = (), section: int = 0) -> list[Match]:
        """Every rule that fires in a scanned segment, once a clause, in the order of clauses.

        Args:
            scan: the segment.
            headings: folded titles above it, outermost first.
            section: number of its section, 0 before the first.
        """
        return [
            Match(*hit, clause) for clause, hits in self.by_clause(scan, headings, section) for hit in hits
        ]

    def by_clause(self, scan: Scan, headings: Sequence[str] = (), section: int = 0) -> list[ClauseHits]:
        """The same, clause by clause; a clause where nothing fires is left out."""
        masks, found, ends, text = self._masks, scan.found, scan.clause_ends, scan.reading.text
        nothing, marked, of_stop, firing = masks.nothing, masks.marked, masks.of_stop, masks.firing
        not_plain = self._not_plain
        clauses: list[ClauseHits] = []
        clause = first = low = 0
        together = nothing
        for index, mask in enumerate(map(masks.of.__getitem__, found)):
            if mask:
                together |= mask
                continue
            together |= of_stop[found[index]]
            high = ends[clause]
            fired = firing(together)
            hits: Sequence[RuleHit] = ()
            if together >= marked:
                fired, hits = self._first_cues_by_place(text, low, high)
            elif fired:
                hits = self._first_cues(fired, found[first : index + 1], text, low)
            if fired & not_plain:
                hits = self._look_closer(hits, (text, low, high), (headings, section))
            if hits:
                clauses.append((clause, hits))
            clause, first, low, together = clause + 1, index + 1, high, nothing
        return self._settle_wide(clauses, scan, (headings, section)) if self._any_wide else clauses

    def _first_cues(self, fired: int, words: Sequence[str], text: str, low: int) -> list[RuleHit]:
        """The first cue of each rule of these bits in a clause that starts at `low` and holds these words."""
        uses = self._uses
        hits: list[RuleHit] = []
        for word in words:
            for number, bit, reach, _ in uses[word]:
                if fired & bit:
                    start = text.find(word, low)
                    if start - low <= reach:
                        hits.append((number, start, start + len(word)))
                        fired ^= bit
                        if not fired:
                            return hits
        return hits

    def _first_cues_by_place(self, text: str, low: int, high: int) -> tuple[int, list[RuleHit]]:
        """The rules whose words stand in a clause, as bits, and the first cue of each.

        Each word is looked at where it stands: within the name of a document, a cue is none for most rules.
        """
        name_marks = self._name_marks
        together = self._masks.nothing
        cues: list[tuple[int, RuleHit]] = []
        in_name = False
        for word, start, end in self._scanner.find_in(text, low, high):
            beside, uses = self._known[word]
            together |= beside
            for number, bit, reach, names in uses:
                if start - low <= AT_START or (reach > AT_START and (names or not in_name)):
                    together |= bit
                    cues.append((bit, (number, start, end)))
            if word in name_marks:
                in_name = word == name_marks[0]
        left = fired = self._masks.firing(together)
        hits: list[RuleHit] = []
        for bit, hit in cues:
            if left & bit:
                hits.append(hit)
                left ^= bit
        return fired, hits

    def _look_closer(
        self, hits: Iterable[RuleHit], clause: tuple[str, int, int], place: tuple[Sequence[str], int]
    ) -> list[RuleHit]:
        """Those of a clause's hits that meet the other conditions of their rules; wide rules wait."""
        kept: list[RuleHit] = []
        for hit in hits:
            rule = self._ready[hit[0]]
            if rule.plain or rule.wide:
                kept.append(hit)
            elif not rule.placed or rule.fits_place(*place):
                span = rule.find(hit[1:], *clause)
                if span is not None:
                    kept.append((hit[0], *span))
        return kept

    def _settle_wide(
        self, clauses: Sequence[ClauseHits], scan: Scan, place: tuple[Sequence[str], int]
    ) -> list[ClauseHits]:
        """The hits, with those rules that look at the whole segment tried on it.

        A rule with cues keeps one hit in each clause that has one, a rule without any has one at most.
        """
        text = scan.reading.text
        found = {self._scanner.words[word] for word, _, _ in scan.words}
        settled: dict[int, list[RuleHit]] = {}
        tried = [(0, (number, 0, len(text))) for number in self._uncued]
        for clause, hits in clauses:
            settled[clause] = [hit for hit in hits if not self._ready[hit[0]].wide]
            tried += [(clause, hit) for hit in hits if self._ready[hit[0]].wide]
        for clause, hit in tried:
            rule = self._ready[hit[0]]
            if rule.fits_words(found) and rule.fits_place(*place):
                span = rule.find(hit[1:], text, 0, len(text))
                if span is not None and span[0] < span[1]:
                    settled.setdefault(clause, []).append((hit[0], *span))
        return sorted((clause, hits) for clause, hits in settled.items() if hits)
