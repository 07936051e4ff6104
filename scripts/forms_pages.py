"""The written report as web pages: of a site, saved from Word, and laid out with tables as in old days."""

import re
from html import escape

from forms_packing import read_parts
from forms_report import Item
from tests.table_layouts import Grid


def site(report: list[Item]) -> bytes:
    """A page of today: paragraphs with indents, between navigation and footer. UTF-8."""
    return _page("site", report, "".join(map(_paragraph, report[1:]))).encode()


def word(report: list[Item]) -> bytes:
    """A page that Word saved: styled paragraphs of many spans, in cells too. GB 18030."""
    parts = []
    for item in report:
        if item.grid:
            cells = _rows(item.grid, "<td", "<p class=MsoNormal><span>", "</span></p>")
            parts.append(f"<table class=MsoNormalTable>{cells}</table>")
        else:
            pieces = re.findall(".{1,9}", item.number + item.text)
            runs = "".join(f"<span lang=ZH-CN>{escape(piece)}</span>" for piece in pieces)
            parts.append(f"<p class=MsoNormal>{runs}<o:p></o:p></p>")
    return _page("word", report, "\n".join(parts)).encode("gb18030")


def old(report: list[Item]) -> bytes:
    """A page of old: the text stands in a table's cell, its lines parted by breaks. GB 18030."""
    parts = []
    for item in report[1:]:
        if item.grid:
            parts.append(f"<TABLE border=1>{_rows(item.grid, '<TD')}</TABLE>")
        else:
            parts.append(f"&nbsp;&nbsp;&nbsp;&nbsp;{escape(item.number + item.text)}<BR>")
    return _page("old", report, "\n".join(parts)).encode("gb18030")


def _page(name: str, report: list[Item], body: str) -> str:
    frame = read_parts("pages")[f"{name}.html"]
    return frame.format(title=report[0].text, agency=report[-2].text, body=body)


def _paragraph(item: Item) -> str:
    if item.grid:
        return f"<table><tbody>{_rows(item.grid, '<td')}</tbody></table>\n"
    text = f"\u3000\u3000{escape(item.number + item.text)}"
    return f"<p>{f'<strong>{text}</strong>' if item.level in {1, 2} else text}</p>\n"


def _rows(grid: Grid, opening: str, before: str = "", after: str = "") -> str:
    rows = ([box for box in line if box.row == row] for row, line in enumerate(grid.lines()))
    cell = opening + ' rowspan="{}" colspan="{}">' + before + "{}" + after + "</td>"
    cells = ("".join(cell.format(box.rows, box.cols, escape(box.text)) for box in row) for row in rows)
    return "".join(f"<tr>{row}</tr>\n" for row in cells)
