"""Every sign of `segments.toml`, `sections.toml`, `metadata.toml` and `cells.toml` finds its examples alone."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from pydantic import BaseModel

from giar_nlp.scheme import load_scheme
from giar_nlp.scheme.layout_forms import MarkerStyle, Sign

SCHEME = load_scheme()


def signs(value: object, place: str) -> Iterator[tuple[str, Sign]]:
    if isinstance(value, Sign):
        yield place, value
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from signs(getattr(value, name), f"{place}.{name}")
    elif isinstance(value, tuple):
        for index, inner in enumerate(value):
            yield from signs(inner, f"{place}[{index}]")


ALL = [
    *signs(SCHEME.layout, "segments"),
    *signs(SCHEME.chapters, "sections"),
    *signs(SCHEME.meta, "metadata"),
    *signs(SCHEME.cells, "cells"),
]


@pytest.mark.parametrize(("place", "sign"), ALL, ids=[place for place, _ in ALL])
def test_finds_its_examples_and_no_others(place: str, sign: Sign) -> None:
    pattern = re.compile(SCHEME.pattern_of(sign.pattern))
    find = pattern.match if isinstance(sign, MarkerStyle) else pattern.search
    assert [text for text in sign.examples if not find(text)] == []
    assert [text for text in sign.not_examples if find(text)] == []


def test_glue_holds_in_all_that_may_be_glued_into_a_line() -> None:
    glue = re.compile(SCHEME.pattern_of(SCHEME.layout.glue.pattern))
    styles = [style for style in SCHEME.layout.markers if style.id in {"chapter", "paren"}]
    texts = [text for sign in (*styles, SCHEME.layout.glued_section) for text in sign.examples]
    assert [text for text in texts if not glue.search(text)] == []
