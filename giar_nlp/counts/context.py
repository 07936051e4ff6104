"""Nature and year of a mention: what was, what changed, what is planned, and of which year it speaks.

Source: codebook section 3, fields ``nature`` and ``year``.
"""

from bisect import bisect_right
from collections.abc import Sequence

import regex

from giar_nlp.mentions import Mention
from giar_nlp.scheme import Scheme
from giar_nlp.types import Nature

_REACH = 30
_CLAUSE_STOPS = "，。；！？"


def _any(scheme: Scheme, shapes: Sequence[str]) -> "regex.Pattern[str]":
    return regex.compile("|".join(f"(?:{scheme.pattern_of(shape)})" for shape in shapes))


class ContextReader:
    """Reads nature and year off the words around a mention."""

    def __init__(self, scheme: Scheme) -> None:
        nature, year = scheme.counting.nature, scheme.counting.year
        self._change = _any(scheme, nature.change)
        self._not_change = _any(scheme, nature.not_change)
        self._change_after = regex.compile(scheme.pattern_of(nature.change_after))
        self._target = _any(scheme, nature.target)
        self._target_frame = regex.compile(scheme.pattern_of(nature.target_frame))
        self._average = _any(scheme, nature.average)
        self._named = regex.compile(year.named)
        self._not_named = regex.compile(scheme.pattern_of(year.not_named))
        self._last = regex.compile(year.last)
        self._next = regex.compile(year.next)
        self._carried_in = regex.compile(year.carried_in)
        self._carried_out = regex.compile(year.carried_out)
        self._compared = regex.compile(year.compared)
        self._compared_value = regex.compile(year.compared_value)
        self._former = regex.compile(year.former)
        self._former_after = regex.compile(year.former_after)
        self._academic = regex.compile(year.academic)

    def nature(self, text: str, mention: Mention) -> Nature:
        """Whether the number says what was, a difference, a plan or an average."""
        start = _clause_start(text, mention.start)
        before = text[max(start, mention.start - _REACH) : mention.start]
        if self._average.search(before):
            return "average"
        if self._change.search(before) and not self._not_change.search(before):
            return "change"
        if self._change_after.match(text, mention.end):
            return "change"
        frame = text[start : mention.end]
        if self._target.search(text[start : mention.number]) and self._target_frame.search(frame):
            return "target"
        return "actual"

    def years(
        self, text: str, mentions: Sequence[Mention], natures: Sequence[Nature], report_year: int | None
    ) -> list[int | None]:
        """The year of each mention; None where the text speaks of no certain one."""
        masked = self._not_named.sub(lambda found: "\0" * len(found[0]), text)
        named = [(found.start(), int(found["year"])) for found in self._named.finditer(masked)]
        places = [place for place, _ in named]
        years: list[int | None] = []
        for mention, nature in zip(mentions, natures, strict=True):
            index = bisect_right(places, mention.start) - 1
            sentence = max(text.rfind(stop, 0, mention.start) for stop in "。！？") + 1
            year = named[index][1] if index >= 0 and places[index] >= sentence else None
            years.append(self._year(text, mention, nature, year, report_year))
        return years

    def _year(
        self, text: str, mention: Mention, nature: Nature, named: int | None, report_year: int | None
    ) -> int | None:
        start = _clause_start(text, mention.start)
        before = text[start : mention.start]
        last_year = report_year - 1 if report_year is not None else None
        if compared := self._compared_value.search(text, max(0, mention.start - _REACH), mention.start):
            return int(compared["year"])
        if self._former.search(before) and self._former_after.match(text, mention.end):
            return None
        if nature == "target":
            return named if named is not None and report_year is not None and named > report_year else None
        near = before + text[mention.end : mention.end + 10].partition("，")[0]
        if self._carried_out.search(near):
            return report_year
        if carried := self._carried_in.search(near):
            return int(carried["year"]) - 1 if carried["year"] and int(carried["year"]) == report_year else last_year
        if nature != "change" and self._last.search(before) and not self._compared.search(before):
            return last_year
        if self._academic.search(text, max(0, mention.start - 60), mention.start):
            return report_year
        return named if named is not None and nature != "change" else report_year


def _clause_start(text: str, place: int) -> int:
    return max(text.rfind(stop, 0, place) for stop in _CLAUSE_STOPS) + 1
