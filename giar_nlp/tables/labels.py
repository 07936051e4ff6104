"""The labels of all forms, found in the words that stand between values.

Words come cell by cell. They are joined, because a label may be broken over lines, and stripped of
punctuation, notes in brackets and the numbers of rows; then the labels are found in them one behind the
other. What is left is compared with the labels by edit distance.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Literal

from giar_nlp.markers import Folding, close_up
from giar_nlp.scheme import Scheme, TableForm
from giar_nlp.types import TableName

RoleKind = Literal["row", "column", "head", "block", "furniture"]

_KNOWN = 1024
_PART = "\x1f"
_SHORT = 2
"""So short a label stands alone in its cell, or right beside other labels."""
_TAIL = 2
"""So many characters more may stand behind a label."""
_HEAD = 6
"""A piece of a label as long as this tells it, if no other label begins so."""
_FUZZY = 3
"""Labels shorter than this are never guessed from others."""
_NOTES = "（"
_FEW = 40
_MOST = 200
"""Of more words without a value between them only the last are looked at."""
_JOINED = 4
"""A broken label is put together from so many pieces at most."""


@dataclass(frozen=True, slots=True)
class Role:
    """What a label is: a row or a column, the head of a group or a block, or another word of a table.

    `order` is the row's place over all editions, or that of the first row below; `depth` how many labels
    stand above it; `edition` is the only form that has the label there, None where several do.
    """

    table: TableName
    kind: RoleKind
    id: str
    order: int
    depth: int
    edition: str | None


@dataclass(frozen=True, slots=True)
class Found:
    """A label in words: what it may be, as printed, the number before it, and how far it is from the form's.

    `cell` is the number of the last cell it stands in. `distance` is None where a piece of a label, or words
    that no label is near to, stand.
    """

    roles: tuple[Role, ...]
    printed: str
    mark: str
    cell: int
    distance: int | None = 0


@dataclass(frozen=True, slots=True)
class Reading:
    """The labels in the words between values, in order; `glued` are digits right behind the last."""

    found: tuple[Found, ...]
    glued: str = ""


class LabelBook:
    """Knows the labels of all forms of a scheme."""

    def __init__(self, scheme: Scheme) -> None:
        signs = scheme.cells
        self._fold = Folding(scheme).fold
        self._ordinal = re.compile(scheme.pattern_of(signs.ordinal.pattern))
        self._lead = re.compile(scheme.pattern_of(signs.lead.pattern))
        self._mark = re.compile(scheme.pattern_of(signs.mark.pattern))
        self._note = re.compile(scheme.pattern_of(signs.note.pattern))
        self._open_note = re.compile("（[^（）]{3,}$")
        self._closed_note = re.compile("^[^（）]{3,}）")
        self._drop = {ord(char): None for char in signs.punctuation}
        self._roles = self._collect(scheme)
        cores = sorted(self._roles, key=len, reverse=True)
        self._any = re.compile("|".join(map(re.escape, cores)))
        self._cores = sorted(core for core in cores if len(core) >= _FUZZY)
        self._alike_in: dict[int, list[tuple[str, frozenset[str], int]]] = {}
        for core in self._cores:
            limit = max(1, len(core) // 4)
            for length in range(len(core) - limit, len(core) + limit + 1):
                self._alike_in.setdefault(length, []).append((core, frozenset(core), limit))
        units = {
            unit for edition in scheme.editions.values() for form in edition.tables for unit in form.units()
        }
        self._all = "\n".join((*cores, *units))
        self._short = lru_cache(_KNOWN)(self._read)

    def core(self, label: str) -> str:
        """What counts of a label: no number, no note, no punctuation."""
        text = close_up(self._fold(label))
        text = self._ordinal.sub("", text)
        text = self._note.sub("", self._lead.sub("", text))
        return text.translate(self._drop)

    def _collect(self, scheme: Scheme) -> dict[str, tuple[Role, ...]]:
        seen: dict[tuple[str, TableName, RoleKind, str], tuple[int, int, set[str]]] = {}
        for edition in scheme.editions.values():
            for form in edition.tables:
                order = _orders(scheme, form.table)
                for labels, kind, id, row, depth in _labels(form):
                    for core in {self.core(label) for label in labels} - {""}:
                        key = (core, form.table, kind, id)
                        place = order.get(row, -1)
                        seen.setdefault(key, (place, depth, set()))[2].add(edition.id)
        roles: dict[str, list[Role]] = {}
        for (core, table, kind, id), (place, depth, editions) in seen.items():
            only = next(iter(editions)) if len(editions) == 1 else None
            roles.setdefault(core, []).append(Role(table, kind, id, place, depth, only))
        return {core: tuple(found) for core, found in roles.items()}

    def read(self, words: tuple[str, ...]) -> Reading:
        """The labels in words, cell after cell; those of few words are kept in mind."""
        return self._short(words) if len(words) <= _FEW else self._read(words[-_MOST:])

    def _read(self, words: tuple[str, ...]) -> Reading:
        joined = _PART.join(words)
        for note in (self._note, self._open_note, self._closed_note):
            joined = note.sub(lambda found: _PART * found[0].count(_PART), joined)
        clean = joined.translate(self._drop)
        text, cells = _without_parts(clean)
        if not text:
            return Reading(())
        spans = self._spans(text, cells)
        glued = ""
        found: list[Found] = []
        place = 0
        for start, end, mark in spans:
            found.extend(self._unknown(words, text, cells, (place, start - len(mark))))
            printed = self._printed(words, text, cells, (start - len(mark), end))
            found.append(Found(self._roles[text[start:end]], printed, mark, cells[end - 1]))
            place = end
        rest = text[place:]
        if spans and rest.isdigit() and cells[place] == cells[place - 1]:
            glued = rest
        else:
            found.extend(self._unknown(words, text, cells, (place, len(text))))
        return Reading(tuple(found), glued)

    def _spans(self, text: str, cells: Sequence[int]) -> list[tuple[int, int, str]]:
        """Start, end and mark of each label that stands exactly in the text."""
        spans: list[tuple[int, int, str]] = []
        place = end = 0
        while found := self._any.search(text, place):
            mark = self._left(text, cells, end, found.start(), len(found[0]))
            if mark is None or not self._fits_right(text, cells, found.end(), len(found[0])):
                place = found.start() + 1
                continue
            spans.append((found.start(), found.end(), mark))
            place = end = found.end()
        return spans

    def _left(self, text: str, cells: Sequence[int], end: int, start: int, length: int) -> str | None:
        """The mark before a label, maybe none; None where other words stand right before it."""
        begin = start
        while begin > end and (cells[begin - 1] == cells[start] or begin == start) and start - begin < 4:
            if begin < start and cells[begin - 1] != cells[begin]:
                break
            begin -= 1
        if begin == start or (start > 0 and cells[start - 1] != cells[start] and start - 1 >= end):
            # The label opens its cell; its number may be in the cell before.
            before = text[end:start]
            mark = before[-1:] if before and self._mark.fullmatch(before[-1:]) else ""
            alone = mark and (start < 2 or start - 1 == end or cells[start - 2] != cells[start - 1])
            return mark if alone else ""
        first = next((place for place in range(end, start) if cells[place] == cells[start]), start)
        before = text[first:start]
        if not before or self._mark.fullmatch(before):
            return before
        return "" if length >= _HEAD + _TAIL and len(before) <= _TAIL else None

    def _fits_right(self, text: str, cells: Sequence[int], end: int, length: int) -> bool:
        last = len(text)
        stop = next((place for place in range(end, last) if cells[place] != cells[end - 1]), last)
        rest = text[end:stop]
        if not rest or rest.isdigit() or self._any.match(rest):
            return True
        if (mark := self._mark.match(rest)) and self._any.match(rest, mark.end()):
            return True
        return length > _SHORT and len(rest) <= (_TAIL if length < _HEAD else 2 * _TAIL)

    def _unknown(
        self, words: Sequence[str], text: str, cells: Sequence[int], span: tuple[int, int]
    ) -> Iterator[Found]:
        """The words of a stretch without exact labels: near labels, pieces of labels, other words."""
        parts: list[tuple[int, int]] = []
        place, end = span
        while place < end:
            stop = next((p for p in range(place, end) if cells[p] != cells[place]), end)
            parts.append((place, stop))
            place = stop
        while parts:
            for n_joined in range(min(_JOINED, len(parts)), 0, -1):
                first, last = parts[0][0], parts[n_joined - 1][1]
                near = self._near(text[first:last])
                if near is not None:
                    roles, distance, mark = near
                    printed = self._printed(words, text, cells, (first, last))
                    yield Found(roles, printed, mark, cells[last - 1], distance)
                    del parts[:n_joined]
                    break
            else:
                first, last = parts.pop(0)
                piece = text[first:last]
                mark_found = self._mark.match(piece)
                mark = mark_found[0] if mark_found else ""
                if mark != piece:
                    inside = piece in self._all or piece[len(mark) :] in self._all
                    yield Found((), piece, mark, cells[last - 1], 0 if inside else None)

    def _near(self, piece: str) -> tuple[tuple[Role, ...], int, str] | None:
        """The one label that a piece begins or is, but for a few characters: roles, distance, mark."""
        found = self._mark.match(piece)
        for mark in dict.fromkeys(("", found[0] if found else "")):
            text = piece[len(mark) :]
            if len(text) < _FUZZY:
                continue
            if len(text) >= _HEAD:
                begun = {self._roles[core] for core in self._begun(text)}
                if len(begun) == 1:
                    return begun.pop(), 0, mark
            best: list[tuple[int, str]] = []
            letters = frozenset(text)
            for core, own, limit in self._alike_in.get(len(text), ()):
                # Each character that only one of them has costs a step, so most need no measuring.
                if len(own - letters) <= limit and len(letters - own) <= limit:
                    distance = _distance(text, core, limit)
                    if distance <= limit:
                        best.append((distance, core))
            best.sort()
            if best and (len(best) == 1 or best[1][0] > best[0][0] or self._alike(best)):
                return self._roles[best[0][1]], best[0][0], mark
        return None

    def _begun(self, text: str) -> Iterator[str]:
        """The labels that begin so."""
        for core in islice(self._cores, bisect_left(self._cores, text), None):
            if not core.startswith(text):
                break
            yield core

    def _alike(self, best: Sequence[tuple[int, str]]) -> bool:
        """Whether all labels at the least distance are names of one thing."""
        least = best[0][0]
        ids = {
            tuple((role.table, role.kind, role.id) for role in self._roles[core])
            for distance, core in best
            if distance == least
        }
        return len(ids) == 1

    def _printed(self, words: Sequence[str], text: str, cells: Sequence[int], span: tuple[int, int]) -> str:
        """The cells that a label stands in, as printed; only what counts of it where they hold more."""
        start, end = span
        opens = start == 0 or cells[start - 1] != cells[start]
        rest = text[end:]
        closes = end == len(text) or cells[end] != cells[end - 1] or rest.isdigit()
        if not (opens and closes):
            return text[start:end]
        last = cells[end - 1] + 1
        while last < len(words) and words[last][0] in _NOTES and last not in cells:
            last += 1
        printed = "".join(words[cells[start] : last])
        return printed[: len(printed) - len(rest)] if rest.isdigit() else printed


def _orders(scheme: Scheme, table: TableName) -> dict[str, int]:
    """The place of each row of a table, over all editions of the form."""
    forms = [form for edition in scheme.editions.values() for form in edition.tables if form.table == table]
    rows: list[str] = []
    for form in sorted(forms, key=lambda form: -sum(len(block.rows) for block in form.blocks)):
        before = -1
        for row in (row.id for block in form.blocks for row in block.rows):
            if row not in rows:
                rows.insert(before + 1, row)
            before = rows.index(row)
    return {row: place for place, row in enumerate(rows)}


def _labels(form: TableForm) -> Iterator[tuple[Sequence[str], RoleKind, str, str, int]]:
    """Every label of a form with its other names: kind, id, the row it leads to, how deep it stands."""
    for word in form.furniture:
        yield [word], "furniture", "", "", 0
    for number, block in enumerate(form.blocks):
        if block.label:
            yield [block.label], "block", str(number), block.rows[0].id, 0
        for row in block.rows:
            yield [row.label, *row.variants], "row", row.id, row.id, len(row.under)
            for depth, head in enumerate(row.under):
                yield [head], "head", head, row.id, depth
        for column in block.columns:
            yield [column.label, *column.variants], "column", column.id, "", 0
            for head in column.under:
                yield [head], "head", head, "", 0


def _without_parts(text: str) -> tuple[str, list[int]]:
    """The text without part marks, and the number of the cell that each character stands in."""
    cells: list[int] = []
    for number, part in enumerate(text.split(_PART)):
        cells.extend([number] * len(part))
    return text.replace(_PART, ""), cells


def _distance(a: str, b: str, limit: int) -> int:
    """Edit distance of two texts; above the limit, any greater number."""
    if a == b:
        return 0
    row = list(range(len(b) + 1))
    for i, char in enumerate(a, 1):
        last, row[0] = row[0], i
        least = row[0]
        for j, other in enumerate(b, 1):
            cost = min(row[j] + 1, row[j - 1] + 1, last + (char != other))
            last, row[j] = row[j], cost
            least = min(least, cost)
        if least > limit:
            return limit + 1
    return row[-1]
