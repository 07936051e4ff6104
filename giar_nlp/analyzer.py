"""Analyzes a report: the one place that knows the order of the steps. Read this first, then `types.py`.

A file becomes a `Document`; its lines get names (blocks), its parts numbers (sections), its head and its
statutory tables are read (metadata, tables), its paragraphs are split (segments), each segment gets themes
and counts, and the whole is checked (checks). Each step takes records and returns new ones; nothing is
changed in place.
"""

import logging
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from giar_nlp import __version__
from giar_nlp.blocks import BlockNamer
from giar_nlp.checks import Checker
from giar_nlp.counts import CountFinder, Setting
from giar_nlp.jsonl import Unit
from giar_nlp.markers import Folding, Markers
from giar_nlp.metadata import MetaReader
from giar_nlp.readers import as_document, looks_like_path, read
from giar_nlp.reading import Reader
from giar_nlp.rules import Scanner
from giar_nlp.scheme import Scheme, load_scheme
from giar_nlp.sections import SectionFinder
from giar_nlp.segments import SegmentSplitter
from giar_nlp.tables import TableReader, without_cells
from giar_nlp.themes import Combiner, Prepared, Sampler, ThemeLabeler, check_model, fits, theme_words
from giar_nlp.types import Count, Document, MadeWith, Report, Segment, ThemeLabel, make_segment

KNOWN_TITLES = 1024
"""How many heading paths are kept as the rules read them: segments share theirs."""

RULES_ALONE = "none"
"""Given for a model: themes come from the rules alone."""
MODEL_PLACES = (Path(__file__).parent / "models", Path(__file__).parents[1] / "models")
"""Where shipped models stand: in an installed package, and in the project's own tree."""

if TYPE_CHECKING:
    from giar_nlp.model import Model, Sample

logger = logging.getLogger(__name__)


def load(scheme: Path | str | None = None, model: Path | str | None = None) -> "Analyzer":
    """An analyzer ready to work.

    Args:
        scheme: folder of a label scheme; without one, the default scheme.
        model: folder of a classifier trained on that scheme; without one, the default classifier,
            or the rules alone where the scheme has other themes. ``"none"`` is the rules alone.

    Raises:
        SchemeError: the folder holds no valid scheme.
        ModelError: the folder holds no sound model, or one of another scheme.
    """
    loaded = load_scheme(scheme)
    folder = default_model() if model is None else model
    if folder is None or str(folder) == RULES_ALONE:
        return Analyzer(loaded)
    from giar_nlp.model import load_model

    found = load_model(folder)
    if model is None and scheme is not None and not fits(loaded, found):
        return Analyzer(loaded)
    check_model(loaded, found, str(folder))
    return Analyzer(loaded, found)


def default_model() -> Path | None:
    """The folder of the classifier that ships with the package; None where it is not there."""
    return next((place / "default" for place in MODEL_PLACES if (place / "default").is_dir()), None)


class Analyzer:
    """Holds a scheme and a classifier, made ready once, and runs the steps in order.

    One analyzer serves any number of reports. What it makes of a report depends on that report alone.

    Raises:
        ModelError: the classifier was trained on another scheme.
    """

    def __init__(self, scheme: Scheme, model: "Model | None" = None) -> None:
        self.scheme = scheme
        self._blocks = BlockNamer(scheme)
        self._sections = SectionFinder(scheme)
        self._meta = MetaReader(scheme)
        self._segments = SegmentSplitter(scheme)
        self._tables = TableReader(scheme)
        self._folding = Folding(scheme)
        self._markers = Markers(scheme)
        self._reader = Reader(fold=scheme.fold(), noise=scheme.pattern_of(scheme.manifest.noise))
        self._scanner = Scanner(theme_words(scheme))
        self._themes = ThemeLabeler(scheme, self._scanner)
        self.combiner = None if model is None else Combiner(scheme, model)
        self._counts = CountFinder(scheme)
        self._checker = Checker(scheme)
        self._titles = lru_cache(KNOWN_TITLES)(self._fold_titles)
        name = f"{scheme.manifest.name} {scheme.manifest.version} ({scheme.digest})"
        self.made_with = MadeWith(giar_nlp=__version__, scheme=name, model=model.name if model else None)

    def annotate(self, source: Path | str | Document) -> Report:
        """The report in a file, a text or a document.

        A `Path` is a file. A string is a file if it names one, or ends like the name of one
        (``report.txt``), and is a text otherwise; `readers.as_document` makes a document of any text.

        Raises:
            ReadError: the file cannot be read. No text is wrong: what is no annual report gives a
                record too, with what could be read, and a warning in the log.
        """
        document = self._as_document(source)
        folded = self._folding.fold(document.text)
        blocks = self._blocks.name(document, folded)
        sections = self._sections.find(document, blocks, folded)
        meta = self._meta.read(document, blocks, sections, folded)
        if meta.regime == "unknown" and not any(section.number for section in sections):
            name = document.source.path or "the text"
            logger.warning("%s: does not look like an annual report; the record holds what was found", name)
        tables = self._tables.read(document, blocks, sections, folded)
        blocks = without_cells(blocks, tables, folded, self.scheme.layout.stops[0])
        split = self._segments.split(document, blocks, sections, folded)
        report = Report(
            source=document.source,
            meta=meta,
            text=document.text,
            sections=sections,
            segments=self._label(document.text, split, meta.report_year),
            tables=tables,
            findings=(),
            made_with=self.made_with,
        )
        return replace(report, findings=self._checker.check(report, folded))

    def annotate_unit(
        self, text: str, *, headings: Sequence[str] = (), report_year: int | None = None, section: int = 0
    ) -> tuple[tuple[ThemeLabel, ...], tuple[Count, ...]]:
        """Themes and counts of a ready-made segment; offsets count characters of `text`.

        Args:
            text: the segment.
            headings: titles above it, outermost first.
            report_year: year of the report it comes from, None where unknown.
            section: number of its section; 0 where unknown, then its first heading may tell it.
        """
        (labelled,) = self._label(text, [self._unit(text, headings, section)], report_year)
        return labelled.themes, labelled.counts

    def label(self, report: Report) -> tuple[Segment, ...]:
        """A report's segments as they stand, with themes and counts anew."""
        return self._label(report.text, report.segments, report.meta.report_year)

    def samples(self, report: Report) -> list["Sample"]:
        """A report's segments as a classifier sees them, with what the rules make of them."""
        prepared = self._prepare([report.text] * len(report.segments), report.segments)
        return Sampler(self.scheme).samples(prepared, of_one_report=True)

    def prepare_units(self, units: Sequence[Unit]) -> Prepared:
        """Ready-made segments, made ready for labelling."""
        segments = [self._unit(unit.text, unit.headings, unit.section) for unit in units]
        return self._prepare([unit.text for unit in units], segments)

    def _unit(self, text: str, headings: Sequence[str], section: int) -> Segment:
        marker = self._markers.at(self._folding.fold(text), 0)
        number = text[: marker.end] if marker else None
        section = section or (self._sections.number_of(headings[0]) if headings else 0)
        return Segment("", 0, len(text), text, section, tuple(headings), number)

    def _prepare(self, texts: Sequence[str], segments: Sequence[Segment]) -> Prepared:
        """What the rules make of segments; `texts` are those that they stand in."""
        titles = [self._titles(segment.headings) for segment in segments]
        readings = [
            self._reader.read(text, segment.start, segment.end)
            for text, segment in zip(texts, segments, strict=True)
        ]
        scans = self._scanner.scan_all(readings)
        weighed = [
            self._themes.weigh(scan, above, segment.section)
            for scan, above, segment in zip(scans, titles, segments, strict=True)
        ]
        return Prepared(segments, readings, titles, weighed)

    def _as_document(self, source: Path | str | Document) -> Document:
        if isinstance(source, Document):
            return source
        return read(source) if isinstance(source, Path) or looks_like_path(source) else as_document(source)

    def _label(self, text: str, segments: Sequence[Segment], year: int | None) -> tuple[Segment, ...]:
        """The segments with their themes and counts."""
        titles = [self._titles(segment.headings) for segment in segments]
        readings = [self._reader.read(text, segment.start, segment.end) for segment in segments]
        scans = self._scanner.scan_all(readings)
        # Step by step over all segments: what one step works with stays near the processor.
        places = [(above, segment.section) for above, segment in zip(titles, segments, strict=True)]
        if self.combiner is None:
            themes = [self._themes.label(scan, *place) for scan, place in zip(scans, places, strict=True)]
        else:
            weighed = [self._themes.weigh(scan, *place) for scan, place in zip(scans, places, strict=True)]
            themes = self.combiner.label(Prepared(segments, readings, titles, weighed))
        starts = [
            reading.at(segment.start + len(segment.marker)) if segment.marker else 0
            for reading, segment in zip(readings, segments, strict=True)
        ]
        settings = [
            Setting(above, start, [theme.label for theme in labels])
            for above, start, labels in zip(titles, starts, themes, strict=True)
        ]
        counts = self._counts.find_all(readings, text, settings, report_year=year)
        return tuple(
            [
                make_segment(
                    old.id, old.start, old.end, old.text, old.section, old.headings, old.marker, labels, found
                )
                for old, labels, found in zip(segments, themes, counts, strict=True)
            ]
        )

    def _fold_titles(self, headings: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(self._reader.read(title).text for title in headings)
