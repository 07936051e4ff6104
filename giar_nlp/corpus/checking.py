"""What a corpus must hold, fault by fault: labels of the scheme, sound parts, no copies over splits.

Source: codebook sections 1 to 3. Spans against text are compared where records are read (`jsonl`).
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from giar_nlp.corpus.entries import Entry
from giar_nlp.scheme import Scheme
from giar_nlp.types import Count, Segment

LONG_COPY = 40
"""A segment of so many characters, blanks left out, is no set phrase: it may not stand in two splits."""
SHINGLE = 12
MOST_SHARED = 0.05
_BLANK = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, and where: file, report, segment (empty for the report as a whole)."""

    file: str
    report: str
    segment: str
    message: str

    def __str__(self) -> str:
        place = ", ".join(part for part in (self.report, self.segment) if part)
        return f"{self.file}: {place}: {self.message}"


def check_corpus(entries: Sequence[Entry], scheme: Scheme) -> Iterator[Fault]:
    """Every fault of a corpus, in the order of its files."""
    for entry in entries:
        for segment, message in _report_faults(entry, scheme):
            yield Fault(entry.file.name, entry.report.source.path, segment, message)
    yield from _copies(entries)


def shared_shingles(
    entries: Iterable[Entry], folder: Path, phrases: Iterable[str]
) -> Iterator[tuple[Entry, float]]:
    """For each report the share of its narrative that stands, 12 characters at a time, in a folder's texts.

    Stretches inside a set phrase (a law's name, a statutory title) are left out on both sides.
    """
    known: set[str] = set()
    texts = sorted(path for path in folder.rglob("*") if path.suffix in (".txt", ".md"))
    for path in texts:
        known.update(_shingles(_close(path.read_text("utf-8", errors="replace"))))
    for phrase in phrases:
        known.difference_update(_shingles(_close(phrase)))
    for entry in entries:
        own = [shingle for segment in entry.report.segments for shingle in _shingles(_close(segment.text))]
        yield entry, sum(shingle in known for shingle in own) / max(1, len(own))


def _close(text: str) -> str:
    return _BLANK.sub("", text)


def _shingles(text: str) -> Iterator[str]:
    return (text[place : place + SHINGLE] for place in range(len(text) - SHINGLE + 1))


def _report_faults(entry: Entry, scheme: Scheme) -> Iterator[tuple[str, str]]:
    report = entry.report
    if not report.segments:
        yield "", "no segments"
    for before, after in pairwise(report.segments):
        if after.start < before.end:
            yield after.id, f"begins at {after.start}, inside the segment before it ({before.id})"
    for section in report.sections:
        if not 0 <= section.start <= section.end <= len(report.text):
            yield "", f"section {section.key}: {section.start} to {section.end} is no stretch of the text"
    for table in report.tables:
        for value in table.values:
            at = f"table {table.table}, {value.row}.{value.column}"
            if value.start is not None and report.text[value.start : value.end] != value.raw:
                yield "", f"{at}: the text at {value.start} is not {value.raw!r}"
    for segment in report.segments:
        yield from ((segment.id, message) for message in _theme_faults(segment, scheme))
        yield from ((segment.id, message) for message in _count_faults(segment, scheme))


def _theme_faults(segment: Segment, scheme: Scheme) -> Iterator[str]:
    labels = [theme.label for theme in segment.themes]
    if not labels:
        yield "no theme; every segment has one or more"
    for label, times in Counter(labels).items():
        if label not in scheme.themes:
            yield f"'{label}' is no theme of the scheme"
        if times > 1:
            yield f"'{label}' is named {times} times"
    known = [scheme.themes[label] for label in labels if label in scheme.themes]
    roles = [theme.id for theme in known if theme.family == "role"]
    if len(roles) > 1:
        yield f"two roles ({', '.join(roles)}); a segment has one at most"
    if scheme.deciding.rest in labels and len(labels) > 1:
        yield f"'{scheme.deciding.rest}' stands with another theme; it stands alone"


def _count_faults(segment: Segment, scheme: Scheme) -> Iterator[str]:
    for count in segment.counts:
        where = f"count {count.text!r}"
        if not segment.start <= count.start < count.end <= segment.end:
            yield f"{where} lies outside its segment"
        kind = scheme.kinds.get(count.kind)
        if kind is None:
            yield f"{where}: '{count.kind}' is no kind of the scheme"
            continue
        for name, _ in count.attributes:
            if name not in kind.attributes:
                yield f"{where}: kind '{count.kind}' has no attribute '{name}'"
    for before, after in pairwise(segment.counts):
        if after.start < before.start:
            yield f"count {after.text!r} stands before the one that precedes it"
    yield from _part_faults(segment.counts)


def _part_faults(counts: Sequence[Count]) -> Iterator[str]:
    for number, count in enumerate(counts):
        seen = {number}
        whole = count.part_of
        while whole is not None:
            if whole in seen:
                yield f"count {count.text!r} is a part of itself"
                break
            seen.add(whole)
            whole = counts[whole].part_of


def _copies(entries: Sequence[Entry]) -> Iterator[Fault]:
    """Whole reports that stand twice, and long segments that stand in two splits."""
    reports: dict[str, Entry] = {}
    splits: dict[str, set[str]] = defaultdict(set)
    for entry in entries:
        text = _close(entry.report.text)
        first = reports.setdefault(text, entry)
        if first is not entry:
            where = f"{first.file.name}, {first.report.source.path}"
            yield Fault(entry.file.name, entry.report.source.path, "", f"the same text as {where}")
        for segment in entry.report.segments:
            closed = _close(segment.text)
            if len(closed) < LONG_COPY or not entry.split:
                continue
            others = splits[closed] - {entry.split}
            if others:
                where = ", ".join(sorted(others))
                yield Fault(
                    entry.file.name,
                    entry.report.source.path,
                    segment.id,
                    f"the same segment stands in {where}",
                )
            splits[closed].add(entry.split)
