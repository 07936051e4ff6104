"""Segments: the smallest stretches that a person would label on their own."""

from __future__ import annotations

import tomllib
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from giar_nlp.blocks import BlockNamer
from giar_nlp.scheme import load_scheme
from giar_nlp.sections import SectionFinder
from giar_nlp.segments import SegmentSplitter
from giar_nlp.types import Segment

from .test_blocks import TEXTS, document

CASES = tomllib.loads((Path(__file__).parent / "cases" / "segments.toml").read_text(encoding="utf-8"))["case"]
SCHEME = load_scheme()
NAMER = BlockNamer(SCHEME)
FINDER = SectionFinder(SCHEME)
SPLITTER = SegmentSplitter(SCHEME)


def split(text: str) -> tuple[Segment, ...]:
    source = document(text)
    blocks = NAMER.name(source)
    return SPLITTER.split(source, blocks, FINDER.find(source, blocks))


@pytest.mark.parametrize("case", CASES, ids=[case["note"] for case in CASES])
def test_case(case: dict) -> None:
    found = split(case["text"])
    assert [segment.text for segment in found] == [segment["text"] for segment in case["segments"]]
    for segment, expected in zip(found, case["segments"], strict=True):
        fields = {"text": segment.text, "section": segment.section, "marker": segment.marker}
        fields["headings"] = list(segment.headings)
        assert {name: fields[name] for name in expected} == expected


def test_ids_count_from_one() -> None:
    assert [segment.id for segment in split("一是平稳。二是有序。")] == ["s0001", "s0002"]


@given(TEXTS)
def test_any_text_has_exact_ordered_disjoint_segments(text: str) -> None:
    last = 0
    for segment in split(text):
        assert last <= segment.start < segment.end <= len(text)
        assert text[segment.start : segment.end] == segment.text == segment.text.strip()
        last = segment.end


@given(st.data())
def test_an_added_blank_line_between_paragraphs_changes_no_segment(data: st.DataObject) -> None:
    text = data.draw(st.sampled_from([case["text"] for case in CASES if case["text"]]))
    source = document(text)
    blocks = NAMER.name(source)
    gaps = [
        place
        for before, after in pairwise(blocks)
        if (place := text.find("\n", before.end, after.start)) >= 0
    ]
    if not gaps:
        return
    place = data.draw(st.sampled_from(gaps))
    spaced = text[:place] + data.draw(st.sampled_from(["\n", "\n\n", "\n \u3000", "\r\n"])) + text[place:]
    plain = [(segment.text, segment.section, segment.headings, segment.marker) for segment in split(text)]
    assert [(s.text, s.section, s.headings, s.marker) for s in split(spaced)] == plain
