"""OFD files: the pages of a fixed layout, put in reading order as those of a PDF are.

A page holds characters and lines in their places, as a PDF's does: `ofd_page` reads them, and lines, tables,
headers, footers and paragraphs are told apart by what tells them apart there.

Source: GB/T 33190-2016.
"""

from collections.abc import Iterator
from posixpath import dirname, normpath

from lxml import etree

from giar_nlp.readers.limits import Watch
from giar_nlp.readers.ofd.page import PageBuilder, local, numbers
from giar_nlp.readers.pdf.furniture import without_furniture
from giar_nlp.readers.pdf.page import Page
from giar_nlp.readers.pdf.reading import write_sheets
from giar_nlp.readers.pdf.sheets import sheet_of
from giar_nlp.readers.word.properties import properties_of
from giar_nlp.readers.writing import Writer
from giar_nlp.readers.xml import parse_xml
from giar_nlp.readers.zips import Members
from giar_nlp.types import Document

_ROOT = "OFD.xml"
_KEYS = ("decryptseed.dat", "entriesmap.dat")
"""Files that an encrypted one carries."""
_FEW = 10
"""Characters: a scanned file may hold the text of a seal."""
_A4 = (0.0, 0.0, 210.0, 297.0)


def read_ofd(data: bytes, watch: Watch) -> Document:
    """The document of an OFD file.

    Raises:
        ReadError: it is damaged, encrypted or scanned, or holds more than the limits allow.
    """
    package = _Package(data, watch)
    pages = list(package.pages())
    n_pictures = sum(len(page.drawing.pictures) for page in pages)
    watch.check("images", n_pictures, "images")
    if sum(not glyph.text.isspace() for page in pages for glyph in page.glyphs) < _FEW:
        what = "images" if n_pictures else "nothing that is text"
        raise watch.error(
            f"has no text: its {len(pages)} pages hold {what}",
            "run text recognition on it (OCR), or ask for the original",
        )
    sheets = [sheet_of(page) for page in pages]
    without_furniture(sheets)
    writer = Writer(watch)
    write_sheets(sheets, writer)
    return writer.document(data, "ofd", None, properties_of(package.title))


class _Package:
    """The parts of an OFD file.

    Attributes:
        title: that the file gives itself.
    """

    def __init__(self, data: bytes, watch: Watch) -> None:
        self._watch = watch
        self._members = Members(data, watch)
        self._root = self._parse(_ROOT)
        names = {name.rpartition("/")[2].lower() for name in self._members.names}
        if names & set(_KEYS) or _first(self._root, "Encryptions") is not None:
            raise watch.error("is encrypted", "save it without a password")
        title = _first(self._root, "Title")
        self.title = None if title is None else title.text
        self._n_pages = self._n_characters = 0

    def pages(self) -> Iterator[Page]:
        """The pages of all documents in the file, in order."""
        for root in _all(self._root, "DocRoot"):
            name = _resolved("", root.text or "")
            document = self._parse(name)
            area = _box(document) or _A4
            templates = {
                template.get("ID", ""): _resolved(name, template.get("BaseLoc", ""))
                for template in _all(document, "TemplatePage")
            }
            for page in _all(document, "Page"):
                self._n_pages += 1
                self._watch.check("pages", self._n_pages, "pages")
                found = self._page(_resolved(name, page.get("BaseLoc", "")), templates, area)
                self._n_characters += len(found.glyphs)
                self._watch.check("characters", self._n_characters, "characters")
                yield found

    def _page(self, name: str, templates: dict[str, str], area: tuple[float, ...]) -> Page:
        content = self._parse(name)
        builder = PageBuilder(self._n_pages - 1, _box(content) or area, self._watch)
        for used in _all(content, "Template"):
            if template := templates.get(used.get("TemplateID", "")):
                builder.add(self._parse(template))
        builder.add(content)
        return builder.page()

    def _parse(self, name: str) -> etree._Element:
        return parse_xml(self._members.read(name), name, self._watch)


def _all(parent: etree._Element, name: str) -> Iterator[etree._Element]:
    """The elements of a name, whatever their namespace."""
    return (element for element in parent.iter() if local(element) == name)


def _first(parent: etree._Element, name: str) -> etree._Element | None:
    return next(_all(parent, name), None)


def _box(part: etree._Element) -> tuple[float, ...] | None:
    """The box of the page: left, upper edge, width, height in millimetres; None where none is given."""
    area = _first(part, "PhysicalBox")
    found = numbers(None if area is None else area.text)
    return found[:4] if len(found) >= 4 and found[2] > 0 and found[3] > 0 else None


def _resolved(part: str, place: str) -> str:
    """The name of the part that another one names."""
    place = place.strip().replace("\\", "/")
    return place.lstrip("/") if place.startswith("/") else normpath(f"{dirname(part)}/{place}").lstrip("/")
