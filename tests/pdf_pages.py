"""PDF files made in memory: text at places, lines, images, on pages of A4.

The one font shows a square for every character; its character codes are code points, and its map says so. A
full-width character is one em broad, any other half an em.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

WIDTH, HEIGHT = 595.0, 842.0
_CATALOG = b"<</Type/Catalog/Pages 2 0 R>>"
_MAP = (
    b"/CIDInit/ProcSet findresource begin begincmap 1 begincodespacerange<0000><ffff>endcodespacerange\n"
    + b"".join(
        b"100 beginbfrange\n" + b"".join(b"<%02x00><%02xff><%02x00>\n" % (n, n, n) for n in range(start, start + 100)) + b"endbfrange\n"
        for start in (0, 100)
    )
    + b"56 beginbfrange\n" + b"".join(b"<%02x00><%02xff><%02x00>\n" % (n, n, n) for n in range(200, 256)) + b"endbfrange\nendcmap"
)  # fmt: skip
_NARROW = b"/W[0[" + b"500 " * 768 + b"]]"
"""Code points below U+0300 are narrow."""


def square_font() -> bytes:
    """A TrueType font of two glyphs: nothing for code 0, a narrow and a wide square."""
    glyphs = [b"", *(_square(right) for right in (450, 900))]
    places = [sum(map(len, glyphs[:number])) // 2 for number in range(len(glyphs) + 1)]
    tables = {
        b"glyf": b"".join(glyphs),
        b"head": struct.pack(
            ">IIIIHHqqhhhhHHhhh", 65536, 65536, 0, 0x5F0F3CF5, 0, 1000, 0, 0, 50, -50, 900, 800, 0, 8, 2, 0, 0
        ),
        b"hhea": struct.pack(
            ">IhhhHhhhhhhhhhhhH", 65536, 880, -120, 0, 1000, 0, 0, 900, 1, 0, 0, 0, 0, 0, 0, 0, 3
        ),
        b"hmtx": struct.pack(">HhHhHh", 500, 0, 500, 50, 1000, 50),
        b"loca": struct.pack(">4H", *places),
        b"maxp": struct.pack(">IHHHHHHHHHHHHHH", 65536, 3, 4, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0),
    }
    start = 12 + 16 * len(tables)
    records, body = b"", b""
    for name, table in tables.items():
        records += struct.pack(">4sIII", name, 0, start + len(body), len(table))
        body += table + bytes(-len(table) % 4)
    return struct.pack(">IHHHH", 65536, len(tables), 64, 2, 32) + records + body


def _square(right: int) -> bytes:
    head = struct.pack(">hhhhh", 1, 50, -50, right, 800)
    xs, ys = struct.pack(">hhhh", 50, right - 50, 0, 50 - right), struct.pack(">hhhh", -50, 0, 850, 0)
    return head + struct.pack(">HH", 3, 0) + b"\x01" * 4 + xs + ys + b"\0" * 2


_GLYPHS = struct.pack(">H", 1) * 768 + struct.pack(">H", 2) * (65536 - 768)


@dataclass
class Paper:
    """A page as it is drawn; places count from its upper left corner, in points."""

    turn: str = "1 0 0 1 0 0"
    rotate: int = 0
    box: str = f"0 0 {WIDTH} {HEIGHT}"
    _parts: list[str] = field(default_factory=list)

    def text(self, x: float, y: float, text: str, size: float = 10, matrix: str = "1 0 0 1") -> Paper:
        """Write a line whose first character stands at a place, the base line at y."""
        codes = text.encode("utf-16-be").hex()
        self._parts.append(f"BT /F {size} Tf {matrix} {x:.2f} {HEIGHT - y:.2f} Tm <{codes}> Tj ET")
        return self

    def lines(self, x: float, y: float, lines: Iterable[str], size: float = 10, step: float = 15) -> Paper:
        """Write lines below one another; an ideographic blank at the head of one is an indent."""
        for number, line in enumerate(lines):
            bare = line.lstrip("\u3000")
            self.text(x + (len(line) - len(bare)) * size, y + number * step, bare, size)
        return self

    def rule(self, x0: float, y0: float, x1: float, y1: float) -> Paper:
        """Draw a line."""
        self._parts.append(f"{x0:.2f} {HEIGHT - y0:.2f} m {x1:.2f} {HEIGHT - y1:.2f} l S")
        return self

    def table(self, xs: Sequence[float], ys: Sequence[float], rows: Iterable[Iterable[str]]) -> Paper:
        """Draw a whole grid, and a line of text in each cell."""
        for y in ys:
            self.rule(xs[0], y, xs[-1], y)
        for x in xs:
            self.rule(x, ys[0], x, ys[-1])
        for y, row in zip(ys, rows, strict=False):
            for x, text in zip(xs, row, strict=False):
                for number, line in enumerate(text.split("\n")):
                    self.text(x + 3, y + 12 + 12 * number, line)
        return self

    def raw(self, operators: str) -> Paper:
        """Any operators."""
        self._parts.append(operators)
        return self

    @property
    def content(self) -> bytes:
        """The page's content stream."""
        return f"q {self.turn} cm\n".encode() + "\n".join(self._parts).encode() + b"\nQ"


def stream(data: bytes, entries: bytes = b"") -> bytes:
    """A packed stream object."""
    packed = zlib.compress(data, 9)
    return b"<</Length %d/Filter/FlateDecode%s>>\nstream\n%s\nendstream" % (len(packed), entries, packed)


def pdf(*papers: Paper, mapped: bool = True, objects: dict[int, bytes] | None = None) -> bytes:
    """The file of some pages.

    Args:
        papers: the pages.
        mapped: whether its font says which characters it shows.
        objects: others, by their numbers (from 1000 on), or in place of those of the file.
    """
    found: dict[int, bytes] = {
        1: _CATALOG,
        2: b"<</Type/Pages/Count %d/Kids[%s]>>"
        % (len(papers), b" ".join(b"%d 0 R" % (10 + 2 * n) for n in range(len(papers)))),
        3: b"<</Type/Font/Subtype/Type0/BaseFont/Any/Encoding/Identity-H/DescendantFonts[4 0 R]%s>>"
        % (b"/ToUnicode 5 0 R" if mapped else b""),
        4: b"<</Type/Font/Subtype/CIDFontType2/BaseFont/Any/DW 1000%s/FontDescriptor 6 0 R" % _NARROW
        + b"/CIDToGIDMap 8 0 R"
        + b"/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>>>",
        5: stream(_MAP),
        6: b"<</Type/FontDescriptor/FontName/Any/Flags 4/Ascent 880/Descent -120/FontBBox[0 -120 1000 880]"
        b"/FontFile2 9 0 R>>",
        7: b"<</Type/XObject/Subtype/Image/Width 1/Height 1/ColorSpace/DeviceGray/BitsPerComponent 8"
        b"/Length 1>>\nstream\n\x80\nendstream",
        8: stream(_GLYPHS),
        9: stream(square_font()),
    }
    for number, paper in enumerate(papers):
        found[10 + 2 * number] = (
            b"<</Type/Page/Parent 2 0 R/MediaBox[%s]/Rotate %d/Contents %d 0 R"
            b"/Resources<</Font<</F 3 0 R>>/XObject<</I 7 0 R/X 1000 0 R>>>>>>"
            % (paper.box.encode(), paper.rotate, 11 + 2 * number)
        )
        found[11 + 2 * number] = stream(paper.content)
    return file_of({**found, **(objects or {})})


def file_of(objects: dict[int, bytes]) -> bytes:
    """The file of objects; the first is the catalog."""
    out = bytearray(b"%PDF-1.7\n")
    places: dict[int, int] = {}
    for number, body in sorted(objects.items()):
        places[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 1\n0000000000 65535 f \n"
    for number, place in places.items():
        out += b"%d 1\n%010d 00000 n \n" % (number, place)
    out += b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (max(objects) + 1, start)
    return bytes(out)
