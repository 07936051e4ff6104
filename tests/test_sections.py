"""Sections: the six statutory ones, or the chapters of an older report."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given

from giar_nlp.blocks import BlockNamer
from giar_nlp.scheme import load_scheme
from giar_nlp.sections import SectionFinder
from giar_nlp.types import Section

from .test_blocks import TEXTS, document

CASES = tomllib.loads((Path(__file__).parent / "cases" / "sections.toml").read_text(encoding="utf-8"))["case"]
SCHEME = load_scheme()
NAMER = BlockNamer(SCHEME)
FINDER = SectionFinder(SCHEME)


def find(text: str) -> tuple[Section, ...]:
    source = document(text)
    return FINDER.find(source, NAMER.name(source))


@pytest.mark.parametrize("case", CASES, ids=[case["note"] for case in CASES])
def test_case(case: dict) -> None:
    found = find(case["text"])
    assert [[section.number or 0, section.key, section.title or ""] for section in found] == case["sections"]
    assert [section.inferred for section in found] == [title == "" for _, _, title in case["sections"]]


def test_a_section_reaches_to_the_next_and_the_last_to_the_signature() -> None:
    text = "一、总体情况\n平稳。\n  二、主动公开情况\n二十条。\n\n清河县水利局\n2021年1月9日"
    first, second = find(text)
    assert text[first.start : first.end] == "一、总体情况\n平稳。\n"
    assert text[second.start : second.end] == "  二、主动公开情况\n二十条。\n\n"


@given(TEXTS)
def test_any_text_has_ordered_disjoint_sections(text: str) -> None:
    last = 0
    for section in find(text):
        assert last <= section.start <= section.end <= len(text)
        assert section.inferred == (section.title is None)
        last = section.end


@pytest.mark.parametrize(
    ("title", "number"),
    [
        ("五、存在的主要问题及改进情况", 5),
        ("总体情况", 1),
        ("因政府信息公开工作被申请行政复议、提起行政诉讼情况", 4),
        ("组织领导", 0),
        ("", 0),
    ],
)
def test_a_title_names_its_section(title: str, number: int) -> None:
    assert FINDER.number_of(title) == number
