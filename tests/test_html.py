"""Web pages: their habits, one by one, and what must be read from each."""

from __future__ import annotations

import base64
import json
import re
import tomllib
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from giar_nlp import load
from giar_nlp.errors import ReadError
from giar_nlp.readers.limits import Watch
from giar_nlp.readers.web.html import read_html, read_json
from giar_nlp.types import Document

FORMS = Path(__file__).parent / "forms" / "html"
FRAGMENTS = [
    *[
        "<div id=zoom>",
        "<p>",
        "</p>",
        "</div>",
        "<br>",
        "<table>",
        "<tr>",
        "<td>",
        "<td rowspan=3 colspan=0>",
        "</td>",
        "</tr>",
        "</table>",
        "<ol><li>",
        "</ol>",
    ],
    *[
        "<span hidden>",
        "<span style='mso-list:Ignore'>",
        "</span>",
        "<pre>",
        "</pre>",
        "<script>'",
        "</script>",
        "<style>.a{",
        "<!--",
        "-->",
    ],
    *[
        "<div class='TRS_Editor a'>",
        "<h1>",
        "<iframe srcdoc='&lt;p&gt;年'>",
        "<img src=a alt=b>",
        "<caption>",
        "<input value=3>",
    ],
    *[
        "<meta name=ContentStart>",
        "<meta name=PubDate content='2024-1-1'>",
        "<frame src=b>",
        "<body>",
        "<textarea>",
        "&#1;",
        "&lt;",
        "&",
    ],
    *[
        "全年公开信息30条。",
        "一、总体情况",
        "来源：某局",
        "2024年1月2日",
        "3",
        "\n",
        "\u3000",
        "\x00",
        "\u200b",
        "当前位置：首页",
    ],
]
HABITS = tomllib.loads((FORMS / "habits.toml").read_text(encoding="utf-8"))["page"]


def read(page: str | bytes, name: str = "page.html") -> Document:
    return read_html(page if isinstance(page, bytes) else page.encode(), Watch(name))


def lines_of(document: Document) -> list[str]:
    return [line for line in document.text.split("\n") if line.strip()]


def parted(document: Document) -> list[int]:
    """Numbers of the lines, blank ones left out, before which a blank line stands."""
    found, number, blank = [], 0, False
    for line in document.text.rstrip("\n").split("\n"):
        if line.strip():
            if blank:
                found.append(number)
            number += 1
        blank = not line.strip()
    return found


def cells_of(document: Document) -> list[list[list[str]]]:
    tables = []
    for block in document.blocks:
        if block.kind == "table":
            rows: dict[int, list[str]] = {}
            for cell in block.cells:
                place = f"{cell.row},{cell.col},{cell.rowspan},{cell.colspan}"
                rows.setdefault(cell.row, []).append(f"{place} {document.text[cell.start : cell.end]}")
            tables.append(list(rows.values()))
    return tables


@pytest.mark.parametrize("page", HABITS, ids=lambda page: page["id"])
def test_habits_of_pages(page: dict[str, Any]) -> None:
    document = read(page["html"])
    said = document.properties
    if "lines" in page:
        assert lines_of(document) == page["lines"], page["note"]
    if "parted" in page:
        assert parted(document) == page["parted"], page["note"]
    if "tables" in page:
        assert cells_of(document) == page["tables"], page["note"]
    images = [document.text[each.start : each.end] for each in document.blocks if each.kind == "image"]
    assert images == page.get("images", images), page["note"]
    for name in ("title", "publisher", "publish_date"):
        if name in page:
            assert getattr(said, name) == page[name], page["note"]


@pytest.mark.parametrize("name", ["gb2312", "gbk", "GB18030", "utf-8", "utf-16", "iso-8859-1", "x", ""])
@pytest.mark.parametrize("codec", ["gb18030", "utf-8", "utf-8-sig", "utf-16"])
def test_charset_is_found_whatever_a_page_declares(name: str, codec: str) -> None:
    page = f'<html><head><meta charset="{name}"></head><body><p>全年公开信息5条，㐂村镕镇。</p></body></html>'
    document = read(page.encode(codec))
    assert lines_of(document) == ["全年公开信息5条，㐂村镕镇。"]
    assert document.source.encoding == {"utf-8-sig": "utf-8", "utf-16": "utf-16-le"}.get(codec, codec)


def test_utf_16_without_a_mark_and_big5_where_it_is_declared() -> None:
    assert lines_of(read("<html><p>全年公开信息5条。".encode("utf-16-be"))) == ["全年公开信息5条。"]
    assert lines_of(read('<meta charset="big5"><p>全年公開資訊5條。'.encode("big5"))) == ["全年公開資訊5條。"]


def test_few_damaged_bytes_show_and_many_are_refused(caplog: pytest.LogCaptureFixture) -> None:
    page = f"<p>{'全年公开信息。' * 40}</p>".encode()
    document = read(page[:31] + b"\xff" + page[31:])
    assert 1 <= document.text.count("\ufffd") <= 4
    assert "damaged characters, read as utf-8" in caplog.text
    with pytest.raises(ReadError, match=r"page.html: is text in none of utf-8, gb18030 .* save it as UTF-8"):
        read(b"<p>" + bytes(range(128, 256)) * 20)


def test_zero_bytes_are_left_out() -> None:
    assert lines_of(read("<p>全年\0公开\0信息。".encode())) == ["全年公开信息。"]


def nested(tag: str, n: int) -> bytes:
    return f"<{tag}>".encode() * n


HOSTILE = [
    pytest.param(nested("div", 10_000), "nested|past line|inside each other", id="nested elements"),
    pytest.param(nested("table><tr><td", 10_000), "past line|inside each other", id="nested tables"),
    pytest.param(
        nested("div", 300) + b"x", "201 elements inside each other, .*depth=N", id="deeper than the limit"
    ),
    pytest.param(
        b"<table><tr>" + nested("td", 250_000), "250,002 tags on the page, .*elements=N", id="cells"
    ),
    pytest.param(b"<p>" + b"a " * 2_600_000, "characters on the page, .*markup=N", id="long text"),
    pytest.param(b"<p " + b"a=1 " * 50_000 + b">x", "thousands of attributes; open it", id="attributes"),
    pytest.param(b"<html><script>" + b'"\\' * 500_000, "shows no text; save the page", id="open strings"),
    pytest.param(b"<frameset><frame src='main.html'></frameset>", "a frame that of 'main.html'", id="frames"),
    pytest.param(b"<html></html>", "shows no text", id="nothing"),
    pytest.param(b"", "holds no page", id="empty"),
]


@pytest.mark.parametrize(("page", "message"), HOSTILE)
def test_hostile_page_is_refused_with_a_reason(page: bytes, message: str) -> None:
    with pytest.raises(ReadError, match=message):
        read(page)


def test_entities_are_never_resolved() -> None:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    bomb = f'<?xml version="1.0"?><!DOCTYPE h [<!ENTITY l0 "lol">{laughs}<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    document = read(f"{bomb}<html><body><p>&l9;&x;全年公开信息。</p></body></html>")
    assert lines_of(document)[-1] == "&l9;&x;全年公开信息。"
    assert len(document.text) < 100


def test_spans_of_millions_of_columns_are_cut() -> None:
    row = "<tr><td colspan=999999999>甲</td><td rowspan=999999999 colspan=1e9>1</td></tr>"
    assert len(read(f"<table>{row * 50}</table>").text) < 15_000
    with pytest.raises(ReadError, match="table cells, the limit is 200,000"):
        read(f"<table>{'<tr><td colspan=200 rowspan=9999>甲<td>1' * 100}</table>")


@pytest.mark.parametrize("codec", ["utf-8", "gb18030"])
def test_page_cut_off_anywhere_is_read(codec: str) -> None:
    whole = next(page["html"] for page in HABITS if page["id"] == "no_names").encode(codec)
    for end in range(whole.index("坚持".encode(codec)), len(whole)):
        assert lines_of(read(whole[:end]))[-1]


@given(st.lists(st.sampled_from(FRAGMENTS), max_size=40).map("".join))
def test_any_page_gives_a_document_or_a_reason(page: str) -> None:
    try:
        document = read(f"<html>{page}</html>")
    except ReadError:
        return
    end = 0
    for block in document.blocks:
        assert end <= block.start <= block.end <= len(document.text)
        end = block.end
        for cell in block.cells:
            assert block.start <= cell.start <= cell.end <= block.end


def json_of(value: object) -> Document:
    return read_json(json.dumps(value).encode(), Watch("page.json"))


def test_json_with_the_report_in_one_string() -> None:
    title = "某局2022年政府信息公开工作年度报告"
    data = {
        "code": 200,
        "data": {
            "docTitle": title,
            "publishTime": 1674000000000,
            "deptName": "某局",
            "content": "<p>全年公开信息7条。</p><table><tr><td>规章</td><td>1</td></tr></table>",
            "tags": ["年报"],
        },
    }
    document = json_of(data)
    assert lines_of(document) == ["全年公开信息7条。", "规章\t1"]
    assert document.source.format == "json"
    said = document.properties
    assert (said.title, said.publisher, said.publish_date) == (title, "某局", "2023-01-18")


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        pytest.param(
            ["一、总体情况\n全年公开信息7条。", "二、其他\r\n无。"],
            ["一、总体情况", "全年公开信息7条。", "二、其他", "无。"],
            id="pieces of text",
        ),
        pytest.param(
            [
                {"name": "一、总体情况", "html": "<p>全年7条。</p>"},
                {"name": "二、其他", "html": "<p>无其他事项。</p>"},
            ],
            ["一、总体情况", "全年7条。", "二、其他", "无其他事项。"],
            id="pieces of pages",
        ),
        pytest.param({"a": "&lt;p&gt;全年公开信息7条。&lt;/p&gt;"}, ["全年公开信息7条。"], id="escaped"),
        pytest.param(
            {"a": base64.b64encode(f"<p>{'全年公开信息七条。' * 9}</p>".encode()).decode()},
            ["全年公开信息七条。" * 9],
            id="base64",
        ),
        pytest.param({"a": quote("<p>全年公开信息7条。</p>")}, ["全年公开信息7条。"], id="percent"),
        pytest.param(
            {
                "a": "".join(
                    f"%u{ord(char):04x}" for char in "全年公开政府信息共计七十七条，其中网站公开三十条。"
                )
            },
            ["全年公开政府信息共计七十七条，其中网站公开三十条。"],
            id="escape()",
        ),
        pytest.param({"a": "全年\ud83d公开"}, ["全年公开"], id="lone surrogate"),
    ],
)
def test_json_as_sites_wrap_it(text: object, lines: list[str]) -> None:
    assert lines_of(json_of(text)) == lines


def test_json_in_a_call_and_line_by_line() -> None:
    for data in ('cb({"a": "全年公开信息。"});', '\ufeff{"a": "全年公开"}\n{"a": "信息。"}\n'):
        document = read_json(data.encode(), Watch("page.json"))
        assert "".join(lines_of(document)) == "全年公开信息。"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ('{"a": "年度', "is damaged JSON .*; copy or download it again"),
        ("[" * 100_000, "nested too deeply; take the report's text out of it"),
        ("[" * 300 + '"年"' + "]" * 300, "201 JSON values inside each other"),
        ('{"a": 1}', "holds no Chinese text"),
        ("[" + "0," * 300_000 + "0]", "values of JSON, the limit is 200,000"),
    ],
)
def test_json_that_is_refused(data: str, message: str) -> None:
    with pytest.raises(ReadError, match=message):
        read_json(data.encode(), Watch("page.json"))


def test_shapes_of_furniture_match_their_examples_alone() -> None:
    data = tomllib.loads(
        Path(str(files("giar_nlp") / "data" / "readers" / "html.toml")).read_text(encoding="utf-8")
    )
    lines = data["furniture"]["lines"]
    for line in lines:
        assert set(line) == {"id", "pattern", "examples", "not_examples"}
        assert all(re.match(line["pattern"], example) for example in line["examples"]), line["id"]
    for example in {example for line in lines for example in line["not_examples"]}:
        assert [line["id"] for line in lines if re.match(line["pattern"], example)] == [], example


def test_report_on_a_page_is_read_as_in_a_text() -> None:
    page = next(page for page in HABITS if page["id"] == "report_in_a_table")
    report = load().annotate(read(page["html"]))
    assert [(section.number, section.title) for section in report.sections] == [
        (1, "总体情况"),
        (2, "主动公开政府信息情况"),
    ]
    assert [count.value for segment in report.segments for count in segment.counts][:3] == [102, 60, 42]
    table = next(table for table in report.tables if table.table == "proactive")
    assert [value.value for value in table.values if value.row == "rules"] == [0, 0, 0]
