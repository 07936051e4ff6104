"""What a reader recovers of a report whose text and tables are known."""

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from pathlib import Path
from typing import NamedTuple

from giar_nlp.analyzer import Analyzer
from peers_reading import Found

HAN, BLANKS = re.compile(r"[^\u3400-\u9fff]+"), re.compile(r"\s+")


class Truth(NamedTuple):
    """The segments of a report and the printed values of its statutory tables, both in order."""

    segments: list[str]
    values: list[str]


class Shares(NamedTuple):
    """Of the narrative's Han characters in order, of its segments each in one line, of the tables' values."""

    narrative: float
    whole: float
    values: float


def truth_of(path: Path, analyzer: Analyzer) -> Truth:
    """What is to be recovered, by the record of the report as a plain text."""
    report = analyzer.annotate(path)
    values = [value for table in report.tables for value in table.values if value.raw]
    values.sort(key=lambda value: value.start or 0)
    return Truth([segment.text for segment in report.segments], [value.raw for value in values])


def in_order(wanted: Sequence[object], found: Sequence[object]) -> float:
    """The share of what is wanted that is found in the same order; 1 for nothing wanted."""
    blocks = SequenceMatcher(None, wanted, found, autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks) / len(wanted) if wanted else 1.0


def shares_of(found: Found, truth: Truth) -> Shares:
    """What a reader has recovered. A value counts if it is all of a cell, in its place among the others.

    Blanks are no matter: typesetters and web pages add their own.
    """
    lines = [BLANKS.sub("", line) for line in found.text.splitlines()]
    whole = [any(BLANKS.sub("", text) in line for line in lines) for text in truth.segments]
    cells, printed = [BLANKS.sub("", cell) for cell in found.cells], set(truth.values)
    return Shares(
        in_order(HAN.sub("", "".join(truth.segments)), HAN.sub("", found.text)),
        sum(whole) / max(1, len(whole)),
        in_order(truth.values, [cell for cell in cells if cell in printed]),
    )
