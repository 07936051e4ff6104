"""The identities of a table that do not hold, found by plain sums.

`prove` gives a proof of every identity in every row, column and cell: hundreds of records a table, nearly
all of which say that all is well. A `Prover` adds up first and has a proof made only where the sums do not
settle it.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from operator import itemgetter

from giar_nlp.scheme import Identity, Scheme, TableColumn, TableForm
from giar_nlp.tables.identities import Claim, Proof, compare, make_operand, prove, prove_cell
from giar_nlp.types import StatutoryTable, TableValue

Key = tuple[str, str]
Pick = Callable[[Sequence[object]], tuple[object, ...]]
"""Some of the cells of a form, or of what stands in them, given for all its cells in order."""

_WHOLE = "cell"
_NUMBERS = frozenset({"number", "zero"})


@dataclass(frozen=True, slots=True)
class _Claimed:
    """An identity in one row or column, and the cells on both sides."""

    claim: Claim
    place: str
    left: Pick
    right: Pick


class _Plan:
    """What a form claims: the keys of its cells, their columns, sums, and what each cell must be."""

    def __init__(self, form: TableForm) -> None:
        self.keys = [(row.id, column.id) for _, row, column in form.cells()]
        self.columns: list[TableColumn] = [column for _, _, column in form.cells()]
        self.sums = tuple(_claims(form, {key: number for number, key in enumerate(self.keys)}))
        self.wholes = [identity for identity in form.identities if identity.each == _WHOLE]


class Prover:
    """Finds what does not hold, by the forms of a scheme."""

    def __init__(self, scheme: Scheme) -> None:
        self._scheme = scheme
        self._plans: dict[tuple[str | None, str], _Plan] = {
            (edition.id, form.table): _Plan(form)
            for edition in scheme.editions.values()
            for form in edition.tables
        }

    def doubts(self, table: StatutoryTable) -> Iterator[Proof]:
        """The proofs of a table that do not pass: the failed ones and those that could not be made."""
        plan = self._plans.get((table.form, table.table))
        if plan is None:
            yield from (proof for proof in prove(table, self._scheme) if proof.status != "pass")
            return
        cells: Sequence[TableValue | None] = table.values
        if [(value.row, value.column) for value in table.values] != plan.keys:
            known = {(value.row, value.column): value for value in table.values}
            cells = [known.get(key) for key in plan.keys]
        numbers = [cell.value if cell and cell.status in _NUMBERS else None for cell in cells]
        lost = any(value.status == "missing" for value in table.values)
        for one in plan.sums:
            left, right = one.left(numbers), one.right(numbers)
            try:
                if sum(left) == sum(right):  # type: ignore[arg-type]  # None has no sum
                    continue
            except TypeError:
                if not lost and {*left, *right} == {None}:
                    continue  # all blank: nothing is claimed
            yield from _doubt(one, one.left(cells), one.right(cells))
        yield from _odd_cells(plan, table, cells, numbers)


def _doubt(one: _Claimed, left: tuple[object, ...], right: tuple[object, ...]) -> Iterator[Proof]:
    """The proof of a sum, unless it passes; none where the table has not all of its cells."""
    operands = [make_operand(cell, "left") for cell in left if isinstance(cell, TableValue)]
    operands += [make_operand(cell, "right") for cell in right if isinstance(cell, TableValue)]
    if len(operands) == len(left) + len(right):
        proof = compare(one.claim, operands, place=one.place)
        if proof.status != "pass":
            yield proof


def _odd_cells(
    plan: _Plan, table: StatutoryTable, cells: Sequence[TableValue | None], numbers: Sequence[float | None]
) -> Iterator[Proof]:
    """The proofs of the cells, which ask for whole numbers, that fail."""
    odd = [
        (cell, column)
        for cell, column, number in zip(cells, plan.columns, numbers, strict=True)
        if cell and number is not None and (number.__class__ is not int or number < 0)
    ]
    for identity in plan.wholes if odd else ():
        for cell, column in odd:
            proof = prove_cell(identity, table.table, cell, column)
            if proof.status != "pass":
                yield proof


def _claims(form: TableForm, places: dict[Key, int]) -> Iterator[_Claimed]:
    rows = [row.id for block in form.blocks for row in block.rows]
    columns = list(dict.fromkeys(column.id for block in form.blocks for column in block.columns))
    for identity in form.identities:
        if identity.each == _WHOLE or identity.relation != "=":
            continue  # cells by themselves are looked at apart; what is no equation follows from one
        claim = Claim(identity.id, identity.rule, form.table, identity.each, identity.relation)
        for place in rows if identity.each == "row" else columns:
            left, right = (_keys(identity, place, names) for names in (identity.left, identity.right))
            if all(key in places for key in chain(left, right)):
                yield _Claimed(
                    claim, place, *(_pick([places[key] for key in side]) for side in (left, right))
                )


def _keys(identity: Identity, place: str, names: tuple[str, ...]) -> tuple[Key, ...]:
    return tuple((place, name) if identity.each == "row" else (name, place) for name in names)


def _pick(places: Sequence[int]) -> Pick:
    """What picks the cells at these places."""
    if len(places) > 1:
        return itemgetter(*places)
    return itemgetter(slice(places[0], places[0] + 1))
