"""The command `evaluate`: scores of predictions against gold."""

from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from giar_nlp.cli.labels import ModelChoice, SchemeFolder
from giar_nlp.cli.output import open_out, say

if TYPE_CHECKING:
    from giar_nlp.evaluation import Accuracy, Miss, Score, Scored, Scores

WIDTH = 26  # of the column of names
SHOWN = 120  # characters of a text beside a miss

GoldFile = Annotated[
    Path,
    typer.Argument(help="A .jsonl of reports or of units, a .toml case file, or a folder of case files."),
]


def evaluate(
    subject: Annotated[
        Path,
        typer.Argument(
            help="What to score: a model's folder or a .jsonl of predictions; gold alone is annotated anew.",
            metavar="MODEL|PREDICTIONS|CORPUS",
        ),
    ],
    corpus: Annotated[
        Path | None,
        typer.Argument(
            help="Gold: reports or units (.jsonl, folder), cases (.toml), or a labelled table (.csv, .xlsx)."
        ),
    ] = None,
    against: Annotated[
        Path | None, typer.Option(help="Another model: is it better? A paired test.", metavar="MODEL")
    ] = None,
    curve: Annotated[
        Path | None,
        typer.Option(
            help="Corpus to train on, more and more groups of it; scores on CORPUS.", metavar="TRAIN"
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", "-o", help="Scores of labels, tables and findings as a file: .json, .csv or .html."
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Write all scores as JSON.")] = False,
    misses: Annotated[bool, typer.Option("--misses", help="List every difference too.")] = False,
    text_column: Annotated[str, typer.Option(help="Column of the texts of a table.")] = "text",
    label_column: Annotated[str, typer.Option(help="Column of its labels.")] = "label",
    separator: Annotated[str, typer.Option(help="What parts several labels in a cell.")] = ";",
    model: ModelChoice = None,
    scheme: SchemeFolder = None,
) -> None:
    """Score a model, a file of predictions, or what is found now, against gold."""
    from giar_nlp.evaluation import Task, score
    from giar_nlp.rows import Columns

    if out is not None and out.suffix.lower() not in WRITERS:
        raise typer.BadParameter(f"{out}: label scores come as {', '.join(WRITERS)}; name such a file")
    if corpus is None:
        subject, corpus = Path(model or ""), subject
    task = Task(corpus, scheme, Columns(text_column, label_column, separator))
    scored = score(task, subject, against=against, curve=curve)
    for warning in scored.warnings:
        say(f"warning: {warning}")
    if out is not None:
        with open_out(out) as stream:
            stream.write(WRITERS[out.suffix.lower()](scored, f"{subject} on {corpus}"))
    if as_json:
        import orjson

        text = orjson.dumps(_scored_json(scored, with_misses=misses), option=orjson.OPT_INDENT_2)
    else:
        text = "\n".join(_scored_lines(scored, with_misses=misses)).encode()
    with open_out(None) as stream:
        stream.write(text + b"\n")


def _json_file(scored: "Scored", title: str) -> bytes:
    import orjson

    return orjson.dumps(
        {"title": title, **_scored_json(scored, with_misses=False)}, option=orjson.OPT_INDENT_2
    )


def _csv_file(scored: "Scored", title: str) -> bytes:
    from giar_nlp.evaluation.rendering import label_csv

    return label_csv(scored.labels, scored.proofs)


def _html_file(scored: "Scored", title: str) -> bytes:
    from giar_nlp.evaluation.rendering import label_page

    return label_page(scored.labels, title, scored.proofs, scored.warnings)


WRITERS: "dict[str, Callable[[Scored, str], bytes]]" = {
    ".json": _json_file,
    ".csv": _csv_file,
    ".html": _html_file,
}


def _scored_lines(scored: "Scored", *, with_misses: bool) -> Iterator[str]:
    from giar_nlp.evaluation import rendering

    for warning in scored.warnings:
        yield from (f"warning: {warning}", "")
    if scored.scores is not None:
        yield from _table(scored.scores)
        yield from rendering.proof_lines(scored.proofs)
        yield ""
    yield from rendering.label_lines(scored.labels)
    for n_groups, figure in scored.curve:
        yield f"trained on {n_groups:3} groups: micro F1 {figure:.4f}"
    if scored.comparison is not None:
        yield from ("", *rendering.comparison_lines(scored.comparison))
    if with_misses:
        yield from ("", "worst errors", *rendering.error_lines(scored.labels))
        yield from map(_miss_line, scored.scores.misses if scored.scores else ())
        yield from map(_miss_line, scored.proofs.misses if scored.proofs else ())


def _scored_json(scored: "Scored", *, with_misses: bool) -> dict[str, object]:
    from giar_nlp.evaluation import rendering

    shown: dict[str, object] = {"warnings": list(scored.warnings)}
    shown |= _as_json(scored.scores, with_misses=with_misses) if scored.scores else {}
    shown |= rendering.proof_json(scored.proofs)
    if with_misses and scored.proofs is not None:
        shown["proof_misses"] = [asdict(miss) for miss in scored.proofs.misses]
    shown["labels"] = rendering.label_json(scored.labels)
    if scored.comparison is not None:
        shown["comparison"] = asdict(scored.comparison)
    if scored.curve:
        shown["learning_curve"] = [list(point) for point in scored.curve]
    return shown


def _as_json(scores: "Scores", *, with_misses: bool) -> dict[str, object]:
    shown: dict[str, object] = {"n_texts": scores.n_texts, "n_segments": scores.n_segments}
    for name, score in _wholes(scores).items():
        shown[name] = _numbers(score)
    shown["themes_macro_f1"] = round(scores.themes_macro_f1, 4)
    for name in ("themes", "kinds", "fields", "meta", "places"):
        shown[name] = {key: _numbers(score) for key, score in getattr(scores, name).items()}
    if with_misses:
        shown["misses"] = [asdict(miss) for miss in scores.misses]
    return shown


def _wholes(scores: "Scores") -> dict[str, "Score"]:
    """The scores of whole steps, those that were scored."""
    found = {
        "sections": scores.sections,
        "segments": scores.segments,
        "themes_micro": scores.themes_micro,
        "counts_detected": scores.detected,
        "counts_typed": scores.typed,
        "zeros": scores.zeros,
        "part_of_links": scores.links,
    }
    return {name: score for name, score in found.items() if score and (score.n_gold or score.n_found)}


def _numbers(score: "Score | Accuracy") -> dict[str, float]:
    from giar_nlp.evaluation import Score

    rates = (
        {"share": score.share}
        if not isinstance(score, Score)
        else {"precision": score.precision, "recall": score.recall, "f1": score.f1}
    )
    return {**asdict(score), **{name: round(rate, 4) for name, rate in rates.items()}}


def _table(scores: "Scores") -> Iterator[str]:
    yield f"{scores.n_texts} texts, {scores.n_segments} segments"
    yield ""
    yield f"{'':{WIDTH}}     P      R     F1    gold  found  right"
    for name, score in _wholes(scores).items():
        yield _score_line(name, score)
        if name == "themes_micro":
            yield f"{'themes_macro':{WIDTH}}{'':14}{scores.themes_macro_f1:7.3f}"
    for title, parts in (("themes", scores.themes), ("kinds", scores.kinds)):
        if parts:
            yield from ("", title, *(_score_line(f"  {name}", score) for name, score in parts.items()))
    for title, shares in (
        ("fields of counts", scores.fields),
        ("metadata", scores.meta),
        ("places", scores.places),
    ):
        if shares:
            yield from ("", f"{title:{WIDTH}} share       n  right")
            yield from (
                f"{'  ' + name:{WIDTH}}{share.share:6.3f}{share.n:8}{share.n_right:7}"
                for name, share in shares.items()
            )


def _score_line(name: str, score: "Score") -> str:
    rates = f"{score.precision:6.3f}{score.recall:7.3f}{score.f1:7.3f}"
    return f"{name:{WIDTH}}{rates}{score.n_gold:8}{score.n_found:7}{score.n_right:7}"


def _miss_line(miss: "Miss") -> str:
    text = " ".join(miss.text.split())[:SHOWN]
    return f"{miss.what}\t{miss.where}\tgold: {miss.gold}\tfound: {miss.found}\t{text}"
