"""Numbers beside gold: places, values, units, kinds; counted by hand on made-up segments."""

from __future__ import annotations

import re

import pytest

from giar_nlp.evaluation.finding import (
    Number,
    NumberTally,
    any_of,
    numbers_of,
    place_numbers,
    tally_numbers,
    unit_pattern,
)
from giar_nlp.jsonl import Unit
from giar_nlp.scheme import load_scheme
from giar_nlp.types import Count

TEXT = "公开信息53条，收入1.5万元，未收到投诉。"
SCALES = {"万": 10_000}


def count(span: str, value: float, unit: str | None, kind: str, *, implicit: bool = False) -> Count:
    start = TEXT.index(span)
    end = start + len(span)
    return Count(start, end, span, value, None, unit, "exact", kind, "actual", 2020, implicit, (), None)


COUNTS = (
    count("53条", 53, "条", "info_published"),
    count("1.5万元", 1.5, "万元", "fee"),
    count("未收到投诉", 0, None, "complaint", implicit=True),
)
GOLD = Unit(TEXT, counts=COUNTS)
SILENT = Unit("2021年第3次会议", counts=())
NOTHING = NumberTally(0, 0, 0, 0, 0, 0)


def number(span: str, value: float, unit: str | None = None, kind: str = "", *, text: str = TEXT) -> Number:
    start = text.index(span)
    return Number(start, start + len(span), value, unit, text, kind)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        pytest.param([], NOTHING, id="nothing found"),
        pytest.param(numbers_of(GOLD), NumberTally(2, 2, 3, 1, 0, 0), id="gold beside itself"),
        pytest.param([number("53", 53)], NumberTally(1, 0, 0, 0, 0, 0), id="an overlap is enough"),
        pytest.param([number("53", 53, "件")], NumberTally(1, 0, 0, 0, 0, 0), id="another unit"),
        pytest.param([number("53条", 3, "条")], NOTHING, id="a wrong value at the place is not false"),
        pytest.param([number("1.5万元", 15_000, "元")], NumberTally(1, 1, 0, 0, 0, 0), id="scale read"),
        pytest.param([number("1.5万元", 1.5, "万元")], NumberTally(1, 1, 0, 0, 0, 0), id="scale in unit"),
        pytest.param([number("1.5万元", 150_000, "元")], NOTHING, id="scale read wrongly"),
        pytest.param([number("未收到", 0)], NumberTally(0, 0, 0, 1, 0, 0), id="a stated zero"),
        pytest.param([number("信息", 2)], NumberTally(0, 0, 0, 0, 1, 0), id="false"),
        pytest.param(
            [number("53", 53, kind="fee"), number("53条", 53, "条", "info_published")],
            NumberTally(1, 1, 1, 0, 0, 0),
            id="a count is found once",
        ),
    ],
)
def test_tally(found: list[Number], expected: NumberTally) -> None:
    assert tally_numbers([GOLD], [found], SCALES) == expected


def test_a_number_in_a_silent_segment_is_false() -> None:
    found = [number("3次", 3, "次", text=SILENT.text)]
    assert tally_numbers([GOLD, SILENT], [[], found], SCALES) == NumberTally(0, 0, 0, 0, 1, 1)


def test_segments_and_numbers_must_pair() -> None:
    with pytest.raises(ValueError, match="shorter"):
        tally_numbers([GOLD, SILENT], [[]], SCALES)


@pytest.mark.parametrize(
    ("made", "text", "span", "expected"),
    [
        ("共12条", "共12条", "12条", "12条"),
        ("共12条，2次", "共十二条，两次", "12条", "十二条"),
        ("共12条，2次", "共十二条，两次", "2次", "两次"),
        ("共120条", "共一百二十条", "120条", "一百二十条"),
    ],
)
def test_a_number_is_placed_in_the_segment_itself(made: str, text: str, span: str, expected: str) -> None:
    (placed,) = place_numbers([number(span, 1, text=made)], text)
    assert text[placed.start : placed.end] == expected
    assert placed.text == text


def test_no_number_is_placed_nowhere() -> None:
    assert place_numbers([], "共十二条") == []


def test_the_longest_word_is_tried_first() -> None:
    assert re.findall(any_of(["条", "条次", "."]), "条次条.x") == ["条次", "条", "."]


@pytest.mark.parametrize(
    ("tail", "unit"), [("条", "条"), ("余条", "条"), (" 件次", "件次"), ("年", None), ("", None)]
)
def test_what_follows_a_number(tail: str, unit: str | None) -> None:
    match = re.match(unit_pattern(load_scheme()), tail)
    assert (match and match[1]) == unit
