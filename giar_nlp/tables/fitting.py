"""The values of a draft to the cells of its form: by count, and by columns where they can be counted.

A row is certain when as many cells stand behind its label as its form has columns. How rows are parted (by
blank lines, by lines, not at all) is told by what fits most rows of the table. What does not fit stays
uncertain.

Source: domain.md 3 (how tables arrive broken).
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import pairwise
from operator import itemgetter

from giar_nlp.scheme import TableBlock, TableForm
from giar_nlp.tables.assembling import TEXT, RowDraft, TableDraft, Token
from giar_nlp.types import Settled

Tokens = Sequence[Token]
Cut = Callable[[RowDraft, int], Tokens]
"""The tokens of a row that are its values, given how many there should be; other than so many if it fails."""

Order = Callable[[Tokens], tuple[Token, ...]]
"""The tokens of a row, given as the text has them, in the order of the form."""

_LABELLED = 5
"""So many column labels make the one row of a flat table one that labels tell."""
_ALL_TOTALS = "total"
_PAGE_DIGITS = 3
_CODE_DIGITS = 2
_FEWEST_CODES = 4
_KNOWN = 1024


@dataclass(slots=True)
class FittedRow:
    """A row of a form with a token for each column; `settled` is None where they are not certain.

    `tokens` are all that stand behind the label, `printed` is the label as printed (None: it is not there).
    """

    printed: str | None = None
    cells: tuple[Token, ...] = ()
    settled: Settled | None = None
    tokens: Tokens = ()


@dataclass(slots=True)
class Fit:
    """The rows of a form; `damaged` is told by rows that do not fit and by values that are no one's."""

    rows: dict[str, FittedRow] = field(default_factory=dict)
    damaged: bool = False


class Fitter:
    """Fits drafts to one form."""

    def __init__(self, form: TableForm) -> None:
        self._form = form
        self._blocks = [
            ([row.id for row in block.rows], [column.id for column in block.columns]) for block in form.blocks
        ]
        self._places = {
            row: (number, len(columns)) for number, (rows, columns) in enumerate(self._blocks) for row in rows
        }
        self._orders = lru_cache(_KNOWN)(self._order)

    def fit(self, draft: TableDraft) -> Fit:
        """The cells of the form as far as a draft gives them."""
        if self._form.layout == "flat" and not _has_labelled_rows(draft, self._form):
            return _fit_flat(draft, self._form)
        result = Fit()
        found: dict[str, list[RowDraft]] = {}
        for labelled in draft.rows:
            found.setdefault(labelled.role.id, []).append(labelled)
        cuts = _Cuts(draft, self._form, self._places)
        for number, (rows, columns) in enumerate(self._blocks):
            order = self._orders(number, tuple(draft.columns.get(number, ())))
            for id in rows:
                drafts = found.get(id)
                if not drafts:
                    continue
                row = _only(drafts)
                fitted = FittedRow(drafts[0].printed, tokens=(row or drafts[0]).tokens)
                if row is None:
                    result.damaged = True
                elif row.tokens:
                    cells = cuts.cells(row, number, len(columns))
                    if cells is None or order is None:
                        result.damaged = True
                    else:
                        fitted.cells = order(cells)
                        fitted.settled = "label"
                result.rows[id] = fitted
        if self._form.table == "annex" and _are_codes(result.rows.values()):
            result.rows = {id: FittedRow(row.printed, tokens=row.tokens) for id, row in result.rows.items()}
        result.damaged = result.damaged or any(0 < stray.n_before < len(draft.rows) for stray in draft.strays)
        return result

    def _order(self, number: int, named: tuple[tuple[str, int], ...]) -> Order | None:
        """How the columns of a block stand in the text, as its labels tell; None if they disagree."""
        ids = self._blocks[number][1]
        order = _column_order(ids, named, total_first=self._form.table == "requests")
        if order is None:
            return None
        return tuple if order == ids else itemgetter(*(order.index(id) for id in ids))


def _are_codes(rows: Iterable[FittedRow]) -> bool:
    """Whether the values of a statistics form are the numbers of its rows: they rise from row to row."""
    tokens = [row.cells[0] for row in rows if row.settled and row.cells[0].text]
    texts = [token.text for token in sorted(tokens, key=lambda token: token.start)]
    numbers = [int(text) for text in texts if text.isdecimal() and len(text) <= _CODE_DIGITS]
    rising = all(a < b for a, b in pairwise(numbers))
    return len(numbers) >= _FEWEST_CODES and len(numbers) == len(texts) and rising


def _only(drafts: Sequence[RowDraft]) -> RowDraft | None:
    """The one row of several with the same label that has values; None if they contradict each other."""
    if len(drafts) == 1:
        return drafts[0]
    full = [row for row in drafts if any(token.kind != "blank" for token in row.tokens)] or drafts[:1]
    texts = {tuple(token.text for token in row.tokens if token.text) for row in full}
    return full[0] if len(texts) == 1 else None


class _Cuts:
    """How the rows of one draft are cut, told by what fits most of them."""

    def __init__(self, draft: TableDraft, form: TableForm, places: Mapping[str, tuple[int, int]]) -> None:
        rows = [(row, *places[row.role.id]) for row in draft.rows if row.tokens and row.role.id in places]
        self._cut = _best_cut([(row, n) for row, _, n in rows if not row.width])
        grids = [(row, block, n) for row, block, n in rows if row.width]
        self._width = 0
        self._columns: dict[int, list[int]] = {}
        self._relative = False
        if grids:
            self._width = Counter(row.width for row, _, _ in grids).most_common(1)[0][0]
            for number, block in enumerate(form.blocks):
                own = [row for row, place, _ in grids if place == number]
                if columns := _grid_columns(draft, number, block, own):
                    self._columns[number] = columns
            n_counted = sum([self._grid(row, block) is not None for row, block, _ in grids])
            self._relative = sum([len(row.tokens) == n for row, _, n in grids]) > n_counted

    def cells(self, row: RowDraft, block: int, n: int) -> Tokens | None:
        """The tokens of a row, one for each of `n` columns in the order of the text; None if uncertain."""
        tokens = row.tokens
        # Rows of unequal length: what is merged was not filled up, and values begin behind the label.
        in_grid = tokens if self._relative or not row.width else self._grid(row, block)
        fitting = in_grid if row.width else self._cut(row, n)
        if fitting is not None and len(fitting) == n:
            return fitting
        full = [token for token in tokens if token.kind != "blank"]
        if not full:
            return [*tokens, *[tokens[-1]] * n][:n]
        if len(full) == n and _are_neighbours(tokens, full) and not self._spills(row, n):
            return full
        if row.after:
            breaks = [*row.breaks, *row.after_breaks]
            return self.cells(replace(row, tokens=[*tokens, *row.after], breaks=breaks, after=()), block, n)
        return None

    def _spills(self, row: RowDraft, n: int) -> bool:
        """Whether words that are no number stand among a row's values: it may be two rows."""
        return n > 1 and any(token.kind == "word" for token in row.tokens)

    def _grid(self, row: RowDraft, block: int) -> Tokens | None:
        columns = self._columns.get(block)
        if columns is None or row.width != self._width or row.label_col >= columns[0]:
            return None
        by_col: dict[int, Token] = {}
        for token in row.tokens:
            if token.col in by_col or (token.kind != "blank" and token.col not in columns):
                return None
            by_col[token.col] = token
        return [by_col[col] for col in columns] if all(col in by_col for col in columns) else None


def _are_neighbours(tokens: Tokens, full: Tokens) -> bool:
    """Whether no blank stands between tokens that are none."""
    first, last = tokens.index(full[0]), len(tokens) - 1 - list(reversed(tokens)).index(full[-1])
    return last - first + 1 == len(full)


def _cut_at_break(row: RowDraft, n: int) -> Tokens:
    """Up to the first blank line, if nothing but empty cells stands behind it."""
    del n
    place = row.breaks[0] if row.breaks else len(row.tokens)
    if place == len(row.tokens):
        return row.tokens
    rest = row.tokens[place:]
    return () if any(map(TEXT, rest)) else row.tokens[:place]


def _cut_at_line(row: RowDraft, n: int) -> Tokens:
    """What stands on the line of the first value, where the label or several values stand on it."""
    line = row.tokens[0].line if row.tokens[0].line >= 0 or len(row.tokens) == 1 else row.tokens[1].line
    if n == 1 and line not in {row.line, -1}:
        return row.tokens
    own = [token for token in row.tokens if token.line in {line, -1}]
    rest = [token for token in row.tokens if token.kind != "blank"][len(own) :]
    # A number alone on a line of its own is that of a page.
    return own if not rest or (len(rest) == 1 and len(rest[0].text) <= _PAGE_DIGITS) else ()


def _cut_nowhere(row: RowDraft, n: int) -> Tokens:
    """All up to the next label."""
    del n
    return row.tokens


def _cut_padding(row: RowDraft, n: int) -> Tokens:
    """All but the empty cells that stand before the next label, which is so deep in its group."""
    tokens = row.tokens
    padding = tokens[n:]
    fits = len(padding) == row.depth and all(token.kind == "blank" for token in padding)
    return tokens[:n] if fits else ()


_CUTS: tuple[Cut, ...] = (
    _cut_at_break,
    _cut_at_line,
    _cut_nowhere,
    _cut_padding,
)


def _best_cut(rows: Sequence[tuple[RowDraft, int]]) -> Cut:
    """The cut that fits most rows, the first of several."""
    best, most = _CUTS[0], -1
    for cut in _CUTS:
        n_fitting = sum([len(cut(row, n)) == n for row, n in rows])
        if n_fitting > most:
            best, most = cut, n_fitting
        if most == len(rows):
            return best
    learned = _cut_as_others(rows)
    return learned if sum([len(learned(row, n)) == n for row, n in rows]) > most else best


def _cut_as_others(rows: Sequence[tuple[RowDraft, int]]) -> Cut:
    """All but so many empty cells as stand behind other rows whose labels lie as deep.

    Cells that a label spans are left there by some converters.
    """
    paddings: dict[tuple[int, bool], Counter[int]] = {}
    for row, n in rows:
        if len(row.tokens) >= n and all(token.kind == "blank" for token in row.tokens[n:]):
            of_kind = paddings.setdefault((row.role.depth, row.opens_group), Counter())
            of_kind[len(row.tokens) - n] += 1
    usual = {kind: counts.most_common(1)[0] for kind, counts in paddings.items()}

    def cut(row: RowDraft, n: int) -> Tokens:
        padding, n_rows = usual.get((row.role.depth, row.opens_group), (0, 0))
        fits = n_rows > 1 and len(row.tokens) == n + padding
        return row.tokens[:n] if fits and all(token.kind == "blank" for token in row.tokens[n:]) else ()

    return cut


def _grid_columns(
    draft: TableDraft, number: int, block: TableBlock, rows: Sequence[RowDraft]
) -> list[int] | None:
    """The columns of a block's values where columns can be counted; None if nothing tells them."""
    n = len(block.columns)
    starts: Counter[tuple[int, ...]] = Counter()
    for row in rows:
        full = [token for token in row.tokens if token.kind != "blank"]
        cols = tuple(token.col for token in full)
        if len(full) == n and cols == tuple(range(cols[0], cols[0] + n)):
            starts[cols] += 1
    named = {id: col for id, col in draft.columns.get(number, ()) if col >= 0}
    header = sorted(named.values()) if len(named) == n == len(set(named.values())) else None
    if starts:
        return list(starts.most_common(1)[0][0])
    return header


def _column_order(ids: list[str], named: Sequence[tuple[str, int]], *, total_first: bool) -> list[str] | None:
    """The ids of a block's columns in the order of the text; None if its labels contradict each other.

    With `total_first` the total, under no head, is named before the columns under another head.
    """
    seen: dict[str, int] = {}
    for id, col in named:
        if id in ids:
            seen.setdefault(id, col)
    order = list(seen)
    cols = list(seen.values())
    if cols and min(cols) >= 0 and len(set(cols)) == len(cols):
        order.sort(key=lambda id: seen[id])
    expected = [id for id in ids if id in seen]
    if order == expected:
        return ids
    if _ALL_TOTALS in seen and total_first:
        late = [id for id in order if id != _ALL_TOTALS]
        first = order.index(_ALL_TOTALS)
        if first > 0 and late == expected[:-1]:
            return ids
        if first > 0 and len(seen) == len(ids) and late[0] == ids[0]:
            return [*late, _ALL_TOTALS]
        return None
    return order if len(order) == len(ids) else None


def _has_labelled_rows(draft: TableDraft, form: TableForm) -> bool:
    """Whether each block of a flat table has a row of its own, after all."""
    n_rows = {row.id: len(block.columns) for block in form.blocks for row in block.rows}
    full = {
        row.role.id
        for row in draft.rows
        if sum(token.kind != "blank" for token in row.tokens) == n_rows.get(row.role.id)
    }
    return full == set(n_rows)


def _fit_flat(draft: TableDraft, form: TableForm) -> Fit:
    """The one row of values, block after block."""
    result = Fit()
    (block,) = form.blocks
    ids = [column.id for column in block.columns]
    rows = [row.id for row in block.rows]
    n = len(ids) * len(rows)
    heads = list(dict.fromkeys(head for head in draft.heads if head in rows))
    named = [id for id, _ in draft.columns.get(0, ())]
    order = _flat_order(rows, ids, heads, named)
    runs = [run for run in draft.runs if run.tokens]
    cells = next((cells for run in runs if (cells := _flat_cells(run, n)) is not None), None)
    if cells is None:
        full = [token for run in runs for token in run.tokens if token.kind != "blank"]
        cells = full if len(full) == n else None
        if cells is None and full:
            result.damaged = True
            result.rows[rows[0]] = FittedRow(None, tokens=full)
    if cells is not None:
        settled: Settled | None = "label" if len(named) >= _LABELLED else "position"
        result.damaged = order is None
        for number, (row, columns) in enumerate(order or [(row, ids) for row in rows]):
            own = cells[number * len(ids) : (number + 1) * len(ids)]
            placed = tuple(own[columns.index(id)] for id in ids)
            fitted = FittedRow(None, placed, settled, own) if order else FittedRow(None, tokens=own)
            result.rows[row] = fitted
    return result


def _flat_order(
    rows: list[str], ids: list[str], heads: list[str], named: list[str]
) -> list[tuple[str, list[str]]] | None:
    """Each block with its columns, as the head of a flat table names them; None if it contradicts itself."""
    in_order = heads if len(heads) == len(rows) else rows
    if len(heads) < len(rows) and heads != [row for row in rows if row in heads]:
        return None
    size = len(ids)
    groups = [named[place : place + size] for place in range(0, len(named), size)]
    if all(group == ids for group in groups):
        return [(row, ids) for row in in_order]
    if len(named) == size * len(rows) and all(set(group) == set(ids) for group in groups):
        return list(zip(in_order, groups, strict=True))
    # Labels are lost: those left must stand in the usual order.
    cycle = ids * len(rows)
    for id in named:
        if id not in cycle:
            return None
        cycle = cycle[cycle.index(id) + 1 :]
    return [(row, ids) for row in in_order]


def _flat_cells(run: RowDraft, n: int) -> Tokens | None:
    tokens = run.tokens
    for cut in (_cut_at_break, _cut_nowhere, _cut_at_line):
        if len(cells := cut(run, n)) == n:
            return cells
    full = [token for token in tokens if token.kind != "blank"]
    return full if len(full) == n and _are_neighbours(tokens, full) else None
