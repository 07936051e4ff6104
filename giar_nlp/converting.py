"""What a reader saw in a file: its document as plain text, as Markdown or as a JSON line."""

from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import asdict
from itertools import count

import orjson

from giar_nlp.types import Block, Cell, Document

_DEEPEST = 6  # of Markdown's headings
_BLANK_LINE = "\n"
_LONGEST = 200  # bytes of a file's name, its new suffix not counted


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


def heading_of(path: str, *, is_first: bool) -> bytes:
    """The lines that name a file before its text, where the texts of several stand in one.

    A JSON line names its own source and needs none.
    """
    shown = "".join(char if char.isprintable() else repr(char)[1:-1] for char in path)
    return f"{'' if is_first else _BLANK_LINE}==> {shown} <==\n\n".encode()


def name_files(paths: Iterable[str], suffix: str, *, taken: Container[str] = ()) -> Iterator[str]:
    """A name for the text of each file, all different: ``reports/a.pdf`` gives ``a.pdf.txt``.

    The second of a name is ``a.pdf.2.txt``. Nothing in a name leads elsewhere or is longer than file systems
    allow; names that are `taken` are left alone.
    """
    given: set[str] = set()
    for path in paths:
        name = path.replace("\\", "/").rstrip("/").rsplit("/", 1)[-1]
        name = "".join(char if char.isprintable() else "_" for char in name).lstrip(".")
        stem = name.encode()[:_LONGEST].decode("utf-8", "ignore") if name != "-" else "stdin"
        for number in count(1):
            name = f"{stem or 'file'}{f'.{number}' if number > 1 else ''}{suffix}"
            if name.casefold() not in given and name not in taken:
                break
        given.add(name.casefold())
        yield name


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
