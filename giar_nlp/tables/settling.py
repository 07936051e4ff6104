"""What the identities of the form say about rows that were cut: they settle some, and put others in doubt.

A full row may hold the wrong cells: one was lost and another split, or all were pushed to the side. Where
another order of its values satisfies the identity that this order breaks, the row is not certain. A row that
lacks cells is settled where one way to place them satisfies the row's identity and those of its columns.

Source: domain.md 3 and 2.7.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import combinations

from giar_nlp.scheme import TableForm
from giar_nlp.tables.assembling import TEXT, Stray, TableDraft, Token
from giar_nlp.tables.fitting import Fit, FittedRow
from giar_nlp.tables.values import ValueReader

_MOST_BAD_BLOCKS = 1
"""One block whose sum is wrong is the writer's doing; in more, all values may have moved."""

_ZEROS = frozenset({"0", ""})
_FEW = 2
"""Of more cells than so many, with blanks among them and a wrong sum, some may be lost."""

_MANY = 5
"""One row of so many is an odd one."""

Numbers = list[int | float]


class Settler:
    """Settles the rows of one table."""

    def __init__(self, values: ValueReader, form: TableForm) -> None:
        self._read = values.read
        self._form = form
        self._columns = [column.id for column in form.blocks[0].columns]
        self._sums = [
            identity for identity in form.identities if identity.each == "column" and identity.relation == "="
        ]
        self._has_row_sum = any(identity.each == "row" for identity in form.identities)

    def settle(self, fit: Fit, draft: TableDraft) -> None:
        """Change the rows of a fit as the identities ask."""
        settled = {id: row for id, row in fit.rows.items() if row.settled}
        doubtful = [id for id, row in settled.items() if fit.damaged and _ends_blank(row)]
        if self._has_row_sum:
            if self._form.layout == "rows":
                self._place_strays(fit, draft.strays, draft)
            doubtful += self._doubtful(settled, damaged=fit.damaged)
        for id in doubtful:
            fit.rows[id] = replace(fit.rows[id], settled=None)
        if self._has_row_sum and self._form.layout == "rows":
            while any(self._solve(fit, id) for id, row in fit.rows.items() if not row.settled and row.tokens):
                pass

    def _doubtful(self, settled: Mapping[str, FittedRow], *, damaged: bool) -> list[str]:
        """The rows whose values may stand in other columns than their own: of those whose sum is wrong."""
        wrong = {id: row for id, row in settled.items() if self._is_wrong(row)}
        pushed = [id for id, row in wrong.items() if self._is_pushed(row)]
        doubtful = list(pushed)
        if any(_ends_blank(settled[id]) for id in pushed):
            doubtful += [id for id, row in settled.items() if _ends_blank(row)]
        if damaged or pushed:
            doubtful += [id for id, row in wrong.items() if all(map(TEXT, row.cells))]
        doubtful += _odd_ones([id for id, row in settled.items() if _begins_blank(row)], len(settled))
        if self._form.layout == "flat" and len(wrong) > _MOST_BAD_BLOCKS:
            return list(settled)
        return doubtful

    def _numbers(self, cells: Iterable[Token]) -> Numbers | None:
        """The numbers in cells, 0 where there is none; None where words stand."""
        numbers: Numbers = []
        for token in cells:
            if token.kind == "word":
                return None
            status, value = self._read(token.text)
            if status == "text":
                return None
            numbers.append(value or 0)
        return numbers

    def _is_wrong(self, row: FittedRow) -> bool:
        """Whether the sum of a row is wrong, be its blanks zero."""
        if _ZEROS.issuperset(map(TEXT, row.cells)):
            return False
        numbers = self._numbers(row.cells)
        return numbers is not None and numbers[-1] * 2 != sum(numbers)

    def _is_pushed(self, row: FittedRow) -> bool:
        """Whether the total of a row whose sum is wrong seems to stand in another column than its own.

        Another cell is the sum of all others; or the first or the last cells are blank, and the others may
        have moved into their place, the total among them.
        """
        numbers = self._numbers(row.cells) or [0]
        total = sum(numbers)
        if any(number and number * 2 == total for number in numbers[:-1]):
            return True
        places = [place for place, token in enumerate(row.cells) if token.text]
        if len(places) < _FEW or places[-1] - places[0] + 1 > len(places):
            return False
        if _ends_blank(row):
            return numbers[places[-1]] * 2 > total
        return places[0] > 0 and len(places) > _FEW

    def _place_strays(self, fit: Fit, strays: Sequence[Stray], draft: TableDraft) -> None:
        """Give values whose label is lost to the one row that is missing at their place."""
        rows = [row.id for block in self._form.blocks for row in block.rows]
        for stray in strays:
            if not 0 < stray.n_before < len(draft.rows):
                continue
            before, behind = draft.rows[stray.n_before - 1].role.id, draft.rows[stray.n_before].role.id
            if before not in rows or behind not in rows:
                continue
            missing = rows[rows.index(before) + 1 : rows.index(behind)]
            tokens = [token for token in stray.row.tokens if token.kind != "blank"]
            if len(missing) == 1 and missing[0] not in fit.rows and len(tokens) == len(self._columns):
                numbers = self._numbers(tokens)
                if numbers and any(numbers) and numbers[-1] * 2 == sum(numbers):
                    fit.rows[missing[0]] = FittedRow(stray.words, tuple(tokens), "position", tokens)

    def _solve(self, fit: Fit, id: str) -> bool:
        """Settle a row that lacks cells, if the sums of its columns leave one way to place what it has."""
        row = fit.rows[id]
        tokens = [token for token in row.tokens if token.kind != "blank"]
        numbers = self._numbers(tokens)
        n = len(self._columns)
        if not numbers or not 1 < len(numbers) < n or not numbers[-1] or numbers[-1] * 2 != sum(numbers):
            return False
        due = self._due(fit, id)
        if due is None or due[-1] != numbers[-1]:
            return False
        ways = [
            (*way, n - 1)
            for way in combinations(range(n - 1), len(numbers) - 1)
            if self._agrees(dict(zip((*way, n - 1), numbers, strict=True)), due)
        ]
        if len(ways) != 1:
            return False
        placed = dict(zip(ways[0], tokens, strict=True))
        blank = Token("blank", tokens[-1].start, tokens[-1].start, "", -1, -1)
        fit.rows[id] = replace(
            row, cells=tuple(placed.get(col, blank) for col in range(n)), settled="identity"
        )
        return True

    @staticmethod
    def _agrees(placed: Mapping[int, int | float], due: Numbers) -> bool:
        return all(placed.get(col, 0) == number for col, number in enumerate(due))

    def _due(self, fit: Fit, id: str) -> Numbers | None:
        """What the sums of the columns ask of a row; None where another row of them is not certain."""
        for identity in self._sums:
            if id not in (*identity.left, *identity.right):
                continue
            due: Numbers | None = [0] * len(self._columns)
            for side, sign in ((identity.left, 1), (identity.right, -1)):
                for other in side:
                    if other == id or due is None:
                        continue
                    row = fit.rows.get(other)
                    numbers = self._numbers(row.cells) if row and row.settled else None
                    due = (
                        None if numbers is None else [a + sign * b for a, b in zip(due, numbers, strict=True)]
                    )
            if due is not None:
                return [-number for number in due] if id in identity.left else due
        return None


def _ends_blank(row: FittedRow) -> bool:
    """Whether the last cell of a row is blank and another is not."""
    return not row.cells[-1].text and any(map(TEXT, row.cells))


def _begins_blank(row: FittedRow) -> bool:
    """Whether nothing but the first cell of a row is blank."""
    return not row.cells[0].text and all(map(TEXT, row.cells[1:]))


def _odd_ones(ids: list[str], n_rows: int) -> list[str]:
    """The rows if they are few among many: what is usual in a table is its writer's way."""
    return ids if len(ids) * _MANY <= n_rows else []
