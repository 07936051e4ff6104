"""The records of an evaluation."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Score:
    """How many there are, how many were found, and how many of those are right."""

    n_gold: int
    n_found: int
    n_right: int

    @property
    def precision(self) -> float:
        """Share of the found that is right; 1 where nothing was found."""
        return self.n_right / self.n_found if self.n_found else 1.0

    @property
    def recall(self) -> float:
        """Share of the gold that was found; 1 where there is none."""
        return self.n_right / self.n_gold if self.n_gold else 1.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall; 1 where there is nothing to find and nothing was found.

        Example:
            >>> Score(n_gold=4, n_found=6, n_right=3).f1
            0.6
        """
        total = self.n_gold + self.n_found
        return 2 * self.n_right / total if total else 1.0


@dataclass(frozen=True, slots=True)
class Accuracy:
    """How many were compared, and how many are right."""

    n: int
    n_right: int

    @property
    def share(self) -> float:
        """Share that is right; 1 where nothing was compared."""
        return self.n_right / self.n if self.n else 1.0


@dataclass(frozen=True, slots=True)
class Miss:
    """One difference: `gold` is None for what should not be there, `found` None for what is not."""

    what: str
    where: str
    gold: str | None
    found: str | None
    text: str


@dataclass(frozen=True, slots=True)
class Scores:
    """What a comparison gives.

    Spans count as equal when start and end are. `themes` holds one score a theme, on gold segments found by
    exact span (all of them, for ready-made segments); a gold segment that was not found misses its themes.
    `detected` compares spans of counts, `typed` spans with kinds, `kinds` the same a kind; `zeros` are the
    counts of value 0, `links` the pairs of part and whole. `fields` says how often a field of a count
    found by its span is right; `meta`, `sections` and `places` hold what only reports have.
    """

    n_texts: int
    n_segments: int
    segments: Score | None
    themes: Mapping[str, Score]
    detected: Score
    typed: Score
    kinds: Mapping[str, Score]
    zeros: Score
    links: Score
    fields: Mapping[str, Accuracy]
    meta: Mapping[str, Accuracy]
    sections: Score | None
    places: Mapping[str, Accuracy]
    misses: tuple[Miss, ...] = ()

    @property
    def themes_micro(self) -> Score:
        """All themes as one."""
        scores = self.themes.values()
        return Score(
            sum(score.n_gold for score in scores),
            sum(score.n_found for score in scores),
            sum(score.n_right for score in scores),
        )

    @property
    def themes_macro_f1(self) -> float:
        """Mean F1 over the themes that the gold has."""
        scores = [score.f1 for score in self.themes.values() if score.n_gold]
        return sum(scores) / len(scores) if scores else 1.0
