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

    def add(self, weight: float, score: float, match: Match) -> None:
        """Adds to the score; a match that speaks against the theme is no proof of it."""
        self.score += score
        if weight > 0:
            self.heaviest = max(self.heaviest, weight)
            self.matches.append(match)


class _Fact(NamedTuple):
    """What a rule says: its theme (empty for an aside), whether that is a role, its weight and its claims."""

    theme: str
    is_role: bool
    weight: float
    claims: frozenset[str]


class _Clause(NamedTuple):
    """What one clause tells: of each topic the heaviest hit, with what it weighs there."""

    number: int
    topics: dict[str, tuple[float, Match]]


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
        gain = self._deciding.title_gain if self._has_title(scan) else 1.0
        roles: dict[str, _Found] = {}
        clauses = [
            self._read_clause(matches, facts, roles, 1.0 if matches[0].clause else gain)
            for matches in book.by_clause(scan, key, section)
        ]
        if place.votes is None:
            clauses = self._part_general(clauses, scan, place)
        topics = self._add_up(clauses)
        # A classifier's scores would join here: votes into `roles`, scores into `topics`.
        role = self._decide_role(roles, place, len(scan.clause_ends)) if roles or place.votes else None
        chosen = self._decide_topics(topics, place, role)
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

    def _read_clause(
        self, matches: Sequence[Match], facts: Sequence[_Fact], roles: dict[str, _Found], factor: float
    ) -> _Clause:
        """What one clause tells of topics; its votes are added to `roles`."""
        deciding = self._deciding
        best: dict[str, tuple[float, Match]] = {}
        votes: dict[str, tuple[float, Match]] = {}
        claimed: frozenset[str] = frozenset()
        for match in matches:
            theme, is_role, weight, claims = facts[match.rule]
            if claims:
                claimed = claimed | claims
            side = votes if is_role else best
            if theme not in side or weight > side[theme][0]:
                side[theme] = (weight, match)
        for theme, (weight, match) in votes.items():
            roles.setdefault(theme, _Found()).add(weight, weight * factor, match)
        is_aside = best.pop("", None) is not None
        topics: dict[str, tuple[float, Match]] = {}
        for theme, (weight, match) in best.items():
            if theme in claimed and weight < deciding.sure:
                continue
            value = weight * (deciding.aside_factor if is_aside else factor)
            topics[theme] = (min(value, 1.0), match)
        return _Clause(matches[0].clause, topics)

    def _part_general(self, clauses: list[_Clause], scan: Scan, place: _Place) -> list[_Clause]:
        """Of general sentences only what speaks for the general topic; of the others only what does not."""
        deciding = self._deciding
        general = deciding.general
        if not any(general in clause.topics for clause in clauses):
            return clauses
        share = deciding.general_share_at_home if general in place.promised else deciding.general_share
        text, ends = scan.reading.text, scan.clause_ends
        parted: list[_Clause] = []
        sentence: list[_Clause] = []
        until = -1
        for clause in [*clauses, _Clause(len(ends), {})]:
            if clause.number > until:
                weights = [
                    max([weight for theme, (weight, _) in told.topics.items() if theme != general], default=0.0)
                    for told in sentence
                ]
                for_general = sum(told.topics[general][0] for told in sentence if general in told.topics)
                is_general = (
                    for_general >= deciding.general_weight
                    and for_general >= share * (for_general + sum(weights))
                    and max(weights) < deciding.general_threshold
                )
                if not is_general and all(len(told.topics) == (general in told.topics) for told in sentence):
                    is_general = True
                for told in sentence:
                    kept = {theme: hit for theme, hit in told.topics.items() if (theme == general) is is_general}
                    parted.append(_Clause(told.number, kept))
                sentence = []
                until = clause.number
                while until < len(ends) - 1 and text[ends[until] - 1] not in SENTENCE_END:
                    until += 1
            sentence.append(clause)
        return parted

    def _add_up(self, clauses: Iterable[_Clause]) -> dict[str, _Found]:
        """The topics' scores over all clauses."""
        topics: dict[str, _Found] = {}
        spoken: set[int] = set()
        for clause in clauses:
            for theme, (value, match) in clause.topics.items():
                found = topics.get(theme)
                if found is None:
                    found = topics[theme] = _Found()
                if match.rule in spoken:
                    value *= self._deciding.repeat_factor
                spoken.add(match.rule)
                found.add(value, value * (1 - found.score), match)
        return topics

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
        self, topics: Mapping[str, _Found], place: _Place, role: tuple[str, _Found] | None
    ) -> list[tuple[str, _Found]]:
        """The labels that a segment gets: its role, then its topics in the scheme's order."""
        deciding = self._deciding
        chosen: list[tuple[str, _Found]] = [] if role is None else [role]
        top = max([found.score for found in topics.values()], default=0.0)
        for theme_id, theme in self._themes.items():
            found = topics.get(theme_id)
            if found is None:
                continue
            threshold = theme.threshold
            if theme_id in place.promised:
                found.score += deciding.heading_score * (1 - found.score)
            elif theme_id == deciding.general:
                if role is not None or (place.promised and deciding.general not in place.promised):
                    continue
            elif role is None and top >= deciding.rival_score and found.score < top:
                threshold = max(threshold, deciding.rival_threshold)
            if found.score < threshold:
                continue
            if theme.alone and found.score >= deciding.sure:
                return [(theme_id, found)]
            chosen.append((theme_id, found))
        if len(chosen) > 1:
            chosen = [pair for pair in chosen if pair[0] != deciding.rest]
        if not chosen and deciding.general in topics:
            return [(deciding.general, topics[deciding.general])]
        return chosen

    def _read_place(self, headings: tuple[str, ...]) -> _Place:
        """What the headings promise; remembered."""
        part = next((part for title in reversed(headings) if (part := self._part(title))), None)
        nearest = headings[-1] if headings else ""
        promised = [theme for theme, words in self._promises if any(word in nearest for word in words)]
        votes = part.votes if part else None
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
