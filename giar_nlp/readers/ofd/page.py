"""A page of an OFD file: its characters, ruling lines and images, each in its place.

Places are written in millimetres from the upper left corner; an object has a box, and a matrix that turns and
scales what stands in it. They are given in points here, as those of a PDF's page.
"""

import math
import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from unicodedata import east_asian_width

from lxml import etree

from giar_nlp.readers.limits import Watch
from giar_nlp.readers.pdf.characters import is_unmapped, text_of
from giar_nlp.readers.pdf.drawings import Drawing, Picture, Ruling
from giar_nlp.readers.pdf.page import Glyph, Page

_POINTS = 72 / 25.4
"""In a millimetre."""
_NUMBER = re.compile(r"[-+]?(?:[0-9]{1,12}(?:\.[0-9]*)?|\.[0-9]{1,20})(?:[eE][-+]?[0-9]{1,2})?")
_FARTHEST = 100_000.0
"""Points. What is farther off stands on no page."""
_STEP = re.compile(r"[A-Za-z]|[-+.0-9][-+.0-9eE]*")
_ARGUMENTS = {"S": 2, "M": 2, "L": 2, "Q": 4, "B": 6, "A": 7, "C": 0}
_DRAWN = {"L", "C"}
_STILL = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
_SLOPE = 0.1
"""Radians. Characters that lean more are a watermark."""
_ABOVE, _BELOW = 0.86, 0.14
"""Ems from the base line to the edges of a character."""
_NARROW, _LETTER = 0.5, 0.7
"""Ems that a narrow character takes where nothing follows, and at most where blanks are not written."""
_BROAD = frozenset("%&@ABCDEGHKMNOPQRSUVWXYZmw")
"""Narrow characters that may take an em."""
_THIN, _SHORTEST = 3.0, 4.0
"""Points. What is thinner is a ruling line, however it is drawn, if it is longer."""
_WIDE, _HIGH = 90.0, 50.0
"""Points. A smaller image is an emblem or a bullet."""
_MOST_LINES = 30_000
"""A page with more lines is a drawing: they rule no table."""
_LONGEST_PATH = 100_000
_OFTEN = 1024


def local(element: etree._Element) -> str:
    """The name of an element without its namespace."""
    return str(element.tag).rpartition("}")[2]


def numbers(text: str | None) -> tuple[float, ...]:
    """The numbers of a list that blanks part; none where one of them is no number.

    Example:
        >>> numbers("0 0 210 297"), numbers("0 none")
        ((0.0, 0.0, 210.0, 297.0), ())
    """
    words = (text or "").split()[:8]
    return tuple(map(float, words)) if all(map(_NUMBER.fullmatch, words)) else ()


class PageBuilder:
    """Takes what stands on a page, from its own part and from its templates.

    Args:
        number: of the page, from 0.
        area: its box, in millimetres: left, upper edge, width, height.
        watch: the limits that hold.
    """

    def __init__(self, number: int, area: Sequence[float], watch: Watch) -> None:
        self._number = number
        self._area = area
        self._watch = watch
        self._glyphs: list[Glyph] = []
        self._drawing = Drawing()
        self._n_unmapped = 0
        self._has_blanks = False

    def add(self, part: etree._Element) -> None:
        """Take the objects of a part.

        Raises:
            ReadError: they are more than the limits allow.
        """
        codes = (element for element in part.iter() if local(element) == "TextCode")
        self._has_blanks = any(" " in (code.text or "").strip() for code in codes)
        for count, element in enumerate(part.iter()):
            if not count % _OFTEN:
                self._watch.tick()
            name = local(element)
            if name == "TextObject":
                self._text(element)
            elif name == "PathObject":
                self._path(element)
            elif name == "ImageObject":
                self._image(element)

    def page(self) -> Page:
        """The page."""
        if len(self._drawing.across) + len(self._drawing.down) > _MOST_LINES:
            self._drawing = Drawing(pictures=self._drawing.pictures)
        width, height = (size * _POINTS for size in self._area[2:4])
        glyphs = tuple(glyph for glyph in self._glyphs if 0 <= glyph.x <= width and 0 <= glyph.base <= height)
        return Page(self._number, width, height, glyphs, self._drawing, self._n_unmapped)

    def _text(self, item: etree._Element) -> None:
        place = _Place(item, self._area)
        if abs(place.lean) > _SLOPE:
            return
        size = numbers(item.get("Size"))
        em = (size[0] if size else 0.0) * place.scale
        x = y = 0.0
        for code in item.iterchildren():
            if local(code) != "TextCode":
                continue
            x, y = (*numbers(code.get("X")), x)[0], (*numbers(code.get("Y")), y)[0]
            text = code.text or ""
            self._watch.check("characters", len(self._glyphs) + len(text), "characters on a page")
            self._characters(text, list(_steps(code, text, (x, y), size)), place, em)

    def _characters(self, text: str, points: list[tuple[float, float]], place: "_Place", em: float) -> None:
        placed = [place.point(*point) for point in points]
        for number, char in enumerate(text):
            if is_unmapped(ord(char)):
                self._n_unmapped += not char.isspace()
                continue
            x, base = placed[number]
            if not (math.isfinite(x + base + em) and max(abs(x), abs(base), em) < _FARTHEST and em > 0):
                continue
            end = x + em * (1 if east_asian_width(char) in "WF" else _NARROW)
            most = x + em * (1 if self._has_blanks or char in _BROAD else _LETTER)
            if number + 1 < len(placed) and x < placed[number + 1][0] <= max(most, end):
                end = placed[number + 1][0]
            self._glyphs.append(
                Glyph(text_of(ord(char)), x, end, base, base - _ABOVE * em, base + _BELOW * em, em)
            )

    def _path(self, item: etree._Element) -> None:
        data = next((child.text or "" for child in item if local(child) == "AbbreviatedData"), "")
        if len(data) > _LONGEST_PATH or len(self._drawing.across) + len(self._drawing.down) > _MOST_LINES:
            return
        place = _Place(item, self._area)
        points = [(place.point(x, y), drawn) for x, y, drawn in _traced(data)]
        if not points or not all(max(abs(x), abs(y)) < _FARTHEST for (x, y), _ in points):
            return
        xs, ys = ([point[axis] for point, _ in points] for axis in (0, 1))
        if max(xs) - min(xs) < _THIN or max(ys) - min(ys) < _THIN:
            self._rule(min(xs), min(ys), max(xs), max(ys))
        elif item.get("Stroke", "true").lower() in {"true", "1"}:
            for (first, _), (last, drawn) in pairwise(points):
                if drawn:
                    self._rule(*map(min, first, last), *map(max, first, last))

    def _rule(self, left: float, top: float, right: float, bottom: float) -> None:
        """Note a line, if it runs along or down the page."""
        if bottom - top < _THIN and right - left > _SHORTEST:
            self._drawing.across.append(Ruling((top + bottom) / 2, left, right))
        elif right - left < _THIN and bottom - top > _SHORTEST:
            self._drawing.down.append(Ruling((left + right) / 2, top, bottom))

    def _image(self, item: etree._Element) -> None:
        box = numbers(item.get("Boundary"))
        if len(box) < 4:
            return
        left, top = (box[0] - self._area[0]) * _POINTS, (box[1] - self._area[1]) * _POINTS
        width, height = box[2] * _POINTS, box[3] * _POINTS
        if _WIDE < width < _FARTHEST and _HIGH < height < _FARTHEST and max(abs(left), abs(top)) < _FARTHEST:
            self._drawing.pictures.append(Picture(left, top, left + width, top + height))


class _Place:
    """Where the object is on the page: takes its own places to those of the page, in points."""

    def __init__(self, item: etree._Element, area: Sequence[float]) -> None:
        box, turned = numbers(item.get("Boundary")), numbers(item.get("CTM"))
        self._a, self._b, self._c, self._d, e, f = turned if len(turned) == 6 else _STILL
        left, top = box[:2] if len(box) >= 2 else (0.0, 0.0)
        self._left, self._top = e + left - area[0], f + top - area[1]
        self.lean = math.atan2(self._b, self._a)
        self.scale = math.sqrt(abs(self._a * self._d - self._b * self._c)) * _POINTS

    def point(self, x: float, y: float) -> tuple[float, float]:
        return (
            (self._a * x + self._c * y + self._left) * _POINTS,
            (self._b * x + self._d * y + self._top) * _POINTS,
        )


def _steps(
    code: etree._Element, text: str, start: tuple[float, float], size: Sequence[float]
) -> Iterator[tuple[float, float]]:
    """Where each character of a text begins."""
    x, y = start
    across, down = (_deltas(code.get(name), len(text)) for name in ("DeltaX", "DeltaY"))
    em = size[0] if size else 0.0
    for number, char in enumerate(text):
        yield x, y
        if number < len(across):
            x += across[number]
        elif not down:
            x += em * (1 if east_asian_width(char) in "WF" else _NARROW)
        y += down[number] if number < len(down) else 0.0


def _deltas(text: str | None, most: int) -> list[float]:
    """Steps between characters; ``g 3 4.5`` stands for three of 4.5.

    Example:
        >>> _deltas("2 g 3 4.5 1", 9)
        [2.0, 4.5, 4.5, 4.5, 1.0]
    """
    found: list[float] = []
    words = iter((text or "").split())
    for word in words:
        if len(found) >= most:
            break
        if word == "g":
            times, step = next(words, ""), next(words, "")
            if times.isdecimal() and len(times) < 9 and _NUMBER.fullmatch(step):
                found += [float(step)] * min(int(times), most - len(found))
        elif _NUMBER.fullmatch(word):
            found.append(float(word))
    return found


def _traced(data: str) -> Iterator[tuple[float, float, bool]]:
    """The points of a path, and whether a straight line leads to each; curves lead to their ends."""
    steps = _STEP.findall(data)
    place = 0
    begin = (0.0, 0.0)
    while place < len(steps):
        name = steps[place]
        n_arguments = _ARGUMENTS.get(name)
        words = steps[place + 1 : place + 1 + (n_arguments or 0)]
        if n_arguments is None or len(words) < n_arguments or not all(map(_NUMBER.fullmatch, words)):
            return
        place += 1 + n_arguments
        x, y = map(float, words[-2:]) if words else begin
        if name in {"S", "M"}:
            begin = (x, y)
        yield x, y, name in _DRAWN
