"""Scores of tables and findings: counted by hand on a small report."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from giar_nlp.evaluation import CellScore, FindingScore, Task, score, score_proofs, with_comparisons
from giar_nlp.evaluation.rendering import label_csv, label_page, proof_json, proof_lines
from giar_nlp.jsonl import dump_report
from giar_nlp.readers import as_document
from giar_nlp.types import Finding, MadeWith, Meta, Place, Report, Source, StatutoryTable, TableValue
from tests.check_cases import BASES
from tests.test_checks import ANALYZER

TEXT = "一、总体情况\n公开信息53条。\n规章 1 0\n规范性文件 7 -\n"


def place(text: str) -> Place:
    start = TEXT.index(text)
    return Place(start, start + len(text), text)


def finding(check: str, *places: str, severity: Any = "error", status: Any = "fail") -> Finding:
    spots = tuple(map(place, places))
    return Finding(f"{check}-1", check, severity, status, "said", None, None, spots)


def cell(row: str, column: str, raw: str, value: int | None, **fields: Any) -> TableValue:
    start = TEXT.index(raw, TEXT.index("规章" if row == "rules" else "规范性文件"))
    status = fields.pop("status", "number" if value is not None else "blank")
    known = {"settled_by": "label", **fields}
    return TableValue(row, column, row, column, raw, value, status, start, start + len(raw), **known)


CELLS = (
    cell("rules", "issued", "1", 1),
    cell("rules", "repealed", "0", 0, status="zero"),
    cell("normative_documents", "issued", "7", 7),
    cell("normative_documents", "repealed", "-", None),
)
TABLE = StatutoryTable("format2021", "proactive", TEXT.index("规章"), len(TEXT) - 1, CELLS)


def report(*findings: Finding, tables: tuple[StatutoryTable, ...] = (TABLE,)) -> Report:
    return Report(
        source=Source("a.txt", "", "txt", None),
        meta=Meta(None, None, None, None, None, None, "unknown", "unknown"),
        text=TEXT,
        sections=(),
        segments=(),
        tables=tables,
        findings=findings,
        made_with=MadeWith("", "", None),
    )


def with_cell(number: int, **fields: Any) -> Report:
    cells = [*CELLS]
    cells[number] = replace(cells[number], **fields)
    return report(tables=(replace(TABLE, values=tuple(cells)),))


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        pytest.param(report(), CellScore(4, 4, 0, 0, 0, 0), id="the same"),
        pytest.param(with_cell(0, value=2), CellScore(4, 3, 1, 0, 0, 0), id="another value"),
        pytest.param(
            with_cell(0, value=None, status="text", settled_by=None),
            CellScore(4, 3, 0, 1, 0, 0),
            id="marked uncertain",
        ),
        pytest.param(
            with_cell(0, value=None, status="missing", settled_by=None),
            CellScore(4, 3, 0, 0, 1, 0),
            id="a cell is missing",
        ),
        pytest.param(report(tables=()), CellScore(4, 0, 0, 0, 4, 0), id="the table is missing"),
        pytest.param(
            with_cell(3, value=5, status="number"), CellScore(4, 3, 1, 0, 0, 0), id="a value in a blank"
        ),
        pytest.param(
            with_cell(3, status="text", settled_by=None), CellScore(4, 3, 0, 1, 0, 0), id="an unread blank"
        ),
        pytest.param(
            report(tables=(TABLE, TABLE)), CellScore(4, 4, 0, 0, 0, 3), id="a second table that gold lacks"
        ),
    ],
)
def test_cells_are_right_wrong_uncertain_or_missing(found: Report, expected: CellScore) -> None:
    scores = score_proofs([report()], [found])
    assert scores.cells["all"] == scores.cells["format2021 proactive"] == expected
    assert len([miss for miss in scores.misses if miss.what.startswith("cell")]) == (
        expected.n_gold - expected.n_right + expected.n_false
    )


def test_cells_are_told_apart_by_form() -> None:
    older = replace(TABLE, form="trial2019")
    scores = score_proofs([report(), report(tables=(older,))], [report(), report(tables=())])
    assert list(scores.cells) == ["all", "format2021 proactive", "trial2019 proactive"]
    assert scores.cells["format2021 proactive"].share == 1.0
    assert scores.cells["trial2019 proactive"].n_missing == 4
    assert scores.cells["all"].share == 0.5


@pytest.mark.parametrize(
    ("gold", "found", "met"),
    [
        pytest.param(["53条"], ["公开信息53条。"], True, id="overlap"),
        pytest.param(["公开信息"], ["53条"], False, id="another place"),
        pytest.param([], ["53条"], True, id="gold names no place"),
        pytest.param(["53条"], [], True, id="the finding names no place"),
        pytest.param(["规章"], ["0"], True, id="label and cell of one row"),
        pytest.param(["规章"], ["7"], False, id="cells of another row"),
        pytest.param(["总体", "53条"], ["公开信息53条。"], True, id="one of several places"),
    ],
)
def test_findings_are_met_at_their_place(gold: list[str], found: list[str], met: bool) -> None:
    scores = score_proofs([report(finding("sum.percent", *gold))], [report(finding("sum.percent", *found))])
    assert scores.checks["sum.percent"] == FindingScore(1, int(met), 1, int(met), 0)
    assert len(scores.misses) == (0 if met else 2)


def test_findings_are_met_by_their_own_check_alone() -> None:
    scores = score_proofs([report(finding("sum.percent", "53条"))], [report(finding("sum.growth", "53条"))])
    assert scores.checks["sum.percent"] == FindingScore(1, 0, 0, 0, 0)
    assert scores.checks["sum.growth"] == FindingScore(0, 0, 1, 0, 0)
    assert (scores.checks["all"].recall, scores.checks["all"].precision) == (0.0, 0.0)


def test_severities_are_each_sides_own() -> None:
    gold = report(finding("sum.percent", "53条", severity="info"), finding("rate.bounds", "总体"))
    found = report(finding("sum.percent", "53条", severity="warning"))
    severities = score_proofs([gold], [found]).severities
    assert list(severities) == ["all", "error", "warning", "info"]
    assert severities["info"] == FindingScore(1, 1, 0, 0, 0)
    assert severities["warning"] == FindingScore(0, 0, 1, 1, 0)
    assert severities["error"] == FindingScore(1, 0, 0, 0, 0)


def test_what_could_not_be_assessed_meets_nothing() -> None:
    gold = report(finding("req.balance", "53条"))
    scores = score_proofs([gold], [report(finding("req.balance", "53条", status="not_assessable"))])
    assert scores.checks["req.balance"] == FindingScore(1, 0, 0, 0, 1)


def test_gold_without_tables_or_findings_is_not_scored() -> None:
    scores = score_proofs([report(tables=())], [report(finding("req.balance", "53条"))])
    assert (scores.cells, scores.checks, scores.severities) == ({}, {}, {})
    assert list(proof_lines(scores)) == []
    assert proof_json(scores) == {}
    assert list(proof_lines(None)) == []


def test_comparisons_of_reports_are_added() -> None:
    text = BASES["bureau_2022"]
    reports = [
        ANALYZER.annotate(as_document(one)) for one in (text, text.replace("云溪县水利局", "东山市财政局"))
    ]
    checks = {one.check for report in with_comparisons(reports, ANALYZER.scheme) for one in report.findings}
    assert "corpus.duplicate_report" in checks
    assert not checks & {one.check for report in reports for one in report.findings if "corpus" in one.check}


def test_all_outputs_tell_of_tables_and_findings(tmp_path: Path) -> None:
    gold, found = tmp_path / "gold.jsonl", tmp_path / "found.jsonl"
    gold.write_bytes(dump_report(report(finding("sum.percent", "53条"))) + b"\n")
    found.write_bytes(dump_report(with_cell(0, value=2)) + b"\n")
    scored = score(Task(gold), found)
    lines = list(proof_lines(scored.proofs))
    assert any(line.split() == ["all", "4", "3", "1", "0", "0", "0", "0.7500"] for line in lines)
    assert any(line.split()[:5] == ["sum.percent", "1.000", "0.000", "1", "0"] for line in lines)
    shown: Any = json.loads(json.dumps(proof_json(scored.proofs)))
    assert shown["cells"]["format2021 proactive"]["n_wrong"] == 1
    assert shown["findings"]["by_severity"]["error"]["recall"] == 0.0
    rows = list(csv.DictReader(io.StringIO(label_csv(scored.labels, scored.proofs).decode("utf-8-sig"))))
    by_name = {row["label"]: row for row in rows}
    assert by_name["cells all"]["wrong"] == "1"
    assert (by_name["finding sum.percent"]["gold"], by_name["finding sum.percent"]["met"]) == ("1", "0")
    page = label_page(scored.labels, "t", scored.proofs).decode()
    assert "<td class=text>sum.percent</td>" in page
    assert "<td class=text>format2021 proactive</td>" in page
