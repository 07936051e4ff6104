"""A page to its parts in reading order: lines, tables and images, column by column."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median
from typing import Literal

from giar_nlp.readers.pdf.drawings import Picture
from giar_nlp.readers.pdf.grids import Grid, take_grids
from giar_nlp.readers.pdf.lines import Line, lines_of, runs_of
from giar_nlp.readers.pdf.page import Glyph, Page

Place = Literal["full", "left", "right"]
Part = Line | Grid | Picture

_PLACES: tuple[Place, ...] = ("full", "left", "right")
_MIDDLE = (0.3, 0.7)
"""The right column begins between these parts of the page's width."""
_LEAST_LINES = 6
"""A column has at least so many lines, half of them full: else it is one of a table without ruling lines."""
_FILLED = 0.85
"""A line is full if it takes so much of its column."""
_LEAST_BREADTH = 12
"""Ems. A narrower column is none of text."""
_GUTTER = 0.8
"""Ems between two columns."""


@dataclass(slots=True)
class Frame:
    """What stands below one another: a whole page, a column, or what lies above or below columns."""

    place: Place
    parts: list[Part] = field(default_factory=list)

    @property
    def lines(self) -> list[Line]:
        """Its lines of text."""
        return [part for part in self.parts if isinstance(part, Line)]


@dataclass(slots=True)
class Sheet:
    """A page in reading order; sizes in points. `gutter`: where the right one of two columns begins."""

    number: int
    width: float
    height: float
    frames: list[Frame]
    gutter: float | None


@dataclass(frozen=True, slots=True)
class _Run:
    """Characters of one line, not parted by a wide gap."""

    glyphs: Sequence[Glyph]
    left: float
    right: float
    top: float
    em: float


def sheet_of(page: Page, gutter: float | None = None) -> Sheet:
    """A page's parts in reading order; table text stands in the tables alone.

    `gutter` is where the right column begins on other pages of the file, if they have two.
    """
    grids, rest = take_grids(page)
    runs = [
        _Run(
            glyphs,
            min(glyph.x for glyph in glyphs),
            max(glyph.end for glyph in glyphs),
            min(glyph.top for glyph in glyphs),
            max(glyph.em for glyph in glyphs),
        )
        for glyphs in runs_of(rest)
    ]
    others: list[Grid | Picture] = [
        *grids,
        *(box for box in page.drawing.pictures if not _lies_below(box, page.glyphs)),
    ]
    gutter = _gutter(runs, page.width) or gutter
    found = [Frame("full", _parts(runs, others))] if gutter is None else _columns(runs, others, gutter)
    frames = [frame for frame in found if frame.parts]
    return Sheet(page.number, page.width, page.height, frames, gutter)


def top_of(part: Part) -> float:
    """The upper edge of a part, or nearly that."""
    if isinstance(part, Line):
        return part.base - part.em
    return part.box.top if isinstance(part, Grid) else part.top


def _lies_below(box: Picture, glyphs: Sequence[Glyph]) -> bool:
    """Whether text stands on an image: it is a scan with its text, or a background."""
    return any(box.left < glyph.x < box.right and box.top < glyph.base < box.bottom for glyph in glyphs)


def _parts(runs: Sequence[_Run], others: Sequence[Grid | Picture]) -> list[Part]:
    parts: list[Part] = [*lines_of([run.glyphs for run in runs]), *others]
    parts.sort(key=top_of)
    return parts


def _edges(part: _Run | Grid | Picture) -> tuple[float, float]:
    if isinstance(part, Grid):
        return part.box.left, part.box.right
    return part.left, part.right


def _gutter(runs: Sequence[_Run], width: float) -> float | None:
    """Where the right one of two columns of text begins; None for a page with one column."""
    if len(runs) < 2 * _LEAST_LINES:
        return None
    low, high = (part * width for part in _MIDDLE)
    starts = Counter(round(run.left / 2) for run in runs if low < run.left < high)
    edges = [start * 2.0 - 2 for start in starts if sum(starts[start + step] for step in (-1, 0, 1)) >= 2]
    # Lines of paragraphs that begin with an indent show an edge too: the others cross it.
    edge = min(edges, key=lambda edge: (sum(run.left < edge < run.right for run in runs), edge), default=None)
    if edge is None:
        return None
    right = [run for run in runs if run.left >= edge]
    left = [run for run in runs if run.right <= edge]
    crossing = len(runs) - len(left) - len(right)
    if min(len(left), len(right)) < _LEAST_LINES or crossing > len(left) + len(right):
        return None
    inner, begin, end = (
        max(run.right for run in left),
        min(run.left for run in left),
        max(run.right for run in right),
    )
    em = median(run.em for run in runs)
    if edge - inner < _GUTTER * em or min(inner - begin, end - edge) < _LEAST_BREADTH * em:
        return None
    full = (
        sum(run.right - run.left >= _FILLED * (inner - begin) for run in left),
        sum(run.right - run.left >= _FILLED * (end - edge) for run in right),
    )
    return edge if min(full) >= _LEAST_LINES // 2 else None


def _columns(runs: Sequence[_Run], others: Sequence[Grid | Picture], edge: float) -> Iterator[Frame]:
    """The frames of a page with two columns: what crosses both ends the columns above it."""
    crossing = [part for part in (*runs, *others) if _edges(part)[0] < edge < _edges(part)[1]]
    tops = sorted({0.0, *(_top(part) for part in crossing)})
    for top, bottom in pairwise([*tops, float("inf")]):
        for place in _PLACES:
            here = [
                part
                for part in (*runs, *others)
                if top <= _top(part) < bottom and _place(_edges(part), edge) == place
            ]
            yield Frame(
                place,
                _parts(
                    [part for part in here if isinstance(part, _Run)],
                    [part for part in here if not isinstance(part, _Run)],
                ),
            )


def _top(part: _Run | Grid | Picture) -> float:
    return part.box.top if isinstance(part, Grid) else part.top


def _place(edges: tuple[float, float], edge: float) -> Place:
    if edges[0] < edge < edges[1]:
        return "full"
    return "left" if edges[1] <= edge else "right"
