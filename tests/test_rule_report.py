"""Each rule's record on gold: where it fires, how often it is right, and where another theme wins."""

from __future__ import annotations

import pytest

from giar_nlp.errors import CorpusError
from giar_nlp.jsonl import Unit
from giar_nlp.rule_report import RuleUse, report_rules, units_of
from giar_nlp.scheme import load_scheme
from giar_nlp.types import MadeWith, Meta, Report, Segment, Source, ThemeLabel

SCHEME = load_scheme()


def unit(text: str, *themes: str, headings: tuple[str, ...] = ()) -> Unit:
    return Unit(
        text, headings=headings, section=1, themes=tuple(ThemeLabel(theme, 1.0, "rule") for theme in themes)
    )


GOLD = [
    unit("举办培训2期。", "training"),
    unit("组织培训，参训30人次。", "training"),
    unit("公开培训信息2条。", "proactive_disclosure"),
    unit("未收到信息公开申请。", "disclosure_on_request", headings=("依申请公开",)),
    Unit("没有标注的一段培训。"),
]


def use_of(rule: str) -> RuleUse:
    return next(use for use in report_rules(GOLD, SCHEME) if use.rule == rule)


def test_a_rule_counts_segments_once_and_is_held_against_gold() -> None:
    use = use_of("training.course")
    assert (use.n_segments, use.n_fired, use.n_right, use.wrong) == (4, 3, 2, (2,))
    assert use.coverage == pytest.approx(0.75)
    assert use.precision == pytest.approx(2 / 3)
    assert not use.never_fired


def test_a_rule_that_never_fired_has_no_precision() -> None:
    use = use_of("fees.old_costs")
    assert use.never_fired
    assert use.precision is None
    assert use.coverage == 0


def test_a_conflict_is_a_segment_that_gets_other_themes() -> None:
    gold = [unit("全年公开信息30条，工作计划得到落实。", "proactive_disclosure")]
    uses = {use.rule: use for use in report_rules(gold, SCHEME)}
    assert (uses["supervision.system_weak"].n_fired, uses["supervision.system_weak"].n_conflicts) == (1, 1)
    assert (uses["proactive_disclosure.amount"].n_fired, uses["proactive_disclosure.amount"].n_conflicts) == (
        1,
        0,
    )


def test_every_rule_has_its_record_in_the_order_of_the_scheme() -> None:
    assert [use.rule for use in report_rules(GOLD, SCHEME)] == [rule.id for rule in SCHEME.theme_rules()]


def test_a_rule_that_finds_asides_stands_for_no_theme() -> None:
    use = use_of("aside.purpose")
    assert (use.theme, use.precision, use.n_conflicts) == ("", None, 0)


def test_gold_without_themes_is_an_error() -> None:
    with pytest.raises(CorpusError, match="no segment of the gold has themes"):
        report_rules([Unit("举办培训。")], SCHEME)


def test_segments_of_reports_become_units() -> None:
    text = "标题\n举办培训。"
    segment = Segment(
        "a-0", 3, 8, "举办培训。", 1, ("总体情况",), themes=(ThemeLabel("training", 1.0, "rule"),)
    )
    source = Source("a.txt", "", "txt", "utf-8")
    meta = Meta(None, None, 2020, None, None, None, "unknown", "unknown")
    report = Report(source, meta, text, (), (segment,), (), (), MadeWith("0", "giar", None))
    (found,) = units_of([report])
    assert (found.text, found.headings, found.section, found.report_year) == (
        "举办培训。",
        ("总体情况",),
        1,
        2020,
    )
