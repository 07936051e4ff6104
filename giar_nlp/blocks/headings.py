"""Tells headings from items and sentences: on a line of their own, or run in before their text."""

import re
from dataclasses import dataclass
from functools import lru_cache

from giar_nlp.markers import ITEM, Marker, Markers, close_up
from giar_nlp.scheme import Scheme
from giar_nlp.types import maker

CHAPTER = 2
"""Level of the marker of a statutory section."""
UNNUMBERED = 8
"""Level of a heading without a marker: below all that have one."""
_LOWEST_RUN_IN = 3
_LONGEST_TITLE = 45
KNOWN_TITLES = 1024
"""The shapes of so many short lines are kept in mind: statutory titles stand in every report."""
_LONGEST_RUN_IN = 34
_LONGEST_BARE = 12
"""A title without a number that ends with a colon is no longer than this."""
_WORD = re.compile(r"(\S{2,30})\s+")
_SHORTEST_TEXT = 6
_HASHES = re.compile(r"#{1,6}\s*")


@dataclass(frozen=True, slots=True)
class Shape:
    """What a line begins with: its marker, and the span of the title that may follow (start = end: none).

    `own`: the title fills the line. `sure`: it is a heading whatever stands around it. `rank`: how deep.
    """

    marker: Marker | None
    start: int
    end: int
    own: bool
    sure: bool
    rank: int


_make_shape = maker(Shape)
_PLAIN = Shape(None, 0, 0, own=False, sure=False, rank=UNNUMBERED)


class Headings:
    """Reads the shape of a line's beginning."""

    def __init__(self, scheme: Scheme, markers: Markers) -> None:
        layout = scheme.layout
        self._markers = markers
        self._run_in = re.compile(scheme.pattern_of(layout.run_in.pattern))
        self._bare = re.compile(scheme.pattern_of(layout.bare_title.pattern))
        self._numbered = re.compile(scheme.pattern_of(layout.numbered_title.pattern))
        self._sentence = re.compile(scheme.pattern_of(layout.sentence.pattern))
        self._full = [
            (topic.number, re.compile(scheme.pattern_of(topic.full.pattern)))
            for topic in scheme.chapters.topics
            if topic.full
        ]
        self._stops = layout.stops
        self._short = lru_cache(KNOWN_TITLES)(self._read)
        self._comma = layout.goes_on[0]

    def shape(self, text: str) -> Shape:
        """The shape of a line; `text` is folded and has no blanks around it."""
        return self._read(text) if len(text) > _LONGEST_TITLE else self._short(text)

    def _read(self, text: str) -> Shape:
        hashes = _HASHES.match(text) if text[0] == "#" else None
        begin = hashes.end() if hashes else 0
        marker = self._markers.at(text, begin)
        if marker is None:
            if begin == 0 and len(text) > _LONGEST_TITLE:
                return _PLAIN
            start, rank = begin, UNNUMBERED
        else:
            start, rank = marker.end, marker.level
            if rank == ITEM:
                return _make_shape(marker, start, start, own=False, sure=False, rank=ITEM)
        if len(text) <= _LONGEST_TITLE and not (
            rank <= _LOWEST_RUN_IN and text[-1] in self._stops and self._blank_end(text, start)
        ):
            whole = self._whole(text, marker, start, hashed=hashes is not None)
            if whole is not None:
                return whole
        if rank <= _LOWEST_RUN_IN and len(text) > start and (end := self._run_in_end(text, start)):
            title = close_up(text[start:end]).rstrip(self._stops)
            if len(title) <= _LONGEST_RUN_IN and end < len(text) and not self._sentence.search(title):
                sure = rank <= CHAPTER and self._section_of(title) is not None
                return _make_shape(marker, start, end, own=False, sure=sure, rank=rank)
        return _make_shape(marker, start, start, own=False, sure=False, rank=rank)

    def _whole(self, text: str, marker: Marker | None, start: int, *, hashed: bool) -> Shape | None:
        """The shape of a line that is a title from `start` to its end; None if it is none."""
        title = close_up(text[start:]).rstrip(self._stops)
        if not title or self._sentence.search(title):
            return None
        rank = marker.level if marker else UNNUMBERED
        numbered = self._numbered.match(title) is not None
        section = self._statutory(title) if numbered and rank != _LOWEST_RUN_IN else None
        if section and (rank <= CHAPTER or marker is None or marker.number == section):
            return _make_shape(marker, start, len(text), own=True, sure=True, rank=min(rank, CHAPTER))
        stop = text[-1] if text[-1] in self._stops else ""
        if marker is None and not hashed:
            ended = stop and (stop != self._stops[2:3] or len(title) > _LONGEST_BARE)
            is_title, sure = not ended and self._bare.match(title) is not None, bool(stop)
        else:
            ended = stop and (stop == self._stops[1:2] or self._comma in title)
            is_title, sure = numbered and not ended, hashed or (rank <= CHAPTER and not stop)
            sure = sure or (rank == _LOWEST_RUN_IN and self._bare.match(title) is not None)
        return _make_shape(marker, start, len(text), own=True, sure=sure, rank=rank) if is_title else None

    def is_worded(self, text: str, start: int) -> bool:
        """Whether a numbered line is worded like a sentence (1.加强领导，落实责任。)."""
        if text[-1] != self._stops[0]:
            return False
        title = close_up(text[start:-1])
        return self._numbered.match(title) is not None and not self._sentence.search(title)

    def _run_in_end(self, text: str, start: int) -> int:
        """Where a title before its text in the same line ends: at a stop or a blank; 0 if there is none."""
        if end := self._blank_end(text, start):
            return end
        found = self._run_in.match(text, start)
        return found.end() if found else 0

    def _blank_end(self, text: str, start: int) -> int:
        """Where the blank ends that parts a title from its text; 0 if there is none."""
        blank = _WORD.match(text, start)
        if blank is None or not self._bare.match(blank[1]):
            return 0
        return blank.end() if len(text) - blank.end() >= _SHORTEST_TEXT or self._section_of(blank[1]) else 0

    def _section_of(self, title: str) -> int | None:
        """The number of the section whose statutory title this is, closed up; None if of none."""
        if not self._numbered.match(title) or self._sentence.search(title):
            return None
        return self._statutory(title)

    def _statutory(self, title: str) -> int | None:
        """The same for what may be a title."""
        if self._comma not in title:
            for number, shape in self._full:
                if shape.search(title):
                    return number
        return None
