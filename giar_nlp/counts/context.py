"""Nature and year of a mention: what was, what changed, what is planned, and of which year it speaks.

Source: codebook section 3, fields ``nature`` and ``year``.
"""

import re
from bisect import bisect_right
from collections.abc import Sequence

from giar_nlp.anatomy import looking_ahead
from giar_nlp.counts.zeros import ZeroMention
from giar_nlp.mentions import Mention
from giar_nlp.patterns import Behind, compiled
from giar_nlp.scheme import Scheme
from giar_nlp.types import Nature

_REACH = 400
_NEAR = 60
_AFTER = 10
_LAST_CLAUSE_STOP = re.compile(".*[，。；！？]", re.DOTALL)
_LAST_STATEMENT_STOP = re.compile(".*[。；！？]", re.DOTALL)
_LAST_SENTENCE_STOP = re.compile(".*[。！？]", re.DOTALL)
_BREAK = re.compile(r"[，（。；、]")


class ContextReader:
    """Reads nature and year off the words around a mention."""

    def __init__(self, scheme: Scheme) -> None:
        nature, year = scheme.counting.nature, scheme.counting.year
        self._hints = (
            compiled(scheme.pattern_of(nature.average_hint)),
            compiled(looking_ahead(scheme.pattern_of(nature.change_hint))),
            compiled(looking_ahead(scheme.pattern_of(nature.target_hint))),
        )
        self._year_hint = compiled(looking_ahead(scheme.pattern_of(year.hint)))
        self._change = Behind(map(scheme.pattern_of, nature.change))
        self._not_change = Behind(map(scheme.pattern_of, nature.not_change))
        self._change_after = compiled(scheme.pattern_of(nature.change_after))
        self._target = Behind(map(scheme.pattern_of, nature.target))
        self._target_after = compiled(scheme.pattern_of(nature.target_after))
        self._average = Behind(map(scheme.pattern_of, nature.average))
        self._named = compiled(year.named)
        self._not_named = compiled("|".join(map(scheme.pattern_of, year.not_named)))
        self._last = compiled(year.last)
        self._this = compiled(year.this)
        self._past = compiled("|".join((*year.carried_in, year.last)))
        self._carried_in = compiled("|".join(year.carried_in))
        self._carried_out = compiled(year.carried_out)
        self._happened = compiled(nature.happened)
        self._coming = compiled(year.coming)
        self._open_ended = compiled(year.open_ended)
        self._compared = compiled(year.compared)
        self._compared_value = Behind([scheme.pattern_of(year.compared_value)])
        self._former = Behind([f"(?P<former>{scheme.pattern_of(year.former)})"])
        self._former_after = compiled(year.former_after)
        self._academic = compiled(year.academic)

    def read(
        self, text: str, mentions: Sequence[Mention], report_year: int | None
    ) -> list[tuple[Nature, int | None]]:
        """Nature and year of each mention of a segment's reading."""
        named = self.named_years(text, [mention.start for mention in mentions], report_year)
        may_be = tuple([hint.search(text) is not None for hint in self._hints])
        may_shift = self._year_hint.search(text) is not None
        contexts: list[tuple[Nature, int | None]] = []
        for mention, year in zip(mentions, named, strict=True):
            ahead = year is not None and report_year is not None and year > report_year
            nature = self._nature(text, mention, may_be)
            if nature == "actual" and ahead:
                nature = "target"
            if nature == "target":
                contexts.append((nature, year if ahead else None))
            elif may_shift:
                contexts.append((nature, self._year(text, mention, nature, (year, report_year))))
            else:
                contexts.append((nature, report_year if year is None or nature == "change" else year))
        return contexts

    def place(
        self,
        text: str,
        mentions: Sequence[Mention],
        contexts: Sequence[tuple[Nature, int | None]],
        report_year: int | None,
        *,
        planned: bool,
    ) -> list[tuple[Nature, int | None]]:
        """Natures and years seen from the report: what a plan names is its target, of the year to come.

        What the words say has happened is no target, nor is what is carried out to the next year. A target
        for every year has no year.
        """
        return [
            self._placed(text, mention, context, report_year, planned)
            for mention, context in zip(mentions, contexts, strict=True)
        ]

    def _placed(
        self,
        text: str,
        mention: Mention,
        told: tuple[Nature, int | None],
        report_year: int | None,
        planned: bool,
    ) -> tuple[Nature, int | None]:
        """The same of one mention."""
        nature, year = told
        if nature != "target" and (not planned or nature == "average"):
            return told
        clause = text[_start(text, mention.start, _LAST_CLAUSE_STOP) : mention.start]
        if nature == "target":
            if self._carried_out.search(clause):
                return "actual", report_year
        else:
            before = text[_start(text, mention.start, _LAST_STATEMENT_STOP) : mention.start]
            if self._happened.search(before) or _names(self._named, before, report_year):
                return told
            year = None
        is_coming = planned or self._coming.search(clause) is not None
        if year is None and report_year is not None and is_coming and not self._open_ended.search(clause):
            year = report_year + 1
        return "target", year

    def years_of_zeros(
        self, text: str, zeros: Sequence[ZeroMention], report_year: int | None
    ) -> list[int | None]:
        """The year that each stated zero speaks of: the one named, or the report's."""
        named = self.named_years(text, [zero.start for zero in zeros], report_year)
        years = [report_year if year is None else year for year in named]
        for index, zero in enumerate(zeros):
            stated = text[_start(text, zero.start, _LAST_CLAUSE_STOP) : zero.end]
            if report_year is not None and self._carried_in.search(stated):
                years[index] = report_year - 1
        return years

    def _nature(self, text: str, mention: Mention, may_be: tuple[bool, ...]) -> Nature:
        """The nature of a mention; `may_be`: whether its segment may hold averages, changes, targets."""
        average, change, target = may_be
        start, end = mention.start, mention.end
        if average and self._average.match(text, start):
            return "average"
        if change and self._change.match(text, start) and not self._not_change.match(text, start):
            return "change"
        if change and self._change_after.match(text, end):
            return "change"
        if target and (self._target.match(text, mention.number) or self._target_after.match(text, end)):
            return "target"
        return "actual"

    def named_years(self, text: str, places: Sequence[int], report_year: int | None) -> list[int | None]:
        """The year that the sentence names last before each place, None where it names none."""
        if self._named.search(text) is None:
            return [None] * len(places)
        masked = self._not_named.sub(lambda found: "\0" * len(found[0]), text)
        named: dict[int, int | None] = {
            found.start(): int(found["year"]) for found in self._named.finditer(masked)
        }
        if not named:
            return [None] * len(places)
        named.update((found.start(), report_year) for found in self._this.finditer(masked))
        starts = sorted(named)
        years = []
        for place in places:
            index = bisect_right(starts, place) - 1
            while index >= 0 and _closed(text, starts[index], place):
                index -= 1
            inside = index >= 0 and starts[index] >= _start(text, place, _LAST_SENTENCE_STOP)
            years.append(named[starts[index]] if inside else None)
        return years

    def _year(
        self, text: str, mention: Mention, nature: Nature, years: tuple[int | None, int | None]
    ) -> int | None:
        """The year that a mention speaks of, given the one its sentence names and the report's."""
        named, report_year = years
        if compared := self._compared_value.match(text, mention.start):
            return int(compared["year"])
        if (former := self._former.match(text, mention.start)) and self._former_after.match(
            text, mention.end
        ):
            if then := self._named.search(former["former"]):
                return int(then["year"])
            return report_year - 1 if report_year and self._last.search(former["former"]) else None
        if self._is_last_year(text, mention, nature, report_year):
            return report_year - 1 if report_year is not None else None
        academic = self._academic.search(text, max(0, mention.start - _NEAR), mention.start)
        return report_year if named is None or nature == "change" or academic else named

    def _is_last_year(self, text: str, mention: Mention, nature: Nature, report_year: int | None) -> bool:
        """Whether a number was carried in from the year before, or is said to be of that year."""
        before = text[_start(text, mention.start, _LAST_CLAUSE_STOP) : mention.start]
        around = before + _BREAK.split(text[mention.end : mention.end + _AFTER], maxsplit=1)[0]
        if not self._past.search(around) or self._carried_out.search(around):
            return False
        if self._carried_in.search(around):
            return True
        return nature != "change" and bool(self._last.search(before)) and not self._compared.search(before)


def _names(named: "re.Pattern[str]", text: str, year: int | None) -> bool:
    """Whether a text names a year."""
    return any(int(found["year"]) == year for found in named.finditer(text))


def _closed(text: str, start: int, place: int) -> bool:
    """Whether `start` stands in a bracket that ends before `place`."""
    close = text.find("）", start, min(place, start + _REACH))
    return close >= 0 and "（" not in text[start:close]


def _start(text: str, place: int, stops: "re.Pattern[str]") -> int:
    """Where the stretch that holds `place` begins: just after the last of the `stops` before it."""
    found = stops.match(text, max(0, place - _REACH), place)
    return found.end() if found else 0
