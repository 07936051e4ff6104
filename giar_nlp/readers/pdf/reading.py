"""The order in which a PDF is read: pages, furniture out, lines joined to paragraphs, all written down."""

import logging
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence

import pypdfium2
import pypdfium2.raw as pdfium

from giar_nlp.readers.limits import Watch
from giar_nlp.readers.pdf.characters import are_scrambled
from giar_nlp.readers.pdf.furniture import without_furniture
from giar_nlp.readers.pdf.grids import Grid, rows_of
from giar_nlp.readers.pdf.joining import is_continued, joined
from giar_nlp.readers.pdf.lines import Line
from giar_nlp.readers.pdf.page import Page, read_page
from giar_nlp.readers.pdf.paragraphs import EdgeBook, Edges, Paragraph
from giar_nlp.readers.pdf.sheets import Frame, Part, Sheet, sheet_of
from giar_nlp.readers.writing import Writer
from giar_nlp.types import Document, Properties

_UNREADABLE = 0.3
"""With so many of its characters without a place in Unicode, a text cannot be read."""
_DOUBTFUL = 0.02
"""With so many it is worth a word."""
_FEW = 10
"""Characters. A scanned file may hold a stamp or a page number in text."""
_SAMPLE = 20_000
"""So many characters show whether fonts tell them rightly."""
_NAMED = 20
"""So many pages are named in a message."""
_STEP = 3.0
"""Seconds that opening the file and each page may take; they take some hundredths."""
_PATIENCE = 3.0
_PACE = 10_000
"""Reading may take so many seconds, and one more for so many characters and lines that were found."""

logger = logging.getLogger(__name__)


def read_pages(data: bytes, watch: Watch, alive: Callable[[float], None]) -> Document:
    """The document in a PDF file.

    Args:
        data: the whole file.
        watch: the limits that hold.
        alive: called before each step with the seconds that it may take: pdfium cannot be stopped, but its
            process can.

    Raises:
        ReadError: it cannot be read, or holds or takes more than the limits allow.
    """
    alive(_STEP)
    sheets = _sheets(data, watch, alive)
    alive(watch.left() + 1)
    without_furniture(sheets)
    writer = Writer(watch)
    write_sheets(sheets, writer)
    return writer.document(data, "pdf", None, Properties())


def _sheets(data: bytes, watch: Watch, alive: Callable[[float], None]) -> list[Sheet]:
    """The pages of a file, in reading order."""
    document = _open(data, watch)
    try:
        n_pages = len(document)
        watch.check("pages", n_pages, "pages")
        pages = _Tally(watch)
        sheets = []
        for number in range(n_pages):
            watch.tick()
            alive(_STEP)
            try:
                page = read_page(document, number, watch)
            except pypdfium2.PdfiumError as error:
                logger.warning("%s: page %d is damaged and left out", watch.path, number + 1)
                pages.damaged(error)
                continue
            pages.add(page)
            sheets.append(sheet_of(page))
        gutters = Counter((round(sheet.width), sheet.gutter) for sheet in sheets if sheet.gutter)
        if gutters:
            alive(watch.left() + 1)
            sheets = [_in_columns(sheet, gutters, document, watch) for sheet in sheets]
    finally:
        document.close()
    pages.judge(n_pages)
    return sheets


def _in_columns(
    sheet: Sheet,
    gutters: Mapping[tuple[int, float], int],
    document: pypdfium2.PdfDocument,
    watch: Watch,
) -> Sheet:
    """A page that may have too little text to show its columns, read as other pages show them."""
    fellows = {gutter: n for (width, gutter), n in gutters.items() if width == round(sheet.width)}
    if sheet.gutter is not None or not fellows:
        return sheet
    watch.tick()
    return sheet_of(
        read_page(document, sheet.number, watch), max(fellows, key=lambda gutter: fellows[gutter])
    )


def _open(data: bytes, watch: Watch) -> pypdfium2.PdfDocument:
    try:
        return pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if error.err_code == pdfium.FPDF_ERR_PASSWORD:
            raise watch.error("is encrypted", "save it without a password") from error
        if error.err_code == pdfium.FPDF_ERR_SECURITY:
            raise watch.error(
                "is encrypted in a way that is not known", "save it without a password"
            ) from error
        raise watch.error(
            "the PDF file is damaged: no pages can be found in it", "copy or download it again"
        ) from error


class _Tally:
    """What the pages of a file hold together, and whether it is text."""

    def __init__(self, watch: Watch) -> None:
        self._watch = watch
        self._n_characters = self._n_unmapped = self._n_shown = self._n_pictures = self._n_lines = 0
        self._scanned: list[int] = []
        self._error: Exception | None = None
        self._sample: list[str] = []

    def damaged(self, error: Exception) -> None:
        """Note a page that cannot be read."""
        self._error = error

    def add(self, page: Page) -> None:
        """Note what a page holds."""
        n_shown = sum(not glyph.text.isspace() for glyph in page.glyphs)
        self._n_shown += n_shown
        self._n_unmapped += page.n_unmapped
        self._n_characters += len(page.glyphs) + page.n_unmapped
        self._n_pictures += len(page.drawing.pictures)
        self._n_lines += len(page.drawing.across) + len(page.drawing.down)
        self._watch.check("characters", self._n_characters, "characters")
        self._watch.check("images", self._n_pictures, "images")
        self._watch.check("lines", self._n_lines, "ruling lines")
        if self._watch.spent() > _PATIENCE + (self._n_characters + self._n_lines) / _PACE:
            raise self._watch.error(
                f"its first {page.number + 1} pages take far longer to read than what they show is worth",
                "print it to PDF again, or split the file",
            )
        if not n_shown and page.drawing.pictures:
            self._scanned.append(page.number + 1)
        if self._n_shown - n_shown < _SAMPLE:
            self._sample.append("".join(glyph.text for glyph in page.glyphs))

    def judge(self, n_pages: int) -> None:
        """See whether there is text.

        Raises:
            ReadError: there is none, or it cannot be read.
        """
        watch, n_all = self._watch, self._n_shown + self._n_unmapped
        if n_all < _FEW:
            if self._error is not None:
                raise watch.error("the PDF file is damaged: no page can be read", "copy or download it again")
            what = "images" if self._n_pictures else "nothing that is text"
            raise watch.error(
                f"has no text layer: its {n_pages} pages hold {what}",
                "run text recognition on it (OCR, for example ocrmypdf -l chi_sim), or ask for the original",
            )
        if self._n_unmapped > _UNREADABLE * n_all or are_scrambled("".join(self._sample)):
            raise watch.error(
                "the fonts do not say which characters they show (no Unicode map): its text cannot be read",
                "ask for the original, print it to PDF again, or run text recognition on it (OCR)",
            )
        if self._n_unmapped > _DOUBTFUL * n_all:
            logger.warning(
                "%s: %d of %d characters are left out: their fonts do not say what they are",
                watch.path,
                self._n_unmapped,
                n_all,
            )
        if self._scanned:
            pages = ", ".join(map(str, self._scanned[:_NAMED]))
            logger.warning("%s: no text layer on page %s; images are not read", watch.path, pages)


def write_sheets(sheets: Sequence[Sheet], writer: Writer) -> None:
    """Write the parts of all pages: lines joined to paragraphs, parts of a table to the whole."""
    book = EdgeBook(sheets)
    paragraph: Paragraph | None = None
    last: Frame | None = None
    edges: Edges | None = None
    for item, sheet, frame in _parts(sheets):
        if isinstance(item, Line):
            if edges is None or frame is not last:
                edges, last = book.of(sheet, frame), frame
            if paragraph is not None and paragraph.take(item, edges, frame):
                continue
        if paragraph is not None:
            writer.line(paragraph.text)
            paragraph = None
        if isinstance(item, Line) and edges is not None:
            paragraph = Paragraph(item, edges, frame)
        elif isinstance(item, Grid):
            writer.table(rows_of(item))
        else:
            writer.image(f"[image: page {sheet.number + 1}]")
    if paragraph is not None:
        writer.line(paragraph.text)


def _parts(sheets: Sequence[Sheet]) -> Iterator[tuple[Part, Sheet, Frame]]:
    """All parts in order; tables that go on from page to page are one."""
    waiting: tuple[Grid, Sheet, Frame] | None = None
    for sheet in sheets:
        in_order = [(part, frame) for frame in sheet.frames for part in frame.parts]
        for number, (part, place) in enumerate(in_order):
            if waiting is not None:
                grid, begun, frame = waiting
                if number == 0 and isinstance(part, Grid) and is_continued(grid, part):
                    waiting = (joined(grid, part), begun, frame)
                    continue
                yield waiting
                waiting = None
            if isinstance(part, Grid):
                waiting = (part, sheet, place)
            else:
                yield part, sheet, place
    if waiting is not None:
        yield waiting
