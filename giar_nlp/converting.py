"""What a reader saw in a file: its document as plain text, as Markdown or as a JSON line."""

from collections.abc import Callable, Sequence
from dataclasses import asdict

import orjson

from giar_nlp.types import Block, Cell, Document

_DEEPEST = 6  # of Markdown's headings


def convert_txt(document: Document) -> bytes:
    """The document's text as it stands in a record; a row of a table is a line with tabs."""
    return _ended(document.text).encode("utf-8", "surrogatepass")


def convert_md(document: Document) -> bytes:
    """The text with ``#`` before headings and pipes about the cells of tables.

    A cell stands in the first of the rows and columns that it covers; the others are empty.
    """
    parts: list[str] = []
    place = 0
    for block in document.blocks:
        parts.append(document.text[place : block.start])
        written = document.text[block.start : block.end]
        if block.kind == "heading":
            written = f"{'#' * min(max(block.level, 1), _DEEPEST)} {written}"
        elif block.cells:
            written = _pipes(document.text, block)
        parts.append(written)
        place = block.end
    parts.append(document.text[place:])
    return _ended("".join(parts)).encode("utf-8", "surrogatepass")


def convert_jsonl(document: Document) -> bytes:
    """One JSON line: source, text, what the file says of itself, and the blocks that its format names."""
    record = {
        "source": asdict(document.source),
        "properties": asdict(document.properties),
        "text": document.text,
        "blocks": [asdict(block) for block in document.blocks],
    }
    return orjson.dumps(record) + b"\n"


CONVERTERS: dict[str, Callable[[Document], bytes]] = {
    ".jsonl": convert_jsonl,
    ".md": convert_md,
    ".txt": convert_txt,
}
"""Each suffix and the function that gives its bytes."""


def _pipes(text: str, block: Block) -> str:
    """A table as lines of cells between pipes, blank lines about it."""
    width = max(cell.col + cell.colspan for cell in block.cells)
    n_rows = max(cell.row for cell in block.cells) + 1
    rows = [
        _row(text, [cell for cell in block.cells if cell.row == number], width) for number in range(n_rows)
    ]
    rule = "|" + " --- |" * width
    return "\n".join(["", rows[0], rule, *rows[1:], ""])


def _row(text: str, cells: Sequence[Cell], width: int) -> str:
    written = [""] * width
    for cell in cells:
        written[cell.col] = text[cell.start : cell.end].replace("|", "\\|")
    return "| " + " | ".join(written) + " |"


def _ended(text: str) -> str:
    return text if text.endswith("\n") else text + "\n"
