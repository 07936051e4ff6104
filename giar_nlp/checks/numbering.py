"""Whether headings and items are numbered as they should be."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from giar_nlp.checks.ready import ReadyCheck, quote
from giar_nlp.checks.structure import misnumbered
from giar_nlp.checks.view import View
from giar_nlp.markers import Marker
from giar_nlp.types import Finding, Section, Segment

_WORDLESS = frozenset({"sequence", "sides"})
"""Styles of markers without a number to follow."""
_SECTIONS = 6
_BELOW = 2
"""Depth of the headings right below a section's."""
_MARKED = 16
"""The number of a heading takes no more than so many characters."""
_POINTED = frozenset({"arabic", "arabic_paren"})
"""Styles whose stops (1. and 2、) are to be the same throughout a list."""


def check_heading_number(view: View, check: ReadyCheck) -> Iterator[Finding]:
    """A section whose number is not its own, or not in the style of the others."""
    if not view.is_new:
        return
    numbered: list[tuple[int, str, int, int, Marker | None, str]] = []
    for number, section in view.sections.items():
        start, end = view.heading(section)
        if section.title is not None and start < end:
            folded, marker = view.tools.heading(view.text[start:end])
            numbered.append((number, section.title, start, end, marker, folded))
    styles = Counter(marker.style for *_, marker, _ in numbered if marker)
    usual = max(styles, key=lambda style: styles[style], default="")
    if styles[usual] < check.limits["enough"]:
        return
    model = next((folded, marker) for *_, marker, folded in numbered if marker and marker.style == usual)
    last = 0
    for number, title, start, end, marker, folded in numbered:
        say = ""
        if marker is None:
            say = "none"
        elif marker.number not in {number, last + 1}:
            say = "number"
        elif marker.style != usual:
            say = "style"
        if marker is not None and marker.number:
            last = marker.number
        if say:
            found = folded[marker.start : marker.end].strip() if marker else None
            yield view.finding(
                check,
                say,
                key=f"{number} {say}",
                places=(view.place(start, end),),
                expected=_as_written(model, check.words["numerals"][number - 1]),
                found=found,
                number=number,
                title=title,
            )
    for number in {*range(1, _SECTIONS + 1)} - view.sections.keys():
        if (span := misnumbered(view, check, number)) is not None:
            place = view.place(*span)
            expected = _as_written(model, check.words["numerals"][number - 1])
            yield view.finding(
                check,
                "style",
                key=f"{number} style",
                places=(place,),
                expected=expected,
                found=quote(place.text),
                number=number,
                title=quote(place.text),
            )


def _as_written(model: tuple[str, Marker], numeral: str) -> str:
    """A section's number in the style of a section that has it right."""
    folded, marker = model
    written = folded[marker.start : marker.end].strip()
    head = next((n for n, char in enumerate(written) if char.isnumeric()), 0)
    tail = next((n for n in range(len(written) - 1, -1, -1) if written[n].isnumeric()), 0)
    return f"{written[:head]}{numeral}{written[tail + 1 :]}"


@dataclass(slots=True)
class _Item:
    segment: Segment
    style: str
    number: int
    written: str


def check_enumeration_gap(view: View, check: ReadyCheck) -> Iterator[Finding]:
    """A number left out, said twice or in another style in a list of items."""
    runs = _runs(view)
    for run in runs:
        mixed = False
        for place, item in enumerate(run[1:], 1):
            before = run[place - 1]
            expected = before.number + 1
            if item.style != before.style:
                after = run[place + 1 :]
                if item.number == expected and after and after[0].style == before.style:
                    yield _odd(view, check, "style", before, item, None)
            elif item.number == before.number:
                yield _odd(view, check, "repeated", before, item, expected)
            elif item.number > expected and not _stands_between(view, before, item, expected):
                yield _odd(view, check, "gap", before, item, expected)
            elif item.style in _POINTED and not mixed and _shape(view, item) != _shape(view, before):
                mixed = True
                yield _odd(view, check, "style", before, item, None)
    yield from _heading_gaps(view, check)


def _heading_gaps(view: View, check: ReadyCheck) -> Iterator[Finding]:
    """Numbers left out, or given twice, among the headings right below a section's."""
    before: tuple[Section | None, str, int, str, int, int] = (None, "", 0, "", 0, 0)
    known: tuple[str, ...] = ()
    at = 0
    for segment in view.report.segments:
        above = tuple(segment.headings[:_BELOW])
        if len(above) < _BELOW or above == known:
            continue
        known = above
        place = view.text.rfind(above[-1], at, segment.start + len(above[-1]))
        start = view.text.rfind("\n", at, place) + 1 if place >= 0 else 0
        if place < 0 or not start or place - start > _MARKED:
            continue
        section = view.sections.get(segment.section)
        written = view.text[start:place].strip()
        style, number = view.tools.style(written)
        last, last_style, last_number, last_written, low, high = before
        if section is last and style == last_style and style not in _WORDLESS and number > 1:
            due = last_number + 1
            missing = range(due, min(number, due + _BELOW))
            between = view.closed(high, start) if missing else ""
            gap = any(view.tools.close(_renumbered(written, one, view)) not in between for one in missing)
            if number == last_number or gap:
                yield view.finding(
                    check,
                    "gap" if gap else "repeated",
                    key=f"{above} {number}",
                    places=(view.place(low, high), view.place(start, place + len(above[-1]))),
                    expected=_renumbered(written, due, view),
                    found=written,
                    before=last_written,
                )
        at = place + len(above[-1])
        before = (section, style, number, written, start, at)


def _odd(  # noqa: PLR0913, PLR0917 - two items and what is wrong between them
    view: View, check: ReadyCheck, say: str, before: _Item, item: _Item, expected: int | None
) -> Finding:
    places = tuple(
        view.place(one.segment.start, one.segment.start + len(one.written)) for one in (before, item)
    )
    return view.finding(
        check,
        say,
        key=f"{say} {item.segment.text}",
        places=places,
        expected=_renumbered(item.written, expected, view) if expected else None,
        found=item.written,
        before=before.written,
    )


def _renumbered(written: str, number: int, view: View) -> str:
    """An item's number as written, with another value."""
    ordinals = view.tools.ordinals
    for old in sorted(ordinals, key=len, reverse=True):
        if old in written:
            new = ordinals[number - 1] if number <= len(ordinals) else str(number)
            return written.replace(old, new, 1)
    digits = "".join(char for char in written if char.isdigit())
    return written.replace(digits, str(number), 1) if digits.isdecimal() else str(number)


def _shape(view: View, item: _Item) -> str:
    """An item's number without its digits."""
    return view.tools.shape(item.written)


def _stands_between(view: View, before: _Item, item: _Item, expected: int) -> bool:
    """Whether the number that seems to be missing stands in the text before the item after all."""
    between = view.closed(before.segment.start + len(before.written), item.segment.start)
    return all(
        view.tools.close(_renumbered(item.written, number, view)) in between
        for number in range(expected, item.number)
    )


def _runs(view: View) -> list[list[_Item]]:
    """The items of one list each, in order; what is numbered below an item is a list of its own."""
    runs: list[list[_Item]] = []
    opened: list[list[_Item]] = []
    headings: Sequence[str] = ()
    for segment in view.report.segments:
        if segment.headings != headings:
            headings, opened = segment.headings, []
        if segment.marker is None:
            continue
        style, number = view.tools.style(segment.marker)
        if style in _WORDLESS or not number:
            continue
        item = _Item(segment, style, number, segment.marker)
        if number == 1:
            while opened and any(one.style == style for one in opened[-1][-1:]):
                opened.pop()
            runs.append([item])
            opened.append(runs[-1])
            continue
        fitting = [n for n, run in enumerate(opened) if run[-1].style == style and run[-1].number < number]
        fitting = fitting or [n for n, run in enumerate(opened) if run[-1].style == style]
        odd = [n for n, run in enumerate(opened) if run[0].style == style or run[-1].number == number - 1]
        if fitting or odd:
            at = (fitting or odd)[-1]
            del opened[at + 1 :]
            if opened[at][-1].number <= number:
                opened[at].append(item)
            else:
                runs.append([item])
                opened[at] = runs[-1]
        else:
            runs.append([item])
            opened.append(runs[-1])
    return runs
