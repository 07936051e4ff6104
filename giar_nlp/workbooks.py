"""Sheets to files: what `exports` does for one table of rows, with headings, and several tables in Excel.

No cell is ever run: `exports` sees to that in CSV, and Excel gets text as text.
"""

import csv
import datetime
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from giar_nlp.exports import EXPORTERS, Row, Value

EXCEL = ".xlsx"
_CSV = ".csv"
_MOST_ROWS = 1_048_575
_LONGEST = 32_767
"""Excel holds so many rows below the first, and so many characters a cell."""
_WIDEST = 60
_MADE = datetime.datetime(2020, 1, 1)
"""The date in every Excel file: the same rows give the same bytes."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table: the names of its columns, its rows, and what stands above a column if not its name."""

    name: str
    columns: Sequence[str]
    rows: Iterable[Row]
    headings: Mapping[str, str] | None = None

    def heading(self, column: str) -> str:
        """What stands above a column."""
        return (self.headings or {}).get(column, column)


def export(sheets: Sequence[Sheet], suffix: str, stream: BinaryIO) -> None:
    """Write sheets in the format of a suffix of `EXPORTERS`; formats without sheets hold the first alone."""
    first = sheets[0]
    if suffix == EXCEL:
        _write_book(sheets, stream)
        return
    rows = [{first.heading(column): row.get(column) for column in first.columns} for row in first.rows]
    if not rows and suffix == _CSV:
        text = io.StringIO(newline="")
        csv.writer(text).writerow([first.heading(column) for column in first.columns])
        stream.write(text.getvalue().encode("utf-8-sig"))
        return
    EXPORTERS[suffix](rows, stream)


def _write_book(sheets: Sequence[Sheet], stream: BinaryIO) -> None:
    from xlsxwriter import Workbook

    with Workbook(stream, {"in_memory": True}) as book:
        book.set_properties({"created": _MADE})
        bold, wrapped = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
        for sheet in sheets:
            page = book.add_worksheet(sheet.name[:31])
            widths = [len(sheet.heading(column)) + 4 for column in sheet.columns]
            for place, column in enumerate(sheet.columns):
                page.write_string(0, place, sheet.heading(column), bold)
            n_rows = 0
            for n_rows, row in enumerate(sheet.rows, 1):
                if n_rows > _MOST_ROWS:
                    break  # the rest stands in the other formats alone
                for place, column in enumerate(sheet.columns):
                    widths[place] = max(widths[place], _write(page, n_rows, place, row.get(column), wrapped))
            for place, width in enumerate(widths):
                page.set_column(place, place, width)
            page.freeze_panes(1, 0)
            page.autofilter(0, 0, n_rows, max(len(sheet.columns) - 1, 0))


def _write(page: object, row: int, place: int, value: Value, form: object) -> int:
    """Write one cell, and return how wide it would like to be."""
    if isinstance(value, str):
        page.write_string(row, place, value[:_LONGEST], form)  # type: ignore[attr-defined]
        return min(2 * len(value), _WIDEST)
    if value is not None:
        page.write_number(row, place, value, form)  # type: ignore[attr-defined]
    return 0
