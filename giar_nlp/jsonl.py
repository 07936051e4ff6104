"""`Report` to and from JSON lines: gold files, golden files, caches and exports share this one form.

A record repeats the text of every span; the loader compares it with `text`, so a shifted file fails
at once. Keys stand in the order of the contract, whose JSON Schema is `SCHEMA_FILE`.

Source: contract.md (the record of one report; `annotate --units`).
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TypeVar, cast

import orjson

from giar_nlp.errors import CorpusError, ExportError
from giar_nlp.packing import read_lines
from giar_nlp.types import Count, Report, Segment, StatutoryTable, ThemeLabel

SCHEMA = "giar/1"
SCHEMA_FILE = Path(__file__).parent / "data" / "schema" / "report.json"

_NUMBER = re.compile(r"\d+")

Json = dict[str, object]
Loaded = TypeVar("Loaded")

# What a gold file may leave out. None stands for an absent value, () for an empty list, ... for a must.
_SOURCE: Json = {"path": "", "sha256": "", "format": "", "encoding": None}
_META: Json = {
    **dict.fromkeys(("title", "agency", "report_year", "period", "publish_date", "document_number")),
    "regime": "unknown",
    "scope": "unknown",
}
_SECTION: Json = {"number": None, "key": "", "title": None, "inferred": False}
_SEGMENT: Json = {"id": "", "section": 0, "headings": (), "marker": None, "themes": (), "counts": ()}
_THEME: Json = {"score": 1.0, "source": "rule", "evidence": ()}
_COUNT: Json = {
    **dict.fromkeys(("value_max", "unit", "year", "part_of")),
    "bound": "exact",
    "nature": "actual",
    "implicit": False,
    "attributes": {},
}
_TABLE: Json = {"form": None, "start": None, "end": None, "values": (), "unread": None}
_VALUE: Json = {"row_label": "", "column_label": "", "start": None, "end": None, "settled_by": None}
_FINDING: Json = {"expected": None, "found": None, "places": ()}
_MADE_WITH: Json = {"giar_nlp": "", "scheme": "", "model": None}


@dataclass(frozen=True, slots=True)
class Unit:
    """A ready-made segment: its text with the headings above it, outermost first.

    `fields` is the line as it was read; `themes` and `counts` are None where it says nothing of them.
    Their offsets count characters of `text`.
    """

    text: str
    headings: tuple[str, ...] = ()
    report_year: int | None = None
    section: int = 0
    themes: tuple[ThemeLabel, ...] | None = None
    counts: tuple[Count, ...] | None = None
    fields: Json = field(default_factory=dict)


def dump_report(report: Report, *, with_text: bool = True) -> bytes:
    """The record of a report as one JSON line without line end; without `text` if so asked.

    Raises:
        ExportError: the text holds half a character, or a count a number past all bounds.
    """
    record: Json = {"schema": SCHEMA, "source": report.source, "meta": report.meta}
    if with_text:
        record["text"] = report.text
    record["sections"] = report.sections
    record["segments"] = [_segment_record(segment) for segment in report.segments]
    record["tables"] = [_table_record(table) for table in report.tables]
    record["findings"] = report.findings
    record["made_with"] = report.made_with
    return _dump(record, report.source.path)


def dump_unit(unit: Unit, *, doubt: float | None = None) -> bytes:
    """The unit's line as it was read, with its themes and counts, and its doubt, those that are not None."""
    record = dict(unit.fields)
    if doubt is not None:
        record["doubt"] = doubt
    if unit.themes is not None:
        record["themes"] = unit.themes
    if unit.counts is not None:
        record["counts"] = [_count_record(count) for count in unit.counts]
    return _dump(record, str(unit.fields.get("id", "unit")))


def dump_error(path: str, error: Exception) -> bytes:
    """The record of a file that gave no report: its path, the kind of error and the message."""
    shown = path.encode("utf-8", "backslashreplace").decode()
    message = str(error).encode("utf-8", "backslashreplace").decode()
    return orjson.dumps({"source": shown, "error": {"type": type(error).__name__, "message": message}})


def load_report(line: bytes | str) -> Report:
    """The report of a JSON line.

    What a gold file may leave out (digest, marker, scores, evidence, places of table cells, ...) gets
    its default; keys that the contract does not know are passed over.

    Raises:
        CorpusError: the line is no record, or a span does not hold the text it repeats.
    """
    record = parse_line(line)
    if "segments" not in record:
        raise CorpusError("no record of a report: it has no 'segments'")
    report = _load(Report, _filled_report(record))
    if "text" in record:
        _compare(report)
    return report


def load_unit(line: bytes | str) -> Unit:
    """The unit of a JSON line: ``text`` and, if given, ``heading``, ``report_year``, ``section`` and labels.

    Raises:
        CorpusError: the line is no unit.
    """
    return unit_of(parse_line(line))


def unit_of(fields: Json) -> Unit:
    """The unit of a parsed line.

    Raises:
        CorpusError: the fields are no unit.
    """
    if not isinstance(fields.get("text"), str):
        raise CorpusError(
            'no unit: it has no "text"; each line is {"id": ..., "text": ..., "heading": [...]}'
        )
    headings = fields.get("heading", fields.get("headings"))
    filled = {
        "text": fields["text"],
        "headings": [headings] if isinstance(headings, str) else headings or [],
        "report_year": fields.get("report_year"),
        "section": fields.get("section") or 0,
        "themes": [_filled_theme(theme) for theme in _items(fields, "themes")]
        if "themes" in fields
        else None,
        "counts": [_filled_count(count) for count in _items(fields, "counts")]
        if "counts" in fields
        else None,
        "fields": fields,
    }
    return _load(Unit, filled)


def read_reports(path: Path | str) -> Iterator[Report]:
    """The reports of a JSON lines file, packed (.gz, .zst) or not, one after the other.

    Raises:
        CorpusError: the file cannot be read, or a line is wrong; the message names file and line.
    """
    return _read_lines(path, load_report)


def read_units(path: Path | str) -> Iterator[Unit]:
    """The units of a JSON lines file, one after the other.

    Raises:
        CorpusError: the file cannot be read, or a line is wrong; the message names file and line.
    """
    return _read_lines(path, load_unit)


def holds_reports(path: Path | str) -> bool:
    """Whether the first line of a JSON lines file is the record of a report."""
    return next((found for found in _read_lines(path, lambda line: "segments" in parse_line(line))), False)


def _segment_record(segment: Segment) -> Json:
    """A segment as nested objects: orjson writes those in half the time that it takes over dataclasses."""
    return {
        "id": segment.id,
        "start": segment.start,
        "end": segment.end,
        "text": segment.text,
        "section": segment.section,
        "headings": segment.headings,
        "marker": segment.marker,
        "themes": [_theme_record(theme) for theme in segment.themes],
        "counts": [_count_record(count) for count in segment.counts],
    }


def _table_record(table: StatutoryTable) -> Json:
    return {
        "form": table.form,
        "table": table.table,
        "start": table.start,
        "end": table.end,
        "values": [
            {
                "row": value.row,
                "column": value.column,
                "row_label": value.row_label,
                "column_label": value.column_label,
                "raw": value.raw,
                "value": value.value,
                "status": value.status,
                "start": value.start,
                "end": value.end,
                "settled_by": value.settled_by,
            }
            for value in table.values
        ],
        "unread": table.unread,
    }


def _theme_record(theme: ThemeLabel) -> Json:
    evidence = [{"rule": hit.rule, "start": hit.start, "end": hit.end} for hit in theme.evidence]
    return {"label": theme.label, "score": theme.score, "source": theme.source, "evidence": evidence}


def _count_record(count: Count) -> Json:
    """A count, its attributes as an object."""
    return {
        "start": count.start,
        "end": count.end,
        "text": count.text,
        "value": count.value,
        "value_max": count.value_max,
        "unit": count.unit,
        "bound": count.bound,
        "kind": count.kind,
        "nature": count.nature,
        "year": count.year,
        "implicit": count.implicit,
        "attributes": dict(count.attributes),
        "part_of": count.part_of,
    }


def _dump(record: Json, name: str) -> bytes:
    try:
        return orjson.dumps(record)
    except TypeError as error:
        raise ExportError(
            f"{name}: cannot be written as JSON ({error}); mend the text it came from"
        ) from error


def parse_line(line: bytes | str) -> Json:
    """The object that a line holds.

    Raises:
        CorpusError: the line is no JSON, or no object.
    """
    try:
        record = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise CorpusError(f"no JSON: {error}; each line holds one whole record") from error
    if not isinstance(record, dict):
        raise CorpusError(f"no record: the line holds {type(record).__name__}, not an object")
    return record


@cache
def _loader(kind: type) -> Callable[[bytes], object]:
    from pydantic import TypeAdapter, ValidationError

    adapter: TypeAdapter[object] = TypeAdapter(kind)

    def load(data: bytes) -> object:
        try:
            return adapter.validate_json(data, strict=True)
        except ValidationError as error:
            fault = error.errors()[0]
            place = ".".join(str(part) for part in fault["loc"])
            raise CorpusError(f"{place}: {fault['msg']}, not {fault['input']!r:.60}") from error

    return load


def _load(kind: type[Loaded], filled: Json) -> Loaded:
    """The record of filled-in fields, each checked for its type and its closed set of values."""
    return cast(Loaded, _loader(cast(type, kind))(orjson.dumps(filled)))


def _items(record: Json, key: str) -> list[Json]:
    items = record.get(key) or []
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise CorpusError(f"'{key}' is a list of objects, not {items!r:.60}")
    return items


def _filled(record: Json, key: str, defaults: Json) -> Json:
    inner = record.get(key) or {}
    if not isinstance(inner, dict):
        raise CorpusError(f"'{key}' is an object, not {inner!r:.60}")
    return {**defaults, **inner}


def _filled_report(record: Json) -> Json:
    return {
        "source": _filled(record, "source", _SOURCE),
        "meta": _filled_meta(record),
        "text": record.get("text", ""),
        "sections": [{**_SECTION, **section} for section in _items(record, "sections")],
        "segments": [_filled_segment(segment) for segment in _items(record, "segments")],
        "tables": [_filled_table(table) for table in _items(record, "tables")],
        "findings": [{**_FINDING, **finding} for finding in _items(record, "findings")],
        "made_with": _filled(record, "made_with", _MADE_WITH),
    }


def _filled_meta(record: Json) -> Json:
    meta = _filled(record, "meta", _META)
    written = meta.get("stat_period_as_written")
    if meta["period"] is None and isinstance(written, list) and len(written) == 2:
        dates = [[int(number) for number in _NUMBER.findall(str(date))] for date in written]
        if all(len(date) == 3 for date in dates):
            meta["period"] = [f"{year:04}-{month:02}-{day:02}" for year, month, day in dates]
    return meta


def _filled_segment(segment: Json) -> Json:
    return {
        **_SEGMENT,
        **segment,
        "themes": [_filled_theme(theme) for theme in _items(segment, "themes")],
        "counts": [_filled_count(count) for count in _items(segment, "counts")],
    }


def _filled_theme(theme: Json) -> Json:
    return {**_THEME, **theme}


def _filled_count(count: Json) -> Json:
    attributes = _filled(count, "attributes", {})
    return {**_COUNT, **count, "attributes": list(attributes.items())}


def _filled_table(table: Json) -> Json:
    return {**_TABLE, **table, "values": [_filled_value(value) for value in _items(table, "values")]}


def _filled_value(value: Json) -> Json:
    raw, number = value.get("raw") or "", value.get("value")
    status = "zero" if number == 0 else "number" if number is not None else "text" if raw else "blank"
    return {**_VALUE, "status": status, **value, "raw": raw, "value": number}


def _compare(report: Report) -> None:
    """Raise `CorpusError` for the first span that does not hold the text it repeats."""
    for segment in report.segments:
        where = f"segment {segment.id or segment.start}"
        _compare_span(report.text, segment.start, segment.end, segment.text, where)
        for number, count in enumerate(segment.counts):
            _compare_span(report.text, count.start, count.end, count.text, f"{where}, count {number}")
            if count.part_of is not None and not 0 <= count.part_of < len(segment.counts):
                raise CorpusError(
                    f"{where}, count {number}: part_of {count.part_of} is no index of its counts"
                )
    for finding in report.findings:
        for place in finding.places:
            _compare_span(report.text, place.start, place.end, place.text, f"finding {finding.id}")


def _compare_span(text: str, start: int, end: int, repeated: str, where: str) -> None:
    found = text[start:end] if 0 <= start <= end else ""
    if found == repeated:
        return
    place = text.find(repeated)
    hint = f"it stands at {place}" if place >= 0 else "it stands nowhere in 'text'"
    raise CorpusError(
        f"{where}: text[{start}:{end}] is {found[:40]!r}, the record repeats {repeated[:40]!r} ({hint}); "
        f"set start and end anew"
    )


def _read_lines(path: Path | str, load: Callable[[bytes], Loaded]) -> Iterator[Loaded]:
    try:
        for number, line in enumerate(read_lines(path), 1):
            if line.strip():
                try:
                    record = load(line)
                except CorpusError as error:
                    raise CorpusError(f"{path}, line {number}: {error}") from error
                yield record
    except OSError as error:
        raise CorpusError(f"{path}: cannot be read ({error.strerror}); check the path") from error
