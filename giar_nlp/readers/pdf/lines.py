"""Characters to lines of text: what stands on one base line, in the order of its places, with its blanks.

A PDF need not hold the blanks that it shows, and holds blanks that it does not show. A gap between two Han
characters or two narrow ones is a blank if it is wider than the line's other gaps; a gap between a Han
character and a figure, which typesetters put there by themselves, only if it is wider than theirs.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from unicodedata import category

from giar_nlp.readers.pdf.characters import closes, is_wide
from giar_nlp.readers.pdf.page import Glyph

_SAME_LINE = 0.4
"""Ems. Base lines so near to each other are one."""
_APART = 1.0
"""Ems. A wider gap ends a run."""
_BACK = 0.6
"""Ems. So does a step back further than this."""
_TWICE = 0.3
"""Of a character's breadth: the same character so near to itself is printed twice, to look bold."""
_TABULATOR = 2.5
_GAPS = {"wide": 0.2, "narrow": 0.15, "mixed": 0.4}
"""Ems beyond the line's other gaps that make a blank, between two characters of such kinds."""
_SHUT = 0.12
"""Ems. A blank that is no wider than this is none."""
_HANG = 8
"""So many characters at the head of a line are a list's marker at most."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text, or a piece of one; places in points.

    Attributes:
        text: with its blanks, none at its ends.
        left: where its first character begins.
        right: where its last one ends.
        bound: the same without stops and brackets that close, which may hang over the edge.
        base: its base line, y downwards.
        em: breadth of a full-width character.
        token: breadth of what must stay together at its head.
        heads: where the first characters behind a blank begin, for the text behind a list's marker.
        trails: whether a blank ends it.
    """

    text: str
    left: float
    right: float
    bound: float
    base: float
    em: float
    token: float = 0.0
    heads: tuple[float, ...] = ()
    trails: bool = False


def runs_of(glyphs: Iterable[Glyph]) -> list[list[Glyph]]:
    """The characters in runs: what follows one another on a base line without a wide gap."""
    runs: list[list[Glyph]] = []
    last: Glyph | None = None
    for glyph in glyphs:
        if last is None or not _goes_on(last, glyph):
            runs.append([])
        runs[-1].append(glyph)
        last = glyph
    return [run for run in runs if any(not glyph.text.isspace() for glyph in run)]


def _goes_on(last: Glyph, glyph: Glyph) -> bool:
    em = max(last.em, glyph.em)
    if last.turned or glyph.turned:
        return last.turned and glyph.turned
    if abs(last.base - glyph.base) > _SAME_LINE * em:
        return False
    return -_BACK * em < glyph.x - last.end < _APART * em


def lines_of(runs: Iterable[Sequence[Glyph]]) -> list[Line]:
    """The lines that runs make, from top to bottom."""
    lines: list[list[Sequence[Glyph]]] = []
    base = em = 0.0
    for run in sorted(runs, key=lambda run: run[0].base):
        here, size = run[0].base, max(glyph.em for glyph in run)
        if not lines or here - base > _SAME_LINE * min(em, size) or run[0].turned:
            lines.append([])
            base, em = here, size
        lines[-1].append(run)
    return [line for parts in lines if (line := _line(parts)) is not None]


def _line(runs: list[Sequence[Glyph]]) -> Line | None:
    runs.sort(key=lambda run: run[0].x)
    glyphs = [glyph for run in runs for glyph in run]
    if not glyphs[0].turned and any(after.x < glyph.x for glyph, after in pairwise(glyphs)):
        glyphs = _once(sorted(glyphs, key=lambda glyph: glyph.x))
    shown = [glyph for glyph in glyphs if not glyph.text.isspace()]
    if not shown:
        return None
    wide = [glyph.em for glyph in shown if is_wide(glyph.text)]
    em = median(wide) if wide else max(glyph.em for glyph in shown)
    if shown[0].turned:
        text = "".join(glyph.text for glyph in glyphs).strip()
        right = max(glyph.end for glyph in shown)
        return Line(text, min(glyph.x for glyph in shown), right, right, shown[0].base, em)
    text, heads = _written(glyphs, em)
    return Line(
        text=text,
        left=shown[0].x,
        right=max(_end(shown[-1], em), shown[-1].end),
        bound=_end(next((glyph for glyph in reversed(shown) if not closes(glyph.text)), shown[0]), em),
        base=median(glyph.base for glyph in shown),
        em=em,
        token=_token(shown, em),
        heads=heads,
        trails=glyphs[-1].text.isspace(),
    )


def _once(glyphs: Sequence[Glyph]) -> list[Glyph]:
    """Characters by their places, without those that are printed on themselves once more."""
    kept: list[Glyph] = []
    for glyph in glyphs:
        if any(
            other.text == glyph.text and glyph.x - other.x < _TWICE * max(glyph.end - glyph.x, 1.0)
            for other in kept[-3:]
        ):
            continue
        kept.append(glyph)
    return kept


def _written(glyphs: Sequence[Glyph], em: float) -> tuple[str, tuple[float, ...]]:
    """The text of a line, and where characters behind blanks begin near its head."""
    pairs = list(_pairs(glyphs, em))
    plain = [gap for _, gap, kind, blanks in pairs if kind == "wide" and not blanks]
    usual = max(0.0, median(plain)) if plain else 0.0
    least = _SHUT * em + usual
    parts = [next(glyph.text for glyph in glyphs if not glyph.text.isspace())]
    heads: list[float] = []
    for number, (glyph, gap, kind, blanks) in enumerate(pairs):
        if gap > least and (blank := _blank(gap - usual, kind, blanks, em)):
            if number < _HANG:
                heads.append(glyph.x)
            parts.append(blank)
        parts.append(glyph.text)
    return "".join(parts), tuple(heads)


def _pairs(glyphs: Sequence[Glyph], em: float) -> Iterator[tuple[Glyph, float, str, str]]:
    """Each character that shows but the first: the gap before it, between what kinds, the blanks there."""
    last: Glyph | None = None
    was_wide, blanks = False, ""
    for glyph in glyphs:
        if glyph.text.isspace():
            blanks += glyph.text
            continue
        wide = is_wide(glyph.text)
        if last is not None:
            kind = "mixed" if wide != was_wide else "wide" if wide else "narrow"
            yield glyph, glyph.x - _end(last, em), kind, blanks
        last, was_wide, blanks = glyph, wide, ""


def _blank(gap: float, kind: str, blanks: str, em: float) -> str:
    if blanks:
        return blanks
    if gap > _TABULATOR * em:
        return "\t"
    return " " if gap > _GAPS[kind] * em else ""


def _end(glyph: Glyph, em: float) -> float:
    """Where a character ends, in a line of such an em; of some fonts only the ink is known."""
    full = glyph.x + 0.96 * em
    return full if glyph.end < full and is_wide(glyph.text) else glyph.end


def _token(shown: Sequence[Glyph], em: float) -> float:
    """The breadth of what a line break would not have parted at the head of a line."""
    last = 0
    while last + 1 < len(shown) and category(shown[last].text[0]) in {"Ps", "Pi"}:
        last += 1
    if not is_wide(shown[last].text):
        while last + 1 < len(shown) and not is_wide(shown[last + 1].text):
            if shown[last + 1].x - shown[last].end > _GAPS["narrow"] * em:
                break
            last += 1
    while last + 1 < len(shown) and closes(shown[last + 1].text):
        last += 1
    return _end(shown[last], em) - shown[0].x
