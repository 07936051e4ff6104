"""Runs of characters in texts, found all at once: every run of one to three characters has a whole number.

A character takes 21 bits, so a run of three fits into 64; a table of such numbers, addressed by hash, is
looked up for all places of all texts in a few steps on arrays.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

LONGEST = 3
BREAK = "\n"
"""Stands between texts; no run goes over it."""
_BITS = 21
_MIX = np.uint64(0x9E3779B97F4A7C15)
_SPARSE = 4
"""The table has at least so many slots for each run."""
_ZEROS = str.maketrans(dict.fromkeys("123456789", "0"))

Indexes = NDArray[np.int64]


def even_digits(text: str) -> str:
    """The text with every digit a 0: that there is a number tells more than which."""
    return text.translate(_ZEROS)


def runs_of(text: str, lengths: Sequence[int]) -> list[str]:
    """All runs of a text, digits made even, in the order of their lengths and places."""
    even = even_digits(text)
    return [even[at : at + n] for n in lengths for at in range(len(even) - n + 1)]


class GramTable:
    """Finds the runs of a vocabulary; the index of a run is its place in the vocabulary.

    Args:
        vocabulary: runs of one to three characters, each once.
    """

    def __init__(self, vocabulary: Sequence[str]) -> None:
        self.lengths = tuple(sorted({len(run) for run in vocabulary}))
        keys = np.array([_key(run) for run in vocabulary], dtype=np.uint64)
        bits = max(4, (max(1, len(keys)) * _SPARSE - 1).bit_length())
        self._shift = np.uint64(64 - bits)
        self._mask = (1 << bits) - 1
        self._keys = np.zeros(1 << bits, dtype=np.uint64)
        self._indexes = np.full(1 << bits, -1, dtype=np.int64)
        self._tries = 1
        self._fill(keys)

    def _fill(self, keys: NDArray[np.uint64]) -> None:
        """Each key takes the first free slot from its own on."""
        slots = ((keys * _MIX) >> self._shift).astype(np.int64)
        waiting = np.arange(len(keys))
        tries = 0
        while len(waiting):
            at = (slots[waiting] + tries) & self._mask
            free = self._indexes[at] < 0
            _, first = np.unique(at, return_index=True)
            takes = np.zeros(len(waiting), dtype=bool)
            takes[first] = True
            takes &= free
            self._keys[at[takes]] = keys[waiting[takes]]
            self._indexes[at[takes]] = waiting[takes]
            waiting = waiting[~takes]
            tries += 1
        self._tries = tries

    def find(self, texts: Sequence[str]) -> tuple[Indexes, Indexes, Indexes]:
        """Every known run of the texts: number of the text, index of the run, place in the text.

        The runs come by length, then by text and place.
        """
        joined = BREAK.join(map(even_digits, texts)) + BREAK
        codes = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), dtype=np.uint32).astype(np.uint64)
        lengths = np.array([len(text) + 1 for text in texts])
        starts = np.concatenate(([0], np.cumsum(lengths)[:-1]))
        owners = np.repeat(np.arange(len(texts)), lengths)
        found: list[tuple[Indexes, Indexes, Indexes]] = []
        keys = codes
        for n in range(1, LONGEST + 1):
            if n > 1:
                keys = keys[:-1] | (codes[n - 1 :] << np.uint64(_BITS * (n - 1)))
            if n in self.lengths:
                indexes = self._look_up(keys)
                places = np.flatnonzero(indexes >= 0)
                owner = owners[places]
                found.append((owner, indexes[places], places - starts[owner]))
        owner, index, place = (np.concatenate(part) for part in zip(*found, strict=True))
        return owner, index, place

    def _look_up(self, keys: NDArray[np.uint64]) -> Indexes:
        """The index of each key, -1 where it is not known."""
        at = ((keys * _MIX) >> self._shift).astype(np.int64)
        indexes = np.where(self._keys[at] == keys, self._indexes[at], -1)
        waiting = np.flatnonzero((indexes < 0) & (self._indexes[at] >= 0))
        at = at[waiting]
        for _ in range(1, self._tries):
            if not len(waiting):
                break
            at = (at + 1) & self._mask
            right = self._keys[at] == keys[waiting]
            indexes[waiting[right]] = self._indexes[at[right]]
            goes_on = ~right & (self._indexes[at] >= 0)
            waiting, at = waiting[goes_on], at[goes_on]
        return indexes


def _key(run: str) -> int:
    key = 0
    for place, char in enumerate(run):
        key |= ord(char) << (_BITS * place)
    return key
