"""The command `evaluate`: scores of predictions against gold."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from giar_nlp.cli.labels import SchemeFolder

if TYPE_CHECKING:
    from giar_nlp.evaluation import Accuracy, Miss, Score, Scores

WIDTH = 26  # of the column of names
SHOWN = 120  # characters of a text beside a miss

GoldFile = Annotated[
    Path, typer.Argument(help="A .jsonl of reports or of units, a .toml case file, or a folder of case files.")
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

        shown = _as_json(scores, with_misses=misses)
        typer.echo(orjson.dumps(shown, option=orjson.OPT_INDENT_2).decode())
        return
    for line in (*_table(scores), *(_miss_line(miss) for miss in scores.misses if misses)):
        typer.echo(line)


def _score(gold: Path, predicted: Path | None, scheme: Path | None) -> "Scores":
    from giar_nlp import evaluation, jsonl
    from giar_nlp.analyzer import load

    if gold.is_dir() or gold.suffix == ".toml":
        files = sorted(gold.glob("*.toml")) if gold.is_dir() else [gold]
        units = [unit for file in files for unit in evaluation.read_cases(file)]
    elif jsonl.holds_reports(gold):
        reports = list(jsonl.read_reports(gold))
        found = jsonl.read_reports(predicted) if predicted else evaluation.predict(reports, load(scheme))
        return evaluation.evaluate(reports, found)
    else:
        units = list(jsonl.read_units(gold))
    labelled = jsonl.read_units(predicted) if predicted else evaluation.predict_units(units, load(scheme))
    return evaluation.evaluate_units(units, labelled)


def _as_json(scores: "Scores", *, with_misses: bool) -> dict[str, object]:
    shown: dict[str, object] = {}
    for name, value in [("themes_micro", scores.themes_micro), *asdict_shallow(scores).items()]:
        if name == "misses":
            if with_misses:
                shown[name] = [asdict(miss) for miss in scores.misses]
        elif isinstance(value, Mapping):
            shown[name] = {key: _numbers(inner) for key, inner in value.items()}
        else:
            shown[name] = _numbers(value)
    shown["themes_macro_f1"] = round(scores.themes_macro_f1, 4)
    return shown
