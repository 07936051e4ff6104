"""Part and whole: which mention is a part of which.

Words such as 其中, a colon or a bracket open a group of parts under the nearest whole that can have them;
groups nest, and a bracket's end, a semicolon or a sentence end closes them. Wholes that follow their
parts, and parts that add up to a whole without a word, are tied afterwards.

Source: codebook section 3, field ``part_of`` (nearest whole; the whole may come after its parts).
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from giar_nlp.mentions import Mention
from giar_nlp.patterns import Behind, compiled
from giar_nlp.scheme import Scheme

_BRACKET_REACH = 12
_BRACKET_LENGTH = 400
_ASIDE = re.compile(r"（[^（）]*）")
_PROOF = 20
"""From here on, later numbers of one kind that add up exactly are no chance."""
_MOST = 40
"""How far a whole is looked for, in mentions; no split in sight of these reports is longer."""


class Counted(NamedTuple):
    """A mention with what is known of it so far; rates and differences have no parts and are not `tied`."""

    mention: Mention
    kind: str
    tied: bool


class _Group(NamedTuple):
    """An open group of parts: its whole, where its bracket ends (0 for none), whether its parts restart."""

    whole: int
    bracket_end: int = 0
    restarts: bool = False


class PartTier:
    """Ties parts to their wholes."""

    def __init__(self, scheme: Scheme) -> None:
        shapes = scheme.counting.parts
        self._opener = compiled(scheme.pattern_of(shapes.opener))
        self._colon = compiled(scheme.pattern_of(shapes.colon))
        self._split = compiled(scheme.pattern_of(shapes.split))
        self._share = compiled(scheme.pattern_of(shapes.share))
        self._restart = compiled(scheme.pattern_of(shapes.restart))
        self._whole_after = compiled(scheme.pattern_of(shapes.whole_after))
        self._not_part = compiled(scheme.pattern_of(shapes.not_part))
        self._closer = compiled(scheme.pattern_of(shapes.closer))
        self._compared = Behind([scheme.pattern_of(shapes.compared)])
        self._not_whole = compiled(scheme.pattern_of(shapes.not_whole))
        self._deed = compiled(scheme.pattern_of(shapes.deed))
        self._parts = {kind.id: frozenset((kind.id, *kind.parts)) for kind in scheme.kinds.values()}

    def tie(self, text: str, counted: Sequence[Counted]) -> list[int | None]:
        """For each mention the index of the whole it is a part of, or None."""
        wholes: list[int | None] = [None] * len(counted)
        if sum(item.tied for item in counted) < 2:
            return wholes
        compared = self._compared.match
        counted = [
            item._replace(tied=False) if item.tied and compared(text, item.mention.start) else item
            for item in counted
        ]
        groups: list[_Group] = []
        for index, item in enumerate(counted):
            start = counted[index - 1].mention.end if index else 0
            between = text[start : item.mention.start]
            groups = self._close(between, groups, item.mention.start)
            if not item.tied:
                continue
            if self._not_part.search(between):
                groups = []
                continue
            opened = self._open(text, counted, wholes, index, between)
            if opened is not None and opened not in groups:
                groups = [*groups[-_MOST:], opened]
            for group in reversed(groups):
                whole = counted[group.whole]
                if self._fits(whole, item) and not _exceeds(item, whole):
                    if item.kind != whole.kind and _is_full(counted, wholes, group.whole):
                        break
                    wholes[index] = group.whole
                    break
        self._tie_back(text, counted, wholes)
        return wholes

    def _close(self, between: str, groups: list[_Group], place: int) -> list[_Group]:
        """The groups that are still open at a mention."""
        if not groups:
            return groups
        groups = [group for group in groups if not group.bracket_end or place < group.bracket_end]
        if self._closer.search(between):
            return []
        if "；" in between:
            restarts = self._restart.search(between) is not None
            return [group for group in groups[:1] if group.restarts or not restarts]
        return groups

    def _open(
        self, text: str, counted: Sequence[Counted], wholes: Sequence[int | None], index: int, between: str
    ) -> _Group | None:
        """The group whose parts begin with this mention, or None."""
        whole = self._candidate(counted, index)
        if whole is None:
            return None
        bracket = between.rfind("（")
        if (
            bracket >= 0
            and "）" not in between[bracket:]
            and whole == index - 1
            and bracket <= _BRACKET_REACH
        ):
            limit = counted[index].mention.end + _BRACKET_LENGTH
            close = text.find("）", counted[index].mention.end, limit)
            return _Group(whole, close if close >= 0 else limit)
        if self._split.search(between):
            return _Group(_root(wholes, whole), 0)
        between = _ASIDE.sub("", between)  # what a bracket without a number says opens nothing
        if opener := self._opener.search(between):
            new = any(stop in between[: opener.start()] for stop in "。；")
            too_big = counted[index].mention.value > counted[whole].mention.value
            restarts = self._restart.search(between) is not None
            return _Group(_root(wholes, whole) if new or too_big else whole, 0, restarts)
        shared = self._share.search(between) and _same_unit(counted[whole], counted[index])
        return _Group(whole, 0) if whole == index - 1 and (shared or self._colon.match(between)) else None

    def _candidate(self, counted: Sequence[Counted], index: int) -> int | None:
        """The nearest mention before this one that can be its whole."""
        nearest: int | None = None
        for other in range(index - 1, max(-1, index - _MOST), -1):
            if counted[other].tied and self._fits(counted[other], counted[index]):
                if counted[other].mention.value >= counted[index].mention.value:
                    return other
                nearest = other if nearest is None else nearest
        return nearest

    def _fits(self, whole: Counted, part: Counted) -> bool:
        return part.kind in self._parts[whole.kind]

    def _tie_back(self, text: str, counted: Sequence[Counted], wholes: list[int | None]) -> None:
        """Ties lists to a whole that follows them, or that they add up to without a word."""
        for index, item in enumerate(counted):
            if not item.tied or wholes[index] is not None:
                continue
            lead = text[counted[index - 1].mention.end if index else 0 : item.mention.start]
            group = self._group_before(text, counted, wholes, index) if self._whole_after.search(lead) else []
            group = group or self._group_after(text, counted, wholes, index)
            for other in group:
                wholes[other] = index

    def _group_before(
        self, text: str, counted: Sequence[Counted], wholes: Sequence[int | None], index: int
    ) -> list[int]:
        """Mentions of the same sentence that a whole after them (合计…) takes in; empty where it is none."""
        group: list[int] = []
        for other in range(index - 1, max(-1, index - _MOST), -1):
            if self._closer.search(text, counted[other].mention.end, counted[index].mention.start):
                break
            part = counted[other]
            if (
                part.tied
                and wholes[other] is None
                and self._fits(counted[index], part)
                and _same_unit(part, counted[index])
            ):
                group.append(other)
        small = all(counted[other].mention.value <= counted[index].mention.value for other in group)
        return group if len(group) > 1 and small else []

    def _group_after(
        self, text: str, counted: Sequence[Counted], wholes: Sequence[int | None], index: int
    ) -> list[int]:
        """Mentions right after one that add up to it exactly (27件，26件为自然人，1件为法人), or none."""
        whole = counted[index]
        group: list[int] = []
        total = whole.mention.value * 0
        proof = whole.mention.value >= _PROOF
        for other in range(index + 1, min(len(counted), index + _MOST)):
            part = counted[other]
            between = text[counted[other - 1].mention.end : part.mention.start]
            if wholes[other] == index:
                continue
            if not part.tied or part.kind != whole.kind or not _same_unit(part, whole):
                if proof:
                    continue
                return []
            if wholes[other] is not None or part.mention.value <= 0:
                return []
            if not group and between.startswith("、"):
                return []
            if not proof and (self._closer.search(between) or self._deed.search(between)):
                return []
            group.append(other)
            total += part.mention.value
            if total >= whole.mention.value:
                break
        if len(group) < 2 or total != whole.mention.value:
            return []
        start = max(counted[index - 1].mention.end if index else 0, whole.mention.start - _BRACKET_REACH)
        return [] if self._not_whole.search(text, start, whole.mention.start) else group


def _is_full(counted: Sequence[Counted], wholes: Sequence[int | None], whole: int) -> bool:
    """Whether the parts of a whole that are of its own kind add up to it already."""
    behind = slice(whole + 1, whole + _MOST)
    own = [
        part.mention.value
        for part, of in zip(counted[behind], wholes[behind], strict=True)
        if of == whole and part.kind == counted[whole].kind and _same_unit(part, counted[whole])
    ]
    return len(own) > 1 and sum(own) == counted[whole].mention.value


def _exceeds(part: Counted, whole: Counted) -> bool:
    return _same_unit(part, whole) and part.mention.value > whole.mention.value


def _root(wholes: Sequence[int | None], index: int) -> int:
    """The topmost whole above a mention, or the mention itself."""
    while (above := wholes[index]) is not None:
        index = above
    return index


def _same_unit(one: Counted, other: Counted) -> bool:
    return one.mention.measure == other.mention.measure
