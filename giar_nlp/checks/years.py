"""Whether the years and dates of a report agree (time.*, format.*, xyear.stale_year).

Source: domain.md 2 (regimes, deadlines) and 6; articles 49 and 50 of the Regulation.
"""

import re
from collections.abc import Iterator
from datetime import date

from giar_nlp.checks.ready import ReadyCheck, quote
from giar_nlp.checks.view import Said, View
from giar_nlp.types import Finding, Place, StatutoryTable

_FRONT = 1500
"""So many characters of the text may hold the period."""
_HEAD = 60
"""So many characters of a table stand for its head."""
_BEFORE = 40
"""The year may stand so many characters before the title, in a line of its own."""
_STATUTORY = "statutory"
"""What only a report in the form of 2019 or 2021 must be called."""
_NEW = "new_regulation"
_OPENING = 24
"""The year that the overview speaks of stands within so many characters of its start."""


def check_regime_vs_year(view: View, check: ReadyCheck) -> Iterator[Finding]:
    """Tables of a form that was not in force in the report's year."""
    if not view.tables:
        return
    forms: dict[str, list[StatutoryTable]] = {}
    for table in view.tables.values():
        if table.form is not None:
            forms.setdefault(table.form, []).append(table)
    editions = view.tools.scheme.editions
    for form, tables in forms.items():
        years = editions[form].years if form in editions else ()
        if view.year is None:
            yield view.finding(check, "no_year", key=form, found=check.term(form), status="not_assessable")
        elif years and not _holds_in(years, view.year):
            places = tuple(
                view.place(table.start, min(table.end, table.start + _HEAD))
                for table in tables
                if table.start is not None and table.end is not None
            )
            expected = [name for name, edition in editions.items() if _holds_in(edition.years, view.year)]
            yield view.finding(
                check,
                "wrong",
                key=form,
                places=places,
                expected=", ".join(map(check.term, expected)),
                found=check.term(form),
                year=view.year,
            )


def _holds_in(years: tuple[int, ...], year: int) -> bool:
    """Whether a form that holds from a first to a last year, or still, holds in a year."""
    return years[0] <= year and (len(years) < 2 or year <= years[-1])


def check_basis_outdated(view: View, check: ReadyCheck) -> Iterator[Finding]:
    """A report that names a notice or an edition of the Regulation that no longer holds."""
    if view.year is None or not view.holds(check.words["numbers"]):
        return
    for segment in view.segments_with(check.words["numbers"]):
        reading = view.reading(segment)
        for name, sign in check.signs.items():
            found = sign.search(reading.text)
            if found is None or not view.year >= check.limits[name]:
                continue
            if name == _NEW or (name == "old_regulation" and _names_new(view, check)):
                continue
            place = view.place(*reading.span(found.start(), found.end()))
            yield view.finding(
                check, name, key=name, places=(place,), found=quote(place.text), year=view.year
            )


def _names_new(view: View, check: ReadyCheck) -> bool:
    """Whether the report names the Regulation as it stands today."""
    return check.signs[_NEW].search(view.tools.close(view.prose)) is not None


def check_title_defect(view: View, check: ReadyCheck) -> Iterator[Finding]:
    """A title without the statutory words or the year; sections with titles of their own."""
    title = view.report.meta.title
    if title is None:
        yield view.finding(check, "none", status="not_assessable")
    else:
        closed = view.tools.title(title)
        missing = [name for name, sign in check.signs.items() if not sign.search(closed)]
        if _STATUTORY in missing and (not view.is_new or "subject" in missing):
            missing.remove(_STATUTORY)
        place = find_title(view) if missing else None
        if place and "year" in missing:
            before = view.closed(max(place.start - _BEFORE, 0), place.start)
            if check.signs["year"].search(before):
                missing.remove("year")
        if missing:
            yield view.finding(
                check,
                "lacks",
                key=" ".join(missing),
                places=(place,) if place else (),
                expected=", ".join(word for name in missing for word in check.words[name]),
                found=title,
            )
    if view.is_new:
        yield from _odd_titles(view, check)


def _odd_titles(view: View, check: ReadyCheck) -> Iterator[Finding]:
    due = check.words["sections"]
    odd = [
        section
        for number, section in view.sections.items()
        if section.title and view.tools.title(section.title).strip("*") != due[number - 1]
    ]
    if odd:
        yield view.finding(
            check,
            "sections",
            key=" ".join(section.title or "" for section in odd),
            places=[view.place(*view.heading(section)) for section in odd],
            expected=quote("; ".join(due[(section.number or 1) - 1] for section in odd)),
            found=quote("; ".join(section.title or "" for section in odd)),
            n=len(odd),
        )


def check_period_vs_title(view: View, check: ReadyCheck) -> Iterator[Finding]:
    """A statistics period of another year than the title's."""
    title, period = view.report.meta.title, view.report.meta.period
    found = view.tools.year.search(view.tools.title(title)) if title else None
    named, place = (found[1], None) if found else _named_in_preface(view, check)
    if named is None or period is None:
        yield view.finding(check, "no_title_year" if named is None else "no_period", status="not_assessable")
        return
    if named in {period[0][:4], period[1][:4]}:
        return
    places = [one for one in (find_period(view), place or find_title(view)) if one]
    yield view.finding(check, "differs", places=places, expected=named, found=f"{period[0]} .. {period[1]}")


def _named_in_preface(view: View, check: ReadyCheck) -> tuple[str | None, Place | None]:
    """The year of the report as its preface names it, and where."""
    for segment in view.front:
        reading = view.reading(segment)
        if found := check.signs["named"].search(reading.text):
            return found["year"], view.place(*reading.span(found.start(), found.end()))
    return None, None


def check_overview_year(view: View, check: ReadyCheck) -> Iterator[Finding]:
    """An overview whose first sentences tell of another year."""
    section = view.sections.get(1)
    if section is None or view.year is None:
        return
    for segment in view.by_section.get(1, [])[: int(check.limits["segments"])]:
        if "20" not in segment.text[:_OPENING]:
            continue
        reading = view.reading(segment)
        found = check.signs["opens"].match(reading.text)
        if found is None or int(found["year"]) == view.year:
            continue
        if check.signs["harmless"].match(reading.text):
            continue
        if f"{view.year}" in reading.text[: int(check.limits["reach"])]:
            continue  # 2019年获评优秀。2020年，我局……: it comes to its own year
        place = view.place(*reading.span(found.start("year"), found.end()))
        yield view.finding(
            check, "other", key=found["year"], places=(place,), expected=view.year, found=found["year"]
        )
        return


def check_period_bounds(view: View, check: ReadyCheck) -> Iterator[Finding]:
    """A statistics period that is not the whole calendar year, or a date in it that cannot be."""
    if view.period is None:
        for segment in view.front:
            reading = view.reading(segment)
            if lost := check.signs["lost"].search(reading.text):
                place = view.place(*reading.span(lost.start(), lost.end()))
                yield view.finding(check, "broken", key=lost[0], places=(place,), found=quote(place.text))
        return
    reading, found, whole = view.period
    place = view.place(*reading.span(found.start(), found.end()))
    written = quote(place.text)
    if not whole:
        yield view.finding(check, "broken", key=found[0], places=(place,), found=written)
        return
    year, month, day, to_year, to_month, to_day = (part or "" for part in found.groups())
    bounds = [(int(year), int(month), int(day)), (int(to_year or year), int(to_month), int(to_day))]
    try:
        start, end = (date(*parts) for parts in bounds)
    except ValueError:
        yield view.finding(check, "impossible", key=found[0], places=(place,), found=written)
        return
    all_year = (start.month, start.day, end.month, end.day) == (1, 1, 12, 31) and start.year == end.year
    if not all_year and not check.signs["first_year"].search(found[0]):
        yield view.finding(
            check,
            "part",
            key=found[0],
            places=(place,),
            expected=f"{start.year}-01-01 .. {start.year}-12-31",
            found=f"{start.isoformat()} .. {end.isoformat()}",
        )


def check_signoff_late(view: View, check: ReadyCheck) -> Iterator[Finding]:
    """A report signed or published after the day that article 49 sets."""
    signed = _signed(view)
    if signed is None or view.year is None:
        yield view.finding(check, "no_date", status="not_assessable")
        return
    period = view.report.meta.period
    if period is not None and period[1] > f"{view.year}-12-31":
        return  # a school year ends in the next summer, with a day of its own to publish by
    own = view.rank == "department" and view.is_new and view.report.meta.scope != "aggregate"
    month = int(check.limits["department" if own else "others"])
    deadline = date(view.year + 1, month, 31)
    if signed <= deadline:
        return
    yield view.finding(
        check,
        "late",
        key=signed.isoformat(),
        places=_date_places(view),
        expected=deadline.isoformat(),
        found=signed.isoformat(),
    )


def check_signoff_before_end(view: View, check: ReadyCheck) -> Iterator[Finding]:
    """A report signed before its period was over."""
    signed = _signed(view)
    if signed is None or view.year is None:
        yield view.finding(check, "no_date", status="not_assessable")
        return
    period = view.report.meta.period
    end = date.fromisoformat(period[1]) if period else date(view.year, 12, 31)
    if signed > end or end.year > view.year:
        return
    yield view.finding(
        check,
        "early",
        key=signed.isoformat(),
        places=_date_places(view),
        expected=f"> {end.isoformat()}",
        found=signed.isoformat(),
    )


def check_stale_year(view: View, check: ReadyCheck) -> Iterator[Finding]:
    """Last year's facts told as this year's."""
    if view.year is None or f"{view.year - 1}" not in view.prose:
        return
    stale: dict[str, list[Said]] = {}
    for said in view.counts:
        count = said.count
        if (
            count.year == view.year - 1
            and count.nature == "actual"
            and count.kind not in check.words["carried"]
            and said.segment.section in {1, 2, 3, 4}
            and f"{view.year}" not in said.segment.text
        ):
            stale.setdefault(said.segment.text, []).append(said)
    for text, counts in stale.items():
        reading = view.reading(counts[0].segment)
        if check.signs["compared"].search(reading.text):
            continue
        yield view.finding(
            check,
            "told",
            key=text,
            places=[view.place_of(said) for said in counts],
            expected=view.year,
            found=view.year - 1,
            text=quote(text),
        )


def find_title(view: View) -> Place | None:
    """Where the title stands; None where it cannot be found again."""
    title = view.report.meta.title
    if not title:
        return None
    shape = r"[\s#*]*".join(map(re.escape, title))
    found = re.search(shape, view.text[: view.text.find("\n", _FRONT) + 1 or None])
    return view.place(found.start(), found.end()) if found else None


def find_period(view: View) -> Place | None:
    """Where the statistics period stands."""
    if view.period is None:
        return None
    reading, found, _ = view.period
    return view.place(*reading.span(found.start(), found.end()))


def _signed(view: View) -> date | None:
    written = view.report.meta.publish_date
    return date.fromisoformat(written) if written else None


def _date_places(view: View) -> tuple[Place, ...]:
    """The last date of the text that is the one the report is signed with; nothing where none is found."""
    written = view.report.meta.publish_date
    if written is None:
        return ()
    year, month, day = written.split("-")
    shape = (
        rf"{year}\s{{0,9}}\D\s{{0,9}}0?{int(month)}\s{{0,9}}\D\s{{0,9}}0?{int(day)}(?!\d)\s{{0,9}}[^\W\d]?"
    )
    found = list(re.finditer(shape, view.text))
    return (view.place(found[-1].start(), found[-1].end()),) if found else ()
