"""DOCX files: the paragraphs and tables that the document shows, in its order.

Insertions that were tracked are kept and deletions left out, so that what is read is what the clerk sees once
all changes are accepted. Automatic numbers are written into the text, since nothing else tells the sections
apart. Headers, footers, comments and tables of contents are left out; nothing is run.

Source: ECMA-376 part 1 (WordprocessingML).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from posixpath import dirname, normpath

from lxml import etree

from giar_nlp.readers.limits import Watch
from giar_nlp.readers.word.flow import FlowCell, Item, Paragraph, Table, write_flow
from giar_nlp.readers.word.numbering import spaced
from giar_nlp.readers.word.properties import properties_of
from giar_nlp.readers.word.styles import MAIN, Styles, is_set, place_of, read_lists, value_of, whole
from giar_nlp.readers.writing import Writer
from giar_nlp.readers.xml import parse_xml
from giar_nlp.readers.zips import Members
from giar_nlp.types import Document

_STRICT = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
_TRANSITIONAL = b"http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_RELATION = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_USUAL = "word/document.xml"
_CORE = "docProps/core.xml"
_TITLE = "{http://purl.org/dc/elements/1.1/}title"
_ALTERNATE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}AlternateContent"
_MATHS = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_FORMULAS = {_MATHS + "oMath", _MATHS + "oMathPara"}
_BOX = MAIN + "txbxContent"
_THROUGH = {
    *(MAIN + name for name in ("sdt", "sdtContent", "customXml", "smartTag", "ins", "moveTo", "hyperlink")),
    *(MAIN + name for name in ("fldSimple", "dir", "bdo", "ruby", "rubyBase")),
}
"""What may stand around paragraphs, rows, cells or runs without being seen."""
_CONTENTS_GALLERY = "Table of Contents"
_CONTENTS_FIELD = "TOC"
_PLAIN = {
    MAIN + "tab": "\t",
    MAIN + "ptab": "\t",
    MAIN + "br": "\n",
    MAIN + "cr": "\n",
    MAIN + "noBreakHyphen": "-",
}
_REFERENCES = {MAIN + "footnoteReference": "footnote", MAIN + "endnoteReference": "endnote"}
_DRAWINGS = {MAIN + "drawing", MAIN + "pict", MAIN + "object"}
_PICTURES = ("blip", "imagedata", "chart")
_LONGEST_NAME = 80
_WIDEST = 200
"""No cell covers more columns, whatever it says."""


def read_docx(data: bytes, watch: Watch) -> Document:
    """The document of a DOCX file.

    Raises:
        ReadError: it is damaged or encrypted, lacks its main part, or holds more than the limits allow.
    """
    package = _Package(Members(data, watch), watch)
    writer = Writer(watch)
    write_flow(_items(package, watch), writer, watch)
    return writer.document(data, "docx", None, properties_of(package.title()))


def read_items(data: bytes, watch: Watch) -> list[Item]:
    """The paragraphs and tables of a DOCX file.

    Raises:
        ReadError: as for `read_docx`.
    """
    return _items(_Package(Members(data, watch), watch), watch)


def _items(package: "_Package", watch: Watch) -> list[Item]:
    body = package.main.find(MAIN + "body")
    if body is None:
        raise watch.error(
            f"the part {package.name} has no body", "open it in a word processor and save it again"
        )
    items = _Walker(package, watch).items(body)
    if not items and body.find(MAIN + "altChunk") is not None:
        raise watch.error(
            "holds its text as an embedded web page or other file",
            "open it in a word processor and save it again",
        )
    return items


class _Package:
    """The parts of the file that the reader asks for.

    Attributes:
        name: of the main part.
        main: the main part.
        styles: paragraph styles.
    """

    def __init__(self, members: Members, watch: Watch) -> None:
        self._members = members
        self._watch = watch
        found = self._related("_rels/.rels", "").get("officeDocument", _USUAL)
        self.name = found if found in members else _USUAL
        self.main = self._parse(self.name)
        folder = dirname(self.name)
        self._relations = self._related(f"{folder}/_rels/{self.name[len(folder) :].lstrip('/')}.rels", folder)
        self.styles = Styles(self.part("styles"))

    def part(self, kind: str) -> etree._Element | None:
        """The part of a kind, such as ``numbering``; None where there is none."""
        name = self._relations.get(kind, f"{dirname(self.name)}/{kind}.xml")
        return self._parse(name) if name in self._members else None

    def title(self) -> str | None:
        """The title that the file gives itself."""
        found = self._parse(_CORE).findtext(_TITLE) if _CORE in self._members else None
        return None if found is None else str(found)

    def _parse(self, name: str) -> etree._Element:
        return parse_xml(self._members.read(name).replace(_STRICT, _TRANSITIONAL), name, self._watch)

    def _related(self, name: str, folder: str) -> dict[str, str]:
        """The parts that a part names, by the last word of their kind."""
        if name not in self._members:
            return {}
        found: dict[str, str] = {}
        for relation in self._parse(name).iter(_RELATION):
            target = relation.get("Target", "")
            path = (
                target.lstrip("/") if target.startswith("/") else normpath(f"{folder}/{target}").lstrip("/")
            )
            found.setdefault(relation.get("Type", "").rpartition("/")[2], path)
        return found


@dataclass(slots=True)
class _Line:
    """What one paragraph shows, as it is read."""

    parts: list[str] = field(default_factory=list)
    images: list[str] = field(default_factory=list)
    behind: list[Item] = field(default_factory=list)


@dataclass(slots=True)
class _Field:
    """A field that is open: its instruction, and whether what comes next is hidden."""

    instruction: str = ""
    hides: bool = True


class _Walker:
    """Walks through a document in its order, counting list paragraphs as it goes."""

    def __init__(self, package: _Package, watch: Watch) -> None:
        self._package = package
        self._watch = watch
        self._styles = package.styles
        self._lists = read_lists(package.part("numbering"), package.styles)
        self._fields: list[_Field] = []
        self._n_hiding = 0
        marks = [mark.get(MAIN + "fldCharType") for mark in package.main.iter(MAIN + "fldChar")]
        self._has_fields = marks.count("begin") == marks.count("end")
        self._cells = 0
        self._notes: dict[str, dict[str, etree._Element]] = {}

    def items(self, parent: etree._Element) -> list[Item]:
        """The paragraphs and tables below an element, in order."""
        items: list[Item] = []
        held = self._collect(parent, items, _Line())
        if held.parts or held.images or held.behind:
            items.append(Paragraph("".join(held.parts), 0, held.images, held.behind))
        return items

    def _collect(self, parent: etree._Element, items: list[Item], held: _Line) -> _Line:
        """Add the items below an element; `held`: paragraphs whose end was deleted, which run on."""
        for child in parent:
            tag = child.tag
            if tag == MAIN + "p":
                held = self._paragraph(child, items, held)
            elif tag == MAIN + "tbl":
                items.append(self._table(child))
            elif tag == _ALTERNATE:
                held = self._collect(_chosen(child), items, held)
            elif tag in _THROUGH and not _is_contents(child):
                held = self._collect(child, items, held)
        return held

    def _paragraph(self, paragraph: etree._Element, items: list[Item], held: _Line) -> _Line:
        self._watch.tick()
        settings = paragraph.find(MAIN + "pPr")
        mark = None if settings is None else settings.find(MAIN + "rPr")
        self._inline(paragraph, held)
        if mark is not None and (
            mark.find(MAIN + "del") is not None or mark.find(MAIN + "moveFrom") is not None
        ):
            return held
        style = value_of(settings, "pStyle") or self._styles.default
        label = self._lists.label(place_of(settings), style, self._styles)
        text = "".join(held.parts)
        if self._styles.is_contents(style):
            return _Line()
        said = whole(value_of(settings, "outlineLvl"))
        level = self._styles.level(style) if said is None else (said + 1) % 10
        if label and text.strip():
            text = spaced(label) + text.lstrip()
        items.append(Paragraph(text, level, held.images, held.behind))
        return _Line()

    # --- inside a paragraph -----------------------------------------------------------------------------

    def _inline(self, parent: etree._Element, line: _Line) -> None:
        for child in parent:
            tag = child.tag
            if tag == MAIN + "r":
                self._run(child, line)
            elif tag in _THROUGH:
                self._inline(child, line)
            elif tag == _ALTERNATE:
                self._inline(_chosen(child), line)
            elif tag in _FORMULAS and self._is_shown():
                line.parts.extend(text.text or "" for text in child.iter(_MATHS + "t"))

    def _run(self, run: etree._Element, line: _Line) -> None:
        if is_set(run.find(MAIN + "rPr"), "vanish"):
            return
        for child in run:
            tag = child.tag
            if tag == MAIN + "t" or tag in _PLAIN:
                if self._is_shown():
                    line.parts.append(_PLAIN.get(tag) or (child.text or "").replace("\n", " "))
            elif tag == MAIN + "fldChar":
                self._field(child.get(MAIN + "fldCharType"))
            elif tag == MAIN + "instrText":
                if self._fields and len(self._fields[-1].instruction) < _LONGEST_NAME:
                    self._fields[-1].instruction += child.text or ""
            elif tag in _REFERENCES:
                line.behind.extend(self._note(_REFERENCES[tag], child))
            elif tag in _DRAWINGS:
                self._drawing(child, line)
            elif tag == _ALTERNATE:
                self._run(_chosen(child), line)
            elif tag in _THROUGH:
                self._inline(child, line)

    def _is_shown(self) -> bool:
        return not self._n_hiding

    def _field(self, mark: str | None) -> None:
        """Note the begin, middle or end of a field; where they do not match, nothing is hidden."""
        if not self._has_fields:
            return
        if mark == "begin":
            self._fields.append(_Field())
            self._n_hiding += 1
        elif mark == "separate" and self._fields and self._fields[-1].hides:
            last = self._fields[-1]
            last.hides = last.instruction.split(maxsplit=1)[:1] == [_CONTENTS_FIELD]
            self._n_hiding -= not last.hides
        elif mark == "end" and self._fields:
            self._n_hiding -= self._fields.pop().hides

    def _note(self, kind: str, reference: etree._Element) -> list[Item]:
        """The paragraphs of a footnote, once."""
        if kind not in self._notes:
            part = self._package.part(f"{kind}s")
            notes = () if part is None else part.iterchildren(MAIN + kind)
            self._notes[kind] = {note.get(MAIN + "id", ""): note for note in notes}
        note = self._notes[kind].pop(reference.get(MAIN + "id", ""), None)
        return [] if note is None else self._apart(note)

    def _apart(self, parent: etree._Element) -> list[Item]:
        """The items of a text box or footnote, whose fields are its own."""
        fields, n_hiding = self._fields, self._n_hiding
        self._fields, self._n_hiding = [], 0
        items = self.items(parent)
        self._fields, self._n_hiding = fields, n_hiding
        return items

    def _drawing(self, drawing: etree._Element, line: _Line) -> None:
        """Note the pictures and text boxes of a drawing, each once."""
        name, pending, pictures = "", [drawing], 0
        while pending:
            element = pending.pop()
            if element.tag == _BOX:
                line.behind.extend(self._apart(element))
                continue
            local = str(element.tag).rpartition("}")[2]
            if local == "docPr":
                name = element.get("descr") or element.get("title") or element.get("name") or ""
            elif local in _PICTURES:
                pictures += 1
                name = name or element.get("title", "")
            pending.extend(reversed(_chosen(element) if element.tag == _ALTERNATE else element))
        line.images.extend([" ".join(name.split())[:_LONGEST_NAME]] * pictures)

    # --- tables -----------------------------------------------------------------------------------------

    def _table(self, table: etree._Element) -> Table:
        rows: list[list[FlowCell | None]] = []
        above: dict[int, FlowCell] = {}
        for row in _children(table, "tr"):
            settings = row.find(MAIN + "trPr")
            if settings is not None and settings.find(MAIN + "del") is not None:
                continue
            before = min(whole(value_of(settings, "gridBefore")) or 0, _WIDEST)
            rows.append(self._row(row, max(before, 0), above))
        return Table(rows)

    def _row(self, row: etree._Element, before: int, above: dict[int, FlowCell]) -> list[FlowCell | None]:
        """The cells of a row; `above`: by their first column, cells that those below may run on."""
        cells: list[FlowCell | None] = [None] * before
        column, running = before, dict[int, FlowCell]()
        last: FlowCell | None = None
        for cell in _children(row, "tc"):
            self._cells += 1
            self._watch.check("cells", self._cells, "table cells")
            settings = cell.find(MAIN + "tcPr")
            width = min(max(whole(value_of(settings, "gridSpan")) or 1, 1), _WIDEST)
            merged, beside = value_of(settings, "vMerge"), value_of(settings, "hMerge")
            if beside in {"continue", ""} and last is not None:
                last.colspan = min(last.colspan + width, _WIDEST)
            elif merged in {"continue", ""} and column in above:
                last = running[column] = above[column]
                last.rowspan += 1
            else:
                last = FlowCell(self.items(cell), 1, width)
                cells.append(last)
                if merged is not None:
                    running[column] = last
            column += width
        above.clear()
        above.update(running)
        return cells


def _children(parent: etree._Element, name: str) -> Iterator[etree._Element]:
    """The rows of a table, or the cells of a row, also where something stands around them."""
    for child in parent:
        if child.tag == MAIN + name:
            yield child
        elif child.tag in _THROUGH:
            yield from _children(child, name)


def _chosen(alternate: etree._Element) -> etree._Element:
    """The first of several ways to show the same thing."""
    return next(iter(alternate), alternate)


def _is_contents(control: etree._Element) -> bool:
    """Whether a content control holds a table of contents."""
    settings = control.find(MAIN + "sdtPr")
    part = None if settings is None else settings.find(MAIN + "docPartObj")
    return value_of(part, "docPartGallery") == _CONTENTS_GALLERY
