"""Bytes of a page to text: by mark, as UTF-8 where it holds, as declared, else as GB18030."""

import codecs
import logging
import re

from giar_nlp.readers.limits import Watch

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARED = re.compile(
    rb"<(?:meta|\?xml)[^>]{0,300}?(?:charset|encoding)\s*=\s*[\"']?\s*([\w-]{2,30})", re.IGNORECASE
)
_HEAD = 8192
_KNOWN = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "gb18030": "gb18030",
    "gb_2312-80": "gb18030",
    "x-gbk": "gb18030",
    "big5": "big5hkscs",
    "big5-hkscs": "big5hkscs",
}
"""Charsets that a declaration is believed of, small letters, and how each is read."""
_DAMAGED = 100
"""One character in so many may be damaged."""
_FEW = 10
_TAG = re.compile(r"<[!/]?[a-zA-Z]{1,10}[\s>]")

logger = logging.getLogger(__name__)


def decode_page(data: bytes, watch: Watch, declared: str | None = None) -> tuple[str, str]:
    """Text and encoding of a page.

    A declaration is believed only where it can be: pages in UTF-8 that call themselves GB2312 abound. A few
    damaged bytes show as U+FFFD, as in a browser, and are warned of; zero bytes are dropped.

    Args:
        data: the page.
        watch: the limits that hold.
        declared: the charset that stands beside the page, as in an archive.

    Raises:
        ReadError: the bytes are no text in any of the encodings.
    """
    for mark, codec in _MARKS:
        if data.startswith(mark):
            return _leniently(data[len(mark) :], (codec,), watch)
    if (wide := _unmarked(data)) is not None:
        return _leniently(data, (wide,), watch)
    if b"\0" in data:
        data = data.replace(b"\0", b"")
    found = _DECLARED.search(data[:_HEAD])
    named = [declared or "", found[1].decode("ascii", "replace") if found else ""]
    believed = [_KNOWN[name.lower()] for name in named if name.lower() in _KNOWN]
    return _leniently(data, tuple(dict.fromkeys(("utf-8", *believed, "gb18030"))), watch)


def _leniently(data: bytes, codings: tuple[str, ...], watch: Watch) -> tuple[str, str]:
    """The text by the first coding that reads it whole, else by the one that damages least."""
    for codec in codings:
        try:
            return data.decode(codec), codec
        except UnicodeDecodeError:
            continue
    best, least, name = "", len(data) + 1, codings[0]
    for codec in codings:
        text = data.decode(codec, "replace")
        if (n_damaged := text.count("\ufffd")) < least:
            best, least, name = text, n_damaged, codec
    if least > max(_FEW, len(best) // _DAMAGED):
        raise watch.error(
            f"is text in none of {', '.join(codings)} ({least:,} damaged characters as {name})",
            "copy or download it again, or save it as UTF-8",
        )
    logger.warning("%s: %d damaged characters, read as %s", watch.path, least, name)
    return best, name


def _unmarked(data: bytes) -> str | None:
    """The codec of UTF-16 without a mark: a tag shows it."""
    head = data[:_HEAD]
    if b"\0" not in head:
        return None
    codecs_of_words = ("utf-16-le", "utf-16-be")
    return next((codec for codec in codecs_of_words if _TAG.search(head.decode(codec, "replace"))), None)
