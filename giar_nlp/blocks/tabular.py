"""Finds the runs of lines that are a table."""

from collections.abc import Iterator, Sequence

from giar_nlp.blocks.lines import Line

_FIRM = frozenset({"cell", "row"})
_LOOSE = frozenset({"number", "page", "part", "unknown", "empty", "label"})
_TABLED = _FIRM | _LOOSE
_STARTS = _FIRM | {"label", "unknown", "part", "empty"}
_LONG_LABEL = 8
"""A label longer than this is no word of the text."""
_EDGE = frozenset({"part", "page", "blank"})


def table_runs(lines: Sequence[Line]) -> Iterator[tuple[int, int]]:
    """First and last line number, half-open, of each table.

    A run of table-like lines is a table if it holds a row, a cell behind a tab, or two things that are
    words of the tables or values. Loose lines at its ends (a page number, a lone 无) are left out.
    """
    end = 0
    for number, line in enumerate(lines):
        if line.look in _STARTS and number >= end:
            end = _run_end(lines, number)
            first, last = _trimmed(lines, number, end)
            if first < last:
                yield first, last


def _run_end(lines: Sequence[Line], number: int) -> int:
    """Where the run ends: at words, or at more blank lines than stand between its first cells."""
    blanks, usual, seen = 0, 1, 0
    for place in range(number, len(lines)):
        look = lines[place].look
        if look == "blank":
            blanks += 1
        elif look in _TABLED:
            if blanks > usual:
                if seen > 1:
                    return place
                usual = blanks
            seen += 2 if "\n" in lines[place].text else 1
            blanks = 0
        else:
            return place
    return len(lines)


def _trimmed(lines: Sequence[Line], first: int, last: int) -> tuple[int, int]:
    """The run without what only looks like a table; empty if nothing firm stands in it."""
    firm = labels = numbers = 0
    for line in lines[first:last]:
        look = line.look
        firm += look in _FIRM
        labels += (2 if len(line.text) > _LONG_LABEL else 1) if look == "label" else 0
        numbers += look == "number"
    if not firm and (labels < 2 and not (labels and numbers > 1)):
        return first, first
    while lines[first].look == "empty" or (lines[first].look in _EDGE and lines[first].indent == 0):
        first += 1
    while lines[last - 1].look in _EDGE and lines[last - 1].indent == 0:
        last -= 1
    return first, last
