"""The checks of a report beside others (xyear.*, copy.across_agencies, corpus.*)."""

from collections.abc import Iterator, Sequence
from statistics import mean

from giar_nlp.checks.copies import Shared
from giar_nlp.checks.neighbours import Comparison, Neighbours
from giar_nlp.checks.ready import ReadyCheck, make_finding
from giar_nlp.checks.summary import Passage, Summary
from giar_nlp.tables.identities import Proof
from giar_nlp.tables.years import prove_carry_over, prove_hierarchy, prove_in_force, prove_items
from giar_nlp.types import Finding, Place, TableValue

_REQUESTS, _PROACTIVE, _TOTAL = "requests", "proactive", "total"
_COMPARED_ROWS = frozenset({"new_received", "carried_in", "result_total", "carried_out"})
_OUTLIERS = (
    (_REQUESTS, "new_received", _TOTAL),
    (_PROACTIVE, "licensing", "decisions"),
    (_PROACTIVE, "penalties", "decisions"),
)
_REFUSED = ("denied_", "unable_", "rejected_")


def _places(cells: Sequence[TableValue]) -> list[Place]:
    """Places of cells; a summary keeps no text, so only those whose words are the cell's own."""
    return [
        Place(cell.start, cell.end, cell.raw)
        for cell in cells
        if cell.start is not None and cell.end is not None and cell.end - cell.start == len(cell.raw)
    ]


def _own(proof: Proof) -> list[TableValue]:
    return [operand.value for operand in proof.operands if operand.report == 1]


def _label(cell: TableValue) -> str:
    return cell.row_label or cell.row


def compare_carry_over(summary: Summary, near: Neighbours, check: ReadyCheck) -> Iterator[Finding]:
    """Requests carried in that are not those carried out a year before."""
    if near.before is None:
        return
    for proof in prove_carry_over(near.before.tables, summary.tables):
        cells = _own(proof)
        column = proof.place
        if proof.status == "pass" or (proof.status == "not_assessable" and column != _TOTAL):
            continue
        say = "unread" if proof.status != "fail" else "total" if proof.claim.exact else "column"
        yield make_finding(
            check,
            say,
            name=summary.name,
            key=column,
            places=_places(cells),
            expected=proof.left,
            found=proof.right,
            severity=None if proof.claim.exact else "warning",
            status="not_assessable" if say == "unread" else "fail",
            year=near.before.year,
            column=cells[0].column_label or column,
        )


def compare_in_force(summary: Summary, near: Neighbours, check: ReadyCheck) -> Iterator[Finding]:
    """Documents in force that do not follow from those of the year before."""
    if near.before is not None:
        yield from _differing(summary, near.before, check, prove_in_force(near.before.tables, summary.tables))


def compare_items(summary: Summary, near: Neighbours, check: ReadyCheck) -> Iterator[Finding]:
    """Items of the year before that the report of that year does not have."""
    if near.before is not None:
        yield from _differing(summary, near.before, check, prove_items(near.before.tables, summary.tables))


def _differing(
    summary: Summary, before: Summary, check: ReadyCheck, proofs: Sequence[Proof]
) -> Iterator[Finding]:
    for proof in proofs:
        if proof.status == "fail":
            cells = _own(proof)
            yield make_finding(
                check,
                "differs",
                name=summary.name,
                key=proof.place,
                places=_places(cells),
                expected=proof.right,
                found=proof.left,
                year=before.year,
                row=_label(cells[0]),
            )


def compare_jump(summary: Summary, near: Neighbours, check: ReadyCheck) -> Iterator[Finding]:
    """Numbers that grew or shrank more than fivefold."""
    before = near.before
    if before is None:
        return
    named = frozenset(check.words["rows"])
    for table in summary.tables:
        for cell in table.values:
            if cell.value is None or not (
                (cell.row in named and cell.column == _TOTAL) or cell.column in named
            ):
                continue
            old = before.cell(table.table, cell.row, cell.column)
            if old is None or old.value is None:
                continue
            small, large = sorted((old.value, cell.value))
            if small >= check.limits["smallest"] and large > check.limits["factor"] * small:
                yield make_finding(
                    check,
                    "jump",
                    name=summary.name,
                    key=f"{cell.row}.{cell.column}",
                    places=_places([cell]),
                    expected=old.value,
                    found=cell.value,
                    row=_label(cell),
                    year=before.year,
                )


def compare_identical(summary: Summary, near: Neighbours, check: ReadyCheck) -> Iterator[Finding]:
    """A report whose numbers or words are last year's."""
    before = near.before
    if before is None:
        return
    numbers = summary.numbers
    if len(numbers) >= check.limits["numbers"] and any(numbers) and numbers == before.numbers:
        yield make_finding(
            check,
            "numbers",
            name=summary.name,
            found=len(numbers),
            n=len(numbers),
            year=before.year,
        )
    for shared in near.shared:
        if shared.other is before and shared.share > check.limits["similar"]:
            yield make_finding(
                check,
                "text",
                name=summary.name,
                places=_passages(shared.passages),
                found=f"{shared.share:.0%}",
                percent=f"{shared.share:.0%}",
                year=before.year,
            )


def _passages(passages: Sequence[Passage]) -> list[Place]:
    return [Place(passage.start, passage.end, passage.text) for passage in passages]


def compare_agencies(summary: Summary, near: Neighbours, check: ReadyCheck) -> Iterator[Finding]:
    """Passages that stand in the report of another agency on the same year."""
    for shared in near.shared:
        other = shared.other
        if other.kin == summary.kin or other.year != summary.year or shared.share >= check.limits["same"]:
            continue
        n_chars = sum(passage.n_chars for passage in shared.passages)
        if n_chars < check.limits["characters"] or shared.share < check.limits["share"]:
            continue
        yield make_finding(
            check,
            "copied",
            name=summary.name,
            key=other.name,
            places=_passages(shared.passages),
            found=f"{shared.share:.0%}",
            percent=f"{shared.share:.0%}",
            n=len(shared.passages),
            other=other.agency or "?",
            source=other.path,
        )


def compare_missing_year(summary: Summary, near: Neighbours, check: ReadyCheck) -> Iterator[Finding]:
    """A year without a report before this one."""
    earlier = [year for year in near.years if summary.year is not None and year < summary.year]
    if not earlier or summary.year is None:
        return
    for year in range(earlier[-1] + 1, summary.year):
        yield make_finding(
            check,
            "gap",
            name=summary.name,
            key=str(year),
            expected=year,
            agency=summary.agency,
            before=earlier[-1],
            after=summary.year,
        )


def compare_duplicates(summary: Summary, near: Neighbours, check: ReadyCheck) -> Iterator[Finding]:
    """The same report under two agencies, for two years, or twice."""
    for shared in near.shared:
        other = shared.other
        if not _is_same(shared, summary, check):
            continue
        if other.kin == summary.kin and summary.year is not None and other.year == summary.year - 1:
            continue  # xyear.identical tells of it
        again = other.kin == summary.kin and other.year == summary.year
        yield make_finding(
            check,
            "copy" if again else "same",
            name=summary.name,
            key=f"{other.name} {other.path if again else ''}",
            found=f"{shared.share:.0%}",
            other=f"{other.agency or '?'} {other.year or '?'}",
            source=other.path,
        )


def _is_same(shared: Shared, summary: Summary, check: ReadyCheck) -> bool:
    limit = check.limits.__getitem__
    both = sorted((summary.n_chars, shared.other.n_chars))
    return shared.share >= limit("same") and both[0] >= 0.9 * both[1] and both[0] >= limit("characters")


def compare_hierarchy(summary: Summary, near: Neighbours, check: ReadyCheck) -> Iterator[Finding]:
    """An area whose report has less than that of one agency in it."""
    above = near.above
    if above is None or above is summary:
        return
    for proof in prove_hierarchy(above.tables, [summary.tables]):
        if proof.status != "fail" or proof.place not in _COMPARED_ROWS:
            continue
        cells = _own(proof)
        yield make_finding(
            check,
            "less",
            name=summary.name,
            key=f"{above.name} {proof.place}",
            places=_places(cells),
            expected=proof.right,
            found=proof.left,
            row=_label(cells[0]),
            other=summary.agency or "?",
            source=above.path,
        )


def compare_outlier(summary: Summary, near: Neighbours, check: ReadyCheck) -> Iterator[Finding]:
    """A zero where like agencies have hundreds; hardly any request granted."""
    peers = [peer for peer in near.peers if peer is not summary]
    for key in _OUTLIERS:
        cell = summary.cell(*key)
        if cell is None or cell.value != 0 or len(peers) < check.limits["peers"]:
            continue
        values = [other.value for peer in peers if (other := peer.cell(*key)) and other.value is not None]
        if len(values) >= check.limits["peers"] and mean(values) > check.limits["average"]:
            yield make_finding(
                check,
                "zero",
                name=summary.name,
                key=key[1],
                places=_places([cell]),
                expected=f"{mean(values):.0f}",
                found=0,
                row=_label(cell),
                n=len(values),
            )
    total = summary.cell(_REQUESTS, "result_total")
    if total is None or not total.value or total.value < check.limits["requests"]:
        return
    table = next(table for table in summary.tables if table.table == _REQUESTS)
    refused = [
        cell
        for cell in table.values
        if cell.column == _TOTAL and cell.row.startswith(_REFUSED) and cell.value
    ]
    share = sum(cell.value or 0 for cell in refused) / total.value
    if check.limits["denied"] < share <= 1:
        yield make_finding(
            check,
            "denied",
            name=summary.name,
            key="denied",
            places=_places(refused),
            expected=f"{check.limits['denied']:.0%}",
            found=f"{share:.0%}",
        )


COMPARISONS: dict[str, Comparison] = {
    "xyear.carry_over": compare_carry_over,
    "xyear.in_force": compare_in_force,
    "xyear.items": compare_items,
    "xyear.jump": compare_jump,
    "xyear.identical": compare_identical,
    "copy.across_agencies": compare_agencies,
    "corpus.missing_year": compare_missing_year,
    "corpus.duplicate_report": compare_duplicates,
    "corpus.hierarchy_sum": compare_hierarchy,
    "corpus.outlier": compare_outlier,
}
"""The checks that take several reports, in the order of their findings."""
