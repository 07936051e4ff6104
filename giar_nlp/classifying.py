"""Themes of many ready-made segments at once: by rules, by rules and classifier, or by any classifier.

Source: contract.md (`classify`).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from giar_nlp.analyzer import RULES_ALONE, Analyzer, load
from giar_nlp.jsonl import Unit
from giar_nlp.reading import Reader
from giar_nlp.scheme import load_scheme
from giar_nlp.themes import check_model
from giar_nlp.types import Hit, ThemeLabel, make_hit, make_label

if TYPE_CHECKING:
    from giar_nlp.model import Choice, FloatArray, Model, Sample

AT_ONCE = 512
"""So many segments are looked at together: arrays are slow for few, memory is short for all."""


@dataclass(frozen=True, slots=True)
class Cut:
    """Which labels are given: of at least a probability, at most so many; None: as the model chooses."""

    threshold: float | None = None
    top: int | None = None


@dataclass(frozen=True, slots=True)
class Classified:
    """A unit with its themes; `doubt` is 1 where a label might as well be given as not, 0 if all is sure.

    `scores` holds the probability of every label; both are None where rules worked alone.
    """

    unit: Unit
    doubt: float | None = None
    scores: Mapping[str, float] | None = None


class Classifier:
    """Gives units their themes."""

    def __init__(self, *, analyzer: Analyzer | None, model: "Model | None", cut: Cut) -> None:
        self._analyzer = analyzer
        self.model = model
        self._cut = cut
        scheme = analyzer.scheme if analyzer else load_scheme()
        self._reader = Reader(fold=scheme.fold(), noise="")

    def classify(self, units: Iterable[Unit]) -> Iterator[Classified]:
        """The units with their themes, in order."""
        waiting = iter(units)
        while some := list(islice(waiting, AT_ONCE)):
            yield from self._classify(some)

    def _classify(self, units: Sequence[Unit]) -> Iterator[Classified]:
        if self.model is None:
            if self._analyzer is not None:
                for unit, weighed in zip(units, self._analyzer.prepare_units(units).weighed, strict=True):
                    yield Classified(replace(unit, themes=weighed.labels))
            return
        combiner = self._analyzer.combiner if self._analyzer else None
        prepared = self._analyzer.prepare_units(units) if self._analyzer else None
        if combiner and prepared:
            samples = combiner.samples(prepared)
        else:
            samples = [self._sample(unit) for unit in units]
        looked = self.model.look(samples) if self.model.vocabulary else []
        probabilities = self.model.probabilities(samples, looked)
        chosen = self._choose(self.model, probabilities)
        if combiner and prepared:
            themes = combiner.show(chosen, probabilities, samples, prepared, looked)
        else:
            themes = [
                self._show(self.model, unit, *about)
                for unit, *about in zip(units, samples, probabilities, chosen, strict=True)
            ]
        doubts = _doubts(self.model, probabilities)
        for unit, found, doubt, row in zip(units, themes, doubts, probabilities.tolist(), strict=True):
            scores = dict(zip(self.model.labels, row, strict=True))
            yield Classified(replace(unit, themes=found), round(doubt, 3), scores)

    def _sample(self, unit: Unit) -> "Sample":
        from giar_nlp.model import Sample

        titles = tuple(self._reader.read(heading).text for heading in unit.headings)
        return Sample(self._reader.read(unit.text).text, titles)

    def _choose(self, model: "Model", probabilities: "FloatArray") -> "Choice":
        chosen = model.choose(probabilities)
        if self._cut.threshold is not None:
            chosen = probabilities >= self._cut.threshold
        if self._cut.top is not None:
            ranks = (-probabilities).argsort(axis=1).argsort(axis=1)
            chosen = chosen & (ranks < self._cut.top)
        return chosen

    def _show(
        self, model: "Model", unit: Unit, sample: "Sample", row: "FloatArray", picked: "Choice"
    ) -> tuple[ThemeLabel, ...]:
        """The labels, the most probable first, with the runs that speak loudest for each."""
        reading = self._reader.read(unit.text)
        labels = []
        for column in sorted(picked.nonzero()[0], key=lambda column: -float(row[column])):
            label = model.labels[column]
            runs = model.strongest(sample, label)
            hits: tuple[Hit, ...] = tuple(
                make_hit("model", *reading.span(run.start, run.end)) for run in runs
            )
            labels.append(make_label(label, round(float(row[column]), 3), "model", hits))
        return tuple(labels)


def load_classifier(scheme: Path | None, model: Path | str | None, cut: Cut) -> Classifier:
    """A classifier: the scheme's rules with their model, the rules alone, or a model of other labels.

    Raises:
        SchemeError: the scheme is wrong.
        ModelError: the model is damaged, or was trained on another scheme.
    """
    if model is not None and str(model) != RULES_ALONE:
        from giar_nlp.model import load_model

        loaded = load_model(model)
        if loaded.meta.get("themes") is None:
            return Classifier(analyzer=None, model=loaded, cut=cut)
        themes = load_scheme(scheme)
        check_model(themes, loaded, str(model))
        return Classifier(analyzer=Analyzer(themes, loaded), model=loaded, cut=cut)
    analyzer = load(scheme, model)
    found = analyzer.combiner.model if analyzer.combiner else None
    return Classifier(analyzer=analyzer, model=found, cut=cut)


def _doubts(model: "Model", probabilities: "FloatArray") -> list[float]:
    """For each row how near its most doubtful label is to its threshold."""
    below = probabilities / model.thresholds
    above = (1 - probabilities) / (1 - model.thresholds)
    return [float(doubt) for doubt in (below.clip(max=1.0) * above.clip(max=1.0)).max(axis=1)]
