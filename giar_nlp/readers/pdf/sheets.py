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

_MIDDLE = (0.3, 0.7)
"""The right column begins between these parts of the page's width."""
_LEAST_LINES = 6
"""A column has at least so many lines."""
_FILLED = 0.7
"""Half of its lines fill so much of its breadth: else it is one of a table without lines, or a list."""
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
    others: list[Grid | Picture] = [*grids, *(box for box in page.drawing.pictures if not _lies_below(box, page.glyphs))]
    gutter = _gutter(runs, page.width) or gutter
    if gutter is None:
        frames = [Frame("full", _parts(runs, others))]
    else:
        frames = list(_columns(runs, others, gutter))
    frames = [frame for frame in frames if frame.parts]
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
    for start, n_starts in starts.most_common(3):
        near = n_starts + starts[start - 1] + starts[start + 1]
        if near < _LEAST_LINES // 2:
            return None
        edge = start * 2.0 - 2
        right = [run for run in runs if run.left >= edge]
        left = [run for run in runs if run.right <= edge]
        if min(len(left), len(right)) < _LEAST_LINES:
            continue
        room = edge - max(run.right for run in left)
        begin, end = min(run.left for run in left), max(run.right for run in right)
        filled = median(run.right - run.left for run in left) >= _FILLED * (edge - room - begin) and median(
            run.right - run.left for run in right
        ) >= _FILLED * (end - edge)
        crossing = len(runs) - len(left) - len(right)
        if filled and room > _GUTTER * median(run.em for run in runs) and crossing < len(left) + len(right):
            return edge
    return None


def _columns(runs: Sequence[_Run], others: Sequence[Grid | Picture], edge: float) -> Iterator[Frame]:
    """The frames of a page with two columns: what crosses both ends the columns above it."""
    crossing = [part for part in (*runs, *others) if _edges(part)[0] < edge < _edges(part)[1]]
    tops = sorted({0.0, *(_top(part) for part in crossing)})
    for top, bottom in pairwise([*tops, float("inf")]):
        for place in ("full", "left", "right"):
            here = [
                part
                for part in (*runs, *others)
                if top <= _top(part) < bottom and _place(_edges(part), edge) == place
            ]
            yield Frame(
                place,  # type: ignore[arg-type]
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
