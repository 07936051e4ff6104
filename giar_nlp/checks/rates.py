"""Whether shares, growths and rates agree with their numbers (sum.percent, sum.growth, rate.bounds).

Source: domain.md 5.11 (comparisons, ratios) and 6.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from giar_nlp.checks.ready import ReadyCheck, show
from giar_nlp.checks.sums import is_soft, place_of
from giar_nlp.checks.view import PER_CENT, View
from giar_nlp.types import Count, Finding, Segment

_CHANGES = ("change",)
_FEW = 2
"""A list has more members than this."""
_APART = 60
"""The shares of a list stand no farther apart than so many characters."""
_NEAR = 32
"""What a share is a share of, or a growth the growth of, stands within so many counts of it."""
_BASE = 12
"""That a number is what another is compared with is said within so many characters before it."""


def check_percent(view: View, check: ReadyCheck) -> Iterator[Finding]:
    """Shares that disagree with the numbers they are shares of."""
    for segment in view.report.segments:
        counts = segment.counts
        if len(counts) < 3 or not any(count.unit == PER_CENT for count in counts):
            continue
        yield from _listed_shares(view, check, segment)
        shares: list[tuple[Count, Count]] = []
        for place, (part, rate) in enumerate(pairwise(counts)):
            if part.part_of is None or rate.unit != PER_CENT or is_soft(part) or is_soft(rate):
                continue
            between = view.closed(part.end, rate.start)
            if not check.signs["share"].search(between):
                continue
            whole = counts[part.part_of]
            if whole.value and not is_soft(whole) and whole.kind == part.kind and whole.unit == part.unit:
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
                        places=(place_of(view, whole), place_of(view, part), place_of(view, rate)),
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
                    places=[place_of(view, rate) for _, rate in shares],
                    expected="100%",
                    found=f"{total:g}%",
                )


def _listed_shares(view: View, check: ReadyCheck, segment: Segment) -> Iterator[Finding]:
    """Shares in a row, without the numbers they are shares of, that do not give all."""
    run: list[Count] = []
    rest = False
    for before, count in pairwise((None, *segment.counts, None)):
        share = count if count and count.unit == PER_CENT and not is_soft(count) else None
        start = before.end if before else segment.start
        between = view.closed(max(start, share.start - _APART), share.start) if share else ""
        near = share is not None and share.start - start <= _APART
        if share and run and near and check.signs["listed"].search(between):
            rest = bool(check.signs["rest"].search(between))
            run.append(share)
            continue
        total = round(sum(one.value for one in run), 4)
        over, under = total - 100, 100 - total
        apart = check.limits["apart"]
        if len(run) > _FEW and (1 < over <= apart or (rest and 1 < under <= apart)):
            yield view.finding(
                check,
                "total",
                key=f"{run[0].text} {total:g}",
                places=[place_of(view, one) for one in run],
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
            if count.nature == "change" and count.unit == PER_CENT and not is_soft(count)
        ]
        for place, rate in rates:
            number = _before(view, check, segment.counts, place)
            now = None if number is None else segment.counts[number]
            if number is None or now is None or is_soft(now):
                continue
            between = view.closed(now.end, rate.start)
            if check.signs["other_subject"].search(between):
                continue
            falls = bool(check.signs["falls"].search(between))
            base = _base(view, check, segment.counts[number:place], falls=falls)
            if base is None or base <= 0:
                continue
            exact = 100 * (now.value - base) / base
            stated = -rate.value if falls else rate.value
            if abs(exact - stated) > max(check.limits["points"], 2 * _rounding(rate)):
                yield view.finding(
                    check,
                    "differs",
                    key=f"{now.text} {rate.text}",
                    places=(place_of(view, now), place_of(view, rate)),
                    expected=f"{exact:.1f}%",
                    found=f"{stated:g}%",
                    now=show(now.value),
                    base=show(base),
                )


def _before(view: View, check: ReadyCheck, counts: Sequence[Count], place: int) -> int | None:
    """Index of the nearest number before a growth that it may be the growth of; no part, no base."""
    for number in range(place - 1, max(place - _NEAR, 0) - 1, -1):
        count = counts[number]
        if count.unit == PER_CENT:
            return None
        if count.nature != "actual" or count.year not in {None, view.year} or count.part_of is not None:
            continue
        if not _is_base(view, check, count):
            return number
    return None


def _is_base(view: View, check: ReadyCheck, count: Count) -> bool:
    """Whether a number is what this year's is compared with: 比上年的53件."""
    return bool(check.signs["base"].search(view.closed(max(count.start - _BASE, 0), count.start)))


def _base(view: View, check: ReadyCheck, counts: Sequence[Count], *, falls: bool) -> float | None:
    """Last year's value, as stated after this year's or from the stated difference."""
    now, *others = counts
    for count in others:
        if count.unit != now.unit or is_soft(count):
            continue
        if count.nature == "change":
            return now.value + count.value if falls else now.value - count.value
        if (view.year is not None and count.year == view.year - 1) or _is_base(view, check, count):
            return count.value
    return None


def check_rate_bounds(view: View, check: ReadyCheck) -> Iterator[Finding]:
    """A rate of more than a hundred per cent that cannot be."""
    for said in view.counts:
        count = said.count
        if count.unit != PER_CENT or count.nature in _CHANGES or not (count.value > 100 or count.value < 0):
            continue
        before = view.closed(max(said.segment.start, count.start - 16), count.start)
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
