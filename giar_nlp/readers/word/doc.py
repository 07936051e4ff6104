"""DOC and WPS files: the paragraphs and tables that a binary Word document shows.

Files of Word 97 and later, WPS Writer's among them, are read here, without another program: it takes a few
milliseconds, and what was deleted under change tracking is left out. What is older or damaged is given to
LibreOffice, where that is installed.

Source: [MS-DOC]; [MS-CFB] for the container.
"""

import io
import logging
import re
import struct
from collections.abc import Iterator, Mapping
from itertools import pairwise

import olefile

from giar_nlp.readers.limits import Watch
from giar_nlp.readers.word.doc_file import FILLER, DocFile, Settings
from giar_nlp.readers.word.doc_lists import LIST, LIST_LEVEL, DocStyles, read_lists
from giar_nlp.readers.word.docx import read_items
from giar_nlp.readers.word.flow import Item, Paragraph, write_flow
from giar_nlp.readers.word.numbering import spaced
from giar_nlp.readers.word.office import to_docx
from giar_nlp.readers.word.rows import Edge, RowBuilder
from giar_nlp.readers.writing import Writer
from giar_nlp.types import Document, Properties

_WORD, _PACKAGE, _DATA = "WordDocument", "EncryptedPackage", "Data"
_OTHERS = {
    "Workbook": ("an Excel workbook", "name the report, not a table of numbers"),
    "Book": ("an Excel workbook", "name the report, not a table of numbers"),
    "PowerPoint Document": ("a PowerPoint file", "save its text as .docx or .txt"),
    "__properties_version1.0": ("an e-mail", "save its attachment or its text by itself"),
    "VisioDocument": ("a Visio drawing", "name the report"),
}
_PASSWORD = "save it without a password"
_WORD_97 = 193
_FLAGS = 0x0A
_ENCRYPTED, _WHICH_TABLE, _MASKED = 0x0100, 0x0200, 0x8000
_IN_TABLE, _ROW_ENDS, _DEPTH, _INNER_CELL, _INNER_ROW = 0x2416, 0x2417, 0x6649, 0x244B, 0x244C
_DEFINE_TABLE, _MERGE_DOWN, _MERGE = 0xD608, 0xD62B, 0x5624
_CELL_SIZE = 20
_LAST_LIST = 0x7FE
_SECTIONS, _BOXES, _SHAPES = 6, 56, 40
_NOTES = ((2, 3, 1), (46, 47, 5))
"""Footnotes and endnotes: their marks, their texts, and their story."""
_MARK = re.compile(r"[\r\x07\x0c]")
_SPECIAL = re.compile(r"[\x00-\x1f]")
_PLAIN = {"\t": "\t", "\x0b": "\n", "\x0c": "\n", "\x1e": "-"}
_BEGIN, _MIDDLE, _END, _IMAGE = "\x13", "\x14", "\x15", "\x01"
_CONTENTS_FIELD = "TOC"
_LONGEST = 9
"""So many pieces of an instruction tell what field it is."""
_DAMAGED = (struct.error, IndexError, ValueError, KeyError, OverflowError)
_BROKEN_OLE = (*_DAMAGED, OSError, AttributeError, TypeError, RecursionError, MemoryError)

logger = logging.getLogger(__name__)


def read_doc(data: bytes, watch: Watch) -> Document:
    """The document of a DOC or WPS file.

    Raises:
        ReadError: it is damaged or encrypted, another kind of file in the same container, or holds more than
            the limits allow.
    """
    streams = _streams(data, watch)
    if _PACKAGE in streams:
        raise watch.error("is encrypted: it needs a password", _PASSWORD)
    for name, (what, mend) in _OTHERS.items():
        if name in streams and _WORD not in streams:
            raise watch.error(f"is {what}", mend)
    items = _read_own(streams, watch)
    if items is None:
        made = to_docx(data, ".doc", watch)
        if made is None:
            raise watch.error(
                "is no Word file of 97 or later, or a damaged one",
                "open it in a word processor and save it as .docx, or install LibreOffice, which may read it",
            )
        items = read_items(made, watch)
    writer = Writer(watch)
    write_flow(items, writer, watch)
    return writer.document(data, "doc", None, Properties())


def _streams(data: bytes, watch: Watch) -> dict[str, bytes]:
    """The streams that matter, by name; only the names of the others."""
    try:
        with olefile.OleFileIO(io.BytesIO(data)) as container:
            found = dict.fromkeys((path[0] for path in container.listdir()), b"")
            for name in (_WORD, _DATA, "0Table", "1Table"):
                if name in found and container.get_size(name) <= len(data):
                    found[name] = container.openstream(name).read()
            return found
    except _BROKEN_OLE as error:
        raise watch.error(f"the OLE container is damaged ({error})", "copy or download it again") from error


def _read_own(streams: dict[str, bytes], watch: Watch) -> list[Item] | None:
    """The paragraphs and tables of the file; None if it is too old or too damaged to be read here."""
    document = streams.get(_WORD, b"")
    if len(document) < _FLAGS + 2:
        return None
    version, flags = (int.from_bytes(document[place : place + 2], "little") for place in (2, _FLAGS))
    if flags & (_ENCRYPTED | _MASKED):
        raise watch.error("is encrypted: it needs a password", _PASSWORD)
    if version < _WORD_97:
        logger.info("%s: is older than Word 97", watch.path)
        return None
    table = streams.get("1Table" if flags & _WHICH_TABLE else "0Table", b"")
    try:
        return _Walker(DocFile(document, table, streams.get(_DATA, b""), watch), watch).main()
    except _DAMAGED as error:
        logger.info("%s: cannot be read as a Word file (%s)", watch.path, error)
        return None


class _Fields:
    """The fields that are open at a place of the text."""

    def __init__(self, text: str) -> None:
        self._sound = text.count(_BEGIN) == text.count(_END)
        self._open: list[list[str] | None] = []
        self._n_hiding = 0

    def show(self, text: str) -> str:
        """The text, if it shows: no part of an instruction or of a table of contents."""
        if self._open and (instruction := self._open[-1]) is not None and len(instruction) < _LONGEST:
            instruction.append(text)
        return "" if self._n_hiding else text

    def mark(self, mark: str) -> None:
        """Note the begin, middle or end of a field; where they do not match, nothing is hidden."""
        if not self._sound:
            return
        if mark == _BEGIN:
            self._open.append([])
            self._n_hiding += 1
        elif mark == _END and self._open:
            self._n_hiding -= self._open.pop() is not None
        elif mark == _MIDDLE and self._open and (instruction := self._open[-1]) is not None:
            is_contents = "".join(instruction).split(maxsplit=1)[:1] == [_CONTENTS_FIELD]
            self._open[-1] = instruction if is_contents else None
            self._n_hiding -= not is_contents


class _Walker:
    """Walks through the stories of a file, counting list paragraphs as it goes."""

    def __init__(self, file: DocFile, watch: Watch) -> None:
        self._file = file
        self._watch = watch
        self._styles = DocStyles(file)
        self._numbering = read_lists(file)
        sections = _places(file.pair(_SECTIONS), 12)
        self._section_ends = {place - 1 for place in sections}
        self._behind: dict[int, list[Item]] = {}
        self._behind.update([*self._read_notes(), *self._read_boxes()])

    def main(self) -> list[Item]:
        """The items of the main text."""
        return self._items(0, self._file.lengths[0])

    def _items(self, first: int, last: int) -> list[Item]:
        builder = RowBuilder(self._watch)
        text = self._file.text[first:last]
        fields = _Fields(text)
        begin = 0
        for mark in _MARK.finditer(text):
            place = mark.start()
            if mark[0] == "\x0c" and first + place not in self._section_ends:
                continue
            self._paragraph(builder, fields, text[begin:place], (first + begin, first + place, mark[0]))
            begin = place + 1
        if text[begin:].strip(FILLER):
            self._paragraph(builder, fields, text[begin:], (first + begin, first + len(text) - 1, "\r"))
        return builder.items()

    def _paragraph(self, builder: RowBuilder, fields: _Fields, raw: str, where: tuple[int, int, str]) -> None:
        """Add a paragraph; `where`: its first place and that of its mark in the text, and the mark."""
        self._watch.tick()
        first, place, mark = where
        settings = self._file.settings(place)
        flags = settings.operations
        in_table = mark == "\x07" or _is_on(flags, _IN_TABLE)
        depth = max(int.from_bytes(flags.get(_DEPTH, b"\1"), "little"), 1) if in_table else 0
        if _is_on(flags, _INNER_ROW) or (mark == "\x07" and _is_on(flags, _ROW_ENDS)):
            builder.end_row(max(depth, 1), *_edges(flags))
            return
        shown = self._shown(fields, raw, first)
        if not self._styles.is_contents(settings):
            label = self._label(settings)
            if label and shown.text.strip():
                shown.text = spaced(label) + shown.text.lstrip()
            shown.level = self._styles.level(settings)
            builder.paragraph(shown, depth)
        if mark == "\x07" or _is_on(flags, _INNER_CELL):
            builder.end_cell(max(depth, 1))

    def _label(self, settings: Settings) -> str:
        use = self._styles.operand(settings, LIST) or 0
        if not 0 < use <= _LAST_LIST:
            return ""
        return self._numbering.label(str(use), self._styles.operand(settings, LIST_LEVEL) or 0)

    def _shown(self, fields: _Fields, raw: str, first: int) -> Paragraph:
        """What a paragraph shows, and what is anchored in it; `first`: its first place in the text."""
        paragraph = Paragraph("")
        parts: list[str] = []
        begin = 0
        for found in _SPECIAL.finditer(raw):
            parts.append(fields.show(raw[begin : found.start()]))
            begin = found.end()
            char = found[0]
            if char in {_BEGIN, _MIDDLE, _END}:
                fields.mark(char)
            elif char in _PLAIN:
                parts.append(fields.show(_PLAIN[char]))
            elif char == _IMAGE and fields.show(char):
                paragraph.images.append("")
            paragraph.behind.extend(self._behind.pop(first + found.start(), ()))
        parts.append(fields.show(raw[begin:]))
        paragraph.text = "".join(parts)
        return paragraph

    def _read_notes(self) -> Iterator[tuple[int, list[Item]]]:
        """Footnotes and endnotes, by the place of their mark."""
        for marks, texts, story in _NOTES:
            start = sum(self._file.lengths[:story])
            bounds = _places(self._file.pair(texts), 0)
            for place, first, last in zip(
                _places(self._file.pair(marks), 2), bounds, bounds[1:], strict=False
            ):
                yield place, self._items(start + first, start + min(last, self._file.lengths[story]))

    def _read_boxes(self) -> Iterator[tuple[int, list[Item]]]:
        """Text boxes, by the place that they are anchored to."""
        start = sum(self._file.lengths[:6])
        bounds, shapes = _places(self._file.pair(_BOXES), 22), _places(self._file.pair(_SHAPES), 26)
        anchors: dict[bytes, int] = {}
        for number, place in enumerate(shapes[:-1]):
            where = 4 * len(shapes) + 26 * number
            anchors[self._file.pair(_SHAPES)[where : where + 4]] = place
        for number, (first, last) in enumerate(pairwise(bounds)):
            where = 4 * len(bounds) + 22 * number + 14
            anchor = anchors.get(self._file.pair(_BOXES)[where : where + 4], -1)
            if anchor >= 0 and last <= self._file.lengths[6]:
                yield anchor, self._items(start + first, start + last)


def _is_on(flags: Mapping[int, bytes], operation: int) -> bool:
    return any(flags.get(operation, b""))


def _places(plc: bytes, size: int) -> tuple[int, ...]:
    """The places of the text that a structure names, one more than it has entries, each of so many bytes."""
    n_places = (len(plc) - 4) // (4 + size) + 1
    return struct.unpack_from(f"<{n_places}i", plc) if len(plc) >= 4 else ()


def _edges(flags: Mapping[int, bytes]) -> tuple[int, list[Edge]]:
    """Where a row begins, and its cells."""
    defined = flags.get(_DEFINE_TABLE, b"\0\0\0")
    n_cells = defined[2] if len(defined) > 2 else 0
    bounds = struct.unpack_from(f"<{n_cells + 1}h", defined, 3) if n_cells else (0,)
    edges = [Edge(right) for right in bounds[1:]]
    for number, edge in enumerate(edges):
        where = 3 + 2 * (n_cells + 1) + _CELL_SIZE * number
        said = int.from_bytes(defined[where : where + 2], "little")
        edge.joined = said & 0b11 == 0b10
        edge.may_run_on, edge.runs_on = said & 0x60 == 0x60, said & 0x60 == 0x20
    merged = flags.get(_MERGE_DOWN, b"")
    if len(merged) > 2 and merged[1] < n_cells:
        edges[merged[1]].may_run_on, edges[merged[1]].runs_on = merged[2] == 3, merged[2] == 1
    first, last = (*flags.get(_MERGE, b""), 0, 0)[:2]
    for edge in edges[first + 1 : last]:
        edge.joined = True
    return bounds[0], edges
