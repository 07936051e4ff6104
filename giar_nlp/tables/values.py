"""What stands in a cell: its status and its value.

A blank, a dash and a 无 are no zeros. A number keeps its value as printed: 增3项 is 3, 减3 is -3, and
537余万元 in a column of money is 537. Words, formulas and numbers past all bounds have no value.

Source: domain.md 3 (value vocabulary).
"""

import re
from decimal import Decimal
from functools import lru_cache, partial

from giar_nlp.numerals import Numerals
from giar_nlp.scheme import Scheme
from giar_nlp.types import CellStatus

MAX_VALUE = 2**53
"""A greater number is not exact everywhere; no cell of a report comes near it."""

_GROUPED = re.compile(r"[+-]?\d{1,3}(?:，\d{3})+(?:\.\d+)?")
_GLUED = re.compile(r"[+-]?0\d")
"""No number begins so: zeros of several cells stand together."""
_KNOWN = 1024

Value = int | float | None


class ValueReader:
    """Reads cells by the signs of a scheme."""

    def __init__(self, scheme: Scheme) -> None:
        signs = scheme.cells
        self._empty = re.compile(scheme.pattern_of(signs.empty.pattern))
        self._number = re.compile(scheme.pattern_of(signs.number.pattern))
        self._words = re.compile(scheme.pattern_of(signs.words.pattern))
        numbers = scheme.numbers
        self._numerals = Numerals(
            digits=numbers.digits,
            tens=numbers.tens,
            myriads=numbers.myriads,
            short=numbers.short,
            point=numbers.point,
        )
        self.read = lru_cache(_KNOWN)(partial(self._read, money=False))
        self.read_money = lru_cache(_KNOWN)(partial(self._read, money=True))

    def is_value(self, text: str) -> bool:
        """Whether a folded text without blanks is a number, or says that there is nothing."""
        plain = text.isascii() and text.isdigit()
        return plain or self.read(text)[0] in {"number", "zero", "na"}

    def _read(self, text: str, *, money: bool) -> tuple[CellStatus, Value]:
        """Status and value of a folded text without blanks; in a column of `money` a scale is a unit."""
        if not text:
            return "blank", None
        if self._empty.match(text):
            return "na", None
        if found := self._number.match(text):
            number = self._number_of(found, money=money)
        elif found := self._words.match(text):
            number = self._worded(found["han"])
        else:
            number = None
        if number is None or abs(number) > MAX_VALUE:
            return "text", None
        if not number:
            return "zero", 0
        return "number", int(number) if number == number.to_integral_value() else float(number)

    def _number_of(self, found: re.Match[str], *, money: bool) -> Decimal | None:
        digits = found["digits"]
        if "，" in digits and not _GROUPED.fullmatch(digits):
            return None
        if _GLUED.match(digits):
            return None
        number = Decimal(digits.replace("，", ""))
        if not money:
            for char in found["scale"]:
                number *= self._numerals.tens.get(char) or self._numerals.myriads.get(char) or 1
        if digits[0] in "+-" and (found["up"] or found["down"]):
            return None
        return -number if found["down"] else number

    def _worded(self, text: str) -> Decimal | None:
        try:
            return self._numerals.value(text)
        except ValueError:
            return None
