"""Styles and lists of a binary Word file.

Source: [MS-DOC] 2.7 (STSH), 2.9.131 to 2.9.157 (LFO, LST, LVL).
"""

import struct
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

from giar_nlp.readers.word.doc_file import DocFile, Settings, operations
from giar_nlp.readers.word.numbering import LEVELS, Level, List, Numbering, formats_by_code

LIST, LIST_LEVEL, OUTLINE = 0x460B, 0x260A, 0x2640
_STYLES, _LISTS, _USES = 1, 73, 74
_PARAGRAPH_STYLE = 1
_LONGEST_LINE = 12
"""A style is based on no more others, one on the other: a circle ends."""
_HEADINGS, _CONTENTS = range(1, 10), range(19, 28)
"""Numbers of the styles for headings and for tables of contents."""
_LIST_SIZE, _USE_SIZE, _LEVEL_SIZE = 28, 16, 28


@dataclass(frozen=True, slots=True)
class _Style:
    number: int
    base: int
    group: bytes


class DocStyles:
    """The paragraph styles of a file; a style that is based on itself ends there."""

    def __init__(self, file: DocFile) -> None:
        self._styles: dict[int, _Style] = {}
        with suppress(struct.error, IndexError):  # a damaged sheet of styles costs headings, no text
            self._styles.update(_read_styles(file.pair(_STYLES)))
        self._whole: dict[int, dict[int, bytes]] = {}

    def number_of(self, settings: Settings) -> int:
        """The number of a paragraph's style among those that Word knows; 0 where it is none of them."""
        style = self._styles.get(settings.style)
        return style.number if style else 0

    def operand(self, settings: Settings, operation: int) -> int | None:
        """What a paragraph, or else its style, sets; None where neither does."""
        operand = settings.operations.get(operation)
        if operand is None:
            operand = self._of_style(settings.style).get(operation)
        return None if operand is None else int.from_bytes(operand, "little")

    def level(self, settings: Settings) -> int:
        """The level of a heading, from 1; 0 for text."""
        said = self.operand(settings, OUTLINE)
        if said is not None:
            return (said + 1) % 10 if said < 10 else 0
        number = self.number_of(settings)
        return number if number in _HEADINGS else 0

    def is_contents(self, settings: Settings) -> bool:
        """Whether a paragraph has a style of tables of contents."""
        return self.number_of(settings) in _CONTENTS

    def _of_style(self, name: int) -> dict[int, bytes]:
        if name not in self._whole:
            line: list[_Style] = []
            place = name
            while place in self._styles and len(line) < _LONGEST_LINE:
                line.append(self._styles[place])
                place = line[-1].base
            found: dict[int, bytes] = {}
            for style in reversed(line):
                found.update(operations(style.group))
            self._whole[name] = found
        return self._whole[name]


def _read_styles(data: bytes) -> Iterator[tuple[int, _Style]]:
    if not data:
        return
    size, n_styles, base_size = struct.unpack_from("<3H", data)
    place = 2 + size
    for name in range(n_styles):
        length = struct.unpack_from("<H", data, place)[0]
        style = data[place + 2 : place + 2 + length]
        place += 2 + length + length % 2
        if length < base_size + 2:
            continue
        number, kind, _ = struct.unpack_from("<3H", style)
        if kind & 0xF != _PARAGRAPH_STYLE:
            continue
        behind_name = base_size + 2 + 2 * struct.unpack_from("<H", style, base_size)[0] + 2
        size = struct.unpack_from("<H", style, behind_name)[0] if behind_name + 2 <= length else 0
        group = style[behind_name + 4 : behind_name + 2 + size]
        yield name, _Style(number & 0xFFF, kind >> 4, group)


def read_lists(file: DocFile) -> Numbering:
    """The lists of a file, named by their place among its list uses, from 1; none where they are damaged."""
    try:
        levels = _read_levels(file.pair(_LISTS), file.behind(_LISTS))
        return Numbering(dict(_read_uses(file.pair(_USES), levels)))
    except (struct.error, IndexError):
        return Numbering({})


def _read_levels(heads: bytes, behind: bytes) -> dict[int, dict[int, Level]]:
    """The levels of each list, by its number."""
    found: dict[int, dict[int, Level]] = {}
    place = 0
    for number in range(struct.unpack_from("<H", heads)[0] if heads else 0):
        name = struct.unpack_from("<i", heads, 2 + _LIST_SIZE * number)[0]
        is_simple = heads[2 + _LIST_SIZE * number + 26] & 1
        levels: dict[int, Level] = {}
        for level in range(1 if is_simple else LEVELS):
            levels[level], place = _read_level(behind, place)
        found[name] = levels
    return found


def _read_level(data: bytes, place: int) -> tuple[Level, int]:
    """A level, and the place behind it."""
    start, code, flags = struct.unpack_from("<iBB", data, place)
    places = [mark - 1 for mark in data[place + 6 : place + 15] if mark]
    n_characters, n_paragraph, restart = data[place + 24], data[place + 25], data[place + 26]
    place += _LEVEL_SIZE + n_characters + n_paragraph
    length = struct.unpack_from("<H", data, place)[0]
    shown = data[place + 2 : place + 2 + 2 * length].decode("utf-16-le", "replace")
    text = "".join(
        f"%{ord(char) + 1}" if number in places and ord(char) < LEVELS else char
        for number, char in enumerate(shown)
    )
    level = Level(
        start,
        formats_by_code().get(code, "decimal"),
        text,
        restart if flags & 0x08 else None,
        digits=bool(flags & 0x04),
    )
    return level, place + 2 + 2 * length


def _read_uses(data: bytes, lists: dict[int, dict[int, Level]]) -> Iterator[tuple[str, List]]:
    n_uses = struct.unpack_from("<I", data)[0] if data else 0
    if n_uses * _USE_SIZE > len(data):
        return
    place = 4 + _USE_SIZE * n_uses
    for number in range(n_uses):
        name = struct.unpack_from("<i", data, 4 + _USE_SIZE * number)[0]
        levels, starts = dict(lists.get(name, {})), dict[int, int]()
        place += 4
        for _ in range(data[4 + _USE_SIZE * number + 12]):
            start, flags = struct.unpack_from("<iI", data, place)
            place += 8
            level = flags & 0xF
            if flags & 0x20:
                levels[level], place = _read_level(data, place)
                start = levels[level].start
            if flags & 0x30:
                starts[level] = start
        yield str(number + 1), List(str(name), levels, starts)
