"""Tables that nobody foresaw: no crash, no wrong value, and a finding for each."""

from __future__ import annotations

import re

import pytest

from giar_nlp.types import Report
from tests.check_cases import BASES
from tests.test_checks import annotate

BASE = BASES["bureau_2022"]
THIRD = BASE[
    BASE.index("三、收到和处理政府信息公开申请情况\n（") : BASE.index(
        "四、政府信息公开行政复议、行政诉讼情况\n"
    )
]
TABLE = THIRD.split("\n", 1)[1]
OTHER = "科室\t人数\t经费（万元）\n办公室\t12\t35\n财务科\t8\t20\n工程科\t21\t140\n"
CELLS = "\t科室\n\t人数\n\n\t办公室\n\t12\n\n\t财务科\n\t8\n\n"
MANY = "名称\t数量\n" + "".join(f"项目{n}\t{n}\n" for n in range(10_000))
ROW = "2.重复申请\t0\t0\t0\t0\t0\t0\t0\n"
GRANTED = "（一）予以公开\t5\t1\t0\t0\t0\t0\t6"
LICENSING = "行政许可\t37"
HUGE = "123456789012345678901234567890"


def total_first(line: str) -> str:
    cells = line.split("\t")
    return "\t".join([*cells[:-7], cells[-1], *cells[-7:-1]]) if len(cells) >= 8 else line


def numbers(report: Report) -> dict[tuple[str, str, str], int | float]:
    """The certain values of the fullest table of each name."""
    tables = sorted(report.tables, key=lambda table: sum(one.value is not None for one in table.values))
    return {
        (table.table, one.row, one.column): one.value
        for table in tables
        for one in table.values
        if one.value is not None
    }


SOUND = numbers(annotate(BASE))
LICENCES = ("proactive", "licensing", "decisions")
PERSONS, ALL = ("requests", "granted", "natural_person"), ("requests", "granted", "total")


@pytest.mark.parametrize(
    ("old", "new", "check", "changed"),
    [
        pytest.param(THIRD, f"{OTHER}\n{THIRD}", "struct.table_foreign", {}, id="another table between"),
        pytest.param(THIRD, f"{CELLS}\n{THIRD}", "struct.table_foreign", {}, id="one cell a line"),
        pytest.param(TABLE, f"{OTHER}\n", "struct.table_foreign", {}, id="another table instead"),
        pytest.param(TABLE, f"{OTHER}\n", "struct.table_missing", {}, id="and its own is missing"),
        pytest.param(THIRD, THIRD + TABLE, "struct.table_incomplete", {}, id="two tables 3"),
        pytest.param(THIRD, THIRD + THIRD, "struct.table_incomplete", {}, id="two sections 3"),
        pytest.param(TABLE, re.sub(r"(?<=\t)\d+", "", TABLE), "cell.blank", {}, id="no numbers"),
        pytest.param(
            TABLE,
            "\n".join(map(total_first, TABLE.split("\n"))),
            "cell.unit_text",
            {},
            id="numbers in another order than their labels",
        ),
        pytest.param(LICENSING, f"行政许可\t{HUGE}", "cell.unit_text", {}, id="30 digits"),
        pytest.param(GRANTED, GRANTED.replace("5", HUGE), "cell.unit_text", {}, id="30 digits in a sum"),
        pytest.param(
            LICENSING, "行政许可\t-37", "cell.negative_or_fraction", {LICENCES: -37}, id="below zero"
        ),
        pytest.param(
            GRANTED,
            "（一）予以公开\t-5\t1\t0\t0\t0\t0\t-4",
            "cell.negative_or_fraction",
            {PERSONS: -5, ALL: -4},
            id="below zero in a sum",
        ),
        pytest.param(LICENSING, "行政许可\t=SUM(A1:A3)", "cell.unit_text", {}, id="a formula"),
        pytest.param(GRANTED, GRANTED[:-1] + "=B3+C3", "cell.unit_text", {}, id="a formula for a total"),
        pytest.param(THIRD, f"{MANY}\n{THIRD}", "struct.table_foreign", {}, id="10,000 rows"),
        pytest.param(ROW, ROW * 10_000, "struct.table_foreign", {}, id="one row 10,000 times"),
    ],
)
def test_an_odd_table_is_told_of_and_gives_no_wrong_value(
    old: str, new: str, check: str, changed: dict[tuple[str, str, str], int]
) -> None:
    assert BASE.count(old) == 1
    report = annotate(BASE.replace(old, new))
    assert check in {finding.check for finding in report.findings}
    due = {**SOUND, **changed}
    assert {key: value for key, value in numbers(report).items() if due.get(key) != value} == {}


def test_columns_that_changed_places_are_read_by_their_labels() -> None:
    report = annotate(BASE.replace("商业企业\t科研机构", "科研机构\t商业企业"))
    found = numbers(report)
    assert found["requests", "new_received", "research_institution"] == 2
    assert found["requests", "new_received", "commercial_enterprise"] == 0
    assert "struct.table_foreign" in {finding.check for finding in report.findings}
