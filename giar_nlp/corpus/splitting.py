"""Parts a corpus into train, dev and test by groups that stay together, and puts files together."""

import random
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

from giar_nlp.corpus.entries import SPLITS, Entry
from giar_nlp.errors import CorpusError

GROUPS: Mapping[str, Callable[[Entry], str]] = {
    "hand": lambda entry: entry.hand,
    "agency": lambda entry: entry.report.meta.agency or entry.report.source.path,
    "report": lambda entry: entry.report.source.path,
}
"""What may not be parted: all reports of a hand, of an agency, or the report alone."""


def split_entries(
    entries: Sequence[Entry], *, by: str, shares: Sequence[float], seed: int
) -> dict[str, list[Entry]]:
    """The reports of each split; no group stands in two.

    Groups are taken in random order, each into the split that lacks most segments by its share.

    Args:
        entries: the reports.
        by: a key of `GROUPS`.
        shares: weights of train, dev and test, in any unit.
        seed: the same seed gives the same splits.

    Raises:
        CorpusError: fewer groups than splits that want a share.
    """
    wanted = {split: share for split, share in zip(SPLITS, shares, strict=True) if share > 0}
    groups: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        groups[GROUPS[by](entry)].append(entry)
    if len(groups) < len(wanted):
        raise CorpusError(
            f"{len(groups)} groups by {by} cannot be parted into {len(wanted)} splits; "
            f"split by another group or give fewer shares"
        )
    names = sorted(groups)
    random.Random(seed).shuffle(names)
    names.sort(key=lambda name: -sum(len(entry.report.segments) for entry in groups[name]))
    total = sum(len(entry.report.segments) for entry in entries)
    lacking = {split: total * share / sum(wanted.values()) for split, share in wanted.items()}
    splits: dict[str, list[Entry]] = {split: [] for split in wanted}
    for name in names:
        split = max(lacking, key=lacking.__getitem__)
        splits[split].extend(groups[name])
        lacking[split] -= sum(len(entry.report.segments) for entry in groups[name])
    return splits


def merge_entries(entries: Sequence[Entry]) -> list[Entry]:
    """The reports of several files as one list, ordered by path, each once.

    Raises:
        CorpusError: two reports have the same path but differ.
    """
    merged: dict[str, Entry] = {}
    for entry in entries:
        path = entry.report.source.path
        known = merged.setdefault(path, entry)
        if known.report != entry.report:
            raise CorpusError(
                f"{entry.file} and {known.file} hold different reports named {path}; rename one of them"
            )
    return [merged[path] for path in sorted(merged)]
