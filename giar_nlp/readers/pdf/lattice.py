"""Ruling lines to the tables that they rule.

Lines near each other are one line; lines that cross or touch are of one table; between two lines and two
lines lies a cell, and cells without a line between them are one cell that spans rows or columns.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from giar_nlp.readers.pdf.drawings import Drawing, Ruling

_NEAR = 3.0
"""Points. Lines that lie so near to each other are one; so are lines with such a gap in them."""
_MOST_LINES = 1_500
_MOST_CELLS = 20_000
"""A page with more lines or cells is a drawing."""
_COVERED = 0.8
"""A line between two cells parts them if it runs along so much of their side."""


@dataclass(frozen=True, slots=True)
class Area:
    """A cell's box on the page, in points, y downwards."""

    left: float
    top: float
    right: float
    bottom: float


class Lattice:
    """A ruled table.

    Attributes:
        box: of the whole.
        areas: its cells, by rows.
    """

    def __init__(self, across: Sequence[Ruling], down: Sequence[Ruling]) -> None:
        self._xs = _places([*(line.at for line in down), *_ends(across)])
        self._ys = _places([*(line.at for line in across), *_ends(down)])
        self.box = Area(self._xs[0], self._ys[0], self._xs[-1], self._ys[-1])
        self._n_columns, self._n_rows = len(self._xs) - 1, len(self._ys) - 1
        self.areas: tuple[Area, ...] = ()
        self._area_of: list[int] = []
        if 0 < self._n_columns * self._n_rows <= _MOST_CELLS:
            self._unite(_by_place(across, self._ys), _by_place(down, self._xs))

    @property
    def n_columns(self) -> int:
        """The most cells that stand side by side."""
        return self._n_columns

    def area_at(self, x: float, y: float) -> int | None:
        """The index of the cell that holds a point; None outside the table."""
        column, row = bisect_right(self._xs, x) - 1, bisect_right(self._ys, y) - 1
        if not self.areas or not (0 <= column < self._n_columns and 0 <= row < self._n_rows):
            return None
        return self._area_of[row * self._n_columns + column]

    def _unite(self, across: dict[int, list[Ruling]], down: dict[int, list[Ruling]]) -> None:
        """Make cells of the fields of the grid: fields without a line between them are one."""
        n_columns, xs, ys = self._n_columns, self._xs, self._ys
        fields = list(range(n_columns * self._n_rows))
        for row, column in product(range(self._n_rows), range(n_columns)):
            here = row * n_columns + column
            if column + 1 < n_columns and not _parts(down.get(column + 1), ys[row], ys[row + 1]):
                _join(fields, here, here + 1)
            if row + 1 < self._n_rows and not _parts(across.get(row + 1), xs[column], xs[column + 1]):
                _join(fields, here, here + n_columns)
        groups: dict[int, list[int]] = {}
        for here in range(len(fields)):
            groups.setdefault(_root(fields, here), []).append(here)
        areas: list[Area] = []
        self._area_of = [0] * len(fields)
        for group in (part for whole in groups.values() for part in self._rectangles(whole)):
            rows, columns = [here // n_columns for here in group], [here % n_columns for here in group]
            for here in group:
                self._area_of[here] = len(areas)
            areas.append(Area(xs[min(columns)], ys[min(rows)], xs[max(columns) + 1], ys[max(rows) + 1]))
        self.areas = tuple(areas)

    def _rectangles(self, group: list[int]) -> Iterator[list[int]]:
        """A group of fields; each field by itself if they make no rectangle."""
        rows = {here // self._n_columns for here in group}
        columns = {here % self._n_columns for here in group}
        if len(group) == (max(rows) - min(rows) + 1) * (max(columns) - min(columns) + 1):
            yield group
        else:
            yield from ([here] for here in group)


def find_lattices(drawing: Drawing) -> list[Lattice]:
    """The ruled tables of a page, each with two cells or more; empty for one that is a drawing."""
    across, down = _merged(drawing.across), _merged(drawing.down)
    if not across or not down or max(len(across), len(down)) > _MOST_LINES:
        return []
    n_across = len(across)
    groups = list(range(n_across + len(down)))
    for number, line in enumerate(across):
        for other, post in enumerate(down, n_across):
            if _touch(line, post):
                _join(groups, number, other)
    parts: dict[int, tuple[list[Ruling], list[Ruling]]] = {}
    for index, line in enumerate([*across, *down]):
        parts.setdefault(_root(groups, index), ([], []))[index >= n_across].append(line)
    found = [Lattice(*part) for part in parts.values() if len(part[0]) > 1 and part[1]]
    return [lattice for lattice in found if len(lattice.areas) > 1]


def _merged(lines: Iterable[Ruling]) -> list[Ruling]:
    """The lines with those that lie on one another made one, and those that a small gap parts."""
    merged: list[Ruling] = []
    run: list[Ruling] = []
    for line in sorted(lines):
        if run and line.at - run[-1].at > _NEAR:
            merged.extend(_closed(run))
            run = []
        run.append(line)
    return [*merged, *_closed(run)]


def _closed(run: Sequence[Ruling]) -> Iterator[Ruling]:
    if not run:
        return
    at = sum(line.at for line in run) / len(run)
    start = end = None
    for line in sorted(run, key=lambda line: line.start):
        if start is None or end is None or line.start > end + _NEAR:
            if start is not None and end is not None:
                yield Ruling(at, start, end)
            start, end = line.start, line.end
        end = max(end, line.end)
    if start is not None and end is not None:
        yield Ruling(at, start, end)


def _touch(line: Ruling, post: Ruling) -> bool:
    return (
        line.start - _NEAR <= post.at <= line.end + _NEAR
        and post.start - _NEAR <= line.at <= post.end + _NEAR
    )


def _ends(lines: Sequence[Ruling]) -> tuple[float, float]:
    """From where to where lines run: the edges of a table that is open at its sides."""
    return min(line.start for line in lines), max(line.end for line in lines)


def _places(found: Iterable[float]) -> list[float]:
    """Places in order, those near each other made one."""
    places: list[float] = []
    for place in sorted(found):
        if not places or place - places[-1] > _NEAR:
            places.append(place)
    return places


def _by_place(lines: Iterable[Ruling], places: Sequence[float]) -> dict[int, list[Ruling]]:
    found: dict[int, list[Ruling]] = {}
    for line in lines:
        number = min(range(len(places)), key=lambda number: abs(places[number] - line.at))
        found.setdefault(number, []).append(line)
    return found


def _parts(lines: Sequence[Ruling] | None, start: float, end: float) -> bool:
    """Whether lines run along a side."""
    if not lines:
        return False
    along = sum(max(0.0, min(line.end, end) - max(line.start, start)) for line in lines)
    return along >= _COVERED * (end - start)


def _root(groups: list[int], index: int) -> int:
    while groups[index] != index:
        groups[index] = groups[groups[index]]
        index = groups[index]
    return index


def _join(groups: list[int], one: int, other: int) -> None:
    groups[_root(groups, one)] = _root(groups, other)
