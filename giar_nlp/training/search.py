"""A small search over ways to fit, judged on groups that the fit did not see."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from giar_nlp.model import Sample
from giar_nlp.training.fitting import Fitted, Problem, Spec, Truth, fit

STEPS: tuple[tuple[str, tuple[object, ...]], ...] = (
    ("strength", (2.0, 8.0, 32.0)),
    ("lengths", ((1, 2), (1, 2, 3), (2, 3))),
    ("hears_clauses", (True, False)),
    ("leans", (True, False)),
)
"""The values tried, one field after the other, each with the best of those before it."""

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Tried:
    """A way to fit, and the micro F1 that it has on unseen groups."""

    spec: Spec
    f1: float


def search(problem: Problem, *, start: Spec, tell: Tell = lambda message: None) -> tuple[Fitted, list[Tried]]:
    """The best fit, and all that were tried, in order."""
    best = fit(problem, start)
    tried = [Tried(start, unseen_f1(best, problem.truth))]
    tell(f"{tried[0].f1:.4f}  as it stands")
    for name, values in STEPS:
        leader = max(tried, key=lambda one: one.f1)
        for value in values:
            spec = replace(leader.spec, **{name: value})  # type: ignore[arg-type]
            if any(one.spec == spec for one in tried) or (
                name == "leans" and not _has_lists(problem.samples)
            ):
                continue
            fitted = fit(problem, spec)
            tried.append(Tried(spec, unseen_f1(fitted, problem.truth)))
            tell(f"{tried[-1].f1:.4f}  {name} = {value}")
            if tried[-1].f1 > max(one.f1 for one in tried[:-1]):
                best = fitted
    return best, tried


def unseen_f1(fitted: Fitted, truth: Truth) -> float:
    """Micro F1 of the labels given to segments of unseen groups."""
    chosen = fitted.model.choose(fitted.unseen)
    n_right = int(np.logical_and(chosen, truth).sum())
    return 2 * n_right / max(1, int(chosen.sum() + truth.sum()))


def _has_lists(samples: Sequence[Sample]) -> bool:
    return any(sample.list_id is not None for sample in samples)
