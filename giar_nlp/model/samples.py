"""What the classifier sees of a segment, and the names of its features."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

_LENGTHS = 9
"""Longer segments than 2 ** 9 characters share one feature."""
_TITLE_GRAMS = (2, 3)


@dataclass(frozen=True, slots=True)
class Sample:
    """A segment as the classifier sees it.

    `text` and `titles` are folded and closed up (see `giar_nlp.reading`). `section` and `marker` are those of
    the segment, the marker's style alone (``paren``). `told` holds numbers that others found out, by
    name: what the rules weigh. Samples of one list have the same `list_id`; they lean on each other.
    """

    text: str
    titles: tuple[str, ...] = ()
    section: int = 0
    marker: str = ""
    told: Mapping[str, float] = field(default_factory=dict)
    list_id: int | None = None


class About(NamedTuple):
    """What stands about a segment, and how long it is, in powers of two."""

    titles: tuple[str, ...]
    section: int
    marker: str
    length: int


def about_of(sample: Sample) -> About:
    """What stands about a sample's segment."""
    return About(sample.titles, sample.section, sample.marker, min(_LENGTHS, len(sample.text).bit_length()))


def tokens_of(about: About) -> Iterator[str]:
    """The names of what stands about a segment: its section, titles, marker and length."""
    yield f"section {about.section}"
    yield f"marker {about.marker}"
    yield f"length {about.length}"
    for title in about.titles:
        yield f"title {title}"
        for n in _TITLE_GRAMS:
            yield from (f"in title {title[at : at + n]}" for at in range(len(title) - n + 1))
    if about.titles:
        last = about.titles[-1]
        for n in _TITLE_GRAMS:
            yield from (f"in last title {last[at : at + n]}" for at in range(len(last) - n + 1))
