"""The commands that label: `annotate`, `classify`, `counts`."""

import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from giar_nlp.cli.output import Errors, check_out, open_out, say

if TYPE_CHECKING:
    from giar_nlp.batch import Outcome
    from giar_nlp.readers import FoundFile

Out = Annotated[
    Path | None,
    typer.Option(
        "--out", "-o", help="File to write (.jsonl); standard output without it.", callback=check_out
    ),
]
SchemeFolder = Annotated[
    Path | None, typer.Option("--scheme", help="Folder of your own label scheme.", metavar="DIR")
]
InputFile = Annotated[
    Path, typer.Argument(help="A .jsonl with 'text', a .csv with a column of that name, or one text a line.")
]

PROGRESS_FROM = 20  # files; fewer are done before a bar could be read


def annotate(
    paths: Annotated[
        list[str] | None, typer.Argument(help="Reports: files, folders, globs, - for standard input.")
    ] = None,
    out: Out = None,
    units: Annotated[
        Path | None,
        typer.Option(
            "--units", help="Label ready-made segments instead: a .jsonl of {id, text, heading, report_year}."
        ),
    ] = None,
    no_text: Annotated[
        bool, typer.Option("--no-text", help="Leave the report's text out of its record.")
    ] = False,
    workers: Annotated[int, typer.Option("--workers", "-w", min=1, help="Processes to work in.")] = 1,
    show: Annotated[bool, typer.Option("--show", help="Show each report on the terminal instead.")] = False,
    scheme: SchemeFolder = None,
) -> None:
    """Read reports and write one JSON record a report."""
    if (units is None) == (not paths):
        raise typer.BadParameter("name reports, or ready-made segments with --units FILE.jsonl, but not both")
    if units is not None:
        label_units(units, out, scheme, ("themes", "counts"))
        return
    from giar_nlp.batch import Job, annotate_files
    from giar_nlp.readers import find_files

    files = list(find_files(paths or ()))
    job = Job(str(scheme) if scheme else None, with_text=not no_text)
    outcomes = annotate_files(files, job, workers=workers)
    raise typer.Exit(_write(watched(outcomes, files), out, show=show))


def classify(file: InputFile, out: Out = None, scheme: SchemeFolder = None) -> None:
    """Give the themes of ready-made segments, one a line."""
    label_units(file, out, scheme, ("themes",))


def counts(file: InputFile, out: Out = None, scheme: SchemeFolder = None) -> None:
    """Give the counts in ready-made segments, one a line."""
    label_units(file, out, scheme, ("counts",))


def label_units(file: Path, out: Path | None, scheme: Path | None, wanted: tuple[str, ...]) -> None:
    """Label every unit of a file and write its line again; leave with 1 if a line holds none."""
    from giar_nlp.analyzer import load
    from giar_nlp.errors import CorpusError
    from giar_nlp.jsonl import dump_error, dump_unit
    from giar_nlp.units import label, read_inputs

    analyzer = load(scheme)
    errors = Errors(out)
    with open_out(out) as stream:
        for unit in read_inputs(file):
            if isinstance(unit, CorpusError):
                errors.add(dump_error(str(file), unit), str(unit))
            else:
                stream.write(dump_unit(label(unit, analyzer, wanted=wanted)) + b"\n")
    errors.write()
    raise typer.Exit(1 if errors.n else 0)


def _write(outcomes: Iterable["Outcome"], out: Path | None, *, show: bool) -> int:
    """Write what came of each file, and return the exit status."""
    errors = Errors(out)
    with ExitStack() as stack:
        # Shown reports take the place of the lines on standard output; a file is written all the same.
        stream = stack.enter_context(open_out(out)) if out or not show else None
        for outcome in outcomes:
            if outcome.message is not None:
                errors.add(outcome.line, outcome.message)
                continue
            if stream is not None:
                stream.write(outcome.line + b"\n")
            if show:
                from giar_nlp.cli.show import show_record

                show_record(outcome.line)
    errors.write()
    if errors.n and errors.path:
        say(f"{errors.n} {'input' if errors.n == 1 else 'inputs'} failed; see {errors.path}")
    return 1 if errors.n else 0


def watched(outcomes: Iterator["Outcome"], files: Sequence["FoundFile"]) -> Iterator["Outcome"]:
    """The outcomes, with a progress bar on stderr if that is a terminal and the work is long."""
    if len(files) < PROGRESS_FROM or not sys.stderr.isatty():
        yield from outcomes
        return
    from rich.console import Console
    from rich.progress import track

    console = Console(stderr=True)
    yield from track(outcomes, "reports", total=len(files), console=console, transient=True)
