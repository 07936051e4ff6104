"""Whether the numbers fit the agency, and the names are its own (auth.*, copy.foreign_name)."""

from collections.abc import Iterator

from giar_nlp.checks.ready import ReadyCheck
from giar_nlp.checks.view import View
from giar_nlp.types import Finding, TableValue

_RULES = ("proactive", "rules")
_COLUMNS = ("newly_made", "newly_published", "published_total", "issued", "repealed", "in_force")
_DECISIONS = (("licensing", "decisions"), ("penalties", "decisions"), ("coercive_measures", "decisions"))
_TELLS = 2
"""Fewer characters than these tell no agency from another."""
_WORK = range(5)
"""The sections that tell of the year's work; problems, plans and other matters come after them."""
_FIRM_TABLES = frozenset({"proactive", "requests", "review_litigation"})


def check_rules_by_bureau(view: View, check: ReadyCheck) -> Iterator[Finding]:
    """Rules (规章) reported by an organ that cannot make any."""
    agency = view.tools.title(view.agency) if view.agency else ""
    tools = view.tools
    if not agency or tools.lawmakers.search(agency) or not tools.not_lawmakers.search(agency):
        return
    cells = [view.cells.get((*_RULES, column)) for column in _COLUMNS]
    told = [cell for cell in cells if cell is not None and cell.value]
    if not told:
        return
    yield view.finding(
        check,
        "rules",
        places=view.cell_places(told),
        expected=0,
        found=" / ".join(cell.raw.strip() for cell in told),
        agency=view.agency,
    )


def check_licence_scope(view: View, check: ReadyCheck) -> Iterator[Finding]:
    """Decisions that such an organ hardly makes, or none where they are its work."""
    agency = view.tools.title(view.agency) if view.agency else ""
    for row, column in _DECISIONS:
        cell = view.cells.get(("proactive", row, column))
        if cell is None or cell.value is None:
            continue
        if view.rank == "township" and cell.value > check.limits["township"]:
            yield view.finding(
                check,
                "many",
                key=row,
                places=view.cell_places([cell]),
                expected=f"<= {check.limits['township']:g}",
                found=cell.value,
                row=cell.row_label or row,
                agency=view.agency,
            )
        elif row == "licensing" and cell.value == 0 and check.signs["licensing"].search(agency):
            yield view.finding(
                check,
                "none",
                key=row,
                places=view.cell_places([cell]),
                expected="> 0",
                found=0,
                row=cell.row_label or row,
                agency=view.agency,
            )


def check_zero_agency(view: View, check: ReadyCheck) -> Iterator[Finding]:
    """A report without any number but zero."""
    if not view.tables.keys() >= _FIRM_TABLES:
        return
    if not view.is_zero or not any(map(_is_told, view.cells.values())):
        return
    if any(said.count.value and said.count.unit for said in view.counts if said.segment.section in _WORK):
        return
    yield view.finding(check, "zero", found=0)


def _is_told(cell: TableValue) -> bool:
    return cell.status in {"number", "zero"}


def check_foreign_name(view: View, check: ReadyCheck) -> Iterator[Finding]:
    """Another agency's name where the report names its own."""
    if view.agency is None:
        return
    own = _telling(view, view.agency)
    for segment in view.front:
        if "20" not in segment.text:
            continue
        reading = view.reading(segment)
        for found in check.signs["compiled"].finditer(reading.text):
            name = found[1]
            if check.signs["not_name"].search(name):
                continue
            telling = _telling(view, name)
            if len(telling) < _TELLS or not own or _share_words(own, telling):
                continue
            place = view.place(*reading.span(found.start(1), found.end(1)))
            yield view.finding(check, "other", key=name, places=(place,), expected=view.agency, found=name)

    yield from _named_in_passing(view, check, own)


def _named_in_passing(view: View, check: ReadyCheck, own: str) -> Iterator[Finding]:
    """Another agency of the writer's own kind as the subject of what the report tells of itself."""
    agency = view.agency
    if agency is None or not check.signs["peer"].search(view.tools.title(agency)):
        return
    for segment in {
        segment.start: segment
        for word in check.words["hints"]
        for at in view.sought.get(word, ())
        if (segment := view.segment_at(at))
    }.values():
        reading = view.reading(segment)
        for sign in ("subject", "conditions"):
            for found in check.signs[sign].finditer(reading.text):
                name = found[1]
                telling = _telling(view, name)
                if check.signs["not_own"].search(name) or len(telling) < _TELLS or _share_words(own, telling):
                    continue
                place = view.place(*reading.span(found.start(1), found.end(1)))
                yield view.finding(check, "other", key=name, places=(place,), expected=agency, found=name)


def _telling(view: View, name: str) -> str:
    """What of a name tells its bearer from others."""
    return view.tools.generic.sub("", view.tools.close(name))


def _share_words(one: str, other: str) -> bool:
    """Whether two names have two characters in a row, or most of the shorter one's characters, in common."""
    pairs = {one[place : place + 2] for place in range(len(one) - 1)}
    if any(other[place : place + 2] in pairs for place in range(len(other) - 1)):
        return True
    shorter = min(one, other, key=len)
    return len(set(one) & set(other)) * 2 > len(set(shorter))
