"""Ready-made segments from JSON lines, CSV, Excel, or one a line; and their labels.

A table has a column of texts (`text`, if no other is named) and may have `heading` and `report_year`; other
columns are kept as they are.

Source: contract.md (`annotate --units`, `classify`, `counts`).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from giar_nlp.analyzer import Analyzer
from giar_nlp.errors import CorpusError
from giar_nlp.jsonl import Json, Unit, parse_line, unit_of
from giar_nlp.packing import lines_suffix, unpack
from giar_nlp.readers import decode, load_bytes
from giar_nlp.sheets import Fields, read_csv_rows, read_excel_rows

COLUMN = "text"

_YEAR_DIGITS = 4


def read_inputs(path: Path | str, *, column: str = COLUMN) -> Iterator[Unit | CorpusError]:
    """The units of a file, by its suffix; a line that holds none gives its error in its place.

    Args:
        path: the file; ``-`` is standard input, JSON lines if it begins with a brace.
        column: where a table, or an object of JSON lines, has its text.

    Raises:
        ReadError: the file cannot be read.
        CorpusError: a table has no such column, or there are none.
    """
    data = unpack(load_bytes(path), path)
    suffix = lines_suffix(path)
    if suffix in {".jsonl", ".ndjson", ".json"} or (not suffix and data.lstrip()[:1] == b"{"):
        return _read_jsonl(data, str(path), column)
    if suffix in {".csv", ".xlsx"}:
        read_rows = read_csv_rows if suffix == ".csv" else read_excel_rows
        return _read_table(read_rows(data, str(path)), str(path), column)
    if column != COLUMN:
        raise CorpusError(
            f"{path}: plain lines have no column '{column}'; leave --text-column out, "
            f"or save the table as .csv, .xlsx or .jsonl"
        )
    return _read_plain(decode(data, str(path))[0])


def label(unit: Unit, analyzer: Analyzer, *, wanted: Iterable[str] = ("themes", "counts")) -> Unit:
    """The unit with its themes, its counts, or both, as the analyzer gives them."""
    themes, counts = analyzer.annotate_unit(
        unit.text, headings=unit.headings, report_year=unit.report_year, section=unit.section
    )
    found = {"themes": themes, "counts": counts}
    return replace(unit, **{name: found[name] for name in wanted})  # type: ignore[arg-type]


def _read_jsonl(data: bytes, path: str, column: str) -> Iterator[Unit | CorpusError]:
    for number, line in enumerate(data.removeprefix(b"\xef\xbb\xbf").split(b"\n"), 1):
        if not line.strip():
            continue
        try:
            fields = parse_line(line)
            if isinstance(segments := fields.get("segments"), list):
                yield from _record_units(fields, segments)
            elif column == COLUMN:
                yield unit_of(fields)
            elif isinstance(text := fields.get(column), str):
                yield replace(unit_of({**fields, COLUMN: text}), fields=fields)
            else:
                yield CorpusError(f"{path}, line {number}: {_missing(column, fields)}")
        except CorpusError as error:
            yield CorpusError(f"{path}, line {number}: {error}")


def _record_units(record: Json, segments: Sequence[Json]) -> Iterator[Unit]:
    """The segments of a report's record, each with the path of its report."""
    source, meta = record.get("source"), record.get("meta")
    path = source.get("path") if isinstance(source, dict) else None
    year = meta.get("report_year") if isinstance(meta, dict) else None
    for segment in segments:
        kept = {key: segment.get(key) for key in ("id", "text", "headings", "section")}
        yield unit_of({"source": path, **kept, "report_year": year})


def _read_table(rows: Iterator[tuple[int, Fields]], path: str, column: str) -> Iterator[Unit | CorpusError]:
    for number, row in rows:
        known = {name.strip().lower(): name for name in reversed(list(row))}
        of_texts = column if column in row else known.get(column.strip().lower())
        if of_texts is None:
            raise CorpusError(f"{path}: {_missing(column, row)}")
        yield _row_unit(row, known, of_texts, f"{path}, line {number}")


def _missing(column: str, fields: Iterable[str]) -> str:
    return (
        f"has no column '{column}' of texts, only {', '.join(fields)}; "
        f"rename one, or name it with --text-column ('giar classify', 'giar counts')"
    )


def _row_unit(row: Fields, known: Mapping[str, str], of_texts: str, place: str) -> Unit | CorpusError:
    """A row as a unit; `known` has the columns' names as written, by their names in small letters."""

    def cell(column: str) -> str:
        return row.get(known.get(column, ""), "").strip()

    year = cell("report_year")
    if year and not (year.isascii() and year.isdecimal() and len(year) == _YEAR_DIGITS):
        return CorpusError(
            f"{place}: report_year is '{year[:20]}'; write a year such as 2022, or leave it blank"
        )
    return Unit(
        row[of_texts],
        headings=(cell("heading"),) if cell("heading") else (),
        report_year=int(year) if year else None,
        fields=dict(row),
    )


def _read_plain(text: str) -> Iterator[Unit | CorpusError]:
    """One unit a line; `str.splitlines` would also break at characters that stand inside sentences."""
    for number, line in enumerate(text.replace("\r\n", "\n").split("\n"), 1):
        if line.strip():
            yield Unit(line, fields={"id": number, "text": line})
