"""Rule hits to `ThemeLabel`s: what a segment does (at most one role) and what it is about (its topics).

All words and numbers come from the scheme: rules from `themes/*.toml`, the way they are weighed from
`themes.toml` (see `giar_nlp.scheme.Deciding`). Source: codebook section 2; domain section 4.
"""

from collections.abc import Iterable, Mapping, Sequence
from math import inf, tanh
from typing import NamedTuple

from giar_nlp.rules import Fired, RuleBook, Scan, Scanner, rule_words
from giar_nlp.scheme import Scheme
from giar_nlp.themes.places import Place, Places
from giar_nlp.themes.telling import Found, Said, Teller, Told
from giar_nlp.types import Hit, ThemeLabel, make_hit, make_label

SENTENCE_END = "。："
"""What ends the title of an item, in folded text."""


def theme_words(scheme: Scheme) -> Iterable[str]:
    """All words that a scanner must know to label themes."""
    return rule_words(scheme.theme_rules(), scheme)


class _ToldNames(NamedTuple):
    """What the numbers are called that tell a classifier of a theme."""

    raw: str
    place: str
    label: str
    score: str
    reach: str


class _Verdict(NamedTuple):
    """The rules' choice, role first, all that they found, and how much of the segment they read (0 to 1)."""

    chosen: Sequence[tuple[str, Found]]
    topics: Mapping[str, Found]
    roles: Mapping[str, Found]
    place: Place
    reach: float


class Weighed:
    """What the rules make of a segment: labels, the hits for every theme, and numbers for a classifier.

    `scores` are those of the labels. `told` names each number ``what theme``: `label` and `score` are
    those of the rules' labels, `raw` what the words alone say, `place` what the headings promise; `reach` is
    how sure the rules are to have read it all: the square of the share of characters in clauses where any
    fires, less than zero for themes that they do not give. Hits are looked for only when asked for.
    """

    __slots__ = ("_labeler", "_scan", "_verdict", "scores", "told")

    def __init__(
        self, labeler: "ThemeLabeler", scan: Scan, verdict: _Verdict, scores: Mapping[str, float]
    ) -> None:
        self._labeler = labeler
        self._scan = scan
        self._verdict = verdict
        self.scores = scores
        self.told: dict[str, float] = {}

    @property
    def labels(self) -> tuple[ThemeLabel, ...]:
        """The rules' labels, role first, then topics in the scheme's order."""
        return self._labeler.show(self.scores, self._verdict, self._scan)

    def evidence(self, theme: str) -> tuple[Hit, ...]:
        """The hits that speak for a theme, whether the rules give it or not."""
        found = self._verdict.roles.get(theme) or self._verdict.topics.get(theme)
        return self._labeler.hits(found, self._scan) if found else ()


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
        self._fallback_score = round(min(scheme.deciding.fallback_score, 1.0), 3)
        owned = [(rule, theme) for theme in themes.values() for rule in theme.rules]
        asides = [(rule, None) for rule in rules[len(owned) :]]
        by_weight = sorted([*owned, *asides], key=lambda pair: pair[0].weight)
        self._book = RuleBook([rule for rule, _ in by_weight], scheme, scanner)
        self._teller = Teller(by_weight, self._book, scheme.deciding)
        # Outside the parts where roles are at home, their lesser rules are left out.
        sure = scheme.deciding.role_sure
        lesser = [
            theme is not None and theme.family == "role" and rule.weight < sure for rule, theme in by_weight
        ]
        self._elsewhere = sum([1 << number for number, is_lesser in enumerate(lesser) if not is_lesser])
        self._rule_ids = [rule.id for rule, _ in by_weight]
        self._places = Places(scheme)
        self._told_names = {
            theme: _ToldNames(*(f"{what} {theme}" for what in _ToldNames._fields)) for theme in themes
        }
        self._reach_names = [names.reach for names in self._told_names.values()]

    def label(self, scan: Scan, headings: Sequence[str], section: int) -> tuple[ThemeLabel, ...]:
        """The themes of a segment, role first, then topics in the scheme's order; at least one.

        Args:
            scan: the segment, its words found.
            headings: folded titles above it, outermost first, without numbers.
            section: number of its section, 0 before the first.
        """
        verdict = self._judge(scan, headings, section)
        return self.show(self._scores(verdict, section), verdict, scan)

    def weigh(self, scan: Scan, headings: Sequence[str], section: int) -> Weighed:
        """As `label`, with all that a classifier may want to know."""
        raw: dict[str, float] = {}
        verdict = self._judge(scan, headings, section, raw)
        scores = self._scores(verdict, section)
        weighed = Weighed(self, scan, verdict, scores)
        reach, names = verdict.reach**2, self._told_names
        told = weighed.told = dict.fromkeys(self._reach_names, -reach)
        told.update(raw)
        for theme, votes in (verdict.place.votes or {}).items():
            told[names[theme].place] = tanh(votes / 2)
        for theme in verdict.place.promised:
            told[names[theme].place] = 1.0
        for theme, score in scores.items():
            told[names[theme].label] = 1.0
            told[names[theme].score] = score
            told[names[theme].reach] = reach
        return weighed

    def show(self, scores: Mapping[str, float], verdict: _Verdict, scan: Scan) -> tuple[ThemeLabel, ...]:
        """Labels with their scores and the hits that speak for them."""
        hits = {theme: self.hits(found, scan) for theme, found in verdict.chosen}
        return tuple(
            [make_label(theme, score, "rule", hits.get(theme, ())) for theme, score in scores.items()]
        )

    def hits(self, found: Found, scan: Scan) -> tuple[Hit, ...]:
        """The rules that speak for a theme, and where each did first."""
        place_of, ids, places = self._book.place, self._rule_ids, scan.reading.places
        hits = []
        for rule, fired in found.first.items():
            start, end = place_of(rule, fired, scan)
            hits.append(make_hit(ids[rule], places[start], places[end - 1] + 1))
        return tuple(hits)

    def _judge(
        self, scan: Scan, headings: Sequence[str], section: int, raw: dict[str, float] | None = None
    ) -> _Verdict:
        """What the rules find and choose; `raw` takes in what is told of the scores before headings count."""
        place = self._places.of(tuple(headings), section)
        book, teller = self._book, self._teller
        roles: dict[str, Found] = {}
        among = self._elsewhere if place.votes is None else None
        clauses, ends = book.by_clause(scan, headings, section, among)
        factor = self._gain(scan.reading.text, ends)
        tellings: list[Told] = []
        voting, tell = teller.roles, teller.tell
        for fired in clauses:
            if fired[0]:
                factor = 1.0
            if fired[1] & voting:
                teller.vote(fired, scan, factor, roles)
            tellings.append(tell(fired, scan, factor))
        if place.votes is None and [1 for told in tellings if told.is_general]:
            topics = self._add_up(
                clauses, self._part_general(clauses, tellings, (scan.reading.text, ends), place)
            )
        else:
            topics = self._add_up(clauses, [told.all for told in tellings])
        if raw is not None:
            names = self._told_names
            for theme, found in topics.items():
                raw[names[theme].raw] = found.score
            for theme, found in roles.items():
                raw[names[theme].raw] = tanh(found.score / 2)
        role = self._decide_role(roles, place, len(ends)) if roles or place.votes else None
        chosen = self._decide_topics(topics, place, role)
        return _Verdict(chosen, topics, roles, place, _reach(clauses, ends))

    def _scores(self, verdict: _Verdict, section: int) -> dict[str, float]:
        """The chosen themes with their scores; without any, what the place gives."""
        if not verdict.chosen:
            return {self._fallback(verdict.place, section): self._fallback_score}
        return {theme: round(min(found.score, 1.0), 3) for theme, found in verdict.chosen}

    def _part_general(
        self,
        clauses: Sequence[Fired],
        tellings: Sequence[Told],
        within: tuple[str, Sequence[int]],
        place: Place,
    ) -> list[tuple[Said, ...]]:
        """What each clause tells: in general sentences of the general topic alone, elsewhere of the others.

        `within`: the text, and where its clauses end.
        """
        text, ends = within
        last = len(ends) - 1
        parted: list[tuple[Said, ...]] = []
        first = 0
        until = -1
        for index, fired in enumerate(clauses):
            clause = fired[0]
            if clause > until:
                parted += self._part_sentence(tellings[first:index], clauses[first:index], ends, place)
                first, until = index, clause
                while until < last and text[ends[until] - 1] not in SENTENCE_END:
                    until += 1
        return parted + self._part_sentence(tellings[first:], clauses[first:], ends, place)

    def _part_sentence(
        self, tellings: Sequence[Told], clauses: Sequence[Fired], ends: Sequence[int], place: Place
    ) -> list[tuple[Said, ...]]:
        deciding = self._deciding
        for_general = sum([told.general for told in tellings])
        for_topics = sum([told.weight for told in tellings])
        if not for_general or not for_topics:
            return [told.all for told in tellings]
        at_home = not place.promised or deciding.general in place.promised
        share = deciding.general_share_at_home if at_home else deciding.general_share
        is_general = max([told.weight for told in tellings]) < deciding.general_threshold and (
            (for_general >= deciding.general_weight and for_general >= share * (for_general + for_topics))
            or (at_home and self._is_list_of_slogans(tellings, clauses, ends))
        )
        return [told.of_general if is_general else told.of_others for told in tellings]

    def _is_list_of_slogans(
        self, tellings: Sequence[Told], clauses: Sequence[Fired], ends: Sequence[int]
    ) -> bool:
        """Whether several topics are named in a sentence, each in a few words only."""
        deciding = self._deciding
        for told, fired in zip(tellings, clauses, strict=True):
            if told.weight >= deciding.slogan_weight and ends[fired[0]] - fired[2] > deciding.slogan_length:
                return False
        named = {theme for told in tellings for theme, _, _ in told.all}
        return len(named) > deciding.slogan_topics

    def _add_up(self, clauses: Sequence[Fired], tellings: Sequence[Sequence[Said]]) -> dict[str, Found]:
        """The topics' scores over all clauses."""
        topics: dict[str, Found] = {}
        repeat_factor = self._deciding.repeat_factor
        for fired, said in zip(clauses, tellings, strict=True):
            for theme, weight, rule in said:
                found = topics.get(theme)
                if found is None:
                    found = topics[theme] = Found()
                if rule in found.first:
                    found.score += weight * repeat_factor * (1 - found.score)
                else:
                    found.score += weight * (1 - found.score)
                    found.first[rule] = fired
        return topics

    def _gain(self, text: str, ends: Sequence[int]) -> float:
        """What the hits of the first clause weigh: more where it is the item's title."""
        end = ends[0]
        has_title = end <= self._deciding.title_length and len(ends) > 1 and text[end - 1] in SENTENCE_END
        return self._deciding.title_gain if has_title else 1.0

    def _decide_role(
        self, roles: Mapping[str, Found], place: Place, n_clauses: int
    ) -> tuple[str, Found] | None:
        """The role with the most votes, those of its place among them, if they are enough; with its share."""
        deciding = self._deciding
        votes = dict(place.votes or {})
        for theme, found in roles.items():
            votes[theme] = votes.get(theme, 0.0) + found.score
        winner = max(votes, key=votes.__getitem__)
        if votes[winner] < deciding.role_threshold:
            return None
        won = roles.get(winner, Found())
        if place.votes is None and (
            won.heaviest < deciding.role_sure or votes[winner] < deciding.role_share * n_clauses
        ):
            return None
        won.score = votes[winner] / sum([value for value in votes.values() if value > 0])
        return winner, won

    def _decide_topics(
        self, topics: Mapping[str, Found], place: Place, role: tuple[str, Found] | None
    ) -> list[tuple[str, Found]]:
        """The labels that a segment gets: its role, then its topics in the scheme's order."""
        deciding, themes = self._deciding, self._themes
        general, rest = deciding.general, deciding.rest
        for theme_id in place.promised:
            if (found := topics.get(theme_id)) is not None:
                found.score += deciding.heading_score * (1 - found.score)
        others = max([found.score for theme_id, found in topics.items() if theme_id != general], default=0.0)
        may_be_general = role is None and (not place.promised or general in place.promised)
        overall = topics[general].score if may_be_general and general in topics else 0.0
        for_general = deciding.general_beside if others >= deciding.rival_threshold else 0.0
        for_others = deciding.general_beside if overall >= deciding.general_over else 0.0
        top = max(others, overall) if role is None else 0.0
        chosen: list[tuple[str, Found]] = []
        for theme_id, found in topics.items():
            theme = themes[theme_id]
            if theme_id == general:
                needed = for_general if may_be_general else inf
            elif theme_id not in place.promised and deciding.rival_score <= top > found.score:
                needed = max(for_others, deciding.rival_threshold)
            else:
                needed = for_others
            if found.score >= max(needed, theme.threshold):
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


def _reach(clauses: Sequence[Fired], ends: Sequence[int]) -> float:
    """The share of a segment's characters in those clauses; `ends` is where all its clauses end."""
    read = sum([ends[fired[0]] - fired[2] for fired in clauses])
    return read / ends[-1] if ends and ends[-1] else 0.0
