"""Candidate count mentions: numbers with measure words and approximators, without what is never a count.

Everything here works on a reading's text: folded and closed up. Offsets are indexes into it.

Source: codebook section 3, fields ``start`` to ``bound`` and the last paragraph.
"""

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import NamedTuple

import regex

from giar_nlp.anatomy import Anatomy, anatomy_of
from giar_nlp.guards import Guards
from giar_nlp.numerals import Numerals
from giar_nlp.patterns import Behind, compiled
from giar_nlp.scheme import Scheme
from giar_nlp.types import Bound

_STOPS = "，。；：、！？（）"
_LONGEST = 30
"""More digits are no number that counts a thing; without an end, they would take a square of time."""


class Mention(NamedTuple):
    """A number with its approximators and measure word, in a reading.

    `number` is where the number itself starts, `unit_start` where its measure word does; `measure` is the
    first of two measure words (条 of 条（次）). A `bare` mention has no measure word: it counts only where
    the words around it leave no doubt.
    """

    start: int
    end: int
    number: int
    unit_start: int
    value: Decimal
    value_max: Decimal | None
    unit: str | None
    measure: str | None
    bound: Bound

    @property
    def bare(self) -> bool:
        """Whether no measure word is written."""
        return self.unit is None


class _Side(NamedTuple):
    """Words that bound a number from one side: in `pattern` each has a group, which tells its bound."""

    bounds: Sequence[Bound]
    pattern: "re.Pattern[str]"
    edge: Anatomy


def _any(words: Iterable[str]) -> str:
    return "(?:" + "|".join(map(re.escape, sorted(words, key=len, reverse=True))) + ")"


class MentionFinder:
    """Finds every number that may be a count, by the scheme's `numbers.toml`."""

    def __init__(self, scheme: Scheme) -> None:
        forms = scheme.numbers
        self._numerals = Numerals(
            digits=forms.digits, tens=forms.tens, myriads=forms.myriads, short=forms.short, point=forms.point
        )
        self._digits = forms.digits
        self._myriads = forms.myriads
        self._scales = {**forms.tens, **forms.myriads}
        self._money = frozenset(forms.money)
        self._share = forms.shares[0]
        self._inside: dict[str, Bound] = {
            word: bound.bound for bound in forms.bounds for word in bound.inside
        }
        han = "".join((*forms.digits, *forms.tens, *forms.short))
        scales = "".join((*forms.tens, *forms.myriads))
        digits = rf"(?:\d{{0,2}}(?:，\d{{3}})+(?!\d)|\d{{0,{_LONGEST}}})(?:\.\d+)?"
        in_ascii = rf"{digits}(?:[{scales}]+(?:\d+[{scales}]+)?)?"
        in_han = rf"[{han}{scales}]{{0,{_LONGEST}}}(?:{forms.point}[{han}]+)?"
        number = rf"[\d{han}](?:(?<=\d){in_ascii}|(?<=[{han}]){in_han})"
        loose = _any(self._inside)
        unit_words = scheme.words_of((*forms.units, *forms.money, *forms.shares))
        firsts = re.escape(
            "".join(sorted({unit[0] for unit in unit_words} | {mark[0] for mark in forms.lists}))
        )
        goes_on = scheme.pattern_of(forms.goes_on)
        self._share_words = tuple(forms.share_words)
        # `re`: it skips to the next digit faster; what may not stand before a number is looked at afterwards.
        self._number = re.compile(
            rf"(?P<number>{number})(?P<loose>{loose}?)(?P<more>[{scales}]{{0,2}})(?P<loose2>{loose}?)"
            rf"(?=[{_STOPS}{firsts}]|{_any(forms.ranges)}|{goes_on}|$)",
            re.ASCII,
        )
        self._hotlines = tuple(forms.hotlines)
        self._hotline = re.compile(rf"{_any(forms.hotlines)}(?=[1-9]\d)")
        self._not_before = frozenset(f"{forms.ordinals}0123456789.{han}{scales}")
        units = _any(unit_words)
        alike = forms.look_alikes.digits
        first, later = "".join(letter for letter, digit in alike.items() if digit), "".join(alike)
        self._letter = re.compile(f"[{later}]" if later else "(?!)")
        self._alike = str.maketrans({letter: str(digit) for letter, digit in alike.items()})
        self._scanned = regex.compile(
            rf"(?<![A-Za-z\d.])(?=[{later}]*\d)[{first}\d](?:[{later}\d]|，(?=\d))*+(?=[{scales}]*{_any(self._inside)}?{units})"
        )
        pair = _any(forms.pairs)
        self._unit = compiled(rf"({units})(?:（{units}(?:[、/]{units})*）|{pair}{units}(?=[{_STOPS}]|$))?")
        self._to = compiled(rf"{units}?{_any(forms.ranges)}(?=[\d{han}])")
        self._and = compiled(rf"{_any(forms.lists)}(?=[\d{han}])")
        self._bounds_before = _side(
            scheme, [(bound.bound, bound.before) for bound in forms.bounds], "(?<=({}))"
        )
        self._bounds_after = _side(scheme, [(bound.bound, bound.after) for bound in forms.bounds], "({})")
        self._guards = Guards(scheme)
        self._shared_list = compiled(scheme.pattern_of(forms.shared_list))
        self._zero_alone = Behind([scheme.pattern_of(forms.zero_alone)])
        self._goes_on = compiled(goes_on)

    def find(self, text: str, start: int = 0) -> list[Mention]:
        """All candidates in a folded text from `start` on, in order; none overlaps another.

        Numbers without a measure word are among them only at the end of a clause or in a list whose last
        member has one (A、B分别为1、2条).
        """
        if start:
            text = _STOPS[1] * start + text[start:]  # the marker of an item is no part of a number (1.2次)
        if self._letter.search(text):
            text = self._scanned.sub(lambda number: number[0].translate(self._alike), text)
        found: list[Mention] = []
        place = start
        while match := self._number.search(text, place):
            number = match["number"]
            after = self._hotline.match(number) if number.startswith(self._hotlines) else None
            if after:
                match = self._number.match(text, match.start() + after.end()) or match
            low = match.start()
            held = low and after is None and text[low - 1] in self._not_before
            mention = None if held else self._read(text, match)
            place = match.end("number") if mention is None else mention.end
            if mention is not None and not self._guards.hold(
                text, mention.start, mention.end, in_ascii=text[mention.number].isascii()
            ):
                found.append(mention)
        return found

    def _read(self, text: str, match: "re.Match[str]") -> Mention | None:
        """The mention whose number was matched, or None where nothing is counted."""
        number, more = match["number"], match["more"]
        value, value_max = self._values(number)
        if value is None:
            return None
        if more:
            value *= self._scale(more)
        last = match
        if value_max is None and (joint := self._to.match(text, match.end())):
            second = self._number.match(text, joint.end())
            top = self._values(second["number"])[0] if second else None
            if second and top is not None:
                last, value_max = second, top * self._scale(second["more"])
                if value >= value_max:
                    return None
        loose = last["loose"] or last["loose2"]
        unit = measure = None
        unit_start = end = last.end()
        start = match.start()
        if text.endswith(self._share_words, 0, start):
            unit, measure, start = self._share, self._share, start - len(self._share_words[0])
        elif found := self._unit.match(text, unit_start):
            unit, measure, end = found[0], found[1], found.end()
        elif not self._stands_alone(text, last):
            return None
        if unit in self._money and (scale := self._myriads.get(text[unit_start - 1])):
            unit_start -= 1
            unit = measure = text[unit_start:end]
            value /= scale
            value_max = value_max / scale if value_max is not None else None
        bound: Bound = "range" if value_max is not None else self._inside.get(loose, "exact")
        start, bound = self._before(text, start, bound)
        end, bound = self._after(text, end, bound)
        return Mention(start, end, match.start("number"), unit_start, value, value_max, unit, measure, bound)

    def _values(self, number: str) -> tuple[Decimal | None, Decimal | None]:
        """Value of a number, and its upper end where two digits say a range (两三次)."""
        if number.isdecimal():
            return Decimal(number), None
        if len(number) == 2:
            low, high = self._digits.get(number[0]), self._digits.get(number[1])
            if low and high and high - low in (1, 2):
                return Decimal(low), Decimal(high)
        try:
            return self._numerals.value(number), None
        except ValueError:
            return None, None

    def _scale(self, more: str) -> int:
        scale = 1
        for char in more:
            scale *= self._scales[char]
        return scale

    def _stands_alone(self, text: str, match: "re.Match[str]") -> bool:
        """Whether a number without a measure word may be a count at all.

        It may at the end of a clause, with ASCII digits or a scale (粉丝1.2万), and as the member of a list.
        """
        end = match.end()
        if self._and.match(text, end):
            return self._shared_list.search(text, max(0, match.start() - 60), match.start()) is not None
        number = match["number"]
        scaled = number[-1] in self._myriads or bool(match["more"])
        if end < len(text) and text[end] not in _STOPS and not self._goes_on.match(text, end):
            return False
        if not number[0].isascii() and not scaled:
            zero = self._digits.get(number) == 0
            return zero and self._zero_alone.match(text, match.start()) is not None
        year = len(number) == 4 and number[:2] in ("19", "20")
        return scaled or not year

    def _before(self, text: str, start: int, bound: Bound) -> tuple[int, Bound]:
        side = self._bounds_before
        if side.edge.last is not None and text[start - 1 : start] not in side.edge.last:
            return start, bound
        found = side.pattern.match(text, start)
        if found is None or found.lastindex is None:
            return start, bound
        name = side.bounds[found.lastindex - 1]
        return found.start(found.lastindex), bound if bound == "range" else name

    def _after(self, text: str, end: int, bound: Bound) -> tuple[int, Bound]:
        side = self._bounds_after
        if side.edge.first is not None and text[end : end + 1] not in side.edge.first:
            return end, bound
        found = side.pattern.match(text, end)
        if found is None or found.lastindex is None:
            return end, bound
        return found.end(), bound if bound == "range" else side.bounds[found.lastindex - 1]


def _side(scheme: Scheme, shapes: Sequence[tuple[Bound, str | None]], frame: str) -> _Side:
    known = [scheme.pattern_of(shape) for _, shape in shapes if shape]
    pattern = compiled("|".join(map(frame.format, known)))
    return _Side([bound for bound, shape in shapes if shape], pattern, anatomy_of(*known))
