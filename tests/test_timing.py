"""Taking turns: the order of the runs, what is dropped, and which of the rest is told."""

from __future__ import annotations

from giar_nlp import load
from giar_nlp.evaluation.timing import STEPS, StepClock, median_seconds, seconds_by_step, seconds_over


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


def test_a_step_is_charged_for_itself_alone() -> None:
    class Clerk:
        def outer(self) -> str:
            return self.inner() + "!"

        def inner(self) -> str:
            return "done" * len(str(sum(range(100_000))))

    clerk, clock = Clerk(), StepClock()
    clock.watch("outer", clerk, "outer")
    clock.watch("inner", clerk, "inner")
    assert clerk.outer().startswith("done")
    assert clock.seconds["inner"] > clock.seconds["outer"] > 0


def test_every_step_of_an_analyzer_is_timed() -> None:
    analyzer = load()
    texts = ["某局2023年政府信息公开工作年度报告\n一、总体情况\n全年主动公开政府信息53条。\n"] * 2
    taken = seconds_by_step(analyzer, analyzer.annotate, texts)
    assert [*taken] == [*STEPS, "all else"]
    assert all(seconds > 0 for seconds in taken.values())
