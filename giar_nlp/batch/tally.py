"""How much a run has done: inputs, reports and what they hold, failures by type."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field

from giar_nlp.batch.pool import Outcome


@dataclass(slots=True)
class Tally:
    """Counts outcomes as they pass by. `errors` is how many inputs failed, by the type of error."""

    n_inputs: int = 0
    n_reports: int = 0
    n_segments: int = 0
    n_counts: int = 0
    n_findings: int = 0
    errors: Counter[str] = field(default_factory=Counter)

    @property
    def n_failed(self) -> int:
        """How many inputs gave no report."""
        return self.n_inputs - self.n_reports

    def add(self, outcome: Outcome) -> None:
        """Count one outcome."""
        self.n_inputs += 1
        if outcome.error is not None:
            self.errors[outcome.error] += 1
        if outcome.found is not None:
            self.n_reports += 1
            self.n_segments += outcome.found.n_segments
            self.n_counts += outcome.found.n_counts
            self.n_findings += outcome.found.n_findings

    def as_record(self) -> dict[str, object]:
        """The numbers by name, errors in the order of their types."""
        numbers = {name.removeprefix("n_"): value for name, value in asdict(self).items()}
        return {**numbers, "errors": dict(sorted(self.errors.items()))}

    @classmethod
    def of_record(cls, record: dict[str, object]) -> "Tally":
        """The tally that `as_record` gave."""
        numbers = {f"n_{name}": value for name, value in record.items() if name != "errors"}
        return cls(**numbers, errors=Counter(record["errors"]))  # type: ignore[arg-type,call-overload]


def tallied(outcomes: Iterable[Outcome], tally: Tally) -> Iterator[Outcome]:
    """The outcomes, each counted before it is given."""
    for outcome in outcomes:
        tally.add(outcome)
        yield outcome
