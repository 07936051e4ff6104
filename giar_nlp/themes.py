"""Rule hits to `ThemeLabel`s: what a segment does (at most one role) and what it is about (its topics).

A topic's score is the noisy-or of its rules' weights; a role wins by the majority of the clauses that
speak for one. All words and numbers come from the scheme (`themes/*.toml`, `themes.toml`).

Source: codebook section 2; domain section 4.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

from giar_nlp.rules import Match, RuleBook, Scan, Scanner, rule_words
from giar_nlp.scheme import Part, Rule, Scheme, Theme
from giar_nlp.types import Hit, ThemeLabel

KNOWN_PLACES = 1024
"""How many heading paths a labeler remembers: reports share most of their titles."""


class _Place(NamedTuple):
    """What the headings above a segment promise: votes for roles, topics by the nearest title, all topics."""

    votes: Mapping[str, float]
    promised: frozenset[str]
    fallback: str | None


@dataclass(slots=True)
class _Found:
    """What speaks for a theme: its score so far and the matches behind it."""

    score: float
    matches: list[Match]


def theme_rules(scheme: Scheme) -> tuple[Rule, ...]:
    """All rules that labelling runs: those of the themes and those that find asides."""
    return (*(rule for theme in scheme.themes.values() for rule in theme.rules), *scheme.deciding.asides)


def theme_words(scheme: Scheme) -> Iterable[str]:
    """All words that a scanner must know to label themes."""
    return rule_words(theme_rules(scheme), scheme)


class ThemeLabeler:
    """Labels scanned segments with the themes of a scheme.

    Args:
        scheme: the label scheme.
        scanner: knows at least `theme_words(scheme)`.
    """

    def __init__(self, scheme: Scheme, scanner: Scanner) -> None:
        self._scheme = scheme
        self._deciding = scheme.deciding
        self._book = RuleBook(theme_rules(scheme), scheme, scanner)
        owners: list[Theme | None] = [theme for theme in scheme.themes.values() for _ in theme.rules]
        owners.extend(None for _ in scheme.deciding.asides)
        self._owner = tuple(theme.id if theme else None for theme in owners)
        self._is_role = tuple(theme is not None and theme.family == "role" for theme in owners)
        self._weight = tuple(rule.weight for rule in self._book.rules)
        self._claims = {theme.id: frozenset(theme.claims) for theme in scheme.themes.values() if theme.claims}
        self._headings = [
            (theme.id, scheme.words_of(theme.headings)) for theme in scheme.themes.values() if theme.headings
        ]
        self._parts = [(part, *map(scheme.words_of, (part.words, part.also, part.without))) for part in self._deciding.parts]
        self._places: dict[tuple[str, ...], _Place] = {}

    def label(self, scan: Scan, headings: Sequence[str], section: int) -> tuple[ThemeLabel, ...]:
        """The themes of a segment, role first, then topics in the scheme's order; at least one.

        Args:
            scan: the segment, its words found.
            headings: folded titles above it, outermost first, without numbers.
            section: number of its section, 0 before the first.
        """
        place = self._place(headings)
        roles, topics, n_general = self._weigh(scan, headings, section)
        # A classifier's scores would join here: one role vote and one topic score a theme, beside the rules'.
        role = self._decide_role(roles, place, len(scan.clause_ends))
        chosen = self._decide_topics(topics, place, n_general / len(scan.clause_ends), has_role=role is not None)
        if role is not None:
            chosen = {role[0]: role[1], **chosen}
        if not chosen:
            chosen = {self._fallback(place, section): _Found(self._deciding.fallback_score, [])}
        return tuple(self._as_label(theme, found, scan) for theme, found in chosen.items())

    def _weigh(
        self, scan: Scan, headings: Sequence[str], section: int
    ) -> tuple[dict[str, _Found], dict[str, _Found], int]:
        """Votes for roles, scores of topics, and the number of clauses that speak for the general topic."""
        deciding, owner, weight = self._deciding, self._owner, self._weight
        title_end = self._title_end(scan)
        roles: dict[str, _Found] = {}
        best: dict[int, tuple[float, Match]] = {}
        n_general = 0
        for clause, group in groupby(self._book.matches(scan, headings, section), key=lambda match: match.clause):
            matches = list(group)
            factor = 1.0
            if clause == 0 and title_end:
                factor = deciding.title_gain
            claimed = self._claimed(matches)
            aside = any(owner[match.rule] is None for match in matches)
            votes: dict[str, tuple[float, Match]] = {}
            for match in matches:
                theme = owner[match.rule]
                if theme is None:
                    continue
                value = weight[match.rule]
                if self._is_role[match.rule]:
                    if theme not in votes or value > votes[theme][0] > 0 or value < 0:
                        votes[theme] = (value, match)
                    continue
                if theme in claimed and value < deciding.sure:
                    continue
                if theme == deciding.general:
                    n_general += 1
                elif aside:
                    value *= deciding.aside_factor
                value *= factor
                if match.rule not in best or value > best[match.rule][0]:
                    best[match.rule] = (value, match)
            for theme, (value, match) in votes.items():
                found = roles.setdefault(theme, _Found(0.0, []))
                found.score += value * factor
                found.matches.append(match)
        return roles, self._noisy_or(best), n_general

    def _claimed(self, matches: Sequence[Match]) -> frozenset[str]:
        claimed: frozenset[str] = frozenset()
        for match in matches:
            claims = self._claims.get(self._owner[match.rule] or "")
            if claims:
                claimed |= claims
        return claimed

    def _noisy_or(self, best: Mapping[int, tuple[float, Match]]) -> dict[str, _Found]:
        """Scores of topics; a rule counts once, and a negative weight takes its share of the score away."""
        topics: dict[str, _Found] = {}
        against: dict[str, float] = {}
        for number in sorted(best):
            value, match = best[number]
            theme = self._owner[number] or ""
            if value < 0:
                against[theme] = against.get(theme, 1.0) * (1 + max(value, -1.0))
                continue
            found = topics.setdefault(theme, _Found(0.0, []))
            found.score = 1 - (1 - found.score) * (1 - min(value, 1.0))
            found.matches.append(match)
        for theme, rest in against.items():
            if theme in topics:
                topics[theme].score *= rest
        return topics

    def _title_end(self, scan: Scan) -> int:
        """End of the item's title, 0 if it has none."""
        end = scan.clause_ends[0]
        has_title = len(scan.clause_ends) > 1 and end <= self._deciding.title_length
        return end if has_title and scan.reading.text[end - 1] in "。：" else 0

    def _decide_role(
        self, roles: Mapping[str, _Found], place: _Place, n_clauses: int
    ) -> tuple[str, _Found] | None:
        """The role with the most votes, those of its place among them, if they are enough; its score is its share."""
        votes = dict(place.votes)
        for theme, found in roles.items():
            votes[theme] = votes.get(theme, 0.0) + found.score
        if not votes:
            return None
        winner = max(votes, key=lambda theme: votes[theme])
        if votes[winner] < self._deciding.role_threshold:
            return None
        if not place.votes and votes[winner] < self._deciding.role_share * n_clauses:
            return None
        share = votes[winner] / sum(value for value in votes.values() if value > 0)
        matches = roles[winner].matches if winner in roles else []
        return winner, _Found(share, [match for match in matches if self._weight[match.rule] > 0])

    def _decide_topics(
        self, topics: Mapping[str, _Found], place: _Place, general_share: float, *, has_role: bool
    ) -> dict[str, _Found]:
        deciding = self._deciding
        is_general = not has_role and general_share >= deciding.general_share
        chosen: dict[str, _Found] = {}
        for theme_id, theme in self._scheme.themes.items():
            found = topics.get(theme_id)
            if found is None or theme_id == deciding.general:
                continue
            score = found.score
            if theme_id in place.promised:
                score += deciding.heading_score * (1 - score)
            threshold = max(theme.threshold, deciding.general_threshold) if is_general else theme.threshold
            if score >= threshold:
                chosen[theme_id] = _Found(score, found.matches)
        general = topics.get(deciding.general)
        if general is not None and (is_general or (not chosen and not has_role)):
            chosen[deciding.general] = general
        if len(chosen) > 1 or has_role:
            chosen.pop(deciding.rest, None)
        return chosen

    def _place(self, headings: Sequence[str]) -> _Place:
        key = tuple(headings)
        place = self._places.get(key)
        if place is None:
            if len(self._places) >= KNOWN_PLACES:
                self._places.clear()
            place = self._places[key] = self._read_place(key)
        return place

    def _read_place(self, headings: tuple[str, ...]) -> _Place:
        part = next((part for title in reversed(headings) if (part := self._part(title))), None)
        nearest = headings[-1] if headings else ""
        promised = [
            theme for theme, words in self._headings if any(word in nearest for word in words)
        ]
        return _Place(part.votes if part else {}, frozenset(promised), promised[0] if promised else None)

    def _part(self, title: str) -> Part | None:
        for part, words, also, without in self._parts:
            if (
                any(word in title for word in words)
                and (not also or any(word in title for word in also))
                and not any(word in title for word in without)
            ):
                return part
        return None

    def _fallback(self, place: _Place, section: int) -> str:
        if place.fallback is not None:
            return place.fallback
        fallback = self._deciding.fallback
        return fallback[section] if section < len(fallback) else self._deciding.rest

    def _as_label(self, theme: str, found: _Found, scan: Scan) -> ThemeLabel:
        span, rules = scan.reading.span, self._book.rules
        hits = [Hit(rules[match.rule].id, *span(match.start, match.end)) for match in found.matches]
        hits.sort(key=lambda hit: (hit.start, hit.end, hit.rule))
        return ThemeLabel(theme, round(min(found.score, 1.0), 3), "rule", tuple(hits))
