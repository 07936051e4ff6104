"""The classifier's choice, with the rules' evidence where they have any."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from giar_nlp.errors import ModelError
from giar_nlp.reading import Reading
from giar_nlp.scheme import Scheme
from giar_nlp.themes.labeler import Weighed
from giar_nlp.themes.sampling import Prepared, Sampler
from giar_nlp.types import Hit, ThemeLabel, make_hit, make_label

if TYPE_CHECKING:
    from giar_nlp.model import Choice, FloatArray, Model, Sample

MODEL = "model"
"""The rule's name in evidence that is the classifier's: a run of characters that speaks for the label."""


def fits(scheme: Scheme, model: "Model") -> bool:
    """Whether a classifier was trained on the scheme as it is."""
    return set(model.labels) == set(scheme.themes) and model.meta.get("themes") == scheme.themes_digest


def check_model(scheme: Scheme, model: "Model") -> None:
    """Refuse a classifier that was not trained on the scheme as it is.

    Raises:
        ModelError: the message names the command that mends it.
    """
    if not fits(scheme, model):
        trained_on = model.meta.get("themes")
        raise ModelError(
            f"the model was trained on other themes ({trained_on}) than the scheme's "
            f"({scheme.themes_digest}); train it anew with 'giar train CORPUS -o MODEL --scheme DIR', "
            f"or use --model none (rules alone)"
        )


class Combiner:
    """Joins rules and classifier: the classifier chooses, told by the rules; near-certain rules stand.

    Args:
        scheme: the label scheme.
        model: a classifier of its themes.

    Raises:
        ModelError: the classifier was trained on another scheme.
    """

    def __init__(self, scheme: Scheme, model: "Model") -> None:
        check_model(scheme, model)
        self.model = model
        by_family = sorted(scheme.themes.values(), key=lambda theme: theme.family != "role")
        self._order = {theme.id: number for number, theme in enumerate(by_family)}
        self._sampler = Sampler(scheme)

    def label(self, prepared: Prepared) -> list[tuple[ThemeLabel, ...]]:
        """The themes of a report's segments, role first, then the scheme's order, with their evidence."""
        samples = self._sampler.samples(prepared, of_one_report=True)
        probabilities = self.model.probabilities(samples)
        return self.show(self.model.choose(probabilities), probabilities, samples, prepared)

    def samples(self, prepared: Prepared) -> list["Sample"]:
        """Ready-made segments, each on its own, as the classifier sees them."""
        return self._sampler.samples(prepared, of_one_report=False)

    def show(
        self, chosen: "Choice", probabilities: "FloatArray", samples: Sequence["Sample"], prepared: Prepared
    ) -> list[tuple[ThemeLabel, ...]]:
        """The themes that were chosen, each with its evidence."""
        labels = self.model.labels
        return [
            self._labels(
                {labels[column]: float(row[column]) for column in picked.nonzero()[0]}, sample, reading, found
            )
            for row, picked, sample, reading, found in zip(
                probabilities, chosen, samples, prepared.readings, prepared.weighed, strict=True
            )
        ]

    def _labels(
        self, chosen: Mapping[str, float], sample: "Sample", reading: Reading, weighed: Weighed
    ) -> tuple[ThemeLabel, ...]:
        by_rules = {label.label for label in weighed.labels}
        labels = []
        for theme in sorted(chosen, key=self._order.__getitem__):
            hits = weighed.evidence(theme)
            source = "both" if theme in by_rules and hits else "model"
            evidence = hits or self._strongest(sample, theme, reading)
            labels.append(make_label(theme, round(chosen[theme], 3), source, evidence))  # type: ignore[arg-type]
        return tuple(labels)

    def _strongest(self, sample: "Sample", theme: str, reading: Reading) -> tuple[Hit, ...]:
        return tuple(
            make_hit(MODEL, *reading.span(run.start, run.end)) for run in self.model.strongest(sample, theme)
        )
