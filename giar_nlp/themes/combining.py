"""The classifier's choice, with the rules' evidence where they have any."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from giar_nlp.reading import Reading
from giar_nlp.scheme import Scheme
from giar_nlp.themes.labeler import Weighed
from giar_nlp.types import Hit, Segment, ThemeLabel, make_hit, make_label

if TYPE_CHECKING:
    from giar_nlp.model import Model, Sample

MODEL = "model"
"""The rule's name in evidence that is the classifier's: a run of characters that speaks for the label."""
_NUMBERED = "N"


class Combiner:
    """Joins rules and classifier: the classifier chooses, told by the rules; near-certain rules stand.

    Args:
        scheme: the label scheme.
        model: a classifier of its themes.
    """

    def __init__(self, scheme: Scheme, model: "Model") -> None:
        self._model = model
        self._order = {theme: number for number, theme in enumerate(scheme.themes)}
        self._ordinals = frozenset("".join(scheme.layout.ordinals))

    def label(
        self,
        segments: Sequence[Segment],
        readings: Sequence[Reading],
        titles: Sequence[tuple[str, ...]],
        weighed: Sequence[Weighed],
    ) -> list[tuple[ThemeLabel, ...]]:
        """The themes of a report's segments, in the scheme's order, each with its evidence."""
        samples = self.samples(segments, readings, titles, weighed)
        probabilities = self._model.probabilities(samples)
        chosen = self._model.choose(probabilities)
        labels = self._model.labels
        return [
            self._labels(
                {labels[column]: float(row[column]) for column in picked.nonzero()[0]}, sample, reading, found
            )
            for row, picked, sample, reading, found in zip(
                probabilities, chosen, samples, readings, weighed, strict=True
            )
        ]

    def samples(
        self,
        segments: Sequence[Segment],
        readings: Sequence[Reading],
        titles: Sequence[tuple[str, ...]],
        weighed: Sequence[Weighed],
    ) -> list["Sample"]:
        """The segments of one report as the classifier sees them; those under one heading are a list."""
        from giar_nlp.model import Sample

        lists: dict[tuple[str, ...], int] = {}
        return [
            Sample(
                text=reading.text,
                titles=above,
                section=segment.section,
                marker=self._style(segment.marker),
                told=found.told,
                list_id=lists.setdefault(above, len(lists)),
            )
            for segment, reading, above, found in zip(segments, readings, titles, weighed, strict=True)
        ]

    def _style(self, marker: str | None) -> str:
        """A marker with its number left out: （一） and （十二） are of one style."""
        style = ""
        for char in marker or "":
            kind = _NUMBERED if char.isdigit() or char in self._ordinals else char
            if kind != _NUMBERED or not style.endswith(_NUMBERED):
                style += kind
        return style

    def _labels(
        self, chosen: Mapping[str, float], sample: "Sample", reading: Reading, weighed: Weighed
    ) -> tuple[ThemeLabel, ...]:
        by_rules = {label.label for label in weighed.labels}
        labels = []
        for theme in sorted(chosen, key=self._order.__getitem__):
            hits = weighed.evidence.get(theme, ())
            source = "both" if theme in by_rules and hits else "model"
            evidence = hits or self._strongest(sample, theme, reading)
            labels.append(make_label(theme, round(chosen[theme], 3), source, evidence))  # type: ignore[arg-type]
        return tuple(labels)

    def _strongest(self, sample: "Sample", theme: str, reading: Reading) -> tuple[Hit, ...]:
        return tuple(
            make_hit(MODEL, *reading.span(run.start, run.end)) for run in self._model.strongest(sample, theme)
        )
