"""Writes what a reader finds in a file down as text with marked blocks: the way to a `Document`."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass

from giar_nlp.readers.limits import Watch
from giar_nlp.types import Block, BlockKind, Cell, Document, Properties, Source

_BREAKS = re.compile(r"[\r\n\t\v\f\x07\x85\u2028\u2029]+")
_MOST_COLUMNS = 200
"""No cell covers more columns, whatever it says."""
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\ufeff]")


@dataclass(frozen=True, slots=True)
class FoundCell:
    """A cell as a format gives it: its text, and how many rows and columns it covers."""

    text: str
    rowspan: int = 1
    colspan: int = 1


class Writer:
    """Text written line by line; tables, images and headings are marked as blocks.

    A paragraph is a line; a row of a table is a line, its cells parted by tabs, so that the text alone
    still tells the table.
    """

    def __init__(self, watch: Watch) -> None:
        self._watch = watch
        self._parts: list[str] = []
        self._length = 0
        self._blocks: list[Block] = []
        self._cells = 0

    def line(self, text: str) -> None:
        """Write a paragraph; line ends inside it stay."""
        self._write(_CONTROLS.sub("", text))
        self._write("\n")

    def heading(self, text: str, level: int) -> None:
        """Write a paragraph that the format itself names a heading."""
        self._marked("heading", " ".join(_BREAKS.split(_CONTROLS.sub("", text))), level)

    def image(self, name: str) -> None:
        """Note an image where it stands; `name` is what shows there, such as ``[image: a.png]``."""
        self._marked("image", _BREAKS.sub(" ", _CONTROLS.sub("", name)), 0)

    def table(self, rows: Sequence[Sequence[FoundCell | None]]) -> None:
        """Write a table.

        Each row holds its own cells in their order, without those that a cell above or to the left covers:
        their columns are told from the spans. None leaves one column free.

        Raises:
            ReadError: it has more cells, or more columns times rows, than the limits allow.
        """
        self._cells += sum(map(len, rows))
        self._watch.check("cells", self._cells, "table cells")
        start = self._length
        cells: list[Cell] = []
        covered: dict[int, int] = {}  # column: rows that a cell above still covers
        for number, row in enumerate(rows):
            self._row(number, row, covered, cells)
            covered = {column: left - 1 for column, left in covered.items() if left > 1}
        if cells:
            self._blocks.append(Block("table", start, self._length - 1, cells=tuple(cells)))

    def document(self, data: bytes, format: str, encoding: str | None, properties: Properties) -> Document:
        """The document of all that was written.

        Args:
            data: the whole file, for its digest.
            format: its format.
            encoding: of its text, where the format leaves that open.
            properties: what the file says of itself.

        Raises:
            ReadError: nothing was written but blanks.
        """
        text = "".join(self._parts)
        if not text.strip():
            raise self._watch.error("holds no text", "check that it was saved or downloaded whole")
        digest = hashlib.sha256(data).hexdigest()
        source = Source(self._watch.path, digest, format, encoding)
        return Document(text, source, tuple(self._blocks), properties)

    def _row(
        self, number: int, row: Sequence[FoundCell | None], covered: dict[int, int], cells: list[Cell]
    ) -> None:
        column, written = 0, 0
        for cell in row:
            while column in covered:
                column += 1
            if cell is None:
                column += 1
                continue
            self._write("\t" * (column - written))
            written = column
            text = close_cell(cell.text)
            rowspan, colspan = max(cell.rowspan, 1), min(max(cell.colspan, 1), _MOST_COLUMNS)
            cells.append(Cell(number, column, rowspan, colspan, self._length, self._length + len(text)))
            self._write(text)
            # One more than the rows below: the caller takes one off at the end of this row.
            covered.update(dict.fromkeys(range(column, column + colspan), rowspan))
            column += colspan
        self._write("\n")
        # Cells that cover rows and columns can make a table far wider than they are many.
        self._cells += column - len(row)
        self._watch.check("cells", self._cells, "table cells")

    def _marked(self, kind: BlockKind, text: str, level: int) -> None:
        if text:
            self._blocks.append(Block(kind, self._length, self._length + len(text), level))
        self._write(text)
        self._write("\n")

    def _write(self, text: str) -> None:
        self._parts.append(text)
        self._length += len(text)


def close_cell(text: str) -> str:
    r"""The text of a cell on one line: broken labels are joined, words of Latin letters kept apart.

    Example:
        >>> close_cell("本年新收政府 \n信息公开申请数量"), close_cell("a\nb")
        ('本年新收政府信息公开申请数量', 'a b')
    """
    parts = [part.strip() for part in _BREAKS.split(_CONTROLS.sub("", text))]
    joined = ""
    for part in parts:
        if joined and part and joined[-1].isascii() and joined[-1].isalnum() and part[0].isascii():
            joined += " "
        joined += part
    return joined
