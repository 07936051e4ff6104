"""Blocks: what each stretch of a report is."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from giar_nlp.blocks import BlockNamer
from giar_nlp.scheme import load_scheme
from giar_nlp.types import Block, Document, Source

CASES = tomllib.loads((Path(__file__).parent / "cases" / "blocks.toml").read_text(encoding="utf-8"))["case"]
NAMER = BlockNamer(load_scheme())
SOURCE = Source(path="-", sha256="", format="txt", encoding="utf-8")

PIECES = st.sampled_from(
    [
        *"一二三十、。；：，！？（）()[]#*|\t\n\r\u3000 \x0b\u2028\ufeff\x001234年月日是第其①⒈〔〕-—",
        *[
            "（一）",
            "1.",
            "一是",
            "一、总体情况",
            "二、主动公开政府信息情况",
            "\t0\n",
            "\t规章\n",
            "| 0 |",
            "[image: a]",
        ],
        *[
            "政府信息公开工作年度报告",
            "2021年1月2日",
            "清河县水利局",
            "附件：",
            "以下问题：",
            "下一步，",
            "- 3 -",
            "\r\n",
        ],
        *[
            "首页 > ",
            "0 0 0 0",
            "### ",
            "**",
            "主动公开情况",
            "公开信息",
            "第二十条第（一）项",
            "[bookmark: _GoBack]",
        ],
    ]
)
TEXTS = st.one_of(st.lists(PIECES, max_size=60).map("".join), st.text(max_size=80))


def document(text: str, *blocks: Block) -> Document:
    return Document(text=text, source=SOURCE, blocks=blocks)


@pytest.mark.parametrize("case", CASES, ids=[case["note"] for case in CASES])
def test_case(case: dict) -> None:
    text = case["text"]
    found = NAMER.name(document(text))
    assert [[block.kind, text[block.start : block.end]] for block in found] == case["blocks"]


def test_levels_count_from_one_without_gaps() -> None:
    text = "一、总体情况\n（一）主动公开情况\n二十条。\n1.数量\n二十条。\n（二）平台建设\n一个。\n二、主动公开政府信息情况"
    found = NAMER.name(document(text))
    assert [block.level for block in found if block.kind == "heading"] == [1, 2, 3, 2, 1]


def test_blocks_that_the_format_names_stay() -> None:
    text = "一、总体情况\n全年 平稳 有序\n二十条。\n图"
    table = Block("table", 7, 15)
    image = Block("image", 21, 22)
    found = NAMER.name(document(text, table, image))
    assert table in found
    assert image in found
    assert [block.kind for block in found] == ["heading", "table", "paragraph", "image"]


def test_headings_that_the_format_names_keep_their_level() -> None:
    text = "总体情况\n全年平稳有序。\n（一）主动公开情况\n二十条。"
    found = NAMER.name(document(text, Block("heading", 0, 4, 1)))
    assert [(block.kind, block.level) for block in found] == [
        ("heading", 1),
        ("paragraph", 0),
        ("heading", 2),
        ("paragraph", 0),
    ]


def test_a_heading_of_the_format_may_be_the_title() -> None:
    text = "清河县水利局2020年政府信息公开工作年度报告\n全年平稳有序。"
    found = NAMER.name(document(text, Block("heading", 0, 23, 1)))
    assert [(block.kind, block.level) for block in found] == [("title", 0), ("paragraph", 0)]


@given(TEXTS)
def test_any_text_has_exact_ordered_disjoint_blocks(text: str) -> None:
    last = 0
    for block in NAMER.name(document(text)):
        assert last <= block.start < block.end <= len(text)
        last = block.end


@given(TEXTS)
def test_blocks_leave_out_nothing_but_blanks_and_markup(text: str) -> None:
    left, last = "", 0
    for block in NAMER.name(document(text)):
        left += text[last : block.start]
        last = block.end
    left += text[last:]
    marks = "*#|\ufeff"
    assert not [char for char in left if not char.isspace() and char.isprintable() and char not in marks]


@pytest.mark.slow
@pytest.mark.parametrize(
    "unit", ["一、", "（一）", "一是", "\t0\n", "| 0 ", "公 开 ", "。 ", "[image: ", "情况：", "\tx\n"]
)
def test_a_long_line_takes_linear_time(unit: str) -> None:
    NAMER.name(document(unit * 200_000))
