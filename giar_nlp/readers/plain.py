"""Plain text and Markdown: bytes to text, encoding found and nothing replaced."""

import codecs
import hashlib

from giar_nlp.errors import ReadError
from giar_nlp.readers.limits import Watch
from giar_nlp.types import Document, Source

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig", "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le", "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be", "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "utf-16-be"),
)
"""Byte order mark, name reported, codec of what follows; a longer mark before one that opens it."""

_MAGIC = (
    (b"PK\x03\x04", "a zipped file (.docx, .xlsx, .ofd, .zip)"),
    (b"%PDF", "a PDF file"),
    (b"\xd0\xcf\x11\xe0", "an old Office file (.doc, .wps, .xls)"),
    (b"{\\rtf", "an RTF file"),
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"Rar!", "a RAR archive"),
    (b"7z\xbc\xaf", "a 7z archive"),
)
_USUAL = ((0x20, 0x7F), (0x2010, 0x2030), (0x3000, 0xA000), (0xFF00, 0xFF60))  # of a Chinese text
_ENOUGH = 10  # so many well-formed characters beyond ASCII are no accident: the file is UTF-8, and damaged


def read_txt(data: bytes, watch: Watch) -> Document:
    """A plain text file."""
    return _as_document(data, watch.path, "txt")


def read_md(data: bytes, watch: Watch) -> Document:
    """A Markdown file: a text whose headings carry ``#`` and whose tables have pipes."""
    return _as_document(data, watch.path, "md")


def decode(data: bytes, path: str) -> tuple[str, str]:
    """Text and encoding of bytes: by mark, as UTF-8, as UTF-16 where plainly so, else as GB18030.

    GB18030 holds GBK and GB2312. Nothing is guessed and nothing replaced.

    Raises:
        ReadError: the bytes are a known binary format, or text in none of these encodings.

    Example:
        >>> decode("年度报告".encode("gbk"), "a.txt")
        ('年度报告', 'gb18030')
    """
    for magic, what in _MAGIC:
        if data.startswith(magic):
            raise ReadError(f"{path}: is {what}, not plain text; save it as .txt (UTF-8)")
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
