"""Runs the steps of counting over one segment, in order."""

from bisect import bisect_left
from collections.abc import Sequence
from decimal import Decimal

import regex

from giar_nlp.counts.attributes import AttributeReader, Found
from giar_nlp.counts.context import ContextReader
from giar_nlp.counts.kinds import KindTeller, kind_words
from giar_nlp.counts.lists import ListAligner
from giar_nlp.counts.parts import Counted, PartTier
from giar_nlp.counts.zeros import ZeroFinder, ZeroMention, zero_words
from giar_nlp.mentions import Mention, MentionFinder
from giar_nlp.reading import Reading
from giar_nlp.rules import Scanner
from giar_nlp.scheme import Scheme
from giar_nlp.types import Count, Nature

_EXACT = 2**53
_BLANK = regex.compile(r"\s+")


class CountFinder:
    """Finds every count mention of a segment (codebook section 3)."""

    def __init__(self, scheme: Scheme) -> None:
        scanner = Scanner((*kind_words(scheme), *zero_words(scheme)))
        self._scanner = scanner
        self._mentions = MentionFinder(scheme)
        self._zeros = ZeroFinder(scheme, scanner)
        self._kinds = KindTeller(scheme, scanner)
        self._context = ContextReader(scheme)
        self._lists = ListAligner(scheme)
        self._parts = PartTier(scheme)
        self._attributes = AttributeReader(scheme)
        self._shares = frozenset(scheme.numbers.shares)

    def find(
        self,
        reading: Reading,
        text: str,
        headings: Sequence[str] = (),
        *,
        report_year: int | None = None,
        start: int = 0,
    ) -> tuple[Count, ...]:
        """All counts of a segment in text order, with document offsets.

        Args:
            reading: the segment.
            text: the document's text, from which the spans are cut.
            headings: folded titles above the segment, outermost first.
            report_year: the year of the report, None when unknown.
            start: index in the reading where the segment's marker ends.
        """
        words = reading.text
        mentions = self._mentions.find(words, start)
        if not mentions and not self._zeros.may_have(words):
            return ()
        hits = self._scanner.find(words)
        zeros = self._zeros.find(words, hits)
        if zeros:
            mentions = _outside(mentions, zeros)
        if not mentions and not zeros:
            return ()
        aligned = self._lists.align(words, mentions)
        told = self._kinds.tell(words, hits, mentions, headings, aligned) if mentions else []
        kept = [(mention, kinds) for mention, kinds in zip(mentions, told, strict=True) if kinds]
        names = {mentions[index].start: place for index, place in aligned.items()}
        named = self._context.named_years(words, [mention.start for mention, _ in kept], report_year)
        may_differ = self._context.may_differ(words)
        natures: list[Nature] = []
        years: list[int | None] = []
        for (mention, _), year in zip(kept, named, strict=True):
            nature: Nature = self._context.nature(words, mention) if may_differ else "actual"
            if nature == "actual" and year is not None and report_year is not None and year > report_year:
                nature = "target"
            natures.append(nature)
            years.append(self._context.year(words, mention, nature, year, report_year))
        wholes = self._parts.tie(
            words,
            [
                Counted(mention, kinds[0], nature != "change" and mention.unit not in self._shares)
                for (mention, kinds), nature in zip(kept, natures, strict=True)
            ],
        )
        drafts: list[_Draft] = []
        previous_end = start
        for index, (mention, kinds) in enumerate(kept):
            stretch = names.get(mention.start, (previous_end, mention.start))
            previous_end = mention.end
            for kind in kinds:
                attributes = self._attributes.read(words, kind, *stretch)
                drafts.append((mention.start, index, mention, kind, attributes))
        zero_years = self._context.named_years(words, [zero.start for zero in zeros], report_year) if zeros else []
        for zero, year in zip(zeros, zero_years, strict=True):
            for kind in zero.kinds:
                attributes = self._attributes.read(words, kind, zero.start, zero.end)
                drafts.append((zero.start, len(kept), (zero, year or report_year), kind, attributes))
        if zeros:
            drafts.sort(key=_place)
        places: dict[int, int] = {}
        for place, draft in enumerate(drafts):
            places.setdefault(draft[1], place)
        counts = []
        for _, index, found, kind, attributes in drafts:
            if isinstance(found, tuple):
                counts.append(_zero_count(reading, text, *found, kind, attributes))
            else:
                whole = wholes[index]
                tie = None if whole is None else places[whole]
                counts.append(self._count(reading, text, found, (kind, natures[index], years[index], tie), attributes))
        return tuple(counts)

    def _count(
        self,
        reading: Reading,
        text: str,
        mention: Mention,
        told: tuple[str, Nature, int | None, int | None],
        attributes: Sequence[Found],
    ) -> Count:
        """The record of a mention: what was told of it is its kind, nature, year and whole."""
        start, end = reading.span(mention.start, mention.end)
        unit = mention.unit
        if unit is not None and unit not in self._shares:
            unit = _written(reading, text, mention.unit_start, mention.unit_start + len(unit))
        value_max = mention.value_max
        kind, nature, year, whole = told
        return Count(
            start,
            end,
            text[start:end],
            _number(mention.value),
            None if value_max is None else _number(value_max),
            unit,
            mention.bound,
            kind,
            nature,
            year,
            False,
            _written_out(reading, text, attributes),
            whole,
        )


def _outside(mentions: Sequence[Mention], zeros: Sequence[ZeroMention]) -> list[Mention]:
    """The mentions that overlap none of the zeros; both come in order."""
    starts = [zero.start for zero in zeros]
    kept = []
    for mention in mentions:
        before = bisect_left(starts, mention.end) - 1
        if before < 0 or zeros[before].end <= mention.start:
            kept.append(mention)
    return kept


_Draft = tuple[int, int, Mention | tuple[ZeroMention, int | None], str, Sequence[Found]]
"""What becomes one count: its place, its mention's number, what was found (a zero with its year), kind, attributes."""


def _place(draft: _Draft) -> tuple[int, int]:
    return draft[:2]


def _zero_count(
    reading: Reading, text: str, zero: ZeroMention, year: int | None, kind: str, attributes: Sequence[Found]
) -> Count:
    start, end = reading.span(zero.start, zero.end)
    written = _written_out(reading, text, attributes)
    return Count(
        start, end, text[start:end], 0, None, None, "exact", kind, "actual", year, zero.implicit, written, None
    )


def _written_out(reading: Reading, text: str, attributes: Sequence[Found]) -> tuple[tuple[str, str], ...]:
    return tuple([(name, _written(reading, text, low, high)) for name, low, high in attributes])


def _written(reading: Reading, text: str, low: int, high: int) -> str:
    """A stretch of the reading as the text has it, without blanks."""
    start, end = reading.span(low, high)
    return text[start:end] if end - start == high - low else _BLANK.sub("", text[start:end])


def _number(value: Decimal) -> int | float:
    """A number that JSON can hold: whole where it is whole and not beyond all exactness."""
    whole = int(value)
    return whole if whole == value and whole < _EXACT else float(value)
