"""Scores: counted by hand on small gold."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from giar_nlp.analyzer import load
from giar_nlp.errors import CorpusError
from giar_nlp.evaluation import (
    Accuracy,
    Score,
    evaluate,
    evaluate_units,
    predict,
    predict_units,
    read_cases,
    read_gold,
)
from giar_nlp.jsonl import Unit, dump_report, dump_unit, read_reports
from giar_nlp.types import Count, MadeWith, Meta, Report, Section, Segment, Source, ThemeLabel

TEXT = "一、总体情况\n公开信息53条，其中网站12条。\n举办培训2期。\n"


def themes(*labels: str) -> tuple[ThemeLabel, ...]:
    return tuple(ThemeLabel(label, 1.0, "rule") for label in labels)


def count(
    span: str, value: int, kind: str, *, text: str = TEXT, unit: str = "条", part_of: int | None = None
) -> Count:
    start = text.index(span)
    return Count(
        start, start + len(span), span, value, None, unit, "exact", kind, "actual", 2020, False, (), part_of
    )


def segment(span: str, *labels: str, counts: tuple[Count, ...] = ()) -> Segment:
    start = TEXT.index(span)
    return Segment(
        f"s{start}", start, start + len(span), span, 1, ("总体情况",), None, themes(*labels), counts
    )


GOLD = Report(
    source=Source("a.txt", "", "txt", None),
    meta=Meta("年度报告", "某局", 2020, None, None, None, "unknown", "own"),
    text=TEXT,
    sections=(Section(1, "overview", "总体情况", 0, len(TEXT)),),
    segments=(
        segment(
            "公开信息53条，其中网站12条。",
            "proactive_disclosure",
            "platform",
            counts=(count("53条", 53, "info_published"), count("12条", 12, "info_published", part_of=0)),
        ),
        segment("举办培训2期。", "training", counts=(count("2期", 2, "training_session", unit="期"),)),
    ),
    tables=(),
    findings=(),
    made_with=MadeWith("", "", None),
)


def test_gold_against_itself_is_right_in_all() -> None:
    scores = evaluate([GOLD], [GOLD])
    assert scores.segments == Score(2, 2, 2)
    assert scores.themes_micro == Score(3, 3, 3)
    assert scores.themes_macro_f1 == scores.typed.f1 == scores.links.f1 == 1.0
    assert {
        share.share for share in (*scores.fields.values(), *scores.meta.values(), *scores.places.values())
    } == {1}
    assert (scores.n_texts, scores.n_segments, scores.misses) == (1, 2, ())


def test_a_lost_segment_loses_its_themes_but_not_its_counts() -> None:
    first, second = GOLD.segments
    short = replace(second, end=second.end - 1, text=second.text[:-1])
    scores = evaluate([GOLD], [replace(GOLD, segments=(first, short))])
    assert scores.segments == Score(2, 2, 1)
    assert scores.themes["training"] == Score(1, 0, 0)
    assert scores.themes_micro == Score(3, 2, 2)
    assert scores.typed == Score(3, 3, 3)
    assert [(miss.what, miss.gold is None) for miss in scores.misses] == [
        ("segment", False),
        ("segment", True),
        ("themes", False),
    ]


def test_themes_are_scored_one_by_one() -> None:
    first, second = GOLD.segments
    found = (replace(first, themes=themes("platform", "other")), second)
    scores = evaluate([GOLD], [replace(GOLD, segments=found)])
    assert scores.themes == {
        "other": Score(0, 1, 0),
        "platform": Score(1, 1, 1),
        "proactive_disclosure": Score(1, 0, 0),
        "training": Score(1, 1, 1),
    }
    assert scores.themes_micro.f1 == pytest.approx(4 / 6)
    assert scores.themes_macro_f1 == pytest.approx(2 / 3), "the mean over the themes that the gold has"


def test_counts_are_detected_typed_and_compared_field_by_field() -> None:
    first, second = GOLD.segments
    whole, part = first.counts
    wrong_kind = replace(whole, kind="document", value=54, bound="min")
    unlinked = replace(part, part_of=None, year=None)
    extra = count("一", 1, "meeting")
    found = (replace(first, counts=(wrong_kind, unlinked)), replace(second, counts=(*second.counts, extra)))
    scores = evaluate([GOLD], [replace(GOLD, segments=found)])
    assert scores.detected == Score(3, 4, 3)
    assert scores.typed == Score(3, 4, 2)
    assert scores.kinds["document"] == Score(0, 1, 0)
    assert scores.links == Score(1, 0, 0)
    right = {name: accuracy.n_right for name, accuracy in scores.fields.items()}
    assert {accuracy.n for accuracy in scores.fields.values()} == {3}
    assert right == {"kind": 2, "bound": 2, "nature": 3, "value": 2, "unit": 3, "year": 2, "implicit": 3,
                     "attributes": 3, "part_of": 2}  # fmt: skip


def test_one_span_may_hold_two_kinds() -> None:
    text = "未发生行政复议、行政诉讼。"
    both = [count("未发生行政复议、行政诉讼", 0, kind, text=text) for kind in ("review", "litigation")]
    gold, half = Unit(text, counts=tuple(both)), Unit(text, counts=tuple(both[:1]))
    scores = evaluate_units([gold], [half])
    assert scores.detected == scores.typed == scores.zeros == Score(2, 1, 1)
    assert evaluate_units([gold], [replace(gold, counts=tuple(both[::-1]))]).typed == Score(2, 2, 2)


def test_part_and_whole_are_compared_by_place_not_by_index() -> None:
    first, second = GOLD.segments
    whole, part = first.counts
    turned = replace(first, counts=(replace(part, part_of=1), whole))
    scores = evaluate([GOLD], [replace(GOLD, segments=(turned, second))])
    assert scores.links == Score(1, 1, 1)
    assert scores.fields["part_of"] == Accuracy(3, 3)


def test_silence_of_gold_is_not_held_against_metadata() -> None:
    meta = replace(
        GOLD.meta, period=("2020-01-01", "2020-12-31"), regime="pre2019", agency="他局", document_number="1号"
    )
    scores = evaluate([GOLD], [replace(GOLD, meta=meta)])
    assert "period" not in scores.meta
    assert "regime" not in scores.meta
    wrong = {name for name, accuracy in scores.meta.items() if accuracy.share < 1}
    assert wrong == {"agency", "document_number"}, "null says that the report has no number"


def test_sections_are_compared_by_number_and_start() -> None:
    sections = (Section(1, "overview", "情况", 0, 5), Section(2, "proactive", None, 5, len(TEXT)))
    scores = evaluate([GOLD], [replace(GOLD, sections=sections)])
    assert scores.sections == Score(1, 2, 1)
    assert (scores.places["section_title"].share, scores.places["section_end"].share) == (0, 0)


def test_units_without_labels_are_not_scored() -> None:
    units = [Unit("甲", themes=themes("other")), Unit("乙", counts=()), Unit("丙")]
    found = [replace(unit, themes=themes("fees"), counts=()) for unit in units]
    scores = evaluate_units(units, found)
    assert (scores.themes_micro, scores.detected, scores.segments) == (Score(1, 1, 0), Score(0, 0, 0), None)
    assert scores.detected.f1 == 1.0


def test_unlike_files_are_refused() -> None:
    with pytest.raises(CorpusError, match="different texts"):
        evaluate([GOLD], [replace(GOLD, text="别的")])
    with pytest.raises(CorpusError, match="the prediction has only 1 records"):
        evaluate([GOLD, GOLD], [GOLD])
    with pytest.raises(CorpusError, match="different texts"):
        evaluate_units([Unit("甲")], [Unit("乙")])


CASES = """
[[case]]
text = "公开53条，其中12条；又公开53条。未发生行政复议、行政诉讼。"
heading = ["总体情况"]
report_year = 2020
themes = ["proactive_disclosure"]
counts = [
  { span = "53条", value = 53, unit = "条", kind = "info_published" },
  { span = "12条", value = 12, unit = "条", kind = "info_published", part_of = 0, year = 0 },
  { span = "条", skip = 0, value = 1, kind = "other_count", year = 2019 },
  { span = "未发生行政复议、行政诉讼", value = 0, implicit = true, kind = "review" },
  { span = "", same = true, value = 0, implicit = true, kind = "litigation" },
]

[[case]]
text = "无数。"
counts = []
"""


def test_cases_become_units(tmp_path: Path) -> None:
    path = tmp_path / "cases.toml"
    path.write_text(CASES, encoding="utf-8")
    first, second = read_cases(path)
    assert first.headings == ("总体情况",)
    assert [theme.label for theme in first.themes or ()] == ["proactive_disclosure"]
    found = first.counts or ()
    assert [found_count.start for found_count in found] == [2, 8, 17, 19, 19]
    assert [found_count.year for found_count in found] == [2020, None, 2019, 2020, 2020]
    assert found[1].part_of == 0
    assert found[4].text == "未发生行政复议、行政诉讼"
    assert (second.report_year, second.themes, second.counts) == (2023, None, ())
    assert read_gold(path) == read_gold(tmp_path)


@pytest.mark.parametrize(
    ("case", "said"),
    [
        ('counts = [{ span = "无", value = 1, kind = "a" }]', "case 0: key 'text' is missing"),
        (
            'text = "甲"\ncounts = [{ span = "乙", value = 1, kind = "a" }]',
            "span '乙' does not stand after 0",
        ),
        ('text = "甲"\ncounts = [{ span = "甲", value = "1", kind = "a" }]', "counts.0.value"),
        ("text = ", "not valid TOML"),
    ],
)
def test_wrong_cases_are_named(tmp_path: Path, case: str, said: str) -> None:
    path = tmp_path / "cases.toml"
    path.write_text(f"[[case]]\n{case}\n", encoding="utf-8")
    with pytest.raises(CorpusError) as caught:
        read_cases(path)
    assert said in str(caught.value)
    assert str(path) in str(caught.value)


def test_gold_is_read_by_what_it_holds(tmp_path: Path) -> None:
    reports, units = tmp_path / "reports.jsonl", tmp_path / "units.jsonl"
    reports.write_bytes(dump_report(GOLD) + b"\n")
    units.write_bytes(dump_unit(Unit("甲", fields={"text": "甲"})) + b"\n")
    assert read_gold(reports) == ([GOLD], [])
    assert read_gold(units)[1][0].text == "甲"
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty.jsonl").touch()
    for name in ("empty", "empty.jsonl", "missing.jsonl"):
        with pytest.raises(CorpusError):
            read_gold(tmp_path / name)


def test_gold_is_predicted_from_its_own_text() -> None:
    samples = Path(__file__).parents[1] / "corpora" / "samples" / "gold.jsonl"
    gold = list(read_reports(samples))
    analyzer = load()
    scores = evaluate(gold, predict(gold, analyzer))
    assert scores.segments is not None
    assert scores.segments.f1 > 0.9
    units = [Unit("公开信息53条。", themes=themes("proactive_disclosure"), counts=())]
    assert evaluate_units(units, predict_units(units, analyzer)).detected.n_found == 1
