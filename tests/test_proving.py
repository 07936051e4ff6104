"""What a `Prover` finds by plain sums is what the proofs say that do not pass."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from giar_nlp.checks.proving import Prover
from giar_nlp.scheme import load_scheme
from giar_nlp.tables import Proof, prove
from giar_nlp.types import StatutoryTable
from tests.table_layouts import fill
from tests.test_table_identities import table

SCHEME = load_scheme()
PROVER = Prover(SCHEME)
ODD = ("", "", "1", "7", "-2", "0.5", "words", "missing")


def damaged(edition: str, chance: random.Random) -> list[StatutoryTable]:
    filled = fill(SCHEME.editions[edition])
    tables = []
    for form in SCHEME.editions[edition].tables:
        cells = {f"{row}.{column}": raw for (name, row, column), raw in filled.items() if name == form.table}
        cells.update(dict.fromkeys(chance.sample(sorted(cells), 3), chance.choice(ODD)))
        tables.append(table(edition, form.table, cells))
    return tables


def claims_nothing(proof: Proof, found: StatutoryTable) -> bool:
    """An inequality follows from equations; sums of nothing but blanks claim nothing."""
    blank = all(operand.value.value is None for operand in proof.operands)
    return proof.claim.relation == "<=" or (
        blank and all(value.status != "missing" for value in found.values)
    )


@pytest.mark.parametrize("edition", ["trial2019", "format2021"])
@pytest.mark.parametrize("seed", range(12))
def test_sums_find_the_proofs_that_do_not_pass(edition: str, seed: int) -> None:
    for found in damaged(edition, random.Random(seed)):
        proofs = [proof for proof in prove(found, SCHEME) if proof.status != "pass"]
        due = [proof for proof in proofs if not claims_nothing(proof, found)]
        doubts = list(PROVER.doubts(found))
        assert sorted(map(repr, doubts)) == sorted(map(repr, due))
        turned = replace(found, values=found.values[::-1])
        assert sorted(map(repr, PROVER.doubts(turned))) == sorted(map(repr, due))


def test_a_table_that_lacks_cells_claims_nothing_of_them() -> None:
    whole = damaged("format2021", random.Random(1))[1]
    assert whole.table == "requests"
    part = replace(whole, values=whole.values[:7])
    assert {proof.place for proof in PROVER.doubts(part)} <= {value.row for value in part.values}
