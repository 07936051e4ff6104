"""The identities of a table that do not hold, found by plain sums.

`prove` gives a proof of every identity in every row, column and cell: hundreds of records a table, nearly
all of which say that all is well. A `Prover` adds up first and has a proof made only where the sums do not
settle it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from giar_nlp.scheme import Identity, Scheme, TableForm
from giar_nlp.tables.identities import Claim, Operand, Proof, compare, prove
from giar_nlp.types import StatutoryTable, TableValue

Key = tuple[str, str]

_WHOLE = "cell"


@dataclass(frozen=True, slots=True)
class _Claimed:
    """An identity in one row or column: the cells on both sides."""

    claim: Claim
    place: str
    left: tuple[Key, ...]
    right: tuple[Key, ...]


class Prover:
    """Finds what does not hold, by the forms of a scheme."""

    def __init__(self, scheme: Scheme) -> None:
        self._scheme = scheme
        self._plans: dict[tuple[str, str], tuple[_Claimed, ...]] = {
            (edition.id, form.table): tuple(_claims(form))
            for edition in scheme.editions.values()
            for form in edition.tables
        }

    def doubts(self, table: StatutoryTable) -> Iterator[Proof]:
        """The proofs of a table that do not pass: the failed ones and those that could not be made."""
        claims = self._plans.get((table.form or "", table.table))
        if claims is None:
            yield from (proof for proof in prove(table, self._scheme) if proof.status != "pass")
            return
        cells = {(value.row, value.column): value for value in table.values}
        numbers = {key: value.value for key, value in cells.items() if value.status in {"number", "zero"}}
        lost = any(value.status == "missing" for value in table.values)
        for one in claims:
            try:
                left = sum([numbers[key] for key in one.left])  # type: ignore[misc]
                right = sum([numbers[key] for key in one.right])  # type: ignore[misc]
            except (KeyError, TypeError):
                if not any(key in numbers for key in (*one.left, *one.right)) and not lost:
                    continue  # all blank: nothing is claimed
                left, right = 1, 0
            if left == right:
                continue
            operands = _operands(one, cells)
            if operands:
                proof = compare(one.claim, operands, place=one.place)
                if proof.status != "pass":
                    yield proof
        if any(number.__class__ is not int or number < 0 for number in numbers.values()):
            yield from (
                proof
                for proof in prove(table, self._scheme)
                if proof.claim.each == _WHOLE and proof.status != "pass"
            )


def _operands(claimed: _Claimed, cells: dict[Key, TableValue]) -> list[Operand]:
    """The cells of an identity; nothing where the table has not all of them."""
    if not all(key in cells for key in (*claimed.left, *claimed.right)):
        return []
    operands = [Operand(cells[key], "left") for key in claimed.left]
    return operands + [Operand(cells[key], "right") for key in claimed.right]


def _claims(form: TableForm) -> Iterator[_Claimed]:
    rows = [row.id for block in form.blocks for row in block.rows]
    columns = list(dict.fromkeys(column.id for block in form.blocks for column in block.columns))
    for identity in form.identities:
        if identity.each == _WHOLE or identity.relation != "=":
            continue  # cells by themselves are looked at apart; what is no equation follows from one
        claim = Claim(identity.id, identity.rule, form.table, identity.each, identity.relation)
        for place in rows if identity.each == "row" else columns:
            left, right = (_keys(identity, place, names) for names in (identity.left, identity.right))
            yield _Claimed(claim, place, left, right)


def _keys(identity: Identity, place: str, names: tuple[str, ...]) -> tuple[Key, ...]:
    return tuple((place, name) if identity.each == "row" else (name, place) for name in names)
