"""Every layout of a table gives the numbers that were written into it, or says that it is not certain."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from giar_nlp.analyzer import load
from giar_nlp.readers import as_document, read
from giar_nlp.tables import prove
from giar_nlp.types import Document, Report, TableValue
from tests.table_layouts import CARRIERS, Key, fill, grids, marked, report_text

CASES = sorted((Path(__file__).parent / "cases" / "tables").glob("*.toml"))
ANALYZER = load()
WIDE = str.maketrans("0123456789", "０１２３４５６７８９")
NARROW = str.maketrans("０１２３４５６７８９", "0123456789")


def cells_of(report: Report) -> dict[Key, TableValue]:
    return {
        (table.table, value.row, value.column): value for table in report.tables for value in table.values
    }


def key_of(name: str) -> Key:
    table, row, column = name.split(".")
    return table, row, column


def edited(text: str, edits: list[list[str]]) -> str:
    """The text after each edit; one that changes nothing is a fault of the case."""
    for kind, old, new in edits:
        before = text
        if kind == "text":
            text = text.replace(old, new)
        elif new == "@wide":
            text = re.sub(old, lambda found: found[0].translate(WIDE), text)
        else:
            text = re.sub(old, new, text)
        assert text != before, f"{old!r} does not stand in the layout"
    return text


def laid_out(case: dict) -> tuple[Document, dict[Key, str]]:
    """The document of a case, and what stands in each cell."""
    edition = ANALYZER.scheme.editions[case["edition"]]
    values = fill(edition)
    values.update({key_of(name): "" for name in case.get("blank", ())})
    values.update({key_of(name): text for name, text in case.get("text", {}).items()})
    tables = grids(edition, values)
    if case["carrier"] == "marked":
        return marked(tables, case["year"]), values
    render = CARRIERS[case["carrier"]]
    text = report_text([(grid.table, render(grid)) for grid in tables], case["year"])
    return as_document(edited(text, case.get("edits", []))), values


def bare(raw: str) -> str:
    """What an edit of the layout may add to a cell or take from it, left out."""
    return re.sub(r"[\s*?,，]|(?<=\d)[条件次人]$", "", raw.translate(NARROW))


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_layout(path: Path) -> None:
    case = tomllib.loads(path.read_text(encoding="utf-8"))
    document, values = laid_out(case)
    report = ANALYZER.annotate(document)
    found = cells_of(report)
    assert all(table.form == case["edition"] for table in report.tables)
    uncertain, missing = set(case.get("uncertain", ())), set(case.get("missing", ()))
    for key, text in values.items():
        value, row = found[key], f"{key[0]}.{key[1]}"
        if value.start is not None:
            assert document.text[value.start : value.end] == value.raw
        if row in missing:
            assert (value.status, value.settled_by) == ("missing", None), key
        elif row in uncertain:
            assert (value.value, value.settled_by) == (None, None), key
        else:
            assert value.settled_by, (key, value)
            assert bare(value.raw) == bare(text), key
            assert (value.status == "blank") == (not text)
    cells = {text for text in values.values() if len(text) > 2}
    assert not any(text in segment.text for segment in report.segments for text in cells), (
        "a cell in a segment"
    )
    names = [(table.table, proof) for table in report.tables for proof in prove(table, ANALYZER.scheme)]
    assert names
    if not (set(case) & {"blank", "text", "uncertain", "missing"}):
        assert {proof.status for _, proof in names} == {"pass"}


def test_there_are_layouts_enough() -> None:
    stems = [path.stem.split("_")[0] for path in CASES]
    assert {
        name: stems.count(name) >= 20 for name in ("pre2019", "trial2019", "format2021")
    } == dict.fromkeys(("pre2019", "trial2019", "format2021"), True)


SAMPLES = sorted((Path(__file__).parents[1] / "corpora" / "samples").glob("*.txt"))


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_line_ends_of_windows_change_no_value(path: Path) -> None:
    text = read(path).text.replace("\r\n", "\n")
    plain, windows = (ANALYZER.annotate(as_document(each)) for each in (text, text.replace("\n", "\r\n")))
    told = [
        {key: (cell.raw, cell.status) for key, cell in cells_of(each).items()} for each in (plain, windows)
    ]
    assert told[0] == told[1]
