"""One report in every form it may arrive in: what is found is the same in all of them."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pytest

from giar_nlp import load
from giar_nlp.readers import READERS, read
from giar_nlp.readers.formats import SUFFIXES
from giar_nlp.types import Report

FORMS = Path(__file__).parent / "forms"
TEXT = FORMS / "report.txt"
FILES = sorted(path for path in FORMS.iterdir() if path.suffix in SUFFIXES and path != TEXT)
READ = [path for path in FILES if find_spec(f"giar_nlp.readers.{READERS[SUFFIXES[path.suffix]]}")]
MOST_BYTES = 200_000


@pytest.fixture(scope="module")
def expected() -> Report:
    return load().annotate(TEXT)


def test_the_report_has_what_the_forms_are_compared_by(expected: Report) -> None:
    assert [section.number for section in expected.sections] == [1, 2, 3, 4, 5, 6]
    assert len(expected.segments) > 20
    assert sum(len(segment.counts) for segment in expected.segments) > 60
    values = [value.value for table in expected.tables for value in table.values]
    assert len(values) == 200
    assert None not in values


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_forms_are_small(path: Path) -> None:
    assert path.stat().st_size < MOST_BYTES


@pytest.mark.parametrize("path", READ, ids=lambda path: path.name)
def test_every_form_gives_the_same(path: Path, expected: Report) -> None:
    report = load().annotate(read(path))
    assert report.meta == expected.meta
    assert _sections(report) == _sections(expected)
    assert _segments(report) == _segments(expected)
    assert _counts(report) == _counts(expected)
    assert _values(report) == _values(expected)
    for segment in report.segments:
        assert report.text[segment.start : segment.end] == segment.text
        assert all(report.text[count.start : count.end] == count.text for count in segment.counts)


def _sections(report: Report) -> list[object]:
    return [(section.number, section.key, section.title) for section in report.sections]


def _segments(report: Report) -> list[object]:
    return [
        (
            segment.section,
            segment.headings,
            segment.marker,
            segment.text,
            [theme.label for theme in segment.themes],
        )
        for segment in report.segments
    ]


def _counts(report: Report) -> list[object]:
    return [
        (count.text, count.value, count.value_max, count.unit, count.bound, count.kind, count.nature)
        for segment in report.segments
        for count in segment.counts
    ]


def _values(report: Report) -> list[object]:
    return [
        (table.form, table.table, value.row, value.column, value.value, value.status)
        for table in report.tables
        for value in table.values
    ]
