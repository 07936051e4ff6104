"""The commands that make and look after classifiers: `train`, `model show`, `model card`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from giar_nlp.cli.labels import SchemeFolder
from giar_nlp.cli.output import open_out, say

if TYPE_CHECKING:
    from giar_nlp.model import Model

model_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Look after classifiers.")

ModelFolder = Annotated[
    Path | None, typer.Argument(help="A model's folder; default: the one that ships.", metavar="[MODEL]")
]
RARE = 10  # a label in fewer texts is pointed out


def train(
    corpus: Annotated[
        Path, typer.Argument(help="Gold records (file or folder), or a table: .jsonl, .csv, .xlsx.")
    ],
    out: Annotated[Path, typer.Option("--out", "-o", help="The model's folder.", metavar="MODEL")],
    text_column: Annotated[str, typer.Option(help="Column of the texts.")] = "text",
    label_column: Annotated[str, typer.Option(help="Column of the labels.")] = "label",
    separator: Annotated[str, typer.Option(help="What parts several labels in a cell.")] = ";",
    group_column: Annotated[
        str | None, typer.Option(help="Column of who wrote the text: folds never part a group.")
    ] = None,
    searches: Annotated[
        bool, typer.Option("--search", help="Try several ways to fit; takes longer.")
    ] = False,
    scheme: SchemeFolder = None,
) -> None:
    """Train a classifier on gold records, or on labelled texts of any kind, and write its folder."""
    from giar_nlp.model import save_model
    from giar_nlp.rows import Columns
    from giar_nlp.training import Wish, learn, write_card

    if out.exists() and not out.is_dir():
        raise typer.BadParameter(f"{out} is a file; name a folder for the model")
    columns = Columns(text_column, label_column, separator, group_column)
    learned = learn(corpus, Wish(scheme, columns, out.name, searches), tell=say)
    save_model(learned.model, out, card=write_card(learned.model))
    for label, n in sorted(learned.n_of.items(), key=lambda pair: -pair[1]):
        typer.echo(f"{n:8}  {label}{'   (few: expect little of it)' if n < RARE else ''}")
    typer.echo(f"micro F1 on groups that the fit did not see: {learned.f1:.3f}")
    typer.echo(f"{out}: try 'giar classify FILE --model {out}', 'giar evaluate {out} CORPUS'")


@model_app.command("show")
def show(folder: ModelFolder = None) -> None:
    """Show what a model is: labels, thresholds, sizes, what it was trained on."""
    model = _load(folder)
    lines = [
        model.name,
        f"labels: {len(model.labels)}; at most one of: {', '.join(model.exclusive) or 'none'}",
        f"alone: {', '.join(model.alone) or 'none'}",
        f"runs of characters: {len(model.vocabulary)}; names: {len(model.tokens)}; told: {len(model.told)}",
        *(f"{key}: {value}" for key, value in model.meta.items() if key not in ("name", "n_of", "seen")),
        *(f"  {label:32}{limit:6.3f}" for label, limit in zip(model.labels, model.thresholds, strict=True)),
    ]
    with open_out(None) as stream:
        stream.writelines(f"{line}\n".encode() for line in lines)


@model_app.command("card")
def card(folder: ModelFolder = None) -> None:
    """Show a model's card."""
    from giar_nlp.model import CARD

    root = _folder(folder)
    _load(root)
    with open_out(None) as stream:
        stream.write((root / CARD).read_bytes())


def _load(folder: Path | None) -> "Model":
    from giar_nlp.model import load_model

    return load_model(_folder(folder))


def _folder(folder: Path | None) -> Path:
    from giar_nlp.analyzer import default_model

    found = folder or default_model()
    if found is None:
        raise typer.BadParameter("no model ships with this version; name a model's folder")
    return found
