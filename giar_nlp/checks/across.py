"""Compares reports: two years of one agency, agencies of one area, agencies of one kind, copied text.

`ReportSet` takes in reports one by one and keeps a summary of each; its findings come when all are in.
The work grows with the number of reports and of what they share, not with the number of pairs.

Source: domain.md 2.7 (X1 to X8) and 6 (xyear, copy, corpus).
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from giar_nlp.checks.comparisons import COMPARISONS
from giar_nlp.checks.copies import find_shared
from giar_nlp.checks.neighbours import Neighbours
from giar_nlp.checks.ready import ReadyCheck
from giar_nlp.checks.summary import Summary, summarise
from giar_nlp.checks.view import Tools
from giar_nlp.scheme import Language, Scheme
from giar_nlp.types import Finding, Report

_COPIES = "copy.across_agencies"


class ReportSet:
    """Reports side by side, with messages in one language."""

    def __init__(self, scheme: Scheme, *, language: Language = "en") -> None:
        known = scheme.checks()
        self._tools = Tools(scheme)
        self._ready = {name: ReadyCheck(known[name], scheme, language) for name in known}
        self._comparisons = {name: one for name, one in COMPARISONS.items() if name in known}
        self._summaries: list[Summary] = []

    def add(self, report: Report) -> int:
        """Take in a report, and return its number."""
        self._summaries.append(summarise(report, self._tools, self._ready[_COPIES]))
        return len(self._summaries) - 1

    def findings(self) -> Iterator[tuple[int, Finding]]:
        """What the comparisons find, report by report, with the number of the report that it is about."""
        summaries = self._summaries
        by_year: dict[tuple[str, int], list[Summary]] = defaultdict(list)
        years: dict[str, set[int]] = defaultdict(set)
        areas: dict[tuple[str, int], Summary] = {}
        peers: dict[tuple[str, int], list[Summary]] = defaultdict(list)
        for summary in summaries:
            if not summary.kin or summary.year is None:
                continue
            by_year[summary.kin, summary.year].append(summary)
            years[summary.kin].add(summary.year)
            peers[self._tools.calling(summary.kin), summary.year].append(summary)
            if summary.rank == "government" and summary.scope == "aggregate":
                areas[summary.kin, summary.year] = summary
        shared = find_shared(summaries, self._ready[_COPIES])
        for number, summary in enumerate(summaries):
            near = Neighbours(shared=shared.get(number, ()))
            if summary.kin and summary.year is not None:
                near.before = _of_scope(by_year.get((summary.kin, summary.year - 1), ()), summary)
                near.above = _above(areas, summary)
                near.peers = peers[self._tools.calling(summary.kin), summary.year]
                near.years = sorted(years[summary.kin])
            known: set[str] = set()
            for name, compare in self._comparisons.items():
                for finding in compare(summary, near, self._ready[name]):
                    if finding.id not in known:
                        known.add(finding.id)
                        yield number, finding


def _of_scope(found: Sequence[Summary], summary: Summary) -> Summary | None:
    """Last year's report of the same scope: an area's and its office's own are two things."""
    for other in found:
        if other.scope == summary.scope or "unknown" in {other.scope, summary.scope}:
            return other
    return None


def _above(areas: dict[tuple[str, int], Summary], summary: Summary) -> Summary | None:
    """The report on the whole area whose name begins the agency's."""
    if summary.year is None:
        return None
    for length in range(len(summary.kin) - 1, 1, -1):
        area = areas.get((summary.kin[:length], summary.year))
        if area is not None:
            return area
    return None
