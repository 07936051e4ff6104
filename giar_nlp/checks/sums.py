"""Whether the numbers of the narrative add up (sum.*, count.*, rate.*).

Parts are grouped by what splits their whole (channel, category, outcome, applicant) before they are summed.

Source: domain.md 5.11 (part and whole) and 6.
"""

from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise

from giar_nlp.checks.ready import ReadyCheck, quote, show
from giar_nlp.checks.view import PER_CENT, Said, Split, View
from giar_nlp.types import Count, Finding, Place, Segment, Severity

_CHANNEL = "channel"
_CHANGES = ("change",)


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
            key=f"{split.segment.text[whole.start - split.segment.start :][:40]} {split.total}",
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
    whole = split.whole
    number = split.segment.counts.index(whole)
    fellows = [
        count
        for count in split.segment.counts
        if count.part_of == number and count.unit != PER_CENT and count.nature == "actual"
    ]
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
                first=_clause(view, first),
                second=_clause(view, other),
            )


def _states_total(view: View, check: ReadyCheck, said: Said) -> bool:
    clause = view.tools.close(_clause(view, said))
    return bool(check.signs["total"].search(clause)) and not check.signs["not_total"].search(clause)


def _clause(view: View, said: Said) -> str:
    """The clause that ends with a count."""
    start = said.segment.start
    before = view.text[start : said.count.start]
    cut = max(before.rfind(stop) for stop in view.tools.clause_ends)
    return before[cut + 1 :].strip() + said.count.text


def check_percent(view: View, check: ReadyCheck) -> Iterator[Finding]:
    """Shares that disagree with the numbers they are shares of."""
    for segment in view.report.segments:
        counts = segment.counts
        if len(counts) < 3 or not any(count.unit == PER_CENT for count in counts):
            continue
        shares: list[tuple[Count, Count]] = []
        for part, rate in pairwise(counts):
            if part.part_of is None or rate.unit != PER_CENT or _is_soft(part) or _is_soft(rate):
                continue
            between = view.tools.close(view.text[part.end : rate.start])
            if not check.signs["share"].search(between):
                continue
            whole = counts[part.part_of]
            if whole.value and not _is_soft(whole) and whole.kind == part.kind and whole.unit == part.unit:
                shares.append((part, rate))
                exact = 100 * part.value / whole.value
                if _is_share(part, rate, counts, check.limits["points"]):
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
            now = _before(segment.counts, place, "actual", view.year)
            if now is None or _is_soft(now):
                continue
            between = view.tools.close(view.text[now.end : rate.start])
            if check.signs["other_subject"].search(between):
                continue
            falls = bool(check.signs["falls"].search(between))
            base = _base(view, segment.counts, place, now, falls=falls)
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


def _before(counts: Sequence[Count], place: int, nature: str, year: int | None) -> Count | None:
    """The nearest number before a growth that it may be the growth of."""
    for count in reversed(counts[:place]):
        if count.unit == PER_CENT:
            return None
        if count.nature == nature and count.year in {None, year}:
            return count
    return None


def _base(view: View, counts: Sequence[Count], place: int, now: Count, *, falls: bool) -> float | None:
    """Last year's value, as stated or from the stated difference."""
    start = counts.index(now)
    for count in counts[start + 1 : place]:
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
        odd = [
            part
            for part in split.parts
            if part.kind == whole.kind and part.unit and whole.unit and part.unit != whole.unit
        ]
        if len(split.parts) < 2 or not odd or check.signs["joined"].search(whole.unit or ""):
            continue
        yield view.finding(
            check,
            "mixed",
            key=f"{whole.text} {odd[0].text}",
            places=[_place(view, whole), *(_place(view, part) for part in odd)],
            expected=whole.unit,
            found=", ".join(sorted({part.unit or "" for part in odd})),
        )


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
