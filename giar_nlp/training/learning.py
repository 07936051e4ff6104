"""A corpus to a model, from its file to its folder."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import sklearn

from giar_nlp import __version__
from giar_nlp.analyzer import RULES_ALONE, load
from giar_nlp.errors import CorpusError
from giar_nlp.model import Model, Sample
from giar_nlp.reading import Reader
from giar_nlp.rows import (
    Columns,
    Row,
    check_rows,
    digest_rows,
    holds_gold,
    print_text,
    read_gold_reports,
    read_rows,
)
from giar_nlp.scheme import Scheme, load_scheme
from giar_nlp.training.fitting import Fitted, LabelSet, Problem, Spec, fit, pick, truth_of
from giar_nlp.training.search import Tell, search, unseen_f1

GOLD_SPEC = Spec(mix_strength=0.3, deviation=0.1, trust=0.85, caution=0.75)
"""For reports with a scheme's rules; chosen on the dev hands and on segments of real pages."""
ROWS_SPEC = Spec(strength=8.0, use_tokens=False, leans=False)
"""For rows of any table: they have no place in a report."""


@dataclass(frozen=True, slots=True)
class Material:
    """A corpus made ready: what is to be learned, the digests of the themes and of it, how to fit.

    `seen` has the print of each of its reports, or of each row of a table.
    """

    problem: Problem
    themes: str | None
    digest: str
    spec: Spec
    seen: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Wish:
    """What to train.

    Attributes:
        scheme: folder of the scheme of gold records; default: ours.
        columns: of a table of rows.
        name: what the model is called in records.
        searches: whether to try several ways to fit (see `giar_nlp.training.search`).
    """

    scheme: Path | None = None
    columns: Columns = field(default_factory=Columns)
    name: str = "model"
    searches: bool = False


@dataclass(frozen=True, slots=True)
class Learned:
    """A trained model, its micro F1 on unseen groups, and how often each label stands in the corpus."""

    model: Model
    f1: float
    n_of: dict[str, int]


def learn(path: Path, wish: Wish, *, tell: Tell = lambda message: None) -> Learned:
    """A model trained on a corpus: gold records with the scheme's rules to lean on, or rows of any table.

    Args:
        path: a gold file or folder, or a table of rows (.jsonl, .csv, .xlsx).
        wish: what to train.
        tell: takes in progress, a line at a time.

    Raises:
        CorpusError: the corpus cannot be read or trained on.
    """
    material = gold_material(path, wish.scheme) if holds_gold(path) else row_material(path, wish.columns)
    problem = material.problem
    tell(f"{len(problem.samples)} texts, {len(problem.label_set.labels)} labels")
    if wish.searches:
        fitted, _ = search(problem, start=material.spec, tell=tell)
    else:
        fitted = fit(problem, material.spec)
    return _learned(fitted, material, wish.name)


def learn_part(material: Material, groups: Collection[str]) -> Model:
    """A model trained on the samples of some groups alone."""
    problem = material.problem
    rows = [row for row, group in enumerate(problem.groups) if group in groups]
    part = Problem(
        pick(problem.samples, rows), problem.truth[rows], pick(problem.groups, rows), problem.label_set
    )
    return _learned(fit(part, material.spec), replace(material, problem=part), "part").model


def gold_material(path: Path, scheme: Path | None) -> Material:
    """The segments of gold reports; the rules of the scheme tell what they make of each."""
    reports = read_gold_reports(path)
    analyzer = load(scheme, RULES_ALONE)
    samples: list[Sample] = []
    gold: list[tuple[str, ...]] = []
    groups: list[str] = []
    n_lists = 0
    for group, report in reports:
        found = analyzer.samples(report)
        samples += [_apart(sample, n_lists) for sample in found]
        n_lists += len(found)
        gold += [tuple(theme.label for theme in segment.themes) for segment in report.segments]
        groups += [group] * len(found)
    rows = [
        Row(sample.text, labels, group) for sample, labels, group in zip(samples, gold, groups, strict=True)
    ]
    unknown = sorted({label for labels in gold for label in labels} - set(analyzer.scheme.themes))
    if unknown:
        raise CorpusError(
            f"{path}: no themes of the scheme: {', '.join(unknown)}; name their scheme with --scheme DIR, "
            f"or correct them"
        )
    check_rows(rows, path)
    label_set = themes_of(analyzer.scheme)
    problem = Problem(samples, truth_of(gold, label_set.labels), groups, label_set)
    seen = frozenset(print_text(report.text) for _, report in reports)
    return Material(problem, analyzer.scheme.themes_digest, digest_rows(rows), GOLD_SPEC, seen)


def themes_of(scheme: Scheme) -> LabelSet:
    """The themes as labels: a segment has one role at most; the general theme and the rest stand alone."""
    roles = tuple(theme.id for theme in scheme.themes.values() if theme.family == "role")
    topics = tuple(theme.id for theme in scheme.themes.values() if theme.family != "role")
    alone = tuple(theme for theme in topics if theme in (scheme.deciding.general, scheme.deciding.rest))
    return LabelSet((*roles, *topics), roles, may_be_none=True, alone=alone)


def row_material(path: Path, columns: Columns) -> Material:
    """The rows of a table; where each has one label, a text gets one label."""
    rows = read_rows(path, columns)
    check_rows(rows, path)
    reader = plain_reader()
    samples = [row_sample(row.text, row.headings, reader) for row in rows]
    labels = tuple(sorted({label for row in rows for label in row.labels}))
    single = all(len(row.labels) == 1 for row in rows)
    label_set = LabelSet(labels, labels if single else (), may_be_none=False)
    truth = truth_of([row.labels for row in rows], labels)
    spec = replace(ROWS_SPEC, use_tokens=any(row.headings for row in rows))
    problem = Problem(samples, truth, [row.group for row in rows], label_set)
    seen = frozenset(print_text(row.text) for row in rows)
    return Material(problem, None, digest_rows(rows), spec, seen)


def plain_reader() -> Reader:
    """Folds texts of any kind as the default scheme folds reports."""
    scheme = load_scheme()
    return Reader(fold=scheme.fold(), noise="")


def row_sample(text: str, headings: Sequence[str], reader: Reader) -> Sample:
    """A text of a table as the classifier sees it."""
    return Sample(reader.read(text).text, tuple(reader.read(heading).text for heading in headings))


def _apart(sample: Sample, n_lists: int) -> Sample:
    """The sample with a list of its own report: lists of two reports never meet."""
    list_id = None if sample.list_id is None else n_lists + sample.list_id
    return Sample(sample.text, sample.titles, sample.section, sample.marker, sample.told, list_id)


def _learned(fitted: Fitted, material: Material, name: str) -> Learned:
    problem = material.problem
    f1 = unseen_f1(fitted, problem.truth)
    counted = problem.truth.sum(axis=0)
    n_of = {label: int(n) for label, n in zip(problem.label_set.labels, counted, strict=True)}
    fitted.model.meta.update(
        name=name,
        digest=material.digest,
        themes=material.themes,
        n_texts=len(problem.samples),
        n_groups=len(Counter(problem.groups)),
        n_of=n_of,
        seen=" ".join(sorted(material.seen)),
        unseen_micro_f1=round(f1, 4),
        made_with={
            "giar_nlp": __version__,
            "scikit-learn": sklearn.__version__,
            "numpy": np.__version__,
        },
    )
    return Learned(fitted.model, f1, n_of)
