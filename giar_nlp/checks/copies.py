"""Finds what reports share: whole clauses, with names, numbers and statutory words left out.

A clause that many agencies have is a set phrase and proves nothing.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from giar_nlp.checks.ready import ReadyCheck
from giar_nlp.checks.summary import Passage, Summary


@dataclass(frozen=True, slots=True)
class Shared:
    """What a report shares with another: its own passages, and how much of its narrative they are.

    `share` counts all shared clauses, `passages` those segments most of which the other has.
    """

    other: Summary
    share: float
    passages: tuple[Passage, ...]


def find_shared(summaries: Sequence[Summary], check: ReadyCheck) -> dict[int, tuple[Shared, ...]]:
    """By the number of each report, what it shares with others, most first."""
    widespread, compared = int(check.limits["widespread"]), int(check.limits["compared"])
    holders: dict[int, list[int]] = defaultdict(list)
    for number, summary in enumerate(summaries):
        for clause in {clause for passage in summary.passages for clause in passage.clauses}:
            if len(held := holders[clause]) <= widespread:
                held.append(number)
    found: dict[int, tuple[Shared, ...]] = {}
    for number, summary in enumerate(summaries):
        n_chars = summary.n_chars
        if not n_chars:
            continue
        in_common: Counter[int] = Counter()
        for passage in summary.passages:
            for clause, length in zip(passage.clauses, passage.lengths, strict=True):
                held = holders[clause]
                if 1 < len(held) <= widespread:
                    for other in held:
                        in_common[other] += length
        del in_common[number]
        shared = []
        for other, length in sorted(in_common.items(), key=lambda item: (-item[1], item[0]))[:compared]:
            share = length / n_chars
            if share >= check.limits["share"] / 2:
                passages = _copied(summary, summaries[other], check)
                shared.append(Shared(summaries[other], share, passages))
        if shared:
            found[number] = tuple(shared)
    return found


def _copied(summary: Summary, other: Summary, check: ReadyCheck) -> tuple[Passage, ...]:
    theirs = {clause for passage in other.passages for clause in passage.clauses}
    copied = []
    for passage in summary.passages:
        length = sum(
            length
            for clause, length in zip(passage.clauses, passage.lengths, strict=True)
            if clause in theirs
        )
        if length >= check.limits["similar"] * passage.n_chars:
            copied.append(passage)
    return tuple(copied)
