"""Lines to paragraphs: a line that is full goes on in the next one, unless that is indented."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from giar_nlp.readers.pdf.lines import Line
from giar_nlp.readers.pdf.sheets import Frame, Place, Sheet

_INDENT = 0.8
"""Ems. A line that begins so far behind the edge begins a paragraph."""
_ALIGNED = 0.35
"""Ems between edges that are the same."""
_ROOM = 0.4
"""Ems that a full line leaves free at most, beside what would not have fitted."""
_SIZE = 1.15
"""Times. Lines whose sizes differ more are of two paragraphs."""
_LEADING = 1.35
"""Times the usual distance of lines: a wider one parts paragraphs."""
_GRAIN = 2.0
"""Points. Edges are counted on a raster of this size."""
_LEAST = 3
"""So many lines show an edge."""
_WEBBED = frozenset("./@_-=&?%:")


class Edges(NamedTuple):
    """Where the lines of a frame begin and end, and how far they are apart usually; in points."""

    left: float
    right: float
    leading: float


class EdgeBook:
    """The edges of all pages' text: what a page shows itself, else what the others of its kind show."""

    def __init__(self, sheets: Iterable[Sheet]) -> None:
        lefts: dict[tuple[Place, int], Counter[int]] = defaultdict(Counter)
        rights: dict[tuple[Place, int], Counter[int]] = defaultdict(Counter)
        for sheet in sheets:
            for frame in sheet.frames:
                key = (frame.place, round(sheet.width))
                lefts[key].update(_raster(line.left) for line in frame.lines)
                rights[key].update(_raster(-line.bound) for line in frame.lines)
        self._lefts = {key: _first_edge(found) for key, found in lefts.items()}
        self._rights = {key: -_first_edge(found) for key, found in rights.items()}

    def of(self, sheet: Sheet, frame: Frame) -> Edges:
        """The edges of a frame; a page may lie to the left or right of its fellows as a whole."""
        lines, key = frame.lines, (frame.place, round(sheet.width))
        left, right = self._lefts.get(key, 0.0), self._rights.get(key, sheet.width)
        if len(lines) > 2 * _LEAST:
            own_left = _first_edge(Counter(_raster(line.left) for line in lines))
            own_right = -_first_edge(Counter(_raster(-line.bound) for line in lines))
            if abs((own_left - left) - (own_right - right)) <= 2 * _GRAIN:
                left, right = own_left, own_right
        steps = [after.base - line.base for line, after in pairwise(lines)]
        return Edges(left, right, median(steps) if len(steps) > _LEAST else 0.0)


def _raster(place: float) -> int:
    return round(place / _GRAIN)


def _first_edge(found: Counter[int]) -> float:
    """The outermost place, from the left, that several lines share; without one, the outermost."""
    for at in sorted(found):
        if sum(found[near] for near in (at - 1, at, at + 1)) >= _LEAST:
            return at * _GRAIN
    return min(found, default=0) * _GRAIN


class Paragraph:
    """A paragraph as its lines come in."""

    def __init__(self, line: Line, edges: Edges, frame: object) -> None:
        self._lines = [line]
        self._edges = edges
        self._frame = frame

    @property
    def text(self) -> str:
        """Its text on one line."""
        text = self._lines[0].text
        for line, following in pairwise(self._lines):
            text += _between(text, line, following) + following.text
        return text

    def take(self, line: Line, edges: Edges, frame: object) -> bool:
        """Whether a line goes on with the paragraph, which then holds it."""
        last = self._lines[-1]
        if max(last.em, line.em) > _SIZE * min(last.em, line.em):
            return False
        if frame is self._frame and edges.leading and line.base - last.base > _LEADING * edges.leading:
            return False
        if self._edges.right - last.right > line.token + _ROOM * last.em or not self._aligned(line, edges):
            return False
        self._lines.append(line)
        self._edges, self._frame = edges, frame
        return True

    def _aligned(self, line: Line, edges: Edges) -> bool:
        """Whether a line begins at the edge, or where the paragraph's other lines do."""
        if line.left - edges.left < _INDENT * line.em:
            return True
        near = _ALIGNED * line.em
        if len(self._lines) > 1:
            last = self._lines[-1]
            return abs((line.left - edges.left) - (last.left - self._edges.left)) < near
        return any(abs(line.left - head) < near for head in self._lines[0].heads)


def _between(text: str, line: Line, following: Line) -> str:
    """What parts two lines of a paragraph: a blank between words of Latin letters."""
    before, after = text[-1], following.text[0]
    if not (before.isascii() and after.isascii() and before.isalnum() and after.isalnum()):
        return ""
    word = text.split()[-1]
    if before.isdigit() and after.isdigit():
        return ""
    return "" if not line.trails and _WEBBED & set(word) else " "


