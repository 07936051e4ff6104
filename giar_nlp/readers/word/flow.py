"""What a word processor's file holds, paragraphs and tables in their order, and the way to write it down.

DOCX, DOC and RTF share this. Which cells are merged, which paragraphs are headings and how they are numbered
is for each of them to say; what is a table and what mere layout is decided here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from giar_nlp.readers.limits import Watch
from giar_nlp.readers.writing import FoundCell, Writer

_LONGEST_CELL = 300
"""A table with more text in one cell than this is a frame around it, not a table."""
_LONGEST_HEADING = 40
"""A paragraph longer than this is no heading, whatever its style."""
_STOPS = "\u3002\uff1b;"
"""Nor is one that ends like a sentence."""
_TAB = "\t"
_LONGEST_PIECE = 30
"""Words between tabs that are longer than this are no cells."""


@dataclass(slots=True)
class Paragraph:
    """A paragraph as it shows: number, text, line ends inside it; what is anchored to it stands behind it.

    Attributes:
        text: all that shows, its number included.
        level: of the heading that the format names it, from 1; 0 for text.
        images: what stands for each picture in it.
        behind: text boxes and footnotes.
    """

    text: str
    level: int = 0
    images: list[str] = field(default_factory=list)
    behind: list[Item] = field(default_factory=list)


@dataclass(slots=True)
class FlowCell:
    """A cell: what is in it, and how many rows and columns it covers."""

    items: list[Item]
    rowspan: int = 1
    colspan: int = 1


@dataclass(slots=True)
class Table:
    """A table: each row its own cells, without those that others cover; None leaves a column free."""

    rows: list[list[FlowCell | None]]


Item = Paragraph | Table


def write_flow(items: Sequence[Item], writer: Writer, watch: Watch) -> None:
    """Write paragraphs, headings, tables and images. The highest heading below the title has level 1."""
    _Writing(items, writer, watch).write()


class _Writing:
    def __init__(self, items: Sequence[Item], writer: Writer, watch: Watch) -> None:
        self._items = items
        self._writer = writer
        self._watch = watch
        self._images = 0
        first, *others = [item.level for item in _paragraphs(items) if _is_heading(item)] or [1]
        self._highest = min(others) if others and first < min(others) else min([first, *others])

    def write(self) -> None:
        for item in self._items:
            self._write(item)

    def _write(self, item: Item) -> None:
        self._watch.tick()
        if isinstance(item, Table):
            self._table(item)
            return
        text = _without_tabs(item.text)
        if text.strip() or not item.images:
            if _is_heading(item):
                self._writer.heading(text.strip(), max(1, item.level - self._highest + 1))
            else:
                self._writer.line(text)
        self._anchored(item)

    def _anchored(self, item: Paragraph) -> None:
        self._images += len(item.images)
        self._watch.check("images", self._images, "images")
        for name in item.images:
            self._writer.image(f"[image: {name}]" if name else "[image]")
        for each in item.behind:
            self._write(each)

    def _table(self, table: Table) -> None:
        cells = [cell for row in table.rows for cell in row if cell is not None]
        if not cells:
            return
        if _is_layout(cells):
            for cell in cells:
                for item in cell.items:
                    self._write(item)
            return
        self._writer.table([[_found(cell) for cell in row] for row in table.rows])
        for cell in cells:
            for paragraph in _paragraphs(cell.items):
                self._anchored(paragraph)


def _is_heading(item: Paragraph) -> bool:
    text = item.text.strip()
    return item.level > 0 and 0 < len(text) <= _LONGEST_HEADING and text[-1] not in _STOPS


def _is_layout(cells: Sequence[FlowCell]) -> bool:
    """Whether a table is a frame: of one cell, around other tables, or around long text."""
    if len(cells) == 1:
        return True
    for cell in cells:
        if any(isinstance(item, Table) for item in cell.items):
            return True
        if sum(len(item.text) for item in cell.items if isinstance(item, Paragraph)) > _LONGEST_CELL:
            return True
    return False


def _found(cell: FlowCell | None) -> FoundCell | None:
    if cell is None:
        return None
    text = "\n".join(paragraph.text for paragraph in _paragraphs(cell.items))
    return FoundCell(text, cell.rowspan, cell.colspan)


def _paragraphs(items: Sequence[Item]) -> Iterator[Paragraph]:
    return (item for item in items if isinstance(item, Paragraph))


def _without_tabs(text: str) -> str:
    """The text without the tabs that indent it, or that stand between words too long to be cells."""
    if _TAB not in text:
        return text
    text = text.strip(_TAB)
    if any(len(piece) > _LONGEST_PIECE for piece in text.split(_TAB)):
        return text.replace(_TAB, " ")
    return text
