"""Number text to value: 1.5万, 两, 一百二十, 廿三, 3，456, 2亿3000万; exact decimal arithmetic throughout.

Text is folded (see `giar_nlp.reading`): digits are ASCII, the comma is the Chinese one. What the
characters mean comes from the scheme's `numbers.toml`.
"""

from collections.abc import Mapping
from decimal import Decimal

import regex

_ASCII_PART = regex.compile(r"([\d，]+(?:\.\d+)?)(\D*)")


class Numerals:
    """Reads numbers written with one set of digit and scale characters.

    Args:
        digits: character to value 0..9.
        tens: scale characters below ten thousand, such as 十 and 百, to their value.
        myriads: scale characters that multiply all before them, such as 万, to their value.
        short: characters that stand for a whole number, such as 廿.
        point: the character of the decimal point in numerals written in characters, 点.
    """

    def __init__(
        self,
        *,
        digits: Mapping[str, int],
        tens: Mapping[str, int],
        myriads: Mapping[str, int],
        short: Mapping[str, int],
        point: str,
    ) -> None:
        self.digits = dict(digits)
        self.tens = dict(tens)
        self.myriads = dict(myriads)
        self.short = dict(short)
        self.point = point

    def value(self, text: str) -> Decimal:
        """The value of a number, exactly.

        Raises:
            ValueError: the text is no number.

        Example:
            >>> numerals = Numerals(digits={"二": 2}, tens={"十": 10}, myriads={"万": 10000},
            ...                     short={}, point="点")
            >>> [int(numerals.value(text)) for text in ("1.5万", "二十二", "十", "1，234")]
            [15000, 22, 10, 1234]
        """
        if not text:
            raise ValueError("an empty text is no number")
        return self._ascii_value(text) if text[0].isdigit() and text[0].isascii() else self._han_value(text)

    def _ascii_value(self, text: str) -> Decimal:
        total, place = Decimal(0), 0
        while place < len(text):
            part = _ASCII_PART.match(text, place)
            if part is None:
                raise ValueError(f"{text!r} is no number")
            value = Decimal(part[1].replace("，", ""))
            for char in part[2]:
                value *= self._scale(char, text)
            total += value
            place = part.end()
        return total

    def _scale(self, char: str, text: str) -> int:
        scale = self.tens.get(char) or self.myriads.get(char)
        if scale is None:
            raise ValueError(f"{text!r} is no number: {char!r} is no scale")
        return scale

    def _han_value(self, text: str) -> Decimal:
        whole, point, tenths = text.partition(self.point)
        if point:
            digits = "".join(str(self.digits[char]) for char in tenths if char in self.digits)
            if len(digits) != len(tenths) or not digits or not whole:
                raise ValueError(f"{text!r} is no number: digits must stand about {point!r}")
            return self._han_value(whole) + Decimal(f"0.{digits}")
        if all(char in self.digits for char in text):
            return Decimal("".join(str(self.digits[char]) for char in text))
        return Decimal(self._myriads(text, text))

    def _myriads(self, text: str, whole: str) -> int:
        """一亿二千万三: what stands before the greatest scale is multiplied by it, the rest added."""
        for char, scale in sorted(self.myriads.items(), key=lambda item: -item[1]):
            before, found, after = text.rpartition(char)
            if found:
                if not before:
                    raise ValueError(f"{whole!r} is no number: nothing before {char!r}")
                return self._myriads(before, whole) * scale + self._rest(after, scale, whole)
        return self._tens(text, whole)

    def _rest(self, text: str, scale: int, whole: str) -> int:
        """What follows a scale: a lone digit counts tenths of it (一百二 is 120, 一百零二 is 102)."""
        if len(text) == 1 and self.digits.get(text):
            return self.digits[text] * scale // 10
        return self._myriads(text, whole) if text else 0

    def _tens(self, text: str, whole: str) -> int:
        """A numeral below ten thousand."""
        total, digit, scale, last = 0, None, 0, ""
        for char in text:
            if char in self.tens:
                scale = self.tens[char]
                total += (1 if digit is None else digit) * scale
                digit = None
            elif char in self.short:
                total, scale = total + self.short[char], 10
            elif digit is None or digit == 0:
                if char not in self.digits:
                    raise ValueError(f"{whole!r} is no number: {char!r} is no digit")
                digit = self.digits[char]
            else:
                raise ValueError(f"{whole!r} is no number: two digits in a row")
            last = text[-2] if len(text) > 1 else ""
        if digit and scale >= 100 and last in self.tens:
            digit = digit * scale // 10
        return total + (digit or 0)
