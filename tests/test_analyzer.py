"""The whole way: a text becomes a report, whatever the text."""

from __future__ import annotations

import json
import logging
from dataclasses import fields
from itertools import pairwise
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import giar_nlp
from giar_nlp.analyzer import load
from giar_nlp.errors import ReadError, SchemeError
from giar_nlp.jsonl import SCHEMA_FILE, Unit, dump_report, load_report
from giar_nlp.readers import as_document, find_files, read
from giar_nlp.types import Report

SAMPLES = Path(__file__).parents[1] / "corpora" / "samples"
FILES = [Path(file.path) for file in find_files([SAMPLES])]
ANALYZER = load()
VALIDATOR = jsonschema.Draft202012Validator(json.loads(SCHEMA_FILE.read_text(encoding="utf-8")))

# What reports are made of: any string of these must analyse.
PIECES = [
    "一、总体情况", "（一）", "1.", "2．", "一是", "二是", "第一，", "①", "## ", "| a | b |\n|---|---|\n", "\t", "\n", "\r\n", "　　",
    "2023年", "２０２２年", "1.5万", "53条", "超过12篇", "一百二十余", "零", "〇", "两", "近五成", "100%", "15.5个百分点", "0536-4221145",
    "未收到政府信息公开申请", "没有", "不", "无", "其中", "共", "各", "达", "分别为", "下一步，", "存在以下问题：", "较上年", "主动公开", "政府信息",
    "培训", "条例》", "《", "第二十条第（六）项", "行政许可", "总计", "[image: a.jpg]", "[bookmark: _GoBack]", "，", "。", "；", "：", "、", "“", "”",
    "（", "）", "(", ",", ".", "\u200b", "\x07", "\x00", "\x85", "\u2028", "𠀀", "9" * 30, "某某局", "2024年1月15日", "首页 > 政务公开", "附件：", "- 1 -",
]  # fmt: skip


def check(report: Report) -> None:
    """Every promise that a report makes about its spans; and its record is valid and reads back."""
    text = report.text
    for segment in report.segments:
        assert text[segment.start : segment.end] == segment.text != ""
        assert segment.text.strip() == segment.text
        for count in segment.counts:
            assert segment.start <= count.start < count.end <= segment.end
            assert text[count.start : count.end] == count.text
        for theme in segment.themes:
            assert 0 <= theme.score <= 1
            assert all(segment.start <= hit.start < hit.end <= segment.end for hit in theme.evidence)
        assert len(segment.themes) == len({theme.label for theme in segment.themes}) > 0
    for spans in (report.segments, report.sections):
        places = [(span.start, span.end) for span in spans]
        assert all(end <= start for (_, end), (start, _) in pairwise(places))
    assert all(0 <= section.start < section.end <= len(text) for section in report.sections)
    line = dump_report(report)
    VALIDATOR.validate(json.loads(line))
    assert load_report(line) == report


@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
@settings(max_examples=200)
def test_any_mix_of_report_pieces_analyses(text: str) -> None:
    check(ANALYZER.annotate(as_document(text)))


@given(st.text(st.characters(codec="utf-8")))
def test_any_text_analyses(text: str) -> None:
    check(ANALYZER.annotate(as_document(text)))


@given(st.lists(st.sampled_from(PIECES), max_size=20).map("".join), st.integers(1900, 2100) | st.none())
def test_any_unit_is_labelled(text: str, year: int | None) -> None:
    themes, counts = ANALYZER.annotate_unit(text, headings=["总体情况", text], report_year=year)
    assert themes
    assert all(text[count.start : count.end] == count.text != "" for count in counts)


def test_a_unit_takes_its_section_from_its_first_heading() -> None:
    text, headings = "办公室人少事多。", ["存在的主要问题及改进情况"]
    assert ANALYZER.annotate_unit(text, headings=headings) == ANALYZER.annotate_unit(
        text, headings=headings, section=5
    )
    unit = Unit(text, headings=tuple(headings))
    assert [segment.section for segment in ANALYZER.prepare_units([unit]).segments] == [5]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_samples_give_valid_records(path: Path) -> None:
    report = ANALYZER.annotate(path)
    check(report)
    assert report.segments
    assert report.meta.agency
    assert report.meta.report_year
    assert dump_report(load().annotate(path)) == dump_report(report), "another analyzer, the same bytes"


def test_reports_do_not_depend_on_those_before() -> None:
    alone = [dump_report(load().annotate(path)) for path in FILES[:2]]
    assert [dump_report(ANALYZER.annotate(path)) for path in reversed(FILES[:2])] == alone[::-1]


def test_a_path_a_string_and_a_document_give_the_same_report() -> None:
    path = FILES[1]
    document = read(path)
    assert ANALYZER.annotate(path) == ANALYZER.annotate(str(path)) == ANALYZER.annotate(document)
    from_text = ANALYZER.annotate(document.text)
    assert from_text.segments == ANALYZER.annotate(path).segments
    assert from_text.source.path == ""


def test_a_missing_file_is_no_text() -> None:
    with pytest.raises(ReadError, match="no such file"):
        ANALYZER.annotate("missing.txt")
    with pytest.raises(ReadError, match="no such file"):
        ANALYZER.annotate(Path("missing"))


# text, why it is no annual report
OTHERS = [
    "某市召开政府信息公开工作会议\n\n10月8日，某市召开政府信息公开工作会议，50人参加会议。会议强调，要加强公开工作。",
    "某局2023年上半年政府信息公开统计\n上半年共主动公开政府信息20条。",
    "今天天气很好。",
    "",
]


@pytest.mark.parametrize("text", OTHERS)
def test_what_is_no_annual_report_gives_a_record_and_a_warning(
    text: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, "giar_nlp"):
        report = ANALYZER.annotate(as_document(text))
    check(report)
    assert report.meta.regime == "unknown"
    assert "does not look like an annual report" in caplog.text


def test_reports_give_no_warning(caplog: pytest.LogCaptureFixture) -> None:
    for path in FILES:
        ANALYZER.annotate(path)
    assert caplog.text == ""


def test_a_unit_is_labelled_as_its_segment_is() -> None:
    """By rules alone: a classifier also looks at the other items of a list, which a unit comes without."""
    rules = load(model="none")
    report = rules.annotate(FILES[1])
    for segment in report.segments:
        themes, counts = rules.annotate_unit(
            segment.text,
            headings=segment.headings,
            report_year=report.meta.report_year,
            section=segment.section,
        )
        assert [theme.label for theme in themes] == [theme.label for theme in segment.themes]
        assert [count.text for count in counts] == [count.text for count in segment.counts]


def test_a_marker_is_no_count() -> None:
    assert ANALYZER.annotate_unit("2.公开信息53条。", report_year=2020)[1][0].text == "53条"


def test_record_says_what_made_it() -> None:
    made_with = ANALYZER.annotate(as_document("报告")).made_with
    assert made_with.giar_nlp == giar_nlp.__version__
    assert ANALYZER.scheme.digest in made_with.scheme
    assert (made_with.model or "").startswith("default (")
    assert load(model="none").annotate(as_document("报告")).made_with.model is None


def test_a_wrong_scheme_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(SchemeError, match="no such scheme folder"):
        load(tmp_path / "missing")


def test_package_gives_its_public_names_and_no_others() -> None:
    assert giar_nlp.load is load
    assert giar_nlp.read is read
    assert giar_nlp.Report is Report
    assert "load" in dir(giar_nlp)
    assert {field.name for field in fields(giar_nlp.Hit)} == {"rule", "start", "end"}
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        giar_nlp.nothing  # noqa: B018


@pytest.mark.slow
@pytest.mark.parametrize(
    ("sentence", "n_counts"),
    [
        ("加强政府信息公开工作，提高服务水平。", 0),
        pytest.param(
            "全年主动公开政府信息53条，其中政策文件12条。",
            2,
        ),
    ],
)
def test_one_line_of_five_megabytes(sentence: str, n_counts: int) -> None:
    n_sentences = 5_000_000 // len(sentence.encode())
    report = ANALYZER.annotate(as_document(sentence * n_sentences))
    check(report)
    assert sum(len(segment.counts) for segment in report.segments) == n_counts * n_sentences
