"""Whether the numbers of the narrative add up (sum.*, count.*).

Parts are grouped by what splits their whole (channel, category, outcome, applicant) before they are summed.

Source: domain.md 5.11 (part and whole) and 6.
"""

from collections.abc import Iterator
from dataclasses import replace
from itertools import accumulate, pairwise

from giar_nlp.checks.ready import ReadyCheck, quote, show
from giar_nlp.checks.view import PER_CENT, Said, Split, View
from giar_nlp.types import Count, Finding, Place, Segment, Severity

_CHANNEL = "channel"
_RECEIVED, _HANDLED, _STAFF = "application_received", "application_handled", "staff"
_VENUE, _NOUN = "venue", 3
"""Venues are one where the last characters before their number are."""
_LIST = 2
"""A list has more members than this."""
_APART = 60
"""How a total counts, or people were trained, is said within so many characters."""
_KEY = 40
_NEAR = 32
"""The whole of parts stands within so many counts of the first."""
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
        if is_soft(whole) or any(is_soft(part) for part in split.parts):
            continue
        if any(
            part.kind != whole.kind or part.value > whole.value or part.year != whole.year
            for part in split.parts
        ):
            continue
        if channel and any(not check.signs["several"].search(words) for _, words in whole.attributes):
            continue  # 微博6530条，抖音、视频号218条: a channel's number is no total of others
        if split.total == whole.value or _reaches(split):
            continue
        over = split.total > whole.value
        if over and (_is_held_by_larger(split) or _is_told_once(view, check, split)):
            continue
        if over and channel and any(part.value == whole.value for part in split.parts):
            continue  # one channel carried all: the others repeat it
        meant = _is_exhaustive(view, check, split)
        severity: Severity = "warning" if over or meant else "info"
        places = [place_of(view, whole), *(place_of(view, part) for part in split.parts)]
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


def is_soft(count: Count) -> bool:
    """Whether a number is a bound, a range or about right."""
    return count.bound != "exact" or count.value_max is not None


def place_of(view: View, count: Count) -> Place:
    """Where a count stands."""
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
    if whole.value in totals[1:]:
        return True
    # 按渠道分，……；按内容分，……: two lists of one whole, whichever words tell them apart; the second is held
    # to the whole as well.
    ordered = sorted(fellows, key=lambda one: one.start)
    first = min(part.start for part in split.parts)
    for number, total in enumerate(accumulate(one.value for one in ordered)):
        if number and total == whole.value:
            rest = sum(one.value for one in ordered[number + 1 :])
            return first <= ordered[number].start or rest == whole.value
    return False


def _is_held_by_larger(split: Split) -> bool:
    """Whether a number before the parts may be their whole: 45件，按时办结43件。予以公开……."""
    counts, whole = split.segment.counts, split.whole
    return any(
        count.kind == whole.kind and count.unit == whole.unit and count.value >= split.total
        for count in counts[max(split.first - _NEAR, 0) : split.first]
    )


def _is_told_once(view: View, check: ReadyCheck, split: Split) -> bool:
    """Whether what several channels carried is counted once in the total."""
    start, end = split.whole.end, min(split.parts[0].start, split.whole.end + _APART)
    sign = check.signs.get("once")
    return sign is not None and sign.search(view.closed(start, end)) is not None


def _axis(count: Count) -> str:
    return count.attributes[0][0] if count.attributes else ""


def _is_exhaustive(view: View, check: ReadyCheck, split: Split) -> bool:
    """Whether a list is meant to name all parts: it ends with the rest of them, or its words say so."""
    last = split.parts[-1]
    if any(check.signs["rest"].search(words) for part in split.parts for _, words in part.attributes):
        return True
    start, end = min(split.whole.end, last.end), split.parts[0].start
    between = view.closed(start, end) if start < end else ""
    after = view.closed(last.end, last.end + 4)
    return bool(check.signs["all"].search(between)) or after.startswith(check.words["closing"])


def check_subset_exceeds(view: View, check: ReadyCheck) -> Iterator[Finding]:
    """A part that is greater than its whole.

    Nobody ties such a number to its whole: what follows the word that opens the parts is taken for the first.
    """
    for segment in view.report.segments:
        for whole, part in pairwise(segment.counts):
            if part.value <= whole.value or not _may_exceed(whole, part):
                continue
            between = view.closed(whole.end, part.start)
            if check.signs["opener"].match(between):
                yield view.finding(
                    check,
                    "exceeds",
                    key=f"{whole.text} {part.text} {segment.text[:20]}",
                    places=(place_of(view, whole), place_of(view, part)),
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
        and not is_soft(whole)
        and not is_soft(part)
    )


def check_repeat_conflict(view: View, check: ReadyCheck) -> Iterator[Finding]:
    """One quantity to which the narrative gives two values."""
    for kind in check.words["kinds"]:
        said = [
            one
            for one in view.wholes.get(kind, ())
            if not one.count.attributes and not one.count.implicit and not is_soft(one.count)
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
            yield _differ(view, check, kind, first, other)
    yield from _staff_conflict(view, check)
    yield from _venue_conflict(view, check)


def _venue_conflict(view: View, check: ReadyCheck) -> Iterator[Finding]:
    """Boards, halls or screens of one name to which the report gives two numbers."""
    first: dict[tuple[str, str | None], Said] = {}
    for said in view.wholes.get(_VENUE, ()):
        count = said.count
        clause = view.tools.close(view.clause_to(said)).removesuffix(view.tools.close(count.text))
        if is_soft(count) or count.implicit or len(clause) < _NOUN or check.signs["some"].search(clause):
            continue
        other = first.setdefault((clause[-_NOUN:], count.unit), said)
        if other.count.value != count.value and other.segment is not said.segment:
            yield _differ(view, check, clause[-_NOUN:], other, said)


def _differ(view: View, check: ReadyCheck, what: str, first: Said, second: Said) -> Finding:
    return view.finding(
        check,
        "differs",
        key=f"{what} {first.count.text} {second.count.text}",
        places=(view.place_of(first), view.place_of(second)),
        expected=first.count.value,
        found=second.count.value,
        first=view.clause_to(first),
        second=view.clause_to(second),
    )


def _staff_conflict(view: View, check: ReadyCheck) -> Iterator[Finding]:
    """Staff of one role, full time or part time, of whom the report gives two numbers."""
    first: dict[str, Said] = {}
    for said in view.wholes.get(_STAFF, ()):
        count = said.count
        if is_soft(count) or count.implicit:
            continue
        start = max(count.start - _BESIDE, said.segment.start)
        near = view.closed(start, min(count.end + _BESIDE, said.segment.end))
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
            yield _differ(view, check, role, other, said)


def _is_of_all(view: View, check: ReadyCheck, said: Said) -> bool:
    """Whether a clause speaks of all requests that came in: 我局收到的7件."""
    clause = view.tools.close(view.clause_to(said))
    return bool(check.signs["request"].search(clause)) and not check.signs["not_request"].search(clause)


def _states_total(view: View, check: ReadyCheck, said: Said) -> bool:
    if said.count.kind in {_RECEIVED, _HANDLED} and _is_of_all(view, check, said):
        return True
    clause = view.tools.close(view.clause_to(said))
    return bool(check.signs["total"].search(clause)) and not check.signs["not_total"].search(clause)


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
            places=[place_of(view, whole), *(place_of(view, part) for part in odd)],
            expected=whole.unit,
            found=", ".join(sorted({part.unit or "" for part in odd})),
        )


def _listed(view: View, check: ReadyCheck, split: Split) -> tuple[Count, ...]:
    """The parts of a list of which only the first was tied to its whole, with those that follow it."""
    counts, first, place = split.segment.counts, split.parts[0], split.first
    parts = [first]
    if counts[place - 1] is not split.whole or not check.signs["opener"].search(
        view.closed(split.whole.end, first.start)
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
                if count.kind == kind and count.nature == "actual" and not is_soft(count)
            ]
            for kind in ("training_session", "training_attendance")
        )
        if len(sessions) != 1 or len(people) != 1:
            continue
        held, trained = sessions[0], people[0]
        places = (place_of(view, held), place_of(view, trained))
        key = f"{held.text} {trained.text}"
        between = view.closed(max(trained.start - _APART, min(held.end, trained.start)), trained.start)
        told = between + view.clause_of(Said(trained, segment))
        if 0 < trained.value < held.value and check.signs["trained"].search(told):
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
