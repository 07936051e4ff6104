"""What stands among the statutory tables and is none of them, and columns or rows that changed places.

Source: domain.md 2 (nothing is to be added to the format of 2021) and 3.
"""

import operator
import re
from bisect import bisect_right
from collections.abc import Iterator

from giar_nlp.checks.ready import ReadyCheck, quote
from giar_nlp.checks.view import View
from giar_nlp.types import Finding, Place, StatutoryTable

_SHOWN = 8
_ROWS = 2
"""A table has so many rows at least."""
_NUMBER = re.compile(r"(?<![^\s|])(?<![-\u2014\uff0d\u2013] )[-+]?\d[\d.,]*(?![^\s|])")
_LINE = re.compile(r"[^\n]+")
_CELL = re.compile(r"[\t|]")
"""What ends a cell."""
_ANNEX = "annex"


def check_table_foreign(view: View, check: ReadyCheck) -> Iterator[Finding]:
    """A table of another kind, or numbers in a statutory table that are no cell of it."""
    if not view.is_new or not view.report.sections:
        return
    for rows in _other_tables(view):
        yield view.finding(
            check,
            "table",
            key=rows[0].text,
            places=rows,
            found=quote(rows[0].text),
            n=len(rows),
        )
    for table in view.report.tables:
        if table.start is None or table.end is None or table.table == _ANNEX:
            continue
        strays = _strays(view, table, table.start, table.end)
        if strays:
            yield view.finding(
                check,
                "numbers",
                key=f"{table.table} {len(strays)}",
                places=strays,
                found=quote(" ".join(place.text for place in strays[:_SHOWN])),
                table=check.term(table.table),
                n=len(strays),
            )
        if _is_moved(table):
            yield view.finding(
                check,
                "order",
                key=f"{table.table} order",
                places=(view.place(table.start, table.end),),
                table=check.term(table.table),
            )


def _other_tables(view: View) -> Iterator[list[Place]]:
    """The rows of each table outside the statutory ones, from the first section to the last."""
    text, sections = view.text, view.report.sections
    spans = [(table.start, table.end) for table in view.report.tables]
    known = sorted((start, end) for start, end in spans if start is not None and end is not None)
    at = sections[0].start
    for start, end in (*known, (sections[-1].end, sections[-1].end)):
        if at < start and ("\t" in text[at:start] or "|" in text[at:start]):
            yield from _tables_between(view, at, start)
        at = max(at, end)


def _tables_between(view: View, start: int, end: int) -> Iterator[list[Place]]:
    rows: list[Place] = []
    for line in _LINE.finditer(view.text, start, end):
        if not rows and not _CELL.search(line[0]):
            continue
        words = line[0].strip()
        if not words:
            continue
        at = line.start() + line[0].index(words)
        has_cells = "\t" in words or (words[0] == words[-1] == "|" and len(words) > 1)
        # A cell in a line of its own begins with a tab; so does many a paragraph.
        if has_cells or (line[0][0] == "\t" and view.segment_at(at) is None):
            rows.append(view.place(at, at + len(words)))
        elif rows:
            yield from _whole(view, rows)
            rows = []
    yield from _whole(view, rows)


def _whole(view: View, rows: list[Place]) -> Iterator[list[Place]]:
    """The rows if they are a table with numbers and none of the labels of a form: those are a form's own."""
    if len(rows) < _ROWS or not any(_NUMBER.search(row.text) for row in rows):
        return
    labels = view.tools.own_labels
    cells = (cell for row in rows for cell in _CELL.split(row.text))
    if not any(view.tools.close(cell) in labels for cell in cells):
        yield rows


def _strays(view: View, table: StatutoryTable, start: int, end: int) -> list[Place]:
    """The numbers inside a table that are no cell of it."""
    n_numbers = sum(map(str.isdecimal, view.text[start:end].replace("|", " ").split()))
    if n_numbers <= len(table.values) - [value.value for value in table.values].count(None):
        return []
    if any(value.settled_by is None for value in table.values):
        return []  # they may be those of cells that could not be told
    spans = sorted(
        (value.start, value.end)
        for value in table.values
        if value.start is not None and value.end is not None
    )
    strays = []
    for found in _NUMBER.finditer(view.text, start, end):
        number = bisect_right(spans, (found.start(), end)) - 1
        if number < 0 or spans[number][1] <= found.start():
            strays.append(view.place(*found.span()))
    return strays


def _is_moved(table: StatutoryTable) -> bool:
    """Whether the cells of some row stand in another order than the form's."""
    starts = [value.start for value in table.values if value.start is not None]
    if all(map(operator.le, starts, starts[1:])):
        return False
    before: dict[str, int] = {}
    for value in table.values:
        if value.start is None or value.settled_by is None:
            continue
        if value.start < before.get(value.row, 0):
            return True
        before[value.row] = value.start
    return False
