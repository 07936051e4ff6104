"""Marked texts, and what looks after a corpus of gold records."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from giar_nlp.corpus import (
    Entry,
    MarkedReader,
    check_corpus,
    describe_corpus,
    merge_entries,
    missing_figures,
    read_corpus,
    read_marked,
    shared_shingles,
    split_entries,
)
from giar_nlp.errors import CorpusError
from giar_nlp.jsonl import dump_report, load_report
from giar_nlp.scheme import Scheme, load_scheme
from giar_nlp.types import Report, ThemeLabel

CASES = Path(__file__).parent / "cases" / "corpus"
GOLD = Path(__file__).parents[1] / "corpora"


@pytest.fixture(scope="module")
def scheme() -> Scheme:
    return load_scheme()


@pytest.fixture(scope="module")
def bureau(scheme: Scheme) -> Report:
    return next(iter(read_marked([CASES / "bureau.txt"], scheme)))


@pytest.fixture(scope="module")
def entries(scheme: Scheme) -> list[Entry]:
    reports = read_marked(sorted(CASES.glob("*.txt")), scheme)
    return [
        Entry(report, Path(f"h{number}.jsonl"), f"h{number}", "") for number, report in enumerate(reports)
    ]


def test_marks_leave_the_text_and_every_span_holds_its_text(bureau: Report) -> None:
    assert "{{proactive" not in bureau.text
    assert "#" not in bureau.text
    assert "写作{{；" in bureau.text
    assert load_report(dump_report(bureau)) == bureau
    assert bureau.text.endswith("2022年1月18日\n")


def test_headings_sections_and_markers_are_read_from_the_marks(bureau: Report) -> None:
    assert [(section.key, section.number, section.title) for section in bureau.sections] == [
        ("overview", 1, "总体情况"),
        ("proactive", 2, None),
        ("problems", 5, "存在的主要问题及改进情况"),
    ]
    assert bureau.text[bureau.sections[-1].end :].startswith("云岭县水务局\n2022")
    by_start = {segment.text[:6]: segment for segment in bureau.segments}
    assert by_start["全年公开信息"].headings == ("总体情况", "主动公开")
    assert by_start["1.年内再办"].headings == ("存在的主要问题及改进情况", "改进措施")
    assert by_start["未发生行政复"].headings == ("存在的主要问题及改进情况",)
    assert [segment.marker for segment in bureau.segments if segment.section == 5] == [
        "一是",
        "二是",
        "1.",
        None,
    ]


def test_counts_are_read_from_their_spans(bureau: Report) -> None:
    told = {
        (count.text, count.kind): (
            count.value,
            count.value_max,
            count.unit,
            count.bound,
            count.year,
            count.implicit,
        )
        for segment in bureau.segments
        for count in segment.counts
    }
    assert told == {
        ("53条", "info_published"): (53, None, "条", "exact", 2021, False),
        ("24条", "info_published"): (24, None, "条", "exact", 2021, False),
        ("20余条", "info_published"): (20, None, "条", "min", 2021, False),
        ("未收到政府信息公开申请", "application_received"): (0, None, None, "exact", 2021, True),
        ("两件", "application_received"): (2, None, "件", "exact", 2021, False),
        ("1至2次", "training_session"): (1, 2, "次", "range", 2022, False),
        ("未发生行政复议、行政诉讼", "review"): (0, None, None, "exact", 2021, True),
        ("未发生行政复议、行政诉讼", "litigation"): (0, None, None, "exact", 2021, True),
    }
    whole, site, account = bureau.segments[1].counts
    assert (whole.part_of, site.part_of, account.part_of) == (None, 0, 0)
    assert site.attributes == (("channel", "网站"),)


def test_tables_and_findings_are_read_with_their_places(bureau: Report) -> None:
    (table,) = bureau.tables
    cells = [(value.row, value.column, value.value, value.status) for value in table.values]
    assert cells == [
        ("rules", "issued", 5, "number"),
        ("rules", "repealed", None, "blank"),
        ("rules", "in_force", 7, "number"),
    ]
    (finding,) = bureau.findings
    assert (finding.check, finding.severity) == ("sum.channel_total", "warning")
    assert [place.text for place in finding.places] == ["公开信息53条", "网站24条"]


HEAD = "@report_year 2021\n----\n"


@pytest.mark.parametrize(
    ("marked", "message"),
    [
        ("no head", "no line ----"),
        ("@colour red\n----\n", "line 1: no field of the head"),
        ("@period 2021\n----\n", "two dates"),
        (HEAD + "{{nonsense|text}}", "line 3: 'nonsense' is no theme"),
        (HEAD + "{{|text}}", "without themes"),
        (HEAD + "text}}", "closes no segment"),
        (HEAD + "{{other|text", "never closed"),
        (HEAD + "{{other| text}}", "begins or ends with a blank"),
        (HEAD + "<<3条#info_published>>", "outside a segment"),
        (HEAD + "{{other|<<3条#nothing>>}}", "no kind of count"),
        (HEAD + "{{other|<<3条#document in=a>>}}", "names no count"),
        (HEAD + "{{other|<<3条3#document>>}}", "is not told"),
        (HEAD + "{{other|<<3条#document many>>}}", "no name=value"),
        (HEAD + "\n\n%1:nowhere 一、\n", "line 5: 'nowhere' is no section"),
        (HEAD + "%end\n", "closes no table"),
        ("@finding x\n----\ntext", "severity"),
        ("@finding x error :: gone\n----\ntext", "does not stand in the text"),
    ],
)
def test_a_wrong_mark_is_named_with_its_line(scheme: Scheme, marked: str, message: str) -> None:
    with pytest.raises(CorpusError, match=message):
        MarkedReader(scheme).read(marked, "a.txt")


def test_a_sound_corpus_has_no_faults(scheme: Scheme, entries: list[Entry]) -> None:
    assert list(check_corpus(entries, scheme)) == []


def _relabelled(*labels: str) -> Callable[[Report], Report]:
    def change(report: Report) -> Report:
        themes = tuple(ThemeLabel(label, 1.0, "rule") for label in labels)
        first, *rest = report.segments
        return replace(report, segments=(replace(first, themes=themes), *rest))

    return change


def _part_of_itself(report: Report) -> Report:
    segments = list(report.segments)
    counts = list(segments[1].counts)
    counts[0] = replace(counts[0], part_of=1)
    segments[1] = replace(segments[1], counts=tuple(counts))
    return replace(report, segments=tuple(segments))


def _doubled(report: Report) -> Report:
    return replace(report, segments=(report.segments[0], *report.segments))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (_relabelled("weather"), "no theme of the scheme"),
        (_relabelled(), "no theme"),
        (_relabelled("problem", "measure"), "two roles"),
        (_relabelled("other", "fees"), "stands alone"),
        (_relabelled("fees", "fees"), "2 times"),
        (_part_of_itself, "a part of itself"),
        (_doubled, "inside the segment before it"),
    ],
)
def test_faults_are_found(
    scheme: Scheme, entries: list[Entry], change: Callable[[Report], Report], message: str
) -> None:
    broken = replace(entries[0], report=change(entries[0].report))
    assert any(message in str(fault) for fault in check_corpus([broken], scheme))


def test_copies_over_splits_and_doubled_reports_are_faults(scheme: Scheme, entries: list[Entry]) -> None:
    train, test = replace(entries[0], split="train"), replace(entries[0], split="test")
    messages = [str(fault) for fault in check_corpus([train, test], scheme)]
    assert any("the same text as" in message for message in messages)
    assert any("the same segment stands in train" in message for message in messages)


def test_shared_text_is_measured_without_set_phrases(entries: list[Entry], tmp_path: Path) -> None:
    segment = entries[0].report.segments[1].text
    (tmp_path / "real.txt").write_text(segment, "utf-8")
    shares = {entry.hand: share for entry, share in shared_shingles(entries, tmp_path, phrases=())}
    assert shares["h0"] > 0.1
    assert shares["h1"] == 0
    assert all(share == 0 for _, share in shared_shingles(entries, tmp_path, phrases=[segment]))


def test_figures_and_what_they_lack(scheme: Scheme, entries: list[Entry]) -> None:
    stats = describe_corpus(entries, scheme)
    assert stats.tables["totals"]["segments"] == sum(len(entry.report.segments) for entry in entries)
    assert stats.tables["themes"]["problem"] == 3
    assert stats.tables["totals"]["stated zeros"] == 3
    assert stats.tables["totals"]["parts"] == 2
    lacking = list(missing_figures(stats, {"themes": {"problem": 3, "fees": 1}, "totals": {"reports": 3}}))
    assert lacking == ["themes, fees: 0 of 1", "totals, reports: 2 of 3"]


def test_rates_tell_lengths_topics_and_how_often_words_come_again(
    scheme: Scheme, entries: list[Entry]
) -> None:
    rates = describe_corpus(entries, scheme).rates
    lengths = [segment.end - segment.start for entry in entries for segment in entry.report.segments]
    assert rates["longest report"] == max(len(entry.report.text) for entry in entries)
    assert rates["mean segment length"] == pytest.approx(sum(lengths) / len(lengths))
    assert rates["median segment length"] == sorted(lengths)[len(lengths) // 2]
    assert rates["segments over 200 characters"] == 0
    assert rates["segments of several topics"] == pytest.approx(
        sum(
            sum(theme.label not in {"problem", "measure", "rectification"} for theme in segment.themes) > 1
            for entry in entries
            for segment in entry.report.segments
        )
        / len(lengths)
    )
    once = rates["type-token ratio"]
    assert 0.5 < once < 1
    twice = describe_corpus(entries * 2, scheme).rates["type-token ratio"]
    assert twice == pytest.approx(once / 2)
    assert describe_corpus(entries * 100, scheme).rates["type-token ratio"] > 1.5 * once / 100


def test_an_empty_corpus_has_figures(scheme: Scheme) -> None:
    assert set(describe_corpus([], scheme).rates.values()) == {0}


def test_splitting_keeps_groups_together_and_merging_undoes_it(entries: list[Entry]) -> None:
    many = [
        replace(
            entry,
            hand=f"h{number % 5}",
            report=replace(entry.report, source=replace(entry.report.source, path=f"{number:02}.txt")),
        )
        for number, entry in enumerate(entries * 10)
    ]
    splits = split_entries(many, by="hand", shares=(3, 1, 1), seed=1)
    hands = [{entry.hand for entry in split} for split in splits.values()]
    assert sum(map(len, hands)) == len(set.union(*hands)) == 5
    assert splits == split_entries(many, by="hand", shares=(3, 1, 1), seed=1)
    assert merge_entries([entry for split in splits.values() for entry in split]) == many
    with pytest.raises(CorpusError, match="cannot be parted"):
        split_entries(entries, by="hand", shares=(3, 1, 1), seed=1)


def test_merging_refuses_two_reports_of_one_name(entries: list[Entry]) -> None:
    other = replace(entries[1], report=replace(entries[1].report, source=entries[0].report.source))
    with pytest.raises(CorpusError, match="different reports"):
        merge_entries([entries[0], other])


def test_a_folder_without_gold_is_named(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="no gold records"):
        list(read_corpus([tmp_path]))
