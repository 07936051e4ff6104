"""Segments as the classifier sees them."""

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from giar_nlp.reading import Reading
from giar_nlp.scheme import Scheme
from giar_nlp.themes.labeler import Weighed
from giar_nlp.types import Segment

if TYPE_CHECKING:
    from giar_nlp.model import Sample

_NUMBER = "N"
KNOWN_MARKERS = 512
"""So many markers are kept in mind: they are the same few in all reports."""


class Prepared(NamedTuple):
    """Segments made ready for labelling, one entry of each list a segment."""

    segments: Sequence[Segment]
    readings: Sequence[Reading]
    titles: Sequence[tuple[str, ...]]
    weighed: Sequence[Weighed]


class Sampler:
    """Makes samples of segments."""

    def __init__(self, scheme: Scheme) -> None:
        self._ordinals = frozenset("".join(scheme.layout.ordinals))
        self._style = lru_cache(KNOWN_MARKERS)(self._read_style)

    def samples(self, prepared: Prepared, *, of_one_report: bool) -> list["Sample"]:
        """The segments as the classifier sees them; those of one report under one heading are a list."""
        from giar_nlp.model import Sample

        lists: dict[tuple[str, ...], int] = {}
        return [
            Sample(
                text=reading.text,
                titles=above,
                section=segment.section,
                marker=self._style(segment.marker),
                told=found.told,
                list_id=lists.setdefault(above, len(lists)) if of_one_report else None,
            )
            for segment, reading, above, found in zip(*prepared, strict=True)
        ]

    def _read_style(self, marker: str | None) -> str:
        """A marker with its number left out: （一） and （十二） are of one style."""
        style = ""
        for char in marker or "":
            kind = _NUMBER if char.isdigit() or char in self._ordinals else char
            if kind != _NUMBER or not style.endswith(_NUMBER):
                style += kind
        return style
