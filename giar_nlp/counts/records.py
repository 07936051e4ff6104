"""Writes what was told of a mention as a record, with document offsets."""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from giar_nlp.counts.attributes import Found
from giar_nlp.counts.zeros import ZeroMention
from giar_nlp.mentions import Mention
from giar_nlp.reading import Reading
from giar_nlp.types import Count, Nature, make_count

_EXACT = 2**53
"""Whole numbers from here on are written as floats: not every reader of JSON holds them exactly."""
_BLANK = re.compile(r"\s+")


class Told(NamedTuple):
    """All that is told of a mention; `whole` is the number of another mention."""

    kind: str
    nature: Nature
    year: int | None
    whole: int | None
    attributes: Sequence[Found]


class Recorder:
    """Writes the counts of one segment."""

    def __init__(self, reading: Reading, text: str, shares: frozenset[str]) -> None:
        self._reading = reading
        self._text = text
        self._shares = shares

    def count(self, found: Mention | ZeroMention, told: Told, places: Mapping[int, int]) -> Count:
        """The record of a mention or a stated zero; `places` leads from its number to its record's."""
        start, end = self._reading.span(found.start, found.end)
        kind, nature, year, whole, attributes = told
        written = (
            tuple([(name, self._written(low, high)) for name, low, high in attributes]) if attributes else ()
        )
        text = self._text[start:end]
        if isinstance(found, ZeroMention):
            implicit = found.implicit
            return make_count(
                start, end, text, 0, None, None, "exact", kind, nature, year, implicit, written, None
            )
        unit = found.unit
        if unit is not None and unit not in self._shares:
            unit = self._written(found.unit_start, found.unit_start + len(unit))
        top = None if found.value_max is None else _number(found.value_max)
        tie = None if whole is None else places[whole]
        value, bound = _number(found.value), found.bound
        return make_count(start, end, text, value, top, unit, bound, kind, nature, year, False, written, tie)

    def _written(self, low: int, high: int) -> str:
        """A stretch of the reading as the text has it, without blanks."""
        start, end = self._reading.span(low, high)
        written = self._text[start:end]
        return written if end - start == high - low else _BLANK.sub("", written)


def _number(value: Decimal) -> int | float:
    """A number that JSON can hold: whole where it is whole."""
    whole = int(value)
    return whole if whole == value and whole < _EXACT else float(value)
