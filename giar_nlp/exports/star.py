"""A record to rows of the tables of `layout`, and back: the same bytes, whatever the record holds.

A table's row is a list of values in the order of its columns. Numbers stand as floats, and are whole again
where they are whole: so does `giar` write them. A record that differs from what `giar` writes (other keys,
blanks, whole numbers with a point) also stands as it is, in the column `line`.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from operator import itemgetter
from typing import cast

import orjson

from giar_nlp.errors import CorpusError
from giar_nlp.exports.layout import Column, layout
from giar_nlp.jsonl import dump_report, load_report, parse_line

Json = dict[str, object]
Values = list[object]
Rows = dict[str, list[Values]]
"""The rows of one report by table."""

_EXACT = 2**53
"""Below it a float holds every whole number."""
_META = ("title", "agency", "report_year", "publish_date", "document_number", "regime", "scope")
_SOURCE = ("path", "sha256", "format", "encoding")
_MADE_WITH = ("giar_nlp", "scheme", "model")
_SECTION = ("number", "key", "title", "start", "end", "inferred")
_SEGMENT = ("id", "start", "end", "text", "section", "headings", "marker")
_THEME = ("label", "score", "source", "evidence")
_COUNT = (
    *("start", "end", "text", "value", "value_max", "unit", "bound"),
    *("kind", "nature", "year", "implicit", "attributes", "part_of"),
)
_TABLE = ("table", "form", "unread", "start", "end")
_CELL = ("row", "column", "row_label", "column_label", "raw", "value", "status", "start", "end", "settled_by")
_FINDING = ("id", "check", "severity", "status", "message", "expected", "found", "places")
_LISTS = {"hits": {"rule": str, "start": int, "end": int}, "places": {"start": int, "end": int, "text": str}}
_PLAIN: dict[str, set[type]] = {
    "string": {str, type(None)},
    "double": {float, type(None)},
    "bool": {bool},
    "int64": {int, type(None)},
    "int32": {int, type(None)},
}
_TOP = {"int64": 2**63, "int32": 2**31}


def split_record(number: int, line: bytes) -> Rows:
    """The rows of a record, by table; `number` tells its report in all of them.

    Raises:
        CorpusError: the line is no record.
    """
    try:
        rows = _split(number, parse_line(line))
        if _fits(rows) and join_record(rows) == line:
            return rows
    except (KeyError, TypeError, AttributeError, ValueError, OverflowError):
        pass  # not as `giar` writes it: the loader knows what may be missing, and names what is wrong
    report = load_report(line)
    rows = _split(number, parse_line(dump_report(report, with_text="text" in parse_line(line))))
    if not _fits(rows):
        raise CorpusError("a number of the record is out of all bounds; mend it")
    rows["reports"][0][_REPORTS["line"]] = line.decode()
    return rows


def join_record(rows: Mapping[str, Sequence[Sequence[object]]]) -> bytes:
    """The line of a report's rows, those of each table in their order.

    Raises:
        CorpusError: rows name a segment or a table that is not there.
    """
    report = dict(zip(_REPORTS, rows["reports"][0], strict=True))
    if report["line"] is not None:
        return str(report["line"]).encode()
    try:
        return orjson.dumps(_joined(report, rows))
    except (IndexError, TypeError) as error:
        raise CorpusError(
            f"report {report['report']}: rows of its tables do not fit together ({error}); each names a "
            f"segment or table of the same report, and stands in its order"
        ) from error


def _split(number: int, record: Json) -> Rows:
    meta, source, made_with = _of(record, "meta"), _of(record, "source"), _of(record, "made_with")
    segments, tables, findings = _all(record, "segments"), _all(record, "tables"), _all(record, "findings")
    period = cast(Sequence[object], meta["period"] or (None, None))
    start, end = period
    title, agency, year, *rest = itemgetter(*_META)(meta)
    graver = Counter(finding["severity"] for finding in findings if finding["status"] == "fail")
    report: Values = [
        number,
        record["schema"],
        *itemgetter(*_SOURCE)(source),
        title,
        agency,
        year,
        start,
        end,
    ]
    report += [*rest, record.get("text"), *itemgetter(*_MADE_WITH)(made_with)]
    n_counts = sum(len(_all(segment, "counts")) for segment in segments)
    report += [len(segments), n_counts, graver["error"], graver["warning"], None]
    rows: Rows = {
        "reports": [report],
        "findings": _listed(findings, _FINDING, number),
        "tables": _listed(tables, _TABLE, number),
        "table_values": [],
        "counts": [],
        "segments": _listed(segments, _SEGMENT, number),
        "themes": [],
        "sections": _listed(_all(record, "sections"), _SECTION, number),
    }
    for index, table in enumerate(tables):
        cells = _listed(_all(table, "values"), _CELL, number, index)
        for cell in cells:
            cell[_VALUE_OF_CELL] = _float(cell[_VALUE_OF_CELL])
        rows["table_values"] += cells
    for index, segment in enumerate(segments):
        rows["themes"] += _listed(_all(segment, "themes"), _THEME, number, index)
        counts = _listed(_all(segment, "counts"), _COUNT, number, index)
        for count in counts:
            count[_VALUE] = _float(count[_VALUE])
            count[_VALUE + 1] = _float(count[_VALUE + 1])
            count[_ATTRIBUTES] = list(cast(Json, count[_ATTRIBUTES]).items())
        rows["counts"] += counts
    return rows


def _joined(report: Json, rows: Mapping[str, Sequence[Sequence[object]]]) -> Json:
    period = [report["period_start"], report["period_end"]]
    meta = {name: report[name] for name in _META}
    segments = [_object(_SEGMENT, row[2:]) | {"themes": [], "counts": []} for row in rows["segments"]]
    tables: list[Json] = []
    for row in rows["tables"]:
        name, form, unread, start, end = row[2:]
        tables.append(
            {"form": form, "table": name, "start": start, "end": end, "values": [], "unread": unread}
        )
    for row in rows["table_values"]:
        cell = _object(_CELL, row[3:])
        cell["value"] = _number(cell["value"])
        cast(list[Json], tables[_index(row[1])]["values"]).append(cell)
    for row in rows["themes"]:
        cast(list[Json], segments[_index(row[1])]["themes"]).append(_object(_THEME, row[3:]))
    for row in rows["counts"]:
        count = _object(_COUNT, row[3:])
        count["value"], count["value_max"] = _number(count["value"]), _number(count["value_max"])
        count["attributes"] = dict(cast(Iterable[tuple[str, str]], count["attributes"]))
        cast(list[Json], segments[_index(row[1])]["counts"]).append(count)
    record: Json = {
        "schema": report["schema"],
        "source": {name: report[name] for name in _SOURCE},
        "meta": {
            **{name: meta[name] for name in _META[:3]},
            "period": None if period == [None, None] else period,
            **{name: meta[name] for name in _META[3:]},
        },
        "text": report["text"],
        "sections": [_object(_SECTION, row[2:]) for row in rows["sections"]],
        "segments": segments,
        "tables": tables,
        "findings": [_object(_FINDING, row[2:]) for row in rows["findings"]],
        "made_with": {name: report[name] for name in _MADE_WITH},
    }
    if record["text"] is None:
        del record["text"]
    return record


def _of(record: Json, key: str) -> Json:
    return cast(Json, record[key])


def _all(record: Json, key: str) -> list[Json]:
    return cast(list[Json], record[key])


def _listed(items: Iterable[Json], keys: tuple[str, ...], *above: int) -> list[Values]:
    """A row an item: the numbers of what it belongs to, its own number, its fields."""
    fields = itemgetter(*keys)
    return [[*above, number, *fields(item)] for number, item in enumerate(items)]


def _object(keys: tuple[str, ...], values: Sequence[object]) -> Json:
    return dict(zip(keys, values, strict=True))


def _index(value: object) -> int:
    """An index that does not count from the end.

    Raises:
        IndexError: it is negative or none.
    """
    if not isinstance(value, int) or value < 0:
        raise IndexError(value)
    return value


def _float(value: object) -> float | None:
    return None if value is None else float(cast(float, value))


def _number(value: object) -> int | float | None:
    """A number as `giar` writes it: whole where it is whole, and a float holds it exactly."""
    number = cast("float | None", value)
    return number if number is None or not number.is_integer() or abs(number) >= _EXACT else int(number)


def _fits(rows: Rows) -> bool:
    """Whether every value is of its column's kind."""
    return all(
        all(
            _all_fit(column, values)
            for column, values in zip(table.columns, zip(*rows[name], strict=True), strict=True)
        )
        for name, table in layout().tables.items()
        if rows[name]
    )


def _all_fit(column: Column, values: Sequence[object]) -> bool:
    kinds = set(map(type, values))
    if column.type in _PLAIN:
        top = _TOP.get(column.type)
        fit = kinds <= _PLAIN[column.type]
        return fit and (
            top is None or all(-top <= cast(int, each) < top for each in values if each is not None)
        )
    if kinds != {list}:
        return False
    items = [item for each in values for item in cast(list[object], each)]
    if column.type == "strings":
        return all(type(item) is str for item in items)
    if column.type == "pairs":
        return all(type(text) is str for pair in items for text in cast(tuple[object, object], pair))
    fields = _LISTS[column.type]
    return all(
        isinstance(item, dict)
        and tuple(item) == tuple(fields)
        and all(type(item[name]) is kind for name, kind in fields.items())
        and all(abs(value) < _TOP["int64"] for value in item.values() if isinstance(value, int))
        for item in items
    )


_REPORTS = {column.id: place for place, column in enumerate(layout().tables["reports"].columns)}
_VALUE, _ATTRIBUTES = (layout().tables["counts"].place(name) for name in ("value", "attributes"))
_VALUE_OF_CELL = layout().tables["table_values"].place("value")
