"""Fits a classifier: scikit-learn finds the weights, `giar_nlp.model` uses them.

The first step is one logistic regression a label over runs of characters and names of what stands about a
segment. The second learns from what the first says of segments it has not seen (out of fold, by
groups), so it knows how far to trust it beside the rules; its weights are shared by all labels, with
deviations of each label that must earn their keep. All of it is deterministic.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack, vstack
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold
from threadpoolctl import threadpool_limits

from giar_nlp.model import (
    SURE,
    FloatArray,
    Heard,
    Model,
    Sample,
    mix_inputs,
    runs_of,
    sigmoid,
    sure_name,
    tokens_of,
)

Truth = NDArray[np.bool_]
Item = TypeVar("Item")

NEVER = -6.0
"""The logit of a label that the training part does not hold."""
CERTAIN, MANY = 0.98, 50
"""Rules decide of a label where so many of their sure words on it were right, and there were so many."""
FEW = 2
"""A label in fewer segments of a part is not fitted there."""
_GRID = np.arange(0.2, 0.75, 0.025)
_LEAN_TO_HALF = 0.02
"""Of two thresholds with nearly the same F1 that nearer to a half is taken."""
_MOST_FOLDS = 8


@dataclass(frozen=True, slots=True)
class Spec:
    """How to fit; each value was chosen on unseen writers (see `giar_nlp.training.search`).

    Attributes:
        lengths: of the runs of characters.
        least: runs and names in fewer segments are left out.
        strength: inverse of the first step's regularisation.
        mix_strength: the same of the second step.
        token_weight: what a name weighs beside all runs of a segment together.
        deviation: how freely a label's weights in the second step leave the shared ones.
        trust: what the first step's logits count for at work, beside what the fit says (thresholds are the
            fit's). Under one, rules weigh more and more labels are given: texts from elsewhere differ more
            from the corpus than its groups from each other.
        caution: what the thresholds of the fit count for at work. Under one, more labels are given, too.
        hears_clauses: whether the clause that speaks loudest for a label counts beside the whole.
        leans: whether the other items of a list count.
        use_tokens: whether section, titles, marker and length count.
    """

    lengths: tuple[int, ...] = (1, 2, 3)
    least: int = 2
    strength: float = 30.0
    mix_strength: float = 1.0
    token_weight: float = 0.15
    deviation: float = 0.2
    trust: float = 1.0
    caution: float = 1.0
    hears_clauses: bool = True
    leans: bool = True
    use_tokens: bool = True


@dataclass(frozen=True, slots=True)
class LabelSet:
    """The labels of a corpus: the exclusive ones first; those `alone` stand with no other."""

    labels: tuple[str, ...]
    exclusive: tuple[str, ...] = ()
    may_be_none: bool = True
    alone: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Problem:
    """What is to be learned: samples, who has which label, and the group (writer) of each sample."""

    samples: Sequence[Sample]
    truth: Truth
    groups: Sequence[str]
    label_set: LabelSet


@dataclass(frozen=True, slots=True)
class Fitted:
    """A model, with the probabilities that it gives to segments of groups it did not see."""

    model: Model
    unseen: FloatArray


def truth_of(gold: Sequence[Iterable[str]], labels: Sequence[str]) -> Truth:
    """Which sample has which label, (samples, labels)."""
    index = {label: number for number, label in enumerate(labels)}
    truth = np.zeros((len(gold), len(labels)), dtype=bool)
    for row, found in enumerate(gold):
        truth[row, [index[label] for label in found if label in index]] = True
    return truth


def fit(problem: Problem, spec: Spec) -> Fitted:
    """A fitted model.

    One thread does the sums: with more, their order and so the last digits would change from run to run.
    """
    with threadpool_limits(1):
        return _fit(problem, spec)


def _fit(problem: Problem, spec: Spec) -> Fitted:
    samples, truth, label_set = problem.samples, problem.truth, problem.label_set
    told = tuple(sorted({name for sample in samples for name in sample.told}))
    heard = Heard(np.zeros(truth.shape), np.zeros(truth.shape))
    folds = _folds(problem.groups)
    for seen, unseen in folds:
        first = _First(pick(samples, seen), truth[seen], spec)
        heard.logits[unseen], heard.peaks[unseen] = first.model(label_set).hear(pick(samples, unseen))
    index = {name: number for number, name in enumerate(told)}
    inputs = mix_inputs(samples, heard, index, hears_clauses=spec.hears_clauses, leans=spec.leans)
    probabilities = np.zeros(truth.shape)
    for seen, unseen in folds:
        weights, bias = _fit_mix(inputs[seen], truth[seen], told, label_set, spec)
        probabilities[unseen] = sigmoid(inputs[unseen] @ weights + bias)
    weights, bias = _fit_mix(inputs, truth, told, label_set, spec)
    weights[: truth.shape[1] * (1 + spec.hears_clauses)] *= spec.trust
    model = replace(
        _First(samples, truth, spec).model(label_set),
        told=told,
        certain=_certain(samples, truth, label_set),
        mix_weights=_single(weights),
        mix_bias=_single(bias),
        thresholds=_single(_thresholds(probabilities, truth) * spec.caution),
    )
    return Fitted(model, probabilities)


def pick(items: Sequence[Item], rows: Iterable[int]) -> list[Item]:
    """The items of some rows."""
    return [items[row] for row in rows]


def _folds(groups: Sequence[str]) -> list[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    n_folds = min(_MOST_FOLDS, len(set(groups)))
    folds = GroupKFold(n_folds).split(np.zeros(len(groups)), groups=list(groups))
    return [(np.asarray(seen), np.asarray(unseen)) for seen, unseen in folds]


def _single(array: FloatArray) -> FloatArray:
    """The array as 32-bit floats hold it, which is how it is saved."""
    return array.astype(np.float32).astype(np.float64)


class _First:
    """The first step: runs of characters, weighed as TF-IDF, and names, to a logit a label."""

    def __init__(self, samples: Sequence[Sample], truth: Truth, spec: Spec) -> None:
        self._spec = spec
        in_runs: Counter[str] = Counter()
        in_tokens: Counter[str] = Counter()
        for sample in samples:
            in_runs.update(set(runs_of(sample.text, spec.lengths)))
            in_tokens.update(set(tokens_of(sample)) if spec.use_tokens else ())
        self.vocabulary = tuple(sorted(run for run, n in in_runs.items() if n >= spec.least))
        self.tokens = tuple(sorted(token for token, n in in_tokens.items() if n >= spec.least))
        seen = np.array([in_runs[run] for run in self.vocabulary], dtype=np.float64)
        self.idf = _single(np.log((1 + len(samples)) / (1 + seen)) + 1)
        self._run_index = {run: number for number, run in enumerate(self.vocabulary)}
        self._token_index = {token: number for number, token in enumerate(self.tokens)}
        features = self.features(samples)
        n_labels, n_runs = truth.shape[1], len(self.vocabulary)
        weights = np.zeros((features.shape[1], n_labels))
        self.bias = np.full(n_labels, NEVER)
        for label in range(n_labels):
            n_own = int(truth[:, label].sum())
            if FEW <= n_own < len(samples):
                fitted = LogisticRegression(C=spec.strength, solver="liblinear", random_state=0)
                fitted.fit(features, truth[:, label])
                weights[:, label], self.bias[label] = fitted.coef_[0], fitted.intercept_[0]
        self.gram_weights = weights[:n_runs] * self.idf[:, None]
        self.token_weights = weights[n_runs:] * spec.token_weight

    def model(self, label_set: LabelSet) -> Model:
        """A model whose second step is still to be fitted."""
        n_labels = len(label_set.labels)
        return Model(
            labels=label_set.labels,
            exclusive=label_set.exclusive,
            may_be_none=label_set.may_be_none,
            alone=label_set.alone,
            vocabulary=self.vocabulary,
            tokens=self.tokens,
            told=(),
            certain=(),
            hears_clauses=self._spec.hears_clauses,
            leans=self._spec.leans,
            gram_idf=self.idf,
            gram_weights=_single(self.gram_weights),
            token_weights=_single(self.token_weights),
            bias=_single(self.bias),
            mix_weights=np.zeros((0, n_labels)),
            mix_bias=np.zeros(n_labels),
            thresholds=np.zeros(n_labels),
            meta={},
        )

    def features(self, samples: Sequence[Sample]) -> csr_matrix:
        """(samples, runs + names): TF-IDF by occurrence, its norm one; then the weight of each name."""
        runs = _matrix(
            [_known(runs_of(sample.text, self._spec.lengths), self._run_index) for sample in samples],
            len(self.vocabulary),
        )
        by_idf = runs.multiply(self.idf).tocsr()
        squares = runs.multiply(self.idf**2).sum(axis=1)
        norms = np.sqrt(np.asarray(squares)).ravel()
        by_idf = by_idf.multiply(1 / np.where(norms > 0, norms, 1.0)[:, None])
        names = _matrix(
            [sorted(set(_known(tokens_of(sample), self._token_index))) for sample in samples],
            len(self.tokens),
        )
        return csr_matrix(hstack([by_idf, names * self._spec.token_weight]))


def _known(names: Iterable[str], index: dict[str, int]) -> list[int]:
    return [index[name] for name in names if name in index]


def _matrix(rows: Sequence[Sequence[int]], width: int) -> csr_matrix:
    """A row a sample; a column that is named twice counts two."""
    ends = np.cumsum([0, *map(len, rows)])
    columns = np.fromiter((column for row in rows for column in row), dtype=np.int64, count=int(ends[-1]))
    matrix = csr_matrix((np.ones(len(columns)), columns, ends), shape=(len(rows), width))
    matrix.sum_duplicates()
    return matrix


def _fit_mix(
    inputs: FloatArray, truth: Truth, told: Sequence[str], label_set: LabelSet, spec: Spec
) -> tuple[FloatArray, FloatArray]:
    """Weights (inputs, labels) and bias of the second step.

    All pairs of a segment and a label are one problem. A pair's features are those inputs that speak of
    its label (`_places`), once for all labels and once for the exclusive ones, and all inputs with the
    label's own weights, made small so that they matter only where the shared ones fail.
    """
    if spec.leans:
        # Ready-made segments come without their list: half of what is learned from is as they are.
        apart = inputs.copy()
        apart[:, truth.shape[1] * (1 + spec.hears_clauses) + len(told) :] = 0.0
        inputs, truth = np.vstack([inputs, apart]), np.vstack([truth, truth])
    n, width = inputs.shape
    n_labels = truth.shape[1]
    places = _places(label_set, told, width, spec)
    n_shared = len(places)
    blocks = []
    for label in range(n_labels):
        shared = np.zeros((n, 2 * n_shared))
        for number, columns in enumerate(places.values()):
            if columns[label]:
                shared[:, number] = inputs[:, columns[label]].sum(axis=1)
        if label < len(label_set.exclusive):
            shared[:, n_shared:] = shared[:, :n_shared]
        own = hstack([csr_matrix(inputs * spec.deviation), csr_matrix(np.ones((n, 1)))])
        before = csr_matrix((n, label * (width + 1)))
        after = csr_matrix((n, (n_labels - 1 - label) * (width + 1)))
        blocks.append(hstack([csr_matrix(shared), before, own, after]))
    problem = csr_matrix(vstack(blocks))
    fitted = LogisticRegression(C=spec.mix_strength, solver="lbfgs", max_iter=1000, random_state=0)
    fitted.fit(problem, truth.T.ravel())
    found = fitted.coef_[0]
    own_weights = found[2 * n_shared :].reshape(n_labels, width + 1)
    weights = own_weights[:, :width].T * spec.deviation
    for number, columns in enumerate(places.values()):
        for label in range(n_labels):
            both = found[number] + (found[n_shared + number] if label < len(label_set.exclusive) else 0.0)
            weights[columns[label], label] += both
    return weights, own_weights[:, width] + fitted.intercept_[0]


def _places(label_set: LabelSet, told: Sequence[str], width: int, spec: Spec) -> dict[str, list[list[int]]]:
    """For each thing that inputs may say of a label, the inputs that say it, label by label.

    An input that is told is named ``what label``; where it says something of an exclusive label, that
    speaks of all other labels too (``what exclusive``), against the exclusive ones (``what rival``).
    """
    labels = label_set.labels
    n_labels, n_exclusive = len(labels), len(label_set.exclusive)
    places = {"logit": [[label] for label in range(n_labels)]}
    if spec.hears_clauses:
        places["peak"] = [[n_labels + label] for label in range(n_labels)]
    first = n_labels * (1 + spec.hears_clauses)
    for number, name in enumerate(told, first):
        what, _, label = name.partition(" ")
        if label not in labels:
            continue
        columns = places.setdefault(what, [[] for _ in labels])
        columns[labels.index(label)].append(number)
        if labels.index(label) < n_exclusive:
            beside = places.setdefault(f"{what} exclusive", [[] for _ in labels])
            for other in range(n_exclusive, n_labels):
                beside[other].append(number)
            against = places.setdefault(f"{what} rival", [[] for _ in labels])
            for other in range(n_exclusive):
                if other != labels.index(label):
                    against[other].append(number)
    for number, what in enumerate(("list", "before", "after")):
        start = first + len(told) + number * n_labels
        if start < width:
            places[what] = [[start + label] for label in range(n_labels)]
    return places


def _certain(samples: Sequence[Sample], truth: Truth, label_set: LabelSet) -> tuple[str, ...]:
    """The labels, of those that stand beside others, of which rules are right where they are sure."""
    found = []
    for column, label in enumerate(label_set.labels):
        sure = [sample.told.get(sure_name(label), 0.0) >= SURE for sample in samples]
        n = sum(sure)
        beside = column >= len(label_set.exclusive) and label not in label_set.alone
        if beside and n >= MANY and int(truth[np.array(sure), column].sum()) >= CERTAIN * n:
            found.append(label)
    return tuple(found)


def _thresholds(probabilities: FloatArray, truth: Truth) -> FloatArray:
    """For each label the threshold with the best F1, a half where the label is too rare to tell."""
    found = np.full(truth.shape[1], 0.5)
    for label in range(truth.shape[1]):
        n_own = int(truth[:, label].sum())
        if n_own < 2 * FEW:
            continue
        best = -1.0
        for threshold in _GRID:
            given = probabilities[:, label] >= threshold
            n_right = int((given & truth[:, label]).sum())
            f1 = 2 * n_right / max(1, int(given.sum()) + n_own)
            score = f1 - _LEAN_TO_HALF * abs(threshold - 0.5)
            if score > best:
                best, found[label] = score, threshold
    return found
