"""The ruled tables of a page: their cells with what stands in them."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from giar_nlp.readers.pdf.lattice import Area, Lattice, find_lattices
from giar_nlp.readers.pdf.lines import Line, lines_of, runs_of
from giar_nlp.readers.pdf.page import Glyph, Page
from giar_nlp.readers.writing import FoundCell

_APART = 3.0
"""Points between edges that are not the same."""
_REACH = 6.0
"""Ems below a table that are looked at for what runs over its edge."""
_BELOW = 1.7
"""Ems from the edge, or from line to line, of what runs over."""
_PADDING = 1.5
"""Ems of a cell's breadth that its text leaves free at both sides together."""


@dataclass(frozen=True, slots=True)
class Box:
    """A cell: its place, its text, and the lines that it is made of."""

    area: Area
    lines: tuple[Line, ...]

    @property
    def text(self) -> str:
        """The text, one line after the other."""
        return "\n".join(line.text for line in self.lines)

    @property
    def closed(self) -> str:
        """The text without blanks."""
        return "".join("".join(line.text.split()) for line in self.lines)


@dataclass(frozen=True, slots=True)
class Grid:
    """A ruled table, or what of it stands on a page."""

    box: Area
    boxes: tuple[Box, ...]


def take_grids(page: Page) -> tuple[list[Grid], list[Glyph]]:
    """The ruled tables of a page, from top to bottom, and the characters that stand in none.

    A frame around text is no table, nor is one whose cells are all empty.
    """
    lattices = [lattice for lattice in find_lattices(page.drawing) if lattice.n_columns > 1]
    if not lattices:
        return [], list(page.glyphs)
    # A table inside a cell of another comes before it.
    lattices.sort(
        key=lambda lattice: (lattice.box.right - lattice.box.left) * (lattice.box.bottom - lattice.box.top)
    )
    inside: list[dict[int, list[Glyph]]] = [{} for _ in lattices]
    rest: list[Glyph] = []
    for glyph in page.glyphs:
        x, y = (glyph.x + glyph.end) / 2, glyph.base - glyph.em / 3
        for lattice, cells in zip(lattices, inside, strict=True):
            area = lattice.area_at(x, y)
            if area is not None:
                cells.setdefault(area, []).append(glyph)
                break
        else:
            rest.append(glyph)
    last = max(range(len(lattices)), key=lambda number: lattices[number].box.bottom)
    rest = _overflow(lattices[last], inside[last], rest)
    grids = [
        Grid(
            lattice.box,
            tuple(
                Box(area, tuple(lines_of(runs_of(cells.get(number, ())))))
                for number, area in enumerate(lattice.areas)
            ),
        )
        for lattice, cells in zip(lattices, inside, strict=True)
        if any(not glyph.text.isspace() for glyphs in cells.values() for glyph in glyphs)
    ]
    return sorted(grids, key=lambda grid: grid.box.top), rest


def _overflow(lattice: Lattice, cells: dict[int, list[Glyph]], rest: list[Glyph]) -> list[Glyph]:
    """Put what runs over the lower edge of the page's last table into its cells; what is left over.

    Browsers print so where they cut a row at a page's end. All that stands close below the table must lie
    below its cells, and go on with a full line in each.
    """
    edge = lattice.box.bottom
    below = [glyph for glyph in rest if edge < glyph.base < edge + _REACH * glyph.em]
    taken: list[tuple[int, list[Glyph]]] = []
    for run in sorted(runs_of(below), key=lambda run: run[0].base):
        if run[0].base - edge > _BELOW * run[0].em:
            break
        number = lattice.area_at((run[0].x + run[-1].end) / 2, lattice.box.bottom - 1)
        if number is None or number not in cells:
            return rest
        area, lines = lattice.areas[number], lines_of(runs_of(cells[number]))
        (line,) = lines_of([run])
        if run[0].x < area.left or run[-1].end > area.right or not lines:
            return rest
        if area.right - area.left - (lines[-1].right - lines[-1].left) > line.token + _PADDING * line.em:
            return rest
        taken.append((number, run))
        edge = max(edge, run[0].base)
    gone: set[int] = set()
    for number, run in taken:
        cells[number].extend(run)
        gone.update(map(id, run))
    return [glyph for glyph in rest if id(glyph) not in gone]


def rows_of(grid: Grid) -> list[list[FoundCell | None]]:
    """The rows of a table, each with the cells that begin in it."""
    xs = places_of([edge for box in grid.boxes for edge in (box.area.left, box.area.right)])
    ys = places_of([edge for box in grid.boxes for edge in (box.area.top, box.area.bottom)])
    rows: list[list[FoundCell | None]] = [[] for _ in ys[1:]]
    free = {(row, column) for row in range(len(rows)) for column in range(len(xs) - 1)}
    begins: dict[tuple[int, int], FoundCell] = {}
    for box in grid.boxes:
        left, right = _number(xs, box.area.left), _number(xs, box.area.right)
        top, bottom = _number(ys, box.area.top), _number(ys, box.area.bottom)
        if top < bottom and left < right:
            begins[top, left] = FoundCell(box.text, bottom - top, right - left)
        free.difference_update((row, column) for row in range(top, bottom) for column in range(left, right))
    for row, column in sorted(free | begins.keys()):
        rows[row].append(begins.get((row, column)))
    return rows


def places_of(found: Sequence[float]) -> list[float]:
    """Places in order, those near each other made one."""
    places: list[float] = []
    for place in sorted(found):
        if not places or place - places[-1] > _APART:
            places.append(place)
    return places


def _number(places: Sequence[float], place: float) -> int:
    """The number of the place that is nearest."""
    after = bisect_left(places, place)
    return min(
        (number for number in (after - 1, after) if 0 <= number < len(places)),
        key=lambda number: abs(places[number] - place),
    )
