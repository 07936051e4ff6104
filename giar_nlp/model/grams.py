"""Runs of characters in texts, found all at once: every run of one to three characters has a whole number.

A character takes 21 bits, so a run of three fits into 64; a table of such numbers, addressed by hash, is
looked up for all places and lengths of all texts in a few steps on arrays.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

LONGEST = 3
BREAK = "\n"
"""Stands between texts; no run goes over it."""
STOPS = "，。；！？,;!?"
"""End a clause."""
_BITS = 21
_MIXES = (np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F))
"""Odd numbers that spread keys over slots, each its own way."""
_TURNS = 200
_NO_KEY = np.uint64(2**64 - 1)
"""No run has this key: a character takes 21 bits."""
_ZERO, _ONE, _NINE = (np.uint64(ord(digit)) for digit in "019")
_IS_STOP = np.zeros(1 << 16, dtype=np.bool_)
_IS_STOP[[ord(stop) for stop in STOPS + BREAK]] = True
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
        bits = max(4, (2 * len(keys)).bit_length())
        while not self._fill(keys, bits):
            bits += 1

    def _fill(self, keys: NDArray[np.uint64], bits: int) -> bool:
        """Each key takes one of its two slots, and the key that it finds there goes to that one's other.

        False where they do not come to rest: there are too few slots.
        """
        self._shift, size = np.uint64(64 - bits), 1 << bits
        slots = self._slots(keys)
        indexes = np.full(2 * size, -1, dtype=np.int64)
        waiting = np.arange(len(keys))
        for turn in range(_TURNS):
            wanted = slots[turn % 2][waiting]
            pushed = np.unique(indexes[wanted])
            indexes[wanted] = waiting
            beaten = waiting[indexes[wanted] != waiting]
            waiting = np.concatenate((beaten, pushed[pushed >= 0]))
            if not len(waiting):
                break
        self._indexes = indexes
        self._keys = np.append(keys, _NO_KEY)[indexes]
        return not len(waiting)

    def find(self, texts: Sequence[str]) -> tuple[Indexes, Indexes, Indexes, Indexes]:
        """Every known run of the texts: number of the text, index of the run, place in the text, clause.

        The runs come by length, then by text and place. Clauses are numbered through all texts; a run
        stands in that of its last character.
        """
        joined = BREAK.join((*texts, ""))
        codes = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), dtype=np.uint32).astype(np.uint64)
        codes[(codes >= _ONE) & (codes <= _NINE)] = _ZERO  # as `even_digits`
        lengths = np.array([len(text) + 1 for text in texts])
        owners = np.repeat(np.arange(len(texts)), lengths)
        places = np.arange(len(codes)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        is_stop = _IS_STOP.take(codes, mode="clip")
        clauses: Indexes = np.cumsum(is_stop) - is_stop  # a stop stands in the clause that it ends
        keys = codes
        ends: list[Indexes] = []
        parts: list[NDArray[np.uint64]] = []
        for n in range(1, LONGEST + 1):
            if n > 1:
                keys = keys[:-1] | (codes[n - 1 :] << np.uint64(_BITS * (n - 1)))
            if n in self.lengths:
                parts.append(keys)
                ends.append(clauses[n - 1 :])
        at, index = self._look_up(np.concatenate(parts))
        where = np.concatenate([np.arange(len(part)) for part in parts])[at]
        return owners[where], index, places[where], np.concatenate(ends)[at]

    def _look_up(self, keys: NDArray[np.uint64]) -> tuple[Indexes, Indexes]:
        """The places of those keys that are known, in order, and their indexes."""
        one, other = self._slots(keys)
        in_one = self._keys.take(one) == keys
        in_other = self._keys.take(other) == keys
        at = np.flatnonzero(in_one | in_other)
        return at, self._indexes.take(np.where(in_one, one, other).take(at))

    def _slots(self, keys: NDArray[np.uint64]) -> tuple[Indexes, Indexes]:
        """The two slots where each key may stand: one in either half of the table."""
        one, other = ((keys * mix) >> self._shift for mix in _MIXES)
        return one.astype(np.int64), other.astype(np.int64) + (1 << 64 - int(self._shift))


def _key(run: str) -> int:
    key = 0
    for place, char in enumerate(run):
        key |= ord(char) << (_BITS * place)
    return key
