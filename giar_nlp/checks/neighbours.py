"""What a comparison is given: a report's summary, and those with whom it is compared."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from giar_nlp.checks.copies import Shared
from giar_nlp.checks.ready import ReadyCheck
from giar_nlp.checks.summary import Summary
from giar_nlp.types import Finding


@dataclass(slots=True)
class Neighbours:
    """The reports with whom one is compared."""

    before: Summary | None = None
    above: Summary | None = None
    peers: Sequence[Summary] = ()
    years: Sequence[int] = ()
    shared: Sequence[Shared] = field(default_factory=tuple)


Comparison = Callable[[Summary, Neighbours, ReadyCheck], Iterator[Finding]]
