"""How far a long run is: a bar on a terminal, a line now and then elsewhere, and a summary at its end."""

import sys
import time
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, TypeVar

from giar_nlp.cli.output import say

if TYPE_CHECKING:
    from giar_nlp.batch import Outcome, Tally

Result = TypeVar("Result")

BAR_FROM = 20  # inputs; fewer are done before a bar could be read
SUMMARY_FROM = 500  # inputs that are worth a summary where no terminal is
SECONDS_A_LINE = 30.0


def watched(outcomes: Iterator["Outcome"], total: int, tally: "Tally") -> Iterator["Outcome"]:
    """The outcomes, with progress and a summary on stderr if the work is long; `tally` counts them."""
    pace = _Pace(total, tally)
    if not sys.stderr.isatty():
        yield from _with_lines(outcomes, pace)
    elif total >= BAR_FROM:
        yield from _with_bar(outcomes, pace)
    else:
        yield from outcomes
        return
    if total >= (BAR_FROM if sys.stderr.isatty() else SUMMARY_FROM):
        say(pace.summary())


def barred(results: Iterator[Result], inputs: Sequence[object]) -> Iterator[Result]:
    """The results of inputs, with a bar on stderr if that is a terminal and the work is long."""
    if len(inputs) < BAR_FROM or not sys.stderr.isatty():
        yield from results
        return
    from rich.console import Console
    from rich.progress import track

    yield from track(results, "reports", total=len(inputs), console=Console(stderr=True), transient=True)


class _Pace:
    """What can be told from the tally and the clock; what was done before a run went on does not count."""

    def __init__(self, total: int, tally: "Tally") -> None:
        self.total = total
        self.tally = tally
        self._n_before = tally.n_inputs
        self._start = time.monotonic()

    @property
    def seconds(self) -> float:
        """How long the run takes already."""
        return time.monotonic() - self._start

    @property
    def a_second(self) -> float:
        """Inputs a second."""
        return (self.tally.n_inputs - self._n_before) / max(self.seconds, 1e-6)

    def told(self) -> str:
        """Reports a second, failures, time left."""
        left = (self.total - self.tally.n_inputs) / max(self.a_second, 1e-6)
        rate = f"{self.a_second:,.1f} a second"
        return f"{rate}, {self.tally.n_failed:,} failed, {_spoken(left)} left"

    def line(self) -> str:
        """How far the run is."""
        n = self.tally.n_inputs
        return f"{n:,} of {self.total:,} ({n / self.total:.0%}), {self.told()}"

    def summary(self) -> str:
        """What was done in all."""
        tally = self.tally
        held = f"{tally.n_segments:,} segments, {tally.n_counts:,} counts, {tally.n_findings:,} findings"
        took = f"{_spoken(self.seconds)} ({self.a_second:,.1f} a second)"
        failed = ", ".join(f"{error} {n:,}" for error, n in tally.errors.most_common())
        return (
            f"{tally.n_reports:,} reports in {took}: {held}; {tally.n_failed:,} failed"
            f"{f': {failed}' if failed else ''}"
        )


def _spoken(seconds: float) -> str:
    """A time in the two units that tell.

    Example:
        >>> _spoken(3.2), _spoken(192), _spoken(7500)
        ('3 s', '3 min 12 s', '2 h 5 min')
    """
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600:,} h {whole % 3600 // 60} min"


def _with_lines(outcomes: Iterator["Outcome"], pace: _Pace) -> Iterator["Outcome"]:
    told = 0.0
    for outcome in outcomes:
        if pace.seconds - told >= SECONDS_A_LINE:
            told = pace.seconds
            say(pace.line())
        yield outcome


def _with_bar(outcomes: Iterator["Outcome"], pace: _Pace) -> Iterator["Outcome"]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = TextColumn("reports"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[told]}")
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        bar = progress.add_task("", total=pace.total, completed=pace.tally.n_inputs, told="")
        for outcome in outcomes:
            progress.update(bar, completed=pace.tally.n_inputs, told=pace.told())
            yield outcome
