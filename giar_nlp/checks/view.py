"""A report laid open for the checks: what several of them look at, worked out once and only if asked for.

A check is a function of a `View` and its `ReadyCheck`; it yields the findings that the check makes.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property, lru_cache
from itertools import accumulate
from typing import Literal

from giar_nlp.checks.proving import Prover
from giar_nlp.checks.ready import MAX_PLACES, ReadyCheck, make_finding, name_of
from giar_nlp.markers import Folding, Marker, Markers, close_up
from giar_nlp.reading import Reader, Reading
from giar_nlp.rules import Scanner
from giar_nlp.scheme import Organs, Scheme
from giar_nlp.tables import Proof
from giar_nlp.types import (
    Count,
    Finding,
    Place,
    Report,
    Section,
    Segment,
    StatutoryTable,
    TableValue,
    make_place,
    maker,
)

PER_CENT = "%"
_QUOTES = dict.fromkeys(map(ord, "\u201c\u201d\u2018\u2019\"'"))
_PREFACES = 4
"""One of so many first segments may state the period."""
_DECEMBER = ("12", "\uff11\uff12")
_YEAR_SIGNS = ("20", "\uff12\uff10")
"""What a segment holds that states the period; in the preface, whatever month it ends with."""
_CLAUSE = 120
"""A clause reaches so many characters from its count at most: a line without a stop may be megabytes long."""
_LABEL = 2
"""Shorter labels (其他, 总计) stand in tables of any kind."""
_KNOWN_MARKERS = 512
"""So many ways to write an item's number are kept in mind."""
_KNOWN_LABELS = 1024
"""So are so many labels of tables."""

SOUGHT = {
    "struct.residue": ("editor", "masked", "page", "buttons", "leaf"),
    "format.basis_outdated": ("numbers",),
    "copy.template_leftover": ("hints",),
    "copy.foreign_name": ("hints",),
    "meta.contact": ("contact",),
    "meta.parts_claimed": ("part",),
    "qual.dup_word": ("garbled",),
    "qual.punctuation": ("doubled",),
    "text.fee_vs_section6": ("fee",),
    "narr.assessment_missing": ("assessment", "appraisal", "accountability"),
}
"""The words of checks that are looked for in the whole text, in one pass for all of them."""

Rank = Literal["township", "government", "department", "unknown"]
CellKey = tuple[str, str, str]


class Tools:
    """What the checks share of a scheme: how text is read, and what the names of agencies tell."""

    def __init__(self, scheme: Scheme) -> None:
        organs: Organs = scheme.organs

        def shape(pattern: str) -> re.Pattern[str]:
            return re.compile(scheme.pattern_of(pattern))

        self.scheme = scheme
        self.prover = Prover(scheme)
        self.reader = Reader(fold=scheme.fold(), noise=scheme.pattern_of(scheme.manifest.noise))
        self.folding = Folding(scheme)
        self.labels = _labels(scheme, self)
        self.due: dict[tuple[str | None, str, str], str] = {
            (edition.id, form.table, one.id): self.close(one.label)
            for edition in scheme.editions.values()
            for form in edition.tables
            for _, row, column in form.cells()
            for one in (row, column)
        }
        self.own_labels = frozenset(label for label in self.due.values() if len(label) > _LABEL)
        self.markers = Markers(scheme)
        self.ordinals = scheme.layout.ordinals
        self.stops = scheme.layout.stops
        ends = (*scheme.layout.stops, *scheme.layout.goes_on[:1], "\n", ",", ";", ":", ".")
        self.clause_end = re.compile(f"[{re.escape(''.join(ends))}]")
        self._up_to_end = re.compile(f"(?s:.*){self.clause_end.pattern}")
        self.style = lru_cache(_KNOWN_MARKERS)(self._style)
        self.shape = lru_cache(_KNOWN_MARKERS)(self._shape)
        self.period = shape(scheme.meta.period.pattern)
        self.broken_period = shape(scheme.meta.broken_period.pattern)
        self.year = shape(scheme.meta.year.pattern)
        self.titles = {
            topic.number: (shape(topic.title.pattern), shape((topic.full or topic.title).pattern))
            for topic in scheme.chapters.topics
            if topic.number
        }
        self.generic = re.compile("|".join(map(re.escape, sorted(organs.generic, key=len, reverse=True))))
        sought = [
            word
            for name, check in scheme.checks().items()
            for part in SOUGHT.get(name, ())
            for word in scheme.words_of(check.words[part])
        ]
        self.scanner = Scanner(sought)
        self.heading = lru_cache(_KNOWN_MARKERS)(self._heading)
        self.title = lru_cache(_KNOWN_MARKERS)(self.close)
        self.lawmakers = shape(organs.lawmakers.pattern)
        self.not_lawmakers = shape(organs.not_lawmakers.pattern)
        self.suffix = shape(organs.suffix.pattern)
        self._area = shape(organs.area.pattern)
        self._ranks: tuple[tuple[Rank, re.Pattern[str]], ...] = (
            ("township", shape(organs.township.pattern)),
            ("government", shape(organs.government.pattern)),
            ("department", shape(organs.department.pattern)),
        )

    def _style(self, written: str) -> tuple[str, int]:
        """The style and the value of an item's number as written."""
        # Some numbers are told by what follows them: 1. before words, not before digits.
        found = self.markers.at(self.folding.fold(written) + "\u3000", 0)
        return (found.style, found.number) if found else ("", 0)

    def _shape(self, written: str) -> str:
        """An item's number as written, closed up, without its digits."""
        return "".join(char for char in self.close(written) if not char.isdigit())

    def _heading(self, written: str) -> tuple[str, Marker | None]:
        """A heading, folded, with its number."""
        folded = self.folding.fold(written)
        return folded, self.markers.at(folded, len(folded) - len(folded.lstrip("#*> ")))

    def clause_start(self, text: str) -> int:
        """Where the last clause of a text begins: behind the last stop or comma."""
        found = self._up_to_end.match(text)
        return found.end() if found else 0

    def close(self, text: str) -> str:
        """A short text, folded and closed up."""
        return close_up(self.folding.fold(text))

    def calling(self, agency: str) -> str:
        """What an agency is, without where it is: those of one calling are alike."""
        rank = self.rank(agency)
        return rank if rank in {"township", "government"} else self._area.sub("", agency)

    def rank(self, agency: str | None) -> Rank:
        """What kind of organ a name belongs to."""
        if agency:
            for rank, sign in self._ranks:
                if sign.search(agency):
                    return rank
        return "unknown"


@dataclass(frozen=True, slots=True)
class Split:
    """The parts of one whole along one axis (channel, category, ...), in the order of the text."""

    segment: Segment
    whole: Count
    axis: str
    parts: tuple[Count, ...]
    fellows: tuple[Count, ...]
    """The parts of the whole along all axes."""
    first: int
    """Index of the first part in the segment's counts."""

    @property
    def total(self) -> float:
        """The sum of the parts, exactly."""
        return float(sum(Decimal(str(part.value)) for part in self.parts))


@dataclass(frozen=True, slots=True)
class Said:
    """A count of the narrative with the segment in which it stands."""

    count: Count
    segment: Segment


_make_said = maker(Said)


class View:
    """One report, and what the checks ask of it."""

    def __init__(self, report: Report, tools: Tools, folded: str | None = None) -> None:
        self.report = report
        self.tools = tools
        self.text = report.text
        self.folded = tools.folding.fold(report.text) if folded is None else folded
        self.year = report.meta.report_year
        self.agency = report.meta.agency
        self.sections: dict[int, Section] = {
            section.number: section for section in report.sections if section.number
        }
        self._readings: dict[int, Reading] = {}
        self._headings: dict[int, tuple[int, int]] = {}
        self.name = name_of(report)

    @cached_property
    def is_new(self) -> bool:
        """Whether the report has the six statutory sections, or is of a year that asks for them."""
        regime = self.report.meta.regime
        return regime in {"trial2019", "format2021"} or (regime == "unknown" and len(self.sections) > 3)

    @cached_property
    def rank(self) -> Rank:
        """What kind of organ the agency is."""
        return self.tools.rank(self.tools.title(self.agency) if self.agency else None)

    @cached_property
    def by_section(self) -> dict[int, list[Segment]]:
        """The segments of each section, 0 for those before the first."""
        found: dict[int, list[Segment]] = {}
        for segment in self.report.segments:
            found.setdefault(segment.section, []).append(segment)
        return found

    @cached_property
    def by_theme(self) -> dict[str, list[Segment]]:
        """The segments of each theme."""
        found: dict[str, list[Segment]] = {}
        for segment in self.report.segments:
            for theme in {label.label: None for label in segment.themes}:
                found.setdefault(theme, []).append(segment)
        return found

    @cached_property
    def prose(self) -> str:
        """The narrative alone, one segment a line."""
        return "\n".join([segment.text for segment in self.report.segments])

    def prose_place(self, index: int) -> int:
        """Where a character of `prose` stands in the text."""
        number = bisect_right(self._prose_starts, index) - 1
        return self.report.segments[number].start + index - self._prose_starts[number]

    @cached_property
    def _prose_starts(self) -> list[int]:
        lengths = (len(segment.text) + 1 for segment in self.report.segments)
        return list(accumulate(lengths, initial=0))[:-1]

    @cached_property
    def sought(self) -> dict[str, list[int]]:
        """Where the words stand that the checks look for in the whole text, those that do."""
        found: dict[str, list[int]] = {}
        names = self.tools.scanner.words
        for word, start, _ in self.tools.scanner.find(self.text):
            found.setdefault(names[word], []).append(start)
        return found

    def holds(self, words: Iterable[str]) -> bool:
        """Whether one of these words, which are looked for in the whole text, stands there."""
        return not self.sought.keys().isdisjoint(words)

    def segments_with(self, words: Iterable[str]) -> list[Segment]:
        """The segments that hold one of these words, which are looked for in the whole text, in order."""
        found: dict[int, Segment] = {}
        for word in words:
            for at in self.sought.get(word, ()):
                segment = self.segment_at(at)
                if segment is not None and at + len(word) <= segment.end:
                    found[segment.start] = segment
        return [found[start] for start in sorted(found)]

    def segment_at(self, place: int) -> Segment | None:
        """The segment that holds a place; None where none does."""
        number = bisect_right(self._starts, place) - 1
        segment = self.report.segments[number] if number >= 0 else None
        return segment if segment is not None and place < segment.end else None

    @cached_property
    def _starts(self) -> list[int]:
        return [segment.start for segment in self.report.segments]

    @cached_property
    def period(self) -> tuple[Reading, re.Match[str], bool] | None:
        """The statistics period as the preface states it, and whether its dates are whole."""
        for segment in self.report.segments[:_PREFACES]:
            if segment.section > 1:
                break
            hints = _YEAR_SIGNS if segment.section == 0 else _DECEMBER
            if not any(hint in segment.text for hint in hints):
                continue
            reading = self.reading(segment)
            if found := self.tools.period.search(reading.text):
                return reading, found, True
            if found := self.tools.broken_period.search(reading.text):
                return reading, found, False
        return None

    @cached_property
    def front(self) -> tuple[Segment, ...]:
        """The segments before the first section."""
        return tuple(self.by_section.get(0, ()))

    @cached_property
    def counts(self) -> tuple[Said, ...]:
        """All counts of the narrative, in order."""
        return tuple(
            [_make_said(count, segment) for segment in self.report.segments for count in segment.counts]
        )

    @cached_property
    def wholes(self) -> dict[str, list[Said]]:
        """By kind, what the narrative counts for the report's year: no part, target, change or average."""
        found: dict[str, list[Said]] = {}
        for said in self.counts:
            count = said.count
            if count.part_of is None and count.nature == "actual" and count.year in {None, self.year}:
                found.setdefault(count.kind, []).append(said)
        return found

    @cached_property
    def splits(self) -> tuple[Split, ...]:
        """Every split of every whole in the narrative; shares are no parts."""
        found: list[Split] = []
        for segment in self.report.segments:
            counts = segment.counts
            tied = [number for number, count in enumerate(counts) if count.part_of is not None]
            if not tied or len(counts) < 2:
                continue
            groups: dict[int, dict[str, list[Count]]] = {}
            firsts: dict[tuple[int, str], int] = {}
            for number in tied:
                count = counts[number]
                if count.part_of is not None and count.nature == "actual" and count.unit != PER_CENT:
                    axis = count.attributes[0][0] if count.attributes else ""
                    groups.setdefault(count.part_of, {}).setdefault(axis, []).append(count)
                    firsts.setdefault((count.part_of, axis), number)
            for whole, axes in groups.items():
                fellows = tuple(count for parts in axes.values() for count in parts)
                found += [
                    Split(segment, counts[whole], axis, tuple(parts), fellows, firsts[whole, axis])
                    for axis, parts in axes.items()
                ]
        return tuple(found)

    @cached_property
    def tables(self) -> dict[str, StatutoryTable]:
        """The tables that were read, by name; of two of one name, the one with more values."""
        found: dict[str, StatutoryTable] = {}
        for table in self.report.tables:
            if not table.values:
                continue
            if table.table not in found or len(table.values) > len(found[table.table].values):
                found[table.table] = table
        return found

    @cached_property
    def cells(self) -> dict[CellKey, TableValue]:
        """The cells of the tables by table, row and column."""
        return {
            (name, value.row, value.column): value
            for name, table in self.tables.items()
            for value in table.values
        }

    @cached_property
    def odd_cells(self) -> list[TableValue]:
        """The cells that hold anything but bare digits."""
        return [value for value in self.cells.values() if value.value is None or not value.raw.isdecimal()]

    @cached_property
    def is_zero(self) -> bool:
        """Whether no cell of the tables holds a number other than zero."""
        return not any(value.value for value in self.cells.values())

    @cached_property
    def proofs(self) -> dict[str, list[Proof]]:
        """The identities of the tables that do not hold or could not be proved, by name."""
        found: dict[str, list[Proof]] = {}
        if self.is_zero and not self.odd_cells:
            return found
        for table in self.tables.values():
            for proof in self.tools.prover.doubts(table):
                found.setdefault(proof.claim.identity, []).append(proof)
        return found

    def number(self, table: str, row: str, column: str = "total") -> int | float | None:
        """The number in a cell; None where there is none."""
        cell = self.cells.get((table, row, column))
        return cell.value if cell else None

    def numbers(self, *keys: CellKey) -> list[int | float] | None:
        """The numbers of several cells; None unless each holds one."""
        found = [self.number(*key) for key in keys]
        numbers = [number for number in found if number is not None]
        return numbers if len(numbers) == len(found) else None

    def reading(self, segment: Segment) -> Reading:
        """The segment folded and closed up, with the way back to the report's text."""
        known = self._readings.get(segment.start)
        if known is None:
            known = self._readings[segment.start] = self.tools.reader.read(
                self.text, segment.start, segment.end
            )
        return known

    def closed(self, start: int, end: int) -> str:
        """A stretch of the text, folded and closed up."""
        return close_up(self.folded[start:end])

    def place(self, start: int, end: int) -> Place:
        """A stretch of the text as a place."""
        return make_place(start, end, self.text[start:end])

    def place_of(self, said: Said) -> Place:
        """Where a count stands."""
        return make_place(said.count.start, said.count.end, said.count.text)

    def clause_to(self, said: Said) -> str:
        """The clause of a count, as it stands, up to the count's end."""
        before = self.text[max(said.segment.start, said.count.start - _CLAUSE) : said.count.start]
        return before[self.tools.clause_start(before) :].strip() + said.count.text

    def clause_of(self, said: Said) -> str:
        """The clause that holds a count, closed up: from the stop or comma before it to the next one."""
        count, segment, tools = said.count, said.segment, self.tools
        before = self.closed(max(segment.start, count.start - _CLAUSE), count.start)
        after = self.closed(count.end, min(segment.end, count.end + _CLAUSE))
        stop = tools.clause_end.search(after)
        return before[tools.clause_start(before) :] + count.text + after[: stop.start() if stop else None]

    def cell_places(self, cells: Iterable[TableValue | None]) -> tuple[Place, ...]:
        """Where cells stand, those that have a place; no more than a finding names."""
        found: list[Place] = []
        for cell in cells:
            if cell is not None and cell.start is not None and cell.end is not None:
                found.append(self.place(cell.start, cell.end))
                if len(found) == MAX_PLACES:
                    break
        return tuple(found)

    def heading(self, section: Section) -> tuple[int, int]:
        """Start and end of a section's heading; nothing where it is lost."""
        known = self._headings.get(section.start)
        if known is None:
            known = self._headings[section.start] = self._heading(section)
        return known

    def _heading(self, section: Section) -> tuple[int, int]:
        start = section.start
        if section.title is None:
            return start, start
        end = self.text.find("\n", start, section.end)
        end = section.end if end < 0 else end
        place = self.text.find(section.title, start, end)
        if place >= 0:
            end = min(end, place + len(section.title))
        return start + len(self.text[start:end]) - len(self.text[start:end].lstrip()), end

    def finding(self, check: ReadyCheck, say: str, **fields: object) -> Finding:
        """A finding of a check in this report; `make_finding` tells the fields."""
        return make_finding(check, say, name=self.name, **fields)  # type: ignore[arg-type]


def _labels(scheme: Scheme, tools: Tools) -> dict[tuple[str | None, str], dict[str, str]]:
    """By edition and table, the labels of rows and columns with those above them, and the last part alone."""
    found: dict[tuple[str | None, str], dict[str, str]] = {}
    for edition in scheme.editions.values():
        for form in edition.tables:
            labels = found.setdefault((edition.id, form.table), {})
            for block, row, column in form.cells():
                above = (block.label,) if block.label else ()
                for one in (row, column):
                    path = "/".join((*(above if one is row else ()), *one.under, one.label))
                    for written in map(tools.close, (path, one.path())):
                        labels[written] = labels[plain(written)] = tools.close(one.label)
    return found


@lru_cache(_KNOWN_LABELS)
def plain(label: str) -> str:
    """A label without quotation marks, which are written in many ways."""
    return label.translate(_QUOTES)
