"""The written report of tests/forms as items with numbers, levels and tables; as Markdown."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from giar_nlp.markers import Markers
from giar_nlp.scheme import Scheme
from tests.table_layouts import Grid, fill, grids, pipe_rows, tab_rows

SEED, LEAST = 7, 3


@dataclass(frozen=True, slots=True)
class Item:
    """A paragraph, its number apart, or a table.

    Levels: 0 title, 1 and 2 headings, 3 item, 4 text, 5 sign-off.
    """

    level: int
    number: str = ""
    text: str = ""
    grid: Grid | None = None


def items(path: Path, scheme: Scheme) -> Iterator[Item]:
    """The parts of the report in a file, in order."""
    markers, edition, text = Markers(scheme), scheme.editions["format2021"], path.read_text(encoding="utf-8")
    for grid in grids(edition, fill(edition, SEED, least=LEAST)):
        if (table := tab_rows(grid)) not in text:
            raise SystemExit(f"{path}: the table {grid.table} must read\n{table}")
        text = text.replace(table, f"\t{grid.table}\n")
    tables = {grid.table: grid for grid in grids(edition, fill(edition, SEED, least=LEAST))}
    *lines, agency, date = text.splitlines()
    yield Item(0, "", lines[0])
    for line in lines[1:]:
        marker = markers.at(line, 0)
        end = marker.end if marker else 0
        level = marker.level - 1 if marker and marker.level else 4
        yield Item(4, grid=tables[line[1:]]) if line[0] == "\t" else Item(level, line[:end], line[end:])
    yield from (Item(5, "", agency), Item(5, "", date))


def markdown(report: list[Item]) -> str:
    """The report as Markdown."""
    hashes = {0: "# ", 1: "## ", 2: "### "}
    return "\n".join(
        pipe_rows(each.grid) if each.grid else f"{hashes.get(each.level, '')}{each.number}{each.text}\n"
        for each in report
    )
