"""What the classifier sees of a segment, and the names of its features."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

_LENGTHS = 9
"""Longer segments than 2 ** 9 characters share one feature."""
_TITLE_GRAMS = (2, 3)


Frame = tuple[int, str, int, tuple[str, ...]]
"""What stands about a segment: section, marker, length as a power of two, titles."""


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


def frame_of(sample: Sample) -> Frame:
    """What stands about a segment: its section, marker, length and titles; many segments share theirs."""
    return sample.section, sample.marker, min(_LENGTHS, len(sample.text).bit_length()), sample.titles


def tokens_of(sample: Sample) -> Iterator[str]:
    """The names of what stands about a segment."""
    return tokens_of_frame(frame_of(sample))


def tokens_of_frame(frame: Frame) -> Iterator[str]:
    """The names of a frame's section, marker, length and titles."""
    section, marker, length, titles = frame
    yield f"section {section}"
    yield f"marker {marker}"
    yield f"length {length}"
    for title in titles:
        yield f"title {title}"
        for n in _TITLE_GRAMS:
            yield from (f"in title {title[at : at + n]}" for at in range(len(title) - n + 1))
    if titles:
        last = titles[-1]
        for n in _TITLE_GRAMS:
            yield from (f"in last title {last[at : at + n]}" for at in range(len(last) - n + 1))
