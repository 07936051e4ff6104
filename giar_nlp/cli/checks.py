"""The command `check`: what is wrong in reports, on the terminal or as a file."""

import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from giar_nlp.cli.conversions import Limit, limits_of
from giar_nlp.cli.labels import SchemeFolder, Workers
from giar_nlp.cli.output import Errors, leave_quietly, open_out, say
from giar_nlp.cli.panels import RowsOut
from giar_nlp.cli.progress import barred

if TYPE_CHECKING:
    from rich.console import Console

    from giar_nlp.auditing import Auditor, Failed, Found, Summary

FAILED = 1
EXCEL = ".xlsx"
WIDTHS = {"report": 8, "message": 30, "expected": 6, "found": 6, "place": 10}
RATIOS = {"report": 2, "message": 6, "expected": 2, "found": 2, "place": 3}
NARROW = 132  # columns of a table that no terminal limits
COLOURS = {"error": "bold red", "warning": "yellow", "info": "cyan"}


def check(
    paths: Annotated[
        list[str], typer.Argument(help="Reports: files, folders, globs, -; or a .jsonl of records.")
    ],
    out: RowsOut = None,
    strict: Annotated[bool, typer.Option("--strict", help="Leave with 1 if anything is found.")] = False,
    severity: Annotated[
        Literal["error", "warning", "info"], typer.Option(help="The least grave findings wanted.")
    ] = "info",
    only: Annotated[
        list[str] | None,
        typer.Option(help="Only these checks: an id, a family (req) or a pattern (*.total)."),
    ] = None,
    ignore: Annotated[list[str] | None, typer.Option(help="Not these checks.")] = None,
    decisions: Annotated[
        Path | None,
        typer.Option(
            help="What was decided before: a workbook of this command, filled in, or a .csv or .jsonl "
            "with id and decision (dismissed, confirmed)."
        ),
    ] = None,
    lang: Annotated[
        Literal["en", "zh"] | None,
        typer.Option(help="Language of the messages: without it zh in an Excel workbook, en elsewhere."),
    ] = None,
    show: Annotated[
        bool,
        typer.Option("--show", help="Show a table, on a terminal or not; without -o a terminal gets one."),
    ] = False,
    workers: Workers = None,
    limit: Limit = None,
    scheme: SchemeFolder = None,
) -> None:
    """Check reports: tables, text against tables, sums, years, copies, form."""
    from giar_nlp.auditing import Auditor, Wanted, read_decisions

    known = read_decisions(decisions) if decisions else {}
    wanted = Wanted(severity, tuple(only or ()), tuple(ignore or ()), known)
    language = lang or ("zh" if out is not None and out.suffix.lower() == EXCEL else "en")
    try:
        auditor = Auditor(scheme, language=language, wanted=wanted, limits=limits_of(limit))
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    errors = Errors(out)
    made = auditor.audit(paths, workers=workers, watch=barred)
    raise typer.Exit(_run(auditor, made, errors, out, show=show, strict=strict))


def _run(
    auditor: "Auditor",
    made: "Iterable[Found | Failed]",
    errors: Errors,
    out: Path | None,
    *,
    show: bool,
    strict: bool,
) -> int:
    """Write what was found, say how much it was, and return the exit status."""
    from giar_nlp.auditing import Tally

    tally = Tally()
    failed: list[Failed] = []
    given = _good(made, errors, failed)
    if out is None and not show and not sys.stdout.isatty():
        # A pipe gets each finding as soon as it is made, and none is kept.
        with open_out(None) as stream:
            for one in given:
                stream.write(_line(one))
                tally.add(one)
    else:
        found = list(given)
        for one in found:
            tally.add(one)
        if out is not None:
            _write(auditor, found, failed, out)
        if show or out is None:
            _show(auditor, found)
    errors.write()
    summary = tally.summary()
    say(_total(auditor, summary))
    if errors.n and errors.path:
        say(f"{errors.n} {'input' if errors.n == 1 else 'inputs'} failed; see {errors.path}")
    return FAILED if errors.n or (strict and any(summary.severities.values())) else 0


def _good(made: "Iterable[Found | Failed]", errors: Errors, failed: list["Failed"]) -> Iterator["Found"]:
    """What was found; what failed goes to the errors, and is kept."""
    from giar_nlp.auditing import Found

    for one in made:
        if isinstance(one, Found):
            yield one
        else:
            errors.add(one.line, one.message)
            failed.append(one)


def _line(found: "Found") -> bytes:
    import orjson

    return orjson.dumps(found.as_record()) + b"\n"


def _words(auditor: "Auditor") -> dict[str, str]:
    terms = auditor.scheme.organs.terms
    return {name: term.zh if auditor.language == "zh" else term.en for name, term in terms.items()}


def _write(auditor: "Auditor", found: Sequence["Found"], failed: Sequence["Failed"], out: Path) -> None:
    from giar_nlp.auditing import COLUMNS, RECORDS, write_workbook
    from giar_nlp.workbooks import Sheet, export

    suffix = out.suffix.lower() or RECORDS
    with open_out(out) as stream:
        if suffix == RECORDS:
            stream.writelines(map(_line, found))
        elif suffix == EXCEL:
            write_workbook(auditor, found, failed, stream)
        else:
            words = _words(auditor)
            rows = [one.as_row(words) for one in found]
            export(Sheet(words["check"], COLUMNS, rows, words), suffix, stream)


def _total(auditor: "Auditor", summary: "Summary") -> str:
    parts = [f"{n} {severity}" for severity, n in summary.severities.items()]
    told = f"{auditor.n_reports} reports: {', '.join(parts)}; {summary.n_unassessed} could not be assessed"
    return f"{told}; {auditor.n_dismissed} dismissed" if auditor.n_dismissed else told


def _show(auditor: "Auditor", found: Sequence["Found"]) -> None:
    """Print the findings and their numbers to standard output."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    from giar_nlp.auditing import summarise

    words = _words(auditor)
    console = _console()
    columns = ("report", "check", "severity", "message", "expected", "found", "place")
    table = Table(box=SIMPLE_HEAD, padding=(0, 1))
    for column in columns:
        whole = column in {"check", "severity"}
        table.add_column(
            words[column],
            overflow="fold",
            no_wrap=whole,
            min_width=WIDTHS.get(column),
            ratio=RATIOS.get(column),
        )
    for one in found:
        if one.finding.status != "fail":
            continue
        row = one.as_row(words) | {"report": Path(one.report).name or "-"}
        row["place"] = f"{row['start']}: {row['place']}" if row["start"] is not None else ""
        cells = [
            Text(_clean(str(row[column] if row[column] is not None else ""), column)) for column in columns
        ]
        cells[2].stylize(COLOURS[one.finding.severity])
        table.add_row(*cells)
    console.print(table)
    summary = summarise(found)
    for name in ("agency", "rule"):
        sheet = summary.sheet(name)
        counts = Table(*(words.get(column, column) for column in sheet.columns), box=SIMPLE_HEAD)
        for line in sheet.rows:
            counts.add_row(*(Text(_clean(str(line[column]), column)) for column in sheet.columns))
        console.print(counts)


def _console() -> "Console":
    from rich.console import Console

    class Terminal(Console):
        """The terminal, or the pipe that stands for it."""

        def on_broken_pipe(self) -> None:
            """Leave without a word when nobody reads on."""
            leave_quietly()

    return Terminal(highlight=False, width=None if sys.stdout.isatty() else NARROW)


def _clean(text: str, column: str) -> str:
    """A cell's text with nothing in it that a terminal would obey, and not too long."""
    shown = "".join(char if char.isprintable() or char == "\u3000" else " " for char in text)
    limit = 36 if column in {"expected", "found", "place"} else 200
    return shown if len(shown) <= limit else f"{shown[: limit - 1]}…"
