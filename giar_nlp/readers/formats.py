"""Tells what a file is: by its content first, by its suffix where the content leaves it open."""

import io
import re
import zipfile
from functools import lru_cache
from pathlib import Path

from giar_nlp.readers.limits import Watch

SUFFIXES = {
    ".doc": "doc",
    ".docm": "docx",
    ".docx": "docx",
    ".dot": "doc",
    ".dotx": "docx",
    ".htm": "html",
    ".html": "html",
    ".json": "json",
    ".markdown": "md",
    ".md": "md",
    ".mht": "mhtml",
    ".mhtml": "mhtml",
    ".ofd": "ofd",
    ".pdf": "pdf",
    ".rtf": "rtf",
    ".shtml": "html",
    ".text": "txt",
    ".txt": "txt",
    ".wps": "doc",
    ".xhtml": "html",
}
"""Every suffix that is read, and the format that it promises."""
ARCHIVES = (".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz")
"""Suffixes of archives: folders in one file."""

_HEAD = 4096
_NAMES = 64
"""So many file names are kept in mind: the suffix of one is asked for again and again while it is read."""
_REFUSED = (
    (b"\x89PNG", "a PNG image", "name the report's text, not its picture"),
    (b"\xff\xd8\xff", "a JPEG image", "name the report's text, not its picture"),
    (b"GIF8", "a GIF image", "name the report's text, not its picture"),
    (b"BM", "a bitmap image", "name the report's text, not its picture"),
    (b"II*\0", "a TIFF image", "name the report's text, not its picture"),
    (b"MM\0*", "a TIFF image", "name the report's text, not its picture"),
    (b"Rar!", "a RAR archive", "unpack it first"),
    (b"7z\xbc\xaf", "a 7z archive", "unpack it first"),
    (b"SQLite format 3", "a database", "name reports"),
    (b"\x7fELF", "a program", "name reports"),
    (b"MZ\x90", "a program", "name reports"),
)
_MARKS = (
    ("doc", re.compile(rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")),
    ("rtf", re.compile(rb"\{\\rtf")),
    ("pdf", re.compile(rb".{0,1024}%PDF-", re.DOTALL)),
    ("archive", re.compile(rb"\x1f\x8b|BZh|\xfd7zXZ\0|.{257}ustar", re.DOTALL)),
)
_TEXT_MARKS = (
    (
        "mhtml",
        re.compile(
            rb"(?:[\w-]{1,60}:[^\n]{0,1000}\n|[ \t][^\n]{0,1000}\n){0,30}Content-Type:\s*multipart/related",
            re.IGNORECASE,
        ),
    ),
    (
        "html",
        re.compile(
            rb"\s*(?:<\?xml[^>]{0,200}\?>\s*)?(?:<!--.{0,2000}?-->\s*){0,5}<(?:!doctype\s+html|html|head|body"
            rb"|meta|title|div|p|table|section|article|style|span|h[1-6]|br)\b",
            re.IGNORECASE | re.DOTALL,
        ),
    ),
)
_NEVER_TEXT = {"docx", "ofd", "pdf"}
"""Plain text under these suffixes is what is left of a download that failed."""
_DATA = {
    ".csv": "a table of data",
    ".jsonl": "a file of records",
    ".gz": "a file of records",
    ".zst": "a file of records",
}
_TEXTS = {"txt", "md", "html", "json", "mhtml"}
"""Formats whose content is text: where it shows nothing of its own, the suffix decides among them."""


@lru_cache(_NAMES)
def suffix_of(path: str) -> str:
    """The suffix of a path in small letters, ``.tar.gz`` as one."""
    name = Path(path).name.lower()
    return next((ending for ending in ARCHIVES if name.endswith(ending)), Path(name).suffix)


def format_of(data: bytes, watch: Watch) -> str:
    """The format of a file's bytes, a key of `READERS`, or ``archive``.

    Raises:
        ReadError: the bytes are of a kind that holds no report's text, such as an image or a workbook.
    """
    if what := _DATA.get(suffix_of(watch.path).removeprefix(".tar")):
        raise watch.error(f"is {what}, no report", "give it to 'giar check', 'export' or 'classify'")
    for magic, what, mend in _REFUSED:
        if data.startswith(magic):
            raise watch.error(f"is {what}", mend)
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zipped(data, watch)
    for format, mark in _MARKS:
        if mark.match(data):
            return format
    head = _as_ascii(data[:_HEAD])
    promised = SUFFIXES.get(suffix_of(watch.path), "txt")
    shown = next((format for format, mark in _TEXT_MARKS if mark.match(head)), promised)
    if shown in _NEVER_TEXT:
        raise watch.error(f"is no {shown} file, but plain text", "download it again, or name it .txt")
    return shown if shown in _TEXTS else "txt"


def _zipped(data: bytes, watch: Watch) -> str:
    """The format of a zip file, by the names of its members."""
    try:
        names = zipfile.ZipFile(io.BytesIO(data)).namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        promised = SUFFIXES.get(suffix_of(watch.path), "")
        what = f"the {promised} file" if promised in {"docx", "ofd"} else "the zip file"
        raise watch.error(f"{what} is damaged ({error})", "copy or download it again") from error
    members = set(names)
    if "OFD.xml" in members:
        return "ofd"
    if any(name.startswith("xl/") for name in members):
        raise watch.error("is an Excel workbook", "name the report, not a table of numbers")
    if any(name.startswith("ppt/") for name in members):
        raise watch.error("is a PowerPoint file", "save its text as .docx or .txt")
    if "[Content_Types].xml" in members and any(name.startswith("word/") for name in members):
        return "docx"
    if "content.xml" in members and "mimetype" in members:
        raise watch.error("is an OpenDocument file", "save it as .docx")
    return "archive"


def _as_ascii(head: bytes) -> bytes:
    """The head of a file as ASCII, UTF-16 and byte order marks taken off."""
    if head[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return head[2:].replace(b"\0", b"")
    return head.removeprefix(b"\xef\xbb\xbf")
