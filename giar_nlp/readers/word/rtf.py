"""RTF files: the paragraphs and tables that they show.

The numbers of lists stand in the file as text (the group `listtext`): nothing need be counted. Tracked
deletions and hidden text are left out, and so are headers, footers, comments and tables of contents.

Source: the Rich Text Format specification, version 1.9.1.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from giar_nlp.readers.limits import Watch
from giar_nlp.readers.word.flow import Item, Paragraph, write_flow
from giar_nlp.readers.word.numbering import spaced
from giar_nlp.readers.word.rows import Edge, RowBuilder
from giar_nlp.readers.word.rtf_tokens import CHARSETS, CODEPAGES, Token, decode, tokens
from giar_nlp.readers.writing import Writer
from giar_nlp.types import Document, Properties

Kind = Literal["text", "skip", "shape", "label", "instruction", "fonts", "styles"]
"""What a group's text is: shown, left out, around text boxes, a paragraph's number, a field's, of a table."""

_SKIPPED = {
    "annotation", "atnauthor", "atnid", "colortbl", "comment", "filetbl", "footer", "footerf", "footerl",
    "footerr", "header", "headerf", "headerl", "headerr", "info", "listoverridetable", "listtable",
    "nonesttables", "nonshppict", "objdata", "pn", "private", "revtbl", "rxe", "shprslt", "tc", "template",
    "txe", "xe",
}  # fmt: skip
"""Groups whose text is no text of the report, even where they are not marked as such."""
_KINDS: dict[str, Kind] = {
    "fldinst": "instruction", "fonttbl": "fonts", "listtext": "label", "pict": "skip", "pntext": "label",
    "shpinst": "shape", "stylesheet": "styles",
}  # fmt: skip
_APART = {"footnote", "shptxt"}
"""Groups of paragraphs of their own."""
_KNOWN = {*_KINDS, *_APART, "nesttableprops", "shppict"}
"""Groups that are read though they are marked as ones to skip where they are unknown."""
_CHARACTERS = {
    "bullet": "\u2022", "emdash": "\u2014", "emspace": "\u2003", "endash": "\u2013", "enspace": "\u2002",
    "ldblquote": "\u201c", "line": "\n", "lquote": "\u2018", "page": "\n", "qmspace": " ",
    "rdblquote": "\u201d", "rquote": "\u2019", "tab": "\t", "\t": "\t", "_": "-", "~": "\u00a0",
    "{": "{", "}": "}", "\\": "\\",
}  # fmt: skip
_ANYWHERE = {"ansicpg", "cpg", "f", "fcharset", "outlinelevel", "s", "uc"}
"""Words that also count outside of the text; those on paragraphs hold in their own group alone."""
_HEADING = re.compile(r"heading ([1-9])$", re.IGNORECASE)
_CONTENTS = re.compile(r"(toc|contents) [1-9]$", re.IGNORECASE)
_CONTENTS_FIELD = "TOC"
_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(slots=True)
class _State:
    """What holds inside a group.

    Attributes:
        kind: what its text is.
        hidden: its text does not show, or was deleted.
        fallback: how many characters stand for one in Unicode, for old programs.
        font: number of the font.
        style: number of the style that is described, among the styles.
        opens: the word that makes the group what it is.
        is_starred: it is to be left out unless that word is known.
        instruction: of the field around it.
        row: the row around a nested one.
    """

    kind: Kind = "text"
    hidden: bool = False
    fallback: int = 1
    font: int = -1
    style: int = 0
    opens: str = ""
    is_starred: bool = False
    instruction: list[str] | None = None
    row: tuple[int, list[Edge]] | None = None


class _Flow:
    """Paragraphs that belong together: the report's, or those of one footnote or text box."""

    def __init__(self, watch: Watch) -> None:
        self.builder = RowBuilder(watch)
        self.paragraph = Paragraph("")
        self.parts: list[str] = []
        self.label: list[str] = []
        self.depth = 0
        self.is_in_table = False
        self.style = 0
        self.level: int | None = None
        self.left = 0
        self.edges: list[Edge] = []
        self.edge = Edge(0)


def read_rtf(data: bytes, watch: Watch) -> Document:
    """The document of an RTF file.

    Raises:
        ReadError: it holds no text, or more than the limits allow.
    """
    reader = _Reader(watch)
    for token in tokens(data, watch):
        reader.take(token)
    writer = Writer(watch)
    write_flow(reader.items(), writer, watch)
    return writer.document(data, "rtf", None, Properties())


class _Reader:
    """Takes tokens one by one."""

    def __init__(self, watch: Watch) -> None:
        self._watch = watch
        self._codec = "cp1252"  # where neither the head nor a font names another
        self._state = _State()
        self._states: list[_State] = []
        self._flow = _Flow(watch)
        self._flows: list[_Flow] = []
        self._bytes = bytearray()
        self._skip = 0
        self._is_first = False
        self._is_over = False
        self._fonts: dict[int, str] = {}
        self._levels: dict[int, int] = {}
        self._contents: set[int] = set()

    def items(self) -> list[Item]:
        """The paragraphs and tables, once all tokens are taken."""
        while self._states:
            self._close()
        self._flush()
        return self._finished()

    def take(self, token: Token) -> None:
        """Take the next token."""
        if self._is_over:
            return
        kind, word, number, data = token
        if kind == "open":
            self._flush()
            self._states.append(self._state)
            self._state = replace(self._state, opens="", is_starred=False, row=None)
            self._is_first, self._skip = True, 0
        elif kind == "close":
            self._close()
        elif self._state.kind == "skip":
            return
        elif kind == "word":
            self._word(word, number)
        else:
            if self._skip:
                cut = min(self._skip, len(data))
                self._skip -= cut
                data = data[cut:]
            self._is_first = False
            self._bytes += data

    def _close(self) -> None:
        self._flush()
        self._is_first, self._skip = False, 0
        if not self._states:
            self._is_over = True
            return
        if self._state.opens in _APART:
            items = self._finished()
            self._flow = self._flows.pop()
            self._flow.paragraph.behind.extend(items)
        if self._state.row is not None:
            self._flow.left, self._flow.edges = self._state.row
        self._state = self._states.pop()
        self._is_over = not self._states

    def _finished(self) -> list[Item]:
        """The items of the flow that ends here."""
        flow = self._flow
        if flow.parts or flow.paragraph.images or flow.paragraph.behind:
            self._end_paragraph()
        return flow.builder.items()

    # --- words ------------------------------------------------------------------------------------------

    def _word(self, word: str, number: int | None) -> None:
        if word == "u" and number is not None:
            self._flush()
            self._put(chr(number & 0xFFFF))
            self._skip = self._state.fallback
            return
        if self._skip and word in _CHARACTERS:
            self._skip -= 1
            return
        self._skip = 0
        if self._is_first:
            if word == "*":
                self._state.is_starred = True
                return
            self._is_first = False
            self._enter(word)
        if word in _CHARACTERS:
            self._flush()
            self._put(_CHARACTERS[word])
        elif word in _ACTIONS and (self._state.kind == "text" or word in _ANYWHERE):
            self._flush()
            _ACTIONS[word](self, number)

    def _enter(self, word: str) -> None:
        """Begin a group of its own kind."""
        state = self._state
        if word in _SKIPPED or (state.is_starred and word not in _KNOWN):
            state.kind = "skip"
        elif word in _KINDS:
            if word == "pict" and state.kind in {"text", "shape"} and not state.hidden:
                self._flow.paragraph.images.append("")
            state.kind = _KINDS[word]
        elif word == "field":
            state.instruction = []
        elif word == "fldrslt" and "".join(state.instruction or ()).split(maxsplit=1)[:1] == [
            _CONTENTS_FIELD
        ]:
            state.kind = "skip"
        elif word in _APART:
            state.opens, state.kind = word, "text"
            self._flows.append(self._flow)
            self._flow = _Flow(self._watch)
        elif word == "nesttableprops":
            state.row = (self._flow.left, self._flow.edges)

    def _codepage(self, number: int | None) -> None:
        codec = CODEPAGES.get(number or 0, "cp1252")
        if self._state.kind == "fonts":
            self._fonts[self._state.font] = codec
        else:
            self._codec = codec

    def _charset(self, number: int | None) -> None:
        if self._state.kind == "fonts" and number in CHARSETS:
            self._fonts[self._state.font] = CHARSETS[number]

    def _font(self, number: int | None) -> None:
        self._state.font = number or 0

    def _unicode(self, number: int | None) -> None:
        self._state.fallback = min(max(number or 0, 0), 8)

    def _hide(self, number: int | None) -> None:
        self._state.hidden = number != 0

    def _plain(self, _: int | None) -> None:
        self._state.hidden = False

    def _style(self, number: int | None) -> None:
        if self._state.kind == "styles":
            self._state.style = number or 0
        elif self._state.kind == "text":
            self._flow.style = number or 0

    def _outline(self, number: int | None) -> None:
        level = number + 1 if number is not None and 0 <= number < 9 else 0
        if self._state.kind == "styles":
            self._levels[self._state.style] = level
        elif self._state.kind == "text":
            self._flow.level = level

    def _reset(self, _: int | None) -> None:
        flow = self._flow
        flow.depth, flow.is_in_table, flow.style, flow.level = 0, False, 0, None

    def _in_table(self, number: int | None) -> None:
        self._flow.is_in_table = number != 0

    def _depth(self, number: int | None) -> None:
        self._flow.depth = max(number or 0, 0)

    def _row_begins(self, _: int | None) -> None:
        self._flow.left, self._flow.edges, self._flow.edge = 0, [], Edge(0)

    def _row_left(self, number: int | None) -> None:
        self._flow.left = number or 0

    def _runs_on(self, _: int | None) -> None:
        self._flow.edge.runs_on = True

    def _may_run_on(self, _: int | None) -> None:
        self._flow.edge.may_run_on = True

    def _joined(self, _: int | None) -> None:
        self._flow.edge.joined = True

    def _edge(self, number: int | None) -> None:
        flow = self._flow
        flow.edge.right = number or 0
        self._watch.check("cells", len(flow.edges), "cells of a row")
        flow.edges.append(flow.edge)
        flow.edge = Edge(0)

    def _paragraph_ends(self, _: int | None) -> None:
        if not self._state.hidden:
            self._end_paragraph()

    def _section_ends(self, _: int | None) -> None:
        if self._flow.parts:
            self._end_paragraph()

    def _cell_ends(self, _: int | None) -> None:
        self._end_paragraph(1)
        self._flow.builder.end_cell(1)

    def _inner_cell_ends(self, _: int | None) -> None:
        depth = max(self._flow.depth, 2)
        self._end_paragraph(depth)
        self._flow.builder.end_cell(depth)

    def _row_ends(self, _: int | None) -> None:
        self._flow.builder.end_row(1, self._flow.left, self._flow.edges)

    def _inner_row_ends(self, _: int | None) -> None:
        self._flow.builder.end_row(max(self._flow.depth, 2), self._flow.left, self._flow.edges)

    # --- text -------------------------------------------------------------------------------------------

    def _flush(self) -> None:
        """Write the bytes that wait down as text."""
        if self._bytes:
            codec = self._fonts.get(self._state.font, self._codec)
            self._put(decode(bytes(self._bytes), codec, self._codec))
            self._bytes.clear()

    def _put(self, text: str) -> None:
        state = self._state
        if state.kind == "text":
            if not state.hidden:
                self._flow.parts.append(text)
        elif state.kind == "label":
            self._flow.label.append(text)
        elif state.kind == "instruction":
            if state.instruction is not None:
                state.instruction.append(text)
        elif state.kind == "styles":
            name = text.strip("; ")
            if found := _HEADING.match(name):
                self._levels.setdefault(state.style, int(found[1]))
            elif _CONTENTS.match(name):
                self._contents.add(state.style)

    def _end_paragraph(self, depth: int | None = None) -> None:
        """End the paragraph that is open, so deep in tables; as deep as it says of itself without a depth."""
        flow, paragraph = self._flow, self._flow.paragraph
        text = "".join(flow.parts)
        label = "".join(flow.label).strip()
        if any(map(str.isalnum, label)) and text.strip():
            text = spaced(label) + text.lstrip()
        if _SURROGATE.search(text):
            text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        paragraph.text = text
        paragraph.level = self._levels.get(flow.style, 0) if flow.level is None else flow.level
        if depth is None:
            depth = max(flow.depth, 1) if flow.is_in_table or flow.depth else 0
        if flow.style not in self._contents:
            flow.builder.paragraph(paragraph, depth)
        flow.paragraph = Paragraph("")
        flow.parts, flow.label = [], []


_ACTIONS: dict[str, Callable[[_Reader, int | None], None]] = {
    "ansicpg": _Reader._codepage,
    "cell": _Reader._cell_ends,
    "cellx": _Reader._edge,
    "clmrg": _Reader._joined,
    "clvmgf": _Reader._may_run_on,
    "clvmrg": _Reader._runs_on,
    "cpg": _Reader._codepage,
    "deleted": _Reader._hide,
    "f": _Reader._font,
    "fcharset": _Reader._charset,
    "intbl": _Reader._in_table,
    "itap": _Reader._depth,
    "mvf": _Reader._hide,
    "nestcell": _Reader._inner_cell_ends,
    "nestrow": _Reader._inner_row_ends,
    "outlinelevel": _Reader._outline,
    "par": _Reader._paragraph_ends,
    "pard": _Reader._reset,
    "plain": _Reader._plain,
    "row": _Reader._row_ends,
    "s": _Reader._style,
    "sect": _Reader._section_ends,
    "trleft": _Reader._row_left,
    "trowd": _Reader._row_begins,
    "uc": _Reader._unicode,
    "v": _Reader._hide,
}
