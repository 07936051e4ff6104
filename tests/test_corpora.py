"""The corpora that ship: sound, as large as they must be, and what the default classifier was trained on."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from giar_nlp.analyzer import default_model, load
from giar_nlp.corpus import Entry, check_corpus, describe_corpus, missing_figures, read_corpus
from giar_nlp.model import load_model
from giar_nlp.scheme import load_scheme

CORPORA = Path(__file__).parents[1] / "corpora"


@pytest.fixture(scope="module")
def entries() -> list[Entry]:
    return list(read_corpus([CORPORA / "gold"]))


def test_the_gold_has_no_faults(entries: list[Entry]) -> None:
    assert [str(fault) for fault in check_corpus(entries, load_scheme())] == []


def test_the_gold_is_as_large_as_it_must_be(entries: list[Entry]) -> None:
    targets = tomllib.loads((CORPORA / "targets.toml").read_text("utf-8"))
    assert list(missing_figures(describe_corpus(entries, load_scheme()), targets)) == []


def test_no_hand_stands_in_two_splits(entries: list[Entry]) -> None:
    splits = {(entry.hand, entry.split) for entry in entries}
    assert len(splits) == len({hand for hand, _ in splits})
    assert {split for _, split in splits} == {"train", "dev", "test"}


def test_every_hand_has_a_style_sheet_that_tells_its_size(entries: list[Entry]) -> None:
    sheets = {file.stem: file.read_text("utf-8") for file in (CORPORA / "hands").glob("*.md")}
    assert sheets.keys() == {entry.hand for entry in entries}
    for hand, sheet in sheets.items():
        own = [entry for entry in entries if entry.hand == hand]
        years = [entry.report.meta.report_year or 0 for entry in own]
        sizes = [len(entry.report.text) for entry in own]
        told = (
            f"{own[0].split}; {len(own)} reports of {min(years)}-{max(years)}, "
            f"{min(sizes):,} to {max(sizes):,} characters"
        )
        assert told in sheet, hand
        assert 10 <= len(sheet.splitlines()) <= 20, hand


def test_the_default_model_fits_the_scheme_and_is_small() -> None:
    folder = default_model()
    assert folder is not None
    assert sum(file.stat().st_size for file in folder.iterdir()) <= 8_000_000
    assert load().combiner is not None
    assert load_model(folder).meta["n_texts"] == sum(
        len(entry.report.segments)
        for split in ("train", "dev")
        for entry in read_corpus([CORPORA / "gold" / split])
    )
