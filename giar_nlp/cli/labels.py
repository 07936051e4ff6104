"""The commands that label: `annotate`, `classify`, `counts`."""

import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from giar_nlp.cli.clusters import Address, Engine, Parts, annotate_on_ray, check_engine, write_parts
from giar_nlp.cli.exporting import RecordsOut, holds_tables, save_outcomes
from giar_nlp.cli.output import Errors, check_out, open_out, say

if TYPE_CHECKING:
    from giar_nlp.analyzer import Analyzer
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
    Path,
    typer.Argument(
        help="A .jsonl with 'text' or of records, a .csv or .xlsx with a column 'text', or one text a line."
    ),
]
ModelChoice = Annotated[
    str | None,
    typer.Option("--model", help="Folder of a classifier, or 'none' for the rules alone.", metavar="DIR"),
]
DOUBTFUL = 0.5
"""So doubtful is what --unsure keeps: a label is half as probable as its threshold asks, or half as sure."""

PROGRESS_FROM = 20  # files; fewer are done before a bar could be read


def annotate(
    paths: Annotated[
        list[str] | None, typer.Argument(help="Reports: files, folders, globs, - for standard input.")
    ] = None,
    out: RecordsOut = None,
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
    model: ModelChoice = None,
    scheme: SchemeFolder = None,
    engine: Engine = "local",
    address: Address = None,
    parts: Parts = None,
) -> None:
    """Read reports and write one JSON record a report, or tables of all of them."""
    if (units is None) == (not paths):
        raise typer.BadParameter("name reports, or ready-made segments with --units FILE.jsonl, but not both")
    if units is not None and holds_tables(out):
        raise typer.BadParameter(f"{out}: ready-made segments become JSON lines; name a file in .jsonl")
    if units is not None:
        from giar_nlp.analyzer import load

        label_units(units, out, load(scheme, model), ("themes", "counts"))
        return
    from giar_nlp.batch import Job, annotate_files
    from giar_nlp.readers import find_files

    check_engine(engine, address, parts, out)
    job = Job(str(scheme) if scheme else None, with_text=not no_text, model=model)
    if parts is not None:
        raise typer.Exit(write_parts(paths or (), job, address, workers, parts))
    if engine == "ray":
        outcomes = annotate_on_ray(paths or (), job, address, workers)
    else:
        files = list(find_files(paths or ()))
        outcomes = watched(annotate_files(files, job, workers=workers), files)
    if holds_tables(out):
        raise typer.Exit(save_outcomes(outcomes, out, scheme, show=show))
    raise typer.Exit(_write(outcomes, out, show=show))


def classify(
    file: InputFile,
    out: Out = None,
    model: ModelChoice = None,
    threshold: Annotated[
        float | None, typer.Option(min=0, max=1, help="Give every label of this probability or more.")
    ] = None,
    top: Annotated[int | None, typer.Option(min=1, help="Give at most so many labels.")] = None,
    unsure: Annotated[
        Path | None,
        typer.Option(
            help="File (.jsonl) for the doubtful ones, the most doubtful first.", callback=check_out
        ),
    ] = None,
    scheme: SchemeFolder = None,
) -> None:
    """Give the themes of ready-made segments, or of the segments of records, one a line."""
    from giar_nlp.classifying import Cut, load_classifier
    from giar_nlp.jsonl import dump_unit
    from giar_nlp.units import read_inputs

    classifier = load_classifier(scheme, model, Cut(threshold, top))
    errors = Errors(out)
    doubtful: list[tuple[float, bytes]] = []
    with open_out(out) as stream:
        for found in classifier.classify(errors.pass_on(read_inputs(file), str(file))):
            line = dump_unit(found.unit) + b"\n"
            stream.write(line)
            if unsure is not None and found.doubt is not None and found.doubt >= DOUBTFUL:
                doubtful.append((found.doubt, dump_unit(found.unit, doubt=found.doubt) + b"\n"))
    if unsure is not None:
        with open_out(unsure) as stream:
            stream.writelines(line for _, line in sorted(doubtful, key=lambda pair: -pair[0]))
    errors.write()
    raise typer.Exit(1 if errors.n else 0)


def counts(file: InputFile, out: Out = None, scheme: SchemeFolder = None) -> None:
    """Give the counts in ready-made segments, one a line."""
    from giar_nlp.analyzer import RULES_ALONE, load

    label_units(file, out, load(scheme, RULES_ALONE), ("counts",))


def label_units(file: Path, out: Path | None, analyzer: "Analyzer", wanted: tuple[str, ...]) -> None:
    """Label every unit of a file and write its line again; leave with 1 if a line holds none."""
    from giar_nlp.jsonl import dump_unit
    from giar_nlp.units import label, read_inputs

    errors = Errors(out)
    with open_out(out) as stream:
        for unit in errors.pass_on(read_inputs(file), str(file)):
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
