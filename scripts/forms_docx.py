"""The written report as DOCX: numbered by hand, or by the program with heading styles; upright or across."""

from html import escape

from forms_packing import pack, read_parts
from forms_report import Item
from tests.table_layouts import Box, Grid

BORDERS = "".join(
    f'<w:{side} w:val="single" w:sz="4"/>'
    for side in ("top", "left", "bottom", "right", "insideH", "insideV")
)
INDENT = '<w:ind w:left="0" w:firstLine="560"/>'
LONG, SHORT, MARGINS = 16838, 11906, 2000
"""Of a page and its margins, in twentieths of a point."""


def docx(report: list[Item], *, automatic: bool, across: bool = False) -> bytes:
    """The report as a DOCX file."""
    width, height = (LONG, SHORT) if across else (SHORT, LONG)
    body = "".join(
        _table(each.grid, width - MARGINS) if each.grid else _paragraph(each, automatic) for each in report
    )
    turned = "landscape" if across else "portrait"
    parts = read_parts("docx")
    whole = parts["word/document.xml"].format(body=body, width=width, height=height, turned=turned)
    return pack(parts | {"word/document.xml": whole})


def _paragraph(item: Item, automatic: bool) -> str:
    settings = {0: '<w:jc w:val="center"/>', 5: '<w:jc w:val="right"/>'}.get(item.level, INDENT)
    text = item.number + item.text
    if automatic and item.number:
        text = item.text
        settings = f'<w:pStyle w:val="{item.level}"/>{INDENT}'
        if item.level == 3:
            settings = f'<w:numPr><w:ilvl w:val="2"/><w:numId w:val="1"/></w:numPr>{INDENT}'
    return f"<w:p><w:pPr>{settings}</w:pPr>{_runs(text)}</w:p>\n"


def _runs(text: str) -> str:
    """The text in two runs, as a program leaves it after a change."""
    half = len(text) // 2
    return "".join(f"<w:r><w:t>{escape(part)}</w:t></w:r>" for part in (text[:half], text[half:]) if part)


def _table(grid: Grid, width: int) -> str:
    one = width // grid.n_cols
    head = f"<w:tblPr><w:tblBorders>{BORDERS}</w:tblBorders></w:tblPr><w:tblGrid>"
    head += f'<w:gridCol w:w="{one}"/>' * grid.n_cols + "</w:tblGrid>\n"
    rows = ("".join(_cell(box, row, one) for box in line) for row, line in enumerate(grid.lines()))
    return f"<w:tbl>{head}{''.join(f'<w:tr>{row}</w:tr>' for row in rows)}</w:tbl>\n"


def _cell(box: Box, row: int, one: int) -> str:
    merged = f'<w:vMerge w:val="{"restart" if box.row == row else "continue"}"/>' if box.rows > 1 else ""
    runs = f'<w:r><w:rPr><w:sz w:val="18"/></w:rPr><w:t>{escape(box.text)}</w:t></w:r>' if box.text else ""
    size = f'<w:tcW w:w="{one * box.cols}"/><w:gridSpan w:val="{box.cols}"/>{merged}'
    return f"<w:tc><w:tcPr>{size}</w:tcPr><w:p>{runs}</w:p></w:tc>"
