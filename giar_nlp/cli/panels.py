"""The command that gives statutory tables as rows: `tables`."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from giar_nlp.cli.conversions import Limit, limits_of
from giar_nlp.cli.labels import SchemeFolder, Workers
from giar_nlp.cli.output import Errors, check_place, open_out, say
from giar_nlp.cli.runs import annotated

if TYPE_CHECKING:
    from giar_nlp.batch import Outcome
    from giar_nlp.exports import Row


def _check_out(out: Path | None) -> Path | None:
    from giar_nlp.errors import ExportError
    from giar_nlp.exports import check_format

    out = check_place(out)
    if out is not None and (out.is_file() or not out.exists()):
        try:
            check_format(out)
        except ExportError as error:
            raise typer.BadParameter(str(error)) from error
    return out


RowsOut = Annotated[
    Path | None,
    typer.Option(
        "--out",
        "-o",
        help="File to write (.jsonl, .csv, .xlsx, .parquet); standard output without it.",
        callback=_check_out,
    ),
]


def tables(
    paths: Annotated[list[str], typer.Argument(help="Reports: files, folders, globs, - for standard input.")],
    out: RowsOut = None,
    workers: Workers = None,
    limit: Limit = None,
    scheme: SchemeFolder = None,
) -> None:
    """Give every cell of the statutory tables as a row: agency, year, table, row, column, value, status."""
    from giar_nlp.batch import Job
    from giar_nlp.exports import EXPORTERS

    job = Job(str(scheme) if scheme else None, with_text=False, limits=limits_of(limit))
    errors = Errors(out)
    outcomes = annotated(paths, job, workers)
    with open_out(out) as stream:
        EXPORTERS[out.suffix.lower() if out and out.suffix else ".jsonl"](_rows(outcomes, errors), stream)
    errors.write()
    if errors.n and errors.path:
        say(f"{errors.n} {'input' if errors.n == 1 else 'inputs'} failed; see {errors.path}")
    raise typer.Exit(1 if errors.n else 0)


def _rows(outcomes: Iterable["Outcome"], errors: Errors) -> Iterator["Row"]:
    import orjson

    from giar_nlp.exports import table_rows

    for outcome in outcomes:
        if outcome.message is not None:
            errors.add(outcome.line, outcome.message)
        else:
            yield from table_rows(orjson.loads(outcome.line))
