"""What number finders find, beside gold: any finder that says where a number stands and what its value is."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import NamedTuple

from giar_nlp.jsonl import Unit
from giar_nlp.scheme import Scheme
from giar_nlp.types import Count


class Number(NamedTuple):
    """A number as a finder gives it; a tuple, for finders make them on the clock.

    `text` is what the offsets count in: the segment, or what the finder made of it.
    """

    start: int
    end: int
    value: float
    unit: str | None
    text: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class NumberTally:
    """How many gold counts were found at an overlapping place, in each respect, and how many false numbers.

    `values` and `with_unit` are of all counts but stated zeros, `zeros` of those, `typed` of all. `false`
    numbers overlap no gold count; `false_in_silent` of them stand in segments that hold none.
    """

    values: int
    with_unit: int
    typed: int
    zeros: int
    false: int
    false_in_silent: int


def any_of(words: Iterable[str]) -> str:
    """A pattern of the words, the longest first.

    Example:
        >>> any_of(["a", "ab"])
        '(?:ab|a)'
    """
    return "(?:" + "|".join(map(re.escape, sorted(words, key=len, reverse=True))) + ")"


def unit_pattern(scheme: Scheme) -> str:
    """A pattern of what stands behind a number, its group the unit; words of bounds may come first (余条)."""
    forms = scheme.numbers
    inside = any_of(word for bound in forms.bounds for word in bound.inside)
    return rf"{inside}?\s*({any_of((*forms.units, *forms.money, *forms.shares))})"


def numbers_of(unit: Unit) -> list[Number]:
    """The counts of a labelled segment as numbers."""
    return [Number(c.start, c.end, c.value, c.unit, unit.text, c.kind) for c in unit.counts or ()]


def place_numbers(numbers: Sequence[Number], text: str) -> list[Number]:
    """The numbers of a segment with their offsets in the segment's own text."""
    if not numbers or numbers[0].text == text:
        return list(numbers)
    places: list[int] = []
    for _, i, j, low, high in SequenceMatcher(None, numbers[0].text, text, autojunk=False).get_opcodes():
        places += [min(low + step, max(low, high - 1)) for step in range(j - i)]
    return [Number(places[n.start], places[n.end - 1] + 1, n.value, n.unit, text, n.kind) for n in numbers]


def tally_numbers(
    gold: Iterable[Unit], found: Iterable[Sequence[Number]], scales: Mapping[str, int]
) -> NumberTally:
    """Found numbers beside gold segments; both come in the same order, offsets in the segments' texts.

    Args:
        gold: segments with their counts.
        found: the numbers of each.
        scales: the values of words of scale. A finder may read a scale that the codebook leaves to the unit:
            with 10000 for 万, 5370000元 is as right as 537万元.
    """
    values = with_unit = typed = zeros = false = in_silent = 0
    for unit, numbers in zip(gold, found, strict=True):
        counts = unit.counts or ()
        for count in counts:
            right = [n for n in numbers if _overlap(n, count) and _same_value(n, count, scales)]
            typed += any(n.kind == count.kind for n in right)
            if count.implicit:
                zeros += bool(right)
            else:
                values += bool(right)
                with_unit += any(n.unit in _readings(count, scales) for n in right)
        strays = sum(not any(_overlap(n, count) for count in counts) for n in numbers)
        false += strays
        in_silent += 0 if counts else strays
    return NumberTally(values, with_unit, typed, zeros, false, in_silent)


def _overlap(number: Number, count: Count) -> bool:
    return number.start < count.end and count.start < number.end


def _same_value(number: Number, count: Count, scales: Mapping[str, int]) -> bool:
    scale = scales.get((count.unit or "")[:1], 1)
    return round(number.value, 6) in {count.value, count.value * scale}


def _readings(count: Count, scales: Mapping[str, int]) -> set[str]:
    """The unit as gold writes it, and without the scale that begins it."""
    written = count.unit or ""
    return {written, written[scales.get(written[:1], 1) > 1 :]}
