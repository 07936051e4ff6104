"""The ruling lines and images of a page: its paths, looked at as far as they may rule a table."""

from collections.abc import Iterator
from ctypes import byref, c_float, c_int
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

import pypdfium2.raw as pdfium

from giar_nlp.readers.limits import Watch

_THIN = 3.0
"""Points. What is thinner is a ruling line, however it is drawn."""
_SHORTEST = 4.0
"""Points. A ruling line is longer than this."""
_MOST_PATHS = 30_000
"""A page with more paths is a drawing or a map: its lines rule no table."""
_MOST_POINTS = 5_000
"""So is a path with more points."""
_DEEPEST = 6
"""Levels of forms inside forms that are looked into."""
_WIDE, _HIGH = 90.0, 50.0
"""Points. A smaller image is an emblem or a bullet."""
_OFTEN = 1024


class Box(NamedTuple):
    """A box with y upwards, in the order that PDF gives its edges."""

    left: float
    bottom: float
    right: float
    top: float


class Ruling(NamedTuple):
    """A horizontal or vertical line: its place across, and from where to where it runs."""

    at: float
    start: float
    end: float


class Picture(NamedTuple):
    """The box of an image on the upright page, y downwards."""

    left: float
    top: float
    right: float
    bottom: float


class Matrix(NamedTuple):
    """A turn, scale and shift of the plane, as PDF writes it."""

    a: float
    b: float
    c: float
    d: float
    e: float
    f: float

    def point(self, x: float, y: float) -> tuple[float, float]:
        """Where a point comes to lie."""
        return self.a * x + self.c * y + self.e, self.b * x + self.d * y + self.f

    def box(self, box: Box) -> tuple[float, float, float, float]:
        """Where a box comes to lie: least x, least y, largest x, largest y."""
        x0, y0 = self.point(box.left, box.bottom)
        x1, y1 = self.point(box.right, box.top)
        return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)

    def after(self, first: "Matrix") -> "Matrix":
        """The matrix that does `first`, then this."""
        return Matrix(
            self.a * first.a + self.c * first.b,
            self.b * first.a + self.d * first.b,
            self.a * first.c + self.c * first.d,
            self.b * first.c + self.d * first.d,
            *self.point(first.e, first.f),
        )


@dataclass(slots=True)
class Drawing:
    """Lines across the page (their place is a y), down the page (an x), and images."""

    across: list[Ruling] = field(default_factory=list)
    down: list[Ruling] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)


def read_drawing(page: object, upright: Matrix, watch: Watch) -> Drawing:
    """What is drawn on a page; no lines if it is more than any table needs.

    Raises:
        ReadError: the time is up.
    """
    drawing = Drawing()
    n_paths = 0
    for number, (kind, item, matrix) in enumerate(_items(page, upright)):
        if number % _OFTEN == 0:
            watch.tick()
        if kind == pdfium.FPDF_PAGEOBJ_IMAGE:
            picture = Picture(*matrix.box(_bounds(item)))
            if picture.right - picture.left > _WIDE and picture.bottom - picture.top > _HIGH:
                drawing.pictures.append(picture)
            continue
        n_paths += 1
        if n_paths > _MOST_PATHS:
            return Drawing(pictures=drawing.pictures)
        box = matrix.box(_bounds(item))
        if box[2] - box[0] < _THIN or box[3] - box[1] < _THIN:
            _add_thin(drawing, box)
        else:
            _add_path(drawing, item, matrix)
    return drawing


def _items(page: object, upright: Matrix) -> Iterator[tuple[int, object, Matrix]]:
    """Paths and images with the matrix of what they stand in; forms are looked into."""
    for index in range(pdfium.FPDFPage_CountObjects(page)):
        yield from _inside(pdfium.FPDFPage_GetObject(page, index), upright, 0)


def _inside(item: object, matrix: Matrix, depth: int) -> Iterator[tuple[int, object, Matrix]]:
    kind = pdfium.FPDFPageObj_GetType(item)
    if kind in (pdfium.FPDF_PAGEOBJ_PATH, pdfium.FPDF_PAGEOBJ_IMAGE):
        yield kind, item, matrix
    elif kind == pdfium.FPDF_PAGEOBJ_FORM and depth < _DEEPEST:
        matrix = matrix.after(_matrix_of(item))
        for index in range(pdfium.FPDFFormObj_CountObjects(item)):
            yield from _inside(pdfium.FPDFFormObj_GetObject(item, index), matrix, depth + 1)


def _matrix_of(item: object) -> Matrix:
    found = pdfium.FS_MATRIX()
    pdfium.FPDFPageObj_GetMatrix(item, byref(found))
    return Matrix(found.a, found.b, found.c, found.d, found.e, found.f)


def _bounds(item: object) -> Box:
    left, bottom, right, top = (c_float() for _ in range(4))
    pdfium.FPDFPageObj_GetBounds(item, byref(left), byref(bottom), byref(right), byref(top))
    return Box(left.value, bottom.value, right.value, top.value)


def _add_thin(drawing: Drawing, box: tuple[float, float, float, float]) -> None:
    left, top, right, bottom = box
    if right - left > max(bottom - top, _SHORTEST):
        drawing.across.append(Ruling((top + bottom) / 2, left, right))
    elif bottom - top > _SHORTEST:
        drawing.down.append(Ruling((left + right) / 2, top, bottom))


def _add_path(drawing: Drawing, item: object, matrix: Matrix) -> None:
    """The lines of a path: its edges if they are stroked, its thin parts if it is filled."""
    filled, stroked = c_int(), c_int()
    pdfium.FPDFPath_GetDrawMode(item, byref(filled), byref(stroked))
    n_points = pdfium.FPDFPath_CountSegments(item)
    if n_points > _MOST_POINTS or not (stroked.value or n_points > 5):
        return
    matrix = matrix.after(_matrix_of(item))
    for part in _parts(item, n_points, matrix):
        xs, ys = [x for x, _ in part], [y for _, y in part]
        box = min(xs), min(ys), max(xs), max(ys)
        if box[2] - box[0] < _THIN or box[3] - box[1] < _THIN:
            _add_thin(drawing, box)
        elif stroked.value:
            for (x0, y0), (x1, y1) in pairwise(part):
                if abs(x0 - x1) < 1 or abs(y0 - y1) < 1:
                    _add_thin(drawing, (min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)))


def _parts(item: object, n_points: int, matrix: Matrix) -> Iterator[list[tuple[float, float]]]:
    """The points of each part of a path that is drawn in one stroke; closed where it is closed."""
    part: list[tuple[float, float]] = []
    x, y = c_float(), c_float()
    for index in range(n_points):
        segment = pdfium.FPDFPath_GetPathSegment(item, index)
        pdfium.FPDFPathSegment_GetPoint(segment, byref(x), byref(y))
        if pdfium.FPDFPathSegment_GetType(segment) == pdfium.FPDF_SEGMENT_MOVETO and part:
            yield part
            part = []
        part.append(matrix.point(x.value, y.value))
        if pdfium.FPDFPathSegment_GetClose(segment):
            part.append(part[0])
    if part:
        yield part
