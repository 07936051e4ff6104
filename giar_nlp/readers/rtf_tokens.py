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
_TICKS = 4096
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
        ReadError: groups are nested too deeply, or the time is up.
    """
    place, depth, count = 0, 0, 0
    while found := _TOKEN.match(data, place):
        place = found.end()
        count += 1
        if not count % _TICKS:
            watch.tick()
        word, number, byte, symbol, brace, text, _ = found.groups()
        if text is not None:
            yield Token("text", data=text)
        elif word is not None:
            name, value = word.decode("ascii"), None if number is None else int(number)
            if name == _BINARY and value and value > 0:
                place += value
            yield Token("word", name, value)
        elif byte is not None:
            yield Token("byte", data=bytes.fromhex(byte.decode("ascii")))
        elif brace == b"{":
            depth += 1
            watch.check("depth", depth, "groups in each other")
            yield _OPEN
        elif brace == b"}":
            depth -= 1
            yield _CLOSE
        elif symbol is not None:
            yield Token("word", symbol.decode("latin-1"))


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
