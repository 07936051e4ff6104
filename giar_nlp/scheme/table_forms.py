"""What the files of `tables/` may hold: the statutory tables of one edition of the form.

Labels are written as the notice prints them. In matching, blanks, the numbers before labels and notes in
brackets do not count.
"""

from collections.abc import Iterator
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from giar_nlp.scheme.forms import Form, Id, Words
from giar_nlp.scheme.layout_forms import Chars, Sign

Label = Annotated[str, Field(min_length=1)]
IdentityId = Annotated[str, Field(pattern=r"^[A-Z][0-9]+$")]


class Labelled(Form):
    """A row or a column: its label, the group labels above it (`under`, outermost first), other names."""

    id: Id
    label: Label
    variants: Words = ()
    under: Words = ()
    unit: str | None = None

    def path(self) -> str:
        """The label below its group labels."""
        return "/".join((*self.under, self.label))


class TableColumn(Labelled):
    """A column. `signed` values may be negative; those in `money` may have decimals and keep their scale."""

    signed: bool = False
    money: bool = False


class TableRow(Labelled):
    """A row; in a flat table a run of cells under its label."""


class TableBlock(Form):
    """Rows that share their columns, under one label of their own or none."""

    label: Label | None = None
    columns: Annotated[tuple[TableColumn, ...], Field(min_length=1)]
    rows: Annotated[tuple[TableRow, ...], Field(min_length=1)]


class Identity(Form):
    """An identity that the values must satisfy: the sum of `left`, `relation`, the sum of `right`.

    It holds in each column (`left` and `right` name rows), in each row (they name columns), or in each cell
    by itself, without sums: then every value is a whole number not below zero, as its column allows.
    """

    id: IdentityId
    each: Literal["row", "column", "cell"]
    rule: str
    left: tuple[Id, ...] = ()
    relation: Literal["=", "<="] = "="
    right: tuple[Id, ...] = ()


class TableForm(Form):
    """One statutory table. In a ``flat`` table all values stand in one row, block after block.

    `section` is the number of its section, None where it has none; `furniture` are words of its head.
    """

    table: Literal["proactive", "requests", "review_litigation", "annex"]
    section: Annotated[int, Field(ge=1, le=6)] | None = None
    layout: Literal["rows", "flat"] = "rows"
    furniture: Words = ()
    blocks: Annotated[tuple[TableBlock, ...], Field(min_length=1)]
    identities: tuple[Identity, ...] = ()

    def cells(self) -> Iterator[tuple[TableBlock, TableRow, TableColumn]]:
        """Every cell, in reading order."""
        for block in self.blocks:
            for row in block.rows:
                for column in block.columns:
                    yield block, row, column

    def labels(self) -> Iterator[str]:
        """Every label as the notice prints it, some of them more than once."""
        yield from self.furniture
        for block in self.blocks:
            if block.label:
                yield block.label
            for labelled in (*block.columns, *block.rows):
                yield from (*labelled.under, labelled.label)

    def units(self) -> Iterator[str]:
        """The unit of every row and column that has one, some more than once."""
        for block in self.blocks:
            for labelled in (*block.columns, *block.rows):
                if labelled.unit:
                    yield labelled.unit

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        rows = [row.id for block in self.blocks for row in block.rows]
        columns = {column.id for block in self.blocks for column in block.columns}
        if twice := sorted({row for row in rows if rows.count(row) > 1}):
            raise ValueError(f"{self.table}: row '{twice[0]}' stands twice; give each row its own id")
        for block in self.blocks:
            ids = [column.id for column in block.columns]
            if len(set(ids)) < len(ids):
                raise ValueError(f"{self.table}: a column stands twice in a block; give each its own id")
        for identity in self.identities:
            if (identity.each == "cell") == bool(identity.left and identity.right):
                raise ValueError(f"{identity.id}: left and right are named for sums, and for nothing else")
            known = set(rows) if identity.each == "column" else columns
            for name in (*identity.left, *identity.right):
                if name not in known:
                    raise ValueError(
                        f"{identity.id}: unknown id '{name}' in table {self.table}; mend it there"
                    )
        return self


class FormEdition(Form):
    """`tables/<id>.toml`: one edition of the form.

    `notice` is the document that fixes it, `years` the first and the last year it holds for (no last one:
    still in force).
    """

    id: Literal["pre2019", "trial2019", "format2021"]
    name: str
    notice: str
    years: Annotated[tuple[int, ...], Field(min_length=1, max_length=2)]
    tables: Annotated[tuple[TableForm, ...], Field(min_length=1)]


class CellSigns(Form):
    """`cells.toml`: how the cells of the statutory tables are written.

    `empty` is a cell that says there is nothing to say. `number` has the groups ``digits``, ``scale``, ``up``
    and ``down``, `words` the group ``han``. `ordinal`, `lead` and `note` are no part of a label, nor are the
    characters of `punctuation`; `mark` is what is left of the first two without these.
    """

    punctuation: Chars
    empty: Sign
    number: Sign
    words: Sign
    ordinal: Sign
    lead: Sign
    mark: Sign
    note: Sign
