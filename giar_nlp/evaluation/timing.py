"""How long jobs take, side by side on one machine."""

from collections.abc import Callable, Iterable, Mapping
from statistics import median
from time import perf_counter
from typing import TypeVar

Thing = TypeVar("Thing")


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
