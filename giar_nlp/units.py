"""Ready-made segments from JSON lines, from CSV, or one a line; and their labels.

A CSV has a column `text` and may have `heading` and `report_year`; other columns are kept as they are.

Source: contract.md (`annotate --units`, `classify`, `counts`).
"""

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from giar_nlp.analyzer import Analyzer
from giar_nlp.errors import CorpusError
from giar_nlp.jsonl import Unit, load_unit
from giar_nlp.readers import decode, load_bytes

COLUMN = "text"

_YEAR_DIGITS = 4

MAX_FIELD = 10_000_000  # characters of one CSV field; Python's own limit is shorter than a long report


def read_inputs(path: Path | str) -> Iterator[Unit | CorpusError]:
    """The units of a file, by its suffix; a line that holds none gives its error in its place.

    Args:
        path: the file; ``-`` is standard input, JSON lines if it begins with a brace.

    Raises:
        ReadError: the file cannot be read.
        CorpusError: a CSV file has no column `text`.
    """
    data = load_bytes(path)
    suffix = Path(path).suffix.lower()
    if suffix in {".jsonl", ".ndjson", ".json"} or (not suffix and data.lstrip()[:1] == b"{"):
        return _read_jsonl(data, str(path))
    text, _ = decode(data, str(path))
    return _read_csv(text, str(path)) if suffix == ".csv" else _read_plain(text)


def label(unit: Unit, analyzer: Analyzer, *, wanted: Iterable[str] = ("themes", "counts")) -> Unit:
    """The unit with its themes, its counts, or both, as the analyzer gives them."""
    themes, counts = analyzer.annotate_unit(
        unit.text, headings=unit.headings, report_year=unit.report_year, section=unit.section
    )
    found = {"themes": themes, "counts": counts}
    return replace(unit, **{name: found[name] for name in wanted})  # type: ignore[arg-type]


def _read_jsonl(data: bytes, path: str) -> Iterator[Unit | CorpusError]:
    for number, line in enumerate(data.removeprefix(b"\xef\xbb\xbf").split(b"\n"), 1):
        if not line.strip():
            continue
        try:
            yield load_unit(line)
        except CorpusError as error:
            yield CorpusError(f"{path}, line {number}: {error}")


def _read_csv(text: str, path: str) -> Iterator[Unit | CorpusError]:
    csv.field_size_limit(MAX_FIELD)
    rows = csv.DictReader(io.StringIO(text, newline=""))
    try:
        names = rows.fieldnames or ()
        known = {name.strip().lower(): name for name in reversed(names) if name}
        if COLUMN not in known:
            raise CorpusError(
                f"{path}: has no column '{COLUMN}', only {', '.join(names)}; rename the column of texts"
            )
        for row in rows:
            yield _csv_unit(row, known, f"{path}, line {rows.line_num}")
    except csv.Error as error:
        raise CorpusError(f"{path}, line {rows.line_num}: no valid CSV ({error}); mend the line") from error


def _csv_unit(row: dict[str | Any, str | Any], known: dict[str, str], place: str) -> Unit | CorpusError:
    """A row as a unit; `known` has the columns' names as written, by their names in small letters."""

    def cell(column: str) -> str:
        return (row.get(known.get(column, "")) or "").strip()

    year = cell("report_year")
    if year and not (year.isascii() and year.isdecimal() and len(year) == _YEAR_DIGITS):
        return CorpusError(
            f"{place}: report_year is '{year[:20]}'; write a year such as 2022, or leave it blank"
        )
    return Unit(
        row[known[COLUMN]] or "",
        headings=(cell("heading"),) if cell("heading") else (),
        report_year=int(year) if year else None,
        fields={str(name): value for name, value in row.items() if name is not None},
    )


def _read_plain(text: str) -> Iterator[Unit | CorpusError]:
    """One unit a line; `str.splitlines` would also break at characters that stand inside sentences."""
    for number, line in enumerate(text.replace("\r\n", "\n").split("\n"), 1):
        if line.strip():
            yield Unit(line, fields={"id": number, "text": line})
