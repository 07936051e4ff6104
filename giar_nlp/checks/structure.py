"""Whether the six sections and their tables are there, in order, and not empty (struct.*).

Source: domain.md 6; article 50 of the Regulation; the formats of 2019 and 2021.
"""

import re
from collections.abc import Iterator

from giar_nlp.checks.ready import ReadyCheck, quote
from giar_nlp.checks.view import View
from giar_nlp.types import Finding, Section

_SECTIONS = range(1, 7)
_TABLES = {2: "proactive", 3: "requests", 4: "review_litigation"}
_NARRATIVE = (1, 5, 6)
_PROBLEMS = 5
_WORD = re.compile(r"[^\W_]")
_LINE = re.compile(r"[^\n]{4,48}")
"""A title's line, or as much of a longer one as a title takes."""
_PICTURE = "[image"
_ANNEX = "annex"
"""Lists of statistics before 2019 had rows of their own in many places."""
_CHAPTER_LEVELS = (1, 2)


def check_section_missing(view: View, check: ReadyCheck) -> Iterator[Finding]:
    """A section that is not there, or whose heading is lost."""
    if not view.is_new:
        return
    if len(view.sections) < check.limits["enough"]:
        yield view.finding(check, "none", found=len(view.sections), status="not_assessable")
        return
    for number in _SECTIONS:
        section = view.sections.get(number)
        operands: dict[str, object] = {"number": number, "title": _title(check, number)}
        if section is None:
            if _found_elsewhere(view, number) is not None or misnumbered(view, check, number) is not None:
                continue  # check_section_order or check_heading_number tells of it
            if (shared := _shared_heading(view, check, number)) is not None:
                start, end = view.heading(shared)
                places = (view.place(start, end),)
                yield view.finding(
                    check, "shared", key=str(number), places=places, severity="warning", **operands
                )
                continue
            start, end = _gap_after(view, number)
            yield view.finding(
                check, "missing", key=str(number), places=(view.place(start, end),), **operands
            )
        elif section.title is None:
            end = _line_end(view, section.start)
            places = (view.place(section.start, end),)
            yield view.finding(check, "lost", key=str(number), places=places, **operands)


def check_section_order(view: View, check: ReadyCheck) -> Iterator[Finding]:
    """A section whose title stands before that of a section that it should follow."""
    if not view.is_new or len(view.sections) < check.limits["enough"]:
        return
    for number in _SECTIONS:
        if number not in view.sections and (span := _found_elsewhere(view, number)) is not None:
            place = view.place(*span)
            yield view.finding(
                check, "moved", key=str(number), places=(place,), number=number, title=quote(place.text)
            )
    standing = sorted(view.sections.values(), key=lambda section: section.start)
    numbers = [section.number or 0 for section in standing]
    kept = frozenset(numbers) if numbers == sorted(numbers) else _longest_run(numbers)
    for section in standing:
        if section.number not in kept:
            place = view.place(*view.heading(section))
            yield view.finding(
                check,
                "moved",
                key=str(section.number),
                places=(place,),
                number=section.number,
                title=quote(section.title or ""),
            )
    yield from _restarted(view, check)


def _longest_run(numbers: list[int]) -> frozenset[int]:
    """The most of some numbers that stand in rising order."""
    best: list[list[int]] = []
    for number in numbers:
        before = [run for run in best if run[-1] < number]
        best.append([*_longest(before), number])
    return frozenset(_longest(best))


def _longest(runs: list[list[int]]) -> list[int]:
    """The first of the longest; nothing where there is none."""
    return max(runs, key=len) if runs else []


def _restarted(view: View, check: ReadyCheck) -> Iterator[Finding]:
    """Headings inside a section that are numbered as the sections themselves are, from one on."""
    ordinals = view.tools.ordinals
    for number, section in view.sections.items():
        if number in _TABLES:
            continue  # the rows of the tables are numbered alike
        if view.text.find(f"\n{ordinals[0]}", section.start + 1, section.end) < 0:
            continue
        start, end = view.heading(section)
        _, marker = view.tools.heading(view.text[start:end])
        if marker is None or marker.number != section.number or marker.level not in _CHAPTER_LEVELS:
            continue
        written = view.text[start:end].lstrip("#* ")
        own = ordinals[marker.number - 1]
        if not written.startswith(own):
            continue
        stop = written[len(own) : len(own) + 1]
        places = []
        at = end
        for ordinal in ordinals[: int(check.limits["restarted"])]:
            at = view.text.find(f"\n{ordinal}{stop}", at, section.end)
            if at < 0:
                break
            line = view.text[at + 1 : _line_end(view, at + 1)]
            if any(one in line for one in view.tools.stops):
                break  # a list of items, not headings
            places.append(view.place(at + 1, at + 1 + len(line)))
            at += 1
        if len(places) == check.limits["restarted"]:
            yield view.finding(
                check,
                "restarted",
                key=f"{section.number} {places[0].text}",
                places=places,
                number=section.number,
                title=quote(section.title or ""),
                found=quote(places[0].text),
            )


def check_section_empty(view: View, check: ReadyCheck) -> Iterator[Finding]:
    """A section of the narrative that holds next to nothing."""
    if not view.is_new:
        return
    for number in _NARRATIVE:
        section = view.sections.get(number)
        if section is None or section.title is None:
            continue
        fewest = check.limits["fewest"]
        if any(segment.end - segment.start > 2 * fewest for segment in view.by_section.get(number, ())):
            continue
        start, end = view.heading(section)
        body = view.text[end : section.end]
        body = body[: int(check.limits["looked_at"])]
        n_words = len(_WORD.findall(body[: int(fewest) * 4]))
        if n_words < fewest:
            n_words = len(_WORD.findall(body))
        if n_words >= fewest or (n_words and check.signs["none"].search(view.tools.close(body))):
            continue
        if number == _PROBLEMS and n_words:
            continue  # narr.problems_absent tells of it
        place = view.place(start, end + len(body.rstrip()))
        operands: dict[str, object] = {"number": number, "title": section.title}
        yield view.finding(check, "empty", key=str(number), places=(place,), found=n_words, **operands)


def check_table_missing(view: View, check: ReadyCheck) -> Iterator[Finding]:
    """A section without the table that belongs in it."""
    if not view.is_new:
        return
    pictures = {table.table for table in view.report.tables if table.unread == "image"}
    for number, name in _TABLES.items():
        section = view.sections.get(number)
        if section is None or name in view.tables:
            continue
        start, end = view.heading(section)
        operands: dict[str, object] = {
            "number": number,
            "title": section.title or _title(check, number),
        }
        place = (view.place(start, max(end, section.end) if start == end else end),)
        if name in pictures or _PICTURE in view.text[start : section.end]:
            yield view.finding(check, "picture", key=name, places=place, **operands)
        else:
            yield view.finding(check, "missing", key=name, places=place, **operands)


def check_table_incomplete(view: View, check: ReadyCheck) -> Iterator[Finding]:
    """A table that lacks rows or cells of its form."""
    yield from _tables_twice(view, check)
    if not any(value.status == "missing" for value in view.odd_cells):
        return
    for name, table in view.tables.items():
        missing = [value for value in table.values if value.status == "missing"]
        if not missing:
            continue
        whole: dict[str, bool] = {}
        for value in table.values:
            whole[value.row_label or value.row] = (
                whole.get(value.row_label or value.row, True) and value.status == "missing"
            )
        rows = [row for row, gone in whole.items() if gone]
        cells = [
            f"{value.row_label or value.row} × {value.column_label or value.column}"
            for value in missing
            if not whole[value.row_label or value.row]
        ]
        places = () if table.start is None or table.end is None else (view.place(table.start, table.end),)
        yield view.finding(
            check,
            "rows" if rows else "cells",
            key=name,
            places=places,
            expected=len(table.values),
            found=len(table.values) - len(missing),
            table=check.term(name),
            missing=quote("; ".join([*rows, *cells])),
            n=len(rows) or len(cells),
            severity="info" if name == _ANNEX else None,
        )


def _tables_twice(view: View, check: ReadyCheck) -> Iterator[Finding]:
    names = [table.table for table in view.report.tables if table.values]
    for name in dict.fromkeys(names) if len(names) > len(view.tables) else ():
        if (n := names.count(name)) > 1:
            places = [
                view.place(table.start, table.end)
                for table in view.report.tables
                if table.table == name and table.start is not None and table.end is not None
            ]
            yield view.finding(
                check,
                "twice",
                key=f"{name} twice",
                places=places,
                expected=1,
                found=n,
                severity="warning",
                table=check.term(name),
                n=n,
            )


def _title(check: ReadyCheck, number: int) -> str:
    return check.words["titles"][number - 1]


def _found_elsewhere(view: View, number: int) -> tuple[int, int] | None:
    """The line that is the missing section's title, out of its place."""
    _, full = view.tools.titles[number]
    text = view.text
    for line in _LINE.finditer(text):
        words = line[0].strip()
        if not words or words[0] == "\t":
            continue
        closed = view.closed(*line.span()).rstrip(view.tools.stops)
        marker = view.tools.markers.at(closed, 0)
        if (
            marker is not None
            and marker.number
            and marker.level in _CHAPTER_LEVELS
            and not any(stop in closed for stop in view.tools.stops)
            and full.search(closed[marker.end :])
        ):
            start = line.start() + line[0].index(words)
            return start, start + len(words)
    return None


def misnumbered(view: View, check: ReadyCheck, number: int) -> tuple[int, int] | None:
    """The line in its due place that is a missing section's title, numbered in another way."""
    _, full = view.tools.titles[number]
    low = max((section.start for n, section in view.sections.items() if n < number), default=0)
    high = min((section.start for n, section in view.sections.items() if n > number), default=len(view.text))
    for line in _LINE.finditer(view.text, low, high):
        found = check.signs["odd_number"].match(view.closed(*line.span()).rstrip(view.tools.stops))
        if found is not None and full.fullmatch(found["title"]):
            return line.start() + len(line[0]) - len(line[0].lstrip()), line.start() + len(line[0].rstrip())
    return None


def _shared_heading(view: View, check: ReadyCheck, number: int) -> Section | None:
    """The section whose heading names the missing one too."""
    part, _ = view.tools.titles[number]
    for section in view.sections.values():
        if section.title is not None and abs((section.number or 0) - number) == 1:
            words = check.signs["joints"].split(view.tools.close(section.title))
            if len(words) > 1 and any(part.search(word) for word in words):
                return section
    return None


def _gap_after(view: View, number: int) -> tuple[int, int]:
    """The heading that the missing section should follow; else the one that it should precede."""
    before = [section for n, section in view.sections.items() if n < number]
    after = [section for n, section in view.sections.items() if n > number]
    neighbour = before[-1] if before else after[0]
    start, end = view.heading(neighbour)
    return (start, end) if start < end else (start, _line_end(view, start))


def _line_end(view: View, start: int) -> int:
    end = view.text.find("\n", start)
    return len(view.text) if end < 0 else end
