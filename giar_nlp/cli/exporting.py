"""The command that turns records into tables, and back: `export`."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from giar_nlp.cli.output import Errors, check_out, check_place, open_out, say

if TYPE_CHECKING:
    from giar_nlp.batch import Outcome

LINES = ".jsonl"
TABLES = (".parquet", ".csv", ".xlsx")
"""Formats that hold records as tables: two kinds of folders, and a workbook."""

Lang = Annotated[
    Literal["zh", "en"], typer.Option(help="Language of an Excel workbook: headers, names, findings.")
]


def _check_records_out(out: Path | None) -> Path | None:
    """The place of `-o` where records may become a file or tables."""
    if out is None or out.suffix.lower() not in TABLES:
        check_place(out)
        try:
            return check_out(out)
        except typer.BadParameter as error:
            raise typer.BadParameter(f"{error.message}, or for tables in {', '.join(TABLES)}") from error
    from giar_nlp.errors import ExportError
    from giar_nlp.exports.writing import check_records_out

    try:
        check_records_out(out)
    except ExportError as error:
        raise typer.BadParameter(str(error)) from error
    return out


RecordsOut = Annotated[
    Path | None,
    typer.Option(
        "--out",
        "-o",
        help="File (.jsonl, .xlsx) or folder of tables (.parquet, .csv); standard output without it.",
        callback=_check_records_out,
    ),
]


def export(
    records: Annotated[
        list[Path],
        typer.Argument(help="Records: .jsonl, or .parquet that 'giar' wrote.", metavar="RECORDS..."),
    ],
    out: RecordsOut = None,
    lang: Lang = "zh",
    scheme: Annotated[
        Path | None, typer.Option("--scheme", help="Scheme whose names Excel shows.", metavar="DIR")
    ] = None,
) -> None:
    """Turn records into tables (Parquet, CSV, Excel), or Parquet tables back into records."""
    from giar_nlp.exports.writing import read_records

    errors = Errors(out)
    named = (record for path in records for record in read_records(path))
    if holds_tables(out):
        _save(named, out, errors, lang, scheme)
    else:
        with open_out(out) as stream:
            stream.writelines(line + b"\n" for _, line in named)
    raise typer.Exit(_finish(errors))


def holds_tables(out: Path | None) -> bool:
    """Whether records become tables there."""
    return out is not None and out.suffix.lower() in TABLES


def save_outcomes(outcomes: Iterable["Outcome"], out: Path | None, scheme: Path | None, *, show: bool) -> int:
    """Write the records among outcomes as tables, and return the exit status."""
    errors = Errors(out)
    _save(_good(outcomes, errors, show=show), out, errors, "zh", scheme)
    return _finish(errors)


def _good(outcomes: Iterable["Outcome"], errors: Errors, *, show: bool) -> Iterator[tuple[str, bytes]]:
    for outcome in outcomes:
        if outcome.message is not None:
            errors.add(outcome.line, outcome.message)
            continue
        if show:
            from giar_nlp.cli.show import show_record

            show_record(outcome.line)
        yield outcome.path, outcome.line


def _save(
    records: Iterable[tuple[str, bytes]],
    out: Path | None,
    errors: Errors,
    lang: Literal["zh", "en"],
    scheme: Path | None,
) -> None:
    from giar_nlp.errors import CorpusError
    from giar_nlp.exports.writing import export as export_records
    from giar_nlp.jsonl import dump_error
    from giar_nlp.retelling import retell

    def failed(name: str, error: CorpusError) -> None:
        errors.add(dump_error(name, error), f"{name}: {error}")

    if out is not None:
        told = retell(records, lang, scheme) if out.suffix.lower() == ".xlsx" and lang != "en" else records
        export_records(told, out, scheme=scheme, language=lang, failed=failed)


def _finish(errors: Errors) -> int:
    errors.write()
    if errors.n and errors.path:
        say(f"{errors.n} {'input' if errors.n == 1 else 'inputs'} failed; see {errors.path}")
    return 1 if errors.n else 0
