"""Rows of a CSV file or an Excel sheet, each with the number of its line and its cells by column."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence

from giar_nlp.errors import CorpusError
from giar_nlp.readers import decode

MAX_FIELD = 10_000_000  # characters of one CSV field; Python's own limit is shorter than a long report
MAX_CELLS = 20_000_000
"""An Excel sheet with more cells than this is refused before it is unpacked into memory."""

Fields = Mapping[str, str]


def read_csv_rows(data: bytes, path: str) -> Iterator[tuple[int, Fields]]:
    """The rows of a CSV file whose first line names the columns.

    Raises:
        CorpusError: a line is no valid CSV.
    """
    csv.field_size_limit(MAX_FIELD)
    text, _ = decode(data, path)
    rows = csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    try:
        if not rows.fieldnames:
            raise CorpusError(f"{path}: is empty, it has no columns; its first line names them")
        for row in rows:
            yield rows.line_num, {name: value or "" for name, value in row.items() if name is not None}
    except csv.Error as error:
        raise CorpusError(f"{path}, line {rows.line_num}: no valid CSV ({error}); mend the line") from error


def read_excel_rows(data: bytes, path: str) -> Iterator[tuple[int, Fields]]:
    """The rows of the first sheet of an Excel workbook whose first row names the columns.

    Raises:
        CorpusError: the file is no workbook, or too large.
    """
    for _, rows in read_excel_sheets(data, path):
        yield from rows
        return
    raise CorpusError(f"{path}: the Excel workbook has no sheet; save the table as .xlsx or .csv")


def read_excel_sheets(data: bytes, path: str) -> Iterator[tuple[str, Iterator[tuple[int, Fields]]]]:
    """The name of each sheet of an Excel workbook, and its rows by the columns that its first row names.

    Raises:
        CorpusError: the file is no workbook, or a sheet is too large.
    """
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        for name in book.sheet_names:
            sheet = book.get_sheet_by_name(name)
            if sheet.total_height * sheet.total_width > MAX_CELLS:
                raise CorpusError(
                    f"{path}: the sheet '{name}' has more than {MAX_CELLS} cells; save it as CSV"
                )
            yield name, _rows(sheet.to_python(skip_empty_area=False))
    except (CalamineError, OSError, ValueError, IndexError) as error:
        raise CorpusError(f"{path}: no Excel workbook ({error}); save the table as .xlsx or .csv") from error


def _rows(cells: Sequence[Sequence[object]]) -> Iterator[tuple[int, Fields]]:
    names = [str(name).strip() for name in cells[0]] if cells else []
    for number, row in enumerate(cells[1:], 2):
        if any(cell != "" for cell in row):
            yield number, {name: _written(cell) for name, cell in zip(names, row, strict=False) if name}


def _written(cell: object) -> str:
    """A cell as people would write it: a whole number without its point."""
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)
