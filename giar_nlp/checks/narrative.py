"""Whether the narrative says what it must, and says something (narr.*, meta.*).

Source: domain.md 2 (article 50, content of the sections) and 6.
"""

import re
from collections.abc import Iterator, Sequence

from giar_nlp.checks.ready import ReadyCheck, quote
from giar_nlp.checks.view import View
from giar_nlp.types import Finding, Place, Segment

_PARTS = ("overview", "proactive", "requests", "review", "problems", "other")
_FEW = 2
"""A preface that leaves out more of the form's parts than this lists something else."""
_PROBLEMS, _OVERVIEW, _REQUESTS = 5, 1, 3
_WORD = re.compile(r"[^\W_]")


def _has(segment: Segment, theme: str) -> bool:
    return theme in [label.label for label in segment.themes]


def _places(view: View, segments: Sequence[Segment]) -> list[Place]:
    return [view.place(segment.start, segment.end) for segment in segments]


def check_problems_absent(view: View, check: ReadyCheck) -> Iterator[Finding]:
    """A section on problems that names none."""
    section = view.sections.get(_PROBLEMS)
    if section is None or section.title is None:
        return
    short = check.limits["short"]
    if any(segment.end - segment.start > 2 * short for segment in view.by_section.get(_PROBLEMS, ())):
        return
    start, end = view.heading(section)
    body = view.text[end : min(section.end, end + int(check.limits["looked_at"]))]
    words = "".join(_WORD.findall(body))
    if not words:
        return  # struct.section_empty tells of it
    none = check.signs["none"].search(view.tools.close(body))
    few = view.is_new and len(words) < check.limits["fewest"]
    if few or (none and len(words) < short):
        place = view.place(start, section.end)
        yield view.finding(check, "none", places=(place,), found=quote(body))


def check_problems_generic(view: View, check: ReadyCheck) -> Iterator[Finding]:
    """Problems that any agency could have."""
    problems = view.by_theme.get("problem", ())
    if not problems or any(check.signs["specific"].search(view.reading(one).text) for one in problems):
        return
    yield view.finding(check, "generic", places=_places(view, problems), found=len(problems))


def check_measure_in_problems(view: View, check: ReadyCheck) -> Iterator[Finding]:
    """An item of the list of problems that says only what will be done."""
    run: list[Segment] = []
    for segment in (*view.by_section.get(_PROBLEMS, ()), None):
        goes_on = (
            segment is not None
            and segment.marker is not None
            and (not run or segment.headings == run[-1].headings)
            and (not run or view.tools.style(segment.marker)[1] != 1)
        )
        if goes_on and segment is not None:
            run.append(segment)
            continue
        odd = [one for one in run if _has(one, "measure") and not _has(one, "problem")]
        title = view.tools.title(run[0].headings[-1]) if run and run[0].headings else ""
        if odd and len(odd) < len(run) and any(_has(one, "problem") for one in run):
            for one in odd:
                if not check.signs["plan"].search(title):
                    yield view.finding(
                        check, "measure", key=one.text, places=_places(view, [one]), found=quote(one.text)
                    )
        opens = segment is not None and segment.marker is not None
        run = [segment] if opens and segment is not None else []


def check_no_prior_followup(view: View, check: ReadyCheck) -> Iterator[Finding]:
    """A report that says nothing of what became of last year's problems."""
    section = view.sections.get(_PROBLEMS)
    if section is None or not view.is_new or view.year is None:
        return
    if "rectification" in view.by_theme:
        return
    body = view.text[section.start : section.end]
    if check.signs["followed"].search(view.tools.close(body)) or not _WORD.search(body):
        return
    start, end = view.heading(section)
    place = view.place(start, end) if start < end else view.place(section.start, section.start)
    yield view.finding(check, "none", places=(place,), expected=view.year - 1)


def check_assessment_missing(view: View, check: ReadyCheck) -> Iterator[Finding]:
    """A government's report without assessment, public appraisal and accountability."""
    if view.rank not in {"government", "township"} or not view.is_new or not view.report.segments:
        return
    if check.signs["agent"].search(view.tools.title(view.agency or "")):
        return
    missing = [name for name, words in check.words.items() if not view.holds(words)]
    if not missing:
        return
    named = ", ".join(check.words[name][0] for name in missing)
    all_missing = len(missing) == len(check.words)
    yield view.finding(
        check,
        "missing",
        key=" ".join(missing),
        expected=named,
        severity=None if all_missing else "info",
    )


def check_overview_elements(view: View, check: ReadyCheck) -> Iterator[Finding]:
    """An overview that leaves out one of its five topics."""
    section = view.sections.get(_OVERVIEW)
    if section is None or not view.is_new:
        return
    overview = view.by_section.get(_OVERVIEW)
    if not overview:
        return
    themes = {label.label for segment in overview for label in segment.themes}
    body = view.text[section.start : section.end]
    requests = view.sections.get(_REQUESTS)
    missing = []
    told = "\n".join(dict.fromkeys(heading for segment in overview for heading in segment.headings[1:]))
    named = [topic for topic, words in check.words.items() if words[0] in told]
    for topic, words in check.words.items():
        # Where the parts of the overview have headings, what they do not name is told in passing at most.
        if topic in named or topic in themes:
            continue
        if len(named) < check.limits["named"] and any(word in body for word in words):
            continue
        if topic == "disclosure_on_request" and requests and _narrated(view, _REQUESTS):
            continue
        missing.append(topic)
    if missing:
        start, end = view.heading(section)
        place = view.place(start, end) if start < end else view.place(section.start, section.start)
        yield view.finding(
            check,
            "missing",
            key=" ".join(missing),
            places=(place,),
            expected=", ".join(check.words[topic][0] for topic in missing),
        )


def _narrated(view: View, number: int) -> bool:
    return number in view.by_section


def check_contact(view: View, check: ReadyCheck) -> Iterator[Finding]:
    """A report without contact data, or with telephone numbers of two places or of another province."""
    if not view.report.segments:
        return
    if not any(
        _is_contact(view, check, at) for word in check.words["contact"] for at in view.sought.get(word, ())
    ):
        yield view.finding(check, "none")
        return
    codes: dict[str, Place] = {}
    for segment in view.front:
        if "0" not in segment.text or ("-" not in segment.text and "－" not in segment.text):
            continue
        reading = view.reading(segment)
        for found in check.signs["phone"].finditer(reading.text):
            codes.setdefault(found["code"], view.place(*reading.span(found.start(), found.end())))
    if len(codes) > 1:
        yield view.finding(
            check, "codes", key=" ".join(sorted(codes)), places=list(codes.values()), found=", ".join(codes)
        )
    areas = check.words["areas"] if codes else ()
    front = "\n".join(segment.text for segment in view.front)
    named = {province for province in map(_province, areas) if province in front}
    if len(named) == 1:
        [province] = named
        begins = tuple(
            area.removeprefix(province) for area in check.words["areas"] if area.startswith(province)
        )
        for code, place in codes.items():
            if not code.startswith(begins):
                yield view.finding(
                    check, "elsewhere", key=code, places=(place,), expected=province, found=code
                )


def _province(area: str) -> str:
    """The province of a word that names it with the beginning of an area code."""
    return area.rstrip("0123456789")


def _is_contact(view: View, check: ReadyCheck, at: int) -> bool:
    """Whether a word of contact stands in the preface or below the report, or with a number of its own."""
    segment = view.segment_at(at)
    if segment is None or segment.section == 0:
        return True
    near = view.closed(at, at + int(check.limits["near"]))
    return check.signs["number"].search(near) is not None


def check_parts_claimed(view: View, check: ReadyCheck) -> Iterator[Finding]:
    """A preface that names another number of parts than there are, or than it lists."""
    if not view.holds(check.words["part"]):
        return
    for segment in view.report.segments:
        if segment.section > 1:
            return
        if check.words["part"][0] not in segment.text:
            continue
        reading = view.reading(segment)
        found = check.signs["claimed"].search(reading.text)
        claimed = _number(found["n"], view) if found else 0
        if found is None or not claimed:
            continue
        start = reading.text.rfind(view.tools.stops[0], 0, found.start()) + 1
        listed = reading.text[start : found.start()]
        missing = [name for name in _PARTS if not check.signs[name].search(listed)]
        place = view.place(*reading.span(found.start(), found.end()))
        n_parts = len(view.report.sections)
        if claimed == check.limits["form"] and 0 < len(missing) <= _FEW:
            yield view.finding(
                check,
                "lists",
                places=(place,),
                expected=claimed,
                found=len(_PARTS) - len(missing),
                missing=", ".join(map(check.term, missing)),
            )
        # Where a section of the form is missing, struct.section_missing tells of that.
        whole = not view.is_new or len(view.sections) == len(_PARTS)
        if whole and n_parts >= check.limits["enough"] and claimed != n_parts:
            yield view.finding(check, "differs", places=(place,), expected=claimed, found=n_parts)
        return


def _number(written: str, view: View) -> int:
    """A number in digits or in characters; 0 where it is none."""
    if written.isdecimal():
        return int(written)
    ordinals = view.tools.ordinals
    return ordinals.index(written) + 1 if written in ordinals else 0
