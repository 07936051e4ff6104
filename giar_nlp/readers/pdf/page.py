"""What stands on a page of a PDF: its characters, ruling lines and images, turned upright.

All places are in points from the upper left corner of the page as it is read: x to the right, y downwards.

The turn of a page is that of most of its characters, whatever its ``/Rotate`` says: a table printed sideways
on an upright page is read like one on a page that is turned.
"""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from ctypes import CFUNCTYPE, byref, c_double, c_void_p, cast
from dataclasses import dataclass
from typing import NamedTuple

import pypdfium2
import pypdfium2.raw as pdfium

from giar_nlp.readers.limits import Watch
from giar_nlp.readers.pdf.characters import is_unmapped, is_wide, text_of
from giar_nlp.readers.pdf.drawings import Box, Drawing, Matrix, read_drawing

_SLOPE = 0.1
"""Radians. Characters that lean more than this from the page's direction are a watermark."""
_QUARTER = math.pi / 2
_INK = 1.08
"""The breadth of an em, in those of the ink of a full-width character."""
_TALL = 0.9
"""The breadth of an em, in heights of the box of a narrow character."""
_SMALLEST = 0.5
"""Points. Smaller characters are not to be seen."""
_SOME = 64
_OFTEN = 4096
"""So many characters are read between two looks at the clock."""
_BREAKS = frozenset({0x0A, 0x0D})
_HYPHENS = frozenset({0x02, 0xAD, 0xFFFE})
"""What pdfium makes of a hyphen at the end of a line."""
_BLANKS = frozenset({0x20, 0xA0, 0x3000, 0x2002, 0x2003, 0x2009, 0x202F})


class Glyph(NamedTuple):
    """A character: its origin `x` on the base line and where it ends; base line, upper and lower edge; em.

    `turned` is that of a character that stands at a right angle to the page's direction.
    """

    text: str
    x: float
    end: float
    base: float
    top: float
    bottom: float
    em: float
    turned: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """A page as it is read. `number` counts from 0; `n_unmapped`: characters without a place in Unicode."""

    number: int
    width: float
    height: float
    glyphs: tuple[Glyph, ...]
    drawing: Drawing
    n_unmapped: int


class _Mark(NamedTuple):
    """A character in the page's own space, where y goes upwards."""

    code: int
    x: float
    y: float
    left: float
    bottom: float
    right: float
    top: float
    angle: float


def read_page(document: pypdfium2.PdfDocument, number: int, watch: Watch) -> Page:
    """The page of that number, counted from 0.

    Raises:
        ReadError: it holds more than the limits allow.
        pypdfium2.PdfiumError: it is damaged.
    """
    page = document[number]
    textpage = None
    try:
        textpage = page.get_textpage()
        marks, n_unmapped = _marks(textpage.raw, watch)
        angles = Counter(mark.angle for mark in marks)
        turn = -round(angles.most_common(1)[0][0] / _QUARTER) % 4 if angles else 0
        box = Box(*page.get_bbox())
        upright = _upright(box, turn)
        width, height = box.right - box.left, box.top - box.bottom
        if turn % 2:
            width, height = height, width
        glyphs = tuple(
            glyph
            for glyph in _glyphs(marks, upright, turn)
            if glyph.em > _SMALLEST and 0 <= glyph.x <= width and 0 <= glyph.base <= height
        )
        drawing = read_drawing(page.raw, upright, watch)
    finally:
        if textpage is not None:
            textpage.close()
        page.close()
    return Page(number, width, height, glyphs, drawing, n_unmapped)


def _upright(box: Box, turn: int) -> Matrix:
    """Takes places from a page's own space to that of the upright page, with y downwards."""
    left, bottom, right, top = box
    return (
        Matrix(1, 0, 0, -1, -left, top),
        Matrix(0, 1, 1, 0, -bottom, -left),
        Matrix(-1, 0, 0, 1, right, -bottom),
        Matrix(0, -1, -1, 0, top, right),
    )[turn]


def _unchecked(name: str) -> Callable[..., int]:
    """A function of pdfium without ctypes' look at what it is given, which takes longer than the call.

    It is for what is asked of each character; it takes pdfium's pointers, indexes and what `byref` gives.
    """
    function = getattr(pdfium, name)
    prototype = CFUNCTYPE(function.restype)
    return prototype(cast(function, c_void_p).value or 0)


_unicode_of = _unchecked("FPDFText_GetUnicode")
_origin_of = _unchecked("FPDFText_GetCharOrigin")
_loose_of = _unchecked("FPDFText_GetLooseCharBox")


def _marks(textpage: object, watch: Watch) -> tuple[list[_Mark], int]:
    """The characters that the page itself holds, and how many have no place in Unicode."""
    n_marks = pdfium.FPDFText_CountChars(textpage)
    watch.check("characters", n_marks, "characters on a page")
    is_generated = pdfium.FPDFText_IsGenerated
    has_error, isfinite = pdfium.FPDFText_HasUnicodeMapError, math.isfinite
    # Nearly all fonts map all of their characters or none: some characters tell whether to ask for each.
    doubtful = any(has_error(textpage, index) for index in range(0, n_marks, max(1, n_marks // _SOME)))
    marks: list[_Mark] = []
    n_unmapped = 0
    x, y, left, right, bottom, top = (c_double() for _ in range(6))
    in_x, in_y = byref(x), byref(y)
    edges = (byref(left), byref(right), byref(bottom), byref(top))
    loose = pdfium.FS_RECTF()
    in_loose = byref(loose)
    angle, base = 0.0, math.nan
    for index in range(n_marks):
        if index % _OFTEN == 0:
            watch.tick()
        code = _unicode_of(textpage, index)
        if code in _BREAKS or (code == 0x20 and is_generated(textpage, index)):
            continue
        if code in _HYPHENS:
            code = 0x2D
        elif is_unmapped(code) or (doubtful and code not in _BLANKS and has_error(textpage, index)):
            n_unmapped += 1
            continue
        _origin_of(textpage, index, in_x, in_y)
        if y.value != base or angle:  # what stands on one base line with an upright character is upright
            angle, base = pdfium.FPDFText_GetCharAngle(textpage, index), y.value
        if abs(angle) < _SLOPE and _loose_of(textpage, index, in_loose):
            place = (x.value, y.value, loose.left, loose.bottom, loose.right, loose.top, angle)
        else:
            pdfium.FPDFText_GetCharBox(textpage, index, *edges)
            place = (x.value, y.value, left.value, bottom.value, right.value, top.value, angle)
        if isfinite(sum(place)):
            marks.append(_Mark(code, *place))
    return marks, n_unmapped


def _glyphs(marks: Iterable[_Mark], upright: Matrix, turn: int) -> Iterator[Glyph]:
    """The characters on the upright page, without those that lean."""
    left_edge, top_edge = upright.e, upright.f
    for code, x, y, left, bottom, right, top, angle in marks:
        text = text_of(code)
        if not turn and abs(angle) < _SLOPE:  # nearly all: no matrix is needed
            x0, end, height = x + left_edge, right + left_edge, top - bottom
            em = (end - x0 or height) if is_wide(text) else height * _TALL
            upper, lower = top_edge - top, top_edge - bottom
            yield Glyph(text, x0, end if end > x0 else x0, top_edge - y, upper, lower, em)
            continue
        quarters = round(angle / _QUARTER)
        if abs(angle - quarters * _QUARTER) > _SLOPE:
            continue
        x0, base = upright.point(x, y)
        begin, upper, end, lower = upright.box(Box(left, bottom, right, top))
        em = max(end - begin, lower - upper) * _INK
        turned = (quarters + turn) % 4 != 0
        yield Glyph(text, begin if turned else x0, max(end, x0), base, upper, lower, em, turned)
