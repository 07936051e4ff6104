"""Sheets of an Excel workbook that people read, filter and print.

The header stays in sight and is printed on every page; rows are as high as their text. Text is always
text: no cell is run. A sheet that is full goes on in the next; memory stays flat.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

MAX_ROWS = 1_048_576
MAX_CELL = 32_767
FOOTER = "&C&P / &N"
LINE = 18
"""Points: of a line of text in a Chinese font."""
_TALLEST = 409
"""Points: of the tallest row that Excel knows."""
_MADE = datetime(2020, 1, 1)  # the same records give the same bytes
_A4 = 9
_PLACE = 80
"""So many characters of each place that proves a finding are shown."""
_WIDE = re.compile("[\u1100-\U0010ffff]")
"""Characters that are taken to be two columns wide."""
_RISKY = ("=", "+", "-", "@")
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_LINE_END = re.compile("\r\n?|[\u2028\u2029\x85]")
_ODD = re.compile(f"{_UNWRITABLE.pattern}|{_LINE_END.pattern}")


@dataclass(frozen=True, slots=True)
class Heading:
    """What stands above a column, and how its cells look.

    `width` counts characters, a Chinese one as two; `format` is that of its numbers. A column that
    `is_filled_in` by hand has frames about its cells; `choices` are what people may pick there.
    """

    name: str
    width: int = 12
    format: str | None = None
    date: bool = False
    is_filled_in: bool = False
    choices: tuple[str, ...] = ()


class Book:
    """A workbook that is being written: its formats and limits."""

    def __init__(self, book: "Workbook", max_rows: int) -> None:
        self._book, self.max_rows = book, max_rows
        self.n_cut = 0
        """So many cells were longer than Excel allows."""
        top = {"valign": "top"}
        self.header = book.add_format(
            {"bold": True, "bg_color": "#DCE6F1", "bottom": 1, "text_wrap": True, "valign": "vcenter"}
        )
        self.title = book.add_format({"bold": True, "font_size": 14})
        self.bold = book.add_format({"bold": True, **top})
        self.plain = book.add_format(top)
        self.text = book.add_format({"text_wrap": True, **top})
        self.framed = book.add_format({"text_wrap": True, "border": 1, **top})
        self._guarded = book.add_format({"quote_prefix": True, "text_wrap": True, **top})
        self._day = book.add_format({"num_format": "yyyy-mm-dd", "align": "left", **top})
        self._whole = book.add_format({"num_format": "#,##0_)", **top})
        self._broken = book.add_format({"num_format": "#,##0.######_)", **top})
        self._own: dict[str, Format] = {}

    def add_sheet(self, name: str, widths: Sequence[int], footer: str = FOOTER) -> "Worksheet":
        """A sheet with columns so wide; printed on A4 across, all columns on a page."""
        sheet = self._book.add_worksheet(name)
        for place, width in enumerate(widths):
            sheet.set_column(place, place, width)
        sheet.set_landscape()
        sheet.set_paper(_A4)
        sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        sheet.fit_to_pages(1, 0)
        sheet.hide_gridlines(0)
        sheet.set_footer(footer)
        return sheet

    def clean(self, text: str) -> str:
        """Text that Excel can hold in a cell."""
        if _ODD.search(text):
            text = _UNWRITABLE.sub("\ufffd", _LINE_END.sub("\n", text))
        if len(text) <= MAX_CELL // 2:
            return text
        units = text.encode("utf-16-le")  # Excel counts these: two bytes each
        if len(units) <= 2 * MAX_CELL:
            return text
        self.n_cut += 1
        return units[: 2 * (MAX_CELL - 1)].decode("utf-16-le", "ignore") + "…"

    def write_texts(self, sheet: "Worksheet", row: int, texts: Sequence[str], widths: Sequence[int]) -> None:
        """Write a row of texts into a sheet of explanations, the first in bold."""
        sheet.set_row(row, height(map(n_lines, texts, widths)))
        for place, text in enumerate(texts):
            sheet.write_string(row, place, text, self.text if place else self.bold)

    def write_row(
        self, sheet: "Worksheet", row: int, values: Sequence[object], headings: Sequence[Heading]
    ) -> None:
        """Write a row, as high as its text: text as text, days as days, numbers as numbers."""
        cells = [self._cell(value) for value in values]
        sheet.set_row(row, height(map(n_lines, cells, [heading.width for heading in headings])))
        for place, (cell, heading) in enumerate(zip(cells, headings, strict=True)):
            if isinstance(cell, int | float):
                sheet.write_number(row, place, cell, self._number(cell, heading.format))
            elif cell is None:
                if heading.is_filled_in:
                    sheet.write_blank(row, place, None, self.framed)
            elif heading.date and (day := _day(cell)):
                sheet.write_datetime(row, place, day, self._day)
            elif cell.startswith(_RISKY):
                sheet.write_string(row, place, cell, self._guarded)
            else:
                sheet.write_string(row, place, cell, self.framed if heading.is_filled_in else self.text)
        # The row above is on the disk now: what is remembered of its height would fill the memory.
        sheet.row_info.pop(row - 1, None)
        sheet.row_sizes.pop(row - 1, None)

    def _cell(self, value: object) -> str | float | None:
        return value if isinstance(value, int | float) else self.clean(str(value or "")) or None

    def _number(self, value: float, form: str | None) -> "Format":
        if form is None:
            return self._whole if float(value).is_integer() else self._broken
        if form not in self._own:
            self._own[form] = self._book.add_format({"num_format": form, "align": "center", "valign": "top"})
        return self._own[form]


@dataclass(frozen=True, slots=True)
class Form:
    """A table as a page shows it.

    `n_frozen` columns stay in sight, `n_printed` are printed (0 for all); `footer` stands on each page.
    """

    name: str
    headings: Sequence[Heading]
    n_frozen: int = 0
    n_printed: int = 0
    footer: str = FOOTER


class Page:
    """The sheets of one table: the first, and those that take what it cannot hold, with a number."""

    def __init__(self, book: Book, form: Form) -> None:
        self._book, self._form = book, form
        self.n_rows = 0
        self._sheets: list[Worksheet] = []
        self._next = 0
        self._open()

    def add(self, values: Sequence[object]) -> None:
        """Write a row."""
        if self._next >= self._book.max_rows:
            self._close(self._next)
            self._open()
        self._book.write_row(self._sheets[-1], self._next, values, self._form.headings)
        self._next += 1
        self.n_rows += 1

    def finish(self) -> None:
        """Give the last sheet what needs its end: filters, choices, what is printed."""
        self._close(max(self._next, 2))

    def _open(self) -> None:
        name = f"{self._form.name} {len(self._sheets) + 1}" if self._sheets else self._form.name
        sheet = self._book.add_sheet(
            name, [heading.width for heading in self._form.headings], self._form.footer
        )
        sheet.set_row(0, 30)
        for place, heading in enumerate(self._form.headings):
            sheet.write_string(0, place, heading.name, self._book.header)
        sheet.freeze_panes(1, self._form.n_frozen)
        sheet.repeat_rows(0)
        self._sheets.append(sheet)
        self._next = 1

    def _close(self, n_rows: int) -> None:
        sheet = self._sheets[-1]
        sheet.autofilter(0, 0, n_rows - 1, len(self._form.headings) - 1)
        if self._form.n_printed:
            sheet.print_area(0, 0, n_rows - 1, self._form.n_printed - 1)
        for place, heading in enumerate(self._form.headings):
            if heading.choices:
                choices = {"validate": "list", "source": list(heading.choices)}
                sheet.data_validation(1, place, n_rows - 1, place, choices)


@contextmanager
def open_book(target: Path | BinaryIO, max_rows: int = MAX_ROWS) -> Iterator[Book]:
    """A workbook, whole in its file when the block ends; `max_rows` of a sheet, its header included."""
    from xlsxwriter import Workbook

    with Workbook(target, {"constant_memory": True}) as book:
        book.set_properties({"created": _MADE})
        yield Book(book, max_rows)


def height(n_lines_of_cells: Iterable[int]) -> int:
    """The height of a row in points, of cells with so many lines each."""
    return min(max(n_lines_of_cells) * LINE, _TALLEST)


def n_lines(cell: object, width: int) -> int:
    """How many lines a cell takes in a column; whatever is no text takes one."""
    if not isinstance(cell, str) or (2 * len(cell) < width and "\n" not in cell):
        return 1
    return sum(1 + (len(line) + len(_WIDE.findall(line))) // max(width - 1, 1) for line in cell.split("\n"))


def join_places(texts: Iterable[str], joint: str) -> str:
    """The places that prove a finding, each in one line and not too long; blank ones are left out."""
    lines = (" ".join(text.split()) for text in texts)
    return joint.join(line if len(line) <= _PLACE else f"{line[: _PLACE - 1]}…" for line in lines if line)


def _day(text: str) -> date | None:
    """The day that a text names, if Excel knows it."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.year >= 1901 else None  # Excel has the February of 1900 wrong
