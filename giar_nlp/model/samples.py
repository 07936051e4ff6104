"""What the classifier sees of a segment, and the names of its features."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

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


def tokens_of(sample: Sample) -> Iterator[str]:
    """The names of what stands about a segment: its section, titles, marker and length."""
    yield f"section {sample.section}"
    yield f"marker {sample.marker}"
    yield f"length {min(_LENGTHS, len(sample.text).bit_length())}"
    for title in sample.titles:
        yield f"title {title}"
        for n in _TITLE_GRAMS:
            yield from (f"in title {title[at : at + n]}" for at in range(len(title) - n + 1))
    if sample.titles:
        last = sample.titles[-1]
        for n in _TITLE_GRAMS:
            yield from (f"in last title {last[at : at + n]}" for at in range(len(last) - n + 1))
