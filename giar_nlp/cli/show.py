"""A report on the terminal: segments, their themes, their counts in colour; then its tables and findings."""

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from giar_nlp.cli.output import leave_quietly
from giar_nlp.jsonl import load_report
from giar_nlp.types import Count, Finding, Report, Segment, StatutoryTable

ROLES = {"problem": "bold red", "measure": "bold yellow", "rectification": "bold green"}
TOPIC = "cyan"
COUNT = "bold reverse blue"
SEVERITIES = {"error": "bold red", "warning": "bold yellow", "info": "cyan"}
"""From the gravest on."""
UNREAD = {"image": "it is an image", "nothing": "nothing stands there", "no_values": "no cell holds a value"}
LEGEND = "uncertain: no value is given; not assessable: could not be checked, no pass"


class _Terminal(Console):
    """The terminal, or the pipe that stands for it."""

    def on_broken_pipe(self) -> None:
        """Leave without a word when nobody reads on."""
        leave_quietly()


def show_record(line: bytes) -> None:
    """Print the report of a JSON line to standard output, in colour if that is a terminal."""
    show_report(load_report(line), _Terminal(highlight=False))


def show_report(report: Report, console: Console) -> None:
    """Print a report. Texts are never read as markup, and control characters in them do nothing."""
    meta = report.meta
    console.rule(_plain(meta.title or report.source.path or "report"), style="dim")
    known = {
        "file": report.source.path,
        "agency": meta.agency,
        "year": meta.report_year,
        "period": " .. ".join(meta.period) if meta.period else None,
        "published": meta.publish_date,
        "number": meta.document_number,
        "regime": meta.regime,
        "scope": meta.scope,
    }
    said = Text()
    for name, value in known.items():
        if value:
            said.append(f"{name} ", style="dim").append(f"{_clean(str(value))}  ")
    console.print(said)
    path: tuple[str, ...] = ()
    for segment in report.segments:
        if segment.headings != path:
            path = segment.headings
            console.print(_plain(" › ".join(path)), style="bold")
        _show_segment(segment, meta.report_year, console)
    if report.tables:
        console.print("tables", style="bold")
        for table in report.tables:
            console.print(Padding(_table_line(table), (0, 0, 0, 2), expand=False))
    if report.findings:
        console.print("findings", style="bold")
        for finding in sorted(report.findings, key=_gravity):
            _show_finding(finding, console)
    if report.tables or report.findings:
        console.print(LEGEND, style="dim")
    n_counts = sum(len(segment.counts) for segment in report.segments)
    n_sections = sum(section.number is not None for section in report.sections)
    console.print(
        f"{n_sections} statutory sections, {len(report.segments)} segments, {n_counts} counts, "
        f"{len(report.tables)} tables, {len(report.findings)} findings",
        style="dim",
    )


def _show_segment(segment: Segment, year: int | None, console: Console) -> None:
    head = Text(f"{_clean(segment.id)} ", style="dim")
    for theme in segment.themes:
        head.append(theme.label, style=ROLES.get(theme.label, TOPIC)).append(
            f" {theme.score:.2f}  ", style="dim"
        )
    console.print(Padding(head, (0, 0, 0, 2), expand=False))
    text = _plain(segment.text)
    for count in segment.counts:
        text.stylize(COUNT, count.start - segment.start, count.end - segment.start)
    console.print(Padding(text, (0, 0, 0, 4), expand=False))
    for number, count in enumerate(segment.counts):
        console.print(Padding(_row(number, count, year), (0, 0, 0, 6), expand=False))


def _row(number: int, count: Count, report_year: int | None) -> Text:
    value = f"{count.value}" if count.value_max is None else f"{count.value}-{count.value_max}"
    row = Text(f"{number} ", style="dim").append(_clean(count.text), style=COUNT).append(f" {count.kind} ")
    row.append(f"= {value} {_clean(count.unit or '')}".rstrip(), style="bold")
    notes: list[str] = [note for note in (count.bound, count.nature) if note not in {"exact", "actual"}]
    notes += [str(count.year)] if count.year and count.year != report_year else []
    notes += ["stated zero"] if count.implicit else []
    notes += [f"{name}: {_clean(value)}" for name, value in count.attributes]
    notes += [f"part of {count.part_of}"] if count.part_of is not None else []
    return row.append("  " + ", ".join(notes), style="dim") if notes else row


def _table_line(table: StatutoryTable) -> Text:
    line = Text(f"{table.table:18}").append(f"{_clean(table.form or 'unknown form'):13}", style="dim")
    if table.unread is not None:
        return line.append(f"not read: {UNREAD[table.unread]}", style="bold red")
    uncertain = sum(cell.settled_by is None for cell in table.values)
    blank = sum(cell.settled_by is not None and cell.status == "blank" for cell in table.values)
    read = len(table.values) - uncertain - blank
    line.append(f"{read} cells read, ")
    return line.append(f"{uncertain} uncertain", style="bold yellow" if uncertain else "").append(
        f", {blank} blank"
    )


def _gravity(finding: Finding) -> tuple[bool, int]:
    """Sort key: what fails before what could not be assessed, the gravest first."""
    return finding.status != "fail", list(SEVERITIES).index(finding.severity)


def _show_finding(finding: Finding, console: Console) -> None:
    is_open = finding.status == "not_assessable"
    head = Text(
        "not assessable" if is_open else finding.severity, "dim" if is_open else SEVERITIES[finding.severity]
    )
    head.append(f"  {_clean(finding.id)}", style="dim")
    console.print(Padding(head, (0, 0, 0, 2), expand=False))
    console.print(Padding(_plain(finding.message), (0, 0, 0, 4), expand=False))


def _plain(text: str) -> Text:
    return Text(_clean(text))


def _clean(text: str) -> str:
    """The text, as long as it is, with nothing in it that a terminal would obey."""
    return "".join(char if char.isprintable() or char == "\u3000" else " " for char in text)
