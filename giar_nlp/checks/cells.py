"""Whether the tables add up and their cells hold what they should (req.*, rev.*, cell.*).

An identity with blank operands is never taken as broken on a guess: it fails only where no number in the
blanks could mend it, or where the blank is the total itself.

Source: domain.md 2.7 (identities) and 6.
"""

from collections.abc import Iterator, Sequence
from operator import attrgetter

from giar_nlp.checks.ready import ReadyCheck, quote, show
from giar_nlp.checks.view import View, plain
from giar_nlp.tables.identities import Proof
from giar_nlp.tables.years import prove_plausible
from giar_nlp.types import Finding, TableValue

_NAMED = 8
"""A message names so many cells at most; the places go on."""
_SOUND = 2
"""Where so many sums that are not zero hold without the cells that a table lacks, those held nothing."""
_BLANK = frozenset({"blank", "na"})
_ROW_LABEL, _COLUMN_LABEL = attrgetter("row_label"), attrgetter("column_label")
_ITEMS, _CHANGE, _DECISIONS = "items_previous_year", "items_change", "decisions"
_CLAIMS = {"req.balance": "I1", "req.result_total": "I2", "req.row_total": "I3", "rev.block_total": "I4"}


def check_balance(view: View, check: ReadyCheck) -> Iterator[Finding]:
    """Requests that came in and those that went out do not balance."""
    yield from _broken(view, check)


def check_result_total(view: View, check: ReadyCheck) -> Iterator[Finding]:
    """A total of outcomes that is not their sum."""
    yield from _broken(view, check)


def check_row_total(view: View, check: ReadyCheck) -> Iterator[Finding]:
    """A total of applicants that is not their sum."""
    yield from _broken(view, check)


def check_block_total(view: View, check: ReadyCheck) -> Iterator[Finding]:
    """A total of reviews or lawsuits that is not the sum of their outcomes."""
    yield from _broken(view, check)


def _broken(view: View, check: ReadyCheck) -> Iterator[Finding]:
    """The findings of one identity: where it fails, and whether it could not be made everywhere."""
    unsure: list[Proof] = []
    lost: list[Proof] = []
    for proof in view.proofs.get(_CLAIMS[check.id], ()):
        if proof.status == "pass":
            continue
        if proof.status == "fail":
            yield _unequal(view, check, proof, "fails")
        elif proof.holds_if_blank_zero is False and _is_hopeless(proof):
            yield _unequal(view, check, proof, "blank")
        elif proof.holds_if_blank_zero is None:
            lost.append(proof)
        elif any(cell.value.value for cell in proof.operands):
            unsure.append(proof)
    sound = sum(proof.left == proof.right > 0 for proof in lost)
    for proof in lost:
        if sound >= _SOUND and proof.left != proof.right and _lacks_parts(proof):
            yield _unequal(view, check, proof, "fails")
    lost = [proof for proof in lost if sound < _SOUND or proof.left == proof.right or not _lacks_parts(proof)]
    for say, proofs in (("if_zero", unsure), ("lost", lost)):
        if proofs:
            yield view.finding(
                check,
                say,
                places=_blanks(view, proofs) if say == "if_zero" else (),
                status="not_assessable",
                n=len(proofs),
                where=quote("; ".join(_where(proof) for proof in proofs)),
                held=sum(proof.left == proof.right for proof in proofs),
            )


def _lacks_parts(proof: Proof) -> bool:
    """Whether parts are missing, but nothing of their total."""
    return all(operand.value.value is not None for operand in proof.operands if operand.side == "right")


def _is_hopeless(proof: Proof) -> bool:
    """Whether no number in the blanks, or the total alone, could make the identity hold."""
    blank_left = any(operand.value.status in _BLANK for operand in proof.operands if operand.side == "left")
    blank_right = [operand for operand in proof.operands if operand.side == "right"]
    n_right = sum(operand.value.status in _BLANK for operand in blank_right)
    if not n_right:
        return proof.left > proof.right or not blank_left
    # A total that is blank beside parts that are not.
    return (len(blank_right) == 1 and not blank_left and proof.left > 0) or (
        len(blank_right) == 1 and proof.left > 0 and proof.claim.each == "row"
    )


def _unequal(view: View, check: ReadyCheck, proof: Proof, say: str) -> Finding:
    told = [operand for operand in proof.operands if operand.value.value or operand.value.status in _BLANK]
    shown = [operand.value for operand in told if operand.value.value] or [told[0].value]
    totals = [operand.value for operand in proof.operands if operand.side == "right"]
    places = view.cell_places(dict.fromkeys((*totals, *shown)))
    return view.finding(
        check,
        say,
        key=f"{proof.claim.table} {proof.place}",
        places=places,
        expected=_side(proof, "left"),
        found=_side(proof, "right") if say == "fails" else check.term("blank"),
        where=_where(proof),
        left=show(proof.left),
        right=show(proof.right),
    )


def _side(proof: Proof, side: str) -> str:
    """One side of an identity as a sum: 3 + 1 + 2 = 6."""
    numbers = [
        show(operand.value.value) or ""
        for operand in proof.operands
        if operand.side == side and operand.value.value
    ]
    total = show(proof.left if side == "left" else proof.right) or ""
    return f"{' + '.join(numbers)} = {total}" if len(numbers) > 1 else total


def _where(proof: Proof) -> str:
    """The row or column of an identity, in the words of the table."""
    first = proof.operands[0].value
    label = first.row_label if proof.claim.each == "row" else first.column_label
    return (
        label.rsplit("/", 1)[-1] or proof.place if proof.claim.table == "requests" else label or proof.place
    )


def _blanks(view: View, proofs: Sequence[Proof]) -> list:  # type: ignore[type-arg]
    cells = {
        id(operand.value): operand.value
        for proof in proofs
        for operand in proof.operands
        if operand.value.status in _BLANK
    }
    return list(view.cell_places(cells.values()))


def check_negative_or_fraction(view: View, check: ReadyCheck) -> Iterator[Finding]:
    """A count that is below zero or no whole number."""
    for proof in view.proofs.get("I5", ()):
        if proof.status == "fail":
            cell = proof.operands[0].value
            yield view.finding(
                check,
                "odd",
                key=f"{proof.claim.table} {proof.place}",
                places=view.cell_places([cell]),
                expected=">= 0",
                found=cell.raw.strip(),
                where=_name(cell),
            )


def _name(cell: TableValue) -> str:
    return f"{cell.row_label or cell.row} × {cell.column_label or cell.column}"


def check_blank(view: View, check: ReadyCheck) -> Iterator[Finding]:
    """Cells without a number: blank, a dash, 无."""
    if not view.odd_cells:
        return
    for name, table in view.tables.items():
        if name == "annex":
            continue
        blank = [cell for cell in table.values if cell.status in _BLANK]
        if not blank:
            continue
        many = len(blank) > check.limits["many"]
        signs = sorted({cell.raw.strip() for cell in blank if cell.raw.strip()})
        yield view.finding(
            check,
            "many" if many else "some",
            key=name,
            places=view.cell_places(cell for cell in blank if cell.start != cell.end)
            or view.cell_places(blank),
            expected=0,
            found=f"{len(blank)} / {len(table.values)}",
            severity=None if many else "info",
            table=check.term(name),
            where=quote("; ".join(map(_name, blank[:_NAMED]))),
            signs=" ".join(signs) or check.term("blank"),
        )


def check_unit_text(view: View, check: ReadyCheck) -> Iterator[Finding]:
    """Cells that hold words: a unit beside the number, or no number at all."""
    odd = [
        cell
        for cell in view.odd_cells
        if (cell.value is not None and not _is_bare(cell.raw))
        or (cell.status == "text" and cell.settled_by is not None)
    ]
    if odd:
        yield view.finding(
            check,
            "words",
            key=" ".join(f"{cell.row}.{cell.column}" for cell in odd),
            places=view.cell_places(odd),
            found=quote(", ".join(cell.raw.strip() for cell in odd)),
            where=quote("; ".join(_name(cell) for cell in odd)),
        )
    unread = [
        cell
        for cell in view.odd_cells
        if ("annex", cell.row, cell.column) not in view.cells
        and cell.status == "text"
        and cell.settled_by is None
    ]
    if unread:
        yield view.finding(
            check,
            "uncertain",
            key="uncertain " + " ".join(f"{cell.row}.{cell.column}" for cell in unread),
            places=view.cell_places(unread),
            found=quote(", ".join(cell.raw.strip() for cell in unread)),
            where=quote("; ".join(_name(cell) for cell in unread)),
            status="not_assessable",
        )


def _is_bare(raw: str) -> bool:
    """Whether a cell holds nothing but a number."""
    return all(char in "0123456789.,+-" or char.isdecimal() or char.isspace() for char in raw) or not raw


def check_decisions_misread(view: View, check: ReadyCheck) -> Iterator[Finding]:
    """Decisions that are the number of items after the change: the columns were misread."""
    for row in check.words["rows"] if not view.is_zero else ():
        cells = [view.cells.get(("proactive", row, column)) for column in (_ITEMS, _CHANGE, _DECISIONS)]
        numbers = [cell.value for cell in cells if cell is not None and cell.value is not None]
        if len(numbers) < 3 or not numbers[0] or not numbers[1]:
            continue
        if numbers[2] == numbers[0] + numbers[1]:
            first = next(cell for cell in cells if cell is not None)
            yield view.finding(
                check,
                "sum",
                key=row,
                places=view.cell_places(cells),
                found=numbers[2],
                row=first.row_label or row,
                items=show(numbers[0]),
                change=show(numbers[1]),
            )


def check_label_variant(view: View, check: ReadyCheck) -> Iterator[Finding]:
    """Labels that are not the form's."""
    for name, table in view.tables.items():
        known = view.tools.labels.get((table.form, name), {})
        labels = {*map(_ROW_LABEL, table.values), *map(_COLUMN_LABEL, table.values)}.difference(known)
        odd = [label for label in labels if label and plain(label) not in known] if known else []
        if not odd:
            continue
        variants: dict[str, tuple[str, TableValue]] = {}
        for value in table.values:
            for label, due in (
                (value.row_label, view.tools.due.get((table.form, name, value.row))),
                (value.column_label, view.tools.due.get((table.form, name, value.column))),
            ):
                if (
                    label in odd
                    and due
                    and value.status != "missing"
                    and not plain(label).endswith(plain(due))
                ):
                    variants.setdefault(label, (due, value))
        if variants:
            written = [_last(label, due) for label, (due, _) in variants.items()]
            yield view.finding(
                check,
                "varies",
                key=f"{name} {' '.join(sorted(written))}",
                places=view.cell_places(value for _, value in variants.values()),
                expected=quote("; ".join(due for due, _ in variants.values())),
                found=quote("; ".join(written)),
                n=len(variants),
            )


def _last(label: str, due: str) -> str:
    """The last part of a label; those of the form may hold a stroke of their own (本年增/减)."""
    return "/".join(label.split("/")[-1 - due.count("/") :])


def check_amount_unit(view: View, check: ReadyCheck) -> Iterator[Finding]:
    """An amount in yuan where 万元 are due, or in no unit that can be told."""
    for row, column, limit in (
        ("central_procurement", "procurement_amount", check.limits["procurement"]),
        ("admin_fees", "amount_wan_yuan", check.limits["fees"]),
    ):
        cell = view.cells.get(("proactive", row, column))
        if cell is None or cell.value is None or cell.value <= limit:
            continue
        if check.signs["unit"].search(view.tools.close(cell.raw)):
            continue
        yield view.finding(
            check,
            "large",
            key=row,
            places=view.cell_places([cell]),
            expected=f"<= {limit:g}",
            found=cell.raw.strip(),
            where=_name(cell),
        )


def check_amount_procurement(view: View, check: ReadyCheck) -> Iterator[Finding]:
    """Procurement that cost nothing, or costs of no procurement; more issued than is in force."""
    for proof in () if view.is_zero else prove_plausible(view.report.tables):
        if proof.status != "fail":
            continue
        cells = [operand.value for operand in proof.operands]
        yield view.finding(
            check,
            proof.claim.identity.lower(),
            key=f"{proof.claim.identity} {proof.place}",
            places=view.cell_places(cells),
            expected=check.term(proof.claim.identity.lower()),
            found=" / ".join(cell.raw.strip() for cell in cells),
            where=cells[0].row_label or proof.place,
        )
