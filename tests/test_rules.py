"""The scanner finds words; a rule book fires a rule where every condition that it names holds."""

from __future__ import annotations

import time
from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from giar_nlp.reading import Reader
from giar_nlp.rules import Match, RuleBook, Scan, Scanner, rule_words
from giar_nlp.scheme import Rule, Scheme, load_scheme

SCHEME = load_scheme()
READER = Reader(fold=SCHEME.fold(), noise=SCHEME.manifest.noise)


def make_rule(**conditions: object) -> Rule:
    return Rule.model_validate({"id": "test.rule", "examples": ["一"], "not_examples": ["二"], **conditions})


def run(
    rules: Sequence[Rule], text: str, headings: Sequence[str] = (), section: int = 0, scheme: Scheme = SCHEME
) -> tuple[Scan, list[Match]]:
    scanner = Scanner(rule_words(rules, scheme))
    scan = scanner.scan(READER.read(text))
    return scan, RuleBook(rules, scheme, scanner).matches(scan, headings, section)


def hits(rule: Rule, text: str, headings: Sequence[str] = (), section: int = 0) -> list[str]:
    """What a rule hits in a text, as the text has it."""
    scan, matches = run([rule], text, headings, section)
    spans = [scan.reading.span(match.start, match.end) for match in matches]
    return [text[start:end] for start, end in spans]


# conditions, text, headings, section, what is hit
CONDITIONS = [
    ({"cues": ["培训"]}, "举办培训2期。", [], 0, ["培训"]),
    ({"cues": ["培训"]}, "公开信息2条。", [], 0, []),
    ({"cues": ["培训", "讲座"]}, "举办讲座、培训2期。", [], 0, ["讲座"]),  # once a clause, the first cue
    ({"cues": ["培训"]}, "举办培训，参加培训。", [], 0, ["培训", "培训"]),
    ({"cues": ["培训"], "at": "start"}, "一是培训干部，组织全体干部培训。", [], 0, ["培训"]),
    ({"cues": ["培训"], "at": "start"}, "本单位组织培训。", [], 0, []),
    ({"cues": ["培训"], "at": "start"}, "公开信息2条。加强培训。", [], 0, ["培训"]),
    ({"cues": ["培训"], "near": ["举办"]}, "举办了培训。", [], 0, ["培训"]),
    ({"cues": ["培训"], "near": ["举办"]}, "参加培训，举办讲座。", [], 0, []),
    ({"cues": ["制度"], "near": ["完善"], "within": 4}, "完善各项制度。", [], 0, ["制度"]),
    ({"cues": ["制度"], "near": ["完善"], "within": 4}, "制度得以完善。", [], 0, ["制度"]),
    ({"cues": ["制度"], "near": ["完善"], "within": 4}, "完善全县政府信息公开制度。", [], 0, []),
    (
        {"cues": ["推进机制"], "near": ["推进"], "within": 4},
        "公开推进机制。",
        [],
        0,
        [],
    ),  # not within the cue
    ({"cues": ["制度"], "near": ["完善"], "within": 2}, "制度很多要逐步完善制度。", [], 0, ["制度"]),
    ({"cues": ["网站"], "near": ["公开"], "also": ["通过"]}, "通过网站公开预算。", [], 0, ["网站"]),
    ({"cues": ["网站"], "near": ["公开"], "also": ["通过"]}, "网站公开预算。", [], 0, []),
    ({"cues": ["申请"], "without": ["复议"]}, "收到申请。", [], 0, ["申请"]),
    ({"cues": ["申请"], "without": ["复议"]}, "申请复议。", [], 0, []),
    ({"cues": ["申请"], "without": ["复议"]}, "收到申请，没有复议。", [], 0, ["申请"]),
    ({"cues": ["制度，形成"]}, "完善制度，形成机制。", [], 0, ["制度，形成"]),  # words may hold a stop
    ({"cues": ["制度"], "without": ["制度，形成"]}, "完善制度，形成机制。", [], 0, []),
    ({"cues": ["公开"], "pattern": r"公开\d+条"}, "主动公开30条。", [], 0, ["公开30条"]),
    ({"cues": ["公开"], "pattern": r"公开\d+条"}, "主动公开信息，共30条。", [], 0, []),
    (
        {"pattern": r"公开.*\d+条"},
        "主动公开信息，共30条。",
        [],
        0,
        ["公开信息，共30条"],
    ),  # no cue: whole segment
    ({"pattern": r"x*"}, "主动公开。", [], 0, []),  # an empty match is none
    ({"cues": ["公开"], "near": ["培训"], "scope": "segment"}, "公开信息，加强培训。", [], 0, ["公开"]),
    ({"cues": ["公开"], "without": ["培训"], "scope": "segment"}, "公开信息，加强培训。", [], 0, []),
    ({"cues": ["公开"], "scope": "segment", "pattern": "培训"}, "公开信息，加强培训。", [], 0, ["培训"]),
    ({"cues": ["收取"], "heading": ["收费"]}, "没有收取。", ["总体情况", "收费情况"], 0, ["收取"]),
    ({"cues": ["收取"], "heading": ["收费"]}, "没有收取。", ["收费情况", "其他"], 0, []),
    ({"cues": ["收取"], "heading": ["收费"]}, "没有收取。", [], 0, []),
    ({"cues": ["已"], "under": ["整改"]}, "已更新。", ["整改情况", "网站"], 0, ["已"]),
    ({"cues": ["已"], "under": ["整改"]}, "已更新。", ["总体情况"], 0, []),
    ({"cues": ["无"], "section": [6]}, "无。", [], 6, ["无"]),
    ({"cues": ["无"], "section": [6]}, "无。", [], 1, []),
    ({"cues": ["要点"]}, "印发《工作要点》。", [], 0, []),  # within a document's name
    ({"cues": ["要点"], "names": True}, "印发《工作要点》。", [], 0, ["要点"]),
    ({"cues": ["印发"], "near": ["要点"]}, "印发《工作要点》。", [], 0, ["印发"]),
    ({"cues": ["要点"]}, "印发《工作方案》和要点。", [], 0, ["要点"]),
    (
        {"cues": ["公开"]},
        "公\n开信息。",
        [],
        0,
        ["公\n开"],
    ),  # a cut line is closed up, offsets are the text's
    ({"cues": ["12345"]}, "１２３４５热线", [], 0, ["１２３４５"]),
    ({"heading": ["无"]}, "全年未收取。", ["无"], 0, ["全年未收取。"]),  # neither cues nor pattern
]


@pytest.mark.parametrize(("conditions", "text", "headings", "section", "expected"), CONDITIONS)
def test_a_rule_fires_where_its_conditions_hold(
    conditions: dict[str, object], text: str, headings: list[str], section: int, expected: list[str]
) -> None:
    assert hits(make_rule(**conditions), text, headings, section) == expected


def test_words_overlap_and_are_found_once_each() -> None:
    scanner = Scanner(["公开", "信息公开", "公开", "政府信息"])
    scan = scanner.scan(READER.read("政府信息公开"))
    assert {scanner.words[word] for word, _, _ in scan.words} == {"公开", "信息公开", "政府信息"}
    assert all(scan.reading.text[start:end] == scanner.words[word] for word, start, end in scan.words)


def test_clauses_end_after_their_stops() -> None:
    scan = Scanner([]).scan(READER.read("一是公开；二是公开，及时。完"))
    ends = [0, *scan.clause_ends]
    clauses = [scan.reading.text[low:high] for low, high in pairwise(ends)]
    assert clauses == ["一是公开；", "二是公开，", "及时。", "完"]
    assert [scan.clause_of(index) for index in (0, 4, 5, 10, 13)] == [0, 0, 1, 2, 3]


def test_nothing_fires_in_nothing() -> None:
    assert hits(make_rule(cues=["公开"]), "") == []
    assert hits(make_rule(pattern="公开"), " \n ") == []


def test_matches_come_clause_by_clause() -> None:
    rules = [
        make_rule(id="test.b", cues=["公开"]),
        make_rule(id="test.a", cues=["培训"]),
        make_rule(id="test.c", pattern="培训"),
    ]
    _, matches = run(rules, "加强培训，主动公开，再培训。")
    assert [(match.clause, rules[match.rule].id) for match in matches] == [
        (0, "test.a"),
        (0, "test.c"),
        (1, "test.b"),
        (2, "test.a"),
    ]


def test_a_slow_pattern_gives_up() -> None:
    rule = make_rule(pattern=r"(?:a|aa)+$")
    started = time.perf_counter()
    assert hits(rule, "a" * 60 + "b") == []
    assert time.perf_counter() - started < 5


@given(st.text(alphabet="公开培训信息《》，。；《一是已整改0９ \n", max_size=60))
def test_every_hit_lies_in_its_clause(text: str) -> None:
    rules = [
        make_rule(cues=["公开", "整改"]),
        make_rule(id="test.other", cues=["培训"], near=["公开"], within=3),
    ]
    scan, matches = run(rules, text)
    ends = [0, *scan.clause_ends]
    for match in matches:
        assert ends[match.clause] <= match.start < match.end <= ends[match.clause + 1]
