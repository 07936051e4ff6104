"""Statutory tables and findings beside gold: cells by form, findings by check and by severity.

A cell is found by table, row and column. A finding is met by one of the same check whose places overlap
its own; where one of the two names no place (something is missing), the check alone decides. A place in a
statutory table stands for its row, label and all: one names the label, another the cell.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from giar_nlp.checks import ReportSet
from giar_nlp.evaluation.scores import Miss
from giar_nlp.scheme import Scheme
from giar_nlp.types import Finding, Report, StatutoryTable, TableValue

ALL = "all"
_SEVERITIES = ("error", "warning", "info")
Span = tuple[int, int]
Fate = Literal["right", "wrong", "uncertain", "missing", "false"]


@dataclass(frozen=True, slots=True)
class CellScore:
    """What became of the gold's cells; `n_false` values were found where gold has no cell.

    A blank cell is right if it has no value. `n_uncertain` cells are found and have no value, for row or
    column were not certain; `n_missing` ones were not found at all.
    """

    n_gold: int
    n_right: int
    n_wrong: int
    n_uncertain: int
    n_missing: int
    n_false: int

    @property
    def share(self) -> float:
        """Share of the gold's cells that is right; 1 where there are none."""
        return self.n_right / self.n_gold if self.n_gold else 1.0


@dataclass(frozen=True, slots=True)
class FindingScore:
    """Of `n_gold` findings `n_met` were found; of `n_found` ones `n_right` are gold's.

    One finding may meet two of gold's and the reverse, so there are two numbers. `n_not_assessable` checks
    could not be made; they are no findings, and meet none.
    """

    n_gold: int
    n_met: int
    n_found: int
    n_right: int
    n_not_assessable: int

    @property
    def precision(self) -> float:
        """Share of the found that gold has; 1 where nothing was found."""
        return self.n_right / self.n_found if self.n_found else 1.0

    @property
    def recall(self) -> float:
        """Share of gold that was found; 1 where there is none."""
        return self.n_met / self.n_gold if self.n_gold else 1.0


@dataclass(frozen=True, slots=True)
class ProofScores:
    """Scores of tables by form and name (``format2021 requests``), of findings by check and by severity.

    Each holds a line ``all`` and is empty where no report of the gold has any. By severity, what gold has
    counts under gold's severity and what was found under its own.
    """

    cells: Mapping[str, CellScore]
    checks: Mapping[str, FindingScore]
    severities: Mapping[str, FindingScore]
    misses: tuple[Miss, ...] = ()


def with_comparisons(reports: Sequence[Report], scheme: Scheme) -> list[Report]:
    """The reports with what comparing them finds (years, copies, peers) beside what each alone gives."""
    together = ReportSet(scheme)
    for report in reports:
        together.add(report)
    more: dict[int, list[Finding]] = {}
    for number, finding in together.findings():
        more.setdefault(number, []).append(finding)
    return [
        replace(report, findings=(*report.findings, *more.get(number, ())))
        for number, report in enumerate(reports)
    ]


def score_proofs(gold: Iterable[Report], found: Iterable[Report]) -> ProofScores:
    """The scores of tables and findings; reports come in the same order."""
    cells: Counter[tuple[str, str]] = Counter()
    tallies = _Findings()
    misses: list[Miss] = []
    for ours, theirs in zip(gold, found, strict=True):
        for name, fate, miss in _judge_cells(ours, theirs):
            for key in (ALL, name):
                cells[key, fate] += 1
            if miss is not None:
                misses.append(miss)
        misses += tallies.add(ours, theirs)
    names = list(_ordered(name for name, _ in cells)) if _has_gold(cells) else []
    return ProofScores(
        {name: _cell_score(cells, name) for name in names},
        tallies.scores("check"),
        tallies.scores("severity"),
        tuple(misses),
    )


def _has_gold(cells: Mapping[tuple[str, str], int]) -> bool:
    return any(fate != "false" for _, fate in cells)


def _ordered(names: Iterable[str], first: Sequence[str] = ()) -> list[str]:
    """Names once each: those of the first ones in their order, then the others, `all` before everything."""
    known = set(names)
    return [name for name in (ALL, *first) if name in known] + sorted(known - {ALL, *first})


def _cell_score(cells: Mapping[tuple[str, str], int], name: str) -> CellScore:
    fates = [cells.get((name, fate), 0) for fate in ("right", "wrong", "uncertain", "missing", "false")]
    return CellScore(sum(fates[:-1]), *fates)


def _cells(report: Report) -> Iterator[tuple[tuple[str, int, str, str], tuple[StatutoryTable, TableValue]]]:
    """The cells of a report by table, its number among those of one name, row and column."""
    seen: Counter[str] = Counter()
    for table in report.tables:
        if not table.values:
            continue
        for value in table.values:
            yield (table.table, seen[table.table], value.row, value.column), (table, value)
        seen[table.table] += 1


def _judge_cells(ours: Report, theirs: Report) -> Iterator[tuple[str, Fate, Miss | None]]:
    gold, found = dict(_cells(ours)), dict(_cells(theirs))
    for key, (table, value) in gold.items():
        if value.status == "missing":
            continue
        got = found[key][1] if key in found else None
        fate = _fate(value, got)
        yield f"{table.form or '?'} {table.table}", fate, _miss(ours, fate, value, got)
    for key, (table, value) in found.items():
        if value.value is not None and (key not in gold or gold[key][1].status == "missing"):
            name = f"{table.form or '?'} {table.table}"
            yield name, "false", _miss(ours, "false", None, value)


def _fate(gold: TableValue, found: TableValue | None) -> Fate:
    if found is None or found.status == "missing":
        return "missing"
    if found.value is not None:
        return "right" if found.value == gold.value else "wrong"
    if gold.value is None and (found.settled_by is not None or found.status == gold.status):
        return "right"
    return "uncertain"


def _miss(report: Report, fate: Fate, gold: TableValue | None, found: TableValue | None) -> Miss | None:
    one = gold or found
    if fate == "right" or one is None:
        return None
    shown = [None if value is None else f"{value.status} {value.raw.strip()}" for value in (gold, found)]
    where = f"{report.source.path}, {one.row}.{one.column}"
    return Miss(f"cell {fate}", where, shown[0], shown[1], f"{one.row_label} × {one.column_label}")


class _Findings:
    """Adds up findings by check and by severity."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, str, str]] = Counter()

    def add(self, ours: Report, theirs: Report) -> Iterator[Miss]:
        gold = [finding for finding in ours.findings if finding.status == "fail"]
        found = [finding for finding in theirs.findings if finding.status == "fail"]
        rows = _rows(ours)
        for finding in theirs.findings:
            if finding.status == "not_assessable":
                self._count("not_assessable", finding)
        for side, other, (all_of, some) in (
            (gold, found, ("gold", "met")),
            (found, gold, ("found", "right")),
        ):
            known: dict[str, list[list[Span]]] = {}
            for finding in other:
                known.setdefault(finding.check, []).append(_spans(finding, rows))
            for finding in side:
                self._count(all_of, finding)
                spans = _spans(finding, rows)
                if any(_overlap(spans, others) for others in known.get(finding.check, ())):
                    self._count(some, finding)
                else:
                    yield _finding_miss(ours, finding, is_gold=side is gold)

    def _count(self, what: str, finding: Finding) -> None:
        for side, name in (("check", finding.check), ("severity", finding.severity)):
            self._counts[side, name, what] += 1
            self._counts[side, ALL, what] += 1

    def scores(self, side: str) -> dict[str, FindingScore]:
        """The scores by check or by severity; nothing where gold has no finding."""
        counts = self._counts
        if not counts[side, ALL, "gold"]:
            return {}
        names = _ordered((name for which, name, _ in counts if which == side), _SEVERITIES)
        whats = ("gold", "met", "found", "right", "not_assessable")
        return {name: FindingScore(*(counts[side, name, what] for what in whats)) for name in names}


def _rows(report: Report) -> list[Span]:
    """The rows of the report's tables in order, each from the end of what is before it to its last cell."""
    rows: list[Span] = []
    for table in sorted(report.tables, key=lambda table: table.start or 0):
        ends: dict[str, int] = {}
        for value in table.values:
            if value.end is not None:
                ends[value.row] = max(value.end, ends.get(value.row, 0))
        at = table.start or 0
        for end in sorted(ends.values()):
            rows.append((at, end))
            at = end
    return rows


def _spans(finding: Finding, rows: Sequence[Span]) -> list[Span]:
    """The places of a finding; one in a row of a table stands for the row."""
    spans = []
    for place in finding.places:
        number = bisect_right(rows, place.start, key=lambda row: row[1])
        row = rows[number] if number < len(rows) else None
        spans.append(row if row and row[0] <= place.start else (place.start, place.end))
    return spans


def _overlap(ours: Sequence[Span], theirs: Sequence[Span]) -> bool:
    """Whether two findings are of one place, as far as both name places."""
    if not ours or not theirs:
        return True
    return any(a[0] < b[1] and b[0] < a[1] for a in ours for b in theirs)


def _finding_miss(report: Report, finding: Finding, *, is_gold: bool) -> Miss:
    text = finding.places[0].text if finding.places else ""
    told = f"{finding.severity}: {finding.message}"
    gold, found = (told, None) if is_gold else (None, told)
    return Miss(f"finding {finding.check}", report.source.path, gold, found, text)
