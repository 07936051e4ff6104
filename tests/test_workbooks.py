"""The workbook of `giar check`: what stands in it, how it prints, and that it can be given back filled in."""

from __future__ import annotations

import io
import re
import sys
import zipfile
from collections import Counter
from pathlib import Path

import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook

from giar_nlp.auditing import Auditor, Failed, Found, read_decisions, write_workbook
from giar_nlp.cli import main
from giar_nlp.errors import CorpusError
from giar_nlp.exports import Row
from giar_nlp.exports.layout import Language
from giar_nlp.workbooks import audit_layout, save_audit

SAMPLES = sorted(
    path for path in (Path(__file__).parents[1] / "corpora" / "samples").iterdir() if path.suffix != ".jsonl"
)
HAN = re.compile("[一-龥]")
NAMES = ["核查单", "核查结果", "报告", "按机关汇总", "按检查项汇总", "未能读入"]
FACTS: dict[str, object] = dict.fromkeys(
    ("reports", "failures", "error", "warning", "info", "unassessed", "dismissed", "version", "scheme"), 0
)


def giar_check(*arguments: object) -> int:
    sys.argv = ["giar", "check", *map(str, arguments)]
    with pytest.raises(SystemExit) as left:
        main()
    return int(left.value.code or 0)


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("in") / "=1+1.pdf"
    path.write_bytes(b"%PDF-1.4 nothing")
    return path


@pytest.fixture(scope="module")
def book(broken: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("out") / "findings.xlsx"
    assert giar_check(*SAMPLES, broken, "-o", path) == 1
    return path


@pytest.fixture(scope="module")
def found(broken: Path) -> list[Found]:
    auditor = Auditor(language="zh")
    return [one for one in auditor.audit([*SAMPLES, broken]) if isinstance(one, Found)]


def opened(path: Path | io.BytesIO) -> CalamineWorkbook:
    data = path.read_bytes() if isinstance(path, Path) else path.getvalue()
    return CalamineWorkbook.from_filelike(io.BytesIO(data))


def sheet_of(path: Path | io.BytesIO, name: str) -> list[list]:
    return opened(path).get_sheet_by_name(name).to_python()


def rows_of(path: Path, name: str) -> list[dict]:
    header, *rows = sheet_of(path, name)
    return [dict(zip(header, row, strict=True)) for row in rows]


def xml_of(path: Path | io.BytesIO, name: str) -> str:
    with zipfile.ZipFile(path) as archive:
        return archive.read(f"xl/{name}.xml").decode()


def test_headings_and_findings_are_chinese(book: Path, found: list[Found]) -> None:
    assert opened(book).sheet_names == NAMES
    for name in NAMES[1:]:
        assert all(HAN.search(heading) for heading in sheet_of(book, name)[0]), name
    rows = rows_of(book, "核查结果")
    assert [row["编号"] for row in rows] == list(range(1, len(found) + 1))
    assert {row["结果编号"]: row["说明"] for row in rows} == {
        one.finding.id: one.finding.message for one in found
    }
    assert {row["程度"] for row in rows} == {"错误", "警告", "提示"}
    assert {row["结论"] for row in rows} == {"不符合", "无法核查"}
    assert all(HAN.search(row["规则"]) for row in rows)
    assert {row["核查意见"] for row in rows} == {row["备注"] for row in rows} == {""}
    assert not any(row["原文"].startswith("；") for row in rows), "blank places are left out"


def test_every_report_is_listed_and_its_findings_stand_together(book: Path, found: list[Found]) -> None:
    reports = rows_of(book, "报告")
    assert [Path(row["文件"]).name for row in reports] == [path.name for path in SAMPLES]
    rows = rows_of(book, "核查结果")
    assert [row["报告序号"] for row in rows] == sorted(row["报告序号"] for row in rows)
    for row in rows:
        report = reports[int(row["报告序号"])]
        assert (row["机关"], row["年度"], row["文件"]) == (report["机关"], report["年度"], report["文件"])
    n_found = Counter(one.finding.severity for one in found if one.finding.status == "fail")
    for name in ("报告", "按机关汇总", "按检查项汇总"):
        sums = [sum(row[column] for row in rows_of(book, name)) for column in ("错误", "警告", "提示")]
        assert sums == [n_found["error"], n_found["warning"], n_found["info"]], name
    assert sum(row["无法核查"] for row in reports) == len(found) - n_found.total()


def test_what_could_not_be_read_is_listed_with_its_reason(book: Path, broken: Path) -> None:
    (row,) = rows_of(book, "未能读入")
    assert (row["编号"], row["文件"], row["类别"], row["处理情况"]) == (1, str(broken), "文件无法读取", "")
    assert "no pages" in row["原因"]
    cover = [row[0] for row in sheet_of(book, "核查单")]
    assert "未能读入的文件1个（见“未能读入”）。" in cover
    assert any(line.startswith(f"核查报告{len(SAMPLES)}份：错误4项") for line in cover)
    assert [line for line in cover if line in {"核查人", "复核人", "负责人"}] == [
        "核查人",
        "复核人",
        "负责人",
    ]


def test_it_prints_across_with_the_header_on_each_page(book: Path) -> None:
    for number, name in enumerate(NAMES, 1):
        xml = xml_of(book, f"worksheets/sheet{number}")
        assert 'orientation="landscape"' in xml
        assert 'fitToHeight="0"' in xml
        assert '<pageSetUpPr fitToPage="1"/>' in xml
        assert "第&amp;P页，共&amp;N页" in xml
        assert ('state="frozen"' in xml) == ("<autoFilter" in xml) == (name != "核查单")
    names = dict(
        re.findall(
            '<definedName name="_xlnm.Print_(\\w+)" localSheetId="\\d+">([^<]*)<', xml_of(book, "workbook")
        )
    )
    assert xml_of(book, "workbook").count("_xlnm.Print_Titles") == len(NAMES) - 1
    assert re.fullmatch("核查结果!\\$A\\$1:\\$L\\$\\d+", names["Area"]), "ids and paths are not printed"


def test_rows_are_as_high_as_their_text_and_wrapped(book: Path) -> None:
    xml = xml_of(book, "worksheets/sheet2")
    heights = [float(height) for height in re.findall('<row r="\\d+"[^>]* ht="([\\d.]+)"', xml)]
    messages = [str(row[6]) for row in sheet_of(book, "核查结果")]
    assert len(heights) == len(messages)
    assert heights[messages.index(max(messages, key=len))] >= 4 * 18
    assert min(heights[1:]) == 18
    styles = re.findall("<xf [^>]*>(?:<alignment[^>]*>)?", xml_of(book, "styles").split("<cellXfs")[1])
    cells = re.findall(r'<c r="[G-J]\d+" s="(\d+)"', xml)
    assert len(cells) > len(messages)
    assert all('wrapText="1"' in styles[int(style)] for style in cells)


def test_the_auditor_picks_a_decision(book: Path, found: list[Found]) -> None:
    xml = xml_of(book, "worksheets/sheet2")
    (place,) = re.findall('<dataValidation type="list"[^>]* sqref="([^"]*)"><formula1>"属实,不成立"', xml)
    assert place == f"K2:K{len(found) + 1}"


def test_english_is_there_for_the_asking(tmp_path: Path) -> None:
    out = tmp_path / "out.xlsx"
    assert giar_check(SAMPLES[-1], "-o", out, "--lang", "en") == 0
    for name in opened(out).sheet_names[1:]:
        assert not HAN.search("".join(sheet_of(out, name)[0])), name
    assert {row["Severity"] for row in rows_of(out, "Findings")} <= {"error", "warning", "info"}


def test_other_formats_still_speak_english(tmp_path: Path) -> None:
    assert giar_check(SAMPLES[-1], "-o", tmp_path / "out.csv") == 0
    header, first, *_ = (tmp_path / "out.csv").read_text(encoding="utf-8-sig").splitlines()
    assert header.startswith("report,agency,")
    assert ",fail," in first


# --- what is hostile, what is too much ----------------------------------------------------------------------------

HOSTILE = ["=1+2", "+cmd|' /C calc'!A0", "-2+3", "@x", '=HYPERLINK("http://x")', "a\x00b", "_x0041_"]


def empty() -> dict[str, list[Row]]:
    return {sheet.id: [] for sheet in audit_layout().sheets}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_cell_is_run(language: Language) -> None:
    tables = {
        sheet.id: [{column.id: text for column in sheet.columns} for text in HOSTILE]
        for sheet in audit_layout().sheets
    }
    stream = io.BytesIO()
    save_audit(tables, {**FACTS, "version": "=1", "scheme": "=1+2"}, stream, language=language)
    names = opened(stream).sheet_names
    for number, name in enumerate(names, 1):
        assert "<f>" not in xml_of(stream, f"worksheets/sheet{number}")
        if number > 1:
            _, *rows = sheet_of(stream, name)
            assert [set(row) for row in rows] == [{text.replace("\x00", "\ufffd")} for text in HOSTILE]
    styles = re.findall("<xf [^>]*>", xml_of(stream, "styles").split("<cellXfs")[1])
    first_rows = re.findall(
        r'<c r="[A-Z]+[2-6]" s="(\d+)" t="inlineStr"', xml_of(stream, "worksheets/sheet2")
    )
    assert len(first_rows) == 5 * len(audit_layout().sheets[0].columns)
    assert all('quotePrefix="1"' in styles[int(style)] for style in first_rows)


def test_a_full_sheet_goes_on_in_the_next() -> None:
    tables = empty() | {"findings": [{"number": n, "id": f"x{n}"} for n in range(1, 6)]}
    stream = io.BytesIO()
    save_audit(tables, FACTS, stream, max_rows=3)
    names = [name for name in opened(stream).sheet_names if name.startswith("核查结果")]
    assert names == ["核查结果", "核查结果 2", "核查结果 3"]
    assert [[row[0] for row in sheet_of(stream, name)] for name in names] == [
        ["编号", 1, 2],
        ["编号", 3, 4],
        ["编号", 5],
    ]
    with zipfile.ZipFile(stream) as archive:
        sheets = [archive.read(name).decode() for name in archive.namelist() if "worksheets/" in name]
    assert [re.findall('sqref="(K2[^"]*)"', xml) for xml in sheets if "属实,不成立" in xml] == [
        ["K2:K3"],
        ["K2:K3"],
        ["K2"],
    ]


def test_nothing_found_is_a_workbook_too() -> None:
    stream = io.BytesIO()
    save_audit(empty(), FACTS, stream)
    assert [len(sheet_of(stream, name)) for name in NAMES[1:]] == [1] * 5


def test_an_unforeseen_error_is_listed_too() -> None:
    stream = io.BytesIO()
    line = b'{"source":"a.txt","error":{"type":"KeyError","message":"k"}}'
    write_workbook(Auditor(language="zh"), [], [Failed(line, "k")], stream)
    assert sheet_of(stream, "未能读入")[1][1:4] == ["a.txt", "KeyError", "k"]


# --- filled in and given back -------------------------------------------------------------------------------------


def fill(source: Path, target: Path, name: str, column: int, decisions: list[str]) -> None:
    """What a spreadsheet program saves once its user has filled in the first rows of a column."""
    with xlsxwriter.Workbook(str(target)) as made:
        for each in opened(source).sheet_names:
            page = made.add_worksheet(each)
            for number, row in enumerate(sheet_of(source, each)):
                page.write_row(number, 0, row)
                if each == name and 0 < number <= len(decisions):
                    page.write_string(number, column, decisions[number - 1])


@pytest.mark.parametrize(
    ("language", "words"), [("zh", ["不成立", " 属实 "]), ("en", ["Dismissed", "confirmed"])]
)
def test_the_workbook_filled_in_serves_as_decisions(
    tmp_path: Path, language: str, words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    out, filled, again = (tmp_path / f"{name}.xlsx" for name in ("out", "filled", "again"))
    giar_check(*SAMPLES, "-o", out, "--lang", language)
    findings = audit_layout().sheets[0]
    name, id_column, decision = (
        findings.name[language],
        findings.column("id").name[language],
        findings.column("decision").name[language],
    )
    fill(out, filled, name, [column.id for column in findings.columns].index("decision"), words)
    first, second, third, *_ = [row[id_column] for row in rows_of(out, name)]
    assert read_decisions(filled) == {first: "dismissed", second: "confirmed"}
    giar_check(*SAMPLES, "--decisions", filled, "-o", again, "--lang", language)
    assert "1 dismissed" in capsys.readouterr().err
    rows = rows_of(again, name)
    assert [row[id_column] for row in rows[:2]] == [second, third]
    assert [row[decision] for row in rows[:2]] == [words[1].strip(), ""]
    told = [str(row[0]) for row in sheet_of(again, audit_layout().words["cover"][language])]
    assert any("1" in line and ("不再列出" in line or "dismissed" in line) for line in told)


def test_a_decision_in_a_workbook_that_is_none_is_told(tmp_path: Path, book: Path) -> None:
    fill(book, tmp_path / "filled.xlsx", "核查结果", 10, ["属实", "待定"])
    with pytest.raises(CorpusError, match=r"entry 2: '待定' is no decision; .*不成立"):
        read_decisions(tmp_path / "filled.xlsx")


def test_a_workbook_of_something_else_is_told(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(str(tmp_path / "other.xlsx")) as made:
        made.add_worksheet().write_column(0, 0, ["id", "x"])
    with pytest.raises(CorpusError, match="no sheet has columns 'id' and 'decision'"):
        read_decisions(tmp_path / "other.xlsx")
    (tmp_path / "none.xlsx").write_bytes(b"no workbook")
    with pytest.raises(CorpusError, match="no Excel workbook"):
        read_decisions(tmp_path / "none.xlsx")
