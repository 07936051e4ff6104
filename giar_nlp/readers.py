"""A file to a `Document`: `find_files` finds files, `read` reads one, `read_bytes` reads what is in memory.

The text is kept as it is: line ends, ideographic blanks, zero-width and control characters all stay, so
that offsets are those of the file. Only a byte order mark is no text.
"""

import codecs
import glob
import hashlib
import logging
import os
import re
import stat
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from giar_nlp.errors import ReadError
from giar_nlp.types import Document, Source

MAX_BYTES = 100_000_000
"""A larger file is refused before it is read: no annual report comes near it."""

STDIN = "-"

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig", "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le", "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be", "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "utf-16-be"),
)
"""Byte order mark, name reported, codec of what follows; a longer mark before one that opens it."""

_MAGIC = (
    (b"PK\x03\x04", "a Word (.docx), OFD or other zipped file", "save it as plain text (.txt, UTF-8)"),
    (b"%PDF", "a PDF file", "save its text as .txt, for instance with pdftotext"),
    (b"\xd0\xcf\x11\xe0", "an old Word, WPS or Excel file", "save it as plain text (.txt, UTF-8)"),
    (b"{\\rtf", "an RTF file", "save it as plain text (.txt, UTF-8)"),
    (b"\x89PNG", "a PNG image", "name the report's text, not its picture"),
    (b"\xff\xd8\xff", "a JPEG image", "name the report's text, not its picture"),
    (b"\x1f\x8b", "a gzip archive", "unpack it first"),
    (b"Rar!", "a RAR archive", "unpack it first"),
    (b"7z\xbc\xaf", "a 7z archive", "unpack it first"),
)
_UNREADABLE = (".doc", ".docx", ".htm", ".html", ".ofd", ".pdf", ".rtf", ".wps", ".xls", ".xlsx")
_MAX_PATH = 1024
_NATURAL = re.compile(r"(\d+)")
_USUAL = ((0x20, 0x7F), (0x2010, 0x2030), (0x3000, 0xA000), (0xFF00, 0xFF60))  # of a Chinese text
_ENOUGH = 10  # so many well-formed characters beyond ASCII are no accident: the file is UTF-8, and damaged

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A path to read, as it was named or found; `error` says why there is nothing to read there."""

    path: str
    error: ReadError | None = None


def read(path: Path | str) -> Document:
    """The document in a file; ``-`` is standard input, read as plain text.

    Raises:
        ReadError: the file cannot be read as a report; the message says why and what to do.
    """
    name = str(path)
    format = "txt" if name == STDIN else Path(path).suffix.lower().lstrip(".") or "txt"
    return read_bytes(load_bytes(path), path=name, format=format)


def load_bytes(path: Path | str) -> bytes:
    """The bytes of a file; of standard input for ``-``.

    Raises:
        ReadError: there is no such file, it cannot be opened, or it is too large.
    """
    name = str(path)
    if name == STDIN:
        return _read_limited(sys.stdin.buffer, name)
    file = Path(path)
    try:
        status = file.stat()
        if stat.S_ISDIR(status.st_mode):
            raise ReadError(f"{name}: is a folder; name a file, or give the folder to 'giar annotate'")
        if status.st_size > MAX_BYTES:
            raise ReadError(_too_large(name, f"{status.st_size:,}"))
        with file.open("rb") as stream:
            # A read makes room for all that it may get: most files are no longer than they say.
            data = stream.read(status.st_size + 1)
            return data + _read_limited(stream, name) if len(data) > status.st_size else data
    except FileNotFoundError as error:
        raise ReadError(f"{name}: no such file; check the path") from error
    except OSError as error:
        reason = error.strerror or str(error)
        raise ReadError(f"{name}: cannot be read ({reason}); check the path and your rights") from error
    except ValueError as error:
        raise ReadError(f"{name!r}: is no path ({error}); check it") from error


def read_bytes(data: bytes, *, path: str, format: str) -> Document:
    """The document in a file's bytes.

    Args:
        data: the whole file.
        path: its name, for the record and for messages.
        format: its suffix in small letters, without the dot.

    Raises:
        ReadError: the bytes cannot be read as a report in that format.
    """
    if len(data) > MAX_BYTES:
        raise ReadError(_too_large(path, f"{len(data):,}"))
    if not data:
        raise ReadError(f"{path}: is empty; check that it was saved or downloaded whole")
    reader = READERS.get(f".{format}")
    if reader is None:
        for magic, what, mend in _MAGIC:
            if data.startswith(magic):
                raise ReadError(f"{path}: is {what}, which cannot be read yet; {mend}")
        known = ", ".join(sorted(READERS))
        raise ReadError(
            f"{path}: files in .{format} cannot be read yet, only {known}; save it as one of these"
        )
    return reader(data, path)


def looks_like_path(text: str) -> bool:
    """Whether a string names a file or a folder that is there, or ends like the name of a document.

    Example:
        >>> looks_like_path("reports/2023.txt"), looks_like_path("全年主动公开政府信息53条。")
        (True, False)
    """
    if not text or len(text) > _MAX_PATH or "\n" in text or "\0" in text:
        return False
    try:
        path = Path(text)
        return path.suffix.lower() in {*READERS, *_UNREADABLE} or path.exists()
    except (OSError, ValueError):
        return False


def as_document(text: str, *, path: str = "") -> Document:
    """The document of a text in memory; its path is empty, if it is not given."""
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    return Document(text, Source(path=path, sha256=digest, format="text", encoding=None))


def read_text(data: bytes, path: str) -> Document:
    """A plain text file."""
    return _as_document(data, path, "txt")


def read_markdown(data: bytes, path: str) -> Document:
    """A Markdown file: a text whose headings carry ``#`` and whose tables have pipes."""
    return _as_document(data, path, "md")


def find_files(paths: Iterable[Path | str]) -> Iterator[FoundFile]:
    """Every file that the paths name, each once, folders and globs in natural order (2.txt before 10.txt).

    A folder gives the files below it that have a suffix in `READERS`, hidden ones left out; a file named
    by itself is given whatever its suffix, and ``-`` stands for standard input. What is missing or cannot
    be opened is given with its error, in its place.
    """
    seen: set[str] = set()
    for path in paths:
        for found in _find(str(path)):
            key = found.path if found.path == STDIN else os.path.realpath(found.path)
            if found.error is not None or key not in seen:
                seen.add(key)
                yield found


def decode(data: bytes, path: str) -> tuple[str, str]:
    """Text and encoding of bytes: by mark, as UTF-8, as UTF-16 where plainly so, else as GB18030.

    GB18030 holds GBK and GB2312. Nothing is guessed and nothing replaced.

    Raises:
        ReadError: the bytes are a known binary format, or text in none of these encodings.

    Example:
        >>> decode("年度报告".encode("gbk"), "a.txt")
        ('年度报告', 'gb18030')
    """
    for magic, what, mend in _MAGIC:
        if data.startswith(magic):
            raise ReadError(f"{path}: is {what}, not plain text; {mend}")
    for mark, name, codec in _BOMS:
        if data.startswith(mark):
            return _decode_strictly(data[len(mark) :], codec, path, offset=len(mark)), name
    if b"\0" in data:
        if unmarked := _unmarked_utf16(data):
            return _decode_strictly(data, unmarked, path), unmarked
        place = data.index(b"\0")
        raise ReadError(
            f"{path}: is binary, not text (a NUL byte at {place:,}); save the report as .txt in UTF-8"
        )
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError as error:
        if _is_utf8_up_to(data, error.start):
            raise ReadError(
                f"{path}: UTF-8 text damaged at byte {error.start:,} (0x{data[error.start]:02x}); copy or "
                f"download it again, or drop what is broken with 'iconv -c -f UTF-8 -t UTF-8'"
            ) from error
        first = error.start
    try:
        return data.decode("gb18030"), "gb18030"
    except UnicodeDecodeError as error:
        raise ReadError(
            f"{path}: neither UTF-8 (byte 0x{data[first]:02x} at {first:,}) nor GB18030 "
            f"(byte 0x{data[error.start]:02x} at {error.start:,}); convert it: iconv -f ENCODING -t UTF-8"
        ) from error


def _as_document(data: bytes, path: str, format: str) -> Document:
    text, encoding = decode(data, path)
    if not text.strip("\ufeff\u200b \t\r\n\u3000"):
        raise ReadError(f"{path}: holds blanks alone; check that it was saved or downloaded whole")
    return Document(text, Source(path, hashlib.sha256(data).hexdigest(), format, encoding))


def _decode_strictly(data: bytes, codec: str, path: str, offset: int = 0) -> str:
    try:
        return data.decode(codec)
    except UnicodeDecodeError as error:
        raise ReadError(
            f"{path}: {codec.upper()} text damaged at byte {error.start + offset:,}; copy or download it "
            f"again, or save it as UTF-8"
        ) from error


def _unmarked_utf16(data: bytes) -> str | None:
    """The codec of UTF-16 without a mark, if nearly all that it reads is ASCII, Han or full-width."""
    sample = data[:20_000]
    if len(data) % 2:
        return None
    for codec in ("utf-16-le", "utf-16-be"):
        text = sample.decode(codec, "replace")
        if sum(_is_usual(char) for char in text) >= 0.95 * len(text):
            return codec
    return None


def _is_usual(char: str) -> bool:
    code = ord(char)
    return char in "\r\n\t\xa0" or any(first <= code < last for first, last in _USUAL)


def _is_utf8_up_to(data: bytes, end: int) -> bool:
    return sum(ord(char) > 0x7F for char in data[:end].decode("utf-8")) >= _ENOUGH


def _read_limited(stream: BinaryIO, path: str) -> bytes:
    data = stream.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise ReadError(_too_large(path, f"more than {MAX_BYTES:,}"))
    return data


def _too_large(path: str, size: str) -> str:
    return f"{path}: {size} bytes, the limit is {MAX_BYTES:,}; split it into one file a report"


def _find(path: str) -> Iterator[FoundFile]:
    try:
        if path == STDIN or (Path(path).exists() and not Path(path).is_dir()):
            yield FoundFile(path)
        elif Path(path).is_dir():
            below = _find_below(path)
            if (first := next(below, None)) is None:
                known = ", ".join(READERS)
                first = FoundFile(path, ReadError(f"{path}: holds no file to read; looked for {known}"))
            yield first
            yield from below
        elif glob.has_magic(path):
            yield from _find_matching(path)
        else:
            yield FoundFile(path, ReadError(f"{path}: no such file or folder; check the path"))
    except (OSError, ValueError) as error:
        yield FoundFile(path, ReadError(f"{path}: cannot be read ({error}); check the path and your rights"))


def _find_matching(pattern: str) -> Iterator[FoundFile]:
    matching = sorted(glob.glob(pattern, recursive=True), key=_natural)  # noqa: PTH207 (Path.glob takes no absolute pattern)
    if not matching:
        yield FoundFile(pattern, ReadError(f"{pattern}: matches no file; check the pattern"))
    for path in matching:
        if Path(path).is_dir():
            yield from _find_below(path)
        elif len(matching) == 1 or Path(path).suffix.lower() in READERS:
            yield FoundFile(path)


def _find_below(folder: str) -> Iterator[FoundFile]:
    """The readable files of a folder, then those of the folders in it."""
    try:
        names = sorted((path.name for path in Path(folder).iterdir()), key=_natural)
    except OSError as error:
        reason = error.strerror or str(error)
        message = f"{folder}: folder cannot be read ({reason}); check your rights"
        yield FoundFile(folder, ReadError(message))
        return
    paths = [str(Path(folder, name)) for name in names if not name.startswith(".")]
    files = [path for path in paths if not Path(path).is_dir()]
    readable = [path for path in files if Path(path).suffix.lower() in READERS]
    if len(readable) < len(files):
        endings = Counter(Path(path).suffix.lower() for path in set(files) - set(readable))
        found = ", ".join(f"{endings[ending]} {ending}" for ending in _UNREADABLE if endings[ending])
        if found:
            logger.warning("%s: passed over %s: not read yet; save them as .txt", folder, found)
        logger.info("%s: %d files of other formats passed over", folder, len(files) - len(readable))
    yield from map(FoundFile, readable)
    for path in paths:
        if Path(path).is_dir() and not Path(path).is_symlink():
            yield from _find_below(path)


def _natural(name: str) -> list[tuple[int, str]]:
    """Sort key in which numbers count as numbers."""
    return [(int(part), "") if part.isdecimal() else (0, part) for part in _NATURAL.split(name)]


READERS: dict[str, Callable[[bytes, str], Document]] = {
    ".markdown": read_markdown,
    ".md": read_markdown,
    ".text": read_text,
    ".txt": read_text,
}
