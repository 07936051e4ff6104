"""Compares gold with predictions, text by text, and adds up what agrees."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import Generic, TypeVar

from giar_nlp.analyzer import Analyzer
from giar_nlp.errors import CorpusError
from giar_nlp.evaluation.scores import Accuracy, Miss, Score, Scores
from giar_nlp.jsonl import Unit
from giar_nlp.types import Count, Document, Report, ThemeLabel

Thing = TypeVar("Thing")
Span = tuple[int, int]

FIELDS = ("kind", "bound", "nature", "value", "unit", "year", "implicit", "attributes", "part_of")
META = ("title", "agency", "report_year", "period", "publish_date", "document_number", "regime", "scope")
_NOT_SAID = {"period": None, "regime": "unknown", "scope": "unknown"}
"""Values that stand for silence in gold files; in the other fields, null says that the report has none."""


def predict(gold: Iterable[Report], analyzer: Analyzer) -> Iterator[Report]:
    """The gold's own texts, annotated."""
    return (analyzer.annotate(Document(report.text, report.source)) for report in gold)


def predict_units(gold: Iterable[Unit], analyzer: Analyzer) -> Iterator[Unit]:
    """The gold's own units, labelled."""
    for unit in gold:
        themes, counts = analyzer.annotate_unit(
            unit.text, headings=unit.headings, report_year=unit.report_year, section=unit.section
        )
        yield replace(unit, themes=themes, counts=counts)


def evaluate(gold: Iterable[Report], predicted: Iterable[Report]) -> Scores:
    """Scores of predicted reports; both come in the same order.

    Raises:
        CorpusError: the two are not of the same texts.
    """
    tally = _Tally()
    for ours, theirs in _pairs(gold, predicted):
        if theirs.text and ours.text != theirs.text:
            raise CorpusError(
                f"{ours.source.path or 'a report'}: gold and prediction hold different texts; "
                f"predict the gold's own text, in the gold's order"
            )
        tally.add_report(ours, theirs)
    return tally.scores(with_reports=True)


def evaluate_units(gold: Iterable[Unit], predicted: Iterable[Unit]) -> Scores:
    """Scores of labelled units; both come in the same order. What the gold says nothing of is not scored.

    Raises:
        CorpusError: the two are not of the same texts.
    """
    tally = _Tally()
    for ours, theirs in _pairs(gold, predicted):
        if ours.text != theirs.text:
            raise CorpusError(
                f"unit {ours.fields.get('id')}: gold and prediction hold different texts; sort them alike"
            )
        tally.add_unit(ours, theirs)
    return tally.scores(with_reports=False)


class _Tally:
    """Adds up gold, found and right, of everything that is scored."""

    def __init__(self) -> None:
        self.n_texts = self.n_segments = 0
        self.gold: Counter[tuple[str, str]] = Counter()
        self.found: Counter[tuple[str, str]] = Counter()
        self.right: Counter[tuple[str, str]] = Counter()
        self.misses: list[Miss] = []

    def add_report(self, gold: Report, found: Report) -> None:
        """Compare two records of one text."""
        self.n_texts += 1
        self.n_segments += len(gold.segments)
        name = gold.source.path
        for field in META:
            wanted = getattr(gold.meta, field)
            if field not in _NOT_SAID or wanted != _NOT_SAID[field]:
                self._agree("meta", field, wanted, getattr(found.meta, field), (name, ""))
        self._compare_sections(gold, found)
        self._compare_segments(gold, found)
        self._compare_counts(_counts_of(gold), _counts_of(found), (name, gold.text))

    def add_unit(self, gold: Unit, found: Unit) -> None:
        """Compare two labellings of one segment."""
        self.n_texts += 1
        self.n_segments += 1
        place = (str(gold.fields.get("id", self.n_texts - 1)), gold.text)
        if gold.themes is not None:
            self._compare_themes(gold.themes, found.themes or (), place)
        if gold.counts is not None:
            self._compare_counts(_with_wholes(gold.counts), _with_wholes(found.counts or ()), place)

    def scores(self, *, with_reports: bool) -> Scores:
        """All scores so far."""
        return Scores(
            n_texts=self.n_texts,
            n_segments=self.n_segments,
            segments=self._score("segments", "") if with_reports else None,
            themes=self._scores("themes"),
            detected=self._score("detected", ""),
            typed=self._score("typed", ""),
            kinds=self._scores("kinds"),
            zeros=self._score("zeros", ""),
            links=self._score("links", ""),
            fields=self._shares("fields", FIELDS),
            meta=self._shares("meta", META),
            sections=self._score("sections", "") if with_reports else None,
            places=self._shares("places", ("section", "headings", "section_title", "section_end")),
            misses=tuple(self.misses),
        )

    def _score(self, what: str, name: str) -> Score:
        key = (what, name)
        return Score(self.gold[key], self.found[key], self.right[key])

    def _scores(self, what: str) -> Mapping[str, Score]:
        names = sorted({name for kind, name in (*self.gold, *self.found) if kind == what})
        return {name: self._score(what, name) for name in names}

    def _shares(self, what: str, names: Iterable[str]) -> Mapping[str, Accuracy]:
        known = [name for name in names if self.gold[what, name]]
        return {name: Accuracy(self.gold[what, name], self.right[what, name]) for name in known}

    def _compare(
        self, what: str, name: str, gold: Sequence[Thing], found: Sequence[Thing]
    ) -> "_Sides[Thing]":
        """Add two bags of things; returns what only one of them holds."""
        ours, theirs = Counter(gold), Counter(found)
        self.gold[what, name] += len(gold)
        self.found[what, name] += len(found)
        self.right[what, name] += (ours & theirs).total()
        return _Sides(list((ours - theirs).elements()), list((theirs - ours).elements()))

    def _agree(self, what: str, name: str, gold: object, found: object, place: tuple[str, str]) -> None:
        """Add one field that either agrees or not."""
        self.gold[what, name] += 1
        if gold == found:
            self.right[what, name] += 1
        else:
            self._miss(name if what != "fields" else f"count {name}", place, gold, found)

    def _miss(self, what: str, place: tuple[str, str], gold: object, found: object) -> None:
        where, text = place
        ours, theirs = (None if value is None else str(value) for value in (gold, found))
        self.misses.append(Miss(what, where, ours, theirs, text))

    def _compare_sections(self, gold: Report, found: Report) -> None:
        place = (gold.source.path, "")
        ours = [(section.number, section.start) for section in gold.sections]
        theirs = [(section.number, section.start) for section in found.sections]
        sides = self._compare("sections", "", ours, theirs)
        for key in sides.missed:
            self._miss("section", place, key, None)
        for key in sides.extra:
            self._miss("section", place, None, key)
        twins = {(section.number, section.start): section for section in found.sections}
        for section in gold.sections:
            if twin := twins.get((section.number, section.start)):
                self._agree("places", "section_title", section.title, twin.title, place)
                self._agree("places", "section_end", section.end, twin.end, place)

    def _compare_segments(self, gold: Report, found: Report) -> None:
        name = gold.source.path
        texts = {(segment.start, segment.end): segment.text for segment in (*found.segments, *gold.segments)}
        twins = {(segment.start, segment.end): segment for segment in found.segments}
        sides = self._compare("segments", "", [(s.start, s.end) for s in gold.segments], list(twins))
        for span in sides.missed:
            self._miss("segment", (name, texts[span]), span, None)
        for span in sides.extra:
            self._miss("segment", (name, texts[span]), None, span)
        for segment in gold.segments:
            twin = twins.get((segment.start, segment.end))
            place = (f"{name} {segment.id}".strip(), segment.text)
            if twin is not None:
                self._agree("places", "section", segment.section, twin.section, place)
                self._agree("places", "headings", segment.headings, twin.headings, place)
            self._compare_themes(segment.themes, twin.themes if twin else (), place)

    def _compare_themes(
        self, gold: Iterable[ThemeLabel], found: Iterable[ThemeLabel], place: tuple[str, str]
    ) -> None:
        ours, theirs = {theme.label for theme in gold}, {theme.label for theme in found}
        for label in ours | theirs:
            self._compare("themes", label, [label] * (label in ours), [label] * (label in theirs))
        if ours != theirs:
            self._miss("themes", place, ", ".join(sorted(ours)), ", ".join(sorted(theirs)))

    def _compare_counts(
        self, gold: Sequence["_Count"], found: Sequence["_Count"], place: tuple[str, str]
    ) -> None:
        where, text = place
        self._compare("detected", "", [count.span for count in gold], [count.span for count in found])
        ours, theirs = [count.typed for count in gold], [count.typed for count in found]
        sides = self._compare("typed", "", ours, theirs)
        for kind in sorted({kind for _, kind in (*ours, *theirs)}):
            spans = [[span for span, its in typed if its == kind] for typed in (ours, theirs)]
            self._compare("kinds", kind, *spans)
        zeros = [[count.typed for count in counts if count.record.value == 0] for counts in (gold, found)]
        self._compare("zeros", "", *zeros)
        links = [[(count.span, count.whole) for count in counts if count.whole] for counts in (gold, found)]
        self._compare("links", "", *links)
        for span, kind in sides.missed:
            self._miss("count", (where, _around(text, span)), f"{text[slice(*span)]} {kind}", None)
        for span, kind in sides.extra:
            self._miss("count", (where, _around(text, span)), None, f"{text[slice(*span)]} {kind}")
        for one, other in _twins(gold, found):
            near = (f"{where} {one.record.text}", _around(text, one.span))
            for field, value in one.fields.items():
                self._agree("fields", field, value, other.fields[field], near)


@dataclass(frozen=True, slots=True)
class _Sides(Generic[Thing]):
    """What only the gold holds, and what only the prediction holds."""

    missed: Sequence[Thing]
    extra: Sequence[Thing]


@dataclass(frozen=True, slots=True)
class _Count:
    """A count with the span of its whole."""

    record: Count
    whole: Span | None

    @property
    def span(self) -> Span:
        return self.record.start, self.record.end

    @property
    def typed(self) -> tuple[Span, str]:
        return self.span, self.record.kind

    @property
    def fields(self) -> Mapping[str, object]:
        record = self.record
        return {
            "kind": record.kind,
            "bound": record.bound,
            "nature": record.nature,
            "value": (_round(record.value), _round(record.value_max)),
            "unit": record.unit,
            "year": record.year,
            "implicit": record.implicit,
            "attributes": dict(record.attributes),
            "part_of": self.whole,
        }


def _round(value: float | None) -> float | None:
    return None if value is None else round(float(value), 9)


def _with_wholes(counts: Sequence[Count]) -> list[_Count]:
    wholes = [None if count.part_of is None else counts[count.part_of] for count in counts]
    return [
        _Count(count, (whole.start, whole.end) if whole else None)
        for count, whole in zip(counts, wholes, strict=True)
    ]


def _counts_of(report: Report) -> list[_Count]:
    return [count for segment in report.segments for count in _with_wholes(segment.counts)]


def _twins(gold: Sequence[_Count], found: Sequence[_Count]) -> Iterator[tuple[_Count, _Count]]:
    """Each gold count with the found one of its span, of its kind where there is one."""
    left = list(found)
    later = []
    for count in gold:
        twin = next((other for other in left if other.typed == count.typed), None)
        if twin is None:
            later.append(count)
        else:
            left.remove(twin)
            yield count, twin
    for count in later:
        twin = next((other for other in left if other.span == count.span), None)
        if twin is not None:
            left.remove(twin)
            yield count, twin


def _around(text: str, span: Span) -> str:
    start, end = span
    return text[max(0, start - 20) : end + 15]


def _pairs(gold: Iterable[Thing], predicted: Iterable[Thing]) -> Iterator[tuple[Thing, Thing]]:
    for number, (ours, theirs) in enumerate(zip_longest(gold, predicted)):
        if ours is None or theirs is None:
            side = "gold" if ours is None else "prediction"
            raise CorpusError(
                f"the {side} has only {number} records, the other has more; compare like with like"
            )
        yield ours, theirs
