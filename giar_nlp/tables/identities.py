"""The identities of the form, evaluated over a table that was read.

An identity is never assessed on a guess: one operand that is blank, missing or no number leaves it
``not_assessable``, and `holds_if_blank_zero` tells what it would be if nothing stood for zero.

Source: domain.md 2.7 (I1 to I6); the identities themselves stand in the files of the forms.
"""

import operator
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from giar_nlp.scheme import Identity, Scheme, TableColumn, TableForm
from giar_nlp.types import StatutoryTable, TableName, TableValue, maker

ProofStatus = Literal["pass", "fail", "not_assessable"]
Relation = Literal["=", "<=", ">="]
Number = int | float

_NUMBERS = frozenset({"number", "zero"})
_EMPTY = frozenset({"blank", "na"})
_HOLDS = {"=": operator.eq, "<=": operator.le, ">=": operator.ge}


@dataclass(frozen=True, slots=True)
class Operand:
    """A cell that takes part in an identity.

    `value` is the cell as it was read, `side` where it stands. `report` tells apart the two reports of a
    comparison: 0 is the earlier one, or the one above; the others follow.
    """

    value: TableValue
    side: Literal["left", "right"]
    sign: Literal[1, -1] = 1
    report: int = 0


@dataclass(frozen=True, slots=True)
class Claim:
    """What an identity says, in words and as a relation of two sums.

    `each` tells whether it is about a row, a column or a cell. `exact` is False where a difference is only
    suspicious.
    """

    identity: str
    rule: str
    table: TableName
    each: Literal["row", "column", "cell"]
    relation: Relation = "="
    exact: bool = True


@dataclass(frozen=True, slots=True)
class Proof:
    """A claim evaluated in one place: the id of a row or a column, or both with a dot for a cell.

    `left` and `right` are the sums of the operands, with nothing for those that are no numbers.
    `holds_if_blank_zero` is None where an operand is missing or a word, and where all are numbers.
    """

    claim: Claim
    place: str
    operands: tuple[Operand, ...]
    left: Number
    right: Number
    status: ProofStatus
    holds_if_blank_zero: bool | None = None


make_operand, _make_proof = maker(Operand), maker(Proof)


def prove(table: StatutoryTable, scheme: Scheme) -> tuple[Proof, ...]:
    """Every identity of the table's form, in every row, column or cell it holds for, in the form's order.

    A table whose edition is not known is taken for any of those that have all of its cells. Empty where
    nothing was read.
    """
    form = form_of(table, scheme)
    if form is None or not table.values:
        return ()
    cells = {(value.row, value.column): value for value in table.values}
    return tuple(proof for identity in form.identities for proof in _proofs(identity, form, cells))


def form_of(table: StatutoryTable, scheme: Scheme) -> TableForm | None:
    """The form that a table was read by; None if the scheme has none with its cells."""
    editions = scheme.editions.values()
    named = [edition for edition in editions if edition.id == table.form] if table.form else editions
    cells = {(value.row, value.column) for value in table.values}
    for edition in named:
        for form in edition.tables:
            if form.table == table.table and cells <= _cell_ids(form):
                return form
    return None


def compare(claim: Claim, operands: Sequence[Operand], *, place: str) -> Proof:
    """The proof that the left operands stand in the claim's relation to the right ones."""
    left = total(operand for operand in operands if operand.side == "left")
    right = total(operand for operand in operands if operand.side == "right")
    holds = _HOLDS[claim.relation](left, right)
    statuses = {operand.value.status for operand in operands}
    status: ProofStatus = "not_assessable"
    if_zero: bool | None = None
    if operands and statuses <= _NUMBERS:
        status = "pass" if holds else "fail"
    elif operands and statuses <= _NUMBERS | _EMPTY:
        if_zero = holds
    return _make_proof(claim, place, tuple(operands), left, right, status, if_zero)


def total(operands: Iterable[Operand]) -> Number:
    """The exact sum of the operands that are numbers."""
    signed = [(operand.sign, operand.value.value) for operand in operands]
    numbers = [(sign, number) for sign, number in signed if number is not None]
    if all(isinstance(number, int) for _, number in numbers):
        return int(sum(sign * number for sign, number in numbers))
    result = sum((sign * Decimal(str(number)) for sign, number in numbers), Decimal(0))
    return int(result) if result == result.to_integral_value() else float(result)


def prove_cell(identity: Identity, table: TableName, value: TableValue, column: TableColumn) -> Proof:
    """Whether a number is whole and not below zero, as far as its column asks that."""
    number = value.value or 0
    holds = (column.signed or number >= 0) and (column.money or number == int(number))
    claim = Claim(identity.id, identity.rule, table, "cell", ">=")
    place = f"{value.row}.{value.column}"
    return Proof(claim, place, (Operand(value, "left"),), number, 0, "pass" if holds else "fail")


def _cell_ids(form: TableForm) -> frozenset[tuple[str, str]]:
    return frozenset((row.id, column.id) for _, row, column in form.cells())


def _proofs(
    identity: Identity, form: TableForm, cells: Mapping[tuple[str, str], TableValue]
) -> Iterator[Proof]:
    if identity.each == "cell":
        for _, row, column in form.cells():
            value = cells.get((row.id, column.id))
            if value is not None and value.value is not None:
                yield prove_cell(identity, form.table, value, column)
        return
    places = (
        [row.id for block in form.blocks for row in block.rows]
        if identity.each == "row"
        else list(dict.fromkeys(column.id for block in form.blocks for column in block.columns))
    )
    claim = Claim(identity.id, identity.rule, form.table, identity.each, identity.relation)
    for place in places:
        keys = [(place, name) if identity.each == "row" else (name, place) for name in identity.left]
        more = [(place, name) if identity.each == "row" else (name, place) for name in identity.right]
        if all(key in cells for key in (*keys, *more)):
            operands = [make_operand(cells[key], "left") for key in keys]
            operands += [make_operand(cells[key], "right") for key in more]
            yield compare(claim, operands, place=place)
