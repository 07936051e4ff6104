"""Names the blocks of a document: title, headings, paragraphs, tables, signature and all else.

`lines` cuts the text, `looks` and `tabular` find the tables, `headings` tells headings from sentences,
`paragraphs` joins cut lines, `edges` names what stands before and after the text. `BlockNamer` knows the
order.
"""

from collections.abc import Iterator, Sequence

from giar_nlp.blocks.edges import Edges
from giar_nlp.blocks.headings import CHAPTER, Headings, Shape
from giar_nlp.blocks.lines import Line, LineCutter
from giar_nlp.blocks.paragraphs import Paragraphs, fills, width_of
from giar_nlp.blocks.tabular import table_runs
from giar_nlp.markers import ITEM, Folding, Marker, Markers
from giar_nlp.scheme import Scheme
from giar_nlp.types import Block, Document, make_block

__all__ = ["BlockNamer"]

_BODY = 45
"""A line as long as this is text, not title."""
_STAR = "*"
"""Markdown for bold type, which may part a run-in heading from its text."""
_TITLE_WITHIN = 20
"""The title is one of so many first lines."""
_WORDED = 36
"""A heading that ends like a sentence is shorter than this."""
_OPENING = 8
"""The heading of a preface is no longer than this."""
_FIXED_WIDTH = range(24, 61)
"""A report whose longest line has so many characters may be set to a fixed width."""
_SENTENCE = 18
"""So is one as long as this with a comma in it."""


class BlockNamer:
    """Names blocks by the layout of a scheme."""

    def __init__(self, scheme: Scheme) -> None:
        self._folding = Folding(scheme)
        self._markers = Markers(scheme)
        self._cutter = LineCutter(scheme)
        self._headings = Headings(scheme, self._markers)
        self._edges = Edges(scheme)
        self._paragraphs = Paragraphs(scheme, self._markers)
        self._stops = scheme.layout.stops
        self._comma = scheme.layout.goes_on[0]

    def name(self, document: Document, folded: str | None = None) -> tuple[Block, ...]:
        """All blocks in order, disjoint; what lies between them is blank.

        Tables, images and headings that the document's format itself names stay as they are. `folded` is
        the document's text, folded, if it is at hand.
        """
        folded = self._folding.fold(document.text) if folded is None else folded
        lines = self._with_tables(self._lines(folded, document.blocks))
        lines = self._cutter.unglued(lines)
        begin = self._body_begin(lines)
        end, tail = self._edges.tail(lines[begin:])
        body = lines[begin : begin + end]
        blocks = [*self._edges.front(lines[:begin]), *self._body(folded, body), *tail]
        return tuple(blocks)

    def _lines(self, folded: str, known: Sequence[Block]) -> list[Line]:
        lines: list[Line] = []
        place = 0
        for block in known:
            self._cutter.cut(folded, place, block.start, into=lines)
            lines.append(Line(block.start, block.end, folded[block.start : block.end], "fixed", 0, block))
            place = block.end
        self._cutter.cut(folded, place, len(folded), into=lines)
        return lines

    @staticmethod
    def _with_tables(lines: Sequence[Line]) -> list[Line]:
        """The lines that hold words, and one line for each table."""
        kept: list[Line] = []
        place = 0
        for first, last in table_runs(lines):
            kept.extend([line for line in lines[place:first] if line.text])
            start, end = lines[first].start, lines[last - 1].end
            kept.append(Line(start, end, "", "fixed", 0, make_block("table", start, end)))
            place = last
        kept.extend([line for line in lines[place:] if line.text])
        return kept

    def _body_begin(self, lines: Sequence[Line]) -> int:
        """Number of the first line of the text proper."""
        begin = self._first_body(lines)
        while begin and self._is_opening(lines[begin - 1]):
            begin -= 1
        return begin

    def _is_opening(self, line: Line) -> bool:
        """Whether a line before the first sentence heads a preface, or begins that sentence."""
        text = line.text
        if line.block is not None or self._edges.is_title(text) or self._edges.has_furniture(text):
            return False
        return _SENTENCE < len(text) <= _BODY or (len(text) <= _OPENING and self._headings.shape(text).own)

    def _first_body(self, lines: Sequence[Line]) -> int:
        """Number of the first sentence or chapter heading behind the report's title."""
        begin = self._behind_title(lines)
        for number, line in enumerate(lines[begin:], begin):
            text = line.text
            if line.block is not None and line.block.kind == "heading":
                return number
            if line.block is not None or self._edges.is_navigation(text):
                continue
            if (
                len(text) > _BODY
                or text[-1] in self._stops[:1]
                or (len(text) > _SENTENCE and self._comma in text)
            ):
                return number
            shape = self._headings.shape(text)
            if shape.rank <= CHAPTER and shape.end > shape.start and shape.sure:
                return number
        return begin

    def _behind_title(self, lines: Sequence[Line]) -> int:
        """Number of the line behind the last of the first lines that may be the title; 0 if none may.

        What looks like a title below a chapter, or below two sentences, is page furniture at the end.
        """
        behind, sentences = 0, 0
        for number, line in enumerate(lines[:_TITLE_WITHIN]):
            if self._may_title(line):
                behind = number + 1
            elif line.block is None:
                sentences += len(line.text) > _BODY and line.text[-1] in self._stops
                if sentences > 1 or self._is_chapter(line.text):
                    break
        return behind

    def _is_chapter(self, text: str) -> bool:
        """Whether a line begins with the number and title of a chapter."""
        marker = self._markers.at(text, 0)
        if marker is None or not ITEM < marker.level <= CHAPTER:
            return False
        shape = self._headings.shape(text)
        return shape.end > shape.start and shape.sure

    def _may_title(self, line: Line) -> bool:
        if self._comma in line.text or (line.block is not None and line.block.kind != "heading"):
            return False
        return self._edges.is_title(line.text)

    def _body(self, folded: str, lines: Sequence[Line]) -> list[Block]:
        blocks: list[Block] = []
        state = _State()
        width = _fixed_width(lines)
        shapes = [self._headings.shape(line.text) if line.block is None else None for line in lines]
        number, total = 0, len(lines)
        while number < total:
            line, shape = lines[number], shapes[number]
            number += 1
            if shape is None:
                blocks.extend(self._known(line, state))
                continue
            if kind := self._paragraphs.other_kind(line.text):
                blocks.append(make_block(kind, line.start, line.end))
                continue
            titled = shape.end > shape.start
            if titled and (shape.sure or self._opens(line, shape, shapes[number : number + 2], state, width)):
                level, end = state.open(shape), line.start + len(line.text[: shape.end].rstrip())
                blocks.append(make_block("heading", line.start, end, level))
                if shape.own:
                    continue
                line = _rest(line, shape.end)
                if not line.text:
                    continue
            elif shape.marker:
                if len(line.text) < _WORDED and number < total and not state.goes_on(shape.marker):
                    below = shapes[number]
                    if below is not None and self._is_worded(line, shape, lines[number], below):
                        blocks.append(make_block("heading", line.start, line.end, state.open(shape)))
                        continue
                state.item(shape.marker)
            if self._paragraphs.is_whole(line.text):
                blocks.append(make_block("paragraph", line.start, line.end))
                continue
            last = self._paragraphs.last_line(folded, lines, shapes, number - 1, width)
            blocks.extend(self._paragraphs.blocks(folded, line, lines[last]))
            number = last + 1
        return blocks

    def _known(self, line: Line, state: "_State") -> Iterator[Block]:
        """The block that the format names; a heading is opened."""
        if line.block is not None:
            if line.block.kind == "heading" and (text := line.text.strip()):
                state.place(self._headings.shape(text), line.block.level)
            yield line.block

    def _opens(
        self, line: Line, shape: Shape, beside: Sequence[Shape | None], state: "_State", width: int
    ) -> bool:
        """Whether the title that a line begins with is a heading; `beside`: shapes of the next two lines."""
        if shape.own:
            if fills(line, width):
                return False
            if beside and beside[0] is None:
                return True
        following = next((shape for shape in beside if shape is not None), None)
        return self._is_heading(shape, following, state)

    def _is_worded(self, line: Line, shape: Shape, following: Line, below: Shape) -> bool:
        """Whether a numbered line that reads like an item is the heading of the long paragraph below it."""
        if shape.end > shape.start or shape.rank == ITEM or below.marker or below.end > below.start:
            return False
        return len(following.text) > _BODY and self._headings.is_worded(line.text, shape.start)

    @staticmethod
    def _is_heading(shape: Shape, following: Shape | None, state: "_State") -> bool:
        """Whether a title is a heading, given what follows it and what is open above it."""
        marker, beside = shape.marker, following.marker if following else None
        if not shape.own:
            return marker is None or not state.among_items(marker, following)
        if following is None:
            return False
        if marker is None:
            return beside is None or beside.level == ITEM or following.end == following.start
        return beside is None or beside.level > marker.level or beside.level == ITEM


class _State:
    """The headings open above a line, and the marker of the last item below them."""

    def __init__(self) -> None:
        self._ranks: list[int] = []
        self._item: Marker | None = None

    def open(self, shape: Shape) -> int:
        """Opens a heading, closes those it ends; its level."""
        while self._ranks and self._ranks[-1] >= shape.rank:
            self._ranks.pop()
        self._ranks.append(shape.rank)
        self._item = None
        return len(self._ranks)

    def place(self, shape: Shape, level: int) -> None:
        """Opens a heading at the level that the document's format gives it."""
        del self._ranks[max(level - 1, 0) :]
        self._ranks.append(shape.rank)
        self._item = None

    def item(self, marker: Marker) -> None:
        """Notes an item."""
        self._item = marker

    def goes_on(self, marker: Marker) -> bool:
        """Whether a marker goes on a run of items."""
        return self._item is not None and self._item.number == marker.number - 1

    def among_items(self, marker: Marker, following: Shape | None) -> bool:
        """Whether a run-in title belongs to a run of items: its fellow before or after it is one."""
        if marker.level in self._ranks:
            return False
        if self.goes_on(marker):
            return True
        fellow = following.marker if following else None
        if following is None or fellow is None or fellow.number != marker.number + 1:
            return False
        return fellow.level == ITEM or (fellow.style == marker.style and following.end == following.start)


def _fixed_width(lines: Sequence[Line]) -> int:
    """The width that a report may be set to, told by its longest line; else 0."""
    longest = max([len(line.text) for line in lines if line.block is None], default=0)
    if longest not in _FIXED_WIDTH:
        return 0
    return next(width_of(line) for line in lines if line.block is None and len(line.text) == longest)


def _rest(line: Line, place: int) -> Line:
    while place < len(line.text) and (line.text[place] == _STAR or line.text[place].isspace()):
        place += 1
    return Line(line.start + place, line.end, line.text[place:], "words", 0)
