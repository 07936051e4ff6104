"""Words of the scheme in a text, and which of them count where several overlap."""

from collections.abc import Iterable

Hit = tuple[int, int, int]
"""A word's number in the scanner's list, its start and its end."""


def outermost(hits: Iterable[Hit]) -> list[Hit]:
    """Hits without those that lie inside a longer one.

    They come and go in the order of their ends, of those with one end the longest first.

    Example:
        >>> outermost([(0, 0, 2), (1, 0, 4), (2, 2, 4), (3, 3, 6)])
        [(1, 0, 4), (3, 3, 6)]
    """
    kept: list[Hit] = []
    for hit in hits:
        _, start, end = hit
        while kept and kept[-1][1] >= start:
            kept.pop()
        if not kept or kept[-1][2] < end:
            kept.append(hit)
    return kept
