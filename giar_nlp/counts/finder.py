"""Runs the steps of counting over one segment, in order."""

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

import regex

from giar_nlp.counts.attributes import AttributeReader
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
        mentions = [
            mention
            for mention in mentions
            if not any(zero.start < mention.end and mention.start < zero.end for zero in zeros)
        ]
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
        drafts: list[tuple[int, int, _Draft]] = []
        previous_end = start
        for index, (mention, kinds) in enumerate(kept):
            for kind in kinds:
                stretch = names.get(mention.start, (previous_end, mention.start))
                attributes = self._attributes.read(words, kind, *stretch)
                draft = _Draft(mention, kind, natures[index], years[index], wholes[index], attributes)
                drafts.append((mention.start, index, draft))
            previous_end = mention.end
        for zero in zeros:
            year = self._context.named_years(words, [zero.start], report_year)[0] or report_year
            for kind in zero.kinds:
                attributes = self._attributes.read(words, kind, zero.start, zero.end)
                draft = _Draft(zero, kind, "actual", year, None, attributes)
                drafts.append((zero.start, len(kept), draft))
        drafts.sort(key=lambda item: (item[0], item[1]))
        places: dict[int, int] = {}
        for place, (_, index, _) in enumerate(drafts):
            places.setdefault(index, place)
        return tuple(self._count(reading, text, draft, places) for _, _, draft in drafts)

    def _count(self, reading: Reading, text: str, draft: "_Draft", places: dict[int, int]) -> Count:
        found = draft.found
        start, end = reading.span(found.start, found.end)
        attributes = []
        for name, low, high in draft.attributes:
            first, last = reading.span(low, high)
            attributes.append((name, _BLANK.sub("", text[first:last])))
        if isinstance(found, ZeroMention):
            value, value_max, unit, bound, implicit = Decimal(0), None, None, "exact", found.implicit
        else:
            value, value_max, bound, implicit = found.value, found.value_max, found.bound, False
            unit = self._unit(reading, text, found)
        return Count(
            start=start,
            end=end,
            text=text[start:end],
            value=_number(value),
            value_max=None if value_max is None else _number(value_max),
            unit=unit,
            bound=bound,
            kind=draft.kind,
            nature=draft.nature,
            year=draft.year,
            implicit=implicit,
            attributes=tuple(attributes),
            part_of=None if draft.whole is None else places[draft.whole],
        )

    def _unit(self, reading: Reading, text: str, mention: Mention) -> str | None:
        """The measure word as written; a percent sign of any width is %."""
        if mention.unit is None or mention.unit in self._shares:
            return mention.unit
        start, end = reading.span(mention.unit_start, mention.unit_start + len(mention.unit))
        return _BLANK.sub("", text[start:end])


class _Draft(NamedTuple):
    """What is known of one count before it becomes a record; `whole` is an index of mentions."""

    found: Mention | ZeroMention
    kind: str
    nature: Nature
    year: int | None
    whole: int | None
    attributes: list[tuple[str, int, int]]


def _as_mention(zero: ZeroMention) -> Mention:
    return Mention(zero.start, zero.end, zero.start, zero.end, Decimal(0), None, None, "exact")


def _number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)
