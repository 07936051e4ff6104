"""Rule hits to `ThemeLabel`s: what a segment does (at most one role) and what it is about (its topics).

All words and numbers come from the scheme: rules from `themes/*.toml`, the way they are weighed from
`themes.toml` (see `giar_nlp.scheme.Deciding`). Source: codebook section 2; domain section 4.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from giar_nlp.rules import RuleBook, Scan, Scanner, WordHit, rule_words
from giar_nlp.scheme import Scheme
from giar_nlp.themes.places import Place, Places
from giar_nlp.types import Hit, ThemeLabel

SENTENCE_END = "。："
"""What ends the title of an item, in folded text."""


class _Fact(NamedTuple):
    """What a rule says: its theme (empty for an aside), whether that is a role, its weight and its claims."""

    theme: str
    is_role: bool
    weight: float
    claims: frozenset[str]


class _Found:
    """What speaks for a theme: score (of a role: votes), heaviest hit, and the first hit of each rule."""

    __slots__ = ("heaviest", "hits", "score")

    def __init__(self, score: float = 0.0) -> None:
        self.score = score
        self.heaviest = 0.0
        self.hits: dict[int, WordHit] = {}


_Told = dict[str, tuple[float, int, WordHit]]
"""What a clause tells of topics: of each the heaviest hit, as weight, rule and place."""


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
        self._order = {theme: number for number, theme in enumerate(themes)}
        self._deciding = scheme.deciding
        owners = [theme for theme in themes.values() for _ in theme.rules]
        facts = [
            _Fact(theme.id, theme.family == "role", rule.weight, frozenset((*theme.claims, *rule.claims)))
            for theme, rule in zip(owners, rules, strict=False)
        ]
        facts += [_Fact("", False, rule.weight, frozenset()) for rule in rules[len(owners) :]]
        # Outside the parts where roles are at home, their lesser rules would only cost time.
        pairs = [
            (rule, fact)
            for rule, fact in zip(rules, facts, strict=True)
            if not fact.is_role or fact.weight >= scheme.deciding.role_sure
        ]
        self._at_home = (RuleBook(rules, scheme, scanner), facts)
        self._elsewhere = (
            RuleBook([rule for rule, _ in pairs], scheme, scanner),
            [fact for _, fact in pairs],
        )
        self._places = Places(scheme)

    def label(self, scan: Scan, headings: Sequence[str], section: int) -> tuple[ThemeLabel, ...]:
        """The themes of a segment, role first, then topics in the scheme's order; at least one.

        Args:
            scan: the segment, its words found.
            headings: folded titles above it, outermost first, without numbers.
            section: number of its section, 0 before the first.
        """
        key = tuple(headings)
        place = self._places.of(key, section)
        book, facts = self._elsewhere if place.votes is None else self._at_home
        gain = self._deciding.title_gain if self._has_title(scan) else 1.0
        roles: dict[str, _Found] = {}
        clauses = [
            (clause, self._read_clause(hits, facts, roles, 1.0 if clause else gain))
            for clause, hits in book.by_clause(scan, key, section)
        ]
        if place.votes is None:
            self._part_general(clauses, scan, place)
        topics = self._add_up(clauses)
        # A classifier's scores would join here: votes into `roles`, scores into `topics`.
        role = self._decide_role(roles, place, len(scan.clause_ends)) if roles or place.votes else None
        chosen = self._decide_topics(topics, place, role)
        if not chosen:
            chosen = [(self._fallback(place, section), _Found(self._deciding.fallback_score))]
        return tuple([self._as_label(theme, found, book, scan) for theme, found in chosen])

    @staticmethod
    def _as_label(theme: str, found: _Found, book: RuleBook, scan: Scan) -> ThemeLabel:
        span, rules = scan.reading.span, book.rules
        evidence = [Hit(rules[rule].id, *span(start, end)) for rule, (_, start, end) in found.hits.items()]
        return ThemeLabel(theme, round(min(found.score, 1.0), 3), "rule", tuple(evidence))

    def _read_clause(
        self,
        hits: Sequence[tuple[int, WordHit]],
        facts: Sequence[_Fact],
        roles: dict[str, _Found],
        factor: float,
    ) -> _Told:
        """What one clause tells of topics; its votes are added to `roles`."""
        told: _Told = {}
        votes: _Told = {}
        claimed: frozenset[str] = frozenset()
        for rule, hit in hits:
            theme, is_role, weight, claims = facts[rule]
            if claims:
                claimed |= claims
            side = votes if is_role else told
            if theme not in side or weight > side[theme][0]:
                side[theme] = (weight, rule, hit)
        for theme, (weight, rule, hit) in votes.items():
            found = roles.get(theme)
            if found is None:
                found = roles[theme] = _Found()
            found.score += weight * factor
            if weight > 0:
                found.heaviest = max(found.heaviest, weight)
                found.hits.setdefault(rule, hit)
        if told.pop("", None) is not None:
            factor = self._deciding.aside_factor
        if claimed:
            sure = self._deciding.sure
            told = {theme: what for theme, what in told.items() if theme not in claimed or what[0] >= sure}
        if factor != 1.0:
            told = {theme: (min(what[0] * factor, 1.0), *what[1:]) for theme, what in told.items()}
        return told

    def _part_general(self, clauses: list[tuple[int, _Told]], scan: Scan, place: Place) -> None:
        """Leave in general sentences only what speaks for the general topic, elsewhere what does not."""
        general = self._deciding.general
        if not [1 for _, told in clauses if general in told]:
            return
        text, ends = scan.reading.text, scan.clause_ends
        sentence: list[_Told] = []
        until = -1
        for clause, told in clauses:
            if clause > until:
                self._part_sentence(sentence, place)
                sentence = []
                until = clause
                while until < len(ends) - 1 and text[ends[until] - 1] not in SENTENCE_END:
                    until += 1
            sentence.append(told)
        self._part_sentence(sentence, place)

    def _part_sentence(self, sentence: Sequence[_Told], place: Place) -> None:
        deciding = self._deciding
        general = deciding.general
        for_general = sum([told[general][0] for told in sentence if general in told])
        weights = [
            max([what[0] for theme, what in told.items() if theme != general], default=0.0)
            for told in sentence
        ]
        for_topics = sum(weights)
        if not for_general or not for_topics:
            return
        at_home = not place.promised or general in place.promised
        share = deciding.general_share_at_home if at_home else deciding.general_share
        is_general = (
            for_general >= deciding.general_weight
            and for_general >= share * (for_general + for_topics)
            and max(weights) < deciding.general_threshold
        )
        for told in sentence:
            if is_general:
                for theme in [theme for theme in told if theme != general]:
                    del told[theme]
            else:
                told.pop(general, None)

    def _add_up(self, clauses: Iterable[tuple[int, _Told]]) -> dict[str, _Found]:
        """The topics' scores over all clauses."""
        topics: dict[str, _Found] = {}
        for _, told in clauses:
            for theme, (weight, rule, hit) in told.items():
                found = topics.get(theme)
                if found is None:
                    found = topics[theme] = _Found()
                if rule in found.hits:
                    found.score += weight * self._deciding.repeat_factor * (1 - found.score)
                else:
                    found.score += weight * (1 - found.score)
                    found.hits[rule] = hit
        return topics

    def _has_title(self, scan: Scan) -> bool:
        end = scan.clause_ends[0]
        return (
            len(scan.clause_ends) > 1
            and end <= self._deciding.title_length
            and scan.reading.text[end - 1] in SENTENCE_END
        )

    def _decide_role(
        self, roles: Mapping[str, _Found], place: Place, n_clauses: int
    ) -> tuple[str, _Found] | None:
        """The role with the most votes, those of its place among them, if they are enough; with its share."""
        deciding = self._deciding
        votes = dict(place.votes or {})
        for theme, found in roles.items():
            votes[theme] = votes.get(theme, 0.0) + found.score
        winner = max(votes, key=lambda theme: votes[theme])
        if votes[winner] < deciding.role_threshold:
            return None
        won = roles.get(winner, _Found())
        if place.votes is None and (
            won.heaviest < deciding.role_sure or votes[winner] < deciding.role_share * n_clauses
        ):
            return None
        won.score = votes[winner] / sum([value for value in votes.values() if value > 0])
        return winner, won

    def _decide_topics(
        self, topics: Mapping[str, _Found], place: Place, role: tuple[str, _Found] | None
    ) -> list[tuple[str, _Found]]:
        """The labels that a segment gets: its role, then its topics in the scheme's order."""
        deciding, themes = self._deciding, self._themes
        general, rest = deciding.general, deciding.rest
        top = max([found.score for found in topics.values()], default=0.0) if role is None else 0.0
        chosen: list[tuple[str, _Found]] = []
        for theme_id, found in topics.items():
            theme = themes[theme_id]
            threshold = theme.threshold
            if theme_id in place.promised:
                found.score += deciding.heading_score * (1 - found.score)
            elif theme_id == general:
                if role is not None or (place.promised and general not in place.promised):
                    continue
            elif deciding.rival_score <= top > found.score:
                threshold = max(threshold, deciding.rival_threshold)
            if found.score >= threshold:
                if theme.alone and found.score >= deciding.sure:
                    return [(theme_id, found)]
                chosen.append((theme_id, found))
        if len(chosen) > 1:
            chosen.sort(key=lambda pair: self._order[pair[0]])
        if role is not None:
            chosen.insert(0, role)
        if len(chosen) > 1:
            chosen = [pair for pair in chosen if pair[0] != rest]
        if not chosen and general in topics:
            return [(general, topics[general])]
        return chosen

    def _fallback(self, place: Place, section: int) -> str:
        if place.fallback is not None:
            return place.fallback
        fallback = self._deciding.fallback
        return fallback[section] if section < len(fallback) else self._deciding.rest
