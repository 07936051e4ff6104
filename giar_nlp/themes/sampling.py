"""Segments as the classifier sees them."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from giar_nlp.reading import Reading
from giar_nlp.scheme import Scheme
from giar_nlp.themes.labeler import Weighed
from giar_nlp.types import Segment

if TYPE_CHECKING:
    from giar_nlp.model import Sample

_NUMBER = "N"


class Sampler:
    """Makes samples of the segments of one report."""

    def __init__(self, scheme: Scheme) -> None:
        self._ordinals = frozenset("".join(scheme.layout.ordinals))

    def samples(
        self,
        segments: Sequence[Segment],
        readings: Sequence[Reading],
        titles: Sequence[tuple[str, ...]],
        weighed: Sequence[Weighed],
    ) -> list["Sample"]:
        """The segments of one report; those under one heading are a list."""
        from giar_nlp.model import Sample

        lists: dict[tuple[str, ...], int] = {}
        return [
            Sample(
                text=reading.text,
                titles=above,
                section=segment.section,
                marker=self._style(segment.marker),
                told=found.told,
                list_id=lists.setdefault(above, len(lists)),
            )
            for segment, reading, above, found in zip(segments, readings, titles, weighed, strict=True)
        ]

    def _style(self, marker: str | None) -> str:
        """A marker with its number left out: （一） and （十二） are of one style."""
        style = ""
        for char in marker or "":
            kind = _NUMBER if char.isdigit() or char in self._ordinals else char
            if kind != _NUMBER or not style.endswith(_NUMBER):
                style += kind
        return style
