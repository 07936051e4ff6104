"""The tables that records become: columns, names in two languages, vocabularies; from `data/exports.toml`."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

LAYOUT_FILE = Path(__file__).parents[1] / "data" / "exports.toml"

Language = Literal["en", "zh"]
Kind = Literal["string", "int64", "int32", "double", "bool", "strings", "hits", "places", "pairs"]
Named = Mapping[str, str]
"""A name by language."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name in files, its kind of value, its name and meaning for people.

    `values` names the vocabulary of its ids, `width` counts characters in Excel; a `derived` column is worked
    out from the others, a `bulky` one stands in Parquet alone. Where a value is the number of another row of
    the table, `points` names the column of that row that is shown.
    """

    id: str
    type: Kind
    name: Named
    about: Named
    width: int = 12
    format: str | None = None
    values: str | None = None
    points: str | None = None
    date: bool = False
    derived: bool = False
    bulky: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """A column of an Excel sheet: the column of a table, under its own name or another."""

    table: str
    column: Column


@dataclass(frozen=True, slots=True)
class Table:
    """A table: `key` are the columns that tell a row; `sheet` what Excel shows of it, nothing if empty."""

    id: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    sheet: tuple[Shown, ...]
    name: Named
    about: Named

    def place(self, column: str) -> int:
        """The index of a column."""
        return next(index for index, each in enumerate(self.columns) if each.id == column)


@dataclass(frozen=True, slots=True)
class Layout:
    """All tables by id in file order, the vocabularies, and the words of the sheet of explanations."""

    tables: Mapping[str, Table]
    values: Mapping[str, Mapping[str, Named]]
    words: Mapping[str, Named]


@cache
def layout() -> Layout:
    """The layout that ships with the package."""
    read = tomllib.loads(LAYOUT_FILE.read_text(encoding="utf-8"))
    # A key stands in several tables, and is described where it is the table's own.
    described = {
        entry["id"]: entry for table in read["tables"] for entry in table["columns"] if "en" in entry
    }
    columns = {
        table["id"]: {
            entry["id"]: _column(entry if "en" in entry else {**described[entry["id"]], **entry})
            for entry in table["columns"]
        }
        for table in read["tables"]
    }
    tables = {
        table["id"]: Table(
            table["id"],
            tuple(table["key"]),
            tuple(columns[table["id"]].values()),
            tuple(_shown(entry, table["id"], columns) for entry in table["sheet"]),
            _named(table, ""),
            _named(table, "about_"),
        )
        for table in read["tables"]
    }
    return Layout(tables, read["values"], read["words"])


def _named(entry: Mapping[str, str], prefix: str) -> Named:
    return {language: entry[f"{prefix}{language}"] for language in ("en", "zh")}


def _column(entry: Mapping[str, object]) -> Column:
    texts = {key: str(value) for key, value in entry.items()}
    rest = {key: entry[key] for key in entry if key not in {"en", "zh", "about_en", "about_zh"}}
    return Column(name=_named(texts, ""), about=_named(texts, "about_"), **rest)  # type: ignore[arg-type]


def _shown(
    entry: str | Mapping[str, object], table: str, columns: Mapping[str, Mapping[str, Column]]
) -> Shown:
    """The column that an entry of `sheet` names, or makes of another."""
    if isinstance(entry, str):
        home, _, name = entry.rpartition(".")
        return Shown(home or table, columns[home or table][name])
    source = columns[table][str(entry["of"])]
    about = {f"about_{language}": text for language, text in source.about.items()}
    made = {"id": source.id, "type": source.type, **about, **entry}
    del made["of"]
    return Shown(table, _column(made))
