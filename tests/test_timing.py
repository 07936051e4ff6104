"""Taking turns: the order of the runs, what is dropped, and which of the rest is told."""

from __future__ import annotations

from giar_nlp.evaluation.timing import median_seconds, seconds_over


def test_jobs_take_turns_and_warm_ups_do_not_count() -> None:
    runs: list[str] = []
    slow, quick = iter([100.0, 4.0, 6.0, 5.0]), iter([90.0, 1.0, 9.0, 2.0])

    def run_slow() -> float:
        runs.append("slow")
        return next(slow)

    def run_quick() -> float:
        runs.append("quick")
        return next(quick)

    taken = median_seconds({"slow": run_slow, "quick": run_quick}, rounds=3, warm_ups=1)
    assert taken == {"slow": 5.0, "quick": 2.0}
    assert runs == ["slow", "quick"] * 4


def test_a_job_runs_over_all_things() -> None:
    seen: list[int] = []
    assert seconds_over(seen.append, [1, 2, 3]) >= 0
    assert seen == [1, 2, 3]
