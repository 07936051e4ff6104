"""Web pages: their habits, one by one, and what must be read from each."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from giar_nlp.readers.html import read_html
from giar_nlp.readers.limits import Watch
from giar_nlp.types import Document

FORMS = Path(__file__).parent / "forms" / "html"
HABITS = tomllib.loads((FORMS / "habits.toml").read_text(encoding="utf-8"))["page"]


def read(page: str | bytes, name: str = "page.html") -> Document:
    return read_html(page if isinstance(page, bytes) else page.encode(), Watch(name))


def lines_of(document: Document) -> list[str]:
    return [line for line in document.text.split("\n") if line.strip()]


def parted(document: Document) -> list[int]:
    """Numbers of the lines, blank ones left out, before which a blank line stands."""
    found, number, blank = [], 0, False
    for line in document.text.rstrip("\n").split("\n"):
        if line.strip():
            if blank:
                found.append(number)
            number += 1
        blank = not line.strip()
    return found


def cells_of(document: Document) -> list[list[list[str]]]:
    tables = []
    for block in document.blocks:
        if block.kind == "table":
            rows: dict[int, list[str]] = {}
            for cell in block.cells:
                place = f"{cell.row},{cell.col},{cell.rowspan},{cell.colspan}"
                rows.setdefault(cell.row, []).append(f"{place} {document.text[cell.start : cell.end]}")
            tables.append(list(rows.values()))
    return tables


@pytest.mark.parametrize("page", HABITS, ids=lambda page: page["id"])
def test_habits_of_pages(page: dict[str, Any]) -> None:
    document = read(page["html"])
    said = document.properties
    if "lines" in page:
        assert lines_of(document) == page["lines"], page["note"]
    if "parted" in page:
        assert parted(document) == page["parted"], page["note"]
    if "tables" in page:
        assert cells_of(document) == page["tables"], page["note"]
    images = [document.text[each.start : each.end] for each in document.blocks if each.kind == "image"]
    assert images == page.get("images", images), page["note"]
    for name in ("title", "publisher", "publish_date"):
        if name in page:
            assert getattr(said, name) == page[name], page["note"]
