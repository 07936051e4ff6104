"""Candidate mentions: spans, values, bounds and ranges; the guards that no count passes; hostile text."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from giar_nlp.mentions import MentionFinder
from giar_nlp.reading import Reader
from giar_nlp.scheme import Guard, load_scheme

SCHEME = load_scheme()
READER = Reader(fold=SCHEME.fold(), noise=SCHEME.pattern_of(SCHEME.manifest.noise))
FINDER = MentionFinder(SCHEME)

# text, span, value, upper value, unit, bound
FOUND = [
    ("公开信息53条", "53条", 53, None, "条", "exact"),
    ("公开信息５３条", "53条", 53, None, "条", "exact"),
    ("发布信息1500余条（次）", "1500余条（次）", 1500, None, "条（次）", "min"),
    ("刊发稿件8篇、件，", "8篇、件", 8, None, "篇、件", "exact"),
    ("采购金额537余万元", "537余万元", 537, None, "万元", "min"),
    ("投入21.4万元", "21.4万元", 21.4, None, "万元", "exact"),
    ("阅读量3200万余次", "3200万余次", 32_000_000, None, "次", "min"),
    ("阅读量100余万次", "100余万次", 1_000_000, None, "次", "min"),
    ("开展宣传十余次", "十余次", 10, None, "次", "min"),
    ("接待一百二十余人", "一百二十余人", 120, None, "人", "min"),
    ("配备1至2名", "1至2名", 1, 2, "名", "range"),
    ("答复30-50件", "30-50件", 30, 50, "件", "range"),
    ("组织两三次", "两三次", 2, 3, "次", "range"),
    ("超过12篇", "超过12篇", 12, None, "篇", "min"),
    ("赠阅近2万本", "近2万本", 20_000, None, "本", "approx"),
    ("约300人", "约300人", 300, None, "人", "approx"),
    ("不足400份", "不足400份", 400, None, "份", "max"),
    ("5次以上", "5次以上", 5, None, "次", "min"),
    ("12个左右", "12个左右", 12, None, "个", "approx"),
    ("100+条", "100+条", 100, None, "条", "min"),
    ("办结率达百分之百", "百分之百", 100, None, "%", "exact"),
    ("提高1.7个百分点", "1.7个百分点", 1.7, None, "个百分点", "exact"),
    ("近五成", "近五成", 5, None, "成", "approx"),
    ("公开信息1,234条", "1，234条", 1234, None, "条", "exact"),
    ("接待5500 余条", "5500余条", 5500, None, "条", "min"),
    ("公开10\n6条", "106条", 106, None, "条", "exact"),
    ("受理零件", "零件", 0, None, "件", "exact"),
    ("粉丝1.2万，", "1.2万", 12_000, None, None, "exact"),
    ("申请为零。", "零", 0, None, None, "exact"),
]


@pytest.mark.parametrize(("text", "span", "value", "value_max", "unit", "bound"), FOUND)
def test_found(
    text: str, span: str, value: float, value_max: float | None, unit: str | None, bound: str
) -> None:
    reading = READER.read(text)
    (mention,) = FINDER.find(reading.text)
    assert reading.text[mention.start : mention.end] == span
    assert float(mention.value) == value
    assert mention.value_max == value_max
    assert (mention.unit, mention.bound) == (unit, bound)


def test_a_shared_measure_word_counts_for_the_whole_list() -> None:
    found = FINDER.find("网站、微博、微信分别公开1、2、3条")
    assert [(int(mention.value), mention.unit) for mention in found] == [(1, None), (2, None), (3, "条")]


def test_a_marker_before_the_start_is_not_read() -> None:
    assert [int(mention.value) for mention in FINDER.find("1.2次培训", 2)] == [2]


@pytest.mark.parametrize("guard", SCHEME.numbers.never, ids=lambda guard: guard.id)
def test_guard(guard: Guard) -> None:
    assert [text for text in guard.examples if FINDER.find(READER.read(text).text)] == []
    assert [text for text in guard.not_examples if not FINDER.find(READER.read(text).text)] == []


@given(
    st.text(
        alphabet="0123456789０１零一二两十百千万亿余多约近超过至-、，。（）条件次人名第每各《》“”年月%\n ",
        max_size=80,
    )
)
def test_any_text_gives_ordered_disjoint_mentions(text: str) -> None:
    reading = READER.read(text)
    found = FINDER.find(reading.text)
    for mention in found:
        assert 0 <= mention.start <= mention.number < mention.end <= len(reading.text)
    assert all(one.end <= other.start for one, other in pairwise(found))


HOSTILE = [
    "1" * 20_000,
    "一" * 20_000,
    "1，" * 10_000,
    "1、" * 10_000,
    "超过" * 10_000,
    "《" * 10_000 + "1条",
    "“" * 10_000,
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_ends(text: str) -> None:
    started = time.monotonic()
    FINDER.find(text + "公开1条")
    assert time.monotonic() - started < 30  # not a speed test: only that nothing runs away


@pytest.mark.parametrize(
    ("text", "value"),
    [
        pytest.param("12345 1846件", 1846, id="a count behind a hotline"),
        pytest.param("12345件", 12345, id="a count that looks like one"),
        pytest.param("123450件", 123450, id="a longer one"),
    ],
)
def test_a_hotline_is_no_part_of_a_count(text: str, value: int) -> None:
    assert [mention.value for mention in FINDER.find(READER.read(text).text)] == [value]
