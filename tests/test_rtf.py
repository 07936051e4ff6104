"""RTF: what a document shows, whatever program wrote it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from giar_nlp.errors import ReadError
from giar_nlp.readers import read_bytes
from giar_nlp.readers.limits import LIMITS
from giar_nlp.types import Document
from tests.word_files import outcome

FORMS = Path(__file__).parent / "forms"
HEAD = (
    rb"{\rtf1\ansi\ansicpg936{\fonttbl{\f0\fcharset0 Times;}{\f1\fcharset134 SimSun;}{\f2\fcharset136 Ming;}}"
)


def gbk(text: str) -> bytes:
    """Text as Word writes it: bytes of code page 936."""
    return "".join(
        f"\\'{byte:02x}" if byte > 0x7F or byte in b"\\{}" else chr(byte) for byte in text.encode("gbk")
    ).encode()


def uni(text: str) -> bytes:
    """Text as other programs write it: code units with a stand-in each."""
    units = memoryview(text.encode("utf-16-le")).cast("H")
    return "".join(f"\\u{unit - 65536 if unit > 32767 else unit}?" for unit in units).encode()


def read(body: bytes) -> Document:
    return read_bytes(HEAD + body + b"}", path="a.rtf")


# body, lines of the text
SHOWN = {
    "code page": (gbk("公开86条。") + rb"\par", ["公开86条。"]),
    "raw bytes": ("公开".encode("gbk") + rb"\par", ["公开"]),
    "second bytes that are letters": (gbk("镕乗") + rb"\par", ["镕乗"]),
    "a font of another code page": (rb"{\f2 \'a4\'bd\'b6\'7d}\par", ["公開"]),
    "a font for Latin letters": (rb"\f0 " + gbk("公开") + rb"\par", ["公开"]),
    "code units": (uni("公开𠮷条") + rb"\par", ["公开𠮷条"]),
    "two stand-ins": (rb"\uc2\u20844\'b9\'ab{\u24320\'bf\'aa}x\par", ["公开x"]),
    "no stand-in": (rb"\uc0\u20844 x\par", ["公x"]),
    "a stand-in that is a word": (rb"\u8220\ldblquote x\par", ["“x"]),
    "characters by name": (rb"a\emdash b\~c\_d\-e\{\}\\\par", ["a—b\u00a0c-de{}\\"]),
    "soft break, tab": (rb"a\line b\par\tab c\par", ["a", "b", "c"]),
    "deleted and hidden": (rb"a{\deleted x}{\v y}b\deleted z\deleted0 c\plain\par", ["abc"]),
    "moved away": (rb"a{\mvf x}b\par", ["ab"]),
    "a deleted mark joins": (rb"a{\deleted\par}b\par", ["ab"]),
    "field": (rb"a{\field{\*\fldinst PAGE}{\fldrslt 3}}b\par", ["a3b"]),
    "contents": (rb"{\field{\*\fldinst TOC \\o}{\fldrslt x\par y}}b\par", ["b"]),
    "number of a list": (rb"{\listtext\pard\plain\f0 1.\tab}a\par", ["1.a"]),
    "a bullet is no number": (rb"{\listtext\'b7\tab}a\par", ["a"]),
    "paragraph settings outlive a number": (rb"\trowd\cellx900\intbl{\listtext\pard 1.\tab}a\cell b\cell\row", ["1.a\tb"]),
    "header, footer, comment, info": (rb"{\header x\par}{\footer y\par}{\*\annotation z}{\info{\title t}}a\par", ["a"]),
    "unknown groups": (rb"{\*\unheardof x{y}}a{\unheardof b}\par", ["ab"]),
    "footnote": (rb"a{\super\chftn{\footnote\pard n.\par}}b\par", ["ab", "n."]),
    "text box": (rb"{\shp{\*\shpinst{\sp{\sn x}{\sv 1}}{\shptxt\pard t\par}}{\shprslt u}}a\par", ["a", "t"]),
    "picture": (rb"a{\*\shppict{\pict\pngblip 89504e}}{\nonshppict{\pict 00}}\par", ["a", "[image]"]),
    "binary data": (rb"a{\pict\bin5 {}}{\x}b\par", ["ab", "[image]"]),
    "object": (rb"{\object{\*\objdata 00}{\result r}}\par", ["r"]),
    "what follows the end": (rb"a\par}{\rtf1 b\par", ["a"]),
    "no mark at the end": (rb"a\par b", ["a", "b"]),
    "page break": (rb"a\page b\par", ["a", "b"]),
    "style of contents": (rb"{\stylesheet{\s9 toc 1;}}\pard\s9 x\par\pard a\par", ["a"]),
}  # fmt: skip


@pytest.mark.parametrize(("body", "expected"), SHOWN.values(), ids=SHOWN)
def test_what_shows_is_written(body: bytes, expected: list[str]) -> None:
    assert read(body).text.rstrip("\n").split("\n") == expected


@pytest.mark.parametrize("head", [b"", rb"\ansi\ansicpg1252", rb"\ansi\ansicpg936", rb"\mac"])
def test_no_encoding_is_claimed(head: bytes) -> None:
    """The head names a code page that other runs need not keep to: `\\u20844` is in none."""
    document = read_bytes(rb"{\rtf1" + head + uni("公开") + rb"\par}", path="a.rtf")
    assert (document.text, document.source.encoding) == ("公开\n", None)


def test_headings_by_style_or_level() -> None:
    document = read(
        rb"{\stylesheet{\s1\outlinelevel0 One;}{\s2 heading 2;}}\pard\s1 a\par\pard\s2 b\par\pard c\par"
        rb"\pard\outlinelevel0 d\par\pard\s1\outlinelevel9 e\par"
    )
    found = [(document.text[b.start : b.end], b.level) for b in document.blocks]
    assert found == [("a", 1), ("b", 2), ("d", 1)]


def cells(body: bytes) -> list[tuple[int, int, int, int, str]]:
    document = read(body)
    [table] = document.blocks
    return [
        (cell.row, cell.col, cell.rowspan, cell.colspan, document.text[cell.start : cell.end])
        for cell in table.cells
    ]


def test_columns_are_told_from_edges() -> None:
    body = (
        rb"\trowd\cellx3000\pard\intbl a\cell\row\trowd\cellx1000\cellx3010\pard\intbl b\cell c\cell\row"
        rb"\trowd\trleft1000\cellx2000\cellx3000\pard\intbl d\cell e\cell\row\pard f\par"
    )
    assert cells(body) == [
        (0, 0, 1, 3, "a"), (1, 0, 1, 1, "b"), (1, 1, 1, 2, "c"), (2, 1, 1, 1, "d"), (2, 2, 1, 1, "e"),
    ]  # fmt: skip


def test_merged_cells() -> None:
    body = (
        rb"\trowd\clvmgf\cellx1000\clmgf\cellx2000\clmrg\cellx3000\intbl a\cell b\cell\cell\row"
        rb"\trowd\clvmrg\cellx1000\cellx2000\cellx3000\intbl\cell c\cell d\cell\row\pard"
    )
    assert cells(body) == [(0, 0, 2, 1, "a"), (0, 1, 1, 2, "b"), (1, 1, 1, 1, "c"), (1, 2, 1, 1, "d")]


def test_tables_in_tables() -> None:
    body = (
        rb"\trowd\cellx5000\cellx9000\pard\intbl\itap2 a\nestcell b\nestcell"
        rb"{\*\nesttableprops\trowd\cellx1000\cellx2000\nestrow}{\nonesttables\par}\pard\intbl x\cell y\cell\row\pard z\par"
    )
    document = read(body)
    assert document.text.splitlines() == ["a\tb", "x", "y", "z"]
    assert len(document.blocks) == 1


# body, what the message must hold
REFUSED = [
    (b"{" * 10_000, "groups in each other"),
    (rb"\pard\intbl\itap9999 a\par", "tables in each other"),
    (b"", "holds no text"),
    (rb"{\*\x hidden}", "holds no text"),
    (rb"\cell" * 1001, "1,001 table cells"),
    (rb"\b" * 9000, "8,192 words and characters, the limit is 8,000"),
]


@pytest.mark.parametrize(("body", "message"), REFUSED, ids=[message for _, message in REFUSED])
def test_what_cannot_be_read_says_so(body: bytes, message: str) -> None:
    with pytest.raises(ReadError, match=rf"a\.rtf: .*{message}"):
        read_bytes(HEAD + body + b"}", path="a.rtf", limits=LIMITS.but({"cells": "1000", "tags": "8000"}))


def test_time_is_looked_at() -> None:
    with pytest.raises(ReadError, match="took more than"):
        read_bytes(HEAD + rb"\b0 " * 50_000, path="a.rtf", limits=LIMITS.but({"seconds": "0.001"}))


def test_a_cut_file_is_read_or_refused() -> None:
    whole = (FORMS / "automatic.rtf").read_bytes()
    for size in range(0, len(whole), 4096):
        outcome(whole[:size], "a.rtf")


WORDS = st.sampled_from(
    [
        *rb"{ } \par \cell \row \nestcell \nestrow \itap2 \intbl \trowd \cellx-99 \clvmrg \'b9 \' \u-10 \uc9 \* \footnote "
        rb"\shptxt \bin3 \field \fldinst \fldrslt \stylesheet \s99999999999 \ansicpg0 a".split(),
        b"\x81",
        b" ",
    ]
)


@given(st.lists(WORDS, max_size=60))
def test_any_order_of_words_is_read_or_refused(words: list[bytes]) -> None:
    outcome(HEAD + b"".join(words), "a.rtf")
