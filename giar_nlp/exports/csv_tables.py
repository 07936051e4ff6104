"""The tables of records as CSV: a folder with one file a table, in UTF-8 with a mark, for spreadsheets."""

import csv
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import cast

import orjson

from giar_nlp.exports.layout import Table, layout
from giar_nlp.exports.rows import Value, harmless
from giar_nlp.exports.star import Rows

SUFFIX = ".csv"


def file_names() -> dict[str, str]:
    """The file of each table."""
    return {name: f"{name}{SUFFIX}" for name in layout().tables}


def save_tables(reports: Iterable[Rows], folder: Path) -> None:
    """Write the rows of reports to a folder that is there; bulky columns are left out.

    A cell with several values holds JSON. No cell is run as a formula: see `rows.harmless`.
    """
    with ExitStack() as stack:
        writers = {}
        for name, file in file_names().items():
            places = _places(layout().tables[name])
            stream = stack.enter_context((folder / file).open("w", encoding="utf-8-sig", newline=""))
            writers[name] = csv.writer(stream, lineterminator="\r\n"), places
            writers[name][0].writerow([layout().tables[name].columns[place].id for place in places])
        for rows in reports:
            for name, added in rows.items():
                writer, places = writers[name]
                writer.writerows([[_cell(row[place]) for place in places] for row in added])


def _places(table: Table) -> Sequence[int]:
    return [place for place, column in enumerate(table.columns) if not column.bulky]


def _cell(value: object) -> Value:
    """What stands in a cell: whole numbers without a point, lists as JSON."""
    if isinstance(value, list):
        pairs = bool(value) and isinstance(value[0], tuple)
        return orjson.dumps(dict(value) if pairs else value).decode() if value else None
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) < 2**53 else value
    return harmless(cast(Value, value))
