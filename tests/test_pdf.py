"""PDF to documents: lines, paragraphs, tables, what stands around them, and files that are no report."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from threading import Thread

import pdfplumber
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from giar_nlp.analyzer import Analyzer, load
from giar_nlp.errors import ReadError
from giar_nlp.readers import LIMITS, Limits, read, read_bytes
from giar_nlp.types import Block, Document, Report
from tests.pdf_pages import HEIGHT, WIDTH, Paper, file_of, pdf, stream

ROOT = Path(__file__).parents[1]
FORMS = ROOT / "tests" / "forms" / "pdf"
DATA = tomllib.loads((ROOT / "giar_nlp" / "data" / "readers" / "pdf.toml").read_text(encoding="utf-8"))
LEFT = 97.5
FULL = "全年主动公开政府信息五十三条其中通过网站公开三十三条通过新媒体公开二十条群众满意"
"""Forty characters of ten points: a line from LEFT to as far from the right edge of the page."""
assert len(FULL) == 40


def text_of(*papers: Paper, limits: Limits = LIMITS) -> str:
    return document_of(*papers, limits=limits).text


def document_of(*papers: Paper, limits: Limits = LIMITS) -> Document:
    return read_bytes(pdf(*papers), path="a.pdf", limits=limits)


def cells_of(document: Document, block: Block) -> list[tuple[int, int, int, int, str]]:
    return [
        (cell.row, cell.col, cell.rowspan, cell.colspan, document.text[cell.start : cell.end])
        for cell in block.cells
    ]


# --- whole reports, as programs print them ---------------------------------------------------------------


@pytest.fixture(scope="module")
def analyzer() -> Analyzer:
    return load(model="none")


def closed(text: str) -> str:
    return "".join(text.split())


def told(report: Report) -> dict[str, list]:
    segments = report.segments
    return {
        "sections": [(section.number, section.key, section.title) for section in report.sections],
        "segments": [closed(segment.text) for segment in segments],
        "themes": [[theme.label for theme in segment.themes] for segment in segments],
        "counts": [
            (closed(count.text), count.value, count.unit, count.kind, count.bound, count.year)
            for segment in segments
            for count in segment.counts
        ],
        "tables": [
            (table.form, value.row, value.column, value.value, value.status)
            for table in report.tables
            for value in table.values
        ],
    }


@pytest.mark.parametrize("name", ["writer", "landscape"])
def test_a_report_tells_the_same_as_its_text(analyzer: Analyzer, name: str) -> None:
    """Printed by LibreOffice from the sample: headers, page numbers, rows that page ends cut."""
    found = told(analyzer.annotate(read(FORMS / f"{name}.pdf")))
    assert found == told(analyzer.annotate(read(ROOT / "corpora" / "samples" / "2023_city.txt")))
    assert len(found["tables"]) == 200


def test_browsers_print_characters_as_drawings() -> None:
    """Printed by Chromium: fonts of type 3, ruling lines as thin areas."""
    document = read(FORMS / "browser.pdf")
    lines = document.text.split("\n")
    assert lines[:2] == ["望岳市人民政府", "2023年政府信息公开工作年度报告"]
    assert lines[2].endswith("所列数据的统计期限为2023年1月1日至12月31日。")
    (table,) = document.blocks
    cells = cells_of(document, table)
    assert (0, 0, 1, 4, "第二十条第（一）项") in cells
    assert (5, 1, 1, 3, "本年处理决定数量") in cells
    assert (13, 1, 1, 3, "38120.57") in cells
    assert len(cells) == 30


def test_no_fewer_cells_than_pdfplumber_finds() -> None:
    document = read(FORMS / "writer.pdf")
    found = "".join(closed(text) for block in document.blocks for *_, text in cells_of(document, block))
    with pdfplumber.open(FORMS / "writer.pdf") as file:
        rows = [row for page in file.pages for table in page.extract_tables() for row in table]
    expected = [closed(text) for row in rows for text in row if text]
    assert len(expected) > 200
    assert sorted(found) == sorted("".join(expected))


# --- lines and paragraphs --------------------------------------------------------------------------------

# lines as they are printed (an ideographic blank is an indent) and the paragraphs that they make
PARAGRAPHS = [
    (["　　" + FULL[:38], FULL, "率高。"], ["　　" + FULL[:38] + FULL + "率高。"]),
    (["　　" + FULL[:38], "　　" + FULL[:30]], ["　　" + FULL[:38], "　　" + FULL[:30]]),
    (["　　" + FULL[:36] + "。", "二、主动公开"], ["　　" + FULL[:36] + "。", "二、主动公开"]),
    (["　　" + FULL[:34], "（一）主动公开"], ["　　" + FULL[:34], "（一）主动公开"]),
    (["　　" + FULL[:37], "《条例》。"], ["　　" + FULL[:37] + "《条例》。"]),
    (["　　" + FULL[:37] + "12", "34条。"], ["　　" + FULL[:37] + "1234条。"]),
    (["　　" + FULL[:35] + "report", "on year"], ["　　" + FULL[:35] + "report on year"]),
    (["　　" + FULL[:28] + "www.example.gov.cn/zw", "gk/2023。"], ["　　" + FULL[:28] + "www.example.gov.cn/zwgk/2023。"]),
    (["　　" + FULL[:34] + "0570-", "0110633。"], ["　　" + FULL[:34] + "0570-0110633。"]),
]  # fmt: skip


@pytest.mark.parametrize(("lines", "paragraphs"), PARAGRAPHS)
def test_lines_are_joined_to_paragraphs(lines: list[str], paragraphs: list[str]) -> None:
    body = [FULL[:40], FULL[:40], FULL[:40], "。"]
    page = Paper().lines(LEFT, 100, [*body, *lines])
    assert text_of(page).rstrip("\n").split("\n")[1:] == [line.lstrip("　") for line in paragraphs]


def test_a_paragraph_goes_on_on_the_next_page() -> None:
    first = Paper().lines(LEFT, 100, ["　　" + FULL[:38], FULL, FULL[::-1], FULL])
    second = Paper().lines(LEFT, 100, ["率高。", "　　" + FULL[2:], FULL[5:] + FULL[:5]])
    wanted = [FULL[:38] + FULL + FULL[::-1] + FULL + "率高。", FULL[2:] + FULL[5:] + FULL[:5]]
    assert text_of(first, second).split("\n") == [*wanted, ""]


def test_without_indents_distance_and_numbers_tell_paragraphs() -> None:
    page = Paper()
    for number, y in enumerate((100, 145, 190)):
        page.lines(LEFT, y, [FULL, FULL[:39] + "。" if number else FULL[:20] + "。"])
    page.lines(LEFT, 220, ["（二）" + FULL[:37], "率高。"])
    wanted = [FULL + FULL[:20] + "。", *[FULL + FULL[:39] + "。"] * 2, "（二）" + FULL[:37] + "率高。"]
    assert text_of(page).split("\n") == [*wanted, ""]


def test_text_behind_a_lists_marker_is_one_paragraph() -> None:
    page = (
        Paper()
        .lines(LEFT, 100, [FULL, FULL, FULL, "。"])
        .text(LEFT, 160, "1.")
        .text(LEFT + 20, 160, FULL[:38])
    )
    page.text(LEFT + 20, 175, FULL[:38]).text(LEFT + 20, 190, "率高。")
    assert text_of(page).split("\n")[1] == "1. " + FULL[:38] + FULL[:38] + "率高。"


# pieces of one line: where each begins, in ems, and what the line reads
BLANKS = [
    ([(0, "公开"), (2.25, "5500"), (4.5, "余条")], "公开5500余条", "what typesetters leave around figures"),
    ([(0, "公开 5500 余条")], "公开 5500 余条", "blanks that the file holds"),
    ([(0, "公开"), (2.02, " "), (2.05, "信息")], "公开信息", "a blank without breadth"),
    ([(0, "来源："), (3.3, "县政府")], "来源： 县政府", "a blank that the file does not hold"),
    ([(0, "1"), (0.5, " "), (0.53, "234件")], "1234件", "a blank inside a number"),
    ([(0, "annual"), (3.3, "report")], "annual report", "words"),
    ([(0, "主动公开"), (9, "53")], "主动公开\t53", "far apart"),
    ([(0, "公"), (0.02, "公"), (1, "开"), (1.03, "开"), (2, "了"), (3, "了")], "公开了了", "printed twice to look bold"),
    ([(0, "11"), (0.04, "11"), (1, "件")], "11件", "figures printed twice"),
]  # fmt: skip


@pytest.mark.parametrize(("pieces", "line", "note"), BLANKS)
def test_blanks(pieces: list[tuple[float, str]], line: str, note: str) -> None:
    page = Paper().text(LEFT, 60, "政府信息公开工作年度报告")
    for at, text in pieces:
        page.text(LEFT + 10 * at, 100, text)
    assert text_of(page).split("\n")[1] == line, note


def test_gaps_of_a_justified_line_are_no_blanks() -> None:
    page = Paper()
    for number, char in enumerate("政府信息公开工作年度报告"):
        page.text(LEFT + number * 13, 100, char)
    assert text_of(page) == "政府信息公开工作年度报告\n"


def test_radicals_and_ligatures_are_what_they_stand_for() -> None:
    assert (
        text_of(Paper().text(LEFT, 100, "⼀、⾸⻚公开情况 ﬁle年度报告")) == "一、首页公开情况 file年度报告\n"
    )


def test_what_leans_or_stands_outside_is_left_out() -> None:
    page = Paper().lines(LEFT, 100, [FULL, FULL])
    page.text(200, 300, "内部资料", size=40, matrix="0.8 0.6 -0.6 0.8").text(WIDTH + 50, 100, "裁切线")
    page.text(LEFT, 200, "看不见的字", size=0.1).text(LEFT, 230, "也看不见", size=0)
    assert text_of(page) == FULL * 2 + "\n"


# matrix of what is drawn, /Rotate, box: a page printed sideways, with and without a word of it
TURNS = [
    (f"0 1 -1 0 {HEIGHT} 0", 90, f"0 0 {HEIGHT} {WIDTH}"),
    (f"0 1 -1 0 {HEIGHT} 0", 0, f"0 0 {HEIGHT} {WIDTH}"),
    (f"0 -1 1 0 0 {WIDTH}", 270, f"0 0 {HEIGHT} {WIDTH}"),
    (f"-1 0 0 -1 {WIDTH} {HEIGHT}", 180, f"0 0 {WIDTH} {HEIGHT}"),
    ("1 0 0 1 100 50", 0, f"100 50 {WIDTH + 100} {HEIGHT + 50}"),
]


@pytest.mark.parametrize(("turn", "rotate", "box"), TURNS)
def test_turned_pages(turn: str, rotate: int, box: str) -> None:
    page = Paper(turn, rotate, box).lines(
        LEFT, 100, ["　　" + FULL[:38], FULL, FULL, "率高。", "二、主动公开"]
    )
    page.table([60, 160, 260], [200, 220, 240], [["规章", "12"], ["许可", "7"]])
    document = document_of(page)
    assert document.text == FULL[:38] + FULL * 2 + "率高。\n二、主动公开\n规章\t12\n许可\t7\n"
    assert [block.kind for block in document.blocks] == ["table"]


def test_two_columns_are_read_one_after_the_other() -> None:
    column = FULL[:20]
    left = ["　　" + column[:18], *[column] * 9, "完。"]
    right = ["　　" + column[:18], *[column] * 7, "毕。", "　　二、情况", "　　无。"]
    page = Paper().text(200, 60, "年度报告").lines(60, 100, left).lines(300, 100, right)
    more = Paper().lines(60, 100, ["　　三、其他", "　　" + column[:18]]).lines(300, 100, [column, "完。"])
    assert text_of(page, more).split("\n") == [
        "年度报告",
        column[:18] + column * 9 + "完。",
        column[:18] + column * 7 + "毕。",
        "二、情况",
        "无。",
        "三、其他",
        column[:18] + column + "完。",
        "",
    ]


# --- around the text -------------------------------------------------------------------------------------

# footers of three pages that are no text
NUMBERS = [
    ["- 1 -", "- 2 -", "- 3 -"],
    ["—4—", "—5—", "—6—"],
    ["第1页 共3页", "第2页 共3页", "第3页 共3页"],
    ["1", "2", "3"],
    ["7", "8", "9"],
    ["1/3", "2/3", "3/3"],
    ["霖州市水利局 1", "霖州市水利局 2", "霖州市水利局 3"],
]


@pytest.mark.parametrize("numbers", NUMBERS)
def test_headers_and_page_numbers_are_left_out(numbers: list[str]) -> None:
    bodies = ["　　公开制度三项。", "　　办理申请七件。", "　　开展培训两次。"]
    pages = [
        Paper().text(250, 40, "政府信息公开年报", 8).lines(LEFT, 100, [body]).text(290, 800, number, 8)
        for body, number in zip(bodies, numbers, strict=True)
    ]
    assert text_of(*pages) == "公开制度三项。\n办理申请七件。\n开展培训两次。\n"


def test_lines_at_the_edge_of_a_page_stay_if_they_are_text() -> None:
    first = Paper().lines(LEFT, 100, ["政府信息公开工作年度报告", "主动公开政府信息", "53"])
    second = Paper().lines(LEFT, 100, ["办理申请", "12"])
    assert text_of(first, second).split("\n") == [
        "政府信息公开工作年度报告",
        "主动公开政府信息",
        "53",
        "办理申请",
        "12",
        "",
    ]


def test_what_a_browser_prints_around_a_page_is_left_out() -> None:
    page = (
        Paper()
        .text(24, 24, "2024/3/5 10:22", 8)
        .text(200, 24, "年度报告", 8)
        .lines(LEFT, 100, ["主动公开53条信息。"])
    )
    page.text(24, 820, "https://www.example.gov.cn/zwgk/a.html", 8).text(560, 820, "1/1", 8)
    assert text_of(page) == "主动公开53条信息。\n"


@pytest.mark.parametrize("name", [name for name, said in DATA.items() if "pattern" in said])
def test_patterns_match_their_examples_alone(name: str) -> None:
    said = DATA[name]
    match = (
        re.compile(said["pattern"]).fullmatch
        if name.endswith("number")
        else re.compile(said["pattern"]).match
    )
    assert said["examples"]
    assert [text for text in said["examples"] if not match(text)] == []
    assert [text for text in said["not_examples"] if match(text)] == []


# --- tables ----------------------------------------------------------------------------------------------

XS = [60, 160, 260, 360]


def test_cells_that_span_rows_and_columns() -> None:
    page = Paper().text(LEFT, 90, "公开情况：")
    for y, (start, end) in {100: (60, 360), 120: (160, 360), 140: (160, 260), 160: (60, 360)}.items():
        page.rule(start, y, end, y)
    for x, (start, end) in {60: (100, 160), 160: (100, 160), 260: (120, 160), 360: (100, 160)}.items():
        page.rule(x, start, x, end)
    for x, y, text in (
        (63, 112, "类别"),
        (163, 112, "数量"),
        (163, 132, "规章"),
        (163, 152, "许可"),
        (263, 132, "12"),
    ):
        page.text(x, y, text)
    document = document_of(page)
    (table,) = document.blocks
    assert cells_of(document, table) == [
        (0, 0, 3, 1, "类别"),
        (0, 1, 1, 2, "数量"),
        (1, 1, 1, 1, "规章"),
        (1, 2, 2, 1, "12"),
        (2, 1, 1, 1, "许可"),
    ]
    assert document.text == "公开情况：\n类别\t数量\n\t规章\t12\n\t许可\n"


def test_a_table_open_at_its_sides() -> None:
    page = Paper().text(LEFT, 60, "公开情况如下")
    for y in (100, 120, 140):
        page.rule(60, y, 260, y)
    page.rule(160, 100, 160, 140)
    for x, y, text in ((63, 112, "类别"), (163, 112, "数量"), (63, 132, "规章"), (163, 132, "12")):
        page.text(x, y, text)
    assert document_of(page).text == "公开情况如下\n类别\t数量\n规章\t12\n"
    assert len(document_of(page).blocks[0].cells) == 4


@pytest.mark.parametrize(
    "lines",
    [
        [(50, 80, 470, 80), (50, 160, 470, 160), (50, 80, 50, 160), (470, 80, 470, 160)],
        [(LEFT, 102, 200, 102), (LEFT, 117, 300, 117)],
        [(50, 80, 470, 80), (50, 160, 470, 160)],
    ],
    ids=["frame", "underlines", "rules"],
)
def test_lines_around_text_are_no_table(lines: list[tuple[float, float, float, float]]) -> None:
    page = Paper().lines(LEFT, 100, ["　　" + FULL[:38], FULL, "率高。"])
    for line in lines:
        page.rule(*line)
    document = document_of(page)
    assert document.text == FULL[:38] + FULL + "率高。\n"
    assert document.blocks == ()


def test_an_underline_inside_a_cell_parts_nothing() -> None:
    page = Paper().table(XS[:3], [100, 130, 160], [["规章", "12"], ["许可", "7"]])
    page.text(63, 60, "公开情况如下").rule(63, 114, 83, 114)
    assert text_of(page) == "公开情况如下\n规章\t12\n许可\t7\n"


ROWS = [["一、新收", "12", "3"], ["二、结转", "0", "1"]]


def over_pages(above: list[list[str]], below: list[list[str]], height: float = 30) -> Document:
    def page(rows: list[list[str]]) -> Paper:
        return Paper().table(XS, [100 + height * number for number in range(len(rows) + 1)], rows)

    return document_of(page(above).text(LEFT, 80, "三、申请情况"), page(below))


def test_a_table_goes_on_on_the_next_page() -> None:
    document = over_pages(ROWS, [["三、办理", "11", "4"], ["四、总计", "11", "4"]])
    assert document.text == (
        "三、申请情况\n一、新收\t12\t3\n二、结转\t0\t1\n三、办理\t11\t4\n四、总计\t11\t4\n"
    )
    assert [len(block.cells) for block in document.blocks] == [12]


def test_a_repeated_header_is_told_once() -> None:
    head = ["类别", "自然人", "法人"]
    document = over_pages([head, *ROWS], [head, ["三、办理", "11", "4"]])
    assert (
        document.text
        == "三、申请情况\n类别\t自然人\t法人\n一、新收\t12\t3\n二、结转\t0\t1\n三、办理\t11\t4\n"
    )


def test_a_row_that_a_page_end_cuts_is_whole_again() -> None:
    document = over_pages(
        [*ROWS, ["三、要求行政机关确\n认或重新出具已获取", "11", "4"]],
        [["信息", "", ""], ["四、总计", "11", "4"]],
    )
    assert document.text.split("\n")[3:5] == [
        "三、要求行政机关确认或重新出具已获取信息\t11\t4",
        "四、总计\t11\t4",
    ]


@pytest.mark.parametrize("label", ["四、要求提供公开的", "出版物数量"])
def test_a_row_with_values_of_its_own_is_no_half(label: str) -> None:
    document = over_pages([*ROWS, ["三、信访举报投诉类", "11", "4"]], [[label, "2", "2"]])
    assert document.text.split("\n")[3:5] == ["三、信访举报投诉类\t11\t4", f"{label}\t2\t2"]


def test_a_group_of_rows_goes_on_below_its_label() -> None:
    document = over_pages(
        [["三、结果", "（一）公开", "3"]], [["", "（二）不予公开", "4"], ["四、结转", "无", "1"]]
    )
    (table,) = document.blocks
    assert cells_of(document, table)[0] == (0, 0, 2, 1, "三、结果")
    assert document.text.split("\n")[1:3] == ["三、结果\t（一）公开\t3", "\t（二）不予公开\t4"]


def test_another_table_is_not_joined() -> None:
    first = Paper().text(LEFT, 80, "公开情况如下").table(XS, [100, 120, 140], [["规章", "1", "2"]] * 2)
    second = Paper().table([60, 110, 210, 310, 360], [100, 120, 140], [["许可", "1", "2", "3"]] * 2)
    assert [len(block.cells) for block in document_of(first, second).blocks] == [6, 8]


def test_table_text_is_not_told_a_second_time() -> None:
    page = Paper().lines(LEFT, 60, [FULL]).table(XS, [100, 120, 140], ROWS).lines(LEFT, 170, [FULL])
    assert text_of(page) == f"{FULL}\n一、新收\t12\t3\n二、结转\t0\t1\n{FULL}\n"


# --- files that cannot be read ---------------------------------------------------------------------------

IMAGE = "q 400 0 0 300 60 300 cm /I Do Q"


def refusal(data: bytes, limits: Limits = LIMITS) -> str:
    with pytest.raises(ReadError) as caught:
        read_bytes(data, path="a.pdf", limits=limits)
    return str(caught.value)


def test_a_password_is_needed() -> None:
    with pytest.raises(ReadError, match="is encrypted; save it without a password"):
        read(FORMS / "locked.pdf")


def test_an_owners_password_alone_hinders_nobody() -> None:
    assert "如有疑问，请与望岳市政务公开办公室联系" in read(FORMS / "restricted.pdf").text


def test_a_scan_says_so() -> None:
    said = refusal(pdf(Paper().raw(IMAGE), Paper().raw(IMAGE)))
    assert "has no text layer: its 2 pages hold images" in said
    assert "OCR" in said


def test_a_page_that_is_an_image_is_noted(caplog: pytest.LogCaptureFixture) -> None:
    document = document_of(Paper().lines(LEFT, 100, [FULL]), Paper().raw(IMAGE))
    assert document.text == f"{FULL}\n[image: page 2]\n"
    assert [block.kind for block in document.blocks] == ["image"]
    assert "no text layer on page 2" in caplog.text


def test_fonts_that_do_not_tell_their_characters() -> None:
    private = "".join(chr(0xE000 + number) for number in range(30))
    assert "no Unicode map" in refusal(pdf(Paper().text(LEFT, 100, private)))
    assert "no Unicode map" in refusal(pdf(Paper().lines(LEFT, 100, [FULL]), mapped=False))
    scrambled = "".join(chr(0x8274 + 7 * number % 900) for number in range(400))
    assert "no Unicode map" in refusal(pdf(Paper().lines(LEFT, 100, [scrambled[:40]] * 10)))


def test_a_few_characters_without_a_place_are_left_out_with_a_word(caplog: pytest.LogCaptureFixture) -> None:
    assert text_of(Paper().text(LEFT, 100, "主动公开\ue001政府信息53条。")) == "主动公开 政府信息53条。\n"
    assert "1 of 13 characters are left out" in caplog.text


LAUGHS = {
    1000 + number: stream(
        b"/X Do " * 10,
        b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X %d 0 R>>>>" % (1001 + number),
    )
    for number in range(12)
}
SELF = {
    1000: stream(
        b"/X Do " * 2, b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X 1000 0 R>>>>"
    )
}
LINES = Paper().raw("".join(f"0 {n % 800} m 500 {n % 800} l S\n" for n in range(5000)))
HOSTILE = {
    "forms that double": pdf(Paper().raw("/X Do"), objects=LAUGHS),
    "a form inside itself": pdf(Paper().raw("/X Do"), objects=SELF),
    "packed operators": pdf(Paper().raw("q " * 20_000_000)),
    "page tree loop": pdf(Paper(), objects={2: b"<</Type/Pages/Count 9/Kids[2 0 R 2 0 R]/Parent 2 0 R>>"}),
    "nothing but a header": b"%PDF-1.7\n",
    "noise": b"%PDF-1.7\n" + bytes(range(256)) * 40,
    "pages without text": pdf(*[Paper()] * 20),
    "figures out of range": pdf(Paper().raw("1e38 0 0 1e38 1e38 1e38 cm").lines(LEFT, 100, [FULL])),
}
"""None of them is a report, each for a reason of its own."""


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE)
def test_hostile_files_are_refused_and_the_next_one_is_read(data: bytes) -> None:
    said = refusal(data)
    assert said.startswith("a.pdf: ")
    assert ";" in said
    assert text_of(Paper().lines(LEFT, 100, [FULL])) == FULL + "\n"


def test_a_file_that_takes_too_long_is_stopped() -> None:
    said = refusal(pdf(Paper().raw("/X Do"), objects=LAUGHS), Limits(seconds=0.3, memory=4_000_000_000))
    assert "reading took more than 0.3 s" in said


@pytest.mark.parametrize(
    ("papers", "limits", "what"),
    [
        ([Paper()] * 3, Limits(pages=2), "3 pages, the limit is 2"),
        (
            [Paper().lines(LEFT, 100, [FULL] * 3)],
            Limits(characters=100),
            "characters on a page, the limit is 100",
        ),
        ([Paper().lines(LEFT, 100, [FULL] * 2)] * 2, Limits(characters=100), "160 characters, the limit"),
        ([LINES], Limits(lines=1000), "ruling lines, the limit is 1,000"),
        ([Paper().raw(IMAGE * 3)], Limits(images=2), "3 images, the limit is 2"),
    ],
)
def test_limits_have_names(papers: list[Paper], limits: Limits, what: str) -> None:
    said = refusal(pdf(*papers), limits)
    assert what in said
    assert "--limit" in said


def test_a_drawing_rules_no_table() -> None:
    assert text_of(Paper().lines(LEFT, 100, [FULL]).raw(LINES.content.decode())) == FULL + "\n"


def test_several_threads_may_read() -> None:
    found: list[str] = []
    data = pdf(Paper().lines(LEFT, 100, [FULL]))
    threads = [Thread(target=lambda: found.append(read_bytes(data, path="a.pdf").text)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [FULL + "\n"] * 4


def test_a_file_cut_anywhere_is_refused_or_read() -> None:
    data = (FORMS / "restricted.pdf").read_bytes()
    outcomes = set()
    for size in range(0, len(data), 4096):
        try:
            read_bytes(data[:size] or b"%PDF-", path="a.pdf")
            outcomes.add("read")
        except ReadError:
            outcomes.add("refused")
    assert "refused" in outcomes


SMALL = pdf(Paper().lines(LEFT, 100, [FULL]).table(XS, [200, 220, 240], ROWS))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.integers(0, len(SMALL) - 1), st.binary(max_size=6)), min_size=1, max_size=8))
def test_any_damage_gives_a_document_or_a_reason(changes: list[tuple[int, bytes]]) -> None:
    data = bytearray(SMALL)
    for place, new in changes:
        data[place : place + len(new)] = new
    try:
        document = read_bytes(b"%PDF-1.7\n" + bytes(data), path="a.pdf")
    except ReadError as error:
        said = str(error)
        assert said.startswith("a.pdf: ")
    else:
        length = len(document.text)
        assert all(0 <= cell.start <= cell.end <= length for block in document.blocks for cell in block.cells)


def test_a_file_without_its_list_of_objects_is_read() -> None:
    objects = pdf(Paper().lines(LEFT, 100, [FULL]))
    assert (
        read_bytes(objects[: objects.rindex(b"xref\n0")] + b"trailer\n<</Root 1 0 R>>", path="a.pdf").text
        == FULL + "\n"
    )
    assert "no pages can be found" in refusal(file_of({1: b"<</Type/Catalog>>"}))
