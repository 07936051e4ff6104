"""Finds the six statutory sections, or the chapters of an older report, among the headings.

The core of a title tells the section; its number only breaks ties.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from giar_nlp.markers import Folding, Markers, close_up
from giar_nlp.scheme import Scheme
from giar_nlp.types import Block, Document, Section

_STATUTORY = 3
"""So many statutory titles make a report one of the six-section form."""
_CHAPTERS = ("part", "chapter")
_LOST = (2, 3, 4)
"""Sections that their tables betray."""


class _Topic(NamedTuple):
    key: str
    number: int | None
    full: re.Pattern[str] | None
    title: re.Pattern[str]
    table: re.Pattern[str] | None


class _Heading(NamedTuple):
    block: Block
    style: str | None
    title: str
    topic: _Topic | None
    full: bool


class SectionFinder:
    """Finds sections by the topics of a scheme."""

    def __init__(self, scheme: Scheme) -> None:
        def shape(pattern: str) -> re.Pattern[str]:
            return re.compile(scheme.pattern_of(pattern))

        self._folding = Folding(scheme)
        self._markers = Markers(scheme)
        self._topics = [
            _Topic(
                topic.key,
                topic.number,
                shape(topic.full.pattern) if topic.full else None,
                shape(topic.title.pattern),
                shape(topic.table.pattern) if topic.table else None,
            )
            for topic in scheme.chapters.topics
        ]
        self._by_number = {topic.number: topic for topic in self._topics if topic.number}
        self._rest = scheme.chapters.rest
        self._opening = shape(scheme.chapters.opening.pattern)
        self._problems = shape(scheme.chapters.problems.pattern)
        self._stops = scheme.layout.stops

    def find(self, document: Document, blocks: Sequence[Block]) -> tuple[Section, ...]:
        """The sections in order, each up to the next one; the last ends with the last block before the tail."""
        text = document.text
        headings = [self._heading(text, block) for block in blocks if block.kind == "heading"]
        chapters = self._chapters(headings)
        starts = [self._section(text, chapter) for chapter in chapters]
        if sum(chapter.full for chapter in chapters) >= _STATUTORY:
            starts.extend(self._lost(text, blocks, starts))
            starts.sort(key=lambda section: section.start)
        return tuple(self._closed(text, blocks, starts))

    def _heading(self, text: str, block: Block) -> _Heading:
        folded = self._folding.fold(text[block.start : block.end])
        begin = len(folded) - len(folded.lstrip("# "))
        marker = self._markers.at(folded, begin)
        title = close_up(folded[marker.end if marker else begin :]).rstrip(self._stops)
        topic, full = self._topic(title)
        return _Heading(block, marker.style if marker else None, title, topic, full)

    def _topic(self, title: str) -> tuple[_Topic | None, bool]:
        for topic in self._topics:
            if topic.full is not None and topic.full.search(title):
                return topic, True
        for topic in self._topics:
            if topic.title.search(title):
                return topic, False
        return None, False

    def _chapters(self, headings: Sequence[_Heading]) -> list[_Heading]:
        """The headings that open a section or chapter."""
        style = self._chapter_style(headings)
        full = [h for h in headings if h.full and h.style != "paren" or (h.full and style == "paren")]
        full = _rising(full)
        if len({h.topic.number for h in full if h.topic}) < _STATUTORY:
            return [h for h in headings if h.style == style or h in full]
        taken = {h.topic.number for h in full if h.topic}
        chapters = list(full)
        for heading in headings:
            topic = heading.topic
            if heading.style != style or topic is None or topic.number is None or topic.number in taken:
                continue
            before = [h for h in full if h.block.start < heading.block.start]
            after = [h for h in full if h.block.start > heading.block.start]
            low = before[-1].topic.number if before and before[-1].topic else 0
            high = after[0].topic.number if after and after[0].topic else 7
            if (low or 0) < topic.number < (high or 7):
                chapters.append(heading)
                taken.add(topic.number)
        return sorted(chapters, key=lambda h: h.block.start)

    @staticmethod
    def _chapter_style(headings: Sequence[_Heading]) -> str | None:
        """The style of the report's chapters: 第一部分, 一、, else the style that most section titles have."""
        for style in _CHAPTERS:
            if sum(h.style == style and h.topic is not None for h in headings) > 1:
                return style
        styles = [h.style for h in headings if h.topic is not None and h.topic.number]
        return max(set(styles), key=lambda s: (styles.count(s), str(s))) if styles else None

    def _section(self, text: str, heading: _Heading) -> Section:
        topic = heading.topic
        start = text.rfind("\n", 0, heading.block.start) + 1
        if text[start : heading.block.start].strip():
            start = heading.block.start
        return Section(
            topic.number if topic else None, topic.key if topic else self._rest, self._title(text, heading), start, start
        )

    def _title(self, text: str, heading: _Heading) -> str:
        block = heading.block
        folded = self._folding.fold(text[block.start : block.end])
        begin = len(folded) - len(folded.lstrip("# "))
        marker = self._markers.at(folded, begin)
        return strip_title(text[block.start : block.end], marker.end if marker else begin, self._stops)

    def _lost(self, text: str, blocks: Sequence[Block], known: Sequence[Section]) -> Iterator[Section]:
        """Sections without a heading, inferred from their tables or words."""
        numbers = {section.number for section in known}
        for number in _LOST:
            if number in numbers:
                continue
            low = max((s.start for s in known if s.number and s.number < number), default=0)
            high = min((s.start for s in known if s.number and s.number > number), default=len(text))
            topic = self._by_number[number]
            for block in blocks:
                if block.kind != "table" or not low <= block.start < high or topic.table is None:
                    continue
                found = topic.table.search(self._folding.fold(text[block.start : block.end]))
                if found is None:
                    continue
                start = self._table_start(text, block, block.start + found.start(), number)
                yield Section(number, topic.key, None, start, start, inferred=True)
                break

    def _table_start(self, text: str, block: Block, place: int, number: int) -> int:
        """The block's start, unless the table before it runs into it: then the line's."""
        earlier = self._by_number[number - 1].table if number - 1 in self._by_number else None
        if earlier is not None and earlier.search(self._folding.fold(text[block.start : place])):
            return max(text.rfind("\n", 0, place) + 1, block.start)
        return text.rfind("\n", 0, block.start) + 1

    @staticmethod
    def _closed(text: str, blocks: Sequence[Block], starts: Sequence[Section]) -> Iterator[Section]:
        end = len(text)
        for block in reversed(blocks):
            if block.kind not in {"signature", "date", "navigation", "attachment", "page_number"}:
                break
            end = text.rfind("\n", 0, block.start) + 1
        for number, section in enumerate(starts):
            until = starts[number + 1].start if number + 1 < len(starts) else max(end, section.start)
            yield Section(section.number, section.key, section.title, section.start, until, section.inferred)


def strip_title(text: str, start: int, stops: str) -> str:
    """The title behind a marker, as written, without blanks and stops around it and without line ends."""
    return "".join(line.strip() for line in text[start:].splitlines()).rstrip(stops + ".:;!?").strip()


def _rising(headings: Sequence[_Heading]) -> list[_Heading]:
    """The longest run of headings whose section numbers rise."""
    best: list[list[_Heading]] = []
    for heading in headings:
        number = heading.topic.number if heading.topic and heading.topic.number else 0
        run = max(
            (r for r in best if r[-1].topic and (r[-1].topic.number or 0) < number), key=len, default=[]
        )
        best.append([*run, heading])
    return max(best, key=len, default=[])
