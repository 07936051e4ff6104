"""The classifier at work, on arrays: samples to one probability a label.

Two linear steps. The first reads a segment's characters (runs of one to three, weighed as TF-IDF) and the
names of what stands about it, and gives each label a logit. The second weighs these logits together
with what the first step makes of the clause that speaks loudest for the label, what the rules say, and what
the first step makes of the other items of the same list, and gives a probability a label.

scikit-learn fits the weights (`giar_nlp.training`); nothing here needs it.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import chain, repeat
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from giar_nlp.model.grams import GramTable, Indexes
from giar_nlp.model.samples import Frame, Sample, frame_of, tokens_of_frame

FloatArray = NDArray[np.float64]
Choice = NDArray[np.bool_]

LIMIT = 8.0
"""Logits of the first step are cut off here: one sure step must not outweigh all others."""
_FARTHEST = 60.0
SURE = 0.95
"""A rule's label of at least this score decides, where such labels proved right (`Model.certain`)."""
AT_ONCE = 512
"""So many samples are looked at together."""
KNOWN_FRAMES = 2048
"""So many sets of what stands about a segment are kept in mind: those under one heading share most of it."""
LEAST_RUNS = 6
"""Clauses with fewer known runs (those of three characters) are not heard alone: they say anything."""
NEIGHBOURS = 8
"""Items of a list lean on others up to so many places away."""


class Strongest(NamedTuple):
    """A run of characters that speaks for a label: where it stands in the sample's text, and how much."""

    start: int
    end: int
    weight: float


class Heard(NamedTuple):
    """What the first step gives, (samples, labels) each: of whole texts, and of each label's best clause."""

    logits: FloatArray
    peaks: FloatArray


class Looked(NamedTuple):
    """The known runs of some texts, by text, clause, length and place; `bounds`: where each text's begin."""

    owner: Indexes
    runs: Indexes
    place: Indexes
    clause: Indexes
    bounds: Indexes

    def of(self, number: int) -> tuple[Indexes, Indexes]:
        """The runs of one text, and their places."""
        first, last = self.bounds[number : number + 2].tolist()
        return self.runs[first:last], self.place[first:last]


@dataclass(frozen=True, eq=False)
class Model:
    """A fitted classifier.

    Attributes:
        labels: the labels, in the order of all columns.
        exclusive: labels of which a segment has at most one; the first of all labels, or none of them.
        may_be_none: whether a segment may have none of the exclusive labels.
        alone: labels that stand with no other.
        vocabulary: runs of characters; `gram_weights` and `gram_idf` have a row for each.
        tokens: names of `tokens_of`; `token_weights` has a row for each.
        told: names of the numbers that samples are told.
        certain: labels that a sample has where it is told of them with a score of `SURE` or more.
        hears_clauses: whether the second step looks at each label's best clause.
        leans: whether the second step looks at the other items of a list.
        gram_weights: (runs, labels), IDF and weight in one.
        mix_weights: (inputs of the second step, labels).
        thresholds: the least probability at which each label is given.
        meta: what else the model's folder says of it.
    """

    labels: tuple[str, ...]
    exclusive: tuple[str, ...]
    may_be_none: bool
    alone: tuple[str, ...]
    vocabulary: tuple[str, ...]
    tokens: tuple[str, ...]
    told: tuple[str, ...]
    certain: tuple[str, ...]
    hears_clauses: bool
    leans: bool
    gram_idf: FloatArray
    gram_weights: FloatArray
    token_weights: FloatArray
    bias: FloatArray
    mix_weights: FloatArray
    mix_bias: FloatArray
    thresholds: FloatArray
    meta: dict[str, object]

    @property
    def name(self) -> str:
        """What records say of the model that made them: its name and its digest."""
        return f"{self.meta.get('name', 'model')} ({self.meta.get('digest', '')})"

    @cached_property
    def _grams(self) -> GramTable:
        return GramTable(self.vocabulary)

    @cached_property
    def _token_index(self) -> dict[str, int]:
        return {token: index for index, token in enumerate(self.tokens)}

    @cached_property
    def _told_index(self) -> dict[str, int]:
        return {name: index for index, name in enumerate(self.told)}

    @cached_property
    def _run_lengths(self) -> Indexes:
        return np.array([len(run) for run in self.vocabulary], dtype=np.int64)

    @cached_property
    def _gram_squares(self) -> FloatArray:
        return self.gram_idf**2

    @cached_property
    def _frame_weights(self) -> Callable[[Frame], FloatArray]:
        """What the names of a frame weigh; segments under the same titles share it."""
        known = self._token_index

        def weigh(frame: Frame) -> FloatArray:
            found = {known[token] for token in tokens_of_frame(frame) if token in known}
            weights: FloatArray = self.token_weights[sorted(found)].sum(axis=0)
            return weights

        return lru_cache(KNOWN_FRAMES)(weigh)

    def look(self, samples: Sequence[Sample]) -> list[Looked]:
        """The known runs of the samples' texts, `AT_ONCE` samples at once."""
        return [self._look(samples[at : at + AT_ONCE]) for at in range(0, len(samples), AT_ONCE)]

    def _look(self, samples: Sequence[Sample]) -> Looked:
        owner, index, place, clause = self._grams.find([sample.text for sample in samples])
        order = np.argsort(clause, kind="stable")
        owner = owner[order]
        bounds = np.searchsorted(owner, np.arange(len(samples) + 1))
        return Looked(owner, index[order], place[order], clause[order], bounds)

    def probabilities(self, samples: Sequence[Sample], looked: Sequence[Looked] | None = None) -> FloatArray:
        """The probability of each label for each sample, (samples, labels).

        `looked` is what `look` gives, if it is at hand.
        """
        if not samples:
            return np.zeros((0, len(self.labels)))
        return self.mix(samples, self.hear(samples, looked))

    def hear(self, samples: Sequence[Sample], looked: Sequence[Looked] | None = None) -> Heard:
        """What the first step gives; `looked` is what `look` gives, if it is at hand."""
        if looked is None and self.vocabulary:
            looked = self.look(samples)
        parts = [
            self._hear(samples[at : at + AT_ONCE], looked[at // AT_ONCE] if looked else None)
            for at in range(0, len(samples), AT_ONCE)
        ]
        return Heard(*(np.concatenate(part) for part in zip(*parts, strict=True)))

    def _hear(self, samples: Sequence[Sample], looked: Looked | None) -> Heard:
        shape = len(samples), len(self.labels)
        logits, peaks = np.zeros(shape), np.zeros(shape)
        if looked is not None and len(looked.owner):
            self._hear_runs(looked, logits, peaks)
        about = self.bias
        if self.tokens:
            about = about + np.array([self._frame_weights(frame_of(sample)) for sample in samples])
        return Heard(logits + about, peaks + about)

    def _hear_runs(self, looked: Looked, logits: FloatArray, peaks: FloatArray) -> None:
        """Fill in what the runs say, text by text, and in the best clause of each."""
        firsts = np.flatnonzero(np.diff(looked.clause, prepend=-1))  # of the clauses
        owner = looked.owner[firsts]
        weights = self.gram_weights.take(looked.runs, axis=0)
        sums = np.add.reduceat(weights, firsts, axis=0, dtype=np.float64)
        squares = np.add.reduceat(self._gram_squares.take(looked.runs), firsts)
        texts = np.flatnonzero(np.diff(owner, prepend=-1))
        rows = owner[texts]
        logits[rows] = np.add.reduceat(sums, texts, axis=0)
        logits[rows] /= np.sqrt(np.add.reduceat(squares, texts))[:, None]
        if not self.hears_clauses:
            return
        sums /= np.sqrt(squares)[:, None]
        sums[np.diff(firsts, append=len(looked.runs)) < LEAST_RUNS] = -np.inf
        best = np.maximum.reduceat(sums, texts, axis=0)
        peaks[rows] = np.where(np.isfinite(best), best, logits[rows])

    def mix(self, samples: Sequence[Sample], heard: Heard) -> FloatArray:
        """What the second step makes of the first; where rules are all but certain, theirs is the word."""
        inputs = mix_inputs(
            samples, heard, self._told_index, hears_clauses=self.hears_clauses, leans=self.leans
        )
        probabilities = sigmoid(inputs @ self.mix_weights + self.mix_bias)
        if self.certain:
            first = len(self.labels) * (1 + self.hears_clauses)
            told = inputs[:, [first + self._told_index[sure_name(label)] for label in self.certain]]
            columns = [self.labels.index(label) for label in self.certain]
            probabilities[:, columns] = np.where(told >= SURE, 1.0, probabilities[:, columns])
        return probabilities

    def choose(self, probabilities: FloatArray) -> Choice:
        """The labels that each sample gets: at most one exclusive one, and never none at all."""
        chosen = probabilities >= self.thresholds
        ratio = probabilities / self.thresholds
        if n := len(self.exclusive):
            best = ratio[:, :n].argmax(axis=1)
            rows = np.arange(len(chosen))
            kept = chosen[rows, best] | (not self.may_be_none)
            chosen[:, :n] = False
            chosen[rows, best] = kept
        empty = np.flatnonzero(~chosen.any(axis=1))
        chosen[empty, ratio[empty].argmax(axis=1)] = True
        for label in self.alone:
            self._part(chosen, probabilities, self.labels.index(label))
        return chosen

    def _part(self, chosen: Choice, probabilities: FloatArray, alone: int) -> None:
        """Where a label that stands alone meets others, leave it or them: the more probable."""
        rows = np.flatnonzero(chosen[:, alone] & (chosen.sum(axis=1) > 1))
        others = np.where(chosen[rows], probabilities[rows], 0.0)
        others[:, alone] = 0.0
        has_exclusive = chosen[rows, : len(self.exclusive)].any(axis=1)
        wins = (probabilities[rows, alone] > others.max(axis=1, initial=0.0)) & ~has_exclusive
        chosen[rows[wins]] = False
        chosen[rows, alone] = wins

    def strongest(
        self, sample: Sample, label: str, n: int = 3, *, runs: tuple[Indexes, Indexes] | None = None
    ) -> tuple[Strongest, ...]:
        """The runs of a text that speak loudest for a label, in text order; none overlaps another.

        `runs` are those of the text and their places, if they are at hand (`Looked.of`).
        """
        column = self.labels.index(label)
        index, place = self._look([sample]).of(0) if runs is None else runs
        lengths = self._run_lengths.take(index)
        weights = self.gram_weights[index, column]
        if (longer := np.where(lengths > 1, weights, 0.0)).max(initial=0.0) > 0:
            weights = longer  # a single character tells a reader little
        taken: list[Strongest] = []
        speaking = np.flatnonzero(weights > 0)
        for at in speaking[(-weights[speaking]).argsort(kind="stable")].tolist():
            if len(taken) == n:
                break
            start = int(place[at])
            end = start + int(lengths[at])
            if all(end <= other.start or start >= other.end for other in taken):
                taken.append(Strongest(start, end, float(weights[at])))
        return tuple(sorted(taken))


def sure_name(label: str) -> str:
    """The name of the number that tells how sure rules are of a label."""
    return f"score {label}"


def sigmoid(logits: FloatArray) -> FloatArray:
    """Probabilities of logits, of however long a text."""
    found: FloatArray = 1 / (1 + np.exp(-np.clip(logits, -_FARTHEST, _FARTHEST)))
    return found


def mix_inputs(
    samples: Sequence[Sample], heard: Heard, told: dict[str, int], *, hears_clauses: bool, leans: bool
) -> FloatArray:
    """The inputs of the second step: logits, peaks, what samples are told, probabilities in their lists."""
    parts = [np.clip(part, -LIMIT, LIMIT) / 2 for part in heard[: 1 + hears_clauses]]
    if told:
        spare = len(told)  # takes in what the model does not know
        numbers = np.zeros((len(samples), spare + 1))
        rows = np.repeat(np.arange(len(samples)), [len(sample.told) for sample in samples])
        names = chain.from_iterable([sample.told for sample in samples])
        values = chain.from_iterable([sample.told.values() for sample in samples])
        columns = np.fromiter(map(told.get, names, repeat(spare)), np.intp, len(rows))
        numbers[rows, columns] = np.fromiter(values, np.float64, len(rows))
        parts.append(numbers[:, :spare])
    if leans:
        parts.append(_lists(samples, heard.logits))
    return np.hstack(parts)


def _lists(samples: Sequence[Sample], logits: FloatArray) -> FloatArray:
    """For each sample the mean probabilities of the other items of its list, then those of its neighbours.

    The last column says whether there are any.
    """
    width = logits.shape[1]
    found = np.zeros((len(samples), 3 * width + 1))
    probabilities = sigmoid(logits)
    lists: dict[int, list[int]] = defaultdict(list)
    for row, sample in enumerate(samples):
        if sample.list_id is not None:
            lists[sample.list_id].append(row)
    leaning: list[int] = []
    near: list[int] = []
    firsts: list[int] = []
    sizes: list[int] = []
    behind: list[int] = []
    ahead: list[int] = []
    for rows in lists.values():
        for place, row in enumerate(rows):
            others = rows[max(0, place - NEIGHBOURS) : place] + rows[place + 1 : place + 1 + NEIGHBOURS]
            if others:
                leaning.append(row)
                firsts.append(len(near))
                sizes.append(len(others))
                near += others
        behind += rows[1:]
        ahead += rows[:-1]
    if leaning:
        sums = np.add.reduceat(probabilities.take(near, axis=0), firsts, axis=0)
        found[leaning, :width] = sums / np.array(sizes)[:, None]
        found[leaning, -1] = 1.0
        found[behind, width : 2 * width] = probabilities.take(ahead, axis=0)
        found[ahead, 2 * width : 3 * width] = probabilities.take(behind, axis=0)
    return found
