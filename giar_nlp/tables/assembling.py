"""Strips to drafts of tables: rows with their labels and the values that follow them, nothing decided yet.

Labels anchor: a run of values belongs to the last label before it, if that is the label of a row. What stands
behind words that no form knows is kept aside, and no one's.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import NamedTuple

from giar_nlp.tables.labels import FIRST_ROWS, FLAT, Found, LabelBook, Role
from giar_nlp.tables.lexing import Kind, Strip
from giar_nlp.types import TableName

_CELLS = frozenset({"open cell", "cell"})
_OPEN = frozenset({"open cell", "loose"})
"""Carriers of cells that no pipe ends yet."""
_NEAR = 4
"""Rows so far before a total may be followed by it without its number."""


class Token(NamedTuple):
    """A value or a blank with its span in the text; `line` tells which tokens stand on one line."""

    kind: Kind
    start: int
    end: int
    text: str
    line: int
    col: int


TEXT: Callable[[Token], str] = attrgetter("text")
_make_token: Callable[[type[Token], tuple[Kind, int, int, str, int, int]], Token] = tuple.__new__
"""As `Token` makes them, in half the time."""


@dataclass(slots=True, eq=False)
class RowDraft:
    """A row's label, and what stands behind it.

    `line` is the line that the label ends in. `breaks` are numbers of tokens that blank lines stand before.
    `depth` is how many labels stand above that of the next row. `width` is how many cells the row has where
    columns can be counted, else 0. `opens_group`: its group's label stands right before its own.
    `after` are words in a cell behind the values, and values behind them, with their breaks: they are the
    row's if it lacks some.
    """

    role: Role
    printed: str
    line: int
    tokens: Sequence[Token] = ()
    breaks: Sequence[int] = ()
    depth: int = 0
    width: int = 0
    label_col: int = -1
    opens_group: bool = False
    after: tuple[Token, ...] = ()
    after_breaks: tuple[int, ...] = ()


@dataclass(slots=True, eq=False)
class Stray:
    """Values behind words that are no label of the table; so many rows stand before them."""

    words: str
    n_before: int
    row: RowDraft


@dataclass(slots=True, eq=False)
class TableDraft:
    """What belongs to one table. `columns` are its column labels by block, each with its column or -1."""

    table: TableName
    start: int
    end: int
    rows: list[RowDraft] = field(default_factory=list)
    columns: dict[int, list[tuple[str, int]]] = field(default_factory=dict)
    heads: list[str] = field(default_factory=list)
    strays: list[Stray] = field(default_factory=list)
    runs: list[RowDraft] = field(default_factory=list)
    roles: list[Role] = field(default_factory=list)
    block: int = 0

    def has_values(self) -> bool:
        """Whether any row, or any run of a flat table, holds a value."""
        return any(row.tokens for row in self.rows) or any(run.tokens for run in self.runs)


class Assembler:
    """Takes in the strips of one stretch of text, in order."""

    def __init__(self, book: LabelBook) -> None:
        self._book = book
        self._drafts: list[TableDraft] = []
        self._draft: TableDraft | None = None
        self._words: list[str] = []
        self._span = (0, 0)
        self._word_line = 0
        self._tokens: list[Token] = []
        self._breaks: list[int] = []
        self._line = 0
        self._before = ""
        self._row: RowDraft | None = None
        self._among: RowDraft | None = None

    def finish(self) -> list[TableDraft]:
        """The drafts, in the order in which their tables begin."""
        self._flush()
        return self._drafts

    def add_lines(self, lines: Sequence[str], base: int, strip_of: Callable[[str], Strip]) -> None:
        """Take in lines that follow each other from `base` on."""
        make, number, before = _make_token, self._line, self._before
        tokens, words = self._tokens, self._words
        strips = {line: strip_of(line) for line in set(lines)}  # most lines of a table stand there many times
        for line in lines:
            strip = strips[line]
            number += 1
            cell = strip.cell
            if cell is not None:
                kind, start, end, text, _ = cell
                tokens.append(make(Token, (kind, base + start, base + end, text, number, -1)))
                before = "cell" if strip.cols else "open cell"
            elif strip.word is not None and words and not tokens:
                words.append(strip.word.text)
                self._span, self._word_line = (self._span[0], base + strip.word.end), number
                before = "cell" if strip.cols else "open cell"
            elif strip.carrier == "break":
                if tokens:
                    self._breaks.append(len(tokens))
                elif self._among is not None:
                    self._flush()
                    tokens, words = self._tokens, self._words
                before = "break"
            else:
                self._line, self._before = number - 1, before
                self.add(strip, base)
                before, tokens, words = self._before, self._tokens, self._words
            base += len(line) + 1
        self._line, self._before = number, before

    def add(self, strip: Strip, base: int) -> None:
        """Take in a strip whose pieces count from `base`."""
        self._line += 1
        carrier = strip.carrier
        if carrier in {"cell", "loose"}:
            self._add_stream(strip, base)
        elif carrier == "break":
            if self._tokens:
                self._breaks.append(len(self._tokens))
            elif self._among is not None:
                self._flush()
        elif carrier == "row":
            self._flush()
            self._add_row(strip, base)
        elif carrier == "pipes":
            self._add_blanks(strip.cols, base)
        elif carrier == "sentence":
            self._flush()
            self._row = self._draft = None
        if carrier != "nothing":
            self._before = "open cell" if carrier == "cell" and not strip.cols else carrier

    def _add_stream(self, strip: Strip, base: int) -> None:
        tokens = self._tokens
        goes_on = strip.carrier == "loose" and self._before == "open cell" and len(strip.pieces) == 1
        # A number without a pipe among cells that a pipe ends: that of a page, or what is left of a cell.
        odd = strip.carrier == "loose" and self._before == "cell"
        for piece in strip.pieces:
            if piece.kind == "word":
                if tokens:
                    broken = self._broken()
                    self._flush()
                    tokens = self._tokens
                    # Words in a cell right behind a value: perhaps they stand for one.
                    self._among = self._row if self._before in _CELLS and not broken else None
                if not self._words:
                    self._span = (base + piece.start, base + piece.end)
                else:
                    self._span = (self._span[0], base + piece.end)
                self._words.append(piece.text)
                self._word_line = self._line
                continue
            if goes_on and tokens and tokens[-1].kind == "value" and not self._broken():
                # A cell that goes on in a line without a tab: whatever it holds, it is no plain number.
                last = tokens[-1]
                tokens[-1] = Token(
                    "word", last.start, base + piece.end, last.text + piece.text, last.line, -1
                )
                continue
            kind: Kind = "word" if odd and piece.kind == "value" else piece.kind
            tokens.append(Token(kind, base + piece.start, base + piece.end, piece.text, self._line, -1))

    def _broken(self) -> bool:
        return bool(self._breaks) and self._breaks[-1] == len(self._tokens)

    def _add_blanks(self, n_pipes: int, base: int) -> None:
        """Cells that nothing but pipes are left of; a lone pipe may end the cell before it."""
        if self._before not in {"cell", "pipes"} and (n_pipes == 1 or self._before not in _OPEN):
            return
        if self._words or self._tokens:
            for number in range(n_pipes):
                place = base + number
                self._tokens.append(Token("blank", place, place, "", self._line, -1))

    def _flush(self) -> None:
        """Give the tokens to the row whose label stands last in the words before them."""
        words, tokens = self._words, self._tokens
        if not words and not tokens:
            return
        self._words, self._tokens = [], []
        breaks, self._breaks = self._breaks, []
        self._row = None
        among, self._among = self._among, None
        if words:
            reading = self._book.read(tuple(words))
            if among is not None and all(label.distance is None for label in reading.found):
                word = Token("word", *self._span, "".join(words), self._word_line, -1)
                n_before = len(among.tokens) + len(among.after) + 1
                among.after_breaks += tuple([n_before + place for place in breaks])
                among.after += (word, *tokens)
                self._row = among
                return
            self._row = self._take(reading.found, self._span)
            if reading.glued:
                end = self._span[1]
                start = end - len(reading.glued)
                tokens.insert(0, Token("value", start, end, reading.glued, -1, -1))
                breaks = [place + 1 for place in breaks]
        if tokens:
            self._give(tokens, breaks, "".join(words))

    def _add_row(self, strip: Strip, base: int) -> None:
        """A row whose cells are marked: its values stand behind its last label."""
        words = [piece for piece in strip.pieces if piece.kind == "word"]
        label_col = -1
        known: set[int] = set()
        before = self._row
        self._row = None
        if words:
            self._word_line = self._line
            span = (base + words[0].start, base + words[-1].end)
            found = self._book.read(tuple(piece.text for piece in words)).found
            cols = [piece.col for piece in words]
            # Behind the label of a row stand values, whatever they are; only a unit is none.
            n_labels = max((n for n, f in enumerate(found, 1) if _may_be_row(f)), default=len(found))
            self._row = self._take(found[:n_labels], span, cols)
            if self._row is not None:
                label_col = cols[found[n_labels - 1].cell]
                known = {cols[f.cell] for f in found[n_labels:] if f.distance is not None}
        elif before is not None and before.label_col < 0 and not before.tokens:
            self._row = before
            label_col = min((piece.col for piece in strip.pieces if piece.kind != "blank"), default=0) - 1
        if words and self._row is None and all(piece.kind != "value" for piece in strip.pieces):
            return
        tokens = [
            Token(piece.kind, base + piece.start, base + piece.end, piece.text, self._line, piece.col)
            for piece in strip.pieces
            if piece.col > label_col and (piece.kind != "word" or (self._row and piece.col not in known))
        ]
        row = self._row
        if row is not None and words:
            row.label_col, row.width = label_col, strip.cols
        if any(token.kind != "blank" for token in tokens) or (row is not None and tokens):
            self._give(tokens, [], "".join(piece.text for piece in words), strip.cols)
        elif tokens and self._draft is not None and self._draft.table == FLAT and not words:
            self._give(tokens, [], "", strip.cols)
        self._row = None

    def _give(self, tokens: list[Token], breaks: list[int], words: str, width: int = 0) -> None:
        """Tokens to the row they stand behind; else they are a run of a flat table, or no one's."""
        draft, row = self._draft, self._row
        if row is not None and draft is not None:
            row.tokens, row.breaks = tokens, breaks
            if any(map(TEXT, tokens)):
                draft.end = max(draft.end, tokens[-1].end)
            return
        if draft is None:
            return
        run = RowDraft(_NO_ROLE, words, self._line, tokens=tokens, breaks=breaks, width=width)
        if draft.table == FLAT:
            draft.runs.append(run)
            draft.end = max(draft.end, tokens[-1].end)
        elif any(token.kind == "value" for token in tokens):
            draft.strays.append(Stray(words, len(draft.rows), run))

    def _take(
        self, found: Sequence[Found], span: tuple[int, int], cols: Sequence[int] = ()
    ) -> RowDraft | None:
        """Note the labels; the row that values behind them belong to, if any."""
        row: RowDraft | None = None
        draft = self._draft
        opens, headed = True, False
        for label in found:
            if not label.roles:
                if label.distance is None:
                    row = None
                continue
            role = label.roles[0] if len(label.roles) == 1 else self._role(label)
            if role is None:
                row = None
                continue
            if draft is None or role.opens or draft.table != role.table:
                draft = self._draft_for(role, span)
            if opens and draft.rows:
                draft.rows[-1].depth = role.depth
            opens = False
            row = None
            draft.roles.append(role)
            kind = role.kind
            if kind == "row":
                row = RowDraft(role, label.printed, self._word_line, opens_group=headed)
                draft.rows.append(row)
                draft.heads.append(role.id)
            elif kind == "head":
                headed = True
                draft.heads.append(role.id)
            elif kind == "column":
                col = cols[label.cell] if cols else -1
                draft.columns.setdefault(draft.block, []).append((role.id, col))
            elif kind == "block":
                draft.block = int(role.id)
        if not opens and draft is not None:
            draft.end = max(draft.end, span[1])
        return row

    def _role(self, label: Found) -> Role | None:
        """What a label is here, told by the table it stands in and by what came before."""
        draft = self._draft
        roles = label.roles
        if draft is not None:
            here = [role for role in roles if role.table == draft.table]
            if len(here) == 1:
                return here[0]
            if here:
                return self._of_several(here, label, draft)
        tables = {role.table for role in roles}
        if len(tables) > 1:
            return None
        if len(roles) == 1:
            return roles[0]
        rows = [role for role in roles if role.kind == "row"]
        return rows[0] if rows and label.mark else None

    @staticmethod
    def _of_several(roles: Sequence[Role], label: Found, draft: TableDraft) -> Role:
        """A row, a column or a head: the total's row comes last, the number before it tells it too."""
        last = draft.rows[-1].role.order if draft.rows else -1
        row = other = None
        for role in roles:
            if role.kind != "row":
                other = other or role
            elif row is None or (row.order <= last < role.order):
                row = role
        if row is None or other is None:
            # Labels that several groups have: the next of them.
            return row or other or roles[0]
        if other.kind == "head":
            return row
        due = last < row.order <= last + _NEAR and last >= FIRST_ROWS
        return row if due or (label.mark and last < row.order) else other

    def _draft_for(self, role: Role, span: tuple[int, int]) -> TableDraft:
        """The draft that a label belongs to: a new one where a table begins, or begins anew."""
        draft = self._draft
        if draft is None or draft.table != role.table:
            draft = next((known for known in reversed(self._drafts) if known.table == role.table), None)
            if draft is not None and role.kind == "row" and self._has(draft, role):
                draft = None
        if draft is None or self._begins_anew(draft, role):
            draft = TableDraft(role.table, span[0], span[1])
            self._drafts.append(draft)
        self._draft = draft
        return draft

    @staticmethod
    def _has(draft: TableDraft, role: Role) -> bool:
        return any(row.role.id == role.id and row.tokens for row in draft.rows)

    def _begins_anew(self, draft: TableDraft, role: Role) -> bool:
        if role.kind == "row":
            return 0 <= role.order <= FIRST_ROWS and self._has(draft, role)
        if role.kind == "block":
            return role.id == "0" and any(row.tokens for row in draft.rows)
        if draft.table == FLAT and role.kind == "column":
            return any(token.kind == "value" for run in draft.runs for token in run.tokens) and self._full(
                draft
            )
        return False

    @staticmethod
    def _full(draft: TableDraft) -> bool:
        """Whether a flat table's runs of values are as many as its columns were named."""
        return sum(len(run.tokens) for run in draft.runs) >= len(draft.columns.get(0, ()))


def _may_be_row(label: Found) -> bool:
    return any(role.kind == "row" for role in label.roles)


_NO_ROLE = Role(FLAT, "furniture", "", -1, 0, None)
