"""DOCX: what a document shows, in its order, and nothing else."""

from __future__ import annotations

import io
import tomllib
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from giar_nlp.errors import ReadError
from giar_nlp.readers import read_bytes
from giar_nlp.readers.limits import LIMITS
from giar_nlp.readers.word import properties
from giar_nlp.types import Document
from tests.word_files import W, docx_of, level, listed, numbering, outcome, p, r, tbl, tc, zipped

DATE = 'w:author="a" w:date="2024-01-01T00:00:00Z"'
LISTS = {
    0: level(0, "chineseCounting", "%1、")
    + level(1, "chineseCounting", "（%2）")
    + level(2, "decimal", "%3.")
}
LINK = '<w:numPr><w:numId w:val="1"/></w:numPr>'


def read(body: str, parts: Mapping[str, str | bytes] | None = None) -> Document:
    return read_bytes(docx_of(body, parts), path="a.docx")


def lines(body: str, parts: Mapping[str, str | bytes] | None = None) -> list[str]:
    return read(body, parts).text.splitlines()


def field(instruction: str, result: str) -> str:
    def mark(kind: str) -> str:
        return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'

    inside = f"<w:r><w:instrText> {instruction} </w:instrText></w:r>"
    return mark("begin") + inside + mark("separate") + r(result) + mark("end")


def style(name: str, settings: str = "", *, title: str = "", based: str = "") -> str:
    on = f'<w:basedOn w:val="{based}"/>' if based else ""
    return f'<w:style w:type="paragraph" w:styleId="{name}"><w:name w:val="{title or name}"/>{on}<w:pPr>{settings}</w:pPr></w:style>'


def styles(*each: str) -> dict[str, str]:
    return {"word/styles.xml": f"<w:styles {W}>{''.join(each)}</w:styles>"}


# body, lines of the text
SHOWN = {
    "runs of one word": (f"<w:p>{r('公开信')}{r('息86条。')}</w:p>", ["公开信息86条。"]),
    "insertions kept, deletions left out": (
        f'<w:p>{r("共")}<w:del w:id="1" {DATE}><w:r><w:delText>88条</w:delText></w:r></w:del><w:ins w:id="2" {DATE}>{r("86条")}</w:ins></w:p>',
        ["共86条"],
    ),
    "moved text stands once": (
        f'<w:p><w:moveFrom w:id="1" {DATE}>{r("一句。")}</w:moveFrom></w:p><w:p><w:moveTo w:id="2" {DATE}>{r("一句。")}</w:moveTo></w:p>',
        ["", "一句。"],
    ),
    "a deleted paragraph mark joins": (
        f'<w:p><w:pPr><w:rPr><w:del w:id="1" {DATE}/></w:rPr></w:pPr>{r("前半")}</w:p>{p("后半。")}',
        ["前半后半。"],
    ),
    "a deleted mark at the end": (
        f'<w:p><w:pPr><w:rPr><w:del w:id="1" {DATE}/></w:rPr></w:pPr>{r("全句。")}</w:p>',
        ["全句。"],
    ),
    "soft break": (f"<w:p>{r('一是甲；')}<w:r><w:br/></w:r>{r('二是乙。')}</w:p>", ["一是甲；", "二是乙。"]),
    "content control": (f"<w:sdt><w:sdtContent>{p('控件里的话。')}</w:sdtContent></w:sdt>", ["控件里的话。"]),
    "hyperlink, smart tag": (f"<w:p><w:hyperlink>{r('链接')}</w:hyperlink><w:smartTag>{r('标签')}</w:smartTag></w:p>", ["链接标签"]),
    "field result": (f"<w:p>{r('第')}{field('PAGE', '3')}{r('次')}</w:p>", ["第3次"]),
    "simple field": (f'<w:p><w:fldSimple w:instr="DATE">{r("2024年")}</w:fldSimple></w:p>', ["2024年"]),
    "contents by field": (f"<w:p>{field('TOC', '目录一行')}</w:p>{p('正文。')}", ["", "正文。"]),
    "contents by control": (
        f'<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/></w:docPartObj></w:sdtPr><w:sdtContent>{p("总体情况 1")}</w:sdtContent></w:sdt>{p("正文。")}',
        ["正文。"],
    ),
    "a field that never ends hides nothing": (
        f'<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r>{r("仍然可见。")}</w:p>',
        ["仍然可见。"],
    ),
    "hidden text": (f"<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>隐藏</w:t></w:r>{r('可见')}</w:p>", ["可见"]),
    "hiding turned off": ('<w:p><w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t>可见</w:t></w:r></w:p>', ["可见"]),
    "ruby": (f"<w:p><w:r><w:ruby><w:rt>{r('xiang')}</w:rt><w:rubyBase>{r('乡')}</w:rubyBase></w:ruby></w:r></w:p>", ["乡"]),
    "formula": ("<w:p><m:oMath><m:r><m:t>a+b</m:t></m:r></m:oMath></w:p>", ["a+b"]),
    "tab that indents": ("<w:p><w:r><w:tab/></w:r>" + r("一、总体情况") + "</w:p>", ["一、总体情况"]),
    "tab in a sentence": (f"<w:p>{r('1.')}<w:r><w:tab/></w:r>{r('做好主动公开工作，及时发布涉及群众切身利益的各类政府信息，方便查阅。')}</w:p>", ["1. 做好主动公开工作，及时发布涉及群众切身利益的各类政府信息，方便查阅。"]),
    "tabs between cells": (f"<w:p>{r('规章')}<w:r><w:tab/></w:r>{r('1')}</w:p>", ["规章\t1"]),
    "text box once": (
        f'<w:p>{r("框外。")}<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wps:txbx><w:txbxContent>{p("框里。")}</w:txbxContent></wps:txbx></w:drawing></mc:Choice><mc:Fallback><w:pict><v:textbox><w:txbxContent>{p("框里。")}</w:txbxContent></v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>',
        ["框外。", "框里。"],
    ),
    "picture": (
        f'<w:p>{r("见图。")}<w:r><w:drawing><wp:inline><wp:docPr id="1" name="图片 1" descr="公开  大厅"/><a:blip/></wp:inline></w:drawing></w:r></w:p>',
        ["见图。", "[image: 公开 大厅]"],
    ),
    "picture alone": ("<w:p><w:r><w:pict><v:imagedata/></w:pict></w:r></w:p>" + p("话。"), ["[image]", "话。"]),
    "frame of one cell": (tbl(tc("框住的话。")), ["框住的话。"]),
    "layout around a table": (
        tbl(f"<w:tc>{p('栏目')}{tbl(tc('规章') + tc('1'), tc('许可') + tc('2'))}<w:p/></w:tc>" + tc("边栏")),
        ["栏目", "规章\t1", "许可\t2", "", "边栏"],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("body", "expected"), SHOWN.values(), ids=SHOWN)
def test_what_shows_is_written(body: str, expected: list[str]) -> None:
    assert lines(body) == expected


def test_notes_stand_behind_their_paragraph_once() -> None:
    mark = '<w:r><w:footnoteReference w:id="2"/></w:r>'
    notes = f'<w:footnotes {W}><w:footnote w:id="1">{p("分隔")}</w:footnote><w:footnote w:id="2">{p("注里的话。")}</w:footnote></w:footnotes>'
    body = f"<w:p>{r('共3')}{mark}{r('条。')}</w:p><w:p>{r('又')}{mark}</w:p>"
    assert lines(body, {"word/footnotes.xml": notes}) == ["共3条。", "注里的话。", "又"]


# --- numbers ----------------------------------------------------------------------------------------------


def test_automatic_numbers_are_written() -> None:
    body = "".join(
        [listed("总体情况", 0), listed("主动公开", 1), listed("甲。", 2), listed("乙。", 2), p("话。"), listed("依申请", 1), listed("丙。", 2), listed("问题", 0)]
    )  # fmt: skip
    assert lines(body, numbering(LISTS, {1: (0, "")})) == [
        "一、总体情况", "（一）主动公开", "1.甲。", "2.乙。", "话。", "（二）依申请", "1.丙。", "二、问题",
    ]  # fmt: skip


def test_a_list_begins_anew_where_it_says_so() -> None:
    changes = '<w:lvlOverride w:ilvl="2"><w:startOverride w:val="5"/></w:lvlOverride>'
    own = f'<w:lvlOverride w:ilvl="2">{level(2, "decimal", "(%3)")}</w:lvlOverride>'
    body = "".join(listed("项", 2, use) for use in (1, 1, 2, 2, 3))
    uses = {1: (0, ""), 2: (0, changes), 3: (0, own)}
    assert lines(body, numbering(LISTS, uses)) == ["1.项", "2.项", "5.项", "6.项", "(1)项"]


def test_styles_number_too() -> None:
    linked = {
        0: level(0, "chineseCounting", "%1、", '<w:pStyle w:val="h1"/>')
        + level(1, "decimal", "%2)", '<w:pStyle w:val="h2"/>')
    }
    given = styles(
        style("h1", LINK),
        style("h2", based="h1"),
        style("plain", '<w:numPr><w:numId w:val="0"/></w:numPr>', based="h1"),
    )
    body = (
        p("甲", '<w:pStyle w:val="h1"/>')
        + p("乙", '<w:pStyle w:val="h2"/>')
        + p("丙", '<w:pStyle w:val="plain"/>')
    )
    body += p("丁", '<w:pStyle w:val="h1"/><w:numPr><w:numId w:val="0"/></w:numPr>')
    assert lines(body, {**given, **numbering(linked, {1: (0, "")})}) == ["一、甲", "1)乙", "丙", "丁"]


def test_a_list_behind_a_style() -> None:
    parts = numbering({0: '<w:numStyleLink w:val="s"/>', 5: LISTS[0]}, {1: (0, ""), 2: (5, "")})
    given = styles(style("s", '<w:numPr><w:numId w:val="2"/></w:numPr>'))
    assert lines(listed("甲", 0) + listed("乙", 1), {**given, **parts}) == ["一、甲", "（一）乙"]


def test_empty_paragraphs_count_but_show_no_number() -> None:
    body = listed("甲。", 2) + listed("", 2) + listed("丙。", 2)
    assert lines(body, numbering(LISTS, {1: (0, "")})) == ["1.甲。", "", "3.丙。"]


# --- headings ---------------------------------------------------------------------------------------------


def headings(body: str, parts: Mapping[str, str | bytes]) -> list[tuple[str, int]]:
    document = read(body, parts)
    return [(document.text[b.start : b.end], b.level) for b in document.blocks if b.kind == "heading"]


HEADINGS = styles(
    style("1", title="heading 1"),
    style("2", title="Heading 2"),
    style("own", '<w:outlineLvl w:val="1"/>'),
    style("none", '<w:outlineLvl w:val="9"/>', based="1"),
    style("toc", title="toc 1"),
)


def styled(text: str, name: str) -> str:
    return p(text, f'<w:pStyle w:val="{name}"/>')


def test_heading_styles_name_headings() -> None:
    body = (
        styled("一、总体情况", "1")
        + styled("（一）主动公开", "own")
        + styled("话", "none")
        + styled("目录", "toc")
    )
    body += p("二、问题", '<w:outlineLvl w:val="0"/>')
    assert headings(body, HEADINGS) == [("一、总体情况", 1), ("（一）主动公开", 2), ("二、问题", 1)]
    assert "目录" not in read(body, HEADINGS).text


def test_the_highest_level_below_the_title_is_the_first() -> None:
    body = styled("某局2023年度报告", "1") + styled("一、总体情况", "2") + styled("二、问题", "2")
    assert headings(body, HEADINGS) == [("某局2023年度报告", 1), ("一、总体情况", 1), ("二、问题", 1)]


def test_a_sentence_is_no_heading_whatever_its_style() -> None:
    body = styled("全年未发生行政复议。", "1") + styled("长" * 41, "1")
    assert headings(body, HEADINGS) == []


# --- tables -----------------------------------------------------------------------------------------------


def cells(body: str) -> list[tuple[int, int, int, int, str]]:
    document = read(body)
    [table] = [block for block in document.blocks if block.kind == "table"]
    return [
        (cell.row, cell.col, cell.rowspan, cell.colspan, document.text[cell.start : cell.end])
        for cell in table.cells
    ]


def test_merged_cells() -> None:
    down, on = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
    rows = (
        tc("a", down) + tc("b", '<w:gridSpan w:val="2"/>'),
        tc("", on) + tc("c") + tc("d"),
        f'<w:trPr><w:gridBefore w:val="1"/></w:trPr>{tc("e")}{tc("f")}',
    )
    assert cells(tbl(*rows)) == [
        (0, 0, 2, 1, "a"), (0, 1, 1, 2, "b"), (1, 1, 1, 1, "c"), (1, 2, 1, 1, "d"), (2, 1, 1, 1, "e"), (2, 2, 1, 1, "f"),
    ]  # fmt: skip


def test_old_merges_beside_and_cells_that_run_on_from_nothing() -> None:
    rows = (
        tc("a", '<w:hMerge w:val="restart"/>') + tc("", '<w:hMerge w:val="continue"/>') + tc("b"),
        tc("c", "<w:vMerge/>") + tc("d") + tc("e"),
    )
    assert cells(tbl(*rows)) == [
        (0, 0, 1, 2, "a"), (0, 2, 1, 1, "b"), (1, 0, 1, 1, "c"), (1, 1, 1, 1, "d"), (1, 2, 1, 1, "e"),
    ]  # fmt: skip


def test_rows_in_controls_stay_and_deleted_rows_go() -> None:
    gone = f'<w:trPr><w:del w:id="1" {DATE}/></w:trPr>{tc("旧")}{tc("1")}'
    body = f"<w:tbl><w:sdt><w:sdtContent><w:tr>{tc('甲')}{tc('1')}</w:tr></w:sdtContent></w:sdt><w:tr>{gone}</w:tr><w:tr>{tc('乙')}{tc('2')}</w:tr></w:tbl>"
    assert [cell[-1] for cell in cells(body)] == ["甲", "1", "乙", "2"]


def test_paragraphs_of_a_cell_are_one_line() -> None:
    broken = f"<w:tc>{p('本年制')}{p('发件数')}</w:tc>"
    assert [cell[-1] for cell in cells(tbl(broken + tc("3"), tc("规章") + tc("1")))] == [
        "本年制发件数",
        "3",
        "规章",
        "1",
    ]


# --- the file ---------------------------------------------------------------------------------------------


def test_strict_files_and_main_parts_of_other_names() -> None:
    strict = "http://purl.oclc.org/ooxml/wordprocessingml/main"
    document = f'<w:document xmlns:w="{strict}"><w:body>{p("话。")}</w:body></w:document>'
    relation = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r" Type="http://purl.oclc.org/ooxml/officeDocument/relationships/officeDocument" Target="/word/main.xml"/></Relationships>'
    data = zipped({"[Content_Types].xml": "<Types/>", "_rels/.rels": relation, "word/main.xml": document})
    assert read_bytes(data, path="a.docx").text == "话。\n"


def test_a_title_is_believed_where_it_is_one() -> None:
    def core(title: str) -> dict[str, str]:
        return {
            "docProps/core.xml": f'<c xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{title}</dc:title></c>'
        }

    own = "云溪县水利局2023年政府信息公开工作年度报告"
    assert read(p("话。"), core(own)).properties.title == own
    assert read(p("话。"), core("关于印发通知的模板")).properties.title is None


def test_the_pattern_of_titles_holds_its_examples() -> None:
    data = tomllib.loads(
        (Path(properties.__file__).parents[2] / "data/readers/properties.toml").read_text("utf-8")
    )
    for key, believed in (("examples", True), ("not_examples", False)):
        titles = data[key]
        assert titles
        assert [properties.properties_of(title).title is not None for title in titles] == [believed] * len(
            titles
        )


BROKEN: dict[str, tuple[dict[str, str | bytes], str]] = {
    "no body": ({"word/document.xml": f"<w:document {W}/>"}, "has no body"),
    "no xml": ({"word/document.xml": "PK"}, "word/document.xml is damaged"),
    "entities": ({"word/document.xml": f'<!DOCTYPE a [<!ENTITY b "c">]><w:document {W}>&b;</w:document>'}, "declares a document type"),
    "too deep": ({"word/document.xml": "<a>" * 10_000 + "</a>" * 10_000}, "damaged"),
    "a file inside": ({"word/document.xml": f'<w:document {W}><w:body><w:altChunk/></w:body></w:document>'}, "embedded web page"),
    "nothing": ({"word/document.xml": f"<w:document {W}><w:body/></w:document>"}, "holds no text"),
}  # fmt: skip


@pytest.mark.parametrize(("parts", "message"), BROKEN.values(), ids=BROKEN)
def test_a_broken_file_says_what_is_wrong(parts: dict[str, str | bytes], message: str) -> None:
    with pytest.raises(ReadError, match=message):
        read("", parts)


def test_circles_end() -> None:
    given = styles(style("a", based="b"), style("b", based="a"))
    parts = numbering({0: '<w:numStyleLink w:val="a"/>'}, {1: (0, "")})
    body = p("甲", f'<w:pStyle w:val="a"/>{LINK}') + listed("乙", 0)
    assert lines(body, {**given, **parts}) == ["甲", "乙"]


def test_a_bomb_is_refused_and_tables_in_tables_are_read() -> None:
    bomb = docx_of(p("话"), {"word/document.xml": b" " * 30_000_000})
    with pytest.raises(ReadError, match="times packed"):
        read_bytes(bomb, path="a.docx")
    nested = p("深处。")
    for _ in range(60):
        nested = f"<w:tbl><w:tr><w:tc>{nested}</w:tc></w:tr></w:tbl>"
    assert lines(nested) == ["深处。"]
    for limit, n in (("cells", "10"), ("tags", "20"), ("images", "1")):
        picture = "<w:p><w:r><w:pict><v:imagedata/><v:imagedata/></w:pict></w:r></w:p>"
        with pytest.raises(ReadError, match=f"--limit {limit}=N"):
            read_bytes(docx_of(picture + tbl(tc("1") * 11)), path="a.docx", limits=LIMITS.but({limit: n}))


def test_a_cut_file_is_damaged() -> None:
    whole = docx_of(p("话。" * 2000), numbering(LISTS, {1: (0, "")}))
    for size in range(0, len(whole), 97):
        with pytest.raises(ReadError, match=r"a\.docx: "):
            read_bytes(whole[:size], path="a.docx")


TAGS = st.sampled_from(
    ["p", "r", "t", "tbl", "tr", "tc", "pPr", "numPr", "ins", "del", "sdt", "sdtContent", "fldChar", "vMerge"]
)


@given(st.lists(TAGS | st.none(), max_size=40))
def test_any_order_of_elements_is_read_or_refused(steps: list[str | None]) -> None:
    """A step opens an element with a word in it, or closes the one that is open."""
    body, open_ = "", list[str]()
    for step in steps:
        if step is not None:
            open_.append(step)
            body += f'<w:{step} w:val="1" w:fldCharType="begin">公开'
        elif open_:
            body += f"</w:{open_.pop()}>"
    body += "".join(f"</w:{name}>" for name in reversed(open_))
    outcome(docx_of(body), "a.docx")


def test_the_zip_file_itself_may_be_damaged() -> None:
    whole = bytearray(docx_of(p("话。" * 5000)))
    with zipfile.ZipFile(io.BytesIO(bytes(whole))) as packed:
        place = packed.getinfo("word/document.xml").header_offset + 60
    whole[place : place + 8] = b"\xff" * 8
    with pytest.raises(ReadError, match=r"the part word/document\.xml is damaged"):
        read_bytes(bytes(whole), path="a.docx")
