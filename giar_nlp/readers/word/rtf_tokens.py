"""RTF cut into what it is made of: groups, control words, characters.

Source: the Rich Text Format specification, version 1.9.1.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Literal, NamedTuple

from giar_nlp.readers.limits import Watch

Kind = Literal["open", "close", "word", "byte", "text"]

_TOKEN = re.compile(
    rb"\\([a-zA-Z]{1,32})(-?[0-9]{1,10})? ?|\\'([0-9a-fA-F]{2})|\\(.)|([{}])|[\r\n]+|([^\\{}\r\n]+)|(.)",
    re.DOTALL,
)
_BRACE, _TEXT, _STRAY = 5, 6, 7
"""Groups of the pattern."""
_TICKS = 4096
_MOST_KNOWN = 20_000
"""So many words and bytes are kept in mind."""
_BINARY = "bin"

CODEPAGES = {
    437: "cp437", 708: "cp1256", 850: "cp850", 932: "cp932", 936: "gb18030", 949: "cp949", 950: "cp950",
    1250: "cp1250", 1251: "cp1251", 1252: "cp1252", 1361: "johab", 54936: "gb18030", 65001: "utf-8",
}  # fmt: skip
"""Codecs by the number of a code page."""
CHARSETS = {
    0: "cp1252",
    128: "cp932",
    129: "cp949",
    130: "johab",
    134: "gb18030",
    136: "cp950",
    204: "cp1251",
}
"""Codecs by the number of a font's character set."""
_WIDE = {"cp932", "gb18030", "cp949", "cp950", "johab", "utf-8"}


class Token(NamedTuple):
    """A piece of RTF: its kind; the word or symbol and its number, or the bytes."""

    kind: Kind
    word: str = ""
    number: int | None = None
    data: bytes = b""


_OPEN, _CLOSE = Token("open"), Token("close")


def tokens(data: bytes, watch: Watch) -> Iterator[Token]:
    """The tokens of a file in order; binary data is passed over.

    Raises:
        ReadError: there are too many, groups are nested too deeply, or the time is up.
    """
    place, depth, count = 0, 0, 0
    known: dict[bytes, Token] = {}
    match = _TOKEN.match
    while found := match(data, place):
        place = found.end()
        count += 1
        if not count % _TICKS:
            watch.check("tags", count, "words and characters")
        kind = found.lastindex
        if kind == _TEXT:
            yield Token("text", data=found[0])
        elif kind == _BRACE:
            depth += 1 if found[0] == b"{" else -1
            watch.check("depth", depth, "groups in each other")
            yield _OPEN if found[0] == b"{" else _CLOSE
        elif kind is not None and kind != _STRAY:
            written = found[0]
            if (token := known.get(written)) is None:
                token = _token(found)
                if len(known) < _MOST_KNOWN:
                    known[written] = token
            if token.word == _BINARY:
                place += max(token.number or 0, 0)
            yield token


def _token(found: re.Match[bytes]) -> Token:
    """The token of a word, symbol or byte."""
    word, number, byte, symbol = found.group(1, 2, 3, 4)
    if byte is not None:
        return Token("byte", data=bytes.fromhex(byte.decode("ascii")))
    if word is None:
        return Token("word", symbol.decode("latin-1"))
    return Token("word", word.decode("ascii"), None if number is None else int(number))


def decode(data: bytes, codec: str, usual: str) -> str:
    r"""The text of bytes in a font's codec; in the file's own where that has two bytes a character and fits.

    Programs name the font for Latin letters even where the letters are Chinese.

    Example:
        >>> decode(b"\xb9\xab\xbf\xaa", "cp1252", "gb18030")
        '公开'
    """
    if codec not in _WIDE and usual in _WIDE:
        with suppress(UnicodeDecodeError):
            return data.decode(usual)
    return data.decode(codec, "replace")
