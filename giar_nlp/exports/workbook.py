"""Records as an Excel workbook for people: names in place of ids, and a sheet that explains.

Text is always text: no cell is run. A sheet that is full goes on in the next; memory stays flat.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from giar_nlp.exports.layout import Language, Layout, Shown, Table, layout
from giar_nlp.exports.star import Rows
from giar_nlp.scheme import Scheme

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

SUFFIX = ".xlsx"
MAX_ROWS = 1_048_576
MAX_CELL = 32_767
_MADE = datetime(2020, 1, 1)  # the same records give the same bytes
_A4 = 9
_PLACE = 80
"""So many characters of each place that proves a finding are shown."""
_LINE = 18
_TALLEST = 409
"""Points: of a line of text in a Chinese font, and of the tallest row that Excel knows."""
_WIDE = re.compile("[\u1100-\U0010ffff]")
"""Characters that are taken to be two columns wide."""
_RISKY = ("=", "+", "-", "@")
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_LINE_END = re.compile("\r\n?|[\u2028\u2029\x85]")
_ODD = re.compile(f"{_UNWRITABLE.pattern}|{_LINE_END.pattern}")

Names = Mapping[str, Mapping[str, str]]
"""What is shown in place of an id, by vocabulary."""


def save_workbook(
    reports: Iterable[Rows],
    path: Path,
    *,
    scheme: Scheme,
    language: Language = "zh",
    max_rows: int = MAX_ROWS,
) -> None:
    """Write the rows of reports as one workbook.

    Args:
        reports: the rows of each report, by table.
        path: the file.
        scheme: names themes, kinds and checks.
        language: of headers, sheets and ids.
        max_rows: of a sheet, its header included.
    """
    from xlsxwriter import Workbook

    with Workbook(path, {"constant_memory": True}) as book:
        book.set_properties({"created": _MADE})
        style = _Style(book, layout(), language, _names(layout(), scheme, language), max_rows)
        guide = book.add_worksheet(style.word("guide"))
        pages = [_Page(style, table) for table in layout().tables.values() if table.sheet]
        told = _Told()
        for rows in reports:
            told.add(rows)
            for page in pages:
                page.add(rows)
        for page in pages:
            page.finish()
        _explain(guide, style, pages, told)
        guide.activate()


def _names(tables: Layout, scheme: Scheme, language: Language) -> Names:
    known = {name: {key: text[language] for key, text in ids.items()} for name, ids in tables.values.items()}
    if language == "zh":
        known["themes"] = {theme.id: theme.name for theme in scheme.themes.values()}
        known["kinds"] = {kind.id: kind.name for kind in scheme.kinds.values()}
        known["checks"] = {check.id: check.rule_zh for check in scheme.checks().values()}
    else:
        known["checks"] = {check.id: check.rule for check in scheme.checks().values()}
    return known


class _Style:
    """What all sheets of a workbook share: language, names, formats, limits."""

    def __init__(
        self, book: "Workbook", tables: Layout, language: Language, names: Names, max_rows: int
    ) -> None:
        self.book, self.layout, self.language, self.names, self.max_rows = (
            book,
            tables,
            language,
            names,
            max_rows,
        )
        self.n_cut = 0
        top = {"valign": "top"}
        self.header = book.add_format(
            {"bold": True, "bg_color": "#DCE6F1", "bottom": 1, "text_wrap": True, "valign": "vcenter"}
        )
        self.title = book.add_format({"bold": True, "font_size": 14})
        self.bold = book.add_format({"bold": True, **top})
        self.plain = book.add_format(top)
        self.text = book.add_format({"text_wrap": True, **top})
        self.guarded = book.add_format({"quote_prefix": True, "text_wrap": True, **top})
        self.day = book.add_format({"num_format": "yyyy-mm-dd", "align": "left", **top})
        self.whole = book.add_format({"num_format": "#,##0_)", **top})
        self.broken = book.add_format({"num_format": "#,##0.######_)", **top})
        self._own: dict[str, Format] = {}

    def word(self, name: str) -> str:
        """A word of the sheet of explanations."""
        return self.layout.words[name][self.language]

    def number(self, value: float, shown: Shown) -> "Format":
        """The format of a number in a column."""
        if shown.column.format is None:
            return self.whole if float(value).is_integer() else self.broken
        if shown.column.format not in self._own:
            form = {"num_format": shown.column.format, "align": "center", "valign": "top"}
            self._own[shown.column.format] = self.book.add_format(form)
        return self._own[shown.column.format]

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

    def write_row(
        self, sheet: "Worksheet", row: int, values: Sequence[object], columns: Sequence[Shown]
    ) -> None:
        """Write a row, as high as its text: text as text, days as days, numbers as numbers."""
        cells = [self._cell(value) for value in values]
        n_lines = max(_n_lines(cell, shown.column.width) for cell, shown in zip(cells, columns, strict=True))
        sheet.set_row(row, min(n_lines * _LINE, _TALLEST))
        for place, (cell, shown) in enumerate(zip(cells, columns, strict=True)):
            if isinstance(cell, int | float):
                sheet.write_number(row, place, cell, self.number(cell, shown))
            elif cell is None:
                continue
            elif shown.column.date and (day := _day(cell)):
                sheet.write_datetime(row, place, day, self.day)
            else:
                sheet.write_string(row, place, cell, self.guarded if cell.startswith(_RISKY) else self.text)
        # The row above is on the disk now: what is remembered of its height would fill the memory.
        sheet.row_info.pop(row - 1, None)
        sheet.row_sizes.pop(row - 1, None)

    def _cell(self, value: object) -> str | float | None:
        if isinstance(value, bool):
            return self.word("yes" if value else "no")
        return value if isinstance(value, int | float) else self.clean(str(value or "")) or None


class _Page:
    """The sheets of one table: the first, and those that take what it cannot hold."""

    def __init__(self, style: _Style, table: Table) -> None:
        self._style = style
        self.table = table
        self.n_rows = 0
        self._sheets: list[Worksheet] = []
        self._next = 0
        self._look_ups = [_looked_up(shown, table, style) for shown in table.sheet]
        self._open()

    def add(self, rows: Rows) -> None:
        """Write a report's rows."""
        finders = [look_up(rows) for look_up in self._look_ups]
        for row in rows[self.table.id]:
            if self._next >= self._style.max_rows:
                self._open()
            values = [find(row) for find in finders]
            self._style.write_row(self._sheets[-1], self._next, values, self.table.sheet)
            self._next += 1
            self.n_rows += 1

    def finish(self) -> None:
        """Give every sheet its filters."""
        last = len(self.table.sheet) - 1
        for sheet in self._sheets[:-1]:
            sheet.autofilter(0, 0, self._style.max_rows - 1, last)
        self._sheets[-1].autofilter(0, 0, max(self._next - 1, 1), last)

    def _open(self) -> None:
        style, name = self._style, self.table.name[self._style.language]
        sheet = style.book.add_worksheet(f"{name} {len(self._sheets) + 1}" if self._sheets else name)
        sheet.set_row(0, 30)
        for place, shown in enumerate(self.table.sheet):
            sheet.set_column(place, place, shown.column.width)
            sheet.write_string(0, place, shown.column.name[style.language], style.header)
        sheet.freeze_panes(1, 2 if self.table.sheet[0].table == "reports" else 0)
        _set_up(sheet)
        self._sheets.append(sheet)
        self._next = 1


Row = Sequence[object]
Find = Callable[[Row], object]


def _looked_up(shown: Shown, table: Table, style: _Style) -> Callable[[Rows], Find]:
    """What finds the value of a column for a row, given all rows of its report."""
    home = style.layout.tables[shown.table]
    place = home.place(shown.column.id)
    vocabulary = style.names.get(shown.column.values or "", {})

    def tell(value: object) -> object:
        return _told(value, vocabulary, style)

    if home is table and not shown.column.points:
        return lambda rows: lambda row: tell(row[place])
    keys = [key for key in home.key if key in table.key]
    here, there = [table.place(key) for key in keys], [home.place(key) for key in keys]
    if shown.column.points:
        here[-1], place = place, home.place(shown.column.points)

    def find_in(rows: Rows) -> Find:
        found: dict[tuple[object, ...], list[object]] = {}
        for row in rows[shown.table]:
            found.setdefault(tuple(row[key] for key in there), []).append(tell(row[place]))

        def find(row: Row) -> object:
            values = found.get(tuple(row[key] for key in here), [])
            if len(values) == 1:
                return values[0]
            return style.word("joint").join(str(value) for value in values if value is not None)

        return find

    return find_in


def _told(value: object, names: Mapping[str, str], style: _Style) -> object:
    """A value for the eye: ids by their names, lists in one line."""
    if isinstance(value, list):
        if value and isinstance(value[0], tuple):
            pair = style.word("pair")
            parts = [pair.format(name=names.get(name, name), value=text) for name, text in value]
        elif value and isinstance(value[0], dict):
            parts = [_short(" ".join(str(each["text"]).split())) for each in value]
        else:
            return style.word("above").join(map(str, value))
        return style.word("joint").join(parts)
    return names.get(str(value), value) if names and value is not None else value


def _short(text: str) -> str:
    return text if len(text) <= _PLACE else f"{text[: _PLACE - 1]}…"


def _n_lines(cell: object, width: int) -> int:
    """How many lines a cell takes in a column; whatever is no text takes one."""
    if not isinstance(cell, str) or (2 * len(cell) < width and "\n" not in cell):
        return 1
    return sum(1 + (len(line) + len(_WIDE.findall(line))) // max(width - 1, 1) for line in cell.split("\n"))


def _day(text: str) -> date | None:
    """The day that a text names, if Excel knows it."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.year >= 1901 else None  # Excel has the February of 1900 wrong


def _set_up(sheet: "Worksheet") -> None:
    """How a sheet is printed: A4 across, all columns on a page, the header on each."""
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.hide_gridlines(0)
    sheet.set_footer("&C&P / &N")


@dataclass(slots=True)
class _Told:
    """What the sheet of explanations says of the reports."""

    n: int = 0
    made_with: Sequence[object] | None = None

    def add(self, rows: Rows) -> None:
        self.n += 1
        if self.made_with is None:
            reports = layout().tables["reports"]
            places = [reports.place(name) for name in ("giar_nlp", "scheme", "model")]
            self.made_with = [rows["reports"][0][place] for place in places]


def _explain(guide: "Worksheet", style: _Style, pages: Sequence[_Page], told: _Told) -> None:
    """Fill the first sheet: what this is, what to beware of, what each column means."""
    language, widths = style.language, (20, 18, 28, 90)
    for place, width in enumerate(widths):
        guide.set_column(place, place, width)
    _set_up(guide)
    lines = [style.word("reports").format(n=told.n)]
    if told.made_with is not None:
        version, scheme, model = told.made_with
        made = {"giar_nlp": version, "scheme": scheme, "model": model or style.word("no_model")}
        lines.append(style.word("made_with").format(**made))
    lines += [style.word("hint"), style.word("split")]
    if style.n_cut:
        lines.append(style.word("cut").format(n=style.n_cut))
    guide.write_string(0, 0, style.word("title"), style.title)
    for row, line in enumerate(lines, 1):
        guide.write_string(row, 0, style.clean(line), style.plain)
    row = len(lines) + 2
    for place, word in enumerate(("sheet", "column", "field", "meaning")):
        guide.write_string(row, place, style.word(word), style.header)
    for page in pages:
        table = page.table
        n_rows = style.word("rows").format(n=f"{page.n_rows:,}")
        told_of = [(table.name[language], n_rows, "", table.about[language])]
        for shown in table.sheet:
            field = f"{shown.table}.{shown.column.id}"
            told_of.append(("", shown.column.name[language], field, shown.column.about[language]))
        for texts in told_of:
            row += 1
            guide.set_row(row, _LINE * max(map(_n_lines, texts, widths)))
            for place, text in enumerate(texts):
                guide.write_string(row, place, text, style.bold if place == 0 else style.text)
