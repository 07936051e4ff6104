"""Labelled segments: which themes, and what is always true of labels."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from giar_nlp.reading import Reader
from giar_nlp.rules import Scanner
from giar_nlp.scheme import load_scheme
from giar_nlp.themes import ThemeLabeler, theme_words
from giar_nlp.types import ThemeLabel

CASES = tomllib.loads(Path(__file__).with_name("cases").joinpath("themes.toml").read_text("utf-8"))["case"]
SCHEME = load_scheme()
READER = Reader(fold=SCHEME.fold(), noise=SCHEME.manifest.noise)
SCANNER = Scanner(theme_words(SCHEME))
LABELER = ThemeLabeler(SCHEME, SCANNER)
ROLES = {theme.id for theme in SCHEME.themes.values() if theme.family == "role"}
SECTIONS = {"总体": 1, "复议": 4, "问题": 5, "其他需要": 6}


def label(text: str, headings: list[str], section: int = 0) -> tuple[ThemeLabel, ...]:
    titles = [READER.read(title).text for title in headings]
    return LABELER.label(SCANNER.scan(READER.read(text)), titles, section)


def section_of(case: dict[str, Any]) -> int:
    if "section" in case:
        return int(case["section"])
    return next((number for word, number in SECTIONS.items() if word in case["heading"][0]), 1)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["text"][:24])
def test_a_segment_gets_its_themes(case: dict[str, Any]) -> None:
    found = label(case["text"], case.get("heading", []), section_of(case))
    assert sorted(theme.label for theme in found) == sorted(case["themes"]), case.get("note")


def test_the_cases_cover_every_theme() -> None:
    told = [theme for case in CASES for theme in case["themes"]]
    assert {theme for theme in SCHEME.themes if told.count(theme) < 3} == set()
    assert len(CASES) >= 120


def test_the_role_comes_first_and_topics_in_the_order_of_the_scheme() -> None:
    found = [theme.label for theme in label("将公布名单，加强培训，完善考核机制。", ["改进措施"], 5)]
    topics = [theme for theme in SCHEME.themes if theme in found and theme not in ROLES]
    assert found == ["measure", *topics]
    assert len(topics) > 1


def test_evidence_lies_in_the_text_and_names_the_rule() -> None:
    text = "前文。全年举办培 训2期，公开信息30条。"
    scan = SCANNER.scan(READER.read(text, 3))
    proofs = {
        hit.rule: text[hit.start : hit.end] for theme in LABELER.label(scan, [], 1) for hit in theme.evidence
    }
    assert proofs["training.course"] == "培 训"
    assert all(rule.split(".")[0] in SCHEME.themes for rule in proofs)


def test_a_guess_has_no_evidence_and_a_low_score() -> None:
    (guess,) = label("甲乙丙丁", ["总体情况", "依申请公开情况"], 1)
    assert (guess.label, guess.evidence, guess.source) == ("disclosure_on_request", (), "rule")
    assert guess.score < 0.5


def test_an_empty_segment_gets_a_label_too() -> None:
    assert [theme.label for theme in label("", [], 6)] == ["other"]


@pytest.mark.parametrize(
    ("section", "expected"), [(0, "overview"), (3, "disclosure_on_request"), (6, "other"), (9, "other")]
)
def test_without_words_and_heading_the_section_decides(section: int, expected: str) -> None:
    assert [theme.label for theme in label("甲乙丙丁", [], section)] == [expected]


PIECES = [
    "培训",
    "公开",
    "申请",
    "不够",
    "将",
    "加强",
    "《",
    "》",
    "，",
    "。",
    "30条",
    "网站",
    "考核",
    "无",
    "已",
    "\n",
    "贯彻落实",
    "条例",
]


@given(st.lists(st.sampled_from(PIECES), max_size=25), st.sampled_from([[], ["总体情况"], ["问题整改情况"]]))
def test_what_is_true_of_all_labels(pieces: list[str], headings: list[str]) -> None:
    text = "".join(pieces)
    found = label(text, headings, 1)
    names = [theme.label for theme in found]
    assert found
    assert len(set(names)) == len(names)
    assert len(ROLES.intersection(names)) <= 1
    assert "other" not in names or len(names) == 1
    for theme in found:
        assert 0 <= theme.score <= 1
        assert theme.source == "rule"
        assert all(0 <= hit.start < hit.end <= len(text) for hit in theme.evidence)


@pytest.mark.parametrize(
    ("text", "reach"),
    [
        ("全年公开信息30条。", 1.0),
        ("门前两棵老树。", 0.0),
        ("全年公开信息30条，门前两棵老树今又新绿。", (10 / 21) ** 2),
    ],
)
def test_a_classifier_is_told_how_much_the_rules_have_read(text: str, reach: float) -> None:
    weighed = LABELER.weigh(SCANNER.scan(READER.read(text)), [], 2)
    (given_theme,) = weighed.scores
    told = {name.split()[1]: value for name, value in weighed.told.items() if name.startswith("reach ")}
    assert set(told) == set(SCHEME.themes)
    assert told.pop(given_theme) == pytest.approx(reach)
    assert list(told.values()) == pytest.approx([-reach] * len(told))
