"""Elements of a page to lines, tables and images, in their order."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from lxml import etree

from giar_nlp.readers.limits import Watch
from giar_nlp.readers.numbering import Numbering
from giar_nlp.readers.page import style_of, text_of
from giar_nlp.readers.signs import Signs
from giar_nlp.readers.writing import FoundCell

Element = etree._Element

_BLANKS = re.compile(r"[ \t\r\n\f\v]+")
_UNSEEN = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2064\u00ad\ufeff\ufffc]")
_WIDE = re.compile("[\u2e80-\u9fff\uff00-\uffef\u3000-\u303f\u2018-\u201d\u2026\u2014]")
_ODD_BLANKS = re.compile("[\u00a0\u2000-\u200a\u202f\u205f]")
_INDENT = "\u3000\u00a0 \u2002\u2003\t"
_PRESERVED = re.compile(r"white-space\s*:\s*pre", re.IGNORECASE)
_PICTURED = re.compile(r"wingdings|symbol", re.IGNORECASE)
_IGNORED = re.compile(r"mso-list\s*:\s*ignore", re.IGNORECASE)
_FLAT = re.compile(r"height\s*:\s*0(?:\.0+)?(?:px|pt)?\s*(?:;|$)", re.IGNORECASE)
_SPAN = re.compile(r"\s*\+?(\d{1,6})")
_PIXELS = re.compile(r"\s*(\d{1,5})")
_SMALLEST_IMAGE = 40
_PROSE_CELL = 100
"""A cell with more text than this and two sentences is text, not table."""
_FEW_CELLS = 3


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text. `parted`: a paragraph of its own begins with it; `indented`: it is set in."""

    text: str
    parted: bool
    indented: bool


@dataclass(frozen=True, slots=True)
class Image:
    """An image, by what it is called."""

    name: str


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of a table."""

    rows: tuple[tuple[FoundCell, ...], ...]


Item = Line | Image | Table


class Flow:
    """Walks through elements and notes what a reader of the page would see."""

    def __init__(self, signs: Signs, watch: Watch) -> None:
        self.items: list[Item] = []
        self._signs = signs
        self._blocks = signs.elements.blocks
        self._watch = watch
        self._numbering = Numbering(signs)
        self._buffer: list[str] = []
        self._images: list[Image] = []
        self._parted = True
        self._n_images = 0

    def walk(self, top: Element) -> None:
        """Note what stands in an element."""
        walker = etree.iterwalk(top, events=("start", "end"))
        preserved = 0
        for event, element in walker:
            tag = element.tag
            block = tag in self._blocks
            if event == "start":
                if block:
                    self._end(parted=True)
                if tag == "table":
                    self._table(element)
                    walker.skip_subtree()
                    continue
                if tag == "br":
                    self._end(parted=False)
                elif tag == "img":
                    self._image(element)
                elif tag == "li":
                    self._buffer.append(self._numbering.of(element))
                elif tag == "pre" or _PRESERVED.search(style_of(element)):
                    preserved += 1
                if element.text and not self._is_picture(element):
                    self._add(element.text, preserved > 0)
                continue
            if block:
                self._end(parted=True)
            if tag == "pre" or (preserved and _PRESERVED.search(style_of(element))):
                preserved -= 1
            if element.tail and element is not top:
                self._add(element.tail, preserved > 0)
        self._end(parted=True)

    def _add(self, text: str, preserved: bool) -> None:
        if not preserved:
            self._buffer.append(text)
            return
        first, *rest = text.splitlines() or [""]
        self._buffer.append(first)
        for line in rest:
            self._end(parted=False)
            self._buffer.append(line)

    def _end(self, *, parted: bool) -> None:
        """End the line, if there is one."""
        if self._buffer:
            raw = _UNSEEN.sub("", "".join(self._buffer))
            self._buffer.clear()
            text = tidy(raw)
            if text:
                head = raw.lstrip("\r\n\t ")
                indented = head[:1] in _INDENT or (
                    raw[:1] == " " and raw[:3].isspace() and "\n" not in raw[:3]
                )
                self.items.append(Line(text, self._parted, indented))
                self._parted = False
        if self._images:
            self.items.extend(self._images)
            self._images.clear()
        self._parted = self._parted or parted
        if len(self.items) % 1024 == 0:
            self._watch.tick()

    def _image(self, element: Element) -> None:
        sizes = [_PIXELS.match(element.get(side) or "") for side in ("width", "height")]
        if any(size is not None and int(size[1]) < _SMALLEST_IMAGE for size in sizes):
            return
        self._n_images += 1
        self._watch.check("images", self._n_images, "images")
        source = PurePosixPath((element.get("src") or "").split("?")[0][-200:]).name
        name = (element.get("alt") or element.get("title") or source).strip()
        if name:
            self._images.append(Image(f"[image: {_BLANKS.sub(' ', name)[:80]}]"))

    @staticmethod
    def _is_picture(element: Element) -> bool:
        """Whether the text of an element are letters of a font of pictures: a bullet of Word's."""
        style = style_of(element)
        if "font" not in style or not _PICTURED.search(style):
            return False
        return len((element.text or "").strip()) == 1 and any(
            _IGNORED.search(style_of(each)) for each in (element, *element.iterancestors(), *element)
        )

    def _table(self, table: Element) -> None:
        rows = [(row, cells) for row, cells in _rows_of(table) if not _is_flat(row)]
        width = max((sum(map(_columns, cells)) for _, cells in rows), default=0)
        most = max((len(cells) for _, cells in rows), default=0)
        pending: list[tuple[FoundCell, ...]] = []
        for _, cells in rows:
            if most > 1 and not self._is_text(cells, width):
                pending.append(tuple(self._cell(cell) for cell in cells))
                continue
            self._flush(pending)
            for cell in cells:
                self.walk(cell)
        self._flush(pending)
        self._parted = True

    def _is_text(self, cells: Sequence[Element], width: int) -> bool:
        """Whether a row holds text rather than the cells of a table."""
        for cell in cells:
            if len(cell) and next(cell.iter("table"), None) is not None:
                return True
            text = text_of(cell) if len(cell) else cell.text or ""
            if len(text) > _PROSE_CELL and text.count(self._signs.wording.stops[0]) > 1:
                return True
        full = [cell for cell in cells if len(cell) or (cell.text or "").strip()]
        if len(full) == 1 and _columns(full[0]) >= width:
            return self._signs.wording.section.match(text_of(full[0]).strip()) is not None
        return False

    def _cell(self, cell: Element) -> FoundCell:
        rowspan, colspan = _span(cell, "rowspan"), _span(cell, "colspan")
        if not len(cell):
            return FoundCell(tidy(_UNSEEN.sub("", cell.text or "")), rowspan, colspan)
        inner = Flow(self._signs, self._watch)
        for field in list(cell.iter("input")):
            if field.get("type", "text") in {"text", "number"} and (value := field.get("value")):
                field.tail = value + (field.tail or "")
        inner.walk(cell)
        text = "\n".join(item.text if isinstance(item, Line) else _name(item) for item in inner.items)
        return FoundCell(text, rowspan, colspan)

    def _flush(self, rows: list[tuple[FoundCell, ...]]) -> None:
        """Note a table; a single row of a few words is a line."""
        filled = [[cell for cell in row if cell.text] for row in rows]
        if len(rows) == 1 and len(filled[0]) <= _FEW_CELLS:
            for cell in filled[0]:
                self.items.extend(Line(line, True, False) for line in cell.text.split("\n"))
        elif any(filled):
            self.items.append(Table(tuple(rows)))
        rows.clear()


def tidy(text: str) -> str:
    r"""A line as a browser shows it: blanks run together, line ends between Chinese characters left out.

    Example:
        >>> tidy(" 全年公开\n  信息 3 条\u00a0"), tidy("two\nwords")
        ('全年公开信息 3 条', 'two words')
    """
    text = _BLANKS.sub(_joined if "\n" in text or "\r" in text else " ", text)
    return _ODD_BLANKS.sub(" ", text).strip(_INDENT)


def _joined(blanks: re.Match[str]) -> str:
    text, start, end = blanks.string, blanks.start(), blanks.end()
    if "\n" not in blanks[0] and "\r" not in blanks[0]:
        return " "
    if not start or end == len(text):
        return ""
    return "" if _WIDE.match(text[start - 1]) or _WIDE.match(text[end]) else " "


def _rows_of(table: Element) -> Iterator[tuple[Element, list[Element]]]:
    """The rows of a table and their cells, those of inner tables left out."""
    waiting = [table]
    stray: list[Element] = []
    while waiting:
        element = waiting.pop()
        if element.tag == "tr":
            yield element, [*_cells_of(element)]
        elif element.tag in {"td", "th"}:
            stray.append(element)
        elif element.tag == "caption":
            yield element, [element]
        elif element is table or element.tag != "table":
            waiting.extend(reversed(element))
    if stray:
        yield table, stray


def _cells_of(row: Element) -> Iterator[Element]:
    for child in row:
        if child.tag in {"td", "th"}:
            yield child
        elif child.tag not in {"table", "tr"} and len(child):
            yield from child.iterchildren("td", "th")


def _columns(cell: Element) -> int:
    return _span(cell, "colspan")


def _span(cell: Element, name: str) -> int:
    found = _SPAN.match(cell.get(name) or "")
    return max(1, int(found[1])) if found else 1


def _is_flat(row: Element) -> bool:
    """Whether a row has no height: Word and Excel write one to tell the widths of columns."""
    if row.get("height") != "0" and not _FLAT.search(style_of(row)):
        return False
    return not any(text.strip() for text in row.itertext())


def _name(item: Item) -> str:
    return item.name if isinstance(item, Image) else ""
