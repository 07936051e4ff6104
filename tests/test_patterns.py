"""Patterns ready to run say the same as `regex` does of them, wherever in a text they are tried."""

import re
from pathlib import Path

import pytest
import regex

from giar_nlp.patterns import Behind, compiled
from giar_nlp.readers import read
from giar_nlp.scheme import Scheme, load_scheme

SAMPLES = Path(__file__).parents[1] / "corpora" / "samples"


@pytest.fixture(scope="module")
def scheme() -> Scheme:
    return load_scheme()


@pytest.fixture(scope="module")
def text() -> str:
    """The last parts of all samples: long enough to hold what the shapes look for."""
    return "。".join(read(path).text[-1500:] for path in sorted(SAMPLES.glob("*_*.*")))


@pytest.mark.parametrize(
    ("pattern", "by"),
    [
        ("收到|接到", re.Pattern),
        (r"\d{1,3}件", re.Pattern),
        (r"(?<=收到|接到了)申请", regex.Pattern),  # look-behinds of several lengths
        (r"\w+件", regex.Pattern),  # the libraries do not agree what a word is
    ],
)
def test_the_swifter_library_reads_what_it_knows(pattern: str, by: type) -> None:
    assert isinstance(compiled(pattern), by)


def test_shapes_end_at_a_place_as_look_behinds_do(scheme: Scheme, text: str) -> None:
    nature = scheme.counting.nature
    n_found = 0
    for group in (nature.change, nature.not_change, nature.target, nature.average):
        shapes = [scheme.pattern_of(shape) for shape in group]
        behind, looked = Behind(shapes), regex.compile("|".join(f"(?<={shape})" for shape in shapes))
        places = [place for place in range(len(text) + 1) if looked.match(text, place)]
        assert [place for place in range(len(text) + 1) if behind.match(text, place)] == places
        n_found += len(places)
    assert n_found > 100


def test_groups_of_a_shape_are_told() -> None:
    found = Behind(["比(?P<year>20\\d\\d)年", "约"]).match("比2021年多", 6)
    assert found is not None
    assert found["year"] == "2021"
    assert Behind(["约"]).match("约5件", 2) is None
