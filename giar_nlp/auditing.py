"""Reports, one or a hundred thousand, through all checks: findings filtered, decided on and counted.

`audit` gives what it finds report by report; the comparisons of reports come last. Files are read as
`giar annotate` reads them; a ``.jsonl`` holds records that it wrote.
"""

import csv
import fnmatch
import io
import logging
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import BinaryIO

import orjson

from giar_nlp.analyzer import load
from giar_nlp.batch import Job, annotate_files, choose_workers
from giar_nlp.checks import Checker, ReportSet
from giar_nlp.errors import CorpusError, GiarError, ReadError
from giar_nlp.exports import Row, Value
from giar_nlp.exports.pages import join_places
from giar_nlp.jsonl import dump_error, load_report
from giar_nlp.packing import lines_suffix, read_lines
from giar_nlp.readers import LIMITS, FoundFile, Limits, find_files, need_files, read
from giar_nlp.scheme import Language
from giar_nlp.sheets import read_excel_sheets
from giar_nlp.types import Finding, Report, Severity
from giar_nlp.workbooks import EXCEL, Sheet, audit_layout, save_audit

RECORDS = ".jsonl"
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "info")
"""From the gravest on."""
COLUMNS = (
    "report",
    "agency",
    "report_year",
    "check",
    "severity",
    "status",
    "message",
    "expected",
    "found",
    "start",
    "end",
    "place",
    "decision",
    "id",
)

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which findings are wanted, and what was decided on them before.

    `only` and `ignore` name checks by id, by family (``req``) or with ``*``. `severity` is the least grave
    one. `decisions` maps ids of findings to ``confirmed`` or ``dismissed``; dismissed ones are left out.
    """

    severity: Severity = "info"
    only: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    decisions: Mapping[str, str] = field(default_factory=dict)

    def takes(self, finding: Finding) -> bool:
        """Whether a finding is wanted, dismissed or not."""
        if SEVERITIES.index(finding.severity) > SEVERITIES.index(self.severity):
            return False
        if self.only and not _is_named(finding.check, self.only):
            return False
        return not _is_named(finding.check, self.ignore)


@dataclass(frozen=True, slots=True)
class Found:
    """A finding with the report that it is about and its number, from 0, and what was decided on it."""

    report: str
    agency: str | None
    report_year: int | None
    finding: Finding
    decision: str | None = None
    number: int = 0

    def as_record(self) -> dict[str, object]:
        """The finding as one JSON object, its places as spans of the report's text."""
        return {
            "report": self.report,
            "agency": self.agency,
            "report_year": self.report_year,
            **asdict(self.finding),
            "decision": self.decision,
        }

    def as_row(self, words: Mapping[str, str]) -> dict[str, Value]:
        """The finding as one row; its first place stands for all. `words` translates severity and status."""
        finding = self.finding
        first = finding.places[0] if finding.places else None
        return {
            "report": self.report,
            "agency": self.agency,
            "report_year": self.report_year,
            "check": finding.check,
            "severity": words.get(finding.severity, finding.severity),
            "status": words.get(finding.status, finding.status),
            "message": finding.message,
            "expected": finding.expected,
            "found": finding.found,
            "start": first.start if first else None,
            "end": first.end if first else None,
            "place": " ".join(first.text.split()) if first else None,
            "decision": self.decision,
            "id": finding.id,
        }


@dataclass(frozen=True, slots=True)
class Failed:
    """An input that gave no report: its error record and message."""

    line: bytes
    message: str


Watch = Callable[[Iterator[Report | Failed], Sequence[FoundFile]], Iterator[Report | Failed]]


class Auditor:
    """Runs all checks of a scheme over reports, one after the other, then over all of them together.

    Args:
        scheme: folder of a scheme; None for the default one.
        language: of the messages.
        wanted: which findings are given.
        limits: what a file may hold.

    Raises:
        SchemeError: the folder holds no valid scheme.
        ValueError: `wanted` names a check that does not exist.
    """

    def __init__(
        self,
        scheme: Path | None = None,
        *,
        language: Language = "en",
        wanted: Wanted | None = None,
        limits: Limits = LIMITS,
    ) -> None:
        self._job = Job(str(scheme) if scheme else None, limits=limits)
        self._analyzer = load(scheme)
        self.scheme = self._analyzer.scheme
        self._checker = Checker(self.scheme, language=language)
        self._reports = ReportSet(self.scheme, language=language)
        self.language = language
        self.made_with = self._analyzer.made_with
        self._about: list[tuple[str, str | None, int | None]] = []
        self.wanted = wanted or Wanted()
        self.n_dismissed = 0
        for name in (*self.wanted.only, *self.wanted.ignore):
            if not any(_is_named(check, [name]) for check in self.scheme.checks()):
                families = ", ".join(self.scheme.families)
                raise ValueError(f"no check is called '{name}'; there are those of {families}")

    @property
    def n_reports(self) -> int:
        """How many reports were taken in."""
        return len(self._about)

    @property
    def reports(self) -> Sequence[tuple[str, str | None, int | None]]:
        """File, agency and year of each report that was taken in."""
        return self._about

    def audit(
        self, paths: Iterable[Path | str], *, workers: int | None = 1, watch: Watch | None = None
    ) -> Iterator[Found | Failed]:
        """What is found in the reports that the paths name, and what could not be read.

        Args:
            paths: files, folders, globs, ``-``; a ``.jsonl`` holds records.
            workers: processes to annotate files in, None for as many as suit; any number finds the same.
            watch: passes on what it is given, one by one, and may show how far the files are.

        Raises:
            ReadError: the paths name no records, and nothing that may be read.
        """
        paths = list(paths)
        has_records = any(lines_suffix(path) == RECORDS for path in paths)
        for are_records, some in groupby(paths, lambda path: lines_suffix(path) == RECORDS):
            if are_records:
                for path in some:
                    yield from self._audit_records(Path(path))
                continue
            found = find_files(some)
            files = list(found if has_records else need_files(found))
            chosen = choose_workers(workers, len(files))
            read = map(self._read, files) if chosen == 1 else self._read_together(files, chosen)
            for report in watch(read, files) if watch else read:
                if isinstance(report, Failed):
                    yield report
                else:
                    yield from self._audit_report(report, checked=self.language == "en")
        for number, finding in self._reports.findings():
            yield from self._pick(number, finding)

    def _read(self, found: FoundFile) -> Report | Failed:
        try:
            if found.error:
                raise found.error
            return self._analyzer.annotate(read(found.path, self._job.limits))
        except GiarError as error:
            return Failed(dump_error(found.path, error), str(error))
        except Exception as error:  # a bug, but the others go on: its traceback is in the log
            logger.exception("%s: unforeseen error; please report it", found.path)
            return Failed(dump_error(found.path, error), f"{found.path}: {type(error).__name__}: {error}")

    def _read_together(self, files: Iterable[FoundFile], workers: int) -> Iterator[Report | Failed]:
        for outcome in annotate_files(files, self._job, workers=workers):
            if outcome.message is None:
                yield load_report(outcome.line)
            else:
                yield Failed(outcome.line, outcome.message)

    def _audit_records(self, path: Path) -> Iterator[Found | Failed]:
        try:
            for number, line in enumerate(read_lines(path), 1):
                if not line.strip():
                    continue
                try:
                    report = load_report(line)
                    if not report.text:
                        raise CorpusError("the record has no text; annotate without --no-text")
                except CorpusError as error:
                    name = f"{path}, line {number}"
                    yield Failed(dump_error(name, error), f"{name}: {error}")
                    continue
                yield from self._audit_report(report, checked=False)
        except CorpusError as error:
            yield Failed(dump_error(str(path), error), str(error))
        except OSError as error:
            failure = ReadError(f"{path}: cannot be read ({error.strerror}); check the path")
            yield Failed(dump_error(str(path), failure), str(failure))

    def _audit_report(self, report: Report, *, checked: bool) -> Iterator[Found]:
        findings = report.findings if checked else self._checker.check(report)
        number = self._reports.add(report)
        self._about.append((report.source.path, report.meta.agency, report.meta.report_year))
        for finding in findings:
            yield from self._pick(number, finding)

    def _pick(self, number: int, finding: Finding) -> Iterator[Found]:
        if not self.wanted.takes(finding):
            return
        decision = self.wanted.decisions.get(finding.id)
        if decision == "dismissed":
            self.n_dismissed += 1
            return
        yield Found(*self._about[number], finding, decision, number)


def read_decisions(path: Path) -> dict[str, str]:
    """The decisions in a file, by the ids of findings: a .csv, .jsonl or .xlsx with ``id`` and ``decision``.

    What `giar check` writes will do, once its column ``decision`` is filled in; lines without a decision are
    passed over. In its workbook, columns and decisions have their names in either language.

    Raises:
        CorpusError: the file cannot be read, or holds another decision than confirmed or dismissed.
    """
    try:
        data = path.read_bytes()
        text = "" if path.suffix.lower() == EXCEL else data.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise CorpusError(f"{path}: cannot be read ({error}); check the path, save it as UTF-8") from error
    known = {
        name.lower(): decision
        for decision, names in audit_layout().values["decision"].items()
        for name in (decision, *names.values())
    }
    decisions: dict[str, str] = {}
    decided = _decided_in_book(path, data) if path.suffix.lower() == EXCEL else _decided(path, text)
    for number, (finding, decision) in enumerate(decided, 1):
        if not decision:
            continue
        if decision not in known:
            raise CorpusError(
                f"{path}, entry {number}: '{decision}' is no decision; write {' or '.join(known)}"
            )
        decisions[finding] = known[decision]
    return decisions


def _decided_in_book(path: Path, data: bytes) -> Iterator[tuple[str, str]]:
    """The ids and decisions in all sheets of a workbook that have columns for both."""
    findings = next(sheet for sheet in audit_layout().sheets if sheet.id == "findings")
    ids, decisions = ({name, *findings.column(name).name.values()} for name in ("id", "decision"))
    n_sheets = 0
    for _, rows in read_excel_sheets(data, str(path)):
        for number, row in rows:
            id_column, decision_column = (next(iter(names & set(row)), None) for names in (ids, decisions))
            if id_column is None or decision_column is None:
                break
            n_sheets += number == 2
            yield row[id_column].strip(), row[decision_column].strip().lower()
    if not n_sheets:
        raise CorpusError(f"{path}: no sheet has columns 'id' and 'decision'; give what 'giar check' wrote")


def _decided(path: Path, text: str) -> Iterator[tuple[str, str]]:
    if path.suffix.lower() == RECORDS:
        for number, line in enumerate(text.splitlines(), 1):
            if line.strip():
                try:
                    record = orjson.loads(line)
                    yield str(record["id"]), str(record.get("decision") or "").strip().lower()
                except (orjson.JSONDecodeError, KeyError, TypeError, AttributeError) as error:
                    raise CorpusError(
                        f'{path}, line {number}: no decision; write {{"id": ..., "decision": ...}}'
                    ) from error
        return
    rows = csv.DictReader(io.StringIO(text, newline=""))
    names = set(rows.fieldnames or ())
    if not {"id", "decision"} <= names:
        raise CorpusError(f"{path}: has no columns 'id' and 'decision'; name them in its first line")
    for row in rows:
        yield (row["id"] or "").strip(), (row["decision"] or "").strip().lower()


@dataclass(frozen=True, slots=True)
class Summary:
    """How many findings there are of each severity, by agency and by check."""

    agencies: Mapping[tuple[str, str], int]
    checks: Mapping[tuple[str, str], int]
    n_unassessed: int

    @property
    def severities(self) -> Mapping[str, int]:
        """How many findings there are of each severity."""
        found: dict[str, int] = dict.fromkeys(SEVERITIES, 0)
        for (_, severity), n in self.checks.items():
            found[severity] += n
        return found

    def sheet(self, name: str) -> Sheet:
        """The numbers by ``agency`` or by ``rule``, which is a check, a row each, most errors first."""
        table = self.agencies if name == "agency" else self.checks
        rows: dict[str, dict[str, int]] = {}
        for (key, severity), n in table.items():
            rows.setdefault(key, dict.fromkeys(SEVERITIES, 0))[severity] = n
        ordered = sorted(rows, key=lambda key: (*(-rows[key][severity] for severity in SEVERITIES), key))
        return Sheet(
            name,
            (name, *SEVERITIES, "total"),
            [{name: key, **rows[key], "total": sum(rows[key].values())} for key in ordered],
        )


class Tally:
    """Counts findings as they pass by, and keeps none of them."""

    def __init__(self) -> None:
        self._agencies: Counter[tuple[str, str]] = Counter()
        self._checks: Counter[tuple[str, str]] = Counter()
        self._n_unassessed = 0

    def add(self, found: Found) -> None:
        """Count one finding; one that could not be assessed is counted apart."""
        if found.finding.status == "not_assessable":
            self._n_unassessed += 1
            return
        self._agencies[found.agency or found.report, found.finding.severity] += 1
        self._checks[found.finding.check, found.finding.severity] += 1

    def summary(self) -> Summary:
        """The numbers so far."""
        return Summary(dict(self._agencies), dict(self._checks), self._n_unassessed)


def summarise(found: Iterable[Found]) -> Summary:
    """The numbers of findings."""
    tally = Tally()
    for one in found:
        tally.add(one)
    return tally.summary()


def write_workbook(
    auditor: Auditor, found: Sequence[Found], failed: Iterable[Failed], stream: BinaryIO
) -> None:
    """Write what an audit found, and what it could not read, as a workbook to print and sign.

    The findings of a report stand together, those of comparisons behind its own.
    """
    language = auditor.language
    audit = audit_layout()
    joint = audit.words["joint"][language]
    rules = {
        check.id: check.rule_zh if language == "zh" else check.rule
        for check in auditor.scheme.checks().values()
    }
    tally, by_report = Tally(), Counter[tuple[int, str]]()
    for one in found:
        tally.add(one)
        is_assessed = one.finding.status == "fail"
        by_report[one.number, one.finding.severity if is_assessed else "unassessed"] += 1
    summary = tally.summary()
    errors = [orjson.loads(one.line) for one in failed]
    tables: dict[str, Iterable[Row]] = {
        "findings": (
            {
                **one.as_row({}),
                "number": number,
                "report": one.number,
                "path": one.report,
                "rule": rules.get(one.finding.check),
                "places": join_places([place.text for place in one.finding.places], joint),
            }
            for number, one in enumerate(sorted(found, key=attrgetter("number")), 1)
        ),
        "reports": (
            {
                "report": number,
                "agency": agency,
                "report_year": year,
                "path": path,
                **{name: by_report[number, name] for name in (*SEVERITIES, "unassessed")},
            }
            for number, (path, agency, year) in enumerate(auditor.reports)
        ),
        "agencies": summary.sheet("agency").rows,
        "checks": (
            {**row, "check": row["rule"], "rule": rules.get(str(row["rule"]))}
            for row in summary.sheet("rule").rows
        ),
        "failures": (
            {"number": number, "path": error["source"], **error["error"]}
            for number, error in enumerate(errors, 1)
        ),
    }
    facts = {
        "reports": auditor.n_reports,
        "failures": len(errors),
        **summary.severities,
        "unassessed": summary.n_unassessed,
        "dismissed": auditor.n_dismissed,
        "version": auditor.made_with.giar_nlp,
        "scheme": auditor.made_with.scheme,
    }
    save_audit(tables, facts, stream, language=language)


def _is_named(check: str, names: Iterable[str]) -> bool:
    return any(
        check == name or check.startswith(f"{name}.") or fnmatch.fnmatchcase(check, name) for name in names
    )
