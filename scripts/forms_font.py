"""A font of few characters for the printed page: TrueType, which browsers embed as it is."""

import base64
import io

from fontTools import subset
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont, newTable

NOTO, SIMPLIFIED = "/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc", 2
ERROR = 1.0
"""How far an outline may be off when it is redrawn, in units of the font."""
ZEROS = """
Zones TwilightPoints Storage FunctionDefs InstructionDefs StackElements SizeOfInstructions
ComponentElements Points Contours CompositePoints CompositeContours ComponentDepth
"""
STYLE = "@font-face{{font-family:F;src:url(data:font/ttf;base64,{})}} *{{font:12pt F!important}}"


def font_style(text: str) -> str:
    """The style of a page that is set in nothing but a font of its own characters."""
    options = subset.Options(font_number=SIMPLIFIED, layout_features=[], hinting=False)
    font = subset.load_font(NOTO, options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(text=text)
    subsetter.subset(font)
    _redraw(font)
    font.save(out := io.BytesIO())
    return STYLE.format(base64.b64encode(out.getvalue()).decode())


def _redraw(font: TTFont) -> None:
    """Turn the cubic outlines of a font into quadratic ones."""
    names, outlines = font.getGlyphOrder(), font.getGlyphSet()
    font["loca"] = newTable("loca")
    table = font["glyf"] = newTable("glyf")
    table.glyphOrder, table.glyphs = names, {}
    for name in names:
        pen = TTGlyphPen(outlines)
        outlines[name].draw(Cu2QuPen(pen, ERROR, reverse_direction=True))
        table.glyphs[name] = pen.glyph()
        table.glyphs[name].recalcBounds(table)
    for dropped in {"CFF ", "VORG"} & set(font.keys()):
        del font[dropped]
    font["maxp"].tableVersion = 0x00010000
    for zero in ZEROS.split():
        setattr(font["maxp"], f"max{zero}", 0)
    font["post"].formatType = 3.0
    font.sfntVersion = "\0\1\0\0"
