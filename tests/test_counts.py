"""Counts: the two halves of the cases, the kinds' own examples, a kind added as a file."""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from giar_nlp.counts import CountFinder
from giar_nlp.evaluation import read_cases
from giar_nlp.reading import Reader
from giar_nlp.scheme import DEFAULT_FOLDER, Scheme, load_scheme
from giar_nlp.types import Count

CASES = Path(__file__).parent / "cases"
SCHEME = load_scheme()


def find(text: str, scheme: Scheme) -> tuple[Count, ...]:
    """The counts of a segment in a report of 2022, by another scheme."""
    reader = Reader(fold=scheme.fold(), noise=scheme.pattern_of(scheme.manifest.noise))
    return CountFinder(scheme).find(reader.read(text), text, report_year=2022)


FINDER = CountFinder(SCHEME)
READER = Reader(fold=SCHEME.fold(), noise=SCHEME.pattern_of(SCHEME.manifest.noise))


def test_every_kind_of_the_codebook_is_there() -> None:
    assert len(SCHEME.kinds) == 32


HALVES = ("counts_develop.toml", "counts_held_out.toml")


@pytest.mark.parametrize("file", HALVES)
def test_cases_that_yield_nothing_yield_nothing(file: str) -> None:
    silent = [unit for unit in read_cases(CASES / file) if unit.counts == ()]
    assert len(silent) >= 60
    wrong = [unit.text for unit in silent if FINDER.find(READER.read(unit.text), unit.text)]
    assert len(wrong) <= len(silent) * 0.05


def test_both_halves_are_broad() -> None:
    units = [unit for file in HALVES for unit in read_cases(CASES / file)]
    assert len(units) >= 600
    counted = Counter(count.kind for unit in units for count in unit.counts or ())
    assert {kind: n for kind in SCHEME.kinds if (n := counted[kind]) < 15} == {}


def test_a_kind_is_added_as_a_file(tmp_path: Path) -> None:
    folder = tmp_path / "scheme"
    shutil.copytree(DEFAULT_FOLDER, folder)
    (folder / "counts" / "lantern.toml").write_text(
        'id = "lantern"\nname = "灯笼"\nit_is = "lanterns hung"\nunits = ["盏", "个"]\n\n'
        '[[cues]]\nid = "lantern.noun"\nwords = ["灯笼"]\nweight = 3.0\n'
        'examples = ["悬挂灯笼12个"]\nnot_examples = ["公开信息12条"]\n\n'
        '[zero]\nnouns = ["灯笼"]\nexamples = ["未悬挂灯笼。"]\nnot_examples = ["灯笼不够亮"]\n',
        encoding="utf-8",
    )
    scheme = load_scheme(folder)
    assert [(count.kind, count.value) for count in find("全镇悬挂灯笼12个。", scheme)] == [("lantern", 12)]
    assert [(count.kind, count.value) for count in find("全年没有灯笼。", scheme)] == [("lantern", 0)]


@given(
    st.text(
        alphabet="公开信息申请收到未无没有其中共计条件次人年2021年上年结转较比（）：，。、；12三五余约《》“”\n ",
        max_size=120,
    )
)
def test_any_text_gives_exact_spans_and_sound_links(text: str) -> None:
    found = FINDER.find(READER.read(text), text, report_year=2022)
    for index, count in enumerate(found):
        assert text[count.start : count.end] == count.text
        assert count.part_of is None or (0 <= count.part_of < len(found) and count.part_of != index)
    assert [count.start for count in found] == sorted(count.start for count in found)
