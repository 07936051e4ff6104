"""Nature and year of a mention: what was, what changed, what is planned, and of which year it speaks.

Source: codebook section 3, fields ``nature`` and ``year``.
"""

from bisect import bisect_right
from collections.abc import Sequence

import regex

from giar_nlp.mentions import Mention
from giar_nlp.scheme import Scheme
from giar_nlp.types import Nature

_REACH = 400
_CLAUSE_STOPS = "，。；！？"
_BREAK = regex.compile(r"[，（。；、]")


def _just_before(scheme: Scheme, *shapes: str) -> "regex.Pattern[str]":
    """A pattern that matches at a place just behind one of the shapes."""
    return regex.compile("|".join(f"(?<={scheme.pattern_of(shape)})" for shape in shapes))


class ContextReader:
    """Reads nature and year off the words around a mention."""

    def __init__(self, scheme: Scheme) -> None:
        nature, year = scheme.counting.nature, scheme.counting.year
        self._hint = regex.compile(scheme.pattern_of(nature.hint))
        self._change = _just_before(scheme, *nature.change)
        self._not_change = _just_before(scheme, *nature.not_change)
        self._change_after = regex.compile(scheme.pattern_of(nature.change_after))
        self._target = _just_before(scheme, *nature.target)
        self._target_after = regex.compile(scheme.pattern_of(nature.target_after))
        self._average = _just_before(scheme, *nature.average)
        self._named = regex.compile(year.named)
        self._not_named = regex.compile(scheme.pattern_of(year.not_named))
        self._last = regex.compile(year.last)
        self._this = regex.compile(year.this)
        self._carried_in = regex.compile(year.carried_in)
        self._carried_out = regex.compile(year.carried_out)
        self._compared = regex.compile(year.compared)
        self._compared_value = _just_before(scheme, year.compared_value)
        self._former = _just_before(scheme, f"(?P<former>{year.former})")
        self._former_after = regex.compile(year.former_after)
        self._academic = regex.compile(year.academic)

    def may_differ(self, text: str) -> bool:
        """Whether any number in a text can be other than actual: a quick look."""
        return self._hint.search(text) is not None

    def nature(self, text: str, mention: Mention) -> Nature:
        """Whether the number says what was, a difference, a plan or an average."""
        if self._average.match(text, mention.start):
            return "average"
        if self._change.match(text, mention.start) and not self._not_change.match(text, mention.start):
            return "change"
        if self._change_after.match(text, mention.end):
            return "change"
        if self._target.match(text, mention.number) or self._target_after.match(text, mention.end):
            return "target"
        return "actual"

    def named_years(self, text: str, places: Sequence[int], report_year: int | None) -> list[int | None]:
        """The year that the sentence names last before each place, None where it names none."""
        masked = self._not_named.sub(lambda found: "\0" * len(found[0]), text)
        named = [(found.start(), int(found["year"])) for found in self._named.finditer(masked)]
        if not named:
            return [None] * len(places)
        named += [(found.start(), report_year) for found in self._this.finditer(masked)]
        named.sort()
        starts = [start for start, _ in named]
        years = []
        for place in places:
            index = bisect_right(starts, place) - 1
            inside = index >= 0 and starts[index] >= _start(text, place, "。！？")
            years.append(named[index][1] if inside else None)
        return years

    def year(
        self, text: str, mention: Mention, nature: Nature, named: int | None, report_year: int | None
    ) -> int | None:
        """The year that a mention speaks of; None where it speaks of no certain one."""
        last_year = report_year - 1 if report_year is not None else None
        if compared := self._compared_value.match(text, mention.start):
            return int(compared["year"])
        if (former := self._former.match(text, mention.start)) and self._former_after.match(text, mention.end):
            then = self._named.search(former["former"])
            return int(then["year"]) if then else None
        if nature == "target":
            return named if named is not None and report_year is not None and named > report_year else None
        before = text[_start(text, mention.start, _CLAUSE_STOPS) : mention.start]
        near = before + _BREAK.split(text[mention.end : mention.end + 10], maxsplit=1)[0]
        if self._carried_out.search(near):
            return report_year
        if carried := self._carried_in.search(near):
            return int(carried["year"]) - 1 if carried["year"] and int(carried["year"]) == report_year else last_year
        if nature != "change" and self._last.search(before) and not self._compared.search(before):
            return last_year
        if self._academic.search(text, max(0, mention.start - 60), mention.start):
            return report_year
        return named if named is not None and nature != "change" else report_year


def _start(text: str, place: int, stops: str) -> int:
    """Where the stretch that holds `place` begins, just after the nearest stop before it."""
    low = max(0, place - _REACH)
    return max([text.rfind(stop, low, place) for stop in stops]) + 1
