"""Labelled texts for training and scoring: gold records, units, or simple rows of any table.

Source: contract.md (`train`, `evaluate`).
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from giar_nlp.corpus import read_corpus
from giar_nlp.errors import CorpusError
from giar_nlp.jsonl import Unit, holds_reports, parse_line
from giar_nlp.packing import LINES, lines_suffix, unpack
from giar_nlp.readers import load_bytes
from giar_nlp.sheets import read_csv_rows, read_excel_rows
from giar_nlp.types import Report

SUFFIXES = {".jsonl", ".ndjson", ".csv", ".xlsx"}
FEWEST_ROWS = 10
FEWEST_OF_A_LABEL = 3
DIGITS = 12
"""Of a digest, in hexadecimal."""
RARE = 10
"""A label in fewer rows that is nearly spelled as a commoner one is taken for a slip of the pen."""


@dataclass(frozen=True, slots=True)
class Columns:
    """Where a table of rows has what: the text, its labels, what parts several labels, and who wrote it."""

    text: str = "text"
    label: str = "label"
    separator: str = ";"
    group: str | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A labelled text. `group` keeps together what one hand wrote: folds never part it."""

    text: str
    labels: tuple[str, ...]
    group: str
    headings: tuple[str, ...] = ()


def read_gold_reports(path: Path) -> list[tuple[str, Report]]:
    """The reports of a corpus with the group of each: its hand, or its own path where one file holds all.

    Raises:
        CorpusError: the corpus cannot be read.
    """
    entries = list(read_corpus([path]))
    hands = {entry.file for entry in entries}
    return [
        (str(entry.file) if len(hands) > 1 else entry.report.source.path or str(number), entry.report)
        for number, entry in enumerate(entries)
    ]


def holds_gold(path: Path) -> bool:
    """Whether a path is a folder, or a file whose first line is the record of a report."""
    return path.is_dir() or (lines_suffix(path) in LINES and holds_reports(path))


def read_rows(path: Path, columns: Columns) -> list[Row]:
    """The rows of a table, each with at least one label; each its own group without a column of groups.

    Raises:
        CorpusError: no such column, or a row without text or label; the message names file and line.
    """
    rows = []
    for number, fields in _fields(path):
        where = f"{path}, line {number}"
        text = fields.get(columns.text)
        if not isinstance(text, str):
            raise CorpusError(
                f"{where}: no column '{columns.text}', only {', '.join(map(str, fields))}; "
                f"name the column of texts with --text-column"
            )
        if not text.strip():
            raise CorpusError(f"{where}: the text is empty; take the row out or write its text")
        labels = _labels(fields, columns, where)
        group = str(number)
        if columns.group is not None:
            if columns.group not in fields:
                raise CorpusError(f"{where}: no column '{columns.group}'; name another with --group-column")
            group = str(fields[columns.group])
        heading = fields.get("heading") or ()
        headings = (heading,) if isinstance(heading, str) else _strings(heading)
        rows.append(Row(text, labels, group, headings))
    return rows


def check_rows(rows: Sequence[Row], path: Path) -> None:
    """Refuse what cannot be trained on.

    Raises:
        CorpusError: too few rows, a single label, a label in too few rows, or one nearly spelled as another.
    """
    if len(rows) < FEWEST_ROWS:
        raise CorpusError(f"{path}: {len(rows)} texts are too few to train on; label {FEWEST_ROWS} or more")
    n_of = Counter(label for row in rows for label in set(row.labels))
    if len(n_of) < 2:
        raise CorpusError(
            f"{path}: all texts have the one label '{next(iter(n_of))}'; there is nothing to learn"
        )
    for rare, common in _near(n_of):
        raise CorpusError(
            f"{path}: label '{rare}' ({n_of[rare]} texts) is nearly spelled as '{common}' ({n_of[common]}); "
            f"if they are one, correct it, else rename one of them"
        )
    few = {label: n for label, n in n_of.items() if n < FEWEST_OF_A_LABEL}
    if few:
        told = ", ".join(f"'{label}' ({n})" for label, n in sorted(few.items()))
        raise CorpusError(
            f"{path}: too few texts of {told}; give each label {FEWEST_OF_A_LABEL} or more, or take it out"
        )
    if len({row.group for row in rows}) < 2:
        raise CorpusError(f"{path}: all texts are of one group; scores need two or more, see --group-column")


def digest_rows(rows: Iterable[Row]) -> str:
    """A digest of texts and their labels, in their order."""
    digest = hashlib.sha256()
    for row in rows:
        digest.update(f"{row.text}\0{';'.join(row.labels)}\0".encode("utf-8", "surrogatepass"))
    return digest.hexdigest()[:DIGITS]


def print_text(text: str) -> str:
    """What a text is known by: whoever has the text can tell it, nobody can tell the text from it."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:DIGITS]


def _fields(path: Path) -> Iterator[tuple[int, Mapping[str, object]]]:
    """Every row with the number of its line."""
    suffix = lines_suffix(path)
    if suffix not in SUFFIXES:
        raise CorpusError(
            f"{path}: rows come as {', '.join(sorted(SUFFIXES))}; save the table as one of them"
        )
    data = unpack(load_bytes(path), path)
    if suffix == ".xlsx":
        yield from read_excel_rows(data, str(path))
    elif suffix == ".csv":
        yield from read_csv_rows(data, str(path))
    else:
        for number, line in enumerate(data.removeprefix(b"\xef\xbb\xbf").split(b"\n"), 1):
            if line.strip():
                try:
                    yield number, parse_line(line)
                except CorpusError as error:
                    raise CorpusError(f"{path}, line {number}: {error}") from error


def _labels(fields: Mapping[str, object], columns: Columns, where: str) -> tuple[str, ...]:
    """The labels of a row: those of its column, or the themes of a unit."""
    found = fields.get(columns.label, fields.get("themes") if columns.label == "label" else None)
    if found is None:
        raise CorpusError(
            f"{where}: no column '{columns.label}', only {', '.join(map(str, fields))}; "
            f"name the column of labels with --label-column"
        )
    if isinstance(found, list):
        named = [item["label"] if isinstance(item, dict) else item for item in found]
    else:
        named = str(found).split(columns.separator)
    labels = tuple(dict.fromkeys(str(label).strip() for label in named if str(label).strip()))
    if not labels:
        raise CorpusError(f"{where}: the row has no label; label it or take it out")
    return labels


def _strings(found: object) -> tuple[str, ...]:
    return tuple(str(part) for part in found) if isinstance(found, list | tuple) else ()


def _near(n_of: Mapping[str, int]) -> Iterator[tuple[str, str]]:
    """Pairs of labels that may be one: alike but for case and blanks, or a rare one a letter away."""
    for one, other in combinations(sorted(n_of), 2):
        rare, common = sorted((one, other), key=lambda label: n_of[label])
        plain = ["".join(label.casefold().split()) for label in (rare, common)]
        same = plain[0] == plain[1]
        if same or (
            n_of[rare] < RARE <= n_of[common] and min(map(len, plain)) > 3 and _is_a_letter_away(*plain)
        ):
            yield rare, common


def _is_a_letter_away(one: str, other: str) -> bool:
    """Whether one change, one letter more or one less makes the one the other."""
    short, long = sorted((one, other), key=len)
    if len(long) - len(short) > 1:
        return False
    start = 0
    while start < len(short) and short[start] == long[start]:
        start += 1
    rest = len(short) - start
    tail = long[len(long) - rest :] if len(long) > len(short) else long[start + 1 :]
    return short[start + (len(long) == len(short)) :] == tail


def rows_of_units(units: Iterable[Unit], path: Path) -> list[Row]:
    """The labelled units of a file as rows, each its own group."""
    return [
        Row(unit.text, tuple(theme.label for theme in unit.themes), f"{path} {number}", unit.headings)
        for number, unit in enumerate(units)
        if unit.themes
    ]
