"""How long jobs take, side by side on one machine."""

import re
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping
from statistics import median
from time import perf_counter
from typing import TypeVar

from giar_nlp.analyzer import Analyzer

Thing = TypeVar("Thing")

STEPS = {
    "text folded": ("_folding", "fold"),
    "blocks": ("_blocks", "name"),
    "sections": ("_sections", "find"),
    "metadata": ("_meta", "read"),
    "tables": ("_tables", "read"),
    "segments": ("_segments", "split"),
    "readings": ("_reader", "read"),
    "words found": ("_scanner", "scan_all"),
    "themes by rules": ("_themes", "weigh"),
    "classifier": ("combiner", "label"),
    "counts": ("_counts", "find_all"),
    "checks": ("_checker", "check"),
}
"""The steps of an analyzer: which part of it takes each, and by which method."""


def seconds_over(job: Callable[[Thing], object], things: Iterable[Thing]) -> float:
    """Seconds that a job takes over all things."""
    start = perf_counter()
    for thing in things:
        job(thing)
    return perf_counter() - start


def median_seconds(
    timed: Mapping[str, Callable[[], float]], *, rounds: int, warm_ups: int = 0
) -> dict[str, float]:
    """Median seconds of each job over the rounds; the jobs take turns, so a busy machine slows all alike.

    Args:
        timed: runs the job once and returns its seconds, by the job's name.
        rounds: how often each runs.
        warm_ups: rounds before those, which do not count.
    """
    seconds: dict[str, list[float]] = {name: [] for name in timed}
    for _ in range(warm_ups + rounds):
        for name, run in timed.items():
            seconds[name].append(run())
    return {name: median(taken[warm_ups:]) for name, taken in seconds.items()}


def number_told(pattern: str, *command: object) -> float:
    """The number that a Python script prints, by a pattern with one group; of several lines the last one's.

    A process of its own gives each run its own peak of memory.
    """
    said = subprocess.run(
        [sys.executable, *map(str, command)], stdout=subprocess.PIPE, text=True, check=True
    ).stdout
    return float(re.findall(pattern, said)[-1])


def peak_megabytes() -> float:
    """The most memory that this process has held so far."""
    import resource  # which Windows lacks

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (2**20 if sys.platform == "darwin" else 2**10)


class StepClock:
    """Tells where the time of a job goes: the seconds spent in watched methods, by the name of their step.

    A watched method that calls another is charged for itself alone.
    """

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._inner = [0.0]

    def watch(self, step: str, owner: object, method: str) -> None:
        """Charges the calls of an object's method to a step from now on."""
        called = getattr(owner, method)
        self.seconds.setdefault(step, 0.0)

        def timed(*args: object, **options: object) -> object:
            self._inner.append(0.0)
            start = perf_counter()
            try:
                return called(*args, **options)
            finally:
                spent = perf_counter() - start
                self.seconds[step] += spent - self._inner.pop()
                self._inner[-1] += spent

        setattr(owner, method, timed)


def seconds_by_step(
    analyzer: Analyzer, job: Callable[[Thing], object], things: Iterable[Thing]
) -> dict[str, float]:
    """Seconds that each step of an analyzer takes while a job runs over all things; the rest is its own.

    The analyzer is not to be used for anything else afterwards: its steps keep their clock.
    """
    clock = StepClock()
    for step, (part, method) in STEPS.items():
        if (owner := getattr(analyzer, part)) is not None:
            clock.watch(step, owner, method)
    total = seconds_over(job, things)
    return {**clock.seconds, "all else": total - sum(clock.seconds.values())}
