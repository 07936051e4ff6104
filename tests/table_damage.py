"""Damages tables as conversions do: cells are dropped, split, merged and moved, labels and rows lost.

Each row is damaged once at most, and no line is joined or parted where a cell was split or lost. What no label, count or sum could tell is left out: two cells that change places
in a row without a sum, digits that are lost.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace

from giar_nlp.readers import as_document
from giar_nlp.scheme import FormEdition, Scheme
from giar_nlp.types import Document, Report
from tests.table_layouts import CARRIERS, Box, Grid, Key, editions, fill, grids, marked, report_text

Texts = list[str]


def _drop(texts: Texts, place: int, _: random.Random) -> Texts:
    return texts[:place] + texts[place + 1 :]


def _split(texts: Texts, place: int, _: random.Random) -> Texts:
    text = texts[place]
    half = max(1, len(text) // 2)
    return [*texts[:place], text[:half], text[half:] or "0", *texts[place + 1 :]]


def _merge(texts: Texts, place: int, chance: random.Random) -> Texts:
    if place + 1 >= len(texts):
        return texts
    between = chance.choice(["", " "])
    return [*texts[:place], texts[place] + between + texts[place + 1], *texts[place + 2 :]]


def _pad(texts: Texts, place: int, _: random.Random) -> Texts:
    """A cell is lost, and the row filled up at its end."""
    return [*texts[:place], *texts[place + 1 :], ""]


def _push(texts: Texts, _: int, __: random.Random) -> Texts:
    """All cells move to the right, and the last is lost."""
    return ["", *texts[:-1]]


def _empty(texts: Texts, place: int, _: random.Random) -> Texts:
    return [*texts[:place], "", *texts[place + 1 :]]


_OF_CELLS: dict[str, Callable[[Texts, int, random.Random], Texts]] = {
    "drop": _drop,
    "split": _split,
    "merge": _merge,
    "pad": _pad,
    "push": _push,
    "empty": _empty,
}
_SUMMED = {"requests", "review_litigation"}
"""Only where rows have sums can a cell be told that moved within its row."""
_OF_ROWS = ("label_lost", "label_typo", "label_glued", "row_lost", "moved_down", "moved_up")
_WRONG = "公的申请无事"


def damaged_report(scheme: Scheme, seed: int) -> tuple[Document, dict[Key, str], list[str]]:
    """A report with damaged tables, what stood in each cell before, and what was done."""
    chance = random.Random(seed)
    edition = chance.choice(editions(scheme))
    values = fill(edition, seed % 20) if chance.random() < 0.6 else _mostly_zero(edition, chance)
    carrier = chance.choice([*CARRIERS, "marked"])
    done = [edition.id, carrier]
    tables: list[Grid] = []
    for whole in grids(edition, values):
        grid, hit = whole, set[int]()
        for _ in range(chance.choice([1, 1, 2, 3])):
            grid, what = _damage(grid, chance, hit)
            done.append(what)
        tables.append(grid)
    if carrier == "marked":
        return marked(tables), values, done
    texts = []
    for grid in tables:
        text = CARRIERS[carrier](grid)
        if chance.random() < 0.3 and not {"split", "push"} & set(done):
            text, what = _damage_lines(text, chance)
            done.append(what)
        texts.append((grid.table, text))
    return as_document(report_text(texts)), values, done


def wrong_values(report: Report, values: dict[Key, str]) -> list[tuple[Key, str, str | None]]:
    """The cells whose value is not what stood there: key, what was read, what stood there."""
    wrong: list[tuple[Key, str, str | None]] = []
    for table in report.tables:
        for value in table.values:
            key = (table.table, value.row, value.column)
            if value.value is not None and value.raw != values.get(key):
                wrong.append((key, value.raw, values.get(key)))
    return wrong


def _damage(grid: Grid, chance: random.Random, hit: set[int]) -> tuple[Grid, str]:
    """The grid with one more damage in a row that has none, and its name."""
    rows = sorted({box.row for box in grid.boxes if box.key})
    kinds = [kind for kind in _OF_CELLS if kind not in {"pad", "push"} or grid.table in _SUMMED]
    kind, row = chance.choice([*kinds, *_OF_ROWS]), chance.choice(rows or [0])
    touched = {row, row + 1} if kind.startswith("moved") else {row}
    if hit & touched or not touched <= set(rows):
        return grid, "nothing"
    hit |= touched
    texts = [box.text for box in _values(grid, row)]
    if kind in _OF_CELLS:
        return _with_row(grid, row, _OF_CELLS[kind](texts, chance.randrange(len(texts)), chance)), kind
    if kind.startswith("moved"):
        below = [box.text for box in _values(grid, row + 1)]
        down = kind == "moved_down"
        first, second = (texts[:-1], [texts[-1], *below]) if down else ([*texts, below[0]], below[1:])
        return _with_row(_with_row(grid, row, first), row + 1, second), kind
    if kind == "row_lost":
        return replace(grid, boxes=tuple(box for box in grid.boxes if box.row != row or box.rows > 1)), kind
    labels = [box for box in grid.boxes if box.row == row and not box.key and box.text]
    return (_with_label(grid, labels[-1], kind, chance), kind) if labels else (grid, "nothing")


def _with_label(grid: Grid, label: Box, kind: str, chance: random.Random) -> Grid:
    """The grid with a label lost, misspelt or glued to the value behind it."""
    rest = tuple(box for box in grid.boxes if box is not label)
    if kind == "label_lost":
        return replace(grid, boxes=rest)
    if kind == "label_typo":
        place = chance.randrange(len(label.text))
        text = label.text[:place] + chance.choice(_WRONG) + label.text[place + 1 :]
        return replace(grid, boxes=(*rest, replace(label, text=text)))
    texts = [box.text for box in _values(grid, label.row)]
    glued = replace(grid, boxes=(*rest, replace(label, text=label.text + texts[0])))
    return _with_row(glued, label.row, texts[1:])


def _values(grid: Grid, row: int) -> list[Box]:
    return sorted((box for box in grid.boxes if box.row == row and box.key), key=lambda box: box.col)


def _with_row(grid: Grid, row: int, texts: Texts) -> Grid:
    old = _values(grid, row)
    new = [
        Box(row, old[0].col + number, 1, 1, text, old[min(number, len(old) - 1)].key)
        for number, text in enumerate(texts)
    ]
    return replace(grid, boxes=(*(box for box in grid.boxes if box not in old), *new))


def _damage_lines(text: str, chance: random.Random) -> tuple[str, str]:
    lines = text.split("\n")
    place = chance.randrange(len(lines) - 1)
    kind = chance.choice(["page", "blank_line", "joined"])
    if kind == "page":
        lines.insert(place, chance.choice(["- 3 -", "第3页 共9页"]))
    elif kind == "blank_line":
        lines.insert(place, "")
    else:
        lines[place : place + 2] = [f"{lines[place]} {lines[place + 1]}"]
    return "\n".join(lines), kind


def _mostly_zero(edition: FormEdition, chance: random.Random) -> dict[Key, str]:
    """What most reports look like: zeros, a few small numbers, all identities satisfied."""
    values = dict.fromkeys(fill(edition), 0)
    for form in edition.tables:
        if form.table == "proactive":
            for _, row, column in form.cells():
                values[form.table, row.id, column.id] = chance.choice([0, 0, 1, 2, 15])
        if form.table != "requests":
            continue
        (block,) = form.blocks
        columns = [column.id for column in block.columns][:-1]
        outcomes = next(identity.left for identity in form.identities if identity.id == "I2")
        for outcome in chance.sample(outcomes, 5):
            values["requests", outcome, chance.choice(columns[:3])] = chance.randrange(1, 9)
        for name in columns:
            done = sum([values["requests", outcome, name] for outcome in outcomes])
            left = chance.choice([0, 0, 1])
            values["requests", "result_total", name] = done
            values["requests", "carried_out", name] = left
            values["requests", "new_received", name] = done + left
        for line in block.rows:
            values["requests", line.id, "total"] = sum(
                [values["requests", line.id, name] for name in columns]
            )
    return {key: str(value) for key, value in values.items()}
