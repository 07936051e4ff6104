"""Tables of DOC and RTF, told row by row: which cells span which columns, and what stands in which cell.

Both formats say of each paragraph how deep in tables it stands and whether it ends a cell, and of each row
where its cells end on the page. Columns are told from these edges: cells that end at the same place end the
same column.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field

from giar_nlp.readers.limits import Watch
from giar_nlp.readers.word.flow import FlowCell, Item, Paragraph, Table

_NEAR = 40
"""Edges less far apart are the same edge, in twentieths of a point: no column is as narrow."""
_MOST_EDGES = 200


@dataclass(slots=True)
class Edge:
    """What a row says of one of its cells.

    Attributes:
        right: where it ends, in twentieths of a point.
        runs_on: it shows what the cell above shows, and nothing of its own.
        may_run_on: the cells below may show what it shows.
        joined: it is part of the cell to its left.
    """

    right: int
    runs_on: bool = False
    may_run_on: bool = False
    joined: bool = False


@dataclass(slots=True)
class _Row:
    left: int
    edges: list[Edge]
    cells: list[list[Item]]


@dataclass(slots=True)
class _Open:
    """A table that is being read: its rows, the cells of the row that is open, what the open cell holds."""

    rows: list[_Row] = field(default_factory=list)
    cells: list[list[Item]] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)


class RowBuilder:
    """Puts paragraphs into cells, cells into rows and rows into tables, as they come."""

    def __init__(self, watch: Watch) -> None:
        self._watch = watch
        self._root: list[Item] = []
        self._open: list[_Open] = []
        self._cells = 0

    def paragraph(self, paragraph: Paragraph, depth: int) -> None:
        """Add a paragraph that stands so deep in tables; 0: in none."""
        self._go_to(depth)
        self._here().append(paragraph)

    def end_cell(self, depth: int) -> None:
        """End the cell that is open at a depth, from 1."""
        self._go_to(depth)
        self._cells += 1
        self._watch.check("cells", self._cells, "table cells")
        self._open[-1].cells.append(self._open[-1].items)
        self._open[-1].items = []

    def end_row(self, depth: int, left: int, edges: list[Edge]) -> None:
        """End the row that is open at a depth; its cells begin at `left`."""
        self._go_to(depth)
        table = self._open[-1]
        if table.items and any(isinstance(item, Table) or item.text.strip() for item in table.items):
            table.cells.append(table.items)
        if table.cells:
            table.rows.append(_Row(left, edges[:_MOST_EDGES], table.cells[:_MOST_EDGES]))
        table.cells, table.items = [], []

    def items(self) -> list[Item]:
        """All that was added, once everything is."""
        self._go_to(0)
        return self._root

    def _here(self) -> list[Item]:
        return self._open[-1].items if self._open else self._root

    def _go_to(self, depth: int) -> None:
        self._watch.check("depth", depth, "tables in each other")
        while len(self._open) > depth:
            table = self._open.pop()
            if table.rows:
                self._here().append(_table(table.rows))
            # What no row ends is no part of a table.
            for cell in [*table.cells, table.items]:
                self._here().extend(cell)
        while len(self._open) < depth:
            self._open.append(_Open())


def _table(rows: Sequence[_Row]) -> Table:
    """The table of rows: columns told from the edges, spans from what the cells say of each other."""
    marks = _marks(rows)
    above: dict[int, FlowCell] = {}
    found: list[list[FlowCell | None]] = []
    for row in rows:
        cells: list[FlowCell | None] = []
        running: dict[int, FlowCell] = {}
        last: FlowCell | None = None
        begin = place = _column(marks, row.left)
        cells.extend([None] * begin)
        for number, items in enumerate(row.cells):
            edge = row.edges[number] if number < len(row.edges) else Edge(0)
            end = max(_column(marks, edge.right), place + 1)
            if edge.joined and last is not None:
                last.colspan += end - place
            elif edge.runs_on and place in above:
                last = running[place] = above[place]
                last.rowspan += 1
            else:
                last = FlowCell(items, 1, end - place)
                cells.append(last)
                if edge.may_run_on or edge.runs_on:
                    running[place] = last
            place = end
        above = running
        found.append(cells)
    return Table(found)


def _marks(rows: Sequence[_Row]) -> list[int]:
    """The places where columns begin or end, near ones taken together, in order."""
    edges = sorted({row.left for row in rows} | {edge.right for row in rows for edge in row.edges})
    marks: list[int] = []
    for edge in edges:
        if not marks or edge - marks[-1] > _NEAR:
            marks.append(edge)
    return marks


def _column(marks: Sequence[int], edge: int) -> int:
    """The number of the column that begins at an edge."""
    place = bisect_left(marks, edge - _NEAR)
    return min(place, _MOST_EDGES)
