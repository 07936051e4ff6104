"""What readers write down: text, and blocks whose spans are exact."""

from __future__ import annotations

import pytest

from giar_nlp.errors import ReadError
from giar_nlp.readers.limits import LIMITS, Watch
from giar_nlp.readers.writing import FoundCell, Writer
from giar_nlp.types import Properties

NOTHING = Properties()


def test_blocks_stand_where_they_were_written() -> None:
    writer = Writer(Watch("a.docx"))
    writer.heading("一、总体情况", 1)
    writer.line("全年公开53条。")
    writer.image("[image: 图1]")
    writer.table([[FoundCell("规章"), FoundCell("1\n2")], [FoundCell("行政许可", colspan=2)]])
    document = writer.document(b"x", "docx", None, NOTHING)
    assert document.text == "一、总体情况\n全年公开53条。\n[image: 图1]\n规章\t1 2\n行政许可\n"
    spans = [(block.kind, document.text[block.start : block.end]) for block in document.blocks]
    assert spans == [
        ("heading", "一、总体情况"),
        ("image", "[image: 图1]"),
        ("table", "规章\t1 2\n行政许可"),
    ]
    cells = [(cell.row, cell.col, document.text[cell.start : cell.end]) for cell in document.blocks[2].cells]
    assert cells == [(0, 0, "规章"), (0, 1, "1 2"), (1, 0, "行政许可")]


def test_columns_are_told_from_the_spans() -> None:
    writer = Writer(Watch("a.html"))
    writer.table(
        [
            [FoundCell("a", rowspan=3), FoundCell("b", colspan=2), FoundCell("c")],
            [FoundCell("d"), FoundCell("e", rowspan=2), FoundCell("f")],
            [FoundCell("g"), None, FoundCell("h")],
        ]
    )
    [block] = writer.document(b"x", "html", None, NOTHING).blocks
    assert [(cell.row, cell.col) for cell in block.cells] == [
        (0, 0), (0, 1), (0, 3), (1, 1), (1, 2), (1, 3), (2, 1), (2, 4),
    ]  # fmt: skip


def test_cells_are_counted() -> None:
    writer = Writer(Watch("a.html", LIMITS.but({"cells": "3"})))
    with pytest.raises(ReadError, match="4 table cells, the limit is 3"):
        writer.table([[FoundCell("1")] * 4])


def test_nothing_written_is_no_report() -> None:
    writer = Writer(Watch("a.html"))
    writer.line(" \u3000")
    with pytest.raises(ReadError, match=r"a\.html: holds no text"):
        writer.document(b"x", "html", None, NOTHING)
