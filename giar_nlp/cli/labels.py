"""The commands that label: `annotate`, `classify`, `counts`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from giar_nlp.cli.clusters import Address, Engine, Parts, annotate_on_ray, check_engine, write_parts
from giar_nlp.cli.conversions import Limit
from giar_nlp.cli.exporting import RecordsOut, holds_tables, save_outcomes
from giar_nlp.cli.output import Errors, check_out, is_file, open_out

if TYPE_CHECKING:
    from giar_nlp.analyzer import Analyzer

Out = Annotated[
    Path | None,
    typer.Option(
        "--out",
        "-o",
        help="File to write (.jsonl, .jsonl.gz, .jsonl.zst); standard output without it.",
        callback=check_out,
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
TextColumn = Annotated[str, typer.Option(help="Column of the texts of a table, or of objects in JSON lines.")]
Workers = Annotated[
    int | None,
    typer.Option(
        "--workers", "-w", min=1, help="Processes to work in; default: the cores. 1: none apart, no limits."
    ),
]
DOUBTFUL = 0.5
"""So doubtful is what --unsure keeps: a label is half as probable as its threshold asks, or half as sure."""


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
    workers: Workers = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with a run that was broken off; -o and the rest as then.")
    ] = False,
    timeout: Annotated[
        float | None, typer.Option(min=0.1, help="Seconds a worker may take over a report; default: 120.")
    ] = None,
    memory: Annotated[
        int | None,
        typer.Option(min=64, help="MB a report may take beyond what its worker holds; default: 2048."),
    ] = None,
    limit: Limit = None,
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
    from giar_nlp.cli.runs import annotate_into, annotated, job_of, write_outcomes

    check_engine(engine, address, parts, out)
    tables = holds_tables(out)
    if resume and (tables or engine != "local" or not is_file(out)):
        raise typer.BadParameter("--resume goes on with a file of JSON lines: name it with -o")
    job = job_of(out, scheme, model, with_text=not no_text, of_worker=(timeout, memory), of_file=limit)
    if parts is not None:
        status = write_parts(paths or (), job, address, workers, parts)
    elif out is not None and is_file(out) and not tables and engine == "local":
        status = annotate_into(out, paths or (), job, workers, resume=resume, show=show)
    else:
        on_ray = engine == "ray"
        outcomes = (
            annotate_on_ray(paths or (), job, address, workers)
            if on_ray
            else annotated(paths or (), job, workers)
        )
        status = (
            save_outcomes(outcomes, out, scheme, show=show)
            if tables
            else write_outcomes(outcomes, out, job, show=show)
        )
    raise typer.Exit(status)


def classify(
    file: InputFile,
    out: Out = None,
    text_column: TextColumn = "text",
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
        for found in classifier.classify(errors.pass_on(read_inputs(file, column=text_column), str(file))):
            line = dump_unit(found.unit) + b"\n"
            stream.write(line)
            if unsure is not None and found.doubt is not None and found.doubt >= DOUBTFUL:
                doubtful.append((found.doubt, dump_unit(found.unit, doubt=found.doubt) + b"\n"))
    if unsure is not None:
        with open_out(unsure) as stream:
            stream.writelines(line for _, line in sorted(doubtful, key=lambda pair: -pair[0]))
    errors.write()
    raise typer.Exit(1 if errors.n else 0)


def counts(
    file: InputFile, out: Out = None, text_column: TextColumn = "text", scheme: SchemeFolder = None
) -> None:
    """Give the counts in ready-made segments, one a line."""
    from giar_nlp.analyzer import RULES_ALONE, load

    label_units(file, out, load(scheme, RULES_ALONE), ("counts",), column=text_column)


def label_units(
    file: Path, out: Path | None, analyzer: "Analyzer", wanted: tuple[str, ...], *, column: str = "text"
) -> None:
    """Label every unit of a file and write its line again; leave with 1 if a line holds none."""
    from giar_nlp.jsonl import dump_unit
    from giar_nlp.units import label, read_inputs

    errors = Errors(out)
    with open_out(out) as stream:
        for unit in errors.pass_on(read_inputs(file, column=column), str(file)):
            stream.write(dump_unit(label(unit, analyzer, wanted=wanted)) + b"\n")
    errors.write()
    raise typer.Exit(1 if errors.n else 0)
