"""The classifier's choice, with the rules' evidence where they have any."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from giar_nlp.errors import ModelError
from giar_nlp.reading import Reading
from giar_nlp.scheme import Scheme
from giar_nlp.themes.sampling import Prepared, Sampler
from giar_nlp.types import Hit, LabelSource, ThemeLabel, make_hit, make_label

if TYPE_CHECKING:
    from giar_nlp.model import Choice, FloatArray, Looked, Model, Sample

MODEL = "model"
"""The rule's name in evidence that is the classifier's: a run of characters that speaks for the label."""

NAMED = 5
"""Labels that a message names."""


def fits(scheme: Scheme, model: "Model") -> bool:
    """Whether a classifier was trained on the scheme as it is."""
    return set(model.labels) == set(scheme.themes) and model.meta.get("themes") == scheme.themes_digest


def check_model(scheme: Scheme, model: "Model", place: str | None = None) -> None:
    """Refuse a classifier that was not trained on the scheme as it is; `place` is its folder.

    Raises:
        ModelError: the message names the commands that mend it.
    """
    if fits(scheme, model):
        return
    where = place or f"model {model.name}"
    trained_on = model.meta.get("themes")
    if trained_on is None:
        labels = ", ".join(model.labels[:NAMED]) + (", ..." if len(model.labels) > NAMED else "")
        raise ModelError(
            f"{where}: was trained on labelled rows, without the rules of a scheme (labels: {labels}), so it "
            f"cannot label reports; use it on ready-made segments with 'giar classify FILE --model {where}', "
            f"train one on gold reports with 'giar train CORPUS -o MODEL', or use --model none (rules alone)"
        )
    raise ModelError(
        f"{where}: was trained on other themes ({trained_on}) than those of scheme "
        f"'{scheme.manifest.name}' ({scheme.themes_digest}); name the scheme of the model with --scheme DIR, "
        f"train it anew with 'giar train CORPUS -o MODEL --scheme DIR', or use --model none (rules alone)"
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
        columns = {label: column for column, label in enumerate(model.labels)}
        self._by_order = [(columns[theme.id], theme.id) for theme in by_family]
        self._sampler = Sampler(scheme)

    def label(self, prepared: Prepared) -> list[tuple[ThemeLabel, ...]]:
        """The themes of a report's segments, role first, then the scheme's order, with their evidence."""
        samples = self._sampler.samples(prepared, of_one_report=True)
        looked = self.model.look(samples) if self.model.vocabulary else []
        probabilities = self.model.probabilities(samples, looked)
        return self.show(self.model.choose(probabilities), probabilities, samples, prepared, looked)

    def samples(self, prepared: Prepared) -> list["Sample"]:
        """Ready-made segments, each on its own, as the classifier sees them."""
        return self._sampler.samples(prepared, of_one_report=False)

    def show(
        self,
        chosen: "Choice",
        probabilities: "FloatArray",
        samples: Sequence["Sample"],
        prepared: Prepared,
        looked: Sequence["Looked"] = (),
    ) -> list[tuple[ThemeLabel, ...]]:
        """The themes that were chosen, each with its evidence; `looked`: the samples' runs, if at hand."""
        labels = self._by_order
        rows = zip(chosen.tolist(), probabilities.tolist(), strict=True)
        segments = zip(samples, prepared.readings, prepared.weighed, strict=True)
        shown = []
        for number, ((picked, row), (sample, reading, weighed)) in enumerate(
            zip(rows, segments, strict=True)
        ):
            found = []
            for column, theme in labels:
                if picked[column]:
                    hits = weighed.evidence(theme)
                    source: LabelSource = "both" if hits and theme in weighed.scores else "model"
                    hits = hits or self._strongest(sample, theme, reading, number, looked)
                    found.append(make_label(theme, round(row[column], 3), source, hits))
            shown.append(tuple(found))
        return shown

    def _strongest(
        self, sample: "Sample", theme: str, reading: Reading, number: int, looked: Sequence["Looked"]
    ) -> tuple[Hit, ...]:
        """The runs that speak loudest for a theme in the sample of this number."""
        if looked:
            size = len(looked[0].bounds) - 1
            runs = looked[number // size].of(number % size)
            strongest = self.model.strongest(sample, theme, runs=runs)
        else:
            strongest = self.model.strongest(sample, theme)
        return tuple([make_hit(MODEL, *reading.span(run.start, run.end)) for run in strongest])
