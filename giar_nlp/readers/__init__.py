"""A file to a `Document`, whatever its format: `read` reads one, `find_files` finds them.

`files` finds files and loads their bytes, `archives` those in a zip or tar, `formats` tells what they are.
Each format has a reader of its own, loaded when it is first needed (`READERS`): `plain` text here, the others
in the rooms `web`, `word`, `pdf` and `ofd`. All of them write down what they find through
`writing.Writer` and hold to the `Limits` of a file. A plain text is kept as it is: line ends, ideographic
blanks, zero-width and control characters all stay, so that offsets are those of the file.
"""

import hashlib
import logging
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from giar_nlp.readers.files import (
    MAX_BYTES,
    STDIN,
    FoundFile,
    find_files,
    load_bytes,
    looks_like_path,
    need_files,
)
from giar_nlp.readers.formats import SUFFIXES, format_of, suffix_of
from giar_nlp.readers.limits import LIMITS, Limits, Watch
from giar_nlp.readers.plain import decode
from giar_nlp.types import Document, Source

__all__ = [
    "LIMITS",
    "MAX_BYTES",
    "READERS",
    "STDIN",
    "FoundFile",
    "Limits",
    "as_document",
    "decode",
    "find_files",
    "load_bytes",
    "looks_like_path",
    "need_files",
    "read",
    "read_bytes",
]

READERS = {
    "doc": "word.doc",
    "docx": "word.docx",
    "html": "web.html",
    "json": "web.html",
    "md": "plain",
    "mhtml": "web.mhtml",
    "ofd": "ofd.reading",
    "pdf": "pdf",
    "rtf": "word.rtf",
    "txt": "plain",
}
"""Each format and the module that reads it, by its function ``read_FORMAT(data, watch)``."""

Read = Callable[[bytes, Watch], Document]

logger = logging.getLogger(__name__)


def read(path: Path | str, limits: Limits = LIMITS) -> Document:
    """The document in a file; ``-`` is standard input.

    A path may lead into an archive: ``reports.zip/2023/a.docx``.

    Raises:
        ReadError: the file cannot be read as a report; the message says why and what to do.
    """
    return read_bytes(load_bytes(path, limits), path=str(path), limits=limits)


def read_bytes(data: bytes, *, path: str, limits: Limits = LIMITS) -> Document:
    """The document in a file's bytes. Its content tells the format; a suffix that is wrong is warned of.

    Args:
        data: the whole file.
        path: its name, for the record, for messages, and for what the content leaves open.
        limits: how much is read.

    Raises:
        ReadError: the bytes cannot be read as a report.
    """
    watch = Watch(path, limits)
    watch.check("bytes", len(data), "bytes")
    if not data:
        raise watch.error("is empty", "check that it was saved or downloaded whole")
    format = format_of(data, watch)
    if format == "archive":
        raise watch.error(
            "is an archive", "name it instead of standard input: its files are read as from a folder"
        )
    promised = SUFFIXES.get(suffix_of(path))
    if promised != format and path != STDIN and suffix_of(path):
        logger.warning("%s: is %s by its content, whatever its suffix says; read as that", path, format)
    return _reader(format)(data, watch)


def as_document(text: str, *, path: str = "") -> Document:
    """The document of a text in memory; its path is empty, if it is not given."""
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    return Document(text, Source(path=path, sha256=digest, format="text", encoding=None))


def _reader(format: str) -> Read:
    module = import_module(f"giar_nlp.readers.{READERS[format]}")
    reader: Read = getattr(module, f"read_{format}")
    return reader
