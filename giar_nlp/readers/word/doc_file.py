"""The binary file of Word 97 and later, taken apart: its text, the settings of characters and paragraphs.

Text stands in pieces, in an order of their own; settings are kept by place in the file, in pages of 512
bytes, as lists of operations (sprm). Offsets into the text (CP) count UTF-16 units, as Word does.

Source: [MS-DOC] 2.4 (text), 2.5 (FIB), 2.6 (operations), 2.9 (structures).
"""

import re
import struct
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from giar_nlp.readers.limits import Watch

FILLER = "\0"
"""Stands in the text for what does not show: the second half of a rare character, deleted or hidden text."""
_PAGE = 512
_FIRST_PAIR, _LENGTHS = 0x9A, 0x4C
_MOST_RUNS = 1_000_000
_COMPRESSED = 0x40000000
_SIZES = {0: 1, 1: 1, 2: 2, 3: 4, 4: 2, 5: 2, 7: 3}
"""Bytes of an operand, by the top three bits of its operation; 6: told by the operand itself."""
_DEFINE_TABLE, _CHANGE_TABS = 0xD608, 0xC615
_HUGE = {0x6645, 0x6646}
"""Operations that stand elsewhere, for want of room."""
_DELETED, _HIDDEN = 0x0800, 0x083C
_YES = {0x01, 0x81}
_HIGH = re.compile("[\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of a paragraph: its style, and the operations upon it."""

    style: int
    operations: Mapping[int, bytes]


_NO_SETTINGS = Settings(0, {})


@dataclass(frozen=True, slots=True)
class _Piece:
    first: int
    last: int
    offset: int
    width: int
    prm: bytes


class DocFile:
    """The parts of a Word file.

    Attributes:
        text: all stories one behind the other; deleted and hidden characters are `FILLER`.
        lengths: of the stories: main text, footnotes, headers, macros, comments, endnotes, text boxes.

    Raises:
        ReadError: it holds more than the limits allow.
        ValueError: the file contradicts itself.
        struct.error: it ends too early.
        IndexError: likewise.
    """

    def __init__(self, document: bytes, table: bytes, extra: bytes, watch: Watch) -> None:
        self._document = document
        self._table = table
        self._extra = extra
        self._watch = watch
        main, notes, headers, macros, comments, ends, boxes = struct.unpack_from("<7i", document, _LENGTHS)
        self.lengths = (main, notes, headers, macros, comments, ends, boxes)
        if min(self.lengths) < 0 or sum(self.lengths) > len(document):
            raise ValueError("its text is longer than the file")
        watch.check("characters", sum(self.lengths), "characters")
        self._groups: list[bytes] = []
        self._pieces = list(self._read_pieces(self.pair(33)))
        self._firsts = [piece.first for piece in self._pieces]
        self._paragraphs = sorted(
            ((start, page, place) for start, _, page, place in self._runs(self.pair(13), 13)),
            key=lambda run: run[0],
        )
        self._starts = [start for start, _, _ in self._paragraphs]
        self.text = self._hide("".join(map(self._decode, self._pieces)))

    def pair(self, number: int) -> bytes:
        """A structure of the table stream, by its number among the offsets of the FIB."""
        offset, length = struct.unpack_from("<II", self._document, _FIRST_PAIR + 8 * number)
        return self._table[offset : offset + length] if length < len(self._table) + 1 else b""

    def behind(self, number: int) -> bytes:
        """What stands in the table stream behind a structure."""
        offset, length = struct.unpack_from("<II", self._document, _FIRST_PAIR + 8 * number)
        return self._table[offset + length :]

    def settings(self, place: int) -> Settings:
        """The settings of the paragraph whose end mark stands at a place of the text."""
        number = bisect_right(self._firsts, place) - 1
        if number < 0:
            return _NO_SETTINGS
        piece = self._pieces[number]
        offset = piece.offset + (place - piece.first) * piece.width
        run = bisect_right(self._starts, offset) - 1
        found = self._paragraph_settings(*self._paragraphs[run][1:]) if run >= 0 else _NO_SETTINGS
        changes = dict(operations(self._group(piece.prm)))
        return Settings(found.style, {**found.operations, **changes}) if changes else found

    # --- text -------------------------------------------------------------------------------------------

    def _read_pieces(self, clx: bytes) -> Iterator[_Piece]:
        place = 0
        while clx[place] == 1:
            size = struct.unpack_from("<H", clx, place + 1)[0]
            self._groups.append(clx[place + 3 : place + 3 + size])
            place += 3 + size
        if clx[place] != 2:
            raise ValueError("its table of pieces is damaged")
        size = struct.unpack_from("<I", clx, place + 1)[0]
        plc = clx[place + 5 : place + 5 + size]
        n_pieces = (len(plc) - 4) // 12
        bounds = struct.unpack_from(f"<{n_pieces + 1}I", plc)
        if list(bounds) != sorted(bounds) or bounds[-1] > len(self._document):
            raise ValueError("its table of pieces is damaged")
        for number in range(n_pieces):
            where, prm = struct.unpack_from("<2xI2s", plc, 4 * (n_pieces + 1) + 8 * number)
            packed = where & _COMPRESSED
            offset = (where & ~_COMPRESSED) // 2 if packed else where
            yield _Piece(bounds[number], bounds[number + 1], offset, 1 if packed else 2, prm)

    def _decode(self, piece: _Piece) -> str:
        """The text of a piece, a character for each of its units."""
        self._watch.tick()
        length = piece.last - piece.first
        data = self._document[piece.offset : piece.offset + length * piece.width]
        if piece.width == 1:
            return data.decode("cp1252", "replace").ljust(length, FILLER)
        try:
            text = data.decode("utf-16-le")
        except UnicodeDecodeError:
            text = "".join(map(chr, struct.unpack(f"<{len(data) // 2}H", data[: len(data) // 2 * 2])))
            text = re.sub("[\ud800-\udfff]", FILLER, text)
        if len(text) < len(data) // 2:
            text = _HIGH.sub(lambda found: found[0] + FILLER, text)
        return text.ljust(length, FILLER)

    def _hide(self, text: str) -> str:
        """The text, what was deleted or is hidden filled up."""
        hidden = [
            (start, end)
            for start, end, page, place in self._runs(self.pair(12), 1)
            if _is_hidden(_character_settings(page, place))
        ]
        if not hidden:
            return text
        hidden.sort()
        starts = [start for start, _ in hidden]
        parts: list[str] = []
        done = 0
        for piece in self._pieces:
            end = piece.offset + (piece.last - piece.first) * piece.width
            number = max(bisect_right(starts, piece.offset) - 1, 0)
            while number < len(hidden) and hidden[number][0] < end:
                first, last = (
                    piece.first + min(max(place - piece.offset, 0) // piece.width, piece.last - piece.first)
                    for place in hidden[number]
                )
                if last > max(first, done):
                    parts += [text[done:first], FILLER * (last - max(first, done))]
                    done = last
                number += 1
        return "".join([*parts, text[done:]])

    # --- settings ---------------------------------------------------------------------------------------

    def _runs(self, table: bytes, width: int) -> Iterator[tuple[int, int, bytes, int]]:
        """The runs of equal settings: first and last byte of the text, and the place of what is set."""
        n_pages = (len(table) - 4) // 8
        if n_pages > len(self._document) // _PAGE:
            raise ValueError("it has more pages of settings than bytes")
        total = 0
        for number in range(n_pages):
            self._watch.tick()
            where = struct.unpack_from("<I", table, 4 * (n_pages + 1 + number))[0] * _PAGE
            page = self._document[where : where + _PAGE]
            n_runs = page[-1] if len(page) == _PAGE else 0
            if 4 * (n_runs + 1) + width * n_runs >= _PAGE:
                continue
            bounds = struct.unpack_from(f"<{n_runs + 1}I", page)
            total += n_runs
            if total > _MOST_RUNS:
                raise ValueError("it has more runs of settings than any report")
            for run in range(n_runs):
                yield bounds[run], bounds[run + 1], page, 2 * page[4 * (n_runs + 1) + width * run]

    def _paragraph_settings(self, page: bytes, place: int) -> Settings:
        """The settings that stand at a place of a page."""
        if not place:
            return _NO_SETTINGS
        size, place = 2 * page[place] - 1, place + 1
        if size < 0:
            size, place = 2 * page[place], place + 1
        if size < 2:
            return _NO_SETTINGS
        style = int.from_bytes(page[place : place + 2], "little")
        found = dict(operations(page[place + 2 : place + size]))
        for huge in _HUGE & found.keys():
            where = int.from_bytes(found.pop(huge), "little")
            length = int.from_bytes(self._extra[where : where + 2], "little")
            found.update(operations(self._extra[where + 2 : where + 2 + length]))
        return Settings(style, found)

    def _group(self, prm: bytes) -> bytes:
        """The operations on a piece that was saved in haste; empty for none."""
        value = int.from_bytes(prm, "little")
        number = value >> 1
        return self._groups[number] if value & 1 and number < len(self._groups) else b""


def operations(group: bytes) -> Iterator[tuple[int, bytes]]:
    """The operations of a list, each with its operand; a list that is cut off ends before the cut."""
    place = 0
    while place + 2 < len(group):
        operation = int.from_bytes(group[place : place + 2], "little")
        place += 2
        if operation == _DEFINE_TABLE:
            size = int.from_bytes(group[place : place + 2], "little") + 1
        elif operation >> 13 == 6:
            size = group[place] + 1
            if operation == _CHANGE_TABS and size == 256:
                return
        else:
            size = _SIZES[operation >> 13]
        yield operation, group[place : place + size]
        place += size


def _character_settings(page: bytes, place: int) -> bytes:
    return page[place + 1 : place + 1 + page[place]] if place else b""


def _is_hidden(group: bytes) -> bool:
    return any(
        operation in {_DELETED, _HIDDEN} and operand[0] in _YES for operation, operand in operations(group)
    )
