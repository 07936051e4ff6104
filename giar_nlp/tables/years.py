"""Comparisons over several reports, and what is plausible in one.

Several reports: two years of one agency, or an area and the agencies in it. Each function takes the tables
of reports and gives proofs; those that hold only as a rule of thumb have ``claim.exact`` False. A table that
was not read gives no proof at all.

Source: domain.md 2.7 (X1 to X8).
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from giar_nlp.tables.identities import Claim, Operand, Proof, compare
from giar_nlp.types import StatutoryTable, TableName, TableValue

Tables = Sequence[StatutoryTable]

_TOTAL = "total"
_DOCUMENTS = ("rules", "normative_documents")
_ITEMS = ("licensing", "other_services", "penalties", "coercive_measures", "admin_fees")

_CARRIED = Claim("X1", "carried_out of a year = carried_in of the next", "requests", "column")
_IN_FORCE = Claim(
    "X2", "in_force = in_force of the year before + issued - repealed", "proactive", "row", exact=False
)
_CHANGED = Claim(
    "X3",
    "items_previous_year = items_previous_year + items_change of the year before",
    "proactive",
    "row",
    exact=False,
)
_KEPT = Claim("X5", "in_force >= issued - repealed", "proactive", "row", ">=", exact=False)
_OPEN = Claim("X6", "newly_published <= published_total", "proactive", "row", "<=", exact=False)
_BOUGHT = Claim(
    "X7", "procurement_items = 0 if and only if procurement_amount = 0", "proactive", "row", exact=False
)
_ABOVE = Claim(
    "X8", "the total of an area >= that of each agency in it", "requests", "row", ">=", exact=False
)
_SUM = Claim("X8", "the total of an area = the sum of the agencies in it", "requests", "row", exact=False)


def table_named(tables: Tables, name: TableName) -> StatutoryTable | None:
    """The first table of a name in which a value was read; None if there is none."""
    return next((table for table in tables if table.table == name and table.unread is None), None)


def cell_of(table: StatutoryTable | None, row: str, column: str) -> TableValue | None:
    """A cell of a table; None if the table is None or has no such cell."""
    values = table.values if table else ()
    return next((value for value in values if value.row == row and value.column == column), None)


def prove_carry_over(earlier: Tables, later: Tables) -> tuple[Proof, ...]:
    """X1: what is carried out of a year is carried into the next.

    Exact in the total; in the other columns it is not, as applicants may be classed anew.
    """
    before, after = table_named(earlier, "requests"), table_named(later, "requests")
    proofs = []
    for value in before.values if before else ():
        if value.row == "carried_out" and (carried := cell_of(after, "carried_in", value.column)):
            operands = (Operand(value, "left"), Operand(carried, "right", report=1))
            claim = _CARRIED if value.column == _TOTAL else replace(_CARRIED, exact=False)
            proofs.append(compare(claim, operands, place=value.column))
    return tuple(proofs)


def prove_in_force(earlier: Tables, later: Tables) -> tuple[Proof, ...]:
    """X2, from 2021 on: documents in force are those of the year before, and what was issued, less repealed.

    Never exact: documents also expire, and agencies are merged.
    """
    before, after = table_named(earlier, "proactive"), table_named(later, "proactive")
    proofs = []
    for row in _DOCUMENTS:
        old, now = cell_of(before, row, "in_force"), cell_of(after, row, "in_force")
        issued, repealed = cell_of(after, row, "issued"), cell_of(after, row, "repealed")
        if old and now and issued and repealed:
            operands = (
                Operand(now, "left", report=1),
                Operand(old, "right"),
                Operand(issued, "right", report=1),
                Operand(repealed, "right", sign=-1, report=1),
            )
            proofs.append(compare(_IN_FORCE, operands, place=row))
    return tuple(proofs)


def prove_items(earlier: Tables, later: Tables) -> tuple[Proof, ...]:
    """X3, from 2019 to 2020: items of the previous year are those of the year before it, and their change."""
    before, after = table_named(earlier, "proactive"), table_named(later, "proactive")
    proofs = []
    for row in _ITEMS:
        old, change = cell_of(before, row, "items_previous_year"), cell_of(before, row, "items_change")
        now = cell_of(after, row, "items_previous_year")
        if old and change and now:
            operands = (Operand(now, "left", report=1), Operand(old, "right"), Operand(change, "right"))
            proofs.append(compare(_CHANGED, operands, place=row))
    return tuple(proofs)


def pending_cells(tables: Tables) -> tuple[TableValue, ...]:
    """X4: the cells of cases still open, to be shown beside the next year's; nothing follows from them."""
    table = table_named(tables, "review_litigation")
    return tuple(value for value in table.values if value.column == "pending") if table else ()


def prove_plausible(tables: Tables) -> tuple[Proof, ...]:
    """X5 to X7 within one report, none of them exact."""
    table = table_named(tables, "proactive")
    return tuple(_plausible(table)) if table else ()


def _plausible(table: StatutoryTable) -> Iterator[Proof]:
    cells = {(value.row, value.column): value for value in reversed(table.values)}
    for row in _DOCUMENTS:
        in_force, issued = cells.get((row, "in_force")), cells.get((row, "issued"))
        repealed = cells.get((row, "repealed"))
        if in_force and issued and repealed:
            less = Operand(repealed, "right", sign=-1)
            yield compare(_KEPT, (Operand(in_force, "left"), Operand(issued, "right"), less), place=row)
        new, published = cells.get((row, "newly_published")), cells.get((row, "published_total"))
        if new and published:
            yield compare(_OPEN, (Operand(new, "left"), Operand(published, "right")), place=row)
    row = "central_procurement"
    items, amount = cells.get((row, "procurement_items")), cells.get((row, "procurement_amount"))
    if items and amount:
        proof = compare(_BOUGHT, (Operand(items, "left"), Operand(amount, "right")), place=row)
        if proof.status != "not_assessable":
            proof = replace(proof, status="pass" if (proof.left == 0) == (proof.right == 0) else "fail")
        yield proof


def prove_hierarchy(
    parent: Tables, children: Sequence[Tables], *, complete: bool = False
) -> tuple[Proof, ...]:
    """X8: an area reports no fewer requests than any agency in it, in the total of each row.

    Args:
        parent: the tables of the report on the whole area.
        children: the tables of each agency in it, the area's own office among them.
        complete: whether those are all agencies: then the area's total is their sum.
    """
    above = table_named(parent, "requests")
    proofs = []
    for value in above.values if above else ():
        if value.column != _TOTAL:
            continue
        below = [cell_of(table_named(child, "requests"), value.row, _TOTAL) for child in children]
        operands = [Operand(found, "right", report=number) for number, found in enumerate(below, 1) if found]
        whole = Operand(value, "left")
        if complete and operands and len(operands) == len(children):
            proofs.append(compare(_SUM, (whole, *operands), place=value.row))
        else:
            proofs.extend(compare(_ABOVE, (whole, operand), place=value.row) for operand in operands)
    return tuple(proofs)
