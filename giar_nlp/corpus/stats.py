"""What a corpus is made of: reports, segments, labels, counts, and the words that give roles away."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from giar_nlp.corpus.entries import Entry
from giar_nlp.scheme import Scheme
from giar_nlp.tokens import Tokenizer
from giar_nlp.types import Segment

N_CUES = 10
_SMALLEST = 5
"""Words in fewer segments of a role are no cue of it."""


@dataclass(frozen=True, slots=True)
class Cues:
    """The words that tell a role best, with the share of its segments that have each, and any of them."""

    words: tuple[tuple[str, float], ...]
    covered: float


@dataclass(frozen=True, slots=True)
class CorpusStats:
    """Figures of a corpus. `tables` maps a title to its rows, each a name with its number."""

    tables: Mapping[str, Mapping[str, int]]
    rates: Mapping[str, float]
    cues: Mapping[str, Cues]


def describe_corpus(entries: Sequence[Entry], scheme: Scheme) -> CorpusStats:
    """The figures of a corpus under a scheme.

    Rates: ``counts per 1,000 characters`` and ``mean segment length`` are of the narrative, blanks
    included; ``type-token ratio`` is that of the narrative's words.
    """
    segments = [segment for entry in entries for segment in entry.report.segments]
    reports = [entry.report for entry in entries]
    counts = [count for segment in segments for count in segment.counts]
    themes = Counter(theme.label for segment in segments for theme in segment.themes)
    kinds = Counter(count.kind for count in counts)
    words = _words_of(segments, Tokenizer(scheme.words))
    n_words = sum(map(len, words))
    n_chars = sum(segment.end - segment.start for segment in segments)
    roles = [theme.id for theme in scheme.themes.values() if theme.family == "role"]
    totals = {
        "reports": len(reports),
        "agencies": len({report.meta.agency for report in reports}),
        "hands": len({entry.hand for entry in entries}),
        "segments": len(segments),
        "counts": len(counts),
        "stated zeros": sum(count.value == 0 and count.nature == "actual" for count in counts),
        "parts": sum(count.part_of is not None for count in counts),
        "tables": sum(len(report.tables) for report in reports),
        "findings": sum(len(report.findings) for report in reports),
    }
    return CorpusStats(
        tables={
            "totals": totals,
            "splits": Counter(entry.split or "none" for entry in entries),
            "regimes": Counter(report.meta.regime for report in reports),
            "years": _sorted(Counter(str(report.meta.report_year) for report in reports)),
            "scopes": Counter(report.meta.scope for report in reports),
            "hands": _sorted(Counter(entry.hand for entry in entries)),
            "themes": {theme: themes[theme] for theme in scheme.themes},
            "kinds": {kind: kinds[kind] for kind in scheme.kinds},
            "findings": _sorted(Counter(found.check for report in reports for found in report.findings)),
        },
        rates={
            "characters a report": sum(len(report.text) for report in reports) / max(1, len(reports)),
            "mean segment length": n_chars / max(1, len(segments)),
            "counts per 1,000 characters": 1000 * len(counts) / max(1, n_chars),
            "type-token ratio": len({word for line in words for word in line}) / max(1, n_words),
        },
        cues={role: _cues(role, segments, words) for role in roles},
    )


def missing_figures(stats: CorpusStats, targets: Mapping[str, Mapping[str, int]]) -> Iterable[str]:
    """What falls short of its target; `targets` is shaped like `CorpusStats.tables`, ``*`` is every row."""
    for title, rows in targets.items():
        table = stats.tables.get(title, {})
        for name, least in rows.items():
            for row in table if name == "*" else (name,):
                if table.get(row, 0) < least:
                    yield f"{title}, {row}: {table.get(row, 0)} of {least}"


def _sorted(counter: Counter[str]) -> dict[str, int]:
    return dict(sorted(counter.items()))


def _words_of(segments: Sequence[Segment], tokenizer: Tokenizer) -> list[list[str]]:
    return [tokenizer.cut(segment.text) for segment in segments]


def _cues(role: str, segments: Sequence[Segment], words: Sequence[Sequence[str]]) -> Cues:
    """The words with the highest log odds of standing in the role, weighed by how many segments have them."""
    own, rest = Counter[str](), Counter[str]()
    sets = [set(line) for line in words]
    is_own = [any(theme.label == role for theme in segment.themes) for segment in segments]
    for found, owned in zip(sets, is_own, strict=True):
        (own if owned else rest).update(word for word in found if len(word) > 1)
    n_own, n_rest = sum(is_own), len(segments) - sum(is_own)

    def weight(word: str) -> float:
        odds = (own[word] + 0.5) / (n_own + 1) / ((rest[word] + 0.5) / (n_rest + 1))
        return math.log(odds) * math.sqrt(own[word])

    best = sorted((word for word in own if own[word] >= _SMALLEST), key=weight, reverse=True)[:N_CUES]
    covered = sum(owned and not found.isdisjoint(best) for found, owned in zip(sets, is_own, strict=True))
    return Cues(tuple((word, own[word] / n_own) for word in best), covered / max(1, n_own))
