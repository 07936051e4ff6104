"""Which word hits count where several overlap."""

from collections.abc import Iterable

from giar_nlp.rules import WordHit


def outermost(hits: Iterable[WordHit]) -> list[WordHit]:
    """Hits in order of place, without those that lie inside a longer one."""
    kept: list[WordHit] = []
    reach = -1
    for hit in sorted(hits, key=lambda hit: (hit.start, -hit.end)):
        if hit.end > reach or (kept and (hit.start, hit.end) == (kept[-1].start, kept[-1].end)):
            kept.append(hit)
            reach = max(reach, hit.end)
    return kept
