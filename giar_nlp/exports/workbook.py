"""Records as an Excel workbook for people: names in place of ids, and a sheet that explains.

The first columns of each sheet tell the report, so that one report can be filtered everywhere.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from giar_nlp.exports.layout import Language, Layout, Shown, Table, layout
from giar_nlp.exports.pages import MAX_ROWS, Book, Form, Heading, Page, join_places, open_book
from giar_nlp.exports.star import Rows
from giar_nlp.scheme import Scheme

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

SUFFIX = ".xlsx"
_TELLING = 3
"""So many columns of every sheet tell the report: its number, agency and year."""
_GUIDE = (20, 18, 28, 90)
"""Widths of the columns of the sheet of explanations."""

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
    with open_book(path, max_rows) as book:
        style = _Style(layout(), language, _names(layout(), scheme, language))
        guide = book.add_sheet(style.word("guide"), _GUIDE)
        sheets = [_Sheet(book, style, table) for table in layout().tables.values() if table.sheet]
        told = _Told()
        for rows in reports:
            told.add(rows)
            for sheet in sheets:
                sheet.add(rows)
        for sheet in sheets:
            sheet.page.finish()
        _explain(guide, book, style, sheets, told)
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


@dataclass(frozen=True, slots=True)
class _Style:
    """How the workbook speaks: its language, and names in place of ids."""

    layout: Layout
    language: Language
    names: Names

    def word(self, name: str) -> str:
        """A word of the sheet of explanations."""
        return self.layout.words[name][self.language]


class _Sheet:
    """A table as a page: each of its rows with what other tables of the report say of it."""

    def __init__(self, book: Book, style: _Style, table: Table) -> None:
        self.table = table
        columns = [shown.column for shown in table.sheet]
        headings = [
            Heading(column.name[style.language], column.width, column.format, column.date)
            for column in columns
        ]
        self.page = Page(book, Form(table.name[style.language], headings, n_frozen=_TELLING))
        self._look_ups = [_looked_up(shown, table, style) for shown in table.sheet]

    def add(self, rows: Rows) -> None:
        """Write a report's rows."""
        finders = [look_up(rows) for look_up in self._look_ups]
        for row in rows[self.table.id]:
            self.page.add([find(row) for find in finders])


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
    if isinstance(value, bool):
        return style.word("yes" if value else "no")
    if isinstance(value, list):
        joint = style.word("joint")
        if value and isinstance(value[0], dict):
            return join_places([str(each["text"]) for each in value], joint)
        if value and isinstance(value[0], tuple):
            pair = style.word("pair")
            return joint.join(pair.format(name=names.get(name, name), value=text) for name, text in value)
        return style.word("above").join(map(str, value))
    return names.get(str(value), value) if names and value is not None else value


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


def _explain(guide: "Worksheet", book: Book, style: _Style, sheets: Sequence[_Sheet], told: _Told) -> None:
    """Fill the first sheet: what this is, what to beware of, what each column means."""
    language = style.language
    lines = [style.word("reports").format(n=told.n)]
    if told.made_with is not None:
        version, scheme, model = told.made_with
        made = {"giar_nlp": version, "scheme": scheme, "model": model or style.word("no_model")}
        lines.append(style.word("made_with").format(**made))
    lines += [style.word("hint"), style.word("joined"), style.word("split")]
    if book.n_cut:
        lines.append(style.word("cut").format(n=book.n_cut))
    guide.write_string(0, 0, style.word("title"), book.title)
    for row, line in enumerate(lines, 1):
        guide.write_string(row, 0, book.clean(line), book.plain)
    row = len(lines) + 2
    for place, word in enumerate(("sheet", "column", "field", "meaning")):
        guide.write_string(row, place, style.word(word), book.header)
    for sheet in sheets:
        table = sheet.table
        n_rows = style.word("rows").format(n=f"{sheet.page.n_rows:,}")
        told_of = [(table.name[language], n_rows, "", table.about[language])]
        for shown in table.sheet:
            field = f"{shown.table}.{shown.column.id}"
            told_of.append(("", shown.column.name[language], field, shown.column.about[language]))
        for texts in told_of:
            row += 1
            book.write_texts(guide, row, texts, _GUIDE)
