"""The commands that look after schemes: `scheme check`, `show`, `rules`, `copy`."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from giar_nlp.cli.labels import SchemeFolder
from giar_nlp.cli.output import open_out
from giar_nlp.cli.scores import GoldFile

if TYPE_CHECKING:
    from giar_nlp.rule_report import RuleUse
    from giar_nlp.scheme import Scheme

WIDTH = 44  # of the column of rules

scheme_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Look after label schemes.")


@scheme_app.command("check")
def check(
    folder: Annotated[Path | None, typer.Argument(help="A scheme's folder; default: ours.")] = None,
) -> None:
    """Load a scheme, run its rules over their own examples, and say whether all of it is in order."""
    from giar_nlp.errors import SchemeError
    from giar_nlp.examples import failing_examples
    from giar_nlp.scheme import load_scheme

    scheme = load_scheme(folder)
    if failing := list(failing_examples(scheme)):
        raise SchemeError("\n".join(failing))
    n_rules = sum(len(theme.rules) for theme in scheme.themes.values())
    n_cues = sum(len(kind.cues) for kind in scheme.kinds.values())
    n_cells = sum(len(list(form.cells())) for e in scheme.editions.values() for form in e.tables)
    typer.echo(
        f"{folder or 'default scheme'}: in order ({scheme.manifest.name} {scheme.manifest.version}, digest "
        f"{scheme.digest}): {len(scheme.themes)} themes with {n_rules} rules, "
        f"{len(scheme.kinds)} kinds of counts with {n_cues} cues, {len(scheme.checks())} checks, "
        f"{len(scheme.words)} words, {len(scheme.editions)} editions of the form with {n_cells} cells"
    )


@scheme_app.command("show")
def show(
    name: Annotated[
        str | None,
        typer.Argument(help="A theme, a kind of count or an edition of the form; without it, all of them."),
    ] = None,
    scheme: SchemeFolder = None,
) -> None:
    """Show the themes, the kinds and the editions of the form in a scheme, or all about one."""
    from giar_nlp.scheme import load_scheme

    loaded = load_scheme(scheme)
    if name is not None and name not in {*loaded.themes, *loaded.kinds, *loaded.editions}:
        raise typer.BadParameter(
            f"no theme, kind or edition is called '{name}'; 'giar scheme show' lists them"
        )
    lines = _all_lines(loaded) if name is None else _one_lines(loaded, name)
    with open_out(None) as stream:
        stream.writelines(f"{line}\n".encode() for line in lines)


@scheme_app.command("rules")
def rules(gold: GoldFile, scheme: SchemeFolder = None) -> None:
    """Say what each theme rule does on gold: coverage, precision, conflicts, and whether it ever fires."""
    from giar_nlp.evaluation import read_gold
    from giar_nlp.rule_report import report_rules, units_of
    from giar_nlp.scheme import load_scheme

    reports, units = read_gold(gold)
    uses = report_rules(units_of(reports) if reports else units, load_scheme(scheme))
    n_segments = uses[0].n_segments if uses else 0
    n_idle = sum(use.never_fired for use in uses)
    with open_out(None) as stream:
        stream.write(f"{n_segments} segments, {len(uses)} rules, {n_idle} never fired\n".encode())
        stream.write(f"{'rule':{WIDTH}}weight coverage  fired  right precision conflicts\n".encode())
        stream.writelines(f"{_use_line(use)}\n".encode() for use in uses)


@scheme_app.command("copy")
def copy(folder: Annotated[Path, typer.Argument(help="Folder to make.", metavar="DIR")]) -> None:
    """Copy the default scheme into a new folder, to change it and use it with --scheme."""
    from giar_nlp.scheme import DEFAULT_FOLDER

    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise typer.BadParameter(f"{folder} is there already; name a new folder")
    shutil.copytree(DEFAULT_FOLDER, folder, dirs_exist_ok=True)
    typer.echo(
        f"{folder}: change it, then 'giar scheme check {folder}' and 'giar annotate --scheme {folder} ...'"
    )


def _use_line(use: "RuleUse") -> str:
    if use.never_fired:
        return f"{use.rule:{WIDTH}}{use.weight:6.2f} never fired"
    right = f"{use.n_right:7}{use.precision:10.3f}" if use.precision is not None else f"{'-':>7}{'-':>10}"
    return f"{use.rule:{WIDTH}}{use.weight:6.2f}{use.coverage:9.3f}{use.n_fired:7}{right}{use.n_conflicts:10}"


def _all_lines(scheme: "Scheme") -> Iterator[str]:
    yield "themes"
    for theme in scheme.themes.values():
        yield f"  {theme.id:24}{theme.name}  ({theme.family}, {len(theme.rules)} rules)"
    yield "kinds of counts"
    for kind in scheme.kinds.values():
        yield f"  {kind.id:24}{kind.name}  ({len(kind.cues)} cues)"
    yield "editions of the form"
    for edition in scheme.editions.values():
        n_cells = sum(len(list(form.cells())) for form in edition.tables)
        yield f"  {edition.id:24}{edition.name}  ({n_cells} cells)"


def _one_lines(scheme: "Scheme", name: str) -> Iterator[str]:
    if name in scheme.themes:
        theme = scheme.themes[name]
        yield f"{theme.id}  {theme.name}  ({theme.family})"
        yield f"  it is: {theme.it_is}"
        yield from [f"  it is not: {theme.it_is_not}"] * bool(theme.it_is_not)
        for rule in theme.rules:
            yield f"  {rule.id}  {rule.weight:+.2f}"
            yield from (f"      + {text}" for text in rule.examples)
            yield from (f"      - {text}" for text in rule.not_examples)
    if name in scheme.kinds:
        kind = scheme.kinds[name]
        yield f"{kind.id}  {kind.name}  (kind of count)"
        yield f"  it is: {kind.it_is}"
        yield f"  units: {', '.join(kind.units)}"
        yield from [f"  attributes: {', '.join(kind.attributes)}"] * bool(kind.attributes)
        for cue in kind.cues:
            yield f"  {cue.id}  {cue.weight:.2f}"
            yield from (f"      + {text}" for text in cue.examples)
            yield from (f"      - {text}" for text in cue.not_examples)
    if name in scheme.editions:
        edition = scheme.editions[name]
        years = "-".join(map(str, edition.years)) + ("-" if len(edition.years) == 1 else "")
        yield f"{edition.id}  {edition.name}  (edition of the form, {edition.notice}, {years})"
        for form in edition.tables:
            yield f"  {form.table}"
            for block in form.blocks:
                columns = ", ".join(f"{column.id} {column.label}" for column in block.columns)
                yield f"    columns: {columns}"
                yield from (f"      {row.id:28}{row.path()}" for row in block.rows)
            yield from (f"    {identity.id}: {identity.rule}" for identity in form.identities)
