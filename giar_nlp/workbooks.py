"""What `giar check` finds to files: one table of rows with headings, or an Excel workbook to print and sign.

No cell is ever run: `exports` sees to that. Sheets, headings and words of the workbook stand in
`data/audit.toml`.
"""

import csv
import io
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from giar_nlp.exports import EXPORTERS, Row
from giar_nlp.exports.layout import Language, Named, layout
from giar_nlp.exports.pages import MAX_ROWS, Book, Form, Heading, Page, height, n_lines, open_book

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

AUDIT_FILE = Path(__file__).parent / "data" / "audit.toml"
EXCEL = ".xlsx"
_CSV = ".csv"
_COVER = (18, 26, 26, 70)
"""Widths of the columns of the cover."""
_TOLD = ("reports", "failures", "dismissed", "made_with", "meaning", "fill", "cut")
_IF_ANY = {"dismissed", "cut"}
_SIGNING = ("checked_by", "reviewed_by", "approved_by")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table: the names of its columns, its rows, and what stands above a column if not its name."""

    name: str
    columns: Sequence[str]
    rows: Iterable[Row]
    headings: Mapping[str, str] | None = None

    def heading(self, column: str) -> str:
        """What stands above a column."""
        return (self.headings or {}).get(column, column)


@dataclass(frozen=True, slots=True)
class AuditColumn:
    """A column of the workbook; `values` names the vocabulary of its ids."""

    id: str
    name: Named
    width: int
    format: str | None = None
    values: str | None = None
    filled_in: bool = False


@dataclass(frozen=True, slots=True)
class AuditSheet:
    """A sheet of the workbook: the first `frozen` columns stay in sight, the first `printed` are printed."""

    id: str
    name: Named
    about: Named
    columns: tuple[AuditColumn, ...]
    frozen: int = 0
    printed: int = 0

    def column(self, name: str) -> AuditColumn:
        """The column of an id."""
        return next(column for column in self.columns if column.id == name)


@dataclass(frozen=True, slots=True)
class AuditLayout:
    """The sheets of the workbook in their order, the vocabularies, and the words of its cover."""

    sheets: tuple[AuditSheet, ...]
    values: Mapping[str, Mapping[str, Named]]
    words: Mapping[str, Named]


@cache
def audit_layout() -> AuditLayout:
    """The layout of the workbook, as it ships with the package."""
    read = tomllib.loads(AUDIT_FILE.read_text(encoding="utf-8"))
    sheets = tuple(
        AuditSheet(
            entry["id"],
            _named(entry),
            {"en": entry["about_en"], "zh": entry["about_zh"]},
            tuple(_column(column) for column in entry["columns"]),
            entry.get("frozen", 0),
            entry.get("printed", 0),
        )
        for entry in read["sheets"]
    )
    return AuditLayout(sheets, {**layout().values, **read["values"]}, read["words"])


def export(sheet: Sheet, suffix: str, stream: BinaryIO) -> None:
    """Write one table in the format of a suffix of `EXPORTERS`, under its headings."""
    rows = [{sheet.heading(column): row.get(column) for column in sheet.columns} for row in sheet.rows]
    if not rows and suffix == _CSV:
        text = io.StringIO(newline="")
        csv.writer(text).writerow([sheet.heading(column) for column in sheet.columns])
        stream.write(text.getvalue().encode("utf-8-sig"))
        return
    EXPORTERS[suffix](rows, stream)


def save_audit(
    tables: Mapping[str, Iterable[Row]],
    facts: Mapping[str, object],
    stream: BinaryIO,
    *,
    language: Language = "zh",
    max_rows: int = MAX_ROWS,
) -> None:
    """Write the workbook of an audit: cover with places to sign, findings, reports, sums, what was not read.

    Args:
        tables: the rows of each sheet, by its id; a row maps the ids of columns to values.
        facts: what the words of the cover name: numbers, versions.
        stream: the file.
        language: of headings, names and cover.
        max_rows: of a sheet, its header included.
    """
    audit = audit_layout()
    with open_book(stream, max_rows) as book:
        footer = audit.words["footer"][language]
        cover = book.add_sheet(audit.words["cover"][language], _COVER, footer)
        n_rows = {}
        for sheet in audit.sheets:
            page = Page(book, _form(sheet, audit, language, footer))
            names = [_names(audit, column.values, language) for column in sheet.columns]
            for row in tables[sheet.id]:
                values = [row.get(column.id) for column in sheet.columns]
                told = zip(values, names, strict=True)
                page.add([known.get(str(value), value) for value, known in told])
            page.finish()
            n_rows[sheet.id] = page.n_rows
        _fill(cover, book, language, {**facts, "cut": book.n_cut}, n_rows)
        cover.activate()


def _named(entry: Mapping[str, str]) -> Named:
    return {"en": entry["en"], "zh": entry["zh"]}


def _column(entry: Mapping[str, object]) -> AuditColumn:
    rest = {key: value for key, value in entry.items() if key not in {"en", "zh"}}
    return AuditColumn(name={key: str(entry[key]) for key in ("en", "zh")}, **rest)  # type: ignore[arg-type]


def _names(audit: AuditLayout, vocabulary: str | None, language: Language) -> Mapping[str, str]:
    ids = audit.values[vocabulary] if vocabulary else {}
    return {key: text[language] for key, text in ids.items()}


def _form(sheet: AuditSheet, audit: AuditLayout, language: Language, footer: str) -> Form:
    headings = [
        Heading(
            column.name[language],
            column.width,
            column.format,
            is_filled_in=column.filled_in,
            choices=tuple(_names(audit, column.values, language).values()) if column.filled_in else (),
        )
        for column in sheet.columns
    ]
    return Form(sheet.name[language], headings, sheet.frozen, sheet.printed, footer)


def _fill(
    cover: "Worksheet", book: Book, language: Language, facts: Mapping[str, object], n_rows: Mapping[str, int]
) -> None:
    """Fill the cover: what was checked, how to go on, where to sign, what the sheets hold."""
    audit = audit_layout()
    words = {name: word[language] for name, word in audit.words.items()}
    cover.hide_gridlines(2)
    cover.write_string(0, 0, words["title"], book.title)
    row = 1
    for name in _TOLD:
        if name not in _IF_ANY or facts[name]:
            text = book.clean(words[name].format(**facts))
            cover.set_row(row, height([n_lines(text, sum(_COVER))]))
            _write_over(cover, row, (0, len(_COVER) - 1), text, book.text)
            row += 1
    signing = [tuple(words[name] for name in ("role", "name", "date"))]
    signing += [(words[name], "", "") for name in _SIGNING]
    for number, texts in enumerate(signing):
        row += 1
        cover.set_row(row, 30)
        for place, text in enumerate(texts):
            cover.write_string(row, place, text, book.framed if number else book.header)
    row += 2
    listed = [(words["sheet"], words["rows"], words["about"])]
    listed += [
        (sheet.name[language], f"{n_rows[sheet.id]:,}", sheet.about[language]) for sheet in audit.sheets
    ]
    for number, (name, n, about) in enumerate(listed):
        form = book.framed if number else book.header
        cover.set_row(row, height([n_lines(about, sum(_COVER[2:]))]))
        cover.write_string(row, 0, name, form)
        cover.write_string(row, 1, n, form)
        _write_over(cover, row, (2, 3), about, form)
        row += 1


def _write_over(sheet: "Worksheet", row: int, places: tuple[int, int], text: str, form: "Format") -> None:
    """Write text over several columns."""
    first, last = places
    sheet.merge_range(row, first, row, last, "", form)
    sheet.write_string(row, first, text, form)
