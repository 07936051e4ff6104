"""What of a report is kept while many are compared: some twenty thousand bytes, not the report itself."""

from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b

from giar_nlp.checks.ready import ReadyCheck, name_of
from giar_nlp.checks.view import Rank, Tools
from giar_nlp.types import Report, Scope, StatutoryTable, TableValue

_TOTAL = "total"
_CARRIED = frozenset({"carried_in", "carried_out"})
_ALL_CELLS = "proactive"
_ROWS = "requests"
_FRONT = "front_matter"


@dataclass(frozen=True, slots=True)
class Passage:
    """A segment of the narrative with its clauses: numbers that stand for their words, and their lengths."""

    start: int
    end: int
    text: str
    clauses: "array[int]"
    lengths: "array[int]"

    @property
    def n_chars(self) -> int:
        """The characters of all clauses that count."""
        return sum(self.lengths)


@dataclass(frozen=True, slots=True)
class Summary:
    """A report as it is compared with others.

    `kin` is the agency's name as it is compared, `name` that of the report in the ids of findings.
    `numbers` are the values of the narrative's counts, in order.
    """

    path: str
    name: str
    agency: str | None
    kin: str
    year: int | None
    scope: Scope
    rank: Rank
    tables: tuple[StatutoryTable, ...]
    numbers: tuple[int | float, ...]
    passages: tuple[Passage, ...]

    @property
    def n_chars(self) -> int:
        """The characters of all clauses of the narrative that count."""
        return sum(passage.n_chars for passage in self.passages)

    def cell(self, table: str, row: str, column: str = _TOTAL) -> TableValue | None:
        """A cell of one of the tables that are kept."""
        for one in self.tables:
            if one.table == table:
                for value in one.values:
                    if value.row == row and value.column == column:
                        return value
        return None


def summarise(report: Report, tools: Tools, copies: ReadyCheck) -> Summary:
    """The summary of a report; `copies` is the check that says what a clause is."""
    agency = report.meta.agency
    counts = (count for segment in report.segments for count in segment.counts)
    return Summary(
        path=report.source.path,
        name=name_of(report),
        agency=agency,
        kin=kin_of(tools.close(agency), tools) if agency else "",
        year=report.meta.report_year,
        scope=report.meta.scope,
        rank=tools.rank(tools.close(agency)) if agency else "unknown",
        tables=tuple(_slim(table) for table in report.tables if table.values and table.table != "annex"),
        numbers=tuple(count.value for count in counts if count.nature == "actual" and not count.implicit),
        passages=tuple(_passages(report, tools, copies)),
    )


def kin_of(agency: str, tools: Tools) -> str:
    """An agency's name as it is compared: 青石镇人民政府 and 青石镇 are one."""
    return tools.suffix.sub("", agency) or agency


def _slim(table: StatutoryTable) -> StatutoryTable:
    """The cells of a table that comparisons look at."""
    if table.table == _ALL_CELLS:
        return table
    kept = [value for value in table.values if value.column == _TOTAL or value.row in _CARRIED]
    return StatutoryTable(table.form, table.table, table.start, table.end, tuple(kept), table.unread)


def _passages(report: Report, tools: Tools, copies: ReadyCheck) -> Iterator[Passage]:
    agency = tools.close(report.meta.agency) if report.meta.agency else ""
    shortest, fewest = int(copies.limits["clause"]), copies.limits["shortest"]
    stops = {ord(stop): "\n" for stop in copies.words["stops"]}
    own, statutory = copies.signs["own"], copies.signs["statutory"]
    for segment in report.segments:
        if segment.section == 0 or any(theme.label == _FRONT for theme in segment.themes):
            continue
        marker = len(segment.marker) if segment.marker else 0
        if segment.end - segment.start - marker < fewest:
            continue
        text = segment.text[marker:].replace(agency, "") if agency else segment.text[marker:]
        clauses, lengths = array("Q"), array("H")
        for clause in own.sub("", text.translate(stops)).split("\n"):
            words = "".join(clause.split())
            if len(words) >= shortest and not statutory.search(words):
                clauses.append(_number(words))
                lengths.append(len(words))
        if clauses:
            yield Passage(segment.start, segment.end, segment.text, clauses, lengths)


def _number(words: str) -> int:
    """A number that stands for a clause, the same in every run."""
    return int.from_bytes(blake2b(words.encode("utf-8", "backslashreplace"), digest_size=8).digest())
