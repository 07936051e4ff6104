"""Part and whole: which mention is a part of which.

Source: codebook section 3, field ``part_of`` (nearest whole; the whole may come after its parts).
"""

from bisect import bisect_left
from collections.abc import Sequence
from typing import NamedTuple

import regex

from giar_nlp.mentions import Mention
from giar_nlp.counts.kinds import base_unit
from giar_nlp.scheme import Scheme


class Counted(NamedTuple):
    """A mention with what is known of it so far; `tied` is false for rates and differences, which have no parts."""

    mention: Mention
    kind: str
    tied: bool


class PartTier:
    """Ties parts to their wholes."""

    def __init__(self, scheme: Scheme) -> None:
        shapes = scheme.counting.parts
        self._opener = regex.compile(scheme.pattern_of(shapes.opener))
        self._colon = regex.compile(scheme.pattern_of(shapes.colon))
        self._whole_after = regex.compile(scheme.pattern_of(shapes.whole_after))
        self._not_part = regex.compile(scheme.pattern_of(shapes.not_part))
        self._closer = regex.compile(scheme.pattern_of(shapes.closer))
        self._parts = {kind.id: frozenset((kind.id, *kind.parts)) for kind in scheme.kinds.values()}

    def tie(self, text: str, counted: Sequence[Counted]) -> list[int | None]:
        """For each mention the index of the whole it is a part of, or None."""
        wholes: list[int | None] = [None] * len(counted)
        ends = [match.end() for match in self._closer.finditer(text)]
        ends.append(len(text) + 1)
        open_whole: int | None = None
        bracket_end = 0
        for index, item in enumerate(counted):
            start = counted[index - 1].mention.end if index else 0
            if index and bisect_left(ends, item.mention.start) != bisect_left(ends, start):
                open_whole = None
            between = text[start : item.mention.start]
            if open_whole is not None and bracket_end and item.mention.start > bracket_end:
                open_whole, bracket_end = wholes[open_whole], 0
            if self._not_part.search(between):
                open_whole = None
                continue
            if index and (opened := self._open(text, counted, wholes, index, between)) is not None:
                open_whole, bracket_end = opened
            if open_whole is not None and item.tied and self._fits(counted[open_whole], item, between):
                wholes[index] = open_whole
        self._tie_back(text, counted, wholes, ends)
        return wholes

    def _open(
        self, text: str, counted: Sequence[Counted], wholes: list[int | None], index: int, between: str
    ) -> tuple[int, int] | None:
        """The whole whose parts begin with this mention, and the end of their bracket (0 for none)."""
        previous = index - 1
        while previous >= 0 and not counted[previous].tied:
            previous -= 1
        if previous < 0:
            return None
        bracket = between.rfind("（")
        opener = self._opener.search(between)
        last = counted[previous].mention
        if bracket >= 0 and "）" not in between[bracket:] and previous == index - 1 and bracket <= 12:
            close = text.find("）", counted[index].mention.end)
            return self._whole(counted, wholes, previous, index, new=False), close if close >= 0 else len(text)
        if opener:
            new = any(stop in between[: opener.start()] for stop in "。；")
            return self._whole(counted, wholes, previous, index, new=new), 0
        if self._colon.search(text[last.end : last.end + 1]) or self._colon.search(between[:8]):
            return previous, 0
        return None

    def _whole(
        self, counted: Sequence[Counted], wholes: list[int | None], previous: int, index: int, *, new: bool
    ) -> int:
        """The mention that is the whole: the one before, or the whole of that one where a new split begins."""
        above = wholes[previous]
        if above is None:
            return previous
        too_big = counted[index].mention.value > counted[previous].mention.value
        return above if new or too_big else previous

    def _fits(self, whole: Counted, part: Counted, between: str) -> bool:
        if part.kind not in self._parts[whole.kind]:
            return False
        return part.kind == whole.kind or "；" not in between

    def _tie_back(
        self, text: str, counted: Sequence[Counted], wholes: list[int | None], ends: Sequence[int]
    ) -> None:
        """Ties lists to a whole that follows them, or that they add up to without a word."""
        for index, item in enumerate(counted):
            if not item.tied or item.mention.bound == "range":
                continue
            sentence = bisect_left(ends, item.mention.start)
            group = [
                other
                for other, part in enumerate(counted[:index])
                if part.tied
                and wholes[other] is None
                and bisect_left(ends, part.mention.start) == sentence
                and part.kind in self._parts[item.kind]
                and _same_unit(part, item)
            ]
            lead = text[counted[index - 1].mention.end if index else 0 : item.mention.start]
            if len(group) > 1 and wholes[index] is None and self._whole_after.search(lead):
                if all(counted[other].mention.value <= item.mention.value for other in group):
                    for other in group:
                        wholes[other] = index
                    continue
            self._tie_sum(counted, wholes, index, ends)

    def _tie_sum(
        self, counted: Sequence[Counted], wholes: list[int | None], index: int, ends: Sequence[int]
    ) -> None:
        """Ties the mentions right after one that add up to it exactly (27件，26件为自然人，1件为法人)."""
        item = counted[index]
        sentence = bisect_left(ends, item.mention.start)
        group: list[int] = []
        total = item.mention.value * 0
        for other in range(index + 1, len(counted)):
            part = counted[other]
            if not part.tied:
                continue
            if bisect_left(ends, part.mention.start) != sentence or wholes[other] is not None:
                return
            if part.kind not in self._parts[item.kind] or not _same_unit(part, item):
                return
            group.append(other)
            total += part.mention.value
            if total >= item.mention.value:
                break
        if len(group) > 1 and total == item.mention.value and all(counted[o].mention.value > 0 for o in group):
            for other in group:
                wholes[other] = index


def _same_unit(one: Counted, other: Counted) -> bool:
    return base_unit(one.mention.unit) == base_unit(other.mention.unit)
