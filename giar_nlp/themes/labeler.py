"""Rule hits to `ThemeLabel`s: what a segment does (at most one role) and what it is about (its topics).

All words and numbers come from the scheme: rules from `themes/*.toml`, the way they are weighed from
`themes.toml` (see `giar_nlp.scheme.Deciding`). Source: codebook section 2; domain section 4.
"""

from collections.abc import Iterable, Mapping, Sequence

from giar_nlp.rules import ClauseHits, RuleBook, RuleHit, Scan, Scanner, rule_words
from giar_nlp.scheme import Scheme
from giar_nlp.themes.places import Place, Places
from giar_nlp.types import Hit, ThemeLabel

SENTENCE_END = "。："
"""What ends the title of an item, in folded text."""


_Fact = tuple[str, bool, float, frozenset[str]]
"""What a rule says: its theme (empty for an aside), whether that is a role, its weight and its claims."""


class _Found:
    """What speaks for a theme: score (of a role: votes), heaviest hit, and the first hit of each rule."""

    __slots__ = ("heaviest", "hits", "score")

    def __init__(self, score: float = 0.0) -> None:
        self.score = score
        self.heaviest = 0.0
        self.hits: dict[int, RuleHit] = {}


_Told = dict[str, tuple[float, RuleHit]]
"""What a clause tells of topics: of each the heaviest hit and its weight."""


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
        facts: list[_Fact] = [
            (theme.id, theme.family == "role", rule.weight, frozenset((*theme.claims, *rule.claims)))
            for theme, rule in zip(owners, rules, strict=False)
        ]
        facts += [("", False, rule.weight, frozenset()) for rule in rules[len(owners) :]]
        # Outside the parts where roles are at home, their lesser rules would only cost time.
        pairs = [
            (rule, fact)
            for rule, fact in zip(rules, facts, strict=True)
            if not fact[1] or rule.weight >= scheme.deciding.role_sure
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
        place = self._places.of(tuple(headings), section)
        book, facts = self._elsewhere if place.votes is None else self._at_home
        roles: dict[str, _Found] = {}
        clauses = self._read(book.by_clause(scan, headings, section), facts, roles, self._gain(scan))
        if place.votes is None:
            self._part_general(clauses, scan, place)
        topics = self._add_up(clauses)
        # A classifier's scores would join here: votes into `roles`, scores into `topics`.
        role = self._decide_role(roles, place, len(scan.clause_ends)) if roles or place.votes else None
        chosen = self._decide_topics(topics, place, role)
        if not chosen:
            chosen = [(self._fallback(place, section), _Found(self._deciding.fallback_score))]
        return tuple([self._as_label(theme, found, book, scan.reading.places) for theme, found in chosen])

    @staticmethod
    def _as_label(theme: str, found: _Found, book: RuleBook, places: Sequence[int]) -> ThemeLabel:
        ids = book.ids
        evidence = [
            Hit(ids[rule], places[low], places[high - 1] + 1) for rule, low, high in found.hits.values()
        ]
        return ThemeLabel(theme, round(min(found.score, 1.0), 3), "rule", tuple(evidence))

    def _read(
        self,
        clauses: Sequence[ClauseHits],
        facts: Sequence[_Fact],
        roles: dict[str, _Found],
        gain: float,
    ) -> list[tuple[int, _Told]]:
        """What each clause tells of topics, the first with a gain; votes for roles are added to `roles`."""
        sure, aside_factor = self._deciding.sure, self._deciding.aside_factor
        read: list[tuple[int, _Told]] = []
        for clause, hits in clauses:
            told: _Told = {}
            votes: _Told = {}
            claimed: frozenset[str] = frozenset()
            for hit in hits:
                theme, is_role, weight, claims = facts[hit[0]]
                if claims:
                    claimed = claimed | claims if claimed else claims
                side = votes if is_role else told
                best = side.get(theme)
                if best is None or weight > best[0]:
                    side[theme] = (weight, hit)
            factor = 1.0 if clause else gain
            if votes:
                self._vote(votes, roles, factor)
            if told.pop("", None) is not None:
                factor = aside_factor
            if claimed:
                told = {
                    theme: what for theme, what in told.items() if theme not in claimed or what[0] >= sure
                }
            if factor != 1.0:
                told = {theme: (min(weight * factor, 1.0), hit) for theme, (weight, hit) in told.items()}
            read.append((clause, told))
        return read

    @staticmethod
    def _vote(votes: _Told, roles: dict[str, _Found], factor: float) -> None:
        for theme, (weight, hit) in votes.items():
            found = roles.get(theme)
            if found is None:
                found = roles[theme] = _Found()
            found.score += weight * factor
            if weight > 0:
                found.heaviest = max(found.heaviest, weight)
                found.hits.setdefault(hit[0], hit)

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
        repeat_factor = self._deciding.repeat_factor
        for _, told in clauses:
            for theme, (weight, hit) in told.items():
                found = topics.get(theme)
                if found is None:
                    found = topics[theme] = _Found()
                rule = hit[0]
                if rule in found.hits:
                    found.score += weight * repeat_factor * (1 - found.score)
                else:
                    found.score += weight * (1 - found.score)
                    found.hits[rule] = hit
        return topics

    def _gain(self, scan: Scan) -> float:
        """What the hits of the first clause weigh: more where it is the item's title."""
        end = scan.clause_ends[0]
        has_title = (
            end <= self._deciding.title_length
            and len(scan.clause_ends) > 1
            and scan.reading.text[end - 1] in SENTENCE_END
        )
        return self._deciding.title_gain if has_title else 1.0

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
