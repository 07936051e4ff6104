"""Metadata: what a report says of itself."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given

from giar_nlp.blocks import BlockNamer
from giar_nlp.metadata import MetaReader
from giar_nlp.scheme import load_scheme
from giar_nlp.sections import SectionFinder
from giar_nlp.types import Meta

from .test_blocks import TEXTS, document

CASES = tomllib.loads((Path(__file__).parent / "cases" / "metadata.toml").read_text(encoding="utf-8"))["case"]
SCHEME = load_scheme()
NAMER = BlockNamer(SCHEME)
FINDER = SectionFinder(SCHEME)
READER = MetaReader(SCHEME)


def read(text: str) -> Meta:
    source = document(text)
    blocks = NAMER.name(source)
    return READER.read(source, blocks, FINDER.find(source, blocks))


@pytest.mark.parametrize("case", CASES, ids=[case["note"] for case in CASES])
def test_case(case: dict) -> None:
    meta = read(case["text"])
    found = {name: getattr(meta, name) for name in case["meta"]}
    assert found == {name: _value(value) for name, value in case["meta"].items()}


def _value(value: object) -> object:
    """TOML has no null: an empty value stands for None."""
    if not value:
        return None
    return tuple(value) if isinstance(value, list) else value


@given(TEXTS)
def test_any_text_has_metadata(text: str) -> None:
    meta = read(text)
    assert meta.title is None or meta.title
