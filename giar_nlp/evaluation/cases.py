"""Hand-written cases: one `[[case]]` a segment, its counts by the words they cover.

Every count is found at the first occurrence of its `span` after the end of the one before. `skip` passes
over so many occurrences, ``same = true`` means the very place of the one before, ``year = 0`` no year.
"""

import tomllib
from pathlib import Path
from typing import cast

from giar_nlp.errors import CorpusError
from giar_nlp.jsonl import Json, Unit, holds_reports, read_reports, read_units, unit_of
from giar_nlp.types import Report

REPORT_YEAR = 2023
"""The year of the report where a case does not name one."""


def read_gold(path: Path | str) -> tuple[list[Report], list[Unit]]:
    """The gold of a file: its reports or its units, the other list empty.

    Args:
        path: a JSON lines file of reports or of units, a TOML file of cases, or a folder of such TOML files.

    Raises:
        CorpusError: the file cannot be read, or what it holds is wrong.
    """
    path = Path(path)
    if path.is_dir():
        files = sorted(path.glob("*.toml"))
        if not files:
            raise CorpusError(f"{path}: holds no .toml file of cases; name a gold file")
        return [], [unit for file in files for unit in read_cases(file)]
    if path.suffix == ".toml":
        return [], read_cases(path)
    if holds_reports(path):
        return list(read_reports(path)), []
    units = list(read_units(path))
    if not units:
        raise CorpusError(f"{path}: holds no gold; each line is a report's record or a unit")
    return [], units


def read_cases(path: Path | str) -> list[Unit]:
    """The cases of a TOML file as gold units; what a case says nothing of is None.

    Raises:
        CorpusError: the file cannot be read, or a case is wrong; the message names file and case.
    """
    try:
        data = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise CorpusError(f"{path}: cannot be read ({error.strerror}); check the path") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CorpusError(f"{path}: not valid TOML in UTF-8: {error}") from error
    units = []
    for number, case in enumerate(data.get("case", [])):
        try:
            units.append(unit_of(_resolved(case, number)))
        except (CorpusError, KeyError, TypeError, AttributeError) as error:
            reason = f"key {error} is missing" if isinstance(error, KeyError) else str(error)
            raise CorpusError(f"{path}, case {number}: {reason}") from error
    return units


def _resolved(case: Json, number: int) -> Json:
    """The case as the line of a unit."""
    unit: Json = {"id": number, "report_year": REPORT_YEAR, **case}
    if "themes" in case:
        unit["themes"] = [{"label": label} for label in cast(list[str], case["themes"])]
    if "counts" in case:
        unit["counts"] = _resolved_counts(
            str(case["text"]), cast(list[Json], case["counts"]), unit["report_year"]
        )
    return unit


def _resolved_counts(text: str, counts: list[Json], report_year: object) -> list[Json]:
    resolved: list[Json] = []
    start = end = 0
    for count in counts:
        span = str(count["span"])
        if not count.get("same"):
            start = text.find(span, end)
            for _ in range(cast(int, count.get("skip", 0))):
                start = text.find(span, start + 1) if start >= 0 else -1
            if start < 0:
                raise CorpusError(f"span {span!r} does not stand after {end} in {text!r}; mend span or order")
            end = start + len(span)
        year = count.get("year", report_year)
        fields = {key: value for key, value in count.items() if key not in {"span", "same", "skip"}}
        place = {"start": start, "end": end, "text": text[start:end], "year": year or None}
        resolved.append({"value": 0, **fields, **place})
    return resolved
