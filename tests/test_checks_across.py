"""Comparisons of reports: years of one agency, copies, areas, peers."""

from __future__ import annotations

import time
from typing import Any

import pytest

from giar_nlp.analyzer import Analyzer
from giar_nlp.checks import COMPARISONS, ReportSet
from giar_nlp.readers import as_document
from giar_nlp.scheme import load_scheme
from giar_nlp.types import Finding, Report
from tests.check_cases import load_cases, report_in_set

SCHEME = load_scheme()
ANALYZER = Analyzer(SCHEME)
CASES = [check for check in load_cases() if check["id"] in COMPARISONS]
FINDS = [(check["id"], case) for check in CASES for case in check["finds"]]
SILENT = [(check["id"], case) for check in CASES for case in check["silent"]]


def name_of(case: Any) -> str | None:
    return case if isinstance(case, str) else None


def reports_of(case: dict[str, Any]) -> list[Report]:
    peers = [
        {"agency": f"{'甲乙丙丁戊己庚'[n]}县水利局", "edit": case.get("peer", ()), "narrative": "other"}
        for n in range(case.get("peers", 0))
    ]
    texts = [report_in_set(one) for one in (*peers, *case["reports"])]
    return [ANALYZER.annotate(as_document(text)) for text in texts]


def found_by(check: str, reports: list[Report], about: int) -> list[Finding]:
    together = ReportSet(SCHEME)
    for report in reports:
        together.add(report)
    return [finding for number, finding in together.findings() if number == about and finding.check == check]


@pytest.mark.parametrize(("check", "case"), FINDS, ids=name_of)
def test_finds_the_fault(check: str, case: dict[str, Any]) -> None:
    reports = reports_of(case)
    findings = found_by(check, reports, len(reports) - 1)
    wanted = [finding for finding in findings if finding.status == "fail"]
    assert wanted, case.get("note", "nothing was found")
    for field in ("severity", "expected", "found"):
        if field in case:
            assert case[field] in {getattr(finding, field) for finding in wanted}
    text = reports[-1].text
    for finding in findings:
        assert all(text[place.start : place.end] == place.text for place in finding.places)


@pytest.mark.parametrize(("check", "case"), SILENT, ids=name_of)
def test_keeps_silent(check: str, case: dict[str, Any]) -> None:
    reports = reports_of(case)
    findings = found_by(check, reports, len(reports) - 1)
    assert [finding.message for finding in findings if finding.status == "fail"] == [], case.get("note")


def test_both_reports_of_a_copy_are_told() -> None:
    case = next(case for check, case in FINDS if check == "copy.across_agencies")
    reports = reports_of(case)
    for about in (0, 1):
        (finding,) = found_by("copy.across_agencies", reports, about)
        other = reports[1 - about].meta.agency
        assert other is not None
        assert other in finding.message


def test_the_order_of_reports_changes_no_id() -> None:
    case = next(case for check, case in FINDS if check == "xyear.carry_over")
    reports = reports_of(case)
    ids = []
    for order in (reports, reports[::-1]):
        together = ReportSet(SCHEME)
        for report in order:
            together.add(report)
        ids.append({finding.id for _, finding in together.findings()})
    assert ids[0] == ids[1]


def test_work_grows_with_reports_not_with_pairs() -> None:
    """Four times the reports take far less than sixteen times as long, although all share most of their text."""

    def seconds(n: int) -> float:
        reports = [
            ANALYZER.annotate(as_document(report_in_set({"agency": f"第{number}县水利局"})))
            for number in range(n)
        ]
        together = ReportSet(SCHEME)
        for report in reports:
            together.add(report)
        start = time.perf_counter()
        for _ in together.findings():
            pass
        return time.perf_counter() - start

    seconds(10)
    assert seconds(160) < 12 * max(seconds(40), 0.01)
