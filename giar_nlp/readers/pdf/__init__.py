"""PDF: characters, ruling lines and images of its pages to paragraphs and tables.

pdfium gives what stands on a page (`page`, `drawings`); `lines` makes lines of characters, `lattice` and
`grids` tables of ruling lines, `sheets` puts them in reading order, `furniture` takes headers, footers and
page numbers out, `joining` makes tables that go on from page to page one, `paragraphs` joins lines, `reading`
knows the order. Text that stands in a table is not told a second time.

All of that runs in a process of its own (`guard`, `child`).
"""

from giar_nlp.readers.limits import Watch
from giar_nlp.readers.pdf.guard import read_guarded
from giar_nlp.types import Document


def read_pdf(data: bytes, watch: Watch) -> Document:
    """A PDF file's paragraphs, each on one line, its tables with their cells, and its images.

    Raises:
        ReadError: it is damaged, encrypted, scanned without a text layer, in fonts that do not say which
            characters they show, or holds or takes more than the limits allow.
    """
    return read_guarded(data, watch)
