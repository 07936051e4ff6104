"""What a corpus is made of: reports, segments, labels, counts, and the words that give roles away."""

import math
import statistics
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
_WINDOW = 1000
"""Words over which the type-token ratio is taken, for a longer text always has the smaller ratio."""
_LONG = 200
"""Characters of a segment above which it is called long."""


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

    Rates: lengths are in characters, blanks included; ``longest report`` and ``characters a report`` are of
    whole texts with their tables, the rest is of the narrative. ``type-token ratio`` is the mean over runs of
    1,000 words. ``segments …`` are shares of all segments.
    """
    segments = [segment for entry in entries for segment in entry.report.segments]
    reports = [entry.report for entry in entries]
    counts = [count for segment in segments for count in segment.counts]
    themes = Counter(theme.label for segment in segments for theme in segment.themes)
    kinds = Counter(count.kind for count in counts)
    words = _words_of(segments, Tokenizer(scheme.words))
    lengths = [segment.end - segment.start for segment in segments]
    n_segments = max(1, len(segments))
    roles = [theme.id for theme in scheme.themes.values() if theme.family == "role"]
    n_topics = [sum(theme.label not in roles for theme in segment.themes) for segment in segments]
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
            "longest report": max((len(report.text) for report in reports), default=0),
            "mean segment length": sum(lengths) / n_segments,
            "median segment length": statistics.median(lengths or [0]),
            "segments over 200 characters": sum(length > _LONG for length in lengths) / n_segments,
            "segments of several topics": sum(n > 1 for n in n_topics) / n_segments,
            "counts per 1,000 characters": 1000 * len(counts) / max(1, sum(lengths)),
            "type-token ratio": _type_token_ratio([word for line in words for word in line]),
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


def _type_token_ratio(words: Sequence[str]) -> float:
    """The mean over full runs of words; a text of less than one run is one run."""
    starts = range(0, max(1, len(words) - _WINDOW + 1), _WINDOW)
    runs = [words[start : start + _WINDOW] for start in starts]
    return statistics.mean(len(set(run)) / max(1, len(run)) for run in runs)


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

    common = sorted(word for word in own if own[word] >= _SMALLEST)
    best = sorted(common, key=weight, reverse=True)[:N_CUES]
    covered = sum(owned and not found.isdisjoint(best) for found, owned in zip(sets, is_own, strict=True))
    return Cues(tuple((word, own[word] / n_own) for word in best), covered / max(1, n_own))
