"""Lists whose names stand first and whose numbers follow: A、B、C分别为1、2、3条 is aligned pair by pair.

Source: domain notes, part and whole (distributive lists).
"""

from collections.abc import Sequence
from typing import NamedTuple

from giar_nlp.mentions import Mention
from giar_nlp.patterns import compiled
from giar_nlp.scheme import Scheme


class ListName(NamedTuple):
    """The name of one number: where it stands, and where all names of its list begin and end."""

    start: int
    end: int
    first: int
    last: int

    def hides(self, place: int) -> bool:
        """Whether a place stands in the name of another number."""
        return self.first <= place < self.last and not self.start <= place < self.end


class ListAligner:
    """Finds the name that belongs to each number of a distributive list."""

    def __init__(self, scheme: Scheme) -> None:
        shapes = scheme.counting.lists
        self._lead = compiled(scheme.pattern_of(shapes.lead))
        self._between = compiled(scheme.pattern_of(shapes.between))
        self._name_end = compiled(scheme.pattern_of(shapes.name_end))

    def align(self, text: str, mentions: Sequence[Mention]) -> dict[int, ListName]:
        """The name of each mention in such a list, by the mention's index; others are left out."""
        aligned: dict[int, ListName] = {}
        index = 0
        while index < len(mentions):
            last = index
            while last + 1 < len(mentions) and self._between.fullmatch(
                text, mentions[last].end, mentions[last + 1].start
            ):
                last += 1
            low = mentions[index - 1].end if index else 0
            lead = self._lead.search(text, low, mentions[index].start) if last > index else None
            if lead:
                names = self._names(text, lead.start("names"), lead.end("names"))
                if len(names) == last - index + 1:
                    aligned.update(zip(range(index, last + 1), names, strict=True))
            index = last + 1
        return aligned

    def _names(self, text: str, start: int, end: int) -> list[ListName]:
        first, names = start, []
        for joint in self._name_end.finditer(text, start, end):
            names.append(ListName(start, joint.start(), first, end))
            start = joint.end()
        names.append(ListName(start, end, first, end))
        return names
