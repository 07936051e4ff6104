"""Rows to files: JSON lines, CSV and Excel, told apart by the file's suffix.

A `Sheet` is a table of plain values. No cell of a spreadsheet is ever run: text that Excel would take for a
formula (it begins with ``=``, ``+``, ``-`` or ``@``) gets an apostrophe before it in CSV, and is written as
text in Excel.
"""

import csv
import datetime
import io
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import BinaryIO

import orjson

from giar_nlp.errors import ExportError

Value = str | int | float | bool | None | Sequence[object] | Mapping[str, object]

_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?%?")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_MOST_ROWS = 1_048_575
_LONGEST = 32_000
"""Excel holds 32,767 characters a cell."""
_WIDEST = 60
_MADE = datetime.datetime(2020, 1, 1)
"""The date in every Excel file: the same rows give the same bytes."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table: the names of its columns, what stands above them, its rows.

    `headings` takes the place of the names in files for the eye; a row may leave columns out.
    """

    name: str
    columns: Sequence[str]
    rows: Iterable[Mapping[str, Value]]
    headings: Mapping[str, str] | None = None

    def heading(self, column: str) -> str:
        """What stands above a column."""
        return (self.headings or {}).get(column, column)


def export(sheets: Sequence[Sheet], suffix: str, stream: BinaryIO) -> None:
    """Write sheets in the format of a suffix; formats without sheets hold the first one alone.

    Raises:
        ExportError: the suffix is none of ours, or the rows are too many for it.
    """
    writer = EXPORTERS.get(suffix.lower())
    if writer is None:
        raise ExportError(f"'{suffix}': no format of ours; name a file in {', '.join(sorted(EXPORTERS))}")
    writer(sheets, stream)


def write_jsonl(sheets: Sequence[Sheet], stream: BinaryIO) -> None:
    """The rows of the first sheet, one object a line, all their keys."""
    for row in sheets[0].rows:
        stream.write(orjson.dumps(row) + b"\n")


def write_csv(sheets: Sequence[Sheet], stream: BinaryIO) -> None:
    """The rows of the first sheet, in UTF-8 with the mark by which Excel knows it."""
    sheet = sheets[0]
    text = io.TextIOWrapper(stream, encoding="utf-8-sig", newline="", errors="backslashreplace")
    writer = csv.writer(text)
    writer.writerow([sheet.heading(column) for column in sheet.columns])
    for row in sheet.rows:
        writer.writerow([harmless(_plain(row.get(column))) for column in sheet.columns])
    text.flush()
    text.detach()


def write_xlsx(sheets: Sequence[Sheet], stream: BinaryIO) -> None:
    """All sheets, with a frozen first line and a filter; text is text, whatever it begins with.

    Raises:
        ExportError: a sheet has more rows than Excel holds.
    """
    import xlsxwriter

    memory = io.BytesIO()
    book = xlsxwriter.Workbook(
        memory, {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}
    )
    book.set_properties({"created": _MADE})
    bold = book.add_format({"bold": True})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    for sheet in sheets:
        page = book.add_worksheet(sheet.name[:31])
        widths = [len(sheet.heading(column)) + 4 for column in sheet.columns]
        for place, column in enumerate(sheet.columns):
            page.write_string(0, place, sheet.heading(column), bold)
        n_rows = 0
        for n_rows, row in enumerate(sheet.rows, 1):
            if n_rows > _MOST_ROWS:
                raise ExportError(f"{sheet.name}: more rows than Excel holds; write .csv or .jsonl")
            for place, column in enumerate(sheet.columns):
                value = _plain(row.get(column))
                if isinstance(value, str):
                    page.write_string(n_rows, place, value[:_LONGEST], wrapped)
                    widths[place] = max(widths[place], min(2 * len(value), _WIDEST))
                elif value is not None:
                    page.write_number(n_rows, place, value, wrapped)
        for place, width in enumerate(widths):
            page.set_column(place, place, width)
        page.freeze_panes(1, 0)
        page.autofilter(0, 0, n_rows, max(len(sheet.columns) - 1, 0))
    book.close()
    stream.write(memory.getvalue())


def harmless(value: str | int | float | None) -> str | int | float | None:
    """A value that no spreadsheet runs.

    Example:
        >>> harmless("=1+1"), harmless("-3"), harmless("53条")
        ("'=1+1", '-3', '53条')
    """
    if isinstance(value, str) and value.startswith(_FORMULA) and not _NUMBER.fullmatch(value):
        return f"'{value}"
    return value


def _plain(value: Value) -> str | int | float | None:
    """A value as one cell; what is none itself is written as JSON."""
    if isinstance(value, bool):
        return str(value).lower()
    if value is None or isinstance(value, str | int | float):
        return value
    return orjson.dumps(value).decode()


EXPORTERS: dict[str, Callable[[Sequence[Sheet], BinaryIO], None]] = {
    ".jsonl": write_jsonl,
    ".csv": write_csv,
    ".xlsx": write_xlsx,
}
