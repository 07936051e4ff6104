"""Tables that go on from page to page made one: repeated headers left out, rows that were cut made whole."""

from collections.abc import Sequence

from giar_nlp.readers.pdf.grids import Box, Grid, places_of
from giar_nlp.readers.pdf.lattice import Area
from giar_nlp.readers.pdf.wording import pattern

_NEAR = 4.0
"""Points between edges of cells that are the same column or row."""
_MOST_REPEATED = 6
"""Rows of a header that is repeated on every page."""
_SHARED = 0.6
"""Of the columns of a table's part, so many are those of its other part."""
_ROOM = 0.3
"""Ems that a line of a cell leaves free at most, beside what would not have fitted."""


def is_continued(above: Grid, below: Grid) -> bool:
    """Whether a table that opens a page goes on with the one that ends the page before.

    It is as broad, and the columns of the one are among those of the other, most of them.
    """
    if abs(above.box.left - below.box.left) > _NEAR or abs(above.box.right - below.box.right) > _NEAR:
        return False
    fewer, more = sorted((_columns(above), _columns(below)), key=len)
    shared = sum(any(abs(edge - other) < _NEAR for other in more) for edge in fewer)
    return shared >= _SHARED * len(fewer)


def _columns(grid: Grid) -> list[float]:
    """Where the columns inside a table begin."""
    return places_of([box.area.left for box in grid.boxes])[1:]


def joined(above: Grid, below: Grid) -> Grid:
    """Two parts of a table made one: without a header that is repeated, and with rows that were cut whole."""
    boxes = _without_header(above, below)
    if not boxes:
        return above
    top = min(box.area.top for box in boxes)
    shift = above.box.bottom - top
    boxes = [_moved(box, shift) for box in boxes]
    edge = above.box.bottom
    last = [box for box in above.boxes if abs(box.area.bottom - edge) < _NEAR]
    first = [box for box in boxes if abs(box.area.top - edge) < _NEAR]
    pairs = {
        id(low): high
        for low in first
        for high in last
        if abs(high.area.left - low.area.left) < _NEAR and abs(high.area.right - low.area.right) < _NEAR
    }
    if len(pairs) == len(first) == len(last) and _is_cut([(pairs[id(low)], low) for low in first]):
        together = first
    else:
        together = _spanning(first, last, pairs)
    gone = {id(low) for low in together} | {id(pairs[id(low)]) for low in together}
    merged = [_stacked(pairs[id(low)], low) for low in together]
    kept = [box for box in (*above.boxes, *boxes) if id(box) not in gone]
    bottom = max(box.area.bottom for box in boxes)
    return Grid(Area(above.box.left, above.box.top, above.box.right, bottom), (*kept, *merged))


def _without_header(above: Grid, below: Grid) -> list[Box]:
    """The cells below, without the first rows if they are those of the table's beginning once more."""
    tops = places_of([box.area.top for box in below.boxes])
    head = {_key(box, above.box) for box in above.boxes if box.closed}
    end = below.box.top
    for number, top in enumerate(tops[:_MOST_REPEATED]):
        bottom = tops[number + 1] if number + 1 < len(tops) else below.box.bottom
        row = [box for box in below.boxes if abs(box.area.top - top) < _NEAR and box.closed]
        if not row or not all(_key(box, below.box) in head for box in row):
            break
        if any(box.closed.isdigit() for box in row):
            break
        end = bottom
    return [box for box in below.boxes if box.area.top > end - _NEAR]


def _key(box: Box, whole: Area) -> tuple[str, int, int]:
    """What a cell of a header says, and where: row and column count from the table's corner."""
    return box.closed, round((box.area.top - whole.top) / _NEAR / 2), round(box.area.left / _NEAR / 2)


def _is_cut(pairs: Sequence[tuple[Box, Box]]) -> bool:
    """Whether a row was cut at a page's end.

    Then its cells go on below (a label in mid-word), and what stands on one page alone is blank on the other.
    A row of its own has its own label and its own values.
    """
    both = [(high, low) for high, low in pairs if high.closed and low.closed]
    if any(not (_is_worded(high) and _is_worded(low) and _goes_on(high, low)) for high, low in both):
        return False
    return bool(both) or not any(low.closed for _, low in pairs)


def _is_worded(box: Box) -> bool:
    return any(char.isalpha() for char in box.closed)


def _goes_on(high: Box, low: Box) -> bool:
    """Whether the last line of a cell is full: what begins the cell below would not have fitted."""
    if pattern("row_label").match(low.closed):
        return False
    line, following = high.lines[-1], low.lines[0]
    if len(high.lines) > 1:
        room = max(other.right - other.left for other in high.lines[:-1]) - (line.right - line.left)
    else:
        room = high.area.right - high.area.left - (line.right - line.left) - line.em
    return room < following.token + _ROOM * line.em


def _spanning(first: Sequence[Box], last: Sequence[Box], pairs: dict[int, Box]) -> list[Box]:
    """The cells, from the left on, that only go on below: the label of a group of rows, written once."""
    found: list[Box] = []
    uneven = len(pairs) < max(len(first), len(last))
    for low in sorted(first, key=lambda box: box.area.left):
        high = pairs.get(id(low))
        if high is None or not _is_worded(high):
            break
        grouping = uneven or _is_taller(low, first) or _is_taller(high, last)
        if low.closed and not (grouping and _is_worded(low) and _goes_on(high, low)):
            break
        found.append(low)
    # A row of blanks is a row of its own.
    return found if any(low.closed for low in first if low not in found) else []


def _is_taller(box: Box, fellows: Sequence[Box]) -> bool:
    """Whether a cell spans several rows beside its fellows."""
    return box.area.bottom - box.area.top > _NEAR + min(
        fellow.area.bottom - fellow.area.top for fellow in fellows
    )


def _moved(box: Box, shift: float) -> Box:
    area = box.area
    return Box(Area(area.left, area.top + shift, area.right, area.bottom + shift), box.lines)


def _stacked(high: Box, low: Box) -> Box:
    area = Area(high.area.left, high.area.top, high.area.right, low.area.bottom)
    return Box(area, (*high.lines, *low.lines))
