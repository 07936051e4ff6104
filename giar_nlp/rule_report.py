"""How the theme rules of a scheme do on gold: coverage, precision, conflicts, and those that never fired.

`report_rules` gives records, one a rule; printing them is the command line's business.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from giar_nlp.errors import CorpusError
from giar_nlp.jsonl import Unit
from giar_nlp.reading import Reader
from giar_nlp.rules import RuleBook, Scanner
from giar_nlp.scheme import Scheme
from giar_nlp.themes import ThemeLabeler, theme_words
from giar_nlp.types import Report


@dataclass(frozen=True, slots=True)
class RuleUse:
    """What one rule did on gold.

    `theme` is empty for a rule that finds asides. `n_fired` counts the segments in which it fires, `n_right`
    those of them whose gold has its theme, `n_conflicts` those that the labeler gave other themes but not its
    own. `wrong` holds the places in gold of the segments whose gold lacks the theme, in order, from 0.
    """

    rule: str
    theme: str
    weight: float
    n_segments: int
    n_fired: int
    n_right: int
    n_conflicts: int
    wrong: tuple[int, ...] = ()

    @property
    def coverage(self) -> float:
        """Share of the segments in which it fires."""
        return self.n_fired / self.n_segments if self.n_segments else 0.0

    @property
    def precision(self) -> float | None:
        """Share of those whose gold has its theme; None where it never fired or stands for no theme."""
        return self.n_right / self.n_fired if self.n_fired and self.theme else None

    @property
    def never_fired(self) -> bool:
        """Whether it fired nowhere in the gold."""
        return self.n_fired == 0


def units_of(reports: Iterable[Report]) -> Iterator[Unit]:
    """The segments of reports as units, one after the other."""
    for report in reports:
        for segment in report.segments:
            yield Unit(
                segment.text,
                headings=segment.headings,
                report_year=report.meta.report_year,
                section=segment.section,
                themes=segment.themes,
            )


def report_rules(gold: Iterable[Unit], scheme: Scheme) -> tuple[RuleUse, ...]:
    """What each theme rule of a scheme does on gold segments, in the scheme's order.

    Raises:
        CorpusError: no segment has themes.
    """
    rules = scheme.theme_rules()
    owners = [theme.id for theme in scheme.themes.values() for _ in theme.rules]
    owners += [""] * (len(rules) - len(owners))
    scanner = Scanner(theme_words(scheme))
    reader = Reader(fold=scheme.fold(), noise=scheme.pattern_of(scheme.manifest.noise))
    book, labeler = RuleBook(rules, scheme, scanner), ThemeLabeler(scheme, scanner)
    fired: list[list[int]] = [[] for _ in rules]
    wrong: list[list[int]] = [[] for _ in rules]
    n_conflicts = [0] * len(rules)
    n_segments = 0
    for unit in gold:
        if unit.themes is None:
            continue
        titles = [reader.read(title).text for title in unit.headings]
        scan = scanner.scan(reader.read(unit.text))
        wanted = {theme.label for theme in unit.themes}
        given = {theme.label for theme in labeler.label(scan, titles, unit.section)}
        for rule in sorted({match.rule for match in book.matches(scan, titles, unit.section)}):
            fired[rule].append(n_segments)
            if owners[rule] and owners[rule] not in wanted:
                wrong[rule].append(n_segments)
            if owners[rule] and owners[rule] not in given:
                n_conflicts[rule] += 1
        n_segments += 1
    if not n_segments:
        raise CorpusError("no segment of the gold has themes; give a file whose segments or units carry them")
    return tuple(
        RuleUse(
            rule=rule.id,
            theme=owners[number],
            weight=rule.weight,
            n_segments=n_segments,
            n_fired=len(fired[number]),
            n_right=len(fired[number]) - len(wrong[number]) if owners[number] else 0,
            n_conflicts=n_conflicts[number],
            wrong=tuple(wrong[number]),
        )
        for number, rule in enumerate(rules)
    )
