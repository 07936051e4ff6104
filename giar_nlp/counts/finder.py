"""Runs the steps of counting over one segment, in order."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from giar_nlp.counts.attributes import AttributeReader
from giar_nlp.counts.context import ContextReader
from giar_nlp.counts.kinds import KindTeller, kind_words
from giar_nlp.counts.lists import ListAligner, ListName
from giar_nlp.counts.parts import Counted, PartTier
from giar_nlp.counts.records import Recorder, Told
from giar_nlp.counts.zeros import ZeroFinder, ZeroMention, zero_words
from giar_nlp.mentions import Mention, MentionFinder
from giar_nlp.reading import Reading
from giar_nlp.rules import Scanner
from giar_nlp.scheme import Scheme
from giar_nlp.types import Count


class _Draft(NamedTuple):
    """What becomes one count: where it starts, its mention's number (-1 for a zero), and what was told."""

    start: int
    number: int
    found: Mention | ZeroMention
    told: Told


class Setting(NamedTuple):
    """Where a segment stands and what it is about.

    `headings` are the folded titles above it, outermost first; `start` is the index in its reading where its
    marker ends.
    """

    headings: Sequence[str] = ()
    start: int = 0
    themes: Sequence[str] = ()


class CountFinder:
    """Finds every count mention of a segment (codebook section 3)."""

    def __init__(self, scheme: Scheme) -> None:
        self._scanner = Scanner((*kind_words(scheme), *zero_words(scheme)))
        self._mentions = MentionFinder(scheme)
        self._zeros = ZeroFinder(scheme, self._scanner)
        self._lists = ListAligner(scheme)
        self._kinds = KindTeller(scheme, self._scanner)
        self._context = ContextReader(scheme)
        self._parts = PartTier(scheme)
        self._attributes = AttributeReader(scheme)
        self._shares = frozenset(scheme.numbers.shares)
        self._plans = frozenset(scheme.counting.nature.plans)

    def find_all(
        self,
        readings: Sequence[Reading],
        text: str,
        settings: Sequence[Setting],
        *,
        report_year: int | None = None,
    ) -> list[tuple[Count, ...]]:
        """All counts of each segment of a document; the arguments are those of `find`, one a segment."""
        return [
            self.find(reading, text, setting, report_year=report_year)
            for reading, setting in zip(readings, settings, strict=True)
        ]

    def find(
        self,
        reading: Reading,
        text: str,
        setting: Setting | None = None,
        *,
        report_year: int | None = None,
    ) -> tuple[Count, ...]:
        """All counts of a segment in text order, with document offsets.

        Args:
            reading: the segment.
            text: the document's text, from which the spans are cut.
            setting: where the segment stands and what it is about.
            report_year: the year of the report, None when unknown.
        """
        headings, start, themes = setting or Setting()
        words = reading.text
        mentions = self._mentions.find(words, start)
        may_have_zeros = self._zeros.may_have(words)
        if not mentions and not may_have_zeros:
            return ()
        hits = self._scanner.find(words)
        zeros = self._zeros.find(words, hits) if may_have_zeros else []
        drafts: list[_Draft] = []
        if zeros:
            mentions = _outside(mentions, zeros)
            drafts += self._zero_drafts(words, zeros, report_year)
        if mentions:
            aligned = self._lists.align(words, mentions)
            kinds = self._kinds.tell(words, hits, mentions, headings, aligned)
            drafts += self._drafts(
                words, mentions, kinds, aligned, (start, report_year, not self._plans.isdisjoint(themes))
            )
            if zeros:
                drafts.sort(key=_place)
        recorder = Recorder(reading, text, self._shares)
        places: dict[int, int] = {}
        for place, draft in enumerate(drafts):
            places.setdefault(draft.number, place)
        return tuple([recorder.count(draft.found, draft.told, places) for draft in drafts])

    def _zero_drafts(self, words: str, zeros: Sequence[ZeroMention], report_year: int | None) -> list[_Draft]:
        years = self._context.years_of_zeros(words, zeros, report_year)
        drafts = []
        for zero, year in zip(zeros, years, strict=True):
            for kind in zero.kinds:
                attributes = self._attributes.read(words, kind, zero.start, zero.end)
                told = Told(kind, "actual", year, None, attributes)
                drafts.append(_Draft(zero.start, -1, zero, told))
        return drafts

    def _drafts(
        self,
        words: str,
        mentions: Sequence[Mention],
        kinds: Sequence[tuple[str, ...]],
        aligned: Mapping[int, ListName],
        frame: tuple[int, int | None, bool],
    ) -> list[_Draft]:
        """What is told of each mention that has a kind.

        `frame`: where the words begin, the report's year, and whether they are a plan.
        """
        previous_end, report_year, planned = frame
        kept = [number for number, told in enumerate(kinds) if told]
        counting = [mentions[number] for number in kept]
        contexts = self._context.read(words, counting, report_year)
        contexts = self._context.place(words, counting, contexts, report_year, planned=planned)
        counted = [
            Counted(mention, kinds[number][0], nature != "change" and mention.unit not in self._shares)
            for number, mention, (nature, _) in zip(kept, counting, contexts, strict=True)
        ]
        wholes = self._parts.tie(words, counted)
        drafts = []
        for index, number in enumerate(kept):
            mention = mentions[number]
            name = aligned.get(number)
            stretch = (name.start, name.end) if name else (previous_end, mention.start)
            previous_end = mention.end
            for kind in kinds[number]:
                attributes = self._attributes.read(words, kind, *stretch)
                told = Told(kind, *contexts[index], wholes[index], attributes)
                drafts.append(_Draft(mention.start, index, mention, told))
        return drafts


def _outside(mentions: Sequence[Mention], zeros: Sequence[ZeroMention]) -> list[Mention]:
    """The mentions that overlap none of the zeros; both come in order."""
    starts = [zero.start for zero in zeros]
    kept = []
    for mention in mentions:
        before = bisect_left(starts, mention.end) - 1
        if before < 0 or zeros[before].end <= mention.start:
            kept.append(mention)
    return kept


def _place(draft: _Draft) -> tuple[int, int]:
    return draft.start, draft.number
