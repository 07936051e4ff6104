"""What a page carries around its text, headers, footers and page numbers, taken out."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from giar_nlp.readers.pdf.lines import Line
from giar_nlp.readers.pdf.sheets import Part, Sheet, top_of
from giar_nlp.readers.pdf.wording import pattern

_MOST = 4
"""So many lines above or below all else on a page may be furniture."""
_SAME = 4.0
"""Points between the places of a line that is repeated."""
_SHARE = 0.3
"""A header stands on so many of the pages at least: those of odd and of even pages may differ."""
_DIGITS = re.compile(r"\d+")
_BLANKS = re.compile(r"\s+")

Side = Literal["top", "bottom"]


class _Edge(NamedTuple):
    """A line that may be furniture."""

    sheet: int
    side: Side
    line: Line
    place: float


def without_furniture(sheets: Sequence[Sheet]) -> None:
    """Take headers, footers and page numbers out of the pages, from their edges inwards."""
    edges = [[*_edges(index, sheet)] for index, sheet in enumerate(sheets)]
    repeated = _repeated([edge for both in edges for side in both for edge in side], len(sheets))
    offsets = _offsets([side for both in edges for side in both])
    for sheet, both in zip(sheets, edges, strict=True):
        gone: set[int] = set()
        for side in both:
            for edge in side:
                if id(edge.line) not in repeated and not _is_furniture(edge, sheet, offsets):
                    break
                gone.add(id(edge.line))
        for frame in sheet.frames:
            frame.parts = [part for part in frame.parts if id(part) not in gone]
        sheet.frames = [frame for frame in sheet.frames if frame.parts]


def _edges(index: int, sheet: Sheet) -> Iterator[list[_Edge]]:
    """The outermost lines of a page, above and below all else, outermost first."""
    parts = sorted((part for frame in sheet.frames for part in frame.parts), key=top_of)
    sides: tuple[tuple[Side, list[Part]], ...] = (
        ("top", parts[:_MOST]),
        ("bottom", parts[: -_MOST - 1 : -1]),
    )
    for side, outermost in sides:
        found: list[_Edge] = []
        for part in outermost:
            if not isinstance(part, Line):
                break
            place = part.base if side == "top" else sheet.height - part.base
            found.append(_Edge(index, side, part, place))
        yield found


def _repeated(edges: Sequence[_Edge], n_sheets: int) -> set[int]:
    """The lines that stand at the same place of several pages, whatever their numbers."""
    groups: dict[tuple[Side, str], list[_Edge]] = defaultdict(list)
    for edge in edges:
        groups[edge.side, _DIGITS.sub("0", _BLANKS.sub("", edge.line.text))].append(edge)
    least = max(2, round(_SHARE * n_sheets))
    found: set[int] = set()
    for group in groups.values():
        for edge in group:
            near = {other.sheet for other in group if abs(other.place - edge.place) < _SAME}
            if len(near) >= least:
                found.add(id(edge.line))
    return found


def _offsets(sides: Sequence[Sequence[_Edge]]) -> set[int]:
    """By how much bare numbers at the edges differ from the number of their page, the same on two pages."""
    seen: dict[int, set[int]] = defaultdict(set)
    for edge in (edge for side in sides for edge in side):
        if pattern("bare_number").fullmatch(edge.line.text):
            seen[int(edge.line.text) - edge.sheet].add(edge.sheet)
    return {1, *(offset for offset, on in seen.items() if len(on) > 1)}


def _is_furniture(edge: _Edge, sheet: Sheet, offsets: set[int]) -> bool:
    text = edge.line.text
    if pattern("bare_number").fullmatch(text):
        return int(text) - edge.sheet in offsets
    return bool(pattern("page_number").fullmatch(text) or pattern("browser").match(text))
