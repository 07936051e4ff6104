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
_OPENING = 1500
"""So many characters of the first section show whose work it tells."""
_LONGEST_NAME = 30
_PREFACES = 2
"""One of so many first paragraphs may name the agency."""


class MetaReader:
    """Reads metadata by the signs of a scheme."""

    def __init__(self, scheme: Scheme) -> None:
        signs = scheme.meta

        def shape(pattern: str) -> re.Pattern[str]:
            return re.compile(scheme.pattern_of(pattern))

        self._folding = Folding(scheme)
        self._title_tail = shape(signs.title_tail.pattern)
        self._title_label = shape(signs.title_label.pattern)
        self._title_noise = shape(signs.title_noise.pattern)
        self._residue = shape(scheme.layout.residue_before.pattern)
        self._school_year = shape(signs.school_year.pattern)
        self._year = shape(signs.year.pattern)
        self._period = shape(signs.period.pattern)
        self._broken_period = shape(signs.broken_period.pattern)
        self._date = shape(signs.date.pattern)
        self._published = shape(signs.published.pattern)
        self._agency = shape(signs.agency.pattern)
        self._preface_agency = (shape(signs.stated.pattern), shape(signs.compiled.pattern))
        self._aggregate = shape(signs.aggregate.pattern)
        self._own = shape(signs.own.pattern)
        self._government = shape(signs.government.pattern)
        self._own_name = shape(signs.own_name.pattern)
        self._place_name = shape(signs.place_name.pattern)
        self._governments = signs.governments
        self._regimes = [(sign.regime, shape(sign.pattern)) for sign in signs.regimes]
        self._digits = {ord(digit): str(value) for value, digit in enumerate(signs.digits)}
        self._digits[ord("O")] = "0"
        self._ordinals = {ordinal: value for value, ordinal in enumerate(scheme.layout.ordinals, start=1)}

    def read(
        self,
        document: Document,
        blocks: Sequence[Block],
        sections: Sequence[Section],
        folded: str | None = None,
    ) -> Meta:
        """The report's metadata; None or ``unknown`` where it does not say.

        `folded` is the document's text, folded, if it is at hand.
        """
        text = document.text
        pieces = _Pieces(text, self._folding.fold(text) if folded is None else folded, blocks)
        title = self._read_title(pieces)
        period = self._read_period(pieces)
        year = self._read_year(title, period, pieces)
        end = sections[0].start if sections else len(text)
        preface = "\n".join(pieces.closed("paragraph", before=end)) or close_up(text[end : end + _PREFACE])
        agency = self._read_agency(pieces, title)
        return Meta(
            title=title,
            agency=agency,
            report_year=year,
            period=period,
            publish_date=self._read_date(pieces),
            document_number=next(iter(pieces.written("document_number")), None),
            regime=self._read_regime(pieces, sections, year),
            scope=self._read_scope(preface, close_up(pieces.opening(end)), agency),
        )

    def _read_title(self, pieces: "_Pieces") -> str | None:
        """The first title with a year in it, else the first: a column of the site may be named like it."""
        titles = [self._without_label(title) for title in pieces.titles()]
        dated = (title for title in titles if self._year.search(self._arabic(self._folding.fold(title))))
        return next(dated, titles[0] if titles else None)

    def _without_label(self, title: str) -> str:
        """A title without residue and label before it."""
        folded = self._folding.fold(title)
        start = found.end() if (found := self._residue.match(folded)) else 0
        label = self._title_label.match(folded[start:])
        return title[start + label.end() if label else start :]

    def _read_agency(self, pieces: "_Pieces", title: str | None) -> str | None:
        if title:
            closed = close_up(self._folding.fold(title))
            name = self._title_tail.sub("", self._without_year(self._title_noise.sub("", closed)))
            if name and name != closed:
                # The signature often has the whole name of which the title has a part.
                signed = [other for other in pieces.closed("signature") if name in other]
                return next(
                    (other for other in signed if self._completes(other, name)), self._whole(name, pieces)
                )
        for name in pieces.closed("signature"):
            return name
        for furniture in pieces.furniture():
            if found := self._agency.search(furniture):
                return found[1]
        front = [*pieces.closed("paragraph", before=_FRONT)][:_PREFACES]
        for shape in self._preface_agency:
            for piece in front:
                if found := shape.search(piece):
                    return found[1]
        return None

    def _whole(self, name: str, pieces: "_Pieces") -> str:
        """The name of a place's government, where the text calls it so; any other name as it is."""
        place = self._place_name.search(name)
        if place is None:
            return name
        ending = next(word for last, word in self._governments.items() if name.endswith(last))
        return name + ending if pieces.has(place[1] + ending) else name

    def _completes(self, signed: str, name: str) -> bool:
        """Whether a signature is a title's name made whole, and not that of an office of it."""
        whole = signed.endswith(name) or self._government.search(signed) is not None
        return whole and len(signed) <= _LONGEST_NAME

    def _without_year(self, closed: str) -> str:
        """A title without the year before the agency's name."""
        found = self._year.match(closed.lstrip("（"))
        return closed.lstrip("（")[found.end() :] if found else closed

    def _read_period(self, pieces: "_Pieces") -> tuple[str, str] | None:
        for piece in pieces.closed("paragraph", before=_FRONT):
            if found := self._period.search(piece):
                first, month, day, last, last_month, last_day = found.groups()
                start = _iso(first, month, day)
                end = _iso(last or first, last_month, last_day)
                return (start, end) if start and end else None
        for piece in pieces.closed("paragraph", before=_FRONT):
            if found := self._broken_period.search(piece):
                return f"{found[1]}-01-01", f"{found[2] or found[1]}-12-31"
        return None

    def _read_year(self, title: str | None, period: tuple[str, str] | None, pieces: "_Pieces") -> int | None:
        named = self._arabic(close_up(self._folding.fold(title))) if title else ""
        if found := self._school_year.search(named):
            return int(found[1] + found[2])
        if found := self._year.search(named):
            return int(found[1])
        if period:
            return int(period[0][:4])
        front = "\n".join(pieces.closed("paragraph", before=_FRONT))
        years = Counter(int(found[1]) for found in self._year.finditer(front))
        return max(years, key=lambda year: (years[year], -year)) if years else None

    def _arabic(self, text: str) -> str:
        return text.translate(self._digits)

    def _read_date(self, pieces: "_Pieces") -> str | None:
        dates = [found for piece in pieces.closed("date") if (found := self._as_date(piece))]
        if dates:
            return dates[-1]
        for furniture in pieces.furniture():
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

    def _read_regime(self, pieces: "_Pieces", sections: Sequence[Section], year: int | None) -> Regime:
        tables = "\n".join(pieces.written("table"))
        regime = self._regime_of(tables) or self._regime_of(close_up(tables))
        if regime:
            return regime
        titles = [close_up(self._folding.fold(section.title)) for section in sections if section.title]
        for regime, sign in self._regimes:
            if any(sign.search(title) for title in titles):
                return regime
        if year is None or not sections:
            return "unknown"
        return "pre2019" if year < 2019 else "trial2019" if year < 2021 else "format2021"

    def _regime_of(self, tables: str) -> Regime | None:
        for regime, sign in self._regimes:
            if sign.search(tables):
                return regime
        return None

    def _read_scope(self, front: str, opening: str, agency: str | None) -> Scope:
        if self._aggregate.search(front):
            return "aggregate"
        if self._own.search(front) or (agency and self._own_name.search(agency)):
            return "own"
        return "aggregate" if self._aggregate.search(opening) else "unknown"


class _Pieces:
    """The blocks of a report by their kinds."""

    def __init__(self, text: str, folded: str, blocks: Sequence[Block]) -> None:
        self._text = text
        self._folded = folded
        self._blocks: dict[str, list[Block]] = {}
        for block in blocks:
            self._blocks.setdefault(block.kind, []).append(block)

    def titles(self) -> list[str]:
        """The titles, closed up, without the marks of Markdown."""
        return [
            close_up("".join([line.strip().lstrip("#") for line in written.splitlines()]))
            for written in self.written("title")
        ]

    def opening(self, start: int) -> str:
        """So much of the first section as shows whose work it tells; folded."""
        return self._folded[start : start + _OPENING]

    def furniture(self) -> Iterator[str]:
        """The page furniture, that in tables above the text too; folded and closed up."""
        yield from self.closed("navigation")
        text = [block.start for kind in ("heading", "paragraph") for block in self._blocks.get(kind, ())[:1]]
        yield from self.closed("table", before=min(text, default=None))

    def has(self, name: str) -> bool:
        """Whether a name stands anywhere in the report."""
        return name in self._folded

    def written(self, kind: str, *, before: int | None = None) -> list[str]:
        """The texts of all blocks of a kind; only so much as stands before a place."""
        return self._cut(self._text, kind, before)

    def closed(self, kind: str, *, before: int | None = None) -> Iterator[str]:
        """The same, folded and closed up."""
        for piece in self._cut(self._folded, kind, before):
            yield close_up(piece)

    def _cut(self, text: str, kind: str, before: int | None) -> list[str]:
        end = len(text) if before is None else before
        blocks = self._blocks.get(kind, ())
        return [text[block.start : min(block.end, end)] for block in blocks if block.start < end]


def _iso(year: str, month: str, day: str) -> str | None:
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return None
