"""How well labels were given: by label and in all, with intervals, calibration and the worst errors.

Intervals are by bootstrap over groups (reports, writers), for segments of one report are alike; they
need no assumption about how scores spread.
"""

import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import TypeVar

from giar_nlp.evaluation.scores import Score

ROUNDS = 1000
"""Resamples of a bootstrap, and shuffles of a paired test."""
BINS = 10
"""Parts of the calibration table."""
WORST = 20
"""So many worst errors are kept."""
_EDGE = 0.025

Kind = TypeVar("Kind")


@dataclass(frozen=True, slots=True)
class Judged:
    """A text with the labels that it should have and those that it got; `scores` are probabilities."""

    where: str
    group: str
    text: str
    gold: frozenset[str]
    found: frozenset[str]
    scores: Mapping[str, float] = field(default_factory=dict)

    @property
    def wrong(self) -> frozenset[str]:
        """Labels that are missing or too many."""
        return self.gold ^ self.found

    @property
    def badness(self) -> float:
        """How sure the wrong decisions were, added up; 1 each where no probability is known."""
        return sum(
            1 - self.scores.get(label, 0.0) if label in self.gold else self.scores.get(label, 1.0)
            for label in self.wrong
        )


@dataclass(frozen=True, slots=True)
class Figure:
    """A score with the ends of its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Bin:
    """Decisions of about the same probability: how many, their mean probability, the share that is right."""

    n: int
    said: float
    true: float


@dataclass(frozen=True, slots=True)
class LabelScores:
    """All scores of a labelling.

    `figures` holds ``micro_f1``, ``macro_f1``, ``exact`` (all labels of a text right) and, where roles were
    named, ``role`` (the right role, or rightly none). `calibration_error` is the mean distance of
    probability and truth; None without probabilities. `confusions` counts texts where one label is
    missing and the other too many.
    """

    n: int
    n_groups: int
    labels: Mapping[str, Score]
    figures: Mapping[str, Figure]
    calibration: tuple[Bin, ...]
    calibration_error: float | None
    confusions: tuple[tuple[str, str, int], ...]
    worst: tuple[Judged, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two labellings of the same texts: the gain of the second, and how often chance does as much."""

    first: float
    second: float
    gain: Figure
    p_value: float


def score_labels(judged: Sequence[Judged], roles: Iterable[str] = (), *, seed: int = 0) -> LabelScores:
    """The scores of judged texts; `roles` are labels of which a text has one at most."""
    roles = frozenset(roles)
    tallies = _by_group(judged, roles)
    names = sorted({label for one in judged for label in one.gold | one.found})
    whole = _Tally.joined(tallies.values())
    values = whole.figures(names, with_roles=bool(roles))
    drawn = [
        _Tally.joined(sample).figures(names, with_roles=bool(roles))
        for sample in _resamples(list(tallies.values()), seed)
    ]
    bins = _calibration(judged)
    n_decisions = sum(part.n for part in bins)
    wrong = sorted((one for one in judged if one.wrong), key=lambda one: (-one.badness, one.where))
    return LabelScores(
        n=len(judged),
        n_groups=len(tallies),
        labels={name: whole.score(name) for name in names},
        figures={name: _figure(value, [one[name] for one in drawn]) for name, value in values.items()},
        calibration=bins,
        calibration_error=sum(part.n * abs(part.said - part.true) for part in bins) / n_decisions
        if n_decisions
        else None,
        confusions=_confusions(judged),
        worst=tuple(wrong[:WORST]),
    )


def compare_labels(first: Sequence[Judged], second: Sequence[Judged], *, seed: int = 0) -> Comparison:
    """The second labelling against the first, group by group: a paired bootstrap and a paired shuffle."""
    ours, theirs = _by_group(first, frozenset()), _by_group(second, frozenset())
    pairs = [(ours[group], theirs[group]) for group in ours]
    before, after = (_micro([pair[side] for pair in pairs]) for side in (0, 1))
    gains = [
        _micro([pair[1] for pair in sample]) - _micro([pair[0] for pair in sample])
        for sample in _resamples(pairs, seed)
    ]
    chance = random.Random(seed)
    as_much = 0
    for _ in range(ROUNDS):
        swapped = [pair if chance.random() < 0.5 else (pair[1], pair[0]) for pair in pairs]
        gain = _micro([pair[1] for pair in swapped]) - _micro([pair[0] for pair in swapped])
        as_much += abs(gain) >= abs(after - before) - 1e-12
    return Comparison(before, after, _figure(after - before, gains), (as_much + 1) / (ROUNDS + 1))


@dataclass(slots=True)
class _Tally:
    """Counts of one group, which add up."""

    gold: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    right: Counter[str] = field(default_factory=Counter)
    n: int = 0
    n_exact: int = 0
    n_roles: int = 0

    @classmethod
    def joined(cls, tallies: Iterable["_Tally"]) -> "_Tally":
        whole = cls()
        for tally in tallies:
            for mine, other in (
                (whole.gold, tally.gold),
                (whole.found, tally.found),
                (whole.right, tally.right),
            ):
                for label, n in other.items():
                    mine[label] += n
            whole.n += tally.n
            whole.n_exact += tally.n_exact
            whole.n_roles += tally.n_roles
        return whole

    def score(self, label: str) -> Score:
        return Score(self.gold[label], self.found[label], self.right[label])

    def figures(self, names: Sequence[str], *, with_roles: bool) -> dict[str, float]:
        scores = [self.score(name).f1 for name in names if self.gold[name]]
        found = {
            "micro_f1": _f1(self),
            "macro_f1": sum(scores) / len(scores) if scores else 1.0,
            "exact": self.n_exact / max(1, self.n),
        }
        return {**found, "role": self.n_roles / max(1, self.n)} if with_roles else found


def _by_group(judged: Iterable[Judged], roles: frozenset[str]) -> dict[str, _Tally]:
    tallies: dict[str, _Tally] = defaultdict(_Tally)
    for one in judged:
        tally = tallies[one.group]
        tally.gold.update(one.gold)
        tally.found.update(one.found)
        tally.right.update(one.gold & one.found)
        tally.n += 1
        tally.n_exact += one.gold == one.found
        tally.n_roles += one.gold & roles == one.found & roles
    return dict(tallies)


def _f1(tally: _Tally) -> float:
    total = tally.gold.total() + tally.found.total()
    return 2 * tally.right.total() / total if total else 1.0


def _micro(tallies: Sequence[_Tally]) -> float:
    total = sum(tally.gold.total() + tally.found.total() for tally in tallies)
    return 2 * sum(tally.right.total() for tally in tallies) / total if total else 1.0


def _resamples(items: Sequence[Kind], seed: int) -> Iterable[list[Kind]]:
    chance = random.Random(seed)
    return ([items[chance.randrange(len(items))] for _ in items] for _ in range(ROUNDS if items else 0))


def _figure(value: float, drawn: Sequence[float]) -> Figure:
    ordered = sorted(drawn)
    if not ordered:
        return Figure(value, value, value)
    edge = int(_EDGE * len(ordered))
    return Figure(value, ordered[edge], ordered[-1 - edge])


def _calibration(judged: Iterable[Judged]) -> tuple[Bin, ...]:
    """Decisions by probability; labels that were not given count where their probability is known."""
    parts: dict[int, list[tuple[float, bool]]] = defaultdict(list)
    for one in judged:
        for label, probability in one.scores.items():
            parts[min(BINS - 1, int(probability * BINS))].append((probability, label in one.gold))
    return tuple(
        Bin(len(part), sum(said for said, _ in part) / len(part), sum(true for _, true in part) / len(part))
        for _, part in sorted(parts.items())
    )


def _confusions(judged: Iterable[Judged]) -> tuple[tuple[str, str, int], ...]:
    pairs = Counter(
        pair for one in judged for pair in product(sorted(one.gold - one.found), sorted(one.found - one.gold))
    )
    ordered = sorted(pairs.items(), key=lambda item: (-item[1], item[0]))
    return tuple((missed, added, n) for (missed, added), n in ordered)
