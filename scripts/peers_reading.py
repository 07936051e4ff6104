"""Readers of files to measure giar_nlp's beside, each by its own defaults, loaded when first asked."""

from collections.abc import Callable, Mapping
from importlib import import_module
from io import BytesIO
from pathlib import Path
from typing import NamedTuple


class Found(NamedTuple):
    """What a reader gives of a file: all its text, and the cells of its tables, row by row."""

    text: str
    cells: list[str]


def with_giar(path: Path) -> Found:
    """The text and the cells of a `Document`."""
    document = import_module("giar_nlp.readers").read(path)
    cells = [cell for block in document.blocks for cell in block.cells]
    return Found(document.text, [document.text[cell.start : cell.end] for cell in cells])


def with_docx(path: Path) -> Found:
    """Paragraphs, and the rows of tables; it tells a merged cell in every place that it covers."""
    parts = list(import_module("docx").Document(str(path)).iter_inner_content())
    rows = [row for part in parts if hasattr(part, "rows") for row in part.rows]
    text = "\n".join(part.text for part in parts if not hasattr(part, "rows"))
    return Found(text, [cell.text for row in rows for cell in row.cells])


def with_pdfplumber(path: Path, *, tables: bool = True) -> Found:
    """The text of each page, and its tables."""
    with import_module("pdfplumber").open(BytesIO(path.read_bytes())) as pdf:
        found = [(page.extract_text(), page.extract_tables() if tables else []) for page in pdf.pages]
    rows = [row for _, grids in found for grid in grids for row in grid]
    return Found("\n".join(text for text, _ in found), [cell or "" for row in rows for cell in row])


def with_trafilatura(path: Path, *, recall: bool = False) -> Found:
    """The main text of a page and its tables."""
    body = import_module("trafilatura").bare_extraction(path.read_bytes(), favor_recall=recall)
    element = body.body if body is not None else import_module("lxml.etree").Element("body")
    cells = ["".join(cell.itertext()) for cell in element.iter("cell")]
    return Found("\n".join(element.itertext()), cells)


READERS: Mapping[str, tuple[Callable[[Path], Found], str]] = {
    "giar_nlp": (with_giar, "giar_nlp"),
    "python-docx": (with_docx, "docx"),
    "pdfplumber": (with_pdfplumber, "pdfplumber"),
    "pdfplumber, text alone": (lambda path: with_pdfplumber(path, tables=False), "pdfplumber"),
    "trafilatura": (with_trafilatura, "trafilatura"),
    "trafilatura, recall": (lambda path: with_trafilatura(path, recall=True), "trafilatura"),
}
