"""Bad tables and odd cells: no crash, and no wrong number without a mark."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from giar_nlp.analyzer import load
from giar_nlp.jsonl import dump_report, load_report
from giar_nlp.readers import as_document
from giar_nlp.tables.values import ValueReader
from giar_nlp.types import Report, StatutoryTable, TableValue
from tests.table_damage import damaged_report, wrong_values
from tests.table_layouts import CARRIERS, Key, editions, fill, grids, report_text

ANALYZER = load()
EDITIONS = editions(ANALYZER.scheme)
TRIAL, FORM = EDITIONS[1], EDITIONS[2]
VALUES = ValueReader(ANALYZER.scheme)


def text_of(values: Mapping[Key, str], carrier: str = "pipe_rows", edition: int = 2) -> str:
    tables = grids(EDITIONS[edition], values)
    return report_text([(grid.table, CARRIERS[carrier](grid)) for grid in tables])


def annotate(text: str) -> Report:
    document = as_document(text)
    report = ANALYZER.annotate(document)
    for value in (value for table in report.tables for value in table.values):
        if value.start is not None:
            assert document.text[value.start : value.end] == value.raw
        if value.settled_by is None:
            assert value.value is None
            assert value.status in {"missing", "text"}
    assert load_report(dump_report(report)) == report
    return report


def tables_named(report: Report, name: str) -> list[StatutoryTable]:
    return [table for table in report.tables if table.table == name]


def row_of(table: StatutoryTable, row: str) -> list[TableValue]:
    return [value for value in table.values if value.row == row]


# cell, status, value, value in a column of money
CELLS = [
    ("0", "zero", 0, 0),
    ("15", "number", 15, 15),
    ("-5", "number", -5, -5),
    ("+1036", "number", 1036, 1036),
    ("增3项", "number", 3, 3),
    ("减3", "number", -3, -3),
    ("减少12件", "number", -12, -12),
    ("增-3", "text", None, None),
    ("6件", "number", 6, 6),
    ("0项", "zero", 0, 0),
    ("537余万元", "number", 5370000, 537),
    ("1.5万", "number", 15000, 1.5),
    ("96171.6", "number", 96171.6, 96171.6),
    ("1，234", "number", 1234, 1234),
    ("1，23", "text", None, None),
    ("？0", "zero", 0, 0),
    ("零", "zero", 0, 0),
    ("十二件", "number", 12, 12),
    ("0000000", "text", None, None),
    ("9" * 30, "text", None, None),
    ("=SUM（A1：A3）", "text", None, None),
    ("3+5", "text", None, None),
    ("3/5", "text", None, None),
    ("12%", "text", None, None),
    ("见附件", "text", None, None),
    ("无", "na", None, None),
    ("-", "na", None, None),
    ("——", "na", None, None),
    ("/", "na", None, None),
    ("不适用", "na", None, None),
    ("N/A", "na", None, None),
    ("", "blank", None, None),
]


@pytest.mark.parametrize(("text", "status", "value", "amount"), CELLS)
def test_status_and_value(text: str, status: str, value: float | None, amount: float | None) -> None:
    assert VALUES.read(text) == (status, value)
    assert VALUES.read_money(text) == (status, amount)


def test_two_tables_of_one_name_are_two_records() -> None:
    first, second = fill(FORM, 1), fill(FORM, 2)
    render = CARRIERS["tab_cells"]
    tables = [(grid.table, render(grid)) for grid in grids(FORM, first)]
    tables.insert(2, ("requests", render(grids(FORM, second)[1])))
    report = annotate(report_text(tables))
    one, two = tables_named(report, "requests")
    for table, values in ((one, first), (two, second)):
        assert [value.raw for value in table.values] == [
            values["requests", value.row, value.column] for value in table.values
        ]


@pytest.mark.parametrize("carrier", ["tab_cells", "pipe_rows", "pdf_lines", "cell_lines_apart"])
def test_a_table_without_numbers_is_blank(carrier: str) -> None:
    report = annotate(text_of(dict.fromkeys(fill(FORM), ""), carrier))
    assert len(report.tables) == 3
    for table in report.tables:
        assert table.unread == "no_values"
        assert {value.value for value in table.values} == {None}
        assert {value.status for value in table.values} <= {"blank", "missing"}


def test_columns_that_the_header_swaps_are_swapped() -> None:
    values = fill(FORM)
    text = text_of(values).replace("本年制发件数 | 本年废止件数", "本年废止件数 | 本年制发件数")
    text = text.replace("商业企业 | 科研机构", "科研机构 | 商业企业")
    report = annotate(text)
    issued, repealed, in_force = row_of(tables_named(report, "proactive")[0], "rules")
    assert issued.raw == values["proactive", "rules", "repealed"]
    assert repealed.raw == values["proactive", "rules", "issued"]
    assert in_force.raw == values["proactive", "rules", "in_force"]
    row = row_of(tables_named(report, "requests")[0], "granted")
    assert row[1].raw == values["requests", "granted", "research_institution"]
    assert row[2].raw == values["requests", "granted", "commercial_enterprise"]


@pytest.mark.parametrize("carrier", ["cell_lines", "pdf_lines"])
def test_a_header_that_contradicts_itself_leaves_its_rows_uncertain(carrier: str) -> None:
    text = text_of(fill(FORM), carrier).replace("现行有效件数", "件数")
    text = (
        text.replace("本年制发件数", "暂存")
        .replace("本年废止件数", "本年制发件数")
        .replace("暂存", "本年废止件数")
    )
    report = annotate(text)
    assert {value.value for value in row_of(tables_named(report, "proactive")[0], "rules")} == {None}


def test_rows_in_another_order_are_found_by_their_labels() -> None:
    values = fill(FORM)
    text = text_of(values, "pdf_lines")
    a = next(line for line in text.splitlines() if line.startswith("3.要求提供"))
    b = next(line for line in text.splitlines() if line.startswith("4.无正当"))
    report = annotate(text.replace(f"{a}\n{b}", f"{b}\n{a}"))
    table = tables_named(report, "requests")[0]
    assert [value.raw for value in table.values] == [
        values["requests", value.row, value.column] for value in table.values
    ]


def test_a_row_printed_twice_with_other_numbers_is_uncertain() -> None:
    values = fill(FORM)
    text = text_of(values, "pdf_lines")
    line = next(line for line in text.splitlines() if line.startswith("2.重复申请"))
    report = annotate(text.replace(line, f"{line}\n2.重复申请 1 2 3 4 5 6 21"))
    assert {value.value for value in row_of(tables_named(report, "requests")[0], "rejected_duplicate")} == {
        None
    }


@pytest.mark.parametrize("cell", ["9" * 30, "=SUM(B2:B9)", "-", "见附件", "－5", "1.5.2", "@1+1"])
@pytest.mark.parametrize("carrier", ["tab_cells", "tab_rows", "pipe_rows"])
def test_odd_cells_keep_their_place(cell: str, carrier: str) -> None:
    values = {**fill(FORM), ("requests", "granted", "commercial_enterprise"): cell}
    row = row_of(tables_named(annotate(text_of(values, carrier)), "requests")[0], "granted")
    assert row[1].raw == cell
    assert row[1].value in {None, -5}
    assert [value.raw for value in row] == [values["requests", "granted", value.column] for value in row]
    assert all(value.settled_by == "label" for value in row)


@pytest.mark.slow
def test_ten_thousand_rows() -> None:
    values = fill(FORM)
    text = text_of(values).replace(
        "| 第二十条第（五）项", "| 某项 | 1 | 2 | 3 |\n" * 10_000 + "| 第二十条第（五）项"
    )
    report = annotate(text)
    assert (
        row_of(tables_named(report, "proactive")[0], "licensing")[0].raw
        == values["proactive", "licensing", "decisions"]
    )


HEADS = "一、总体情况\n全年公开信息5条。\n二、主动公开政府信息情况\n{0}三、收到和处理政府信息公开申请情况\n{0}四、政府信息公开行政复议、行政诉讼情况\n{0}五、存在的主要问题及改进情况\n一是公开内容不够全面。\n"


@pytest.mark.parametrize(("inside", "reason"), [("", "nothing"), ("[image: 表格.png]\n", "image")])
def test_tables_that_are_pictures_or_lost_are_reported(inside: str, reason: str) -> None:
    report = annotate(HEADS.format(inside))
    assert [(table.table, table.unread, table.values) for table in report.tables] == [
        (name, reason, ()) for name in ("proactive", "requests", "review_litigation")
    ]


def test_chapters_of_words_promise_no_table() -> None:
    words = "本年度主动公开政府信息共二十条，主要是工作动态和政策文件，均在网站公开，未收到任何投诉举报。\n"
    assert annotate(HEADS.format(words)).tables == ()


def test_the_edition_is_told_by_the_labels_table_by_table() -> None:
    old, new = grids(TRIAL, fill(TRIAL)), grids(FORM, fill(FORM))
    render = CARRIERS["tab_cells"]
    mixed = [(grid.table, render(grid)) for grid in (old[0], new[1], new[2])]
    report = annotate(report_text(mixed, 2023))
    assert [table.form for table in report.tables] == ["trial2019", "format2021", "trial2019"]


def test_sums_settle_a_row_that_lacks_its_empty_cells() -> None:
    values = dict.fromkeys(fill(FORM), "0")
    for line, column, number in [
        ("new_received", "natural_person", "7"),
        ("new_received", "commercial_enterprise", "1"),
        ("new_received", "total", "8"),
        ("granted", "natural_person", "7"),
        ("granted", "commercial_enterprise", "1"),
        ("granted", "total", "8"),
        ("result_total", "natural_person", "7"),
        ("result_total", "commercial_enterprise", "1"),
        ("result_total", "total", "8"),
    ]:
        values["requests", line, column] = number
    text = text_of(values).replace(
        "申请数量 |  |  | 7 | 1 | 0 | 0 | 0 | 0 | 8 |", "申请数量 |  |  | 7 | 1 | 8 |  |  |  |  |"
    )
    row = row_of(tables_named(annotate(text), "requests")[0], "new_received")
    assert [value.value for value in row] == [7, 1, None, None, None, None, 8]
    assert {value.settled_by for value in row} == {"identity"}


def test_without_sums_such_a_row_stays_uncertain() -> None:
    lines = text_of(fill(FORM)).splitlines()
    place = next(number for number, line in enumerate(lines) if line.startswith("| 一、本年新收"))
    lines[place] = "| 一、本年新收政府信息公开申请数量 |  |  | 7 | 1 | 8 |  |  |  |  |"
    row = row_of(tables_named(annotate("\n".join(lines)), "requests")[0], "new_received")
    assert [(value.raw, value.value) for value in row[:3]] == [("7", None), ("1", None), ("8", None)]
    assert {value.settled_by for value in row} == {None}


def test_numbers_of_rows_are_no_values() -> None:
    labels = [
        "（一）收到申请数",
        "1.当面申请数",
        "2.传真申请数",
        "3.网络申请数",
        "4.信函申请数",
        "（二）申请办结数",
    ]
    lines = [f"{label} 件 {number}" for number, label in enumerate(labels, 10)]
    report = annotate(
        "某局2016年政府信息公开年度报告\n\n附件：统计表\n统计指标 单位 代码 统计数\n" + "\n".join(lines)
    )
    (table,) = report.tables
    assert {value.value for value in table.values} == {None}


def test_one_row_that_is_left_of_a_table_is_read() -> None:
    text = HEADS.format("").replace(
        "申请情况\n", "申请情况\n| 一、本年新收政府信息公开申请数量 | 37 | 6 | 0 | 0 | 1 | 2 | 46 |\n", 1
    )
    (table,) = [table for table in annotate(text).tables if table.values]
    assert [value.value for value in row_of(table, "new_received")] == [37, 6, 0, 0, 1, 2, 46]
    assert {value.status for value in row_of(table, "carried_out")} == {"missing"}


PIECES = [
    "二、主动公开政府信息情况\n", "三、收到和处理政府信息公开申请情况\n", "四、政府信息公开行政复议、行政诉讼情况\n", "第二十条第（一）项", "信息内容", "规章",
    "行政许可", "本年制发件数", "自然人", "总计", "一、本年新收政府信息公开申请数量", "（三）不予公开", "1.属于国家秘密", "（七）总计", "3.其他", "行政复议", "结果维持",
    "\t", "\n", "\n\n", " | ", "|\n", "|||\n", "| --- |\n", " ", "　", "0", "12", "0 0 0 0 0 0 0", "无", "-", "增3项", "9" * 30, "（", "）", "- 4 -", "[image: 表.png]", "\x1f", "\r\n",
]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=60).map("".join))
@settings(max_examples=150)
def test_any_mix_of_table_pieces_is_read(text: str) -> None:
    annotate(text)


@given(st.integers(0, 10**9))
@settings(max_examples=60)
def test_damage_gives_no_wrong_value(seed: int) -> None:
    document, values, what = damaged_report(ANALYZER.scheme, seed)
    report = ANALYZER.annotate(document)
    assert wrong_values(report, values) == [], what
    json.loads(dump_report(report))
