"""Whether the narrative says what the tables say (text.*).

A number in the text may mean more than one thing in a table; it disagrees only if it is none of them.

Source: domain.md 6 (text against tables).
"""

from collections.abc import Iterator, Mapping, Sequence

from giar_nlp.checks.ready import ReadyCheck, quote, show
from giar_nlp.checks.view import Said, View
from giar_nlp.types import Count, Finding, Place, Severity

Meanings = dict[str, int | float]
"""What a number may mean in a table: the sum as an identity names it, and its value."""

_REQUESTS, _REVIEWS, _PROACTIVE = "requests", "review_litigation", "proactive"
_BLOCKS = ("review", "litigation_direct", "litigation_after_review")
_RECEIVED: tuple[tuple[str, ...], ...] = (
    ("new_received",),
    ("new_received", "carried_in"),
    ("result_total", "carried_out"),
)
_CLOSED = (*_RECEIVED, ("result_total",))
_TOTAL = "total"
_OUTCOMES = (_HANDLED, _CARRIED) = ("application_handled", "application_carried_over")
_OTHER = 6
"""The section of other matters, in which fees are told of."""
_MADE = frozenset({"newly_made", "newly_published", "issued"})
"""The columns of what was made in the year; the others hold what is in force or was repealed."""
_ABOUT = 400
"""Whether reviews are about disclosure is said within so many characters before them."""
_BEFORE = 12
_SPOKEN = 60
"""What a number counts is named within so many characters before it, if not in its clause."""


def _meanings(view: View, sums: Sequence[tuple[str, ...]]) -> Meanings:
    """The sums of rows of the requests table whose cells all hold numbers."""
    found: Meanings = {}
    for rows in sums:
        numbers = view.numbers(*((_REQUESTS, row, _TOTAL) for row in rows))
        if numbers is not None:
            found[" + ".join(rows)] = sum(numbers)
    return found


def _told(check: ReadyCheck, meanings: Mapping[str, float]) -> str:
    named = {" + ".join(map(check.term, name.split(" + "))): value for name, value in meanings.items()}
    return ", ".join(f"{name} = {show(value)}" for name, value in named.items())


def _fits(count: Count, value: float) -> bool:
    """Whether a number with its bound may stand for a value."""
    if count.bound == "range" and count.value_max is not None:
        return count.value <= value <= count.value_max
    if count.bound == "min":
        return value >= count.value
    if count.bound == "max":
        return value <= count.value
    if count.bound == "approx":
        return abs(value - count.value) <= 0.1 * max(count.value, value)
    return count.value == value


def _plain(view: View, kind: str) -> list[Said]:
    """What the narrative counts of a kind for the whole year: nothing by channel, applicant or outcome."""
    return [said for said in view.wholes.get(kind, ()) if not said.count.attributes]


def _cell_places(view: View, rows: Sequence[str], table: str = _REQUESTS) -> tuple[Place, ...]:
    return view.cell_places([view.cells.get((table, row, _TOTAL)) for row in rows])


def _quotation(view: View, said: Said) -> str:
    start = max(said.segment.start, said.count.start - 20)
    return quote(view.text[start : said.count.end])


def check_requests_vs_table(view: View, check: ReadyCheck) -> Iterator[Finding]:
    """A number of requests received or closed that is none of those in the table."""
    for kind, sums in (("application_received", _RECEIVED), (_HANDLED, _CLOSED)):
        said = [
            one
            for one in _plain(view, kind)
            if one.count.value > 0 and not _is_partial(view, check, one) and _is_of_requests(view, check, one)
        ]
        if not said:
            continue
        meanings = _meanings(view, sums)
        if not meanings:
            if view.tables.get(_REQUESTS):
                yield view.finding(
                    check,
                    "unread",
                    key=kind,
                    places=[view.place_of(one) for one in said],
                    status="not_assessable",
                )
            continue
        whole = sum(one.count.value for one in said)
        if any(_fits(one.count, value) for one in said for value in meanings.values()):
            continue
        if whole in meanings.values() or not any(meanings.values()):
            continue  # in parts; or all zero, of which check_zero_vs_table tells
        closed = kind == _HANDLED
        largest = max(meanings.values())
        severity: Severity | None = None
        if len({one.count.value for one in said}) > 1 or (
            closed and all(one.count.value < largest for one in said)
        ):
            severity = "warning"
        first = said[0]
        yield view.finding(
            check,
            "closed" if closed else "received",
            key=f"{kind} {first.count.text}",
            places=[*(view.place_of(one) for one in said), *_cell_places(view, sums[0])],
            expected=_told(check, meanings),
            found=first.count.text,
            severity=severity,
            quotation=_quotation(view, first),
        )


def _is_partial(view: View, check: ReadyCheck, said: Said) -> bool:
    """Whether a clause counts only some requests, or those of others."""
    clause = view.closed(max(said.segment.start, said.count.start - 40), said.count.end)
    stops = max(clause.rfind(stop) for stop in view.tools.stops)
    return bool(check.signs["partial"].search(clause[stops + 1 :]))


def _is_of_requests(view: View, check: ReadyCheck, said: Said) -> bool:
    """Whether a number counts requests as its own clause has it, and in a unit of cases."""
    if said.count.implicit:
        return True
    if not check.signs["cases"].search(said.count.unit or ""):
        return False
    clause = view.clause_of(said)
    before = view.closed(max(said.segment.start, said.count.start - _BEFORE), said.count.start)
    bare = check.signs["bare"].search(before) is not None
    if check.signs["others"].search(before if bare else clause):
        return False
    if check.signs["requests"].search(clause):
        return True
    start = max(said.segment.start, said.count.start - _SPOKEN)
    told = view.tools.close("\n".join((*said.segment.headings[-1:], view.text[start : said.count.end])))
    return bool(check.signs["requests"].search(told))


def check_zero_vs_table(view: View, check: ReadyCheck) -> Iterator[Finding]:
    """No request in the text, some in the table; or some in the text, none in the table."""
    cell = view.cells.get((_REQUESTS, "new_received", _TOTAL))
    received = cell.value if cell else None
    said = [
        one
        for one in view.wholes.get("application_received", ())
        if all(check.signs["everyone"].search(words) for _, words in one.count.attributes)
        and not _is_partial(view, check, one)
    ]
    if not said:
        return
    if received is None:
        if view.tables.get(_REQUESTS):
            yield view.finding(check, "unread", places=[view.place_of(said[0])], status="not_assessable")
        return
    none = [one for one in said if one.count.value == 0]
    some = [one for one in said if one.count.value > 0]
    places: list[Place] = []
    if received > 0 and none and not some:
        places = [view.place_of(none[0]), *view.cell_places([cell])]
        yield view.finding(
            check,
            "text_none",
            places=places,
            expected=received,
            found=0,
            quotation=_quotation(view, none[0]),
        )
    elif some and not none and not any(_meanings(view, _RECEIVED).values()):
        places = [view.place_of(some[0]), *view.cell_places([cell])]
        yield view.finding(
            check,
            "table_none",
            places=places,
            expected=0,
            found=some[0].count.text,
            quotation=_quotation(view, some[0]),
        )


def check_review_vs_table(view: View, check: ReadyCheck) -> Iterator[Finding]:
    """Reviews or lawsuits in the text that the table does not hold, or the reverse."""
    totals = {block: view.number(_REVIEWS, block, _TOTAL) for block in _BLOCKS}
    if not view.tables.get(_REVIEWS):
        return
    direct, after = totals["litigation_direct"], totals["litigation_after_review"]
    both = None if direct is None or after is None else direct + after
    kinds: dict[str, Meanings] = {
        "review": {"review": totals["review"]} if totals["review"] is not None else {},
        "litigation": {
            name: value
            for name, value in (
                ("litigation_direct", direct),
                ("litigation_after_review", after),
                ("litigation", both),
            )
            if value is not None and (both is not None)
        },
    }
    for kind, meanings in kinds.items():
        said = [one for one in _plain(view, kind) if not check.signs["other"].search(_near(view, one))]
        if not said:
            continue
        if not meanings:
            yield view.finding(
                check, "unread", key=kind, places=[view.place_of(said[0])], status="not_assessable"
            )
            continue
        everything = (totals["review"] or 0) + (both or 0)
        accepted = {*meanings.values(), everything, sum(one.count.value for one in said)}
        whole = both if kind == "litigation" else totals["review"]
        if sum(one.count.value for one in said) == whole:
            continue
        accepted.discard(sum(one.count.value for one in said))
        if any(_fits(one.count, value) for one in said for value in accepted if one.count.value or not whole):
            continue
        first = said[0]
        severity: Severity = "error" if check.signs["disclosure"].search(_near(view, first)) else "warning"
        yield view.finding(
            check,
            "none" if first.count.value == 0 else "differs",
            key=f"{kind} {first.count.text}",
            places=[view.place_of(first), *_cell_places(view, _BLOCKS, _REVIEWS)],
            expected=_told(check, meanings),
            found=0 if first.count.value == 0 else first.count.text,
            severity=severity,
            quotation=_quotation(view, first),
        )


def _near(view: View, said: Said) -> str:
    """The segment up to a count and a little beyond, with its headings, closed up."""
    start = max(said.segment.start, said.count.start - _ABOUT)
    text = view.text[start : min(said.count.end + 24, said.segment.end)]
    return view.tools.close("\n".join((*said.segment.headings[-1:], text)))


def check_outcome_vs_table(view: View, check: ReadyCheck) -> Iterator[Finding]:
    """Outcomes, or requests carried over, in other numbers than the table's."""
    if _REQUESTS not in view.tables:
        return
    for said in view.counts:
        count = said.count
        if count.kind not in _OUTCOMES or count.nature != "actual" or count.bound != "exact":
            continue
        rows: tuple[str, ...] = ()
        name = ""
        if count.kind == _HANDLED and count.attributes and count.year in {None, view.year}:
            name, rows = _rows_of(view, check, count)
        elif count.kind == _CARRIED:
            clause = view.clause_of(said)
            if check.signs["carried_out"].search(clause):
                rows = ("carried_out",)
            elif check.signs["carried_in"].search(clause):
                rows = ("carried_in",)
        numbers = view.numbers(*((_REQUESTS, row, _TOTAL) for row in rows)) if rows else None
        if not numbers or count.value == sum(numbers) or count.value in numbers:
            continue
        if count.unit and not check.signs["cases"].search(count.unit):
            continue
        around = (view.text[count.start - 1 : count.start], view.text[count.end : count.end + _BEFORE])
        if check.signs["own"].search(view.tools.close("|".join(around))):
            continue  # 3件予以公开、2件告知……: what became of them follows
        yield view.finding(
            check,
            "differs",
            key=f"{rows[0]} {count.text}",
            places=[view.place_of(said), *_cell_places(view, rows)],
            expected=_told(check, {name or rows[0]: sum(numbers)}),
            found=count.text,
            quotation=_quotation(view, said),
        )


def _rows_of(view: View, check: ReadyCheck, count: Count) -> tuple[str, tuple[str, ...]]:
    """What an outcome in words is called, and its rows in the requests table; none if that is not certain."""
    words = view.tools.close(dict(count.attributes).get("outcome", ""))
    named = [row for row, names in check.words.items() if words in names]
    if not words or not named:
        return "", ()
    prefix = named[0].removesuffix("_all")
    if prefix == named[0]:
        return named[0], (named[0],)
    rows = (row for table, row, _ in view.cells if table == _REQUESTS and row.startswith(f"{prefix}_"))
    return named[0], tuple(dict.fromkeys(rows))


def check_finished_vs_carry(view: View, check: ReadyCheck) -> Iterator[Finding]:
    """All requests finished in the text, some carried over in the table."""
    cell = view.cells.get((_REQUESTS, "carried_out", _TOTAL))
    if cell is None or not cell.value:
        return
    for segment in view.report.segments:
        if check.words["hint"][0] not in segment.text or segment.section > 4:
            continue
        reading = view.reading(segment)
        about = "\n".join((*segment.headings[-1:], reading.text))
        found = check.signs["finished"].search(reading.text)
        if found is None or not check.signs["requests"].search(view.tools.close(about)):
            continue
        start = max(reading.text.rfind(stop, 0, found.start()) for stop in view.tools.stops) + 1
        ends = (reading.text.find(stop, found.end()) for stop in view.tools.stops)
        end = min((end for end in ends if end >= 0), default=len(reading.text))
        if check.signs["carried"].search(reading.text) or check.signs["not_finished"].search(
            reading.text, start, end
        ):
            continue
        place = view.place(*reading.span(found.start(), found.end()))
        yield view.finding(
            check,
            "carried",
            places=(place, *view.cell_places([cell])),
            expected=0,
            found=cell.value,
            quotation=quote(place.text),
        )
        return


def check_normative_vs_table(view: View, check: ReadyCheck) -> Iterator[Finding]:
    """Normative documents in other numbers than the table's."""
    if _PROACTIVE not in view.tables:
        return
    cells = {
        cell.column: cell for cell in view.tables[_PROACTIVE].values if cell.row == "normative_documents"
    }
    numbers = [cell.value for cell in cells.values() if cell.value is not None]
    if not numbers or len(numbers) < len(cells):
        return
    for said in (one for kind in check.words["kinds"] for one in view.wholes.get(kind, ())):
        count = said.count
        if check.words["hint"][0] not in said.segment.text:
            continue
        clause = view.clause_of(said)
        if not check.signs["normative"].search(clause) or check.signs["other"].search(clause):
            continue
        meant = numbers
        if check.signs["made"].search(view.tools.close(view.clause_to(said).removesuffix(count.text))):
            meant = [cell.value for name, cell in cells.items() if name in _MADE and cell.value is not None]
        if any(_fits(count, value) for value in meant) or (meant is numbers and count.value == sum(numbers)):
            continue
        yield view.finding(
            check,
            "differs",
            key=count.text,
            places=[view.place_of(said), *view.cell_places(cells.values())],
            expected=_told(
                check, {name: cell.value for name, cell in cells.items() if cell.value is not None}
            ),
            found=count.text,
            quotation=_quotation(view, said),
        )


def check_fee_vs_section6(view: View, check: ReadyCheck) -> Iterator[Finding]:
    """No word on fees where the format asks for it; a sum that no tariff gives; two sums."""
    if view.report.meta.regime == "format2021" and _OTHER in view.sections:
        words = (at for word in check.words["fee"] for at in view.sought.get(word, ()))
        told = [segment.section for at in words if (segment := view.segment_at(at))]
        if _OTHER not in told:
            start, end = view.heading(view.sections[_OTHER])
            place = view.place(start, end)
            if told:
                yield view.finding(check, "elsewhere", key="missing", places=(place,), severity="info")
            else:
                yield view.finding(check, "missing", places=(place,))
    fees = [
        said
        for said in view.wholes.get("fee", ())
        if said.count.unit in check.words["yuan"] and said.count.bound == "exact"
    ]
    for said in fees if view.year is not None and view.year >= check.limits["tariff_from"] else ():
        if said.count.value % check.limits["step"]:
            yield view.finding(
                check,
                "odd",
                key=said.count.text,
                places=(view.place_of(said),),
                expected=f"n × {check.limits['step']:g}",
                found=said.count.text,
            )
    none = next((said for said in view.wholes.get("fee", ()) if _denies_fees(view, check, said)), None)
    charged = next((said for said in fees if said.count.value > 0), None)
    if none and charged and none.segment is not charged.segment:
        yield view.finding(
            check,
            "contradicted",
            key=charged.count.text,
            places=(view.place_of(charged), view.place_of(none)),
            expected=0,
            found=charged.count.text,
        )
    amounts = {said.count.value for said in fees}
    if len(amounts) > 1 and len({said.segment.start for said in fees}) > 1:
        yield view.finding(
            check,
            "two",
            key=" ".join(sorted(said.count.text for said in fees)),
            places=[view.place_of(said) for said in fees],
            found=", ".join(said.count.text for said in fees),
        )


def _denies_fees(view: View, check: ReadyCheck, said: Said) -> bool:
    """Whether a report says that it charged nothing at all."""
    if said.count.value or not said.count.implicit:
        return False
    clause = view.clause_of(said)
    return bool(check.signs["none"].search(clause)) and not check.signs["not_none"].search(clause)
