"""Looks clause by clause at the rules whose words were found there."""

import sys
from collections.abc import Iterable, Sequence
from functools import reduce
from operator import or_
from typing import NamedTuple

from giar_nlp.rules.conditions import ReadyRule, Span
from giar_nlp.rules.scanning import NAME_MARKS, STOPS, TEXT_END, Scan, Scanner
from giar_nlp.scheme import AT_START, Rule, Scheme

Fired = tuple[int, int, int, int, int, dict[int, Span]]
"""What fires in a clause: its number, the rules as bits, its start, from where to where its words stand in
`Scan.found`, and those hits whose places are known already."""


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
        width = len(rules)
        self.width = width
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
        self.of_word = masks
        self.of = masks | stops


class RuleBook:
    """A list of rules, compiled against one scanner; `rules[match.rule]` is the rule that fired."""

    def __init__(self, rules: Sequence[Rule], scheme: Scheme, scanner: Scanner) -> None:
        self.rules = tuple(rules)
        self._ready = [ReadyRule(rule, scheme) for rule in self.rules]
        self._uncued = [number for number, rule in enumerate(self._ready) if not rule.cues]
        self._wide = [number for number, rule in enumerate(self._ready) if rule.wide]
        self._cues = [frozenset(rule.cues) for rule in self._ready]
        self.all = (1 << len(self.rules)) - 1
        self._not_plain = _bits(number for number, rule in enumerate(self._ready) if not rule.plain)
        self._starting = _bits(number for number, rule in enumerate(self._ready) if rule.rule.at == "start")
        self._scanner = scanner
        self._masks = _Masks(self._ready, scanner)
        self._uses: dict[str, list[_Use]] = {word: [] for word in self._masks.of}
        self._reaches = [AT_START if rule.rule.at == "start" else sys.maxsize for rule in self._ready]
        for number, (rule, reach) in enumerate(zip(self._ready, self._reaches, strict=True)):
            for word in rule.cues:
                self._uses[word].append((number, 1 << number, reach, rule.rule.names))
        self._opening = {
            word: bits
            for word, uses in self._uses.items()
            if (bits := _bits(number for number, *_ in uses) & self._starting)
        }

    def matches(self, scan: Scan, headings: Sequence[str] = (), section: int = 0) -> list[Match]:
        """Every rule that fires in a scanned segment, once a clause, in the order of clauses.

        Args:
            scan: the segment.
            headings: folded titles above it, outermost first.
            section: number of its section, 0 before the first.
        """
        return [
            Match(rule, *self.place(rule, fired, scan), fired[0])
            for fired in self.by_clause(scan, headings, section)[0]
            for rule in self.in_order(fired[1], fired, scan)
        ]

    def by_clause(
        self, scan: Scan, headings: Sequence[str] = (), section: int = 0, among: int | None = None
    ) -> tuple[list[Fired], list[int]]:
        """The same, clause by clause, without those in which no rule fires; and where all clauses end.

        Most hits are of no interest but that they are there: `place` finds where one is.

        Args:
            scan: the segment.
            headings: folded titles above it, outermost first.
            section: number of its section, 0 before the first.
            among: the rules that are looked at, as bits; all where not given.
        """
        masks, found, text = self._masks, scan.found, scan.reading.text
        nothing, marked, of_stop, goes_on = masks.nothing, masks.marked, masks.of_stop, self._scanner.goes_on
        near, also, without = masks.width, 2 * masks.width, 3 * masks.width
        starting, not_plain, place = self._starting, self._not_plain, (headings, section)
        among = self.all if among is None else among
        clauses: list[Fired] = []
        ends: list[int] = []
        first = low = 0
        together = nothing
        for index, mask in enumerate(map(masks.of.__getitem__, found)):
            if mask:
                together |= mask
                continue
            stop = found[index]
            together |= of_stop[stop]
            clause, high = len(ends), text.find(stop, low) + 1 or len(text)
            ends.append(high)
            is_marked = together >= marked
            reads_on = is_marked and goes_on(text, high)
            words: Sequence[str] = ()
            if reads_on:
                words = self._scanner.words_in(text, low, high)
                together = reduce(or_, map(masks.of_word.__getitem__, words), nothing)
            rules = among & together & (together >> near)
            if rules and (rules := rules & (together >> also) & ~(together >> without)):
                if reads_on or (is_marked and NAME_MARKS[0] in found[first:index]):
                    words = words if reads_on else found[first:index]
                    known = self._outside_names(rules, words, text, low)
                    fired: Fired = (clause, _bits(known), low, first, first, known)
                else:
                    if rules & starting:
                        rules &= ~starting | self._openers(found[first : index + 1], text, low)
                    fired = (clause, rules, low, first, index + 1, {})
                if fired[1] & not_plain:
                    fired = self._look_closer(fired, words or found[first : index + 1], (text, high), place)
                if fired[1]:
                    clauses.append(fired)
            first, low, together = index + 1, high, nothing
        return (self._settle_wide(clauses, scan, place, among) if self._wide else clauses), ends

    def place(self, rule: int, fired: Fired, scan: Scan) -> Span:
        """Where the hit of a rule that fires in a clause starts and ends."""
        _, _, low, first, last, known = fired
        if rule in known:
            return known[rule]
        text, cues, reach = scan.reading.text, self._cues[rule], self._reaches[rule]
        for word in scan.found[first:last]:
            if word in cues:
                start = text.find(word, low)
                if start - low <= reach:
                    return start, start + len(word)
        raise ValueError(f"{self.rules[rule].id} does not fire in clause {fired[0]}")

    def in_order(self, rules: int, fired: Fired, scan: Scan) -> list[int]:
        """The numbers of rules that fire in a clause, given as bits, in the order of their first cues."""
        _, _, low, first, last, known = fired
        numbers = self._first_cues(rules, scan.found[first:last], scan.reading.text, low)
        return numbers + [number for number in known if rules >> number & 1 and number not in numbers]

    def _openers(self, words: Sequence[str], text: str, low: int) -> int:
        """The rules, as bits, that have a cue among these words where the clause at `low` starts."""
        opening = self._opening
        rules = 0
        for word in words:
            if word in opening and text.find(word, low, low + AT_START + len(word)) >= 0:
                rules |= opening[word]
        return rules

    def _first_cues(self, fired: int, words: Sequence[str], text: str, low: int) -> list[int]:
        """The rules of these bits in the order of their first cues, which are among the words of a clause."""
        uses = self._uses
        order: list[int] = []
        for word in words:
            for number, bit, reach, _ in uses[word]:
                if fired & bit and text.find(word, low) - low <= reach:
                    order.append(number)
                    fired ^= bit
                    if not fired:
                        return order
        return order

    def _outside_names(self, rules: int, words: Sequence[str], text: str, low: int) -> dict[int, Span]:
        """The first cue of each rule of these bits that has one; in a document's name most cues are none.

        `words` are those of the clause that starts at `low`, each once for each of its places.
        """
        uses = self._uses
        cues: dict[int, Span] = {}
        places: dict[str, int] = {}
        in_name = False
        for word in words:
            start = -1
            for number, bit, reach, names in uses[word]:
                if rules & bit:
                    if start < 0:
                        start = places[word] = text.find(word, places.get(word, low - 1) + 1)
                    if start - low <= AT_START or (reach > AT_START and (names or not in_name)):
                        cues[number] = start, start + len(word)
                        rules ^= bit
            if word in NAME_MARKS:
                in_name = word == NAME_MARKS[0]
        return cues

    def _look_closer(
        self, fired: Fired, words: Sequence[str], within: tuple[str, int], place: tuple[Sequence[str], int]
    ) -> Fired:
        """What fires in a clause where the other conditions of the rules are met too; wide rules wait.

        `within`: the text, and where in it the clause ends.
        """
        clause, rules, low, first, last, known = fired
        left = rules & self._not_plain
        while left:
            number = left.bit_length() - 1
            left ^= 1 << number
            rule = self._ready[number]
            if rule.wide:
                continue
            if rule.placed and not rule.fits_place(*place):
                rules ^= 1 << number
            elif rule.finds:
                span = rule.find(words, within[0], low, within[1])
                if span is None:
                    rules ^= 1 << number
                else:
                    known[number] = span
        return clause, rules, low, first, last, known

    def _settle_wide(
        self, clauses: Sequence[Fired], scan: Scan, place: tuple[Sequence[str], int], among: int
    ) -> list[Fired]:
        """The hits, with those rules that look at the whole segment tried on it.

        A rule with cues keeps one hit in each clause that has one, a rule without any has one at most.
        """
        text = scan.reading.text
        words = self._scanner.words_in(text, 0, len(text))
        present = frozenset(words)
        settled: dict[int, Fired] = {}
        tried = [(0, rule, (0, len(text))) for rule in self._uncued if among >> rule & 1]
        for fired in clauses:
            wide = [rule for rule in self._wide if fired[1] >> rule & 1]
            tried += [(fired[0], rule, self.place(rule, fired, scan)) for rule in wide]
            settled[fired[0]] = (fired[0], fired[1] ^ _bits(wide), *fired[2:])
        for clause, number, cue in tried:
            rule = self._ready[number]
            if rule.fits_words(present) and rule.fits_place(*place):
                span = rule.find(words, text, 0, len(text)) if rule.finds else cue
                if span is not None and span[0] < span[1]:
                    old = settled.get(clause, (clause, 0, 0, 0, 0, {}))
                    settled[clause] = (clause, old[1] | 1 << number, *old[2:5], {**old[5], number: span})
        return sorted(fired for fired in settled.values() if fired[1])


def _bits(numbers: Iterable[int]) -> int:
    return sum([1 << number for number in numbers])
