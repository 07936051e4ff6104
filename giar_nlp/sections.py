"""Finds the six statutory sections, or the chapters of an older report, among the headings.

The core of a title tells the section; its number only breaks ties.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from giar_nlp.markers import Folding, Markers, close_up
from giar_nlp.scheme import Scheme
from giar_nlp.types import Block, Document, Section

KNOWN_TITLES = 1024
"""So many headings are kept in mind: statutory titles stand in every report."""
_STATUTORY = 3
"""So many statutory titles make a report one of the six-section form."""
_CHAPTERS = ("part", "chapter")
_SUB = "paren"
"""The style of titles below chapters, which is theirs only where no other is used."""
_NO_LIMIT = 99
_TAIL = frozenset({"signature", "date", "navigation", "attachment", "image", "page_number"})
_MAY_FOLLOW = frozenset({"table", "residue"})
"""What may stand among the blocks of a report's tail."""
_NARRATIVE = frozenset({"heading", "paragraph", "lead_in"})
_LAST = 6
"""The section that nothing but its heading tells."""
_OPENING = 60
"""So many characters of a paragraph may say that it opens section five."""


@dataclass(eq=False, slots=True)
class _Topic:
    key: str
    number: int | None
    full: re.Pattern[str] | None
    title: re.Pattern[str]
    table: re.Pattern[str] | None


@dataclass(eq=False, slots=True)
class _Heading:
    """A heading with the style and value of its marker, where its title begins, and the topic that has it."""

    block: Block
    style: str | None
    number: int
    begin: int
    topic: _Topic | None
    full: bool

    def place(self) -> int:
        """Its number in the report; that of the statutory section where its own is lost."""
        return self.number or (self.topic and self.topic.number) or 0


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
        self._title_ends = self._stops + ".:;!?"
        self._title = lru_cache(KNOWN_TITLES)(self._read_title)

    def find(
        self, document: Document, blocks: Sequence[Block], folded: str | None = None
    ) -> tuple[Section, ...]:
        """The sections in order, each up to the next one, the last up to the tail of the report.

        `folded` is the document's text, folded, if it is at hand.
        """
        text = document.text
        folded = self._folding.fold(document.text) if folded is None else folded
        headings = [self._heading(folded, block) for block in blocks if block.kind == "heading"]
        chapters = self._chapters(headings)
        starts = [self._section(text, chapter) for chapter in chapters]
        if sum(chapter.full for chapter in chapters) >= _STATUTORY:
            starts.extend(self._lost(text, blocks, starts))
            starts.sort(key=lambda section: section.start)
        return tuple(self._closed(text, blocks, starts))

    def number_of(self, title: str) -> int:
        """The number of the statutory section that a heading's title names, 0 where it names none."""
        topic = self._title(self._folding.fold(title), False)[3]
        return (topic and topic.number) or 0

    def _heading(self, whole: str, block: Block) -> _Heading:
        style, number, begin, topic, full = self._title(whole[block.start : block.end], block.level > 1)
        return _Heading(block, style, number, block.start + begin, topic, full)

    def _read_title(self, folded: str, is_lower: bool) -> tuple[str | None, int, int, _Topic | None, bool]:
        """Style and value of a heading's marker, where its title begins, its topic and whether in full."""
        begin = len(folded) - len(folded.lstrip("# "))
        style, number = None, 0
        if marker := self._markers.at(folded, begin):
            style, number, begin = marker.style, marker.number, marker.end
        if style == _SUB and is_lower:
            return style, number, begin, None, False
        return style, number, begin, *self._topic(close_up(folded[begin:]).rstrip(self._stops))

    def _topic(self, title: str) -> tuple[_Topic | None, bool]:
        for topic in self._topics:
            if topic.full is not None and topic.full.search(title):
                return topic, True
        for topic in self._topics:
            if topic.title.search(title):
                return topic, False
        return None, False

    def _chapters(self, headings: Sequence[_Heading]) -> list[_Heading]:
        """The headings that open a section or chapter.

        Statutory titles do, in rising order; between them, so does any chapter whose own number rises.
        Numbers that begin again (一、 inside a section) do not.
        """
        style = self._chapter_style(headings)
        anchors = self._anchors(headings, style)
        chapters: list[_Heading] = []
        last, passed = 0, 0
        for heading in headings:
            if passed < len(anchors) and heading is anchors[passed]:
                passed += 1
            elif heading.style != style or (
                style is None and (heading.topic is None or heading.block.level > 1)
            ):
                continue
            elif style is not None:
                limit = anchors[passed].place() if passed < len(anchors) else _NO_LIMIT
                if not last < heading.number < limit:
                    continue
            last = max(last, heading.place())
            chapters.append(heading)
        return chapters

    @staticmethod
    def _anchors(headings: Sequence[_Heading], style: str | None) -> list[_Heading]:
        """The longest run of statutory titles whose sections rise.

        Of runs as long, the last: the first may be a table of contents.
        """
        fulls = [heading for heading in headings if heading.full]
        own = {heading.topic for heading in fulls if heading.style == style}
        runs: dict[int, list[_Heading]] = {0: []}
        for heading in fulls:
            if heading.topic is None or heading.topic.number is None:
                continue
            number = heading.topic.number
            if heading.style != style and (
                heading.topic in own or heading.style == _SUB or heading.number not in {0, number}
            ):
                continue
            run = max((runs[below] for below in runs if below < number), key=len)
            if len(run) + 1 >= len(runs.get(number, [])):
                runs[number] = [*run, heading]
        return max(runs.values(), key=len)

    @staticmethod
    def _chapter_style(headings: Sequence[_Heading]) -> str | None:
        """The style of the report's chapters: 第一部分, 一、, else that of most section titles."""
        for style in _CHAPTERS:
            if sum(h.style == style and h.topic is not None for h in headings) > 1:
                return style
        styles = [h.style for h in headings if h.topic is not None and h.topic.number]
        return max(set(styles), key=lambda s: (styles.count(s), str(s))) if styles else None

    def _section(self, text: str, heading: _Heading) -> Section:
        topic = heading.topic
        start = _line_start(text, heading.block.start)
        title = self._written(text[heading.begin : heading.block.end])
        if topic is None:
            return Section(None, self._rest, title, start, start)
        return Section(topic.number, topic.key, title, start, start)

    def _written(self, title: str) -> str:
        """A title as written, without blanks and stops around it and without line ends."""
        return "".join(map(str.strip, title.splitlines())).rstrip(self._title_ends).strip()

    def _lost(self, text: str, blocks: Sequence[Block], known: Sequence[Section]) -> Iterator[Section]:
        """Sections without a heading, inferred from their tables or words."""
        numbers = {section.number for section in known}
        for number, topic in sorted(self._by_number.items()):
            if number in numbers or number == _LAST:
                continue
            low = max((s.start for s in known if s.number and s.number < number), default=0)
            high = min((s.start for s in known if s.number and s.number > number), default=len(text))
            between = [block for block in blocks if low <= block.start < high]
            start = self._lost_start(text, between, number, topic)
            if start is not None:
                yield Section(number, topic.key, None, start, start, inferred=True)

    def _lost_start(self, text: str, blocks: Sequence[Block], number: int, topic: _Topic) -> int | None:
        """Where a section begins whose heading is lost among `blocks`; None if nothing tells."""
        tabled = False
        for block in blocks:
            folded = self._folding.fold(text[block.start : block.end])
            if block.kind == "table":
                tabled = True
                if topic.table is not None and (found := topic.table.search(folded)):
                    return self._table_start(text, block, block.start + found.start(), number)
            elif topic.table is not None or block.kind not in _NARRATIVE:
                continue
            elif number == 1:
                if block.kind == "heading" or not self._opening.search(folded):
                    return _line_start(text, block.start)
            elif tabled and self._problems.search(folded[:_OPENING]):
                return _line_start(text, block.start)
        return None

    def _table_start(self, text: str, block: Block, place: int, number: int) -> int:
        """The block's start, unless the table before it runs into it: then the line's."""
        earlier = self._by_number[number - 1].table if number - 1 in self._by_number else None
        if earlier is not None and earlier.search(self._folding.fold(text[block.start : place])):
            return max(_line_start(text, place), block.start)
        return _line_start(text, block.start)

    @staticmethod
    def _closed(text: str, blocks: Sequence[Block], starts: Sequence[Section]) -> Iterator[Section]:
        """The sections with their ends; the last one ends where the tail begins."""
        end = len(text)
        for block in reversed(blocks):
            if block.kind in _TAIL:
                end = _line_start(text, block.start)
            elif block.kind not in _MAY_FOLLOW:
                break
        for number, section in enumerate(starts):
            until = starts[number + 1].start if number + 1 < len(starts) else max(end, section.start)
            yield Section(section.number, section.key, section.title, section.start, until, section.inferred)


def _line_start(text: str, place: int) -> int:
    """Where the line that holds `place` begins; `place` itself where text stands before it."""
    start = text.rfind("\n", 0, place) + 1
    return place if text[start:place].strip(" \t\u3000*#>|") else start
