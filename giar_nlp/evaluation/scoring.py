"""Scores whatever can be scored: a model, predictions, or what is found now, on whatever gold there is."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import NamedTuple

from giar_nlp.analyzer import Analyzer, load
from giar_nlp.classifying import Cut, load_classifier
from giar_nlp.errors import CorpusError
from giar_nlp.evaluation.cases import read_gold
from giar_nlp.evaluation.comparing import evaluate, evaluate_units, predict, predict_units
from giar_nlp.evaluation.judging import judge_reports, judge_rows, judge_segments, judge_units, same_texts
from giar_nlp.evaluation.labelling import Comparison, Judged, LabelScores, compare_labels, score_labels
from giar_nlp.evaluation.proofs import ProofScores, score_proofs, with_comparisons
from giar_nlp.evaluation.scores import Scores
from giar_nlp.evaluation.seen import digest_reports, tell_seen
from giar_nlp.jsonl import Unit, holds_reports, read_reports, read_units
from giar_nlp.packing import find_lines
from giar_nlp.rows import Columns, digest_rows, holds_gold, read_rows
from giar_nlp.scheme import load_scheme
from giar_nlp.types import Report

TABLES = {".csv", ".xlsx"}


@dataclass(frozen=True, slots=True)
class Task:
    """Gold to score against, the scheme that it is in, and the columns of a table."""

    corpus: Path
    scheme: Path | None = None
    columns: Columns = field(default_factory=Columns)


@dataclass(frozen=True, slots=True)
class Scored:
    """Label scores; `scores` of all else where the gold is reports or units; what was asked for besides.

    `proofs` are the scores of tables and findings where the gold is reports. `warnings` say what makes the
    scores better than they are: a model that was trained on the gold.
    """

    labels: LabelScores
    scores: Scores | None = None
    proofs: ProofScores | None = None
    comparison: Comparison | None = None
    curve: tuple[tuple[int, float], ...] = ()
    warnings: tuple[str, ...] = ()


class _Verdict(NamedTuple):
    """What was judged, all else that was scored, and whether the model had seen the texts."""

    judged: list[Judged]
    scores: Scores | None = None
    proofs: ProofScores | None = None
    warning: str | None = None


def score(task: Task, subject: Path, *, against: Path | None = None, curve: Path | None = None) -> Scored:
    """The scores of a subject on a task.

    Args:
        task: the gold.
        subject: a model's folder, or a file of predictions; ``Path("")`` is what is found by default.
        against: another model's folder, compared by a paired test.
        curve: a corpus to train on, more and more groups of it.

    Raises:
        CorpusError: gold or predictions cannot be read, or are not of the same texts.
        ModelError: a model is damaged or does not fit.
    """
    judged, scores, proofs, warning = _judge(task, subject)
    warnings = [warning]
    scheme = load_scheme(task.scheme)
    roles = [theme.id for theme in scheme.themes.values() if theme.family == "role"]
    known = {label for one in judged for label in one.gold}
    comparison = None
    if against is not None:
        other = _judge(task, against)
        same_texts(judged, other.judged)
        comparison = compare_labels(judged, other.judged)
        warnings.append(other.warning)
    return Scored(
        labels=score_labels(judged, [role for role in roles if role in known]),
        scores=scores,
        proofs=proofs,
        comparison=comparison,
        curve=tuple(_curve(task, curve)) if curve is not None else (),
        warnings=tuple(dict.fromkeys(warning for warning in warnings if warning)),
    )


def _judge(task: Task, subject: Path) -> _Verdict:
    name = str(subject)
    is_file = subject.is_file()
    if task.corpus.suffix.lower() in TABLES:
        if is_file:
            raise CorpusError(f"{subject}: predictions for a table are not read; name a model's folder")
        classifier = load_classifier(task.scheme, None if name == "." else subject, Cut())
        rows = read_rows(task.corpus, task.columns)
        judged = judge_rows(rows, classifier, task.corpus)
        warning = None
        if (model := classifier.model) is not None:
            warning = tell_seen(model, "rows", [row.text for row in rows], partial(digest_rows, rows))
        return _Verdict(judged, warning=warning)
    reports, units = _gold(task.corpus)
    if is_file:
        return _judge_file(reports, units, subject)
    analyzer = load(task.scheme, None if name == "." else name)
    return _judge_anew(reports, units, analyzer)


def _gold(corpus: Path) -> tuple[list[Report], list[Unit]]:
    if corpus.is_dir() and holds_gold(corpus) and not any(corpus.glob("*.toml")):
        files = [file for file in find_lines(corpus) if holds_reports(file)]
        return [report for file in files for report in read_reports(file)], []
    return read_gold(corpus)


def _judge_file(reports: Sequence[Report], units: Sequence[Unit], predicted: Path) -> _Verdict:
    if reports:
        found = list(read_reports(predicted))
        scores = evaluate(reports, found)
        return _Verdict(judge_reports(reports, found), scores, score_proofs(reports, found))
    labelled = list(read_units(predicted))
    return _Verdict(judge_units(units, labelled), evaluate_units(units, labelled))


def _judge_anew(reports: Sequence[Report], units: Sequence[Unit], analyzer: Analyzer) -> _Verdict:
    if reports:
        found = with_comparisons(list(predict(reports, analyzer)), analyzer.scheme)
        judged, scores = judge_segments(reports, analyzer), evaluate(reports, found)
        warning = None
        if analyzer.combiner is not None:
            texts = [report.text for report in reports]
            digest = partial(digest_reports, reports, analyzer.scheme)
            warning = tell_seen(analyzer.combiner.model, "reports", texts, digest)
        return _Verdict(judged, scores, score_proofs(reports, found), warning)
    labelled = list(predict_units(units, analyzer))
    return _Verdict(judge_units(units, labelled), evaluate_units(units, labelled))


def _curve(task: Task, train: Path) -> list[tuple[int, float]]:
    """Micro F1 on the task after training on 1, 2, 4, … groups of a corpus, and on all of them."""
    from giar_nlp.training import gold_material, learn_part

    reports, _ = _gold(task.corpus)
    if not reports or not holds_gold(train):
        raise CorpusError("a learning curve needs gold reports to train on and to score on")
    material = gold_material(train, task.scheme)
    groups = list(dict.fromkeys(material.problem.groups))
    sizes = [size for size in (2, 4, 6, 8, 12, 16, 24, 32) if size < len(groups)] + [len(groups)]
    points = []
    for size in sizes:
        model = learn_part(material, groups[:size])
        judged = judge_segments(reports, Analyzer(load_scheme(task.scheme), model))
        points.append((size, score_labels(judged).figures["micro_f1"].value))
    return points
