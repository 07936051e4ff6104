"""The identities of the form, and those over years and levels."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from giar_nlp.scheme import load_scheme
from giar_nlp.tables import Proof, form_of, prove
from giar_nlp.tables.values import ValueReader
from giar_nlp.tables.years import (
    pending_cells,
    prove_carry_over,
    prove_hierarchy,
    prove_in_force,
    prove_items,
    prove_plausible,
    table_named,
)
from giar_nlp.types import StatutoryTable, TableName, TableValue
from tests.table_layouts import fill

SCHEME = load_scheme()
VALUES = ValueReader(SCHEME)


def table(edition: str, name: TableName, cells: Mapping[str, str]) -> StatutoryTable:
    """A table of zeros but for some cells, each named as row.column."""
    form = next(form for form in SCHEME.editions[edition].tables if form.table == name)
    values = []
    for _, row, column in form.cells():
        raw = cells.get(f"{row.id}.{column.id}", "0")
        status, value = VALUES.read(raw)
        settled = "label"
        if raw == "missing":
            raw, status, value, settled = "", "missing", None, ""
        values.append(
            TableValue(
                row.id,
                column.id,
                row.label,
                column.label,
                raw,
                value,
                status,
                None,
                None,
                "label" if settled else None,
            )
        )
    return StatutoryTable(edition, name, 0, 1, tuple(values))


def proof_of(proofs: tuple[Proof, ...], identity: str, place: str) -> Proof:
    (found,) = [proof for proof in proofs if (proof.claim.identity, proof.place) == (identity, place)]
    return found


@pytest.mark.parametrize("edition", ["trial2019", "format2021", "pre2019"])
def test_all_identities_hold_in_a_table_that_satisfies_them(edition: str) -> None:
    filled = fill(SCHEME.editions[edition])
    for form in SCHEME.editions[edition].tables:
        cells = {f"{row}.{column}": raw for (name, row, column), raw in filled.items() if name == form.table}
        proofs = prove(table(edition, form.table, cells), SCHEME)
        assert {proof.status for proof in proofs} == {"pass"}
        assert {proof.claim.identity for proof in proofs} == {identity.id for identity in form.identities}


# table, cells, identity, place, status, what it would be if blanks were zero
CASES: list[tuple[TableName, dict[str, str], str, str, str, bool | None]] = [
    ("requests", {"new_received.total": "5"}, "I1", "total", "fail", None),
    ("requests", {"new_received.total": "5", "carried_out.total": "5"}, "I1", "total", "pass", None),
    ("requests", {"granted.natural_person": "2"}, "I2", "natural_person", "fail", None),
    ("requests", {"granted.natural_person": "3", "granted.total": ""}, "I3", "granted", "not_assessable", False),
    ("requests", {"granted.natural_person": "", "granted.total": ""}, "I3", "granted", "not_assessable", True),
    ("requests", {"granted.natural_person": "无"}, "I3", "granted", "not_assessable", True),
    ("requests", {"granted.natural_person": "missing"}, "I3", "granted", "not_assessable", None),
    ("requests", {"granted.natural_person": "见附件"}, "I3", "granted", "not_assessable", None),
    ("requests", {"granted.total": "-2"}, "I5", "granted.total", "fail", None),
    ("requests", {"granted.total": "2.5"}, "I5", "granted.total", "fail", None),
    ("requests", {"result_total.total": "7", "new_received.total": "6"}, "I6", "total", "fail", None),
    ("requests", {"result_total.total": "6", "new_received.total": "7"}, "I6", "total", "pass", None),
    ("review_litigation", {"review.upheld": "1", "review.total": "1"}, "I4", "review", "pass", None),
    ("review_litigation", {"review.upheld": "1", "review.total": "2"}, "I4", "review", "fail", None),
]  # fmt: skip


@pytest.mark.parametrize(("name", "cells", "identity", "place", "status", "if_zero"), CASES)
def test_identity(
    name: TableName, cells: dict[str, str], identity: str, place: str, status: str, if_zero: bool | None
) -> None:
    proof = proof_of(prove(table("format2021", name, cells), SCHEME), identity, place)
    assert (proof.status, proof.holds_if_blank_zero) == (status, if_zero)
    assert proof.claim.rule
    assert proof.operands


def test_sums_are_exact_and_named() -> None:
    cells = {"granted.natural_person": "2", "granted.other_org": "3", "granted.total": "6"}
    proof = proof_of(prove(table("trial2019", "requests", cells), SCHEME), "I3", "granted")
    assert (proof.left, proof.claim.relation, proof.right) == (5, "=", 6)
    assert [operand.value.column for operand in proof.operands if operand.side == "right"] == ["total"]


def test_changes_may_be_negative_and_amounts_have_decimals() -> None:
    cells = {"licensing.items_change": "-3", "central_procurement.procurement_amount": "12.5"}
    assert {proof.status for proof in prove(table("trial2019", "proactive", cells), SCHEME)} == {"pass"}
    wrong = table("trial2019", "proactive", {"licensing.decisions": "-3"})
    assert proof_of(prove(wrong, SCHEME), "I5", "licensing.decisions").status == "fail"


def test_a_table_of_no_known_edition_is_proved_by_any_that_fits() -> None:
    whole = table("trial2019", "review_litigation", {})
    unnamed = StatutoryTable(None, whole.table, 0, 1, whole.values)
    assert form_of(unnamed, SCHEME) is not None
    assert {proof.status for proof in prove(unnamed, SCHEME)} == {"pass"}
    assert prove(StatutoryTable(None, "requests", 0, 1, (), "image"), SCHEME) == ()


def test_what_is_carried_out_is_carried_in() -> None:
    before = [table("trial2019", "requests", {"carried_out.total": "4", "carried_out.natural_person": "4"})]
    after = [table("format2021", "requests", {"carried_in.total": "4", "carried_in.other_org": "4"})]
    proofs = prove_carry_over(before, after)
    total = proof_of(proofs, "X1", "total")
    assert (total.status, total.claim.exact) == ("pass", True)
    person = proof_of(proofs, "X1", "natural_person")
    assert (person.status, person.claim.exact) == ("fail", False)
    assert [operand.report for operand in person.operands] == [0, 1]
    assert prove_carry_over([], after) == ()


def test_documents_in_force() -> None:
    before = [table("format2021", "proactive", {"rules.in_force": "10"})]
    after = [
        table("format2021", "proactive", {"rules.issued": "3", "rules.repealed": "1", "rules.in_force": "12"})
    ]
    assert proof_of(prove_in_force(before, after), "X2", "rules").status == "pass"
    assert proof_of(prove_in_force(after, before), "X2", "rules").status == "fail"
    assert prove_in_force([table("trial2019", "proactive", {})], after) == ()


def test_items_of_the_year_before() -> None:
    before = [
        table(
            "trial2019", "proactive", {"licensing.items_previous_year": "20", "licensing.items_change": "减3"}
        )
    ]
    after = [table("trial2019", "proactive", {"licensing.items_previous_year": "17"})]
    assert proof_of(prove_items(before, after), "X3", "licensing").status == "pass"
    assert proof_of(prove_items(after, before), "X3", "licensing").status == "fail"


def test_cases_still_open_are_shown() -> None:
    tables = [table("format2021", "review_litigation", {"review.pending": "2"})]
    assert [cell.raw for cell in pending_cells(tables)] == ["2", "0", "0"]


def test_plausibility() -> None:
    form = [table("format2021", "proactive", {"rules.issued": "3", "rules.in_force": "2"})]
    assert proof_of(prove_plausible(form), "X5", "rules").status == "fail"
    cells = {"rules.newly_published": "3", "central_procurement.procurement_items": "2"}
    trial = prove_plausible([table("trial2019", "proactive", cells)])
    assert proof_of(trial, "X6", "rules").status == "fail"
    assert proof_of(trial, "X7", "central_procurement").status == "fail"
    assert not any(proof.claim.exact for proof in trial)


def test_an_area_and_its_agencies() -> None:
    parent = [table("format2021", "requests", {"new_received.total": "5"})]
    children = [[table("format2021", "requests", {"new_received.total": number})] for number in ("2", "3")]
    assert proof_of(prove_hierarchy(parent, children, complete=True), "X8", "new_received").status == "pass"
    larger = prove_hierarchy(children[0], [parent])
    assert proof_of(larger, "X8", "new_received").status == "fail"
    assert table_named(parent, "proactive") is None
