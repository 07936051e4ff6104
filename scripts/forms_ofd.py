"""The written report as OFD: the characters and lines of its PDF, each in its place."""

import ctypes
from html import escape
from itertools import pairwise

import pypdfium2
import pypdfium2.raw as pdfium

from forms_packing import pack, read_parts

FRAME = "Doc_0/page.xml"
MM = 25.4 / 72


def ofd(pdf: bytes) -> bytes:
    """The OFD file of a PDF; millimetres from the upper left corner."""
    pages = [_page(page, number) for number, page in enumerate(pypdfium2.PdfDocument(pdf))]
    names = [f"Pages/Page_{number}/Content.xml" for number in range(len(pages))]
    entries = "".join(f'<ofd:Page ID="{10 + n}" BaseLoc="{name}"/>' for n, name in enumerate(names))
    parts = read_parts("ofd")
    parts["Doc_0/Document.xml"] = parts["Doc_0/Document.xml"].format(pages=entries)
    return pack(parts | {f"Doc_0/{name}": page for name, page in zip(names, pages, strict=True)}, [FRAME])


def _page(page: pypdfium2.PdfPage, number: int) -> str:
    text, height = page.get_textpage(), page.get_height()
    runs: list[list[tuple[str, float, float]]] = []
    for place in range(text.count_chars()):
        char, x, y = text.get_text_range(place, 1), ctypes.c_double(), ctypes.c_double()
        pdfium.FPDFText_GetCharOrigin(text, place, x, y)
        if pdfium.FPDFText_IsGenerated(text, place) or char in "\r\n":
            continue
        _, before, level = runs[-1][-1] if runs else ("", 0.0, 0.0)
        if not runs or abs(level - y.value) > 0.5 or not 0 < x.value - before < 25:
            runs.append([])
        runs[-1].append((char, x.value, y.value))
    body = [_text(run, height) for run in runs]
    for path in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_PATH]):
        body.append(_path(path.get_bounds(), height))
    numbered = (each.format(id=number * 5000 + place) for place, each in enumerate(body, 101))
    return read_parts("ofd")[FRAME].format(id=number * 5000 + 100, body="\n".join(numbered))


def _text(run: list[tuple[str, float, float]], height: float) -> str:
    left, top = run[0][1] * MM, (height - run[0][2]) * MM - 5
    steps = " ".join(f"{(after[1] - before[1]) * MM:.3f}" for before, after in pairwise(run))
    delta = f' DeltaX="{steps}"' if steps else ""
    code = f'<ofd:TextCode X="0" Y="5"{delta}>{escape("".join(char for char, _, _ in run))}</ofd:TextCode>'
    box = f"{left:.3f} {top:.3f} {(run[-1][1] - run[0][1]) * MM + 6:.3f} 7"
    return f'<ofd:TextObject ID="{{id}}" Boundary="{box}" Font="1" Size="4.9">{code}</ofd:TextObject>'


def _path(bounds: tuple[float, float, float, float], height: float) -> str:
    left, bottom, right, top = bounds
    width, depth = (right - left) * MM, (top - bottom) * MM
    box = f"{left * MM:.3f} {(height - top) * MM:.3f} {max(width, 0.2):.3f} {max(depth, 0.2):.3f}"
    drawn = f"<ofd:AbbreviatedData>M 0 0 L {width:.3f} {depth:.3f}</ofd:AbbreviatedData>"
    return f'<ofd:PathObject ID="{{id}}" Boundary="{box}" LineWidth="0.2">{drawn}</ofd:PathObject>'
