"""Web archives: a page with its parts in one file, as browsers and Word save it."""

import binascii
import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.errors import HeaderParseError
from email.header import decode_header, make_header

from giar_nlp.readers.limits import Watch
from giar_nlp.readers.web.charsets import decode_page
from giar_nlp.readers.web.html import Page, page_document
from giar_nlp.types import Document, Properties

_BLANK_LINE = re.compile(rb"\r?\n[ \t]*\r?\n")
_FOLD = re.compile(rb"\r?\n[ \t]+")
_PARAMETER = re.compile(rb";\s*([\w-]{1,40})\s*=\s*(?:\"([^\"]{0,300})\"|([^\s;\"]{1,300}))")
_NO_BASE64 = bytes(
    code for code in range(256) if not (chr(code).isascii() and chr(code).isalnum()) and code not in b"+/"
)
_MOST_HEAD = 20_000
_DEEPEST = 5


@dataclass(frozen=True, slots=True)
class _Part:
    """A part: its headers by name in small letters, and its bytes as they stand in the file."""

    headers: dict[bytes, bytes]
    body: bytes

    @property
    def kind(self) -> bytes:
        return self.headers.get(b"content-type", b"").split(b";")[0].strip().lower()

    def parameter(self, name: bytes) -> bytes | None:
        for found in _PARAMETER.finditer(self.headers.get(b"content-type", b"")):
            if found[1].lower() == name:
                return found[2] or found[3] or b""
        return None


def read_mhtml(data: bytes, watch: Watch) -> Document:
    """The page of a web archive, the pages in its frames in their place.

    Raises:
        ReadError: it holds no page, is damaged, or the page is refused as `read_html` refuses it.
    """
    whole = _part_of(data)
    pages: list[tuple[_Part, str, str]] = []
    for number, part in enumerate(_parts_of(whole, watch, 0)):
        watch.check("members", number + 1, "parts of the archive")
        if part.kind in {b"text/html", b"application/xhtml+xml", b"text/xml"}:
            declared = (part.parameter(b"charset") or b"").decode("ascii", "replace")
            pages.append((part, *decode_page(_decoded(part, watch), watch, declared)))
    if not pages:
        raise watch.error(
            "the archive holds no page (no part of type text/html)",
            "save the page again, or open it and copy its text",
        )
    start = (whole.parameter(b"start") or b"").strip(b"<> ")
    main = next((page for page in pages if start and _address(page[0], b"content-id") == start), pages[0])
    frames: dict[str, str] = {}
    for part, text, _ in pages:
        if text is not main[1]:
            if identity := _address(part, b"content-id"):
                frames["cid:" + identity.decode("utf-8", "replace")] = text
            if location := _address(part, b"content-location"):
                frames[location.decode("utf-8", "replace")] = text
                frames.setdefault(location.rsplit(b"/", 1)[-1].decode("utf-8", "replace"), text)
    said = Properties(title=_subject(whole.headers.get(b"subject", b"")))
    return page_document(Page(main[1], main[2], frames, said), data, "mhtml", watch)


def _parts_of(part: _Part, watch: Watch, depth: int) -> Iterator[_Part]:
    """The parts of a part that are not made of parts themselves."""
    boundary = part.parameter(b"boundary")
    if not part.kind.startswith(b"multipart/") or not boundary:
        yield part
        return
    if depth == _DEEPEST:
        raise watch.error("the archive holds parts nested too deeply", "save the page again")
    place = 0 if part.body.startswith(b"--" + boundary) else part.body.find(b"\n--" + boundary)
    while place >= 0:
        begin = part.body.find(b"\n", place + 1)
        if begin < 0 or part.body[place:begin].strip().endswith(boundary + b"--"):
            return
        place = part.body.find(b"\n--" + boundary, begin)
        end = place if place >= 0 else len(part.body)
        yield from _parts_of(_part_of(part.body[begin + 1 : end]), watch, depth + 1)
        watch.tick()


def _part_of(data: bytes) -> _Part:
    data = data.lstrip(b"\xef\xbb\xbf\r\n")
    blank = _BLANK_LINE.search(data[:_MOST_HEAD])
    head = data[: blank.start()] if blank else data[:_MOST_HEAD]
    headers: dict[bytes, bytes] = {}
    for line in _FOLD.sub(b" ", head).splitlines():
        name, colon, value = line.partition(b":")
        if colon:
            headers.setdefault(name.strip().lower(), value.strip())
    return _Part(headers, data[blank.end() :] if blank else b"")


def _decoded(part: _Part, watch: Watch) -> bytes:
    """The bytes of a part, its transfer encoding undone."""
    encoding = part.headers.get(b"content-transfer-encoding", b"").lower()
    if encoding == b"quoted-printable":
        return quopri.decodestring(part.body)
    if encoding != b"base64":
        return part.body
    packed = part.body.translate(None, _NO_BASE64)
    if len(packed) % 4 == 1:
        packed = packed[:-1]
    try:
        return binascii.a2b_base64(packed + b"=" * (-len(packed) % 4))
    except binascii.Error as error:
        raise watch.error(
            f"a part of the archive is damaged ({error})", "copy or download it again"
        ) from error


def _address(part: _Part, header: bytes) -> bytes:
    return part.headers.get(header, b"").strip(b"<> ")


def _subject(raw: bytes) -> str | None:
    """A subject line as text."""
    text = raw.decode("utf-8", "replace")
    try:
        return str(make_header(decode_header(text))).strip() or None
    except (HeaderParseError, LookupError, ValueError):
        return None
