"""Number text to value: tables, and properties against an independent reader and writer."""

from __future__ import annotations

from decimal import Decimal

import cn2an
import pytest
from hypothesis import given
from hypothesis import strategies as st

from giar_nlp.numerals import Numerals
from giar_nlp.scheme import load_scheme

FORMS = load_scheme().numbers
NUMERALS = Numerals(
    digits=FORMS.digits, tens=FORMS.tens, myriads=FORMS.myriads, short=FORMS.short, point=FORMS.point
)

WRITTEN = [
    ("53", "53"),
    ("1.5万", "15000"),
    ("3，456", "3456"),
    ("1，234，567", "1234567"),
    ("两", "2"),
    ("十", "10"),
    ("十二", "12"),
    ("一百二十", "120"),
    ("一百二", "120"),  # the lone digit after a scale counts tenths of it
    ("一百零二", "102"),
    ("二百一十三", "213"),
    ("一千两百", "1200"),
    ("廿三", "23"),
    ("两万五", "25000"),
    ("三万零五十", "30050"),
    ("2亿3000万", "230000000"),
    ("1.2亿", "120000000"),
    ("一万亿", "1000000000000"),
    ("九十八点五", "98.5"),
    ("二零二一", "2021"),  # digits without a scale are read one by one
]

NO_NUMBERS = ["", "万", "一二百", "1.2.3", "三条", "点五", "十点", "abc"]


@pytest.mark.parametrize(("text", "value"), WRITTEN)
def test_value(text: str, value: str) -> None:
    assert NUMERALS.value(text) == Decimal(value)


@pytest.mark.parametrize("text", NO_NUMBERS)
def test_no_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no number"):
        NUMERALS.value(text)


@given(st.integers(min_value=0, max_value=10**12))
def test_a_numeral_written_out_reads_back(number: int) -> None:
    assert NUMERALS.value(cn2an.an2cn(number, "low")) == number


@given(st.integers(min_value=1, max_value=9_999_999))
def test_reads_as_the_oracle_reads(number: int) -> None:
    written = cn2an.an2cn(number, "low")
    assert NUMERALS.value(written) == cn2an.cn2an(written, "normal")


@given(st.integers(min_value=0, max_value=10**9))
def test_thousands_separators_change_nothing(number: int) -> None:
    assert NUMERALS.value(f"{number:,}".replace(",", "，")) == number


@given(st.decimals(min_value=0, max_value=9999, places=2), st.sampled_from(["万", "亿", "千", "百"]))
def test_scales_multiply_exactly(number: Decimal, scale: str) -> None:
    assert NUMERALS.value(f"{number}{scale}") == number * NUMERALS.value(f"1{scale}")


@given(st.text(alphabet="零一二三四五六七八九十百千万亿两廿点0123456789，.", max_size=30))
def test_any_text_has_a_value_or_is_refused(text: str) -> None:
    try:
        value = NUMERALS.value(text)
    except ValueError:
        return
    assert value >= 0
