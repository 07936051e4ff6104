"""Code points as fonts give them: which are characters at all, and which stand for others."""

from collections.abc import Mapping
from functools import cache
from unicodedata import category, east_asian_width, normalize

from giar_nlp.readers.pdf.wording import said

_RADICALS = range(0x2E80, 0x2FE0)
_COMPATIBLE = range(0xF900, 0xFB07)
_LEAST_SAMPLE = 200
_LEAST_SHARE = 0.02
"""Of so many Han characters at least, more than this share are the commonest ones, in any report."""
_HAN = range(0x3400, 0xA000)


@cache
def is_unmapped(code: int) -> bool:
    """Whether a code point says nothing: control, private use, replacement or half a pair."""
    return (
        code < 0x20
        or 0x7F <= code < 0xA0
        or 0xD800 <= code < 0xF900
        or code in (0xFFFD, 0xFFFF)
        or code >= 0xF0000
    )


@cache
def is_wide(text: str) -> bool:
    """Whether a character fills an em, as Han characters and their stops and quotation marks do."""
    return east_asian_width(text[0]) in "WF" or category(text[0]) in {"Pi", "Pf"}


@cache
def closes(text: str) -> bool:
    """Whether no line begins with a character: stops, closing brackets, dashes."""
    return category(text[0]) in {"Pe", "Pf", "Po", "Pd"}


@cache
def text_of(code: int) -> str:
    """The character that a code point stands for.

    Fonts share a glyph between a character and the radical of its shape, and tell the radical; a ligature is
    several characters.

    Example:
        >>> text_of(0x2F00), text_of(0x2EDA), text_of(0xFB01), text_of(0x2460)
        ('一', '页', 'fi', '①')
    """
    if code in _RADICALS:
        return _radicals().get(code) or normalize("NFKC", chr(code))
    return normalize("NFKC", chr(code)) if code in _COMPATIBLE else chr(code)


def are_scrambled(text: str) -> bool:
    """Whether Han characters are told wrongly: the commonest ones hardly occur among many.

    Example:
        >>> are_scrambled("全年主动公开政府信息53条。" * 30), are_scrambled("艫芝苻襾" * 60)
        (False, True)
    """
    han = [char for char in text if ord(char) in _HAN]
    if len(han) < _LEAST_SAMPLE:
        return False
    usual = _usual()
    return sum(char in usual for char in han) < _LEAST_SHARE * len(han)


@cache
def _radicals() -> Mapping[int, str]:
    return {ord(radical): char for radical, char in said("radicals").items()}


@cache
def _usual() -> frozenset[str]:
    return frozenset(said("usual")["characters"])
