"""What stands before a report's text and after it: title, addressee, signature, page furniture."""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import chain

from giar_nlp.blocks.lines import Line
from giar_nlp.markers import close_up
from giar_nlp.scheme import Scheme
from giar_nlp.types import Block, BlockKind, make_block

_LONGEST_FURNITURE = 80
_LONGEST_TITLE_LINE = 60
_TITLE_LINES = 3
_TAIL = 40
"""So many lines and tables at the end may follow the signature."""


class Edges:
    """Names the lines at both ends of a report."""

    def __init__(self, scheme: Scheme) -> None:
        layout = scheme.layout

        def shape(pattern: str) -> re.Pattern[str]:
            return re.compile(scheme.pattern_of(pattern))

        self._title = shape(layout.report_title.pattern)
        self._headless = shape(layout.headless_title.pattern)
        self._number = shape(layout.document_number.pattern)
        self._addressee = shape(layout.addressee.pattern)
        self._signature = shape(layout.signature.pattern)
        self._date = shape(layout.date.pattern)
        self._attachment = shape(layout.attachment.pattern)
        self._navigation = shape(layout.navigation.pattern)
        self._page = shape(layout.page_number.pattern)
        self._furniture = shape(layout.furniture.pattern)
        self._stop = layout.stops[0]
        self._stops = layout.stops

    def front(self, lines: Sequence[Line]) -> list[Block]:
        """Blocks of the lines before the text; `lines` end where the text begins."""
        blocks: list[Block] = []
        waiting: list[Line] = []
        for line in chain.from_iterable(map(self._without_furniture, lines)):
            if line.block is not None:
                blocks.extend(make_block("navigation", part.start, part.end) for part in waiting)
                waiting = []
                titled = line.block.kind == "heading" and self.is_title(line.text)
                blocks.append(replace(line.block, kind="title", level=0) if titled else line.block)
                continue
            kind = self._plain_kind(line)
            if kind is None and len(line.text) <= _LONGEST_TITLE_LINE:
                waiting.append(line)
                if self._title.search(
                    close_up("".join(part.text.lstrip("#") for part in waiting[-_TITLE_LINES:]))
                ):
                    blocks.extend(self._as_title(waiting))
                    waiting = []
                continue
            blocks.extend(make_block("navigation", part.start, part.end) for part in waiting)
            waiting = []
            blocks.append(make_block(kind or "navigation", line.start, line.end))
        blocks.extend(make_block("navigation", part.start, part.end) for part in waiting)
        return blocks

    def _without_furniture(self, line: Line) -> list[Line]:
        """The line, cut before the first label of page furniture in it."""
        found = self._furniture.search(line.text) if line.block is None else None
        if found is None or self._navigation.match(line.text):
            return [line]
        before = line.text[: found.start()].rstrip()
        start = line.start + found.end()
        return [
            replace(line, end=line.start + len(before), text=before),
            replace(line, start=start, text=line.text[found.end() :]),
        ]

    def _as_title(self, lines: list[Line]) -> list[Block]:
        """The last line ends the title; as few lines before it belong to it as tell whose report it is."""
        first = len(lines) - 1
        while first > 0 and len(lines) - first < _TITLE_LINES and self._lacks_beginning(lines[first:]):
            first -= 1
        blocks = [make_block("navigation", line.start, line.end) for line in lines[:first]]
        return [*blocks, make_block("title", lines[first].start, lines[-1].end)]

    def _lacks_beginning(self, lines: list[Line]) -> bool:
        title = close_up("".join(line.text.lstrip("#") for line in lines))
        return self._title.search(title) is None or self._headless.match(title) is not None

    def _plain_kind(self, line: Line) -> BlockKind | None:
        text = line.text
        if self.is_navigation(text):
            return "navigation"
        closed = close_up(text)
        if self._number.match(closed):
            return "document_number"
        if self._addressee.match(closed):
            return "addressee"
        if self._date.fullmatch(closed):
            return "date"
        return None

    def is_title(self, text: str) -> bool:
        """Whether a line could be the report's title, or its end, with or without furniture behind it."""
        parts = text.split()
        if len(parts) > 1 and (found := self._furniture.search(text)):
            text = text[: found.start()]
            parts = text.split()
        return self._title.search("".join(parts)) is not None and not self.is_navigation(text)

    def has_furniture(self, text: str) -> bool:
        """Whether page furniture stands in a line."""
        return self.is_navigation(text) or self._furniture.search(text) is not None

    def is_navigation(self, text: str) -> bool:
        """Whether a line is page furniture."""
        return (
            len(text) <= _LONGEST_FURNITURE
            and self._stop not in text
            and self._navigation.match(text) is not None
        )

    def tail(self, lines: Sequence[Line]) -> tuple[int, list[Block]]:
        """Number of the first line of the tail, and the tail's blocks.

        The tail begins at the topmost signature, date, attachment or furniture with no sentence below it.
        A title there is a link to another page.
        """
        begin = total = len(lines)
        for number in range(total - 1, max(-1, total - 1 - _TAIL), -1):
            line = lines[number]
            if line.block is not None:
                continue
            below = begin == number + 1
            if self.is_navigation(line.text):
                begin = number if below else begin
                continue
            if line.text[-1] in self._stops or len(line.text) > _LONGEST_FURNITURE:
                break
            if self._is_end(close_up(line.text)) or (below and self.is_title(line.text)):
                begin = number
        blocks: list[Block] = []
        for line in lines[begin:]:
            blocks.extend(self._tail_blocks(line, attached=bool(blocks) and blocks[-1].kind == "attachment"))
        return begin, blocks

    def _is_end(self, closed: str) -> bool:
        if self._attachment.match(closed) or self._signature.match(closed):
            return True
        found = self._date.search(closed)
        return found is not None and (
            found.start() == 0 or self._signature.match(closed[: found.start()]) is not None
        )

    def _tail_blocks(self, line: Line, *, attached: bool) -> list[Block]:
        if line.block is not None:
            return [line.block]
        found = self._date.search(line.text)
        if found:
            before = line.text[: found.start()].rstrip()
            date = make_block("date", line.start + found.start(), line.end)
            if not before:
                return [date]
            if self._signature.match(close_up(before)):
                return [make_block("signature", line.start, line.start + len(before)), date]
        closed = close_up(line.text)
        kind: BlockKind = "attachment" if attached else "navigation"
        if self._page.match(line.text):
            kind = "page_number"
        elif self._attachment.match(closed):
            kind = "attachment"
        elif self.is_navigation(line.text):
            kind = "navigation"
        elif self._signature.match(closed):
            kind = "signature"
        return [make_block(kind, line.start, line.end)]
