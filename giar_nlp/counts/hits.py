"""Words of the scheme in a text, and which of them count where several overlap."""

from collections.abc import Iterable

Hit = tuple[int, int, int]
"""A word's number in the scanner's list, its start and its end."""


def outermost(hits: Iterable[Hit]) -> list[Hit]:
    """Hits in order of place, without those that lie inside a longer one."""
    kept: list[Hit] = []
    reach = -1
    last = (-1, -1)
    for hit in sorted(hits, key=_place):
        _, start, end = hit
        if end > reach or (start, end) == last:
            kept.append(hit)
            reach = max(reach, end)
            last = (start, end)
    return kept


def _place(hit: Hit) -> tuple[int, int]:
    return hit[1], -hit[2]
