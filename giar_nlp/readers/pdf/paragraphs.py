"""Lines to paragraphs: a line that is full goes on in the next one, unless that is indented."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from giar_nlp.readers.pdf.lines import Line
from giar_nlp.readers.pdf.sheets import Frame, Place, Sheet
from giar_nlp.readers.pdf.wording import pattern, said

_INDENT = 0.8
"""Ems. A line that begins so far behind the edge begins a paragraph."""
_ALIGNED = 0.35
"""Ems between edges that are the same."""
_ROOM = 0.4
"""Ems that a full line leaves free at most, beside what would not have fitted."""
_SIZE = 1.15
"""Times. Lines whose sizes differ more are of two paragraphs."""
_LEADING = 1.5
"""Times the distance of lines inside a paragraph: a wider one parts paragraphs."""
_LOOSER = 1.06
"""Times. Where lines behind an ended one are further off than this, distance tells paragraphs apart."""
_FAR = 6.0
"""Ems. Lines further apart do not stand below one another."""
_SOME = 0.3
"""With fewer of its paragraphs indented, a report has none that begins so on purpose."""
_GRAIN = 2.0
"""Points. Edges are counted on a raster of this size."""
_BROAD = 0.6
"""Of a page's width: its text ends no further to the left."""
_LEAST = 3
"""So many lines show an edge."""
_WEBBED = frozenset("./@_-=&?%:")


class Edges(NamedTuple):
    """Where the lines of a frame begin and end, in points, and how its paragraphs are told apart.

    `step` is the distance of base lines that parts paragraphs; `flush`: no paragraph begins with an indent.
    """

    left: float
    right: float
    step: float
    flush: bool


class EdgeBook:
    """The edges of all pages' text: what a page shows itself, else what the others of its kind show."""

    def __init__(self, sheets: Iterable[Sheet]) -> None:
        lines: dict[_Key, list[Line]] = defaultdict(list)
        for sheet, frame in _frames(sheets):
            lines[_key(sheet, frame)].extend(frame.lines)
        self._sides = {key: _sides(found, *key) for key, found in lines.items()}
        inside: list[float] = []
        between: list[float] = []
        n_indented = 0
        for sheet, frame in _frames(sheets):
            left, right = self._sides_of(sheet, frame)
            for line, after in pairwise(frame.lines):
                step = (after.base - line.base) / line.em
                if not 0 < step < _FAR or not _are_alike(line, after):
                    continue
                if _is_full(line, after, right):
                    inside.append(step)
                else:
                    between.append(step)
                    n_indented += after.left - left > _INDENT * after.em
        self._flush = n_indented < _SOME * len(between)
        within = median(inside) if inside else 1.0
        apart = median(between) if between else within
        self._step = (within + apart) / 2 if apart > _LOOSER * within else _LEADING * within

    def of(self, sheet: Sheet, frame: Frame) -> Edges:
        """The edges of a frame."""
        return Edges(*self._sides_of(sheet, frame), self._step, self._flush)

    def _sides_of(self, sheet: Sheet, frame: Frame) -> tuple[float, float]:
        """Left and right edge; a page may lie to the left or right of its fellows as a whole."""
        left, right = self._sides[_key(sheet, frame)]
        if len(frame.lines) > 2 * _LEAST:
            own_left, own_right = _sides(frame.lines, *_key(sheet, frame))
            if abs((own_left - left) - (own_right - right)) <= 2 * _GRAIN:
                return own_left, own_right
        return left, right


_Key = tuple[Place, int]


def _frames(sheets: Iterable[Sheet]) -> Iterator[tuple[Sheet, Frame]]:
    return ((sheet, frame) for sheet in sheets for frame in sheet.frames)


def _key(sheet: Sheet, frame: Frame) -> _Key:
    return frame.place, round(sheet.width)


def _sides(lines: Sequence[Line], place: Place, width: float) -> tuple[float, float]:
    """Left and right edge; without columns, a right one that is in doubt is as far out as the left."""
    lefts = Counter(_raster(line.left) for line in lines)
    left = _first_edge(lefts)
    left = min(lefts, default=0) * _GRAIN if left is None else left
    shared = _first_edge(Counter(_raster(-line.bound) for line in lines))
    right = max((line.bound for line in lines), default=width) if shared is None else -shared
    if place == "full" and (shared is None or right < _BROAD * width):
        right = max(right, width - left)
    return left, right


def _are_alike(line: Line, after: Line) -> bool:
    return max(line.em, after.em) <= _SIZE * min(line.em, after.em)


def _is_full(line: Line, after: Line, right: float) -> bool:
    """Whether what begins the next line would not have fitted behind a line."""
    return right - line.right <= after.token + _ROOM * line.em


def _raster(place: float) -> int:
    return round(place / _GRAIN)


def _first_edge(found: Counter[int]) -> float | None:
    """The outermost place, from the left, that several lines share."""
    for at in sorted(found):
        if sum(found[near] for near in (at - 1, at, at + 1)) >= _LEAST:
            return at * _GRAIN
    return None


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
        if not _are_alike(last, line) or not _is_full(last, line, self._edges.right):
            return False
        if frame is self._frame and line.base - last.base > edges.step * last.em:
            return False
        if not self._aligned(line, edges) or _begins(last, line, "item" if edges.flush else "chapter"):
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


def _begins(last: Line, line: Line, kind: str) -> bool:
    """Whether a numbered line behind a whole sentence begins a paragraph."""
    return last.text[-1] in said("stops")["characters"] and bool(pattern(kind).match(line.text))


def _between(text: str, line: Line, following: Line) -> str:
    """What parts two lines of a paragraph: a blank between words of Latin letters."""
    before, after = text[-1], following.text[0]
    if not (before.isascii() and after.isascii() and before.isalnum() and after.isalnum()):
        return ""
    word = text.rsplit(maxsplit=1)[-1]
    if before.isdigit() and after.isdigit():
        return ""
    return "" if not line.trails and _WEBBED & set(word) else " "
