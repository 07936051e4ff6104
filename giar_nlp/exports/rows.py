"""Rows to files: JSON lines, CSV, Excel, Parquet. `EXPORTERS` maps a suffix to the function that writes it.

A row is a mapping from the same columns in every row; the first row gives them. `table_rows` makes such rows
of the statutory tables in a record.
"""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from importlib.util import find_spec
from itertools import chain
from pathlib import Path
from typing import BinaryIO, cast

import orjson

from giar_nlp.errors import ExportError

Value = str | int | float | None
Row = Mapping[str, Value]

_MAX_ROWS = 1_048_575  # of an Excel sheet below its first, which names the columns
_MAX_CELL = 32_767
_CREATED = datetime(2020, 1, 1)  # the same rows give the same bytes
_BATCH = 100_000
_RISKY = ("=", "+", "-", "@", "\t", "\r")

TABLE_COLUMNS = (
    "agency",
    "year",
    "regime",
    "form",
    "table",
    "number",
    "row",
    "column",
    "row_label",
    "column_label",
    "value",
    "status",
    "raw",
    "settled_by",
    "start",
    "end",
    "source",
)


def table_rows(record: Mapping[str, object]) -> Iterator[Row]:
    """One row for each cell of the statutory tables in a report's record, as `jsonl.dump_report` writes it.

    `number` counts the tables of one name in a report. A cell that is not certain has a `raw` and no
    `value`; a table that could not be read has no rows.
    """
    meta = cast(Mapping[str, Value], record.get("meta") or {})
    source = cast(Mapping[str, Value], record.get("source") or {}).get("path")
    numbers: dict[Value, int] = {}
    for table in cast(Iterable[Mapping[str, Value]], record.get("tables") or ()):
        name = table["table"]
        numbers[name] = numbers.get(name, 0) + 1
        of_table: dict[str, Value] = {
            "agency": meta.get("agency"),
            "year": meta.get("report_year"),
            "regime": meta.get("regime"),
            "form": table.get("form"),
            "table": name,
            "number": numbers[name],
        }
        for cell in cast(Iterable[Mapping[str, Value]], table.get("values") or ()):
            row = {**of_table, **cell, "source": source}
            yield {column: row.get(column) for column in TABLE_COLUMNS}


def check_format(path: Path) -> None:
    """Raise `ExportError` if no rows can be written to a file of that name."""
    suffix = path.suffix.lower()
    if suffix not in EXPORTERS:
        raise ExportError(f"{path}: no known format; name a file that ends in {', '.join(EXPORTERS)}")
    if suffix == ".parquet" and find_spec("pyarrow") is None:
        raise ExportError(f"{path}: Parquet needs the extra 'parquet': pip install 'giar-nlp[parquet]'")


def write_jsonl(rows: Iterable[Row], stream: BinaryIO) -> None:
    """Write each row as a JSON object on a line of its own."""
    for row in rows:
        stream.write(orjson.dumps(row) + b"\n")


def write_csv(rows: Iterable[Row], stream: BinaryIO) -> None:
    """Write rows as CSV in UTF-8 with a byte order mark, which spreadsheets ask for.

    Text that a spreadsheet would run as a formula gets an apostrophe before it; a dash or a signed number
    stays as it is.
    """
    text = io.TextIOWrapper(stream, encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text, lineterminator="\r\n")
    columns, rows = _columns(rows)
    writer.writerow(columns)
    for row in rows:
        writer.writerow([harmless(row[column]) for column in columns])
    text.detach()


def write_xlsx(rows: Iterable[Row], stream: BinaryIO) -> None:
    """Write rows as an Excel workbook, text always as text; what a sheet cannot hold goes on in the next."""
    from xlsxwriter import Workbook

    columns, rows = _columns(rows)
    with Workbook(stream, {"in_memory": True, "constant_memory": True}) as book:
        book.set_properties({"created": _CREATED})
        sheet, number = None, _MAX_ROWS
        for row in chain(rows, [None]):
            if number >= _MAX_ROWS and (row is not None or sheet is None):
                sheet, number = book.add_worksheet(), 0
                sheet.freeze_panes(1, 0)
                for place, column in enumerate(columns):
                    sheet.write_string(0, place, column)
            if row is None or sheet is None:
                continue
            number += 1
            for place, column in enumerate(columns):
                value = row[column]
                if isinstance(value, str):
                    sheet.write_string(number, place, value[:_MAX_CELL])
                elif value is not None:
                    sheet.write_number(number, place, value)


def write_parquet(rows: Iterable[Row], stream: BinaryIO) -> None:
    """Write rows as Parquet: text as strings, numbers as integers or, in the column `value`, as floats.

    Raises:
        ExportError: the extra that brings pyarrow is not installed.
    """
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError as error:
        raise ExportError("Parquet needs the extra 'parquet': pip install 'giar-nlp[parquet]'") from error
    columns, rows = _columns(rows)
    kinds = {"value": pyarrow.float64(), **dict.fromkeys(("year", "number", "start", "end"), pyarrow.int64())}
    schema = pyarrow.schema([(column, kinds.get(column, pyarrow.string())) for column in columns])
    with pyarrow.parquet.ParquetWriter(stream, schema, compression="zstd") as writer:
        batch: list[Row] = []
        for row in rows:
            batch.append(row)
            if len(batch) >= _BATCH:
                writer.write_table(pyarrow.Table.from_pylist(batch, schema=schema))
                batch = []
        writer.write_table(pyarrow.Table.from_pylist(batch, schema=schema))


def _columns(rows: Iterable[Row]) -> tuple[tuple[str, ...], Iterator[Row]]:
    """The columns of rows, those of tables where there is no row; and the rows."""
    rest = iter(rows)
    first = next(rest, None)
    return (TABLE_COLUMNS, rest) if first is None else (tuple(first), chain([first], rest))


def harmless(value: Value) -> Value:
    """A cell that no spreadsheet runs as a formula."""
    if not isinstance(value, str) or not value.startswith(_RISKY):
        return value
    bare = value.strip("+-—－ ").replace(",", "").replace(".", "", 1)
    return value if not bare or bare.isdecimal() else f"'{value}"


EXPORTERS: dict[str, Callable[[Iterable[Row], BinaryIO], None]] = {
    ".jsonl": write_jsonl,
    ".csv": write_csv,
    ".xlsx": write_xlsx,
    ".parquet": write_parquet,
}
