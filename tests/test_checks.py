"""Each check finds its faults, keeps silent where all is well, and says where, in two languages."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from giar_nlp.analyzer import Analyzer
from giar_nlp.checks import CHECKS, COMPARISONS, Checker
from giar_nlp.jsonl import dump_report, load_report
from giar_nlp.readers import as_document
from giar_nlp.scheme import load_scheme
from giar_nlp.types import Finding, Report
from tests.check_cases import BASES, load_cases, report_of

SCHEME = load_scheme()
ANALYZER = Analyzer(SCHEME)
CASES = [check for check in load_cases() if check["id"] in CHECKS]
FINDS = [(check["id"], case) for check in CASES for case in check["finds"]]
SILENT = [(check["id"], case) for check in CASES for case in check["silent"]]


def annotate(text: str) -> Report:
    return ANALYZER.annotate(as_document(text))


def name_of(case: Any) -> str | None:
    return case if isinstance(case, str) else None


def found_by(check: str, case: dict[str, Any]) -> list[Finding]:
    return [finding for finding in annotate(report_of(case)).findings if finding.check == check]


@pytest.mark.parametrize(("check", "case"), FINDS, ids=name_of)
def test_finds_the_fault(check: str, case: dict[str, Any]) -> None:
    text = report_of(case)
    findings = [finding for finding in annotate(text).findings if finding.check == check]
    wanted = [finding for finding in findings if finding.status == case.get("status", "fail")]
    assert wanted, case.get("note", "nothing was found")
    for field in ("severity", "expected", "found"):
        if field in case:
            assert case[field] in {getattr(finding, field) for finding in wanted}
    if "place" in case:
        assert case["place"] in {place.text for finding in wanted for place in finding.places}
    for finding in findings:
        assert all(text[place.start : place.end] == place.text for place in finding.places)


@pytest.mark.parametrize(("check", "case"), SILENT, ids=name_of)
def test_keeps_silent(check: str, case: dict[str, Any]) -> None:
    findings = found_by(check, case)
    failing = [finding.message for finding in findings if finding.status == "fail"]
    assert failing == [], case.get("note")
    if "status" in case:
        assert [finding.status for finding in findings] == [case["status"]]


@pytest.mark.parametrize("base", BASES)
def test_nothing_is_found_in_a_sound_report(base: str) -> None:
    assert annotate(BASES[base]).findings == ()


def test_every_check_has_three_cases_of_each() -> None:
    cases = {check["id"]: check for check in load_cases()}
    few = [
        name
        for name in (*CHECKS, *COMPARISONS)
        if name not in cases or len(cases[name]["finds"]) < 3 or len(cases[name]["silent"]) < 3
    ]
    assert few == []
    assert [name for name in cases if name not in {**CHECKS, **COMPARISONS}] == []


def test_the_scheme_tells_of_every_check() -> None:
    assert sorted(SCHEME.checks()) == sorted((*CHECKS, *COMPARISONS))


@pytest.mark.parametrize("base", BASES)
def test_ids_tell_findings_apart_and_stay(base: str) -> None:
    edits = [
        ["86条", "88条"],
        ["五、存在", "5、存在"],
        ["（七）总计\t10", "（七）总计\t11"],
        ["公开。", "公开，，"],
    ]
    text = BASES[base]
    for old, new in edits:
        text = text.replace(old, new)
    findings = annotate(text).findings
    assert findings
    assert max(Counter(finding.id for finding in findings).values()) == 1
    again = annotate(text.replace("坚持先审查", "我局坚持先审查")).findings
    assert {finding.id for finding in again} == {finding.id for finding in findings}


def test_messages_in_chinese_have_the_same_ids_and_places() -> None:
    case = next(case for check, case in FINDS if check == "sum.category_total")
    report = annotate(report_of(case))
    chinese = Checker(SCHEME, language="zh").check(report)
    assert [one.id for one in chinese] == [one.id for one in report.findings]
    assert [one.places for one in chinese] == [one.places for one in report.findings]
    assert all(any("\u4e00" <= char <= "\u9fff" for char in one.message) for one in chinese)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_message_can_be_said(language: Any) -> None:
    checker = Checker(SCHEME, language=language)
    for _, case in FINDS:
        for finding in checker.check(annotate(report_of(case))):
            assert finding.message
            assert "{" not in finding.message


def test_a_record_read_again_gives_the_same_findings() -> None:
    report = annotate(report_of(FINDS[0][1]))
    read = load_report(dump_report(report))
    assert read.findings == report.findings
    assert Checker(SCHEME).check(read) == report.findings


TITLE = "云溪县水利局2022年政府信息公开工作年度报告"

ALPHABET = (
    "一二三四五六、（）。，\n\t0123456789年月日条件政府信息公开申请情况总体主动行政复议诉讼其中％%XX[image]|#"
)


@given(st.text(alphabet=ALPHABET, max_size=400))
def test_any_text_is_checked(text: str) -> None:
    report = annotate(text)
    for finding in report.findings:
        assert all(report.text[place.start : place.end] == place.text for place in finding.places)


@given(
    st.lists(
        st.tuples(st.integers(0, 3000), st.integers(0, 200), st.text(alphabet=ALPHABET, max_size=20)),
        max_size=6,
    )
)
def test_any_damage_to_a_report_is_checked(damages: list[tuple[int, int, str]]) -> None:
    text = BASES["bureau_2022"]
    for start, length, put in damages:
        text = text[:start] + put + text[start + length :]
    report = annotate(text)
    assert len({finding.id for finding in report.findings}) == len(report.findings)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("sentence", "check"),
    [
        ("公开批复{n}件，其中批复31件、月报12期、通报9次。", "count.unit_mixed"),
        ("全年共主动公开政府信息9000条，其中政策文件12条、通知{n}条，占比35.{n}%；", "sum.percent"),
        (
            "配备兼职人员{n}名，制发规范性文件{n}件，收取信息处理费{n}元，高度重视【关闭】",
            "text.fee_vs_section6",
        ),
    ],
)
def test_one_line_of_ten_thousand_sentences(sentence: str, check: str) -> None:
    """What a check looks at around a count is bounded: this takes minutes where it is the whole line."""
    text = "".join(sentence.format(n=1001 + n) for n in range(10_000))
    findings = annotate(f"{TITLE}\n一、总体情况\n{text}").findings
    assert sum(finding.check == check for finding in findings) > 5000
