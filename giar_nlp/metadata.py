"""Reads what a report says of itself: title, agency, year, period, dates, number, regime, scope."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date

from giar_nlp.markers import Folding, close_up
from giar_nlp.scheme import Scheme
from giar_nlp.types import Block, Document, Meta, Regime, Scope, Section

_FRONT = 1500
"""So many characters of the text may hold the period."""
_PREFACE = 600
"""So many characters of the first section may stand for a preface."""


class MetaReader:
    """Reads metadata by the signs of a scheme."""

    def __init__(self, scheme: Scheme) -> None:
        signs = scheme.meta

        def shape(pattern: str) -> re.Pattern[str]:
            return re.compile(scheme.pattern_of(pattern))

        self._folding = Folding(scheme)
        self._title_tail = shape(signs.title_tail.pattern)
        self._year = shape(signs.year.pattern)
        self._period = shape(signs.period.pattern)
        self._broken_period = shape(signs.broken_period.pattern)
        self._date = shape(signs.date.pattern)
        self._published = shape(signs.published.pattern)
        self._agency = shape(signs.agency.pattern)
        self._aggregate = shape(signs.aggregate.pattern)
        self._own = shape(signs.own.pattern)
        self._regimes = [(sign.regime, shape(sign.pattern)) for sign in signs.regimes]
        self._digits = {digit: str(value) for value, digit in enumerate(signs.digits)}
        self._ordinals = {ordinal: value for value, ordinal in enumerate(scheme.layout.ordinals, start=1)}

    def read(self, document: Document, blocks: Sequence[Block], sections: Sequence[Section]) -> Meta:
        """The report's metadata; None or ``unknown`` where it does not say."""
        text = document.text
        title = self._title(text, blocks)
        front = "\n".join(self._texts(text[:_FRONT], blocks, "paragraph"))
        period = self._read_period(front)
        year = self._read_year(title, period, front)
        return Meta(
            title=title,
            agency=self._read_agency(text, blocks, title),
            report_year=year,
            period=period,
            publish_date=self._read_date(text, blocks),
            document_number=next(iter(self._written(text, blocks, "document_number")), None),
            regime=self._read_regime(text, blocks, sections, year),
            scope=self._read_scope(self._preface(text, blocks, sections)),
        )

    def _preface(self, text: str, blocks: Sequence[Block], sections: Sequence[Section]) -> str:
        """The text before the first section; where none is, the beginning of the first section."""
        end = sections[0].start if sections else len(text)
        return "\n".join(self._texts(text[:end], blocks, "paragraph")) or close_up(text[end : end + _PREFACE])

    @staticmethod
    def _title(text: str, blocks: Sequence[Block]) -> str | None:
        for block in blocks:
            if block.kind == "title":
                return close_up(
                    "".join(line.strip().lstrip("#") for line in text[block.start : block.end].splitlines())
                )
        return None

    def _texts(self, text: str, blocks: Sequence[Block], kind: str) -> Iterator[str]:
        """Folded, closed-up texts of all blocks of a kind."""
        for piece in self._written(text, blocks, kind):
            yield close_up(self._folding.fold(piece))

    @staticmethod
    def _written(text: str, blocks: Sequence[Block], kind: str) -> Iterator[str]:
        for block in blocks:
            if block.kind == kind and block.start < len(text):
                yield text[block.start : block.end]

    def _read_agency(self, text: str, blocks: Sequence[Block], title: str | None) -> str | None:
        if title:
            closed = close_up(self._folding.fold(title))
            name = self._title_tail.sub("", self._year.sub("", closed[:7]) + closed[7:])
            if name and name != closed:
                return name
        for name in self._texts(text, blocks, "signature"):
            return name
        for furniture in self._texts(text, blocks, "navigation"):
            if found := self._agency.search(furniture):
                return found[1]
        return None

    def _read_period(self, front: str) -> tuple[str, str] | None:
        if found := self._period.search(front):
            first, month, day, last, last_month, last_day = found.groups()
            start = _iso(first, month, day)
            end = _iso(last or first, last_month, last_day)
            return (start, end) if start and end else None
        if found := self._broken_period.search(front):
            return f"{found[1]}-01-01", f"{found[2] or found[1]}-12-31"
        return None

    def _read_year(self, title: str | None, period: tuple[str, str] | None, front: str) -> int | None:
        if title and (found := self._year.search(self._arabic(close_up(self._folding.fold(title))))):
            return int(found[1])
        if period:
            return int(period[0][:4])
        years = Counter(int(found[1]) for found in self._year.finditer(front))
        return max(years, key=lambda year: (years[year], -year)) if years else None

    def _arabic(self, text: str) -> str:
        return "".join(self._digits.get(char, char) for char in text)

    def _read_date(self, text: str, blocks: Sequence[Block]) -> str | None:
        dates = [found for piece in self._texts(text, blocks, "date") if (found := self._as_date(piece))]
        if dates:
            return dates[-1]
        for furniture in self._texts(text, blocks, "navigation"):
            if (place := self._published.search(furniture)) and (
                found := self._as_date(furniture[place.end() :])
            ):
                return found
        return None

    def _as_date(self, text: str) -> str | None:
        found = self._date.search(text)
        if found is None:
            return None
        month, day = (str(self._ordinals.get(part, part)) for part in found.groups()[1:])
        return _iso(self._arabic(found[1]), month, day)

    def _read_regime(
        self, text: str, blocks: Sequence[Block], sections: Sequence[Section], year: int | None
    ) -> Regime:
        written = "\n".join(self._written(text, blocks, "table"))
        for tables in (written, close_up(written)):
            for regime, sign in self._regimes:
                if sign.search(tables):
                    return regime
        titles = [close_up(self._folding.fold(section.title)) for section in sections if section.title]
        for regime, sign in self._regimes:
            if any(sign.search(title) for title in titles):
                return regime
        if year is None or not sections:
            return "unknown"
        return "pre2019" if year < 2019 else "trial2019" if year < 2021 else "format2021"

    def _read_scope(self, front: str) -> Scope:
        if self._aggregate.search(front):
            return "aggregate"
        return "own" if self._own.search(front) else "unknown"


def _iso(year: str, month: str, day: str) -> str | None:
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return None
