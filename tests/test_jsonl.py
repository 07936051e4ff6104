"""Records to JSON lines and back."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from giar_nlp import types
from giar_nlp.errors import CorpusError, ExportError
from giar_nlp.jsonl import (
    SCHEMA_FILE,
    dump_error,
    dump_report,
    dump_unit,
    holds_reports,
    load_report,
    load_unit,
    read_reports,
    read_units,
)
from giar_nlp.types import Report

VALIDATOR = jsonschema.Draft202012Validator(json.loads(SCHEMA_FILE.read_text(encoding="utf-8")))

texts = st.text(st.characters(codec="utf-8"), max_size=8)
words = st.text(st.characters(codec="utf-8"), min_size=1, max_size=8)
ids = st.from_regex(r"[a-z][a-z0-9_]{0,6}", fullmatch=True)
offsets = st.integers(0, 50)
years = st.none() | st.integers(1990, 2099)
dates = st.dates().map(str)
numbers = st.integers(0, 2**53) | st.floats(0, 1e9)


def spans(text: str) -> st.SearchStrategy[tuple[int, int]]:
    """Start and end of a stretch of text that is not empty."""
    ends = st.tuples(st.integers(0, len(text) - 1), st.integers(0, len(text) - 1))
    return ends.map(lambda pair: (min(pair), max(pair) + 1))


@st.composite
def counts(draw: st.DrawFn, text: str, n: int) -> types.Count:
    start, end = draw(spans(text))
    names = draw(st.lists(st.sampled_from(("channel", "category", "outcome")), unique=True))
    return draw(
        st.builds(
            types.Count,
            start=st.just(start),
            end=st.just(end),
            text=st.just(text[start:end]),
            value=numbers,
            value_max=st.none() | numbers,
            unit=st.none() | texts,
            kind=ids,
            year=years,
            attributes=st.just(tuple((name, draw(texts)) for name in names)),
            part_of=st.none() | st.integers(0, n - 1),
        )
    )


@st.composite
def segments(draw: st.DrawFn, text: str) -> types.Segment:
    start, end = draw(spans(text))
    n = draw(st.integers(0, 3))
    return types.Segment(
        id=draw(words),
        start=start,
        end=end,
        text=text[start:end],
        section=draw(st.integers(0, 6)),
        headings=tuple(draw(st.lists(texts, max_size=2))),
        marker=draw(st.none() | texts),
        themes=tuple(draw(st.lists(labels, min_size=1, max_size=2))),
        counts=tuple(draw(counts(text, n)) for _ in range(n)),
    )


hits = st.builds(types.Hit, rule=words, start=offsets, end=offsets)
labels = st.builds(
    types.ThemeLabel, label=ids, score=st.floats(0, 1), evidence=st.lists(hits, max_size=2).map(tuple)
)
sources = st.builds(
    types.Source,
    path=texts,
    sha256=st.from_regex(r"[0-9a-f]{64}", fullmatch=True),
    format=words,
    encoding=st.none() | texts,
)
metas = st.builds(
    types.Meta,
    report_year=years,
    period=st.none() | st.tuples(dates, dates),
    publish_date=st.none() | dates,
)
sections = st.builds(
    types.Section,
    number=st.none() | st.integers(1, 6),
    key=ids,
    start=offsets,
    end=offsets,
    inferred=st.booleans(),
)
cells = st.builds(
    types.TableValue,
    row=ids,
    column=ids,
    value=st.none() | numbers,
    start=st.none() | offsets,
    end=st.none() | offsets,
)
tables = st.builds(
    types.StatutoryTable,
    start=st.none() | offsets,
    end=st.none() | offsets,
    values=st.lists(cells, max_size=2).map(tuple),
)


@st.composite
def reports(draw: st.DrawFn) -> Report:
    text = draw(words)
    start, end = draw(spans(text))
    places = st.just((types.Place(start, end, text[start:end]),))
    findings = st.builds(types.Finding, id=words, check=ids, places=places)
    return Report(
        source=draw(sources),
        meta=draw(metas),
        text=text,
        sections=tuple(draw(st.lists(sections, max_size=2))),
        segments=tuple(draw(st.lists(segments(text), max_size=3))),
        tables=tuple(draw(st.lists(tables, max_size=1))),
        findings=tuple(draw(st.lists(findings, max_size=1))),
        made_with=draw(st.builds(types.MadeWith, giar_nlp=words, scheme=words)),
    )


@given(reports())
def test_json_round_trip_is_the_identity(report: Report) -> None:
    line = dump_report(report)
    assert b"\n" not in line
    assert load_report(line) == report
    VALIDATOR.validate(json.loads(line))


@given(reports())
def test_record_without_text_holds_all_the_rest(report: Report) -> None:
    line = dump_report(report, with_text=False)
    record = json.loads(line)
    VALIDATOR.validate(record)
    assert "text" not in record
    assert load_report(line).segments == report.segments


def test_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(VALIDATOR.schema)


def test_keys_stand_in_the_order_of_the_contract() -> None:
    record = json.loads(dump_report(small_report()))
    assert list(record) == [
        "schema", "source", "meta", "text", "sections", "segments", "tables", "findings", "made_with",
    ]  # fmt: skip
    assert list(record["segments"][0]) == [
        "id", "start", "end", "text", "section", "headings", "marker", "themes", "counts",
    ]  # fmt: skip
    assert list(record["segments"][0]["counts"][0]) == [
        "start", "end", "text", "value", "value_max", "unit", "bound", "kind", "nature", "year", "implicit",
        "attributes", "part_of",
    ]  # fmt: skip
    assert record["segments"][0]["counts"][0]["attributes"] == {"channel": "网站"}


GOLD: dict = {
    "source": {"path": "a.txt"},
    "meta": {"title": "年度报告", "stat_period_as_written": ["2020年1月1日", "2020年12月31日"]},
    "text": "网站公开53条。",
    "segments": [
        {
            "id": "a-1",
            "start": 0,
            "end": 8,
            "text": "网站公开53条。",
            "themes": [{"label": "proactive_disclosure"}],
            "counts": [
                {"start": 4, "end": 7, "text": "53条", "value": 53, "kind": "info_published",
                 "attributes": {"channel": "网站"}}
            ],
        }
    ],
    "tables": [{"table": "proactive", "values": [{"row": "rules", "column": "newly_made", "raw": None, "value": None},
                                                 {"row": "rules", "column": "in_force", "raw": "0", "value": 0}]}],
    "faults": [],
}  # fmt: skip


def small_report() -> Report:
    return load_report(json.dumps(GOLD))


def test_gold_may_leave_out_what_has_a_default() -> None:
    report = small_report()
    assert report.segments[0].themes[0] == types.ThemeLabel("proactive_disclosure", 1.0, "rule")
    count = report.segments[0].counts[0]
    assert (count.bound, count.nature, count.year, count.part_of) == ("exact", "actual", None, None)
    assert report.meta.period == ("2020-01-01", "2020-12-31")
    assert report.meta.regime == "unknown"
    assert [value.status for value in report.tables[0].values] == ["blank", "zero"]
    assert report.sections == ()


def changed(path: str, value: object) -> str:
    """The gold record with another value at a path such as segments.0.text."""
    record: dict = json.loads(json.dumps(GOLD))
    *parents, key = path.split(".")
    inner: dict = record
    for parent in parents:
        inner = inner[int(parent) if parent.isdigit() else parent]
    inner[key] = value
    return json.dumps(record)


# path, value, what the message must hold
WRONG = [
    ("text", "，网站公开53条。", ["segment a-1", "text[0:8]", "stands at 1", "set start and end anew"]),
    ("segments.0.counts.0.start", 3, ["segment a-1, count 0", "text[3:7]", "'53条'"]),
    ("segments.0.counts.0.text", "54条", ["stands nowhere"]),
    ("segments.0.counts.0.part_of", 4, ["part_of 4"]),
    ("segments.0.counts.0.bound", "about", ["segments.0.counts.0.bound", "'about'"]),
    ("segments.0.counts.0.value", "53", ["segments.0.counts.0.value"]),
    ("segments.0.counts", 3, ["'counts' is a list of objects"]),
    ("segments", [1], ["'segments' is a list of objects"]),
    ("meta", [1], ["'meta' is an object"]),
    ("segments.0.end", None, ["segments.0.end"]),
]


@pytest.mark.parametrize(("path", "value", "said"), WRONG)
def test_wrong_records_fail_at_once(path: str, value: object, said: list[str]) -> None:
    with pytest.raises(CorpusError) as caught:
        load_report(changed(path, value))
    assert [part for part in said if part not in str(caught.value)] == []


@pytest.mark.parametrize("line", ["", "{", "[]", "1", '{"text": "a"}', '"a"'])
def test_what_is_no_record_fails(line: str) -> None:
    with pytest.raises(CorpusError):
        load_report(line)


def test_messages_name_file_and_line(tmp_path: Path) -> None:
    path = tmp_path / "gold.jsonl"
    path.write_text(json.dumps(GOLD) + "\n\n" + changed("text", "x") + "\n", encoding="utf-8")
    records = read_reports(path)
    assert next(records).source.path == "a.txt"
    with pytest.raises(CorpusError, match=r"gold\.jsonl, line 3: segment a-1"):
        next(records)
    with pytest.raises(CorpusError, match="cannot be read"):
        next(read_reports(tmp_path / "missing.jsonl"))


def test_half_characters_cannot_be_written() -> None:
    report = small_report()
    broken = types.Report(**{**{name: getattr(report, name) for name in report.__slots__}, "text": "\ud800"})
    with pytest.raises(ExportError, match=r"a\.txt: cannot be written"):
        dump_report(broken)


def test_units_keep_their_line(tmp_path: Path) -> None:
    line = {"id": 7, "text": "公开53条。", "heading": ["总体情况"], "report_year": 2020, "mine": [1]}
    unit = load_unit(json.dumps(line))
    assert (unit.headings, unit.report_year, unit.section) == (("总体情况",), 2020, 0)
    assert unit.themes is None
    assert json.loads(dump_unit(unit)) == line
    path = tmp_path / "units.jsonl"
    path.write_text(json.dumps(line) + "\n", encoding="utf-8")
    assert list(read_units(path)) == [unit]
    assert not holds_reports(path)
    assert load_unit('{"text": "a", "heading": "总体情况"}').headings == ("总体情况",)


@pytest.mark.parametrize(
    "fields",
    [{}, {"text": 3}, {"text": "a", "heading": 3}, {"text": "a", "report_year": "2020"}, {"text": "a", "section": 1.5},
     {"text": "a", "themes": [{}]}, {"text": "a", "counts": 3}],
)  # fmt: skip
def test_what_is_no_unit_fails(fields: dict) -> None:
    with pytest.raises(CorpusError):
        load_unit(json.dumps(fields))


def test_error_record_is_that_of_the_contract() -> None:
    record = json.loads(dump_error("a.txt", CorpusError("a.txt: is empty")))
    assert record == {"source": "a.txt", "error": {"type": "CorpusError", "message": "a.txt: is empty"}}
