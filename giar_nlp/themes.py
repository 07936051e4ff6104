"""Rule hits to `ThemeLabel`s: what a segment does (at most one role) and what it is about (its topics).

All words and numbers come from the scheme: rules from `themes/*.toml`, the way they are weighed from
`themes.toml` (see `giar_nlp.scheme.Deciding`).

Source: codebook section 2; domain section 4.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from giar_nlp.rules import Match, RuleBook, Scan, Scanner, rule_words
from giar_nlp.scheme import Part, Scheme
from giar_nlp.types import Hit, ThemeLabel

KNOWN_PLACES = 1024
"""How many heading paths a labeler remembers: reports share most of their titles."""

SENTENCE_END = "。："
"""What ends the title of an item, in folded text."""


class _Place(NamedTuple):
    """What the headings promise: votes for roles (None where no part is known), topics, the first of them."""

    votes: Mapping[str, float] | None
    promised: frozenset[str]
    fallback: str | None


class _Found:
    """What speaks for a theme: its score (of a role: its votes), its heaviest hit, and the matches."""

    __slots__ = ("heaviest", "matches", "score")

    def __init__(self, score: float = 0.0) -> None:
        self.score = score
        self.heaviest = 0.0
        self.matches: list[Match] = []

    def add_vote(self, weight: float, vote: float, match: Match) -> None:
        self.score += vote
        if weight > 0:
            self.heaviest = max(self.heaviest, weight)
            self.matches.append(match)


class _Fact(NamedTuple):
    """What a rule says: its theme (empty for an aside), whether that is a role, its weight and its claims."""

    theme: str
    is_role: bool
    weight: float
    claims: frozenset[str]


class _Told(NamedTuple):
    """What the clauses of a segment tell."""

    roles: dict[str, _Found]
    topics: dict[str, _Found]


def theme_words(scheme: Scheme) -> Iterable[str]:
    """All words that a scanner must know to label themes."""
    return rule_words(scheme.theme_rules(), scheme)


class ThemeLabeler:
    """Labels scanned segments with the themes of a scheme.

    Args:
        scheme: the label scheme.
        scanner: knows at least `theme_words(scheme)`.
    """

    def __init__(self, scheme: Scheme, scanner: Scanner) -> None:
        rules = scheme.theme_rules()
        themes = scheme.themes
        self._themes = themes
        self._deciding = scheme.deciding
        owners = [theme for theme in themes.values() for _ in theme.rules]
        facts = [
            _Fact(theme.id, theme.family == "role", rule.weight, frozenset((*theme.claims, *rule.claims)))
            for theme, rule in zip(owners, rules, strict=False)
        ]
        facts += [_Fact("", False, rule.weight, frozenset()) for rule in rules[len(owners) :]]
        # Outside the parts where roles are at home, their lesser rules would only cost time.
        sure = [number for number, fact in enumerate(facts) if not fact.is_role or fact.weight >= scheme.deciding.role_sure]
        self._at_home = (RuleBook(rules, scheme, scanner), facts)
        self._elsewhere = (RuleBook([rules[number] for number in sure], scheme, scanner), [facts[number] for number in sure])
        self._promises = [(theme.id, scheme.words_of(theme.headings)) for theme in themes.values()]
        self._parts = [
            (part, scheme.words_of(part.words), scheme.words_of(part.also), scheme.words_of(part.without))
            for part in scheme.deciding.parts
        ]
        self._places: dict[tuple[str, ...], _Place] = {}

    def label(self, scan: Scan, headings: Sequence[str], section: int) -> tuple[ThemeLabel, ...]:
        """The themes of a segment, role first, then topics in the scheme's order; at least one.

        Args:
            scan: the segment, its words found.
            headings: folded titles above it, outermost first, without numbers.
            section: number of its section, 0 before the first.
        """
        key = tuple(headings)
        place = self._places.get(key) or self._read_place(key)
        book, facts = self._elsewhere if place.votes is None else self._at_home
        told = _Told({}, {})
        gain = self._deciding.title_gain if self._has_title(scan) else 1.0
        n_general = 0
        for matches in book.by_clause(scan, key, section):
            n_general += self._tell(matches, facts, told, 1.0 if matches[0].clause else gain)
        # A classifier's scores would join here: votes into `told.roles`, scores into `told.topics`.
        n_clauses = len(scan.clause_ends)
        role = self._decide_role(told.roles, place, n_clauses) if told.roles or place.votes else None
        chosen = self._decide_topics(told.topics, place, n_general / n_clauses, has_role=role is not None)
        if role is not None:
            chosen.insert(0, role)
        if not chosen:
            chosen.append((self._fallback(place, section), _Found(self._deciding.fallback_score)))
        span, rules = scan.reading.span, book.rules
        return tuple(
            ThemeLabel(
                theme,
                round(min(found.score, 1.0), 3),
                "rule",
                tuple([Hit(rules[rule].id, *span(start, end)) for rule, start, end, _ in found.matches]),
            )
            for theme, found in chosen
        )

    def _tell(self, matches: Sequence[Match], facts: Sequence[_Fact], told: _Told, factor: float) -> bool:
        """Adds what one clause tells; whether it speaks for the general topic."""
        deciding = self._deciding
        best: dict[str, tuple[float, Match]] = {}
        votes: dict[str, tuple[float, Match]] = {}
        claimed: frozenset[str] = frozenset()
        for match in matches:
            theme, is_role, value, claims = facts[match.rule]
            if claims:
                claimed = claimed | claims
            side = votes if is_role else best
            if theme not in side or value > side[theme][0]:
                side[theme] = (value, match)
        for theme, (value, match) in votes.items():
            told.roles.setdefault(theme, _Found()).add_vote(value, value * factor, match)
        aside = best.pop("", None)
        for theme, (value, match) in best.items():
            if theme in claimed and value < deciding.sure:
                continue
            value = min(value * factor, 1.0)
            if aside and theme != deciding.general:
                value *= deciding.aside_factor
            found = told.topics.get(theme)
            if found is None:
                found = told.topics[theme] = _Found()
            found.score += value * (1 - found.score)
            found.heaviest = max(found.heaviest, value)
            found.matches.append(match)
        return deciding.general in best

    def _has_title(self, scan: Scan) -> bool:
        end = scan.clause_ends[0]
        return (
            len(scan.clause_ends) > 1
            and end <= self._deciding.title_length
            and scan.reading.text[end - 1] in SENTENCE_END
        )

    def _decide_role(
        self, roles: Mapping[str, _Found], place: _Place, n_clauses: int
    ) -> tuple[str, _Found] | None:
        """The role with the most votes, those of its place among them, if they are enough; its score is its share."""
        deciding = self._deciding
        votes = dict(place.votes or {})
        for theme, found in roles.items():
            votes[theme] = votes.get(theme, 0.0) + found.score
        winner = max(votes, key=lambda theme: votes[theme])
        if votes[winner] < deciding.role_threshold:
            return None
        won = _Found(votes[winner] / sum(value for value in votes.values() if value > 0))
        if winner in roles:
            won.matches = roles[winner].matches
        if place.votes is None and (
            winner not in roles
            or roles[winner].heaviest < deciding.role_sure
            or votes[winner] < deciding.role_share * n_clauses
        ):
            return None
        return winner, won

    def _decide_topics(
        self, topics: dict[str, _Found], place: _Place, general_share: float, *, has_role: bool
    ) -> list[tuple[str, _Found]]:
        """The topics that a segment gets, in the scheme's order."""
        deciding = self._deciding
        is_general = (
            not has_role
            and general_share >= deciding.general_share
            and (not place.promised or deciding.general in place.promised)
        )
        general = topics.pop(deciding.general, None)
        top = max([found.score for found in topics.values()], default=0.0)
        chosen: list[tuple[str, _Found]] = []
        for theme_id, theme in self._themes.items():
            if general is not None and theme_id == deciding.general and is_general:
                chosen.append((theme_id, general))
            found = topics.get(theme_id)
            if found is None:
                continue
            threshold = theme.threshold
            if theme_id in place.promised:
                found.score += deciding.heading_score * (1 - found.score)
            elif top >= deciding.rival_score and found.score < top:
                threshold = max(threshold, deciding.rival_threshold)
            if found.score >= threshold and not (is_general and found.heaviest < deciding.general_threshold):
                chosen.append((theme_id, found))
        if not chosen and general is not None and not has_role:
            chosen.append((deciding.general, general))
        if len(chosen) > 1 or has_role:
            chosen = [pair for pair in chosen if pair[0] != deciding.rest]
        return chosen

    def _read_place(self, headings: tuple[str, ...]) -> _Place:
        """What the headings promise; remembered."""
        part = next((part for title in reversed(headings) if (part := self._part(title))), None)
        nearest = headings[-1] if headings else ""
        promised = [theme for theme, words in self._promises if any(word in nearest for word in words)]
        votes = part.votes if part else None if headings else {}
        if len(self._places) >= KNOWN_PLACES:
            self._places.clear()
        place = _Place(votes, frozenset(promised), promised[0] if promised else None)
        self._places[headings] = place
        return place

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
