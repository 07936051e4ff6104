"""The text as a reader sees it, with the way back to the text as it stands.

Patterns would drown in full-width digits, half-width commas, blanks inside numbers and line ends
inside words. A `Reading` is a stretch of text in which each character is folded to one form
(１ to 1, the half-width comma to the Chinese one) and blanks, line ends, invisible characters and residue
between Chinese words are left out. The text itself is never changed: `span` leads back to its offsets.
"""

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field

import regex

from giar_nlp.anatomy import anatomy_of
from giar_nlp.types import maker


@dataclass(frozen=True, slots=True)
class Reading:
    """A folded, closed-up stretch of text; `places[i]` is the document offset of ``text[i]``."""

    text: str
    places: Sequence[int] = field(repr=False)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Document offsets of ``self.text[start:end]``, which must not be empty.

        Example:
            >>> reading = Reader(fold={"１": "1"}, noise="").read("共 １2 条")
            >>> reading.text, reading.span(1, 4)
            ('共12条', (2, 6))
        """
        return self.places[start], self.places[end - 1] + 1

    def at(self, offset: int) -> int:
        """Index in `text` of the first character that stands at or after a document offset."""
        if isinstance(self.places, range):
            return min(max(offset - self.places.start, 0), len(self.text))
        return bisect_left(self.places, offset)


_make_reading = maker(Reading)


class Reader:
    """Makes readings by a fold table and a pattern of noise.

    Args:
        fold: one character to one character.
        noise: pattern of residue that a reader skips, such as bookmarks; empty for none.
    """

    _BLANK = r"\s\u200b-\u200f\u2060\ufeff\u00ad\x00-\x1f\x7f"

    def __init__(self, *, fold: dict[str, str], noise: str) -> None:
        self._fold = fold
        self._foldable = re.compile(f"[{re.escape(''.join(fold))}]" if fold else "(?!)")
        # Most segments hold nothing to fold or to leave out: a look for that costs a tenth of folding them.
        self._odd = re.compile(f"[{re.escape(''.join(fold))}{self._BLANK}]")
        needed = anatomy_of(noise).needed if noise else frozenset()
        # Noise that holds a character of these is found with them.
        self._noise = None if needed is not None and needed <= fold.keys() else regex.compile(noise)
        self._skip = regex.compile(f"(?:{noise}|[{self._BLANK}])+" if noise else f"[{self._BLANK}]+")

    def read(self, text: str, start: int = 0, end: int | None = None) -> Reading:
        """The reading of ``text[start:end]``.

        A blank stays, as one space, where it parts two ASCII letters or digits of one line;
        every other one is left out. A line end between two digits is left out: the number was cut.
        """
        end = len(text) if end is None else end
        piece = text[start:end]
        if self._odd.search(piece) is None and (self._noise is None or self._noise.search(piece) is None):
            return _make_reading(piece, range(start, end))
        fold = self._fold
        folded = self._foldable.sub(lambda found: fold[found[0]], piece)
        gaps = [gap.span() for gap in self._skip.finditer(piece)]
        if not gaps:
            return _make_reading(folded, range(start, end))
        parts: list[str] = []
        places: list[int] = []
        last = 0
        for gap_start, gap_end in gaps:
            parts.append(folded[last:gap_start])
            places.extend(range(start + last, start + gap_start))
            if gap_start > 0 and gap_end < len(piece) and self._parts_words(folded, gap_start, gap_end):
                parts.append(" ")
                places.append(start + gap_start)
            last = gap_end
        parts.append(folded[last:])
        places.extend(range(start + last, end))
        return _make_reading("".join(parts), places)

    @staticmethod
    def _parts_words(text: str, start: int, end: int) -> bool:
        before, after = text[start - 1], text[end]
        if not (before.isascii() and before.isalnum() and after.isascii() and after.isalnum()):
            return False
        return not ("\n" in text[start:end] and before.isdigit() and after.isdigit())
