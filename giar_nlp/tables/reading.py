"""A document's statutory tables: stretches of text to strips, strips to drafts, drafts to records."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from giar_nlp.scheme import Scheme, TableForm
from giar_nlp.tables.assembling import Assembler, TableDraft
from giar_nlp.tables.fitting import Fit, FittedRow, Fitter
from giar_nlp.tables.labels import LabelBook
from giar_nlp.tables.lexing import Kind, Lexer
from giar_nlp.tables.settling import Settler
from giar_nlp.tables.values import Value, ValueReader
from giar_nlp.types import (
    Block,
    CellStatus,
    Document,
    Section,
    StatutoryTable,
    TableName,
    TableValue,
    Unread,
    make_block,
    make_value,
)

_TABLED: dict[int, TableName] = {2: "proactive", 3: "requests", 4: "review_litigation"}
_WORDED = frozenset({"paragraph", "lead_in"})
_LEAST_ROWS = 2
_LEAST_SIGNS = 4
"""A table of the form has at least so many rows and labels; less is another table, or a mention."""
_WIDE_ROW = 7
"""One row as wide as this is a table of the form that little is left of."""
_ANNEX_ROWS = 5
_WORDS_ALONE: tuple[CellStatus, None] = ("text", None)
_WORDS = 30
"""A section with so many characters of words is none that should be a table alone."""
_INDENT = 20
"""A section's heading stands so near to the section's start."""
_BETWEEN = 60
"""A paragraph no longer than this may stand inside a table."""

_Reads = dict[Kind, Callable[[str], tuple[CellStatus, Value]]]
"""What reads a cell, by its kind."""
_Column = tuple[str, str, _Reads]
"""Id, label with those above it, how its cells are read."""


class TableReader:
    """Reads tables by the forms of a scheme."""

    def __init__(self, scheme: Scheme) -> None:
        self._scheme = scheme
        self._values = ValueReader(scheme)
        self._lexer = Lexer(scheme, self._values)
        self._book = LabelBook(scheme)
        self._forms: dict[tuple[str, TableName], TableForm] = {
            (edition.id, form.table): form for edition in scheme.editions.values() for form in edition.tables
        }
        self._settlers = {id(form): Settler(self._values, form) for form in self._forms.values()}
        self._fitters = {id(form): Fitter(form) for form in self._forms.values()}
        reads, reads_money = (
            _Reads({"value": read, "blank": read, "word": lambda _: _WORDS_ALONE})
            for read in (self._values.read, self._values.read_money)
        )
        self._layouts = {id(form): _layout(form, reads, reads_money) for form in self._forms.values()}

    def read(
        self, document: Document, blocks: Sequence[Block], sections: Sequence[Section], folded: str
    ) -> tuple[StatutoryTable, ...]:
        """The statutory tables in their order, and those that are missing where a section promises them.

        `folded` is the folded text of the document.
        """
        drafts: list[TableDraft] = []
        for start, end in _stretches(blocks, sections):
            drafts.extend(self._drafts(folded, blocks, start, end))
        drafts = [draft for draft in drafts if self._is_table(draft)]
        editions = [self._edition(draft) for draft in drafts]
        usual = next((edition for edition in editions if edition), None)
        tables = [
            self._table(draft, edition or (usual if draft.table != "annex" else None), document.text)
            for draft, edition in zip(drafts, editions, strict=True)
        ]
        tables.extend(self._missing(blocks, sections, tables))
        tables.sort(key=lambda table: table.start or 0)
        return tuple(tables)

    def _drafts(self, folded: str, blocks: Sequence[Block], start: int, end: int) -> list[TableDraft]:
        assembler = Assembler(self._book)
        marked = [block for block in blocks if block.cells and start <= block.start and block.end <= end]
        place = start
        for block in marked:
            self._add_lines(assembler, folded, place, block.start)
            for base, strip in self._lexer.rows(folded, block.cells):
                assembler.add(strip, base)
            place = block.end
        self._add_lines(assembler, folded, place, end)
        return assembler.finish()

    def _add_lines(self, assembler: Assembler, text: str, start: int, end: int) -> None:
        if start < end:
            assembler.add_lines(text[start:end].split("\n"), start, self._lexer.strip)

    @staticmethod
    def _is_table(draft: TableDraft) -> bool:
        rows = {row.role.id for row in draft.rows}
        if draft.table == "annex":
            return len(rows) >= _ANNEX_ROWS
        if draft.table == "review_litigation":
            return len(draft.roles) >= _LEAST_SIGNS or any(run.tokens for run in draft.runs)
        n_full = len([row for row in draft.rows if len(row.tokens) > _LEAST_ROWS])
        if any(len(row.tokens) >= _WIDE_ROW for row in draft.rows):
            return True
        if len(draft.roles) < _LEAST_SIGNS and n_full < _LEAST_ROWS:
            return False
        return len(rows) >= _LEAST_ROWS or len(draft.columns) > 0

    def _edition(self, draft: TableDraft) -> str | None:
        """The edition of the form that a draft's labels tell; None if they fit several."""
        votes = Counter([role.edition for role in draft.roles if role.edition])
        for row in draft.rows:
            # The label of a row in one edition is that of a group in another.
            if row.role.edition and not row.tokens:
                votes[row.role.edition] -= 1
        best = max(votes, key=lambda edition: votes[edition], default=None)
        return best if best is not None and votes[best] > 0 else None

    def _table(self, draft: TableDraft, edition: str | None, text: str) -> StatutoryTable:
        form = self._forms.get((edition, draft.table)) if edition else None
        name = edition if form else None
        if form is None:
            form = next(form for (_, table), form in self._forms.items() if table == draft.table)
        fitted = self._fitters[id(form)].fit(draft)
        self._settlers[id(form)].settle(fitted, draft)
        values = self._records(form, fitted, text, empty=not draft.has_values())
        if name is None:
            common = self._common_rows(draft.table)
            values = [value for value in values if value.row in common]
        unread: Unread | None = None if any(value.raw for value in values) else "no_values"
        return StatutoryTable(name, draft.table, draft.start, draft.end, tuple(values), unread)

    def _common_rows(self, table: TableName) -> set[str]:
        """The rows that a table has in every edition."""
        forms = [form for (_, name), form in self._forms.items() if name == table]
        return set.intersection(*({row.id for _, row, _ in form.cells()} for form in forms))

    def _records(self, form: TableForm, fitted: Fit, text: str, *, empty: bool) -> list[TableValue]:
        """A record for every cell of a form. In an `empty` table, rows that have a label are blank."""
        nothing = FittedRow()
        records: list[TableValue] = []
        for row, label, prefix, columns in self._layouts[id(form)]:
            found = fitted.rows.get(row, nothing)
            path = label if found.printed is None else prefix + found.printed
            settled = found.settled
            if settled is None:
                records.extend(self._uncertain((row, path), columns, text, found, empty=empty))
                continue
            records += [
                make_value(row, column, path, above, text[start:end], value, status, start, end, settled)
                for (column, above, reads), (kind, start, end, written, _, _) in zip(
                    columns, found.cells, strict=True
                )
                for status, value in (reads[kind](written),)
            ]
        return records

    @staticmethod
    def _uncertain(
        row: tuple[str, str], columns: Sequence[_Column], text: str, found: FittedRow, *, empty: bool
    ) -> Iterator[TableValue]:
        """The cells of a row that is missing, or whose columns are uncertain: what stands there, in order."""
        tokens = [token for token in found.tokens if token.kind != "blank"]
        blank = empty and found.printed is not None
        for number, (column, path, _) in enumerate(columns):
            names = (row[0], column, row[1], path)
            if number < len(tokens):
                start, end = tokens[number].start, tokens[number].end
                yield make_value(*names, text[start:end], None, "text", start, end)
            elif blank:
                yield make_value(*names, "", None, "blank", None, None, "label")
            else:
                yield make_value(*names, "", None, "missing", None, None)

    def _missing(
        self, blocks: Sequence[Block], sections: Sequence[Section], tables: Sequence[StatutoryTable]
    ) -> Iterator[StatutoryTable]:
        """Tables that their section promises and does not have.

        Before 2019 the same sections had words alone: without any table of the form, a section that has
        words too promises nothing.
        """
        read = {table.table for table in tables}
        formed = any(table.form and table.table != "annex" for table in tables)
        for section in sections:
            name = _TABLED.get(section.number or 0)
            if name is None or name in read or section.inferred:
                continue
            inside = [block for block in blocks if section.start <= block.start < section.end]
            words = sum(block.end - block.start for block in inside if block.kind in _WORDED)
            if not formed and words > _WORDS:
                continue
            images = [block for block in inside if block.kind == "image"]
            place = images[0] if images else next((b for b in inside if b.kind == "heading"), None)
            start, end = (place.start, place.end) if place else (section.start, section.start)
            yield StatutoryTable(None, name, start, end, (), "image" if images else "nothing")


def without_cells(
    blocks: Sequence[Block], tables: Sequence[StatutoryTable], text: str, stop: str
) -> tuple[Block, ...]:
    """The blocks, those named tables that lie inside a table and hold no sentence: rows taken for words."""
    spans = [(t.start, t.end) for t in tables if t.values and t.start is not None and t.end is not None]
    named = []
    for block in blocks:
        inside = block.kind in _WORDED and any(a <= block.start and block.end <= b for a, b in spans)
        cell = inside and stop not in text[block.start : block.end]
        named.append(make_block("table", block.start, block.end) if cell else block)
    return tuple(named)


def _layout(form: TableForm, reads: _Reads, reads_money: _Reads) -> list[tuple[str, str, str, list[_Column]]]:
    """Each row of a form: its id, its label with those above it, what of it stands above, its columns."""
    layout = []
    for block in form.blocks:
        columns = [
            (column.id, column.path(), reads_money if column.money else reads) for column in block.columns
        ]
        above = [block.label] if block.label else []
        for row in block.rows:
            prefix = "".join(f"{label}/" for label in (*above, *row.under))
            layout.append((row.id, prefix + row.label, prefix, columns))
    return layout


def _stretches(blocks: Sequence[Block], sections: Sequence[Section]) -> Iterator[tuple[int, int]]:
    """Where tables may stand: in their sections behind the heading, and in any other table."""
    spans = []
    for section in sections:
        if section.number in _TABLED:
            start = section.start
            for block in blocks:
                if block.kind == "heading" and section.start <= block.start < section.end:
                    start = block.end if block.start <= section.start + _INDENT else start
                    break
            spans.append((start, section.end))
    yield from spans
    start = end = -1
    for block in blocks:
        if end < 0 and block.kind != "table":
            continue
        if any(low <= block.start < high for low, high in spans) or block.kind == "heading":
            joins = False
        elif block.kind == "table":
            if end < 0:
                start = block.start
            end = block.end
            continue
        else:
            joins = block.end - block.start <= _BETWEEN
        if not joins and end >= 0:
            yield start, end
            end = -1
    if end >= 0:
        yield start, end
