"""Finds all words of a fixed list in one pass over a reading, and the clauses that they stand in."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from ahocorasick_rs import AhoCorasick, Implementation

from giar_nlp.reading import Reading
from giar_nlp.types import maker

STOPS = "，。；：！？"
"""What ends a clause of folded text."""
NAME_MARKS = ("《", "》")
"""What stands about the name of a document; every scanner finds them."""
_FEW = 500
"""So many words have a fast automaton of bearable size."""
TEXT_END = "\n"
"""The stop of a last clause without a stop; readings hold no line ends."""

WordHit = tuple[int, int, int]
"""A word in a folded text: its number in the scanner's list, its start and its end."""

_STOPS = frozenset(STOPS)
_STOP = re.compile(f"[{STOPS}]")
_HEAD = re.compile(f"[^{STOPS}]*[{STOPS}](?=.)")


@dataclass(frozen=True, slots=True)
class Scan:
    """A reading with the words found in it, and its clauses, each with its stop.

    `found` holds words without their places, in the order of their ends, and the stop of each clause behind
    the words of that clause.
    """

    reading: Reading
    found: Sequence[str]
    scanner: "Scanner" = field(repr=False)

    @property
    def clause_ends(self) -> list[int]:
        """Where the clauses end."""
        text = self.reading.text
        ends = [stop.end() for stop in _STOP.finditer(text)]
        return ends if text[-1:] in _STOPS else [*ends, len(text)]

    @property
    def words(self) -> list[WordHit]:
        """All words with their places; this takes longer than all the rest of the scan."""
        return self.scanner.find(self.reading.text)

    def clause_of(self, index: int) -> int:
        """Number of the clause that holds the character at `index`."""
        ends = self.clause_ends
        return min(bisect_right(ends, index), len(ends) - 1)


_make_scan = maker(Scan)


class Scanner:
    """Finds every word of a fixed list in one pass, overlapping ones too.

    Most words that are found decide nothing, so a `Scan` tells them by name alone: a place for each would
    cost more than finding it. In two cases names do not do, and a clause must be looked at by places: where
    the name of a document begins, and where a word goes on behind a stop (制度，形成), which its head up to
    the stop announces. The words of a scan that say so are the scanner's `marks`.
    """

    def __init__(self, words: Iterable[str]) -> None:
        self.words: tuple[str, ...] = tuple(dict.fromkeys((*NAME_MARKS, *words)))
        self._number = {word: number for number, word in enumerate(self.words)}
        self._automaton = AhoCorasick(
            self.words, implementation=Implementation.DFA if len(self.words) < _FEW else None
        )
        heads = {word: head[0] for word in self.words if (head := _HEAD.match(word))}
        self.marks = frozenset((NAME_MARKS[0], *heads.values()))
        self._tails = tuple({word[len(head) :] for word, head in heads.items()})
        self._reach = max(map(len, self._tails), default=0)
        plain = (word for word in self.words if word not in heads and TEXT_END not in word)
        names = (*plain, *STOPS, TEXT_END, *sorted(self.marks))
        self._names = AhoCorasick(tuple(dict.fromkeys(names)), store_patterns=True)

    def number(self, word: str) -> int:
        """The number that a `WordHit` of this word carries."""
        return self._number[word]

    def find(self, text: str) -> list[WordHit]:
        """All words of the list in a folded text, in the order of their ends."""
        return self._automaton.find_matches_as_indexes(text, overlapping=True)

    def words_in(self, text: str, low: int, high: int) -> list[str]:
        """All words of the list that start in ``text[low:high]``, in the order of their ends."""
        hits = self._automaton.find_matches_as_indexes(text[low : high + self._reach], overlapping=True)
        return [self.words[word] for word, start, _ in hits if start < high - low]

    def goes_on(self, text: str, stop: int) -> bool:
        """Whether a word that holds a stop may go on behind the stop of a clause, which ends at `stop`."""
        return text.startswith(self._tails, stop)

    def scan(self, reading: Reading) -> Scan:
        """All words of the list in a reading, and its clauses."""
        return self.scan_all([reading])[0]

    def scan_all(self, readings: Sequence[Reading]) -> list[Scan]:
        """The same of several readings, looked through as one text: each call costs as much as 50 words."""
        texts = [reading.text for reading in readings]
        found = self._names.find_matches_as_strings(TEXT_END.join((*texts, "")), overlapping=True)
        scans, first = [], 0
        for reading, text in zip(readings, texts, strict=True):
            last = found.index(TEXT_END, first)
            # Behind a last stop, the end of the text is no stop of its own.
            words = found[first:last] if text[-1:] in _STOPS else found[first : last + 1]
            scans.append(_make_scan(reading, words, self))
            first = last + 1
        return scans
