"""What each clause of a segment tells: the topics that it speaks for, and its votes for roles."""

from collections.abc import Sequence
from typing import NamedTuple

from giar_nlp.rules import Fired, RuleBook, Scan
from giar_nlp.scheme import Deciding, Rule, Theme

KNOWN_MIXTURES = 8192
"""So many sets of rules that fired together are kept in mind: in most clauses one, two or three fire."""

Said = tuple[str, float, int]
"""A theme, the weight of its heaviest rule in a clause, and that rule."""


class Found:
    """What speaks for a theme: score (of a role: votes), heaviest weight, and each rule's first clause."""

    __slots__ = ("first", "heaviest", "score")

    def __init__(self) -> None:
        self.score = 0.0
        self.heaviest = 0.0
        self.first: dict[int, Fired] = {}


class Told(NamedTuple):
    """What a clause tells of topics: of all, of the general one, of the others.

    `is_general`: it speaks for the general topic, with `general`; `weight` is the greatest of the others.
    """

    all: tuple[Said, ...]
    of_general: tuple[Said, ...]
    of_others: tuple[Said, ...]
    is_general: bool
    general: float
    weight: float


class Teller:
    """Reads clauses by the rules of a scheme.

    What fires in a clause comes as bits, and is sifted as bits: rules stand in the order of their weights, so
    the highest bit of a theme is its heaviest rule.

    Args:
        rules: each with its theme, None for an aside; the lightest first.
        book: the same rules, in the same order.
        deciding: how the scheme weighs them.
    """

    def __init__(
        self, rules: Sequence[tuple[Rule, Theme | None]], book: RuleBook, deciding: Deciding
    ) -> None:
        self._book = book
        self._general = deciding.general
        self._aside_factor = deciding.aside_factor
        themes = [theme.id if theme else "" for _, theme in rules]
        self._facts = [(theme, rule.weight) for theme, (rule, _) in zip(themes, rules, strict=True)]
        self.roles = _bits([theme is not None and theme.family == "role" for _, theme in rules])
        self._topics = _bits([theme is not None and theme.family == "topic" for _, theme in rules])
        self._asides = _bits([theme is None for _, theme in rules])
        # Of each rule: those of other themes; if there are more, those of its theme and weight; what it
        # does not claim.
        self._others = [~_bits([other == theme for other in themes]) for theme in themes]
        peers = [_bits([other == fact for other in self._facts]) for fact in self._facts]
        self._peers = [bits if bits & (bits - 1) else 0 for bits in peers]
        claims = [{*rule.claims, *(theme.claims if theme else ())} for rule, theme in rules]
        sure = deciding.sure
        self._unclaimed = [
            ~_bits([theme in claimed and weight < sure for theme, weight in self._facts])
            for claimed in claims
        ]
        self._claiming = _bits([bool(claimed) for claimed in claims])
        self._speaking = self._topics | self._asides | self._claiming
        self._told: dict[tuple[int, float], Told] = {}
        self._sifted: dict[int, list[int]] = {}

    def tell(self, fired: Fired, scan: Scan, factor: float) -> Told:
        """What a clause tells of topics, its weights multiplied; no weight becomes more than 1."""
        rules = fired[1] & self._speaking
        told = self._told.get((rules, factor))
        return self._read(rules, fired, scan, factor) if told is None else told

    def vote(self, fired: Fired, scan: Scan, factor: float, roles: dict[str, Found]) -> None:
        """Add a clause's votes, multiplied, to those for `roles`."""
        facts = self._facts
        rules = fired[1] & self.roles
        votes = self._sifted.get(rules) or self._heaviest(rules, fired, scan)
        if len(votes) > 1 and len({facts[rule][0] for rule in votes}.difference(roles)) > 1:
            # Among equals wins the role that speaks first.
            order = [facts[rule][0] for rule in self._book.in_order(rules, fired, scan)]
            votes = sorted(votes, key=lambda rule: order.index(facts[rule][0]))
        for rule in votes:
            theme, weight = facts[rule]
            found = roles.get(theme)
            if found is None:
                found = roles[theme] = Found()
            found.score += weight * factor
            if weight > 0:
                found.heaviest = max(found.heaviest, weight)
                found.first.setdefault(rule, fired)

    def _read(self, rules: int, fired: Fired, scan: Scan, factor: float) -> Told:
        """What rules, given as bits, tell of topics; kept in mind if it depends on nothing else."""
        key = (rules, factor)
        topics = rules & self._topics
        if rules & self._asides:
            factor = self._aside_factor
        claiming = rules & self._claiming
        while claiming:
            rule = claiming.bit_length() - 1
            claiming ^= 1 << rule
            topics &= self._unclaimed[rule]
        said = [(*self._facts[rule], rule) for rule in self._heaviest(topics, fired, scan)]
        if factor != 1.0:
            said = [(theme, min(weight * factor, 1.0), rule) for theme, weight, rule in said]
        told = _told(said, self._general)
        if topics in self._sifted:
            if len(self._told) >= KNOWN_MIXTURES:
                self._told.clear()
            self._told[key] = told
        return told

    def _heaviest(self, rules: int, fired: Fired, scan: Scan) -> list[int]:
        """The heaviest rule of each theme among rules given as bits; among equals, the first to speak."""
        whole, heaviest, is_plain = rules, [], True
        while rules:
            rule = rules.bit_length() - 1
            if (peers := self._peers[rule]) and (peers := rules & peers) & (peers - 1):
                heaviest.append(self._book.in_order(peers, fired, scan)[0])
                is_plain = False
            else:
                heaviest.append(rule)
            rules &= self._others[rule]
        if is_plain:
            if len(self._sifted) >= KNOWN_MIXTURES:
                self._sifted.clear()
            self._sifted[whole] = heaviest
        return heaviest


def _told(said: Sequence[Said], general: str) -> Told:
    of_general = tuple([each for each in said if each[0] == general])
    of_others = tuple([each for each in said if each[0] != general])
    weight = max([weight for _, weight, _ in of_others], default=0.0)
    return Told(
        tuple(said), of_general, of_others, bool(of_general), sum([w for _, w, _ in of_general]), weight
    )


def _bits(flags: Sequence[bool]) -> int:
    return sum([1 << number for number, flag in enumerate(flags) if flag])
