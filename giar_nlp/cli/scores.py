"""The command `evaluate`: scores of predictions against gold."""

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from giar_nlp.cli.labels import SchemeFolder
from giar_nlp.cli.output import open_out

if TYPE_CHECKING:
    from giar_nlp.evaluation import Accuracy, Miss, Score, Scores

WIDTH = 26  # of the column of names
SHOWN = 120  # characters of a text beside a miss

GoldFile = Annotated[
    Path,
    typer.Argument(help="A .jsonl of reports or of units, a .toml case file, or a folder of case files."),
]
PredictedFile = Annotated[
    Path | None, typer.Argument(help="A .jsonl to score; without it, the gold's own text is annotated.")
]


def evaluate(
    gold: GoldFile,
    predicted: PredictedFile = None,
    as_json: Annotated[bool, typer.Option("--json", help="Write the scores as JSON.")] = False,
    misses: Annotated[bool, typer.Option("--misses", help="List every difference too.")] = False,
    scheme: SchemeFolder = None,
) -> None:
    """Score a file of predictions, or what the rules find now, against gold."""
    scores = _score(gold, predicted, scheme)
    if as_json:
        import orjson

        text = orjson.dumps(_as_json(scores, with_misses=misses), option=orjson.OPT_INDENT_2)
    else:
        lines = (*_table(scores), *(_miss_line(miss) for miss in scores.misses if misses))
        text = "\n".join(lines).encode()
    with open_out(None) as stream:
        stream.write(text + b"\n")


def _score(gold: Path, predicted: Path | None, scheme: Path | None) -> "Scores":
    from giar_nlp import evaluation, jsonl
    from giar_nlp.analyzer import load

    reports, units = evaluation.read_gold(gold)
    if reports:
        found = jsonl.read_reports(predicted) if predicted else evaluation.predict(reports, load(scheme))
        return evaluation.evaluate(reports, found)
    labelled = jsonl.read_units(predicted) if predicted else evaluation.predict_units(units, load(scheme))
    return evaluation.evaluate_units(units, labelled)


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
