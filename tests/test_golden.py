"""Whole reports as snapshots: what the samples give, one line a thing, so that a diff reads like code."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from giar_nlp.analyzer import load
from giar_nlp.types import Count, Report

SAMPLES = sorted(
    path
    for path in (Path(__file__).parents[1] / "corpora" / "samples").iterdir()
    if path.suffix in {".txt", ".md"}
)
ANALYZER = load()


def lines(report: Report) -> Iterator[str]:
    """A report as lines: metadata, sections, and each segment with its themes and counts."""
    meta = report.meta
    yield f"{meta.title} | {meta.agency} | {meta.report_year} | {meta.period} | {meta.publish_date}"
    yield f"{meta.document_number} | {meta.regime} | {meta.scope}"
    for section in report.sections:
        yield f"section {section.number} {section.key} {section.title} {section.start}-{section.end}"
    for segment in report.segments:
        yield ""
        yield f"{segment.start}-{segment.end} {segment.section} {' > '.join(segment.headings)} [{segment.marker}]"
        yield f"    {segment.text[:40]!r} … {segment.text[-12:]!r}"
        yield "    " + " ".join(f"{theme.label}={theme.score:.2f}" for theme in segment.themes)
        yield from (f"    {index} {told(count)}" for index, count in enumerate(segment.counts))


def told(count: Count) -> str:
    """A count in one line; what is usual is left out."""
    amount = f"{count.value}" if count.value_max is None else f"{count.value}..{count.value_max}"
    usual = {"exact", "actual", "None", "{}"}
    rest = [count.bound, count.nature, str(dict(count.attributes)), f"part of {count.part_of}"]
    unusual = [word for word in rest if word not in usual and word != "part of None"]
    return " ".join([repr(count.text), count.kind, amount, str(count.unit), str(count.year), *unusual])


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_sample(path: Path, golden: Callable[[str, str], None]) -> None:
    golden(f"{path.stem}.txt", "\n".join(lines(ANALYZER.annotate(path))) + "\n")
