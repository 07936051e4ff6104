"""Texts with their gold labels and what a labeller gives them: from records, from units, from any table."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from giar_nlp.classifying import Classifier
from giar_nlp.errors import CorpusError
from giar_nlp.evaluation.labelling import Judged
from giar_nlp.jsonl import Unit
from giar_nlp.types import Report, Segment, ThemeLabel

if TYPE_CHECKING:
    from giar_nlp.analyzer import Analyzer
    from giar_nlp.rows import Row


class Labelled(NamedTuple):
    """A labelled text before it is judged."""

    where: str
    group: str
    text: str
    gold: frozenset[str]


def judge_reports(gold: Iterable[Report], found: Iterable[Report]) -> list[Judged]:
    """The gold segments; one that was not found by its exact span got no labels."""
    judged = []
    for ours, theirs in zip(gold, found, strict=True):
        by_span = {(segment.start, segment.end): segment.themes for segment in theirs.segments}
        for segment in ours.segments:
            themes = by_span.get((segment.start, segment.end), ())
            judged.append(_judged(_labelled(ours, segment), themes))
    return judged


def judge_segments(gold: Iterable[Report], analyzer: "Analyzer") -> list[Judged]:
    """The gold segments, labelled as they stand: what the labelling alone is worth."""
    judged = []
    for report in gold:
        scores = _probabilities(report, analyzer)
        for segment, labelled, row in zip(report.segments, analyzer.label(report), scores, strict=True):
            judged.append(_judged(_labelled(report, segment), labelled.themes, row))
    return judged


def judge_units(gold: Iterable[Unit], found: Iterable[Unit]) -> list[Judged]:
    """Units that have labels; each is its own group."""
    judged = []
    for number, (ours, theirs) in enumerate(zip(gold, found, strict=True)):
        if ours.themes is not None:
            name = str(ours.fields.get("id", number))
            labels = frozenset(theme.label for theme in ours.themes)
            judged.append(_judged(Labelled(name, name, ours.text, labels), theirs.themes or ()))
    return judged


def judge_rows(rows: Sequence["Row"], classifier: Classifier, path: Path) -> list[Judged]:
    """The rows of a table, labelled by a classifier."""
    units = [Unit(row.text, row.headings) for row in rows]
    return [
        _judged(
            Labelled(f"{path.name}, row {number}", row.group, row.text, frozenset(row.labels)),
            found.unit.themes or (),
            found.scores,
        )
        for number, (row, found) in enumerate(zip(rows, classifier.classify(units), strict=True), 1)
    ]


def same_texts(first: Sequence[Judged], second: Sequence[Judged]) -> None:
    """Refuse to compare labellings of different texts.

    Raises:
        CorpusError: the texts differ.
    """
    if [one.text for one in first] != [one.text for one in second]:
        raise CorpusError("the two labellings are not of the same texts; score both on one corpus")


def _labelled(report: Report, segment: Segment) -> Labelled:
    path = report.source.path
    labels = frozenset(theme.label for theme in segment.themes)
    return Labelled(f"{path}, {segment.id}", path, segment.text, labels)


def _judged(
    labelled: Labelled, themes: Iterable[ThemeLabel], scores: Mapping[str, float] | None = None
) -> Judged:
    given = {theme.label: theme.score for theme in themes}
    return Judged(*labelled, frozenset(given), given if scores is None else scores)


def _probabilities(report: Report, analyzer: "Analyzer") -> list[Mapping[str, float] | None]:
    if analyzer.combiner is None:
        return [None] * len(report.segments)
    model = analyzer.combiner.model
    rows = model.probabilities(analyzer.samples(report)).tolist()
    return [dict(zip(model.labels, row, strict=True)) for row in rows]
