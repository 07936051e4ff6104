"""The numbers that a browser puts before the items of a list."""

import re

from lxml import etree

from giar_nlp.readers.web.page import style_of, text_of
from giar_nlp.readers.web.signs import Signs

Element = etree._Element

_STYLE = re.compile(r"list-style(?:-type)?\s*:\s*([a-z-]+)", re.IGNORECASE)
_NUMBER = re.compile(r"\s*-?(\d{1,6})")
_NUMBERED = re.compile(r"[\s（(]*(?:\d{1,3}|\w{1,3})\s*[.．、）)]")
_TYPES = {"a": "abcdefghijklmnopqrstuvwxyz", "A": "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}
_TENS = 10
_MOST = 99


class Numbering:
    """Tells the number of an item; counts the items of each list as they come."""

    def __init__(self, signs: Signs) -> None:
        self._wording = signs.wording
        self._counted: dict[Element, int] = {}

    def of(self, item: Element) -> str:
        """The number of an item as it shows, with what stands behind it; empty where none does."""
        ordered = item.getparent()
        if ordered is None or ordered.tag != "ol":
            return ""
        before = self._counted.get(ordered)
        if before is None:
            before = _given(ordered.get("start"), 1) - 1
        number = _given(item.get("value"), before + 1)
        self._counted[ordered] = number
        if _NUMBERED.match(text_of(item)[:12]):
            return ""
        return self._pattern(ordered, item).format(
            number=self._written(number, ordered), han=self._han(number)
        )

    def _pattern(self, ordered: Element, item: Element) -> str:
        lists = self._wording.lists
        for name in (ordered.get("class") or "").split():
            if name in lists:
                return lists[name]
        for element in (item, ordered):
            if (found := _STYLE.search(style_of(element))) and found[1].lower() in lists:
                return lists[found[1].lower()]
        return lists["decimal"]

    @staticmethod
    def _written(number: int, ordered: Element) -> str:
        letters = _TYPES.get(ordered.get("type") or "")
        return letters[number - 1] if letters and 0 < number <= len(letters) else str(number)

    def _han(self, number: int) -> str:
        if not 0 < number <= _MOST:
            return str(number)
        tens, ones = divmod(number, _TENS)
        digits, ten = self._wording.digits, self._wording.ten
        head = "" if not tens else ten if tens == 1 else digits[tens] + ten
        return head + (digits[ones] if ones or not tens else "")


def _given(value: str | None, default: int) -> int:
    found = _NUMBER.match(value or "")
    return int(found[1]) if found else default
