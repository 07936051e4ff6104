"""Statutory tables laid out as they arrive: every carrier, filled with numbers that satisfy the identities.

A layout is a grid of cells with spans, told by the form; a carrier turns it into text, or into a document whose
cells are marked. Nothing here reads tables.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from giar_nlp.readers import as_document
from giar_nlp.scheme import FormEdition, Scheme, TableForm
from giar_nlp.types import Block, Cell, Document

Key = tuple[str, str, str]
"""Table, row, column."""

TITLES = {
    "proactive": "二、主动公开政府信息情况",
    "requests": "三、收到和处理政府信息公开申请情况",
    "review_litigation": "四、政府信息公开行政复议、行政诉讼情况",
}
CORNER = "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）"
FRONT = "云溪县水利局{year}年政府信息公开工作年度报告\n\n一、总体情况\n{year}年，我局认真做好政府信息公开工作，及时更新栏目，规范办理流程。\n"
BACK = "\n五、存在的主要问题及改进情况\n一是公开内容不够全面；二是业务培训有待加强。\n六、其他需要报告的事项\n无其他需要报告的事项。\n"


@dataclass(frozen=True, slots=True)
class Box:
    """A cell of a grid: where it begins, how far it spans, its text, the key of its value (None: a label)."""

    row: int
    col: int
    rows: int
    cols: int
    text: str
    key: Key | None = None


@dataclass(frozen=True, slots=True)
class Grid:
    """A table as cells that cover it without gaps."""

    table: str
    boxes: tuple[Box, ...]

    @property
    def n_cols(self) -> int:
        return max(box.col + box.cols for box in self.boxes)

    def lines(self) -> Iterator[list[Box]]:
        """The boxes of each row, those that reach down into it included with an empty text."""
        for row in range(max(box.row + box.rows for box in self.boxes)):
            yield [
                box if box.row == row else replace(box, text="", key=None)
                for box in sorted(self.boxes, key=lambda box: box.col)
                if box.row <= row < box.row + box.rows
            ]


def fill(edition: FormEdition, seed: int = 0, *, least: int = 11) -> dict[Key, str]:
    """A distinct number for every cell, such that all identities hold."""
    chance = random.Random(f"{edition.id} {seed}")
    numbers = chance.sample(range(least, least + 1500), 400)
    values: dict[Key, int] = {}
    for form in edition.tables:
        for _, row, column in form.cells():
            values[form.table, row.id, column.id] = numbers.pop()
    for form in edition.tables:
        _balance(form, values)
    return {key: str(value) for key, value in values.items()}


def _balance(form: TableForm, values: dict[Key, int]) -> None:
    name = form.table
    columns = list(dict.fromkeys(column.id for block in form.blocks for column in block.columns))
    rows = [row.id for block in form.blocks for row in block.rows]
    for identity in form.identities:
        if identity.id == "I2":
            for column in columns:
                total = sum(values[name, row, column] for row in identity.left)
                values[name, "result_total", column] = total
                due = total + values[name, "carried_out", column] - values[name, "carried_in", column]
                values[name, "new_received", column] = due
        if identity.each == "row":
            for row in rows:
                values[name, row, "total"] = sum(values[name, row, column] for column in identity.left)
        if identity.id.startswith("A"):
            (whole,) = identity.right
            values[name, whole, "value"] = sum(values[name, row, "value"] for row in identity.left)


def grids(edition: FormEdition, values: Mapping[Key, str]) -> list[Grid]:
    """The tables of a form, filled."""
    makers: dict[str, Callable[[TableForm, Mapping[Key, str]], Grid]] = {
        "proactive": _proactive,
        "requests": _requests,
        "review_litigation": _review,
        "annex": _annex,
    }
    return [makers[form.table](form, values) for form in edition.tables]


def _proactive(form: TableForm, values: Mapping[Key, str]) -> Grid:
    width = 1 + max(len(block.columns) for block in form.blocks)
    boxes: list[Box] = []
    row = 0
    for block in form.blocks:
        spare = width - 1 - len(block.columns)
        boxes.append(Box(row, 0, 1, width, block.label or ""))
        boxes.append(Box(row + 1, 0, 1, 1, "信息内容"))
        row += 1
        for number, column in enumerate(block.columns):
            last = number == len(block.columns) - 1
            boxes.append(Box(row, 1 + number, 1, 1 + spare * last, column.label))
        for line in block.rows:
            row += 1
            boxes.append(Box(row, 0, 1, 1, line.label))
            for number, column in enumerate(block.columns):
                last = number == len(block.columns) - 1
                key = (form.table, line.id, column.id)
                boxes.append(Box(row, 1 + number, 1, 1 + spare * last, values.get(key, ""), key))
        row += 1
    return Grid(form.table, tuple(boxes))


def _requests(form: TableForm, values: Mapping[Key, str]) -> Grid:
    (block,) = form.blocks
    boxes = [Box(0, 0, 3, 3, CORNER), Box(0, 3, 1, 7, "申请人情况"), Box(1, 3, 2, 1, "自然人")]
    boxes += [Box(1, 4, 1, 5, "法人或其他组织"), Box(1, 9, 2, 1, "总计")]
    boxes += [Box(2, 3 + number, 1, 1, column.label) for number, column in enumerate(block.columns[1:-1], 1)]
    seen: dict[str, int] = {}
    for number, line in enumerate(block.rows):
        row = 3 + number
        for depth, head in enumerate(line.under):
            if head not in seen:
                seen[head] = row
                n_rows = sum(head in other.under for other in block.rows)
                boxes.append(Box(row, depth, n_rows, 1, head))
        depth = len(line.under)
        boxes.append(Box(row, depth, 1, 3 - depth, line.label))
        for place, column in enumerate(block.columns):
            key = (form.table, line.id, column.id)
            boxes.append(Box(row, 3 + place, 1, 1, values.get(key, ""), key))
    return Grid(form.table, tuple(boxes))


def _review(form: TableForm, values: Mapping[Key, str]) -> Grid:
    (block,) = form.blocks
    first, *rest = block.rows
    boxes = [Box(0, 0, 1, 5, first.label), Box(0, 5, 1, 10, "行政诉讼")]
    boxes += [Box(1, place, 2, 1, column.label) for place, column in enumerate(block.columns)]
    boxes += [Box(1, 5 + 5 * number, 1, 5, line.label) for number, line in enumerate(rest)]
    for place in range(10):
        boxes.append(Box(2, 5 + place, 1, 1, block.columns[place % 5].label))
    for number, line in enumerate(block.rows):
        for place, column in enumerate(block.columns):
            key = (form.table, line.id, column.id)
            boxes.append(Box(3, 5 * number + place, 1, 1, values.get(key, ""), key))
    return Grid(form.table, tuple(boxes))


def _annex(form: TableForm, values: Mapping[Key, str]) -> Grid:
    boxes = [Box(0, 0, 1, 1, "统计指标"), Box(0, 1, 1, 1, "单位"), Box(0, 2, 1, 1, "统计数")]
    row = 1
    seen: set[str] = set()
    (block,) = form.blocks
    labels = {line.label for line in block.rows}
    for line in block.rows:
        for head in line.under:
            if head not in seen and head not in labels:
                seen.add(head)
                boxes += [Box(row, 0, 1, 1, head), Box(row, 1, 1, 1, "——"), Box(row, 2, 1, 1, "——")]
                row += 1
        key = (form.table, line.id, "value")
        boxes += [Box(row, 0, 1, 1, line.label), Box(row, 1, 1, 1, line.unit or "")]
        boxes.append(Box(row, 2, 1, 1, values.get(key, ""), key))
        row += 1
    return Grid(form.table, tuple(boxes))


# --- carriers ---------------------------------------------------------------------------------------------


def tab_cells(grid: Grid) -> str:
    """One cell a line behind a tab, rows parted by an empty line; what is merged downwards is an empty cell."""
    return "\n\n".join("\n".join(f"\t{box.text}" for box in line) for line in grid.lines()) + "\n"


def tab_cells_close(grid: Grid) -> str:
    """The same without lines between the rows."""
    return "\n".join("\n".join(f"\t{box.text}" for box in line) for line in grid.lines()) + "\n"


def tab_rows(grid: Grid) -> str:
    """A row a line, cells parted by tabs, spans filled up with empty cells."""
    return "\n".join("\t".join(_spread(line)) for line in grid.lines()) + "\n"


def pipe_rows(grid: Grid) -> str:
    """A Markdown table."""
    lines = ["| " + " | ".join(_spread(line)) + " |" for line in grid.lines()]
    lines.insert(1, "|" + " --- |" * grid.n_cols)
    return "\n".join(lines) + "\n"


def pipe_ends(grid: Grid) -> str:
    """Cells parted by pipes, none before the first."""
    return "\n".join(" | ".join(_spread(line)) + " |" for line in grid.lines()) + "\n"


def pipe_cells(grid: Grid) -> str:
    """One cell a line with a pipe behind it; empty cells are left as pipes alone."""
    lines: list[str] = []
    for row in grid.lines():
        for box in row:
            if box.text:
                lines.append(f"{box.text} |")
            elif box.key is not None:
                if lines and not lines[-1].strip("|"):
                    lines[-1] += "|"
                else:
                    lines.append("|")
    return "\n".join(lines) + "\n"


def pipe_lines(grid: Grid) -> str:
    """A cell a line, a line with a pipe behind each."""
    return "\n".join(f"{box.text}\n|" for row in grid.lines() for box in row if box.text) + "\n"


def pdf_lines(grid: Grid) -> str:
    """Labels and values of a row on one line, parted by blanks; empty cells leave nothing."""
    lines = []
    for line in grid.lines():
        lines.append(" ".join(box.text for box in line if box.text))
    return "\n".join(line for line in lines if line) + "\n"


def pdf_wrapped(grid: Grid) -> str:
    """The same, long labels broken after fourteen characters, with the values behind the last piece."""
    lines = []
    for line in pdf_lines(grid).splitlines():
        label, blank, values = line.partition(" ")
        while len(label) > 14 and blank:
            lines.append(label[:14])
            label = label[14:]
        lines.append(f"{label}{blank}{values}")
    return "\n".join(lines) + "\n"


def cell_lines(grid: Grid) -> str:
    """One cell a line and nothing else."""
    return "\n".join(box.text for row in grid.lines() for box in row if box.text) + "\n"


def cell_lines_apart(grid: Grid) -> str:
    """One cell a line, each with an empty line behind it."""
    return "\n\n".join(box.text for row in grid.lines() for box in row if box.text) + "\n"


def _spread(line: list[Box]) -> list[str]:
    return [text for box in line for text in (box.text, *[""] * (box.cols - 1))]


CARRIERS: dict[str, Callable[[Grid], str]] = {
    "tab_cells": tab_cells,
    "tab_cells_close": tab_cells_close,
    "tab_rows": tab_rows,
    "pipe_rows": pipe_rows,
    "pipe_ends": pipe_ends,
    "pipe_cells": pipe_cells,
    "pipe_lines": pipe_lines,
    "pdf_lines": pdf_lines,
    "pdf_wrapped": pdf_wrapped,
    "cell_lines": cell_lines,
    "cell_lines_apart": cell_lines_apart,
}
KEEPS_BLANKS = {"tab_cells", "tab_rows", "pipe_rows", "pipe_ends", "marked"}


def report_text(tables: list[tuple[str, str]], year: int = 2022) -> str:
    """A report around tables, each with its name; an annex stands at the end."""
    parts = [FRONT.format(year=year)]
    parts += [f"{TITLES[name]}\n{text}\n" for name, text in tables if name in TITLES]
    parts.append(BACK)
    parts += [f"\n附件：政府信息公开情况统计表\n{text}" for name, text in tables if name not in TITLES]
    return "".join(parts)


def marked(tables: list[Grid], year: int = 2022) -> Document:
    """A report whose tables have marked cells, as web pages and word processors give them."""
    text = FRONT.format(year=year)
    blocks: list[Block] = []
    for grid in tables:
        text += TITLES.get(grid.table, "附件：政府信息公开情况统计表") + "\n"
        start = len(text)
        cells = []
        for box in grid.boxes:
            cells.append(Cell(box.row, box.col, box.rows, box.cols, len(text), len(text) + len(box.text)))
            text += box.text + "\n"
        blocks.append(Block("table", start, len(text) - 1, 0, tuple(cells)))
        text += "\n"
    document = as_document(text + BACK)
    return replace(document, blocks=tuple(blocks))


def editions(scheme: Scheme) -> list[FormEdition]:
    """The editions of the form, in order of their years."""
    return sorted(scheme.editions.values(), key=lambda edition: edition.years[0])
