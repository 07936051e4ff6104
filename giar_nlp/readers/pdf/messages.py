"""What the reading process and the one that asks it say to each other: a line of JSON, and bytes.

JSON alone, never pickle: a file that gets the better of pdfium must not get further than that.
"""

import json
from dataclasses import asdict, astuple
from typing import IO, Any

from giar_nlp.types import Block, Cell, Document, Properties, Source

_CHUNK = 1 << 20
_LONGEST = 1 << 30


def send(stream: IO[bytes], message: dict[str, Any], data: bytes = b"") -> None:
    """Write a message, and bytes that belong to it."""
    stream.write(json.dumps([len(data), message]).encode("ascii"))
    stream.write(b"\n")
    stream.write(data)
    stream.flush()


def receive(stream: IO[bytes]) -> tuple[dict[str, Any], bytes]:
    """The next message with its bytes.

    Raises:
        EOFError: nothing more comes.
        ValueError: it is no message.
    """
    line = stream.readline(_LONGEST)
    if not line:
        raise EOFError
    size, message = json.loads(line)
    data = bytearray()
    while len(data) < size:
        part = stream.read(min(size - len(data), _CHUNK))
        if not part:
            raise EOFError
        data += part
    return message, bytes(data)


def document_to(document: Document) -> dict[str, Any]:
    """A document as JSON holds it; cells in a row of numbers each."""
    return {
        "text": document.text,
        "source": asdict(document.source),
        "blocks": [
            [block.kind, block.start, block.end, block.level, [astuple(cell) for cell in block.cells]]
            for block in document.blocks
        ],
    }


def document_from(found: dict[str, Any]) -> Document:
    """The document again."""
    blocks = tuple(
        Block(kind, start, end, level, tuple(Cell(*cell) for cell in cells))
        for kind, start, end, level, cells in found["blocks"]
    )
    return Document(found["text"], Source(**found["source"]), blocks, Properties())
