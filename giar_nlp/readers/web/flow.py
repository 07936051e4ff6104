"""Elements of a page to lines, tables and images, in their order."""

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from lxml import etree

from giar_nlp.readers.limits import Watch
from giar_nlp.readers.web.numbering import Numbering
from giar_nlp.readers.web.page import style_of, text_of
from giar_nlp.readers.web.signs import Signs
from giar_nlp.readers.writing import FoundCell

Element = etree._Element

_BLANKS = re.compile(r"[ \t\f\v]+")
_ENDS = re.compile(r"\n[\n ]*")
_UNSEEN = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2064\u00ad\ufeff\ufffc]")
_WIDE = r"[\u2e80-\u9fff\uff00-\uffef\u3000-\u303f\u2018-\u201d\u2026\u2014]"
_BETWEEN = re.compile(rf"(?<={_WIDE})\n|\n(?={_WIDE})|^\n|\n$")
_ODD_BLANKS = re.compile("[\u00a0\u2000-\u200a\u202f\u205f]")
_INDENT = "\u3000\u00a0 \u2002\u2003\t"
_PRESERVED = re.compile(r"white-space\s*:\s*pre", re.IGNORECASE)
_PICTURED = re.compile(r"wingdings|symbol", re.IGNORECASE)
_IGNORED = re.compile(r"mso-list\s*:\s*ignore", re.IGNORECASE)
_FLAT = re.compile(r"height\s*:\s*0(?:\.0+)?(?:px|pt)?\s*(?:;|$)", re.IGNORECASE)
_SPAN = re.compile(r"\s*\+?(\d{1,6})")
_PIXELS = re.compile(r"\s*(\d{1,5})")
_SMALLEST_IMAGE = 40
_DIGIT = re.compile(r"\d")
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
    """Walks through elements and notes what a reader of the page would see.

    Args:
        signs: what is known of pages.
        watch: the limits that hold.
        filled_in: whether what is filled into the fields of a form is text too.
    """

    def __init__(self, signs: Signs, watch: Watch, *, filled_in: bool = False) -> None:
        self.items: list[Item] = []
        self._signs = signs
        self._blocks = signs.elements.blocks
        self._watch = watch
        self._numbering = Numbering(signs)
        self._buffer: list[str] = []
        self._images: list[Image] = []
        self._parted = True
        self._number = ""
        self._n_images = 0
        self._filled_in = filled_in

    def walk(self, top: Element) -> None:
        """Note what stands in an element."""
        walker = etree.iterwalk(top, events=("start", "end"))
        preserved = 0
        for event, element in walker:
            if element.tag in self._blocks:
                self._end(parted=True)
            keeps_lines = element.tag == "pre" or _PRESERVED.search(style_of(element)) is not None
            if event == "start":
                preserved += keeps_lines
                if self._holds_own(element):
                    walker.skip_subtree()
                elif element.text:
                    self._add(element.text, preserved > 0)
            else:
                preserved -= keeps_lines
                if element.tail and element is not top:
                    self._add(element.tail, preserved > 0)
        self._end(parted=True)

    def _holds_own(self, element: Element) -> bool:
        """Note what stands for an element itself; whether that is all that there is to it."""
        tag = element.tag
        if tag == "table":
            self._table(element)
        elif tag == "span" and _IGNORED.search(style_of(element)):
            self._buffer.append(_marker(element))
        else:
            if tag == "br":
                # Two line breaks, one behind the other, part paragraphs.
                self._end(parted=not "".join(self._buffer).strip())
            elif tag == "img":
                self._image(element)
            elif tag == "input" and self._filled_in and element.get("type", "text") in {"text", "number"}:
                self._buffer.append(element.get("value") or "")
            elif tag == "li":
                self._number = self._numbering.of(element)
            return False
        return True

    def _add(self, text: str, preserved: bool) -> None:
        if self._number and not text.isspace():
            self._buffer.append(self._number)
            self._number = ""
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
        if not self._buffer and not self._images:
            self._parted = self._parted or parted
            return
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
            self._watch.check("elements", len(self.items), "lines on the page")

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

    def _table(self, table: Element) -> None:
        rows = [cells for row, cells in _rows_of(table) if not _is_flat(row)]
        width = max((sum(map(_columns, cells)) for cells in rows), default=0)
        plain = max(map(len, rows), default=0) <= 1 or (len(rows) == 1 and not self._has_values(rows[0]))
        pending: list[tuple[FoundCell, ...]] = []
        for cells in rows:
            if not plain and not self._is_text(cells, width):
                pending.append(tuple(self._cell(cell) for cell in cells))
                continue
            self._flush(pending)
            for cell in cells:
                self.walk(cell)
        self._flush(pending)
        self._parted = True

    def _has_values(self, cells: Sequence[Element]) -> bool:
        """Whether a row of its own is a table: it has many words, or a number that is no date."""
        texts = [text for cell in cells if (text := text_of(cell).strip())]
        signed = self._signs.wording.signed
        return len(texts) > _FEW_CELLS or any(
            _DIGIT.search(text) and not signed.match(text) for text in texts
        )

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
        inner = Flow(self._signs, self._watch, filled_in=True)
        inner.walk(cell)
        text = "\n".join(item.text if isinstance(item, Line) else _name(item) for item in inner.items)
        return FoundCell(text, rowspan, colspan)

    def _flush(self, rows: list[tuple[FoundCell, ...]]) -> None:
        """Note a table, unless it is empty."""
        if any(cell.text for row in rows for cell in row):
            self.items.append(Table(tuple(rows)))
        rows.clear()


def _marker(span: Element) -> str:
    """The number that Word writes before an item of a list; nothing for a bullet from a font of pictures."""
    number = tidy(text_of(span))
    if len(number) > 1:
        return number
    around = (*span.iter(), *itertools.takewhile(lambda each: each.tag == "span", span.iterancestors()))
    return "" if any(_PICTURED.search(style_of(each)) for each in around) else number


def tidy(text: str) -> str:
    r"""A line as a browser shows it: blanks run together, line ends between Chinese characters left out.

    Example:
        >>> tidy(" 全年公开\n  信息 3 条\u00a0"), tidy("two\nwords")
        ('全年公开信息 3 条', 'two words')
    """
    text = _BLANKS.sub(" ", text)
    if "\n" in text or "\r" in text:
        text = _ENDS.sub("\n", text.replace(" \n", "\n").replace("\r", "\n").replace("\n ", "\n"))
        text = _BETWEEN.sub("", text).replace("\n", " ")
    return _ODD_BLANKS.sub(" ", text).strip(_INDENT)


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
