"""Automatic numbers: how each format writes them, and when a list begins anew."""

from __future__ import annotations

import pytest

from giar_nlp.readers.word.numbering import Level, List, Numbering, formats_by_code, spaced, write_number

# format, numbers, how they are written
WRITTEN = [
    ("decimal", [0, 9, 10], ["0", "9", "10"]),
    ("chineseCounting", [0, 1, 10, 11, 20, 21, 99, 100], ["〇", "一", "十", "十一", "二十", "二十一", "九十九", "一〇〇"]),
    ("chineseCountingThousand", [10, 12, 20, 101, 110, 111, 1001, 10_200], ["十", "十二", "二十", "一百零一", "一百一十", "一百一十一", "一千零一", "一万零二百"]),
    ("ideographDigital", [1, 10, 12, 20], ["一", "一〇", "一二", "二〇"]),
    ("chineseLegalSimplified", [1, 10, 23], ["壹", "壹拾", "贰拾叁"]),
    ("decimalEnclosedCircle", [1, 20, 21], ["①", "⑳", "21"]),
    ("decimalEnclosedParen", [1, 2], ["⑴", "⑵"]),
    ("decimalFullWidth", [12], ["１２"]),
    ("ideographTraditional", [1, 10, 11], ["甲", "癸", "11"]),
    ("upperRoman", [4, 9, 2024], ["IV", "IX", "MMXXIV"]),
    ("upperLetter", [1, 26, 27], ["A", "Z", "AA"]),
    ("decimalZero", [3, 12], ["03", "12"]),
    ("bullet", [1], [""]),
    ("none", [1], [""]),
    ("unheardOf", [7, -7, 10**9], ["7", "-7", "1000000000"]),
]  # fmt: skip
# What 31 to 39 mean in old files, by [MS-OSHARED]: wrong by one, and every list reads otherwise.
CODES = [(0, "decimal"), (10, "ideographDigital"), (30, "ideographTraditional"), (37, "chineseCounting"), (39, "chineseCountingThousand"), (38, "chineseLegalSimplified"), (23, "bullet"), (255, "none")]  # fmt: skip

OUTLINE = {
    0: Level(format="chineseCounting", text="%1、"),
    1: Level(format="chineseCounting", text="（%2）"),
    2: Level(text="%3."),
    3: Level(format="decimalEnclosedCircle", text="%4"),
}


@pytest.mark.parametrize(("format", "numbers", "written"), WRITTEN, ids=[row[0] for row in WRITTEN])
def test_numbers_are_written_as_the_format_writes_them(
    format: str, numbers: list[int], written: list[str]
) -> None:
    assert [write_number(number, format) for number in numbers] == written


@pytest.mark.parametrize(("code", "format"), CODES)
def test_codes_of_old_files(code: int, format: str) -> None:
    assert formats_by_code()[code] == format


def labels(numbering: Numbering, *places: tuple[str, int]) -> list[str]:
    return [numbering.label(*place) for place in places]


def test_lower_levels_begin_anew_below_a_higher_one() -> None:
    numbering = Numbering({"1": List("1", OUTLINE, {})})
    places = [("1", level) for level in (0, 1, 2, 2, 1, 2, 3, 0, 1, 2)]
    assert labels(numbering, *places) == [
        "一、", "（一）", "1.", "2.", "（二）", "1.", "①", "二、", "（一）", "1.",
    ]  # fmt: skip


def test_a_level_may_never_begin_anew_or_only_below_a_high_one() -> None:
    levels = {**OUTLINE, 2: Level(text="%3.", restart=0), 3: Level(text="(%4)", restart=1)}
    numbering = Numbering({"1": List("1", levels, {})})
    places = [("1", level) for level in (0, 1, 2, 3, 1, 2, 3, 0, 2, 3)]
    assert labels(numbering, *places) == [
        "一、", "（一）", "1.", "(1)", "（二）", "2.", "(2)", "二、", "3.", "(1)",
    ]  # fmt: skip


def test_lists_of_one_counter_count_on_unless_they_begin_anew() -> None:
    numbering = Numbering(
        {"1": List("a", OUTLINE, {}), "2": List("a", OUTLINE, {}), "3": List("a", OUTLINE, {2: 1})}
    )
    places = [("1", 2), ("2", 2), ("3", 2), ("3", 2), ("1", 2)]
    assert labels(numbering, *places) == ["1.", "2.", "1.", "2.", "3."]


def test_numbers_of_the_levels_above_stand_in_a_label() -> None:
    levels = {0: OUTLINE[0], 1: Level(text="%1.%2", digits=True), 2: Level(text="%1-%2-%3")}
    numbering = Numbering({"1": List("1", levels, {})})
    # A level that was passed over counts as begun, as word processors count it.
    places = [("1", level) for level in (0, 1, 0, 2, 1)]
    assert labels(numbering, *places) == ["一、", "1.1", "二、", "二-1-1", "2.2"]


@pytest.mark.parametrize("place", [("9", 0), ("1", 9), ("1", -1)])
def test_what_is_in_no_list_has_no_label(place: tuple[str, int]) -> None:
    assert Numbering({"1": List("1", OUTLINE, {})}).label(*place) == ""


def test_a_label_is_of_bounded_length() -> None:
    numbering = Numbering({"1": List("1", {0: Level(text="%1" * 10_000, format="lowerLetter")}, {})})
    assert len(numbering.label("1", 0)) <= 60


def test_a_blank_parts_what_nothing_else_parts() -> None:
    assert [spaced(label) for label in ("第一章", "1.", "")] == ["第一章 ", "1.", ""]
