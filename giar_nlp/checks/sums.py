"""Whether the numbers of the narrative add up (sum.*, count.*, rate.*).

Parts are grouped by what splits their whole (channel, category, outcome, applicant) before they are summed.

Source: domain.md 5.11 (part and whole) and 6.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import accumulate, pairwise

from giar_nlp.checks.ready import ReadyCheck, quote, show
from giar_nlp.checks.view import PER_CENT, Said, Split, View
from giar_nlp.types import Count, Finding, Place, Segment, Severity

_CHANNEL = "channel"
_CHANGES = ("change",)
_RECEIVED, _HANDLED, _STAFF = "application_received", "application_handled", "staff"
_LIST = 2
"""A list has more members than this."""
_APART = 60
"""The shares of a list stand no farther apart than so many characters."""
_KEY = 40
_NEAR = 32
"""What a share is a share of stands within so many counts of it."""
_BESIDE = 12
"""The role of staff stands within so many characters of their number."""


def check_channel_total(view: View, check: ReadyCheck) -> Iterator[Finding]:
    """Numbers by channel that do not give their total."""
    yield from _unequal(view, check, channel=True)


def check_category_total(view: View, check: ReadyCheck) -> Iterator[Finding]:
    """Numbers by category, outcome or applicant that do not give their total."""
    yield from _unequal(view, check, channel=False)


def _unequal(view: View, check: ReadyCheck, *, channel: bool) -> Iterator[Finding]:
    for split in view.splits:
        whole = split.whole
        if (split.axis == _CHANNEL) is not channel or not split.axis or len(split.parts) < 2:
            continue
        if _is_soft(whole) or any(_is_soft(part) for part in split.parts):
            continue
        if any(part.kind != whole.kind or part.value > whole.value for part in split.parts):
            continue
        if split.total == whole.value or _reaches(split):
            continue
        over = split.total > whole.value
        if over and channel and any(part.value == whole.value for part in split.parts):
            continue  # one channel carried all: the others repeat it
        meant = _is_exhaustive(view, check, split)
        severity: Severity = "warning" if over or meant else "info"
        places = [_place(view, whole), *(_place(view, part) for part in split.parts)]
        yield view.finding(
            check,
            "over" if over else "meant" if meant else "under",
            key=f"{view.text[whole.start : min(whole.start + _KEY, split.segment.end)]} {split.total}",
            places=places,
            expected=whole.value,
            found=split.total,
            severity=severity,
            parts=" + ".join(show(part.value) or "" for part in split.parts),
            whole=quote(whole.text),
        )


def _is_soft(count: Count) -> bool:
    return count.bound != "exact" or count.value_max is not None


def _place(view: View, count: Count) -> Place:
    return view.place(count.start, count.end)


def _reaches(split: Split) -> bool:
    """Whether the numbers give the whole in another grouping: with unnamed parts, or as lists in a row."""
    whole, fellows = split.whole, split.fellows
    if sum(count.value for count in fellows) == whole.value:
        return True
    if sum(count.value for count in fellows if count.unit == whole.unit) == whole.value:
        return True
    own = {"", split.axis}
    if sum(count.value for count in fellows if _axis(count) in own) == whole.value:
        return True
    # 图文6条，视频4条；收到留言9条: the list is whole before its last number, which is no part of it.
    totals = list(accumulate(part.value for part in split.parts))
    return whole.value in totals[1:]


def _axis(count: Count) -> str:
    return count.attributes[0][0] if count.attributes else ""


def _is_exhaustive(view: View, check: ReadyCheck, split: Split) -> bool:
    """Whether a list is meant to name all parts: it ends with the rest of them, or its words say so."""
    last = split.parts[-1]
    if any(check.signs["rest"].search(words) for part in split.parts for _, words in part.attributes):
        return True
    start, end = min(split.whole.end, last.end), split.parts[0].start
    between = view.tools.close(view.text[start:end]) if start < end else ""
    after = view.tools.close(view.text[last.end : last.end + 4])
    return bool(check.signs["all"].search(between)) or after.startswith(check.words["closing"])


def check_subset_exceeds(view: View, check: ReadyCheck) -> Iterator[Finding]:
    """A part that is greater than its whole.

    Nobody ties such a number to its whole: what follows the word that opens the parts is taken for the first.
    """
    for segment in view.report.segments:
        for whole, part in pairwise(segment.counts):
            if not _may_exceed(whole, part) or part.value <= whole.value:
                continue
            between = view.tools.close(view.text[whole.end : part.start])
            if check.signs["opener"].match(between):
                yield view.finding(
                    check,
                    "exceeds",
                    key=f"{whole.text} {part.text} {segment.text[:20]}",
                    places=(_place(view, whole), _place(view, part)),
                    expected=f"<= {show(whole.value)}",
                    found=part.value,
                    whole=whole.text,
                    part=part.text,
                )


def _may_exceed(whole: Count, part: Count) -> bool:
    """Whether two counts are of one kind, unit and year, and exact."""
    return (
        part.part_of is None  # tied to another whole, it is no part of this one
        and whole.part_of is None
        and part.kind == whole.kind
        and part.unit == whole.unit != PER_CENT
        and part.year == whole.year
        and part.nature == whole.nature == "actual"
        and not _is_soft(whole)
        and not _is_soft(part)
    )


def check_repeat_conflict(view: View, check: ReadyCheck) -> Iterator[Finding]:
    """One quantity to which the narrative gives two values."""
    for kind in check.words["kinds"]:
        said = [
            one
            for one in view.wholes.get(kind, ())
            if not one.count.attributes and not one.count.implicit and not _is_soft(one.count)
        ]
        if kind == _RECEIVED:
            said += [one for one in view.wholes.get(_HANDLED, ()) if _is_of_all(view, check, one)]
        if len({one.count.value for one in said}) < 2:
            continue
        totals = [one for one in said if _states_total(view, check, one)]
        first = next(iter(totals), None)
        for other in totals[1:]:
            if first is None or other.count.value == first.count.value:
                continue
            if other.count.unit != first.count.unit or other.segment is first.segment:
                continue
            yield view.finding(
                check,
                "differs",
                key=f"{kind} {first.count.text} {other.count.text}",
                places=(view.place_of(first), view.place_of(other)),
                expected=first.count.value,
                found=other.count.value,
                first=view.clause_to(first),
                second=view.clause_to(other),
            )

    yield from _staff_conflict(view, check)


def _staff_conflict(view: View, check: ReadyCheck) -> Iterator[Finding]:
    """Staff of one role, full time or part time, of whom the report gives two numbers."""
    first: dict[str, Said] = {}
    for said in view.wholes.get(_STAFF, ()):
        count = said.count
        if _is_soft(count) or count.implicit:
            continue
        start = max(count.start - _BESIDE, said.segment.start)
        near = view.tools.close(view.text[start : min(count.end + _BESIDE, said.segment.end)])
        found = check.signs["staff"].search(near)
        if (
            found is None
            or count.text not in found[0]
            or check.signs["not_staff"].search(near[: found.end()])
        ):
            continue
        role = found["role"] or found["after"]
        other = first.setdefault(role, said)
        if other.count.value != count.value and other.segment is not said.segment:
            yield view.finding(
                check,
                "differs",
                key=f"{role} {other.count.text} {count.text}",
                places=(view.place_of(other), view.place_of(said)),
                expected=other.count.value,
                found=count.value,
                first=view.clause_to(other),
                second=view.clause_to(said),
            )


def _is_of_all(view: View, check: ReadyCheck, said: Said) -> bool:
    """Whether a clause speaks of all requests that came in: 我局收到的7件."""
    clause = view.tools.close(view.clause_to(said))
    return bool(check.signs["request"].search(clause)) and not check.signs["not_request"].search(clause)


def _states_total(view: View, check: ReadyCheck, said: Said) -> bool:
    if said.count.kind in {_RECEIVED, _HANDLED} and _is_of_all(view, check, said):
        return True
    clause = view.tools.close(view.clause_to(said))
    return bool(check.signs["total"].search(clause)) and not check.signs["not_total"].search(clause)


def check_percent(view: View, check: ReadyCheck) -> Iterator[Finding]:
    """Shares that disagree with the numbers they are shares of."""
    for segment in view.report.segments:
        counts = segment.counts
        if len(counts) < 3 or not any(count.unit == PER_CENT for count in counts):
            continue
        yield from _listed_shares(view, check, segment)
        shares: list[tuple[Count, Count]] = []
        for place, (part, rate) in enumerate(pairwise(counts)):
            if part.part_of is None or rate.unit != PER_CENT or _is_soft(part) or _is_soft(rate):
                continue
            between = view.tools.close(view.text[part.end : rate.start])
            if not check.signs["share"].search(between):
                continue
            whole = counts[part.part_of]
            if whole.value and not _is_soft(whole) and whole.kind == part.kind and whole.unit == part.unit:
                shares.append((part, rate))
                exact = 100 * part.value / whole.value
                if _is_share(
                    part, rate, counts[max(place - _NEAR, 0) : place + _NEAR], check.limits["points"]
                ):
                    continue
                if abs(exact - rate.value) > max(check.limits["points"], _rounding(rate)):
                    yield view.finding(
                        check,
                        "share",
                        key=f"{part.text} {rate.text}",
                        places=(_place(view, whole), _place(view, part), _place(view, rate)),
                        expected=f"{exact:.2f}%",
                        found=rate.text,
                        part=part.text,
                        whole=whole.text,
                    )
        wholes = {part.part_of for part, _ in shares}
        if len(shares) > 1 and len(wholes) == 1:
            whole = counts[wholes.pop() or 0]
            total = sum(rate.value for _, rate in shares)
            if sum(part.value for part, _ in shares) == whole.value and abs(total - 100) > 1:
                yield view.finding(
                    check,
                    "total",
                    key=f"{whole.text} {total:g}",
                    places=[_place(view, rate) for _, rate in shares],
                    expected="100%",
                    found=f"{total:g}%",
                )


def _listed_shares(view: View, check: ReadyCheck, segment: Segment) -> Iterator[Finding]:
    """Shares in a row, without the numbers they are shares of, that do not give all."""
    run: list[Count] = []
    rest = False
    for before, count in pairwise((None, *segment.counts, None)):
        share = count if count and count.unit == PER_CENT and not _is_soft(count) else None
        start = before.end if before else segment.start
        between = view.tools.close(view.text[max(start, share.start - _APART) : share.start]) if share else ""
        near = share is not None and share.start - start <= _APART
        if share and run and near and check.signs["listed"].search(between):
            rest = bool(check.signs["rest"].search(between))
            run.append(share)
            continue
        total = round(sum(one.value for one in run), 4)
        over, under = total - 100, 100 - total
        apart = check.limits["apart"]
        if len(run) > _LIST and (1 < over <= apart or (rest and 1 < under <= apart)):
            yield view.finding(
                check,
                "total",
                key=f"{run[0].text} {total:g}",
                places=[_place(view, one) for one in run],
                expected="100%",
                found=f"{total:g}%",
            )
        rest = False
        run = [share] if share and check.signs["opens"].search(between) else []


def _is_share(part: Count, rate: Count, counts: Sequence[Count], points: float) -> bool:
    """Whether a share is right of some number in the segment, be it another whole than the list's."""
    allowed = max(points, _rounding(rate))
    return any(
        abs(100 * part.value / count.value - rate.value) <= allowed
        for count in counts
        if count.value and count.unit != PER_CENT and count is not part
    )


def _rounding(rate: Count) -> float:
    """By how much a share may differ from the exact one: half a unit of its last digit."""
    _, _, decimals = str(rate.value).partition(".")
    n_decimals = 0 if decimals == "0" else len(decimals)
    return 0.5 * 0.1**n_decimals + 1e-9


def check_growth(view: View, check: ReadyCheck) -> Iterator[Finding]:
    """A growth that disagrees with the numbers it is the growth of."""
    for segment in view.report.segments:
        rates = [
            (place, count)
            for place, count in enumerate(segment.counts)
            if count.nature == "change" and count.unit == PER_CENT and not _is_soft(count)
        ]
        for place, rate in rates:
            number = _before(segment.counts, place, "actual", view.year)
            now = None if number is None else segment.counts[number]
            if number is None or now is None or _is_soft(now):
                continue
            between = view.tools.close(view.text[now.end : rate.start])
            if check.signs["other_subject"].search(between):
                continue
            falls = bool(check.signs["falls"].search(between))
            base = _base(view, segment.counts[number:place], falls=falls)
            if base is None or base <= 0:
                continue
            exact = 100 * (now.value - base) / base
            stated = -rate.value if falls else rate.value
            if abs(exact - stated) > max(check.limits["points"], 2 * _rounding(rate)):
                yield view.finding(
                    check,
                    "differs",
                    key=f"{now.text} {rate.text}",
                    places=(_place(view, now), _place(view, rate)),
                    expected=f"{exact:.1f}%",
                    found=f"{stated:g}%",
                    now=show(now.value),
                    base=show(base),
                )


def _before(counts: Sequence[Count], place: int, nature: str, year: int | None) -> int | None:
    """Index of the nearest number before a growth that it may be the growth of."""
    for number in range(place - 1, max(place - _NEAR, 0) - 1, -1):
        count = counts[number]
        if count.unit == PER_CENT:
            return None
        if count.nature == nature and count.year in {None, year}:
            return number
    return None


def _base(view: View, counts: Sequence[Count], *, falls: bool) -> float | None:
    """Last year's value, as stated after this year's or from the stated difference."""
    now, *others = counts
    for count in others:
        if count.unit != now.unit or _is_soft(count):
            continue
        if count.nature == "change":
            return now.value + count.value if falls else now.value - count.value
        if view.year is not None and count.year == view.year - 1:
            return count.value
    return None


def check_unit_mixed(view: View, check: ReadyCheck) -> Iterator[Finding]:
    """Parts that are counted in other units than their whole."""
    for split in view.splits:
        whole = split.whole
        parts = _listed(view, check, split) if len(split.parts) == 1 else split.parts
        odd = [
            part
            for part in parts
            if part.kind == whole.kind and part.unit and whole.unit and part.unit != whole.unit
        ]
        if len(parts) < 2 or not odd or check.signs["joined"].search(whole.unit or ""):
            continue
        yield view.finding(
            check,
            "mixed",
            key=f"{whole.text} {odd[0].text}",
            places=[_place(view, whole), *(_place(view, part) for part in odd)],
            expected=whole.unit,
            found=", ".join(sorted({part.unit or "" for part in odd})),
        )


def _listed(view: View, check: ReadyCheck, split: Split) -> tuple[Count, ...]:
    """The parts of a list of which only the first was tied to its whole, with those that follow it."""
    counts, first, place = split.segment.counts, split.parts[0], split.first
    parts = [first]
    if counts[place - 1] is not split.whole or not check.signs["opener"].search(
        view.tools.close(view.text[split.whole.end : first.start])
    ):
        return split.parts
    for number in range(place + 1, len(counts)):
        count = counts[number]
        between = view.tools.close(view.text[parts[-1].end : count.start])
        if count.nature != "actual" or not check.signs["next"].search(between):
            break
        parts.append(replace(count, kind=split.whole.kind))
    return tuple(parts) if len(parts) > _LIST else split.parts


def check_training_attendance(view: View, check: ReadyCheck) -> Iterator[Finding]:
    """Fewer people trained than trainings held, or people counted once over several trainings."""
    for segment in _segments_with(view, "training_attendance"):
        sessions, people = (
            [
                count
                for count in segment.counts
                if count.kind == kind and count.nature == "actual" and not _is_soft(count)
            ]
            for kind in ("training_session", "training_attendance")
        )
        if len(sessions) != 1 or len(people) != 1:
            continue
        held, trained = sessions[0], people[0]
        places = (_place(view, held), _place(view, trained))
        key = f"{held.text} {trained.text}"
        if 0 < trained.value < held.value:
            yield view.finding(
                check, "fewer", key=key, places=places, expected=f">= {show(held.value)}", found=trained.value
            )
        elif held.value > 1 and trained.unit in check.words["heads"]:
            yield view.finding(
                check,
                "heads",
                key=key,
                places=places,
                expected=check.words["turns"][0],
                found=trained.unit,
                severity="info",
            )


def _segments_with(view: View, kind: str) -> Iterator[Segment]:
    for segment in view.report.segments:
        if len(segment.counts) > 1 and any(count.kind == kind for count in segment.counts):
            yield segment


def check_rate_bounds(view: View, check: ReadyCheck) -> Iterator[Finding]:
    """A rate of more than a hundred per cent that cannot be."""
    for said in view.counts:
        count = said.count
        if count.unit != PER_CENT or count.nature in _CHANGES or not (count.value > 100 or count.value < 0):
            continue
        before = view.tools.close(view.text[max(said.segment.start, count.start - 16) : count.start])
        if not check.signs["bounded"].search(before) or check.signs["unbounded"].search(before):
            continue
        yield view.finding(
            check,
            "beyond",
            key=f"{before} {count.text}",
            places=(view.place_of(said),),
            expected="0 .. 100%",
            found=count.text,
        )
