"""Whether the rules of a scheme do what their examples and counter-examples say.

`failing_examples` runs every theme rule, cue of a kind, stated zero, joint, sentence shape and sign of a
check over its own examples; `giar scheme check` prints what it finds, for a scheme of the user's own too.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Protocol

from giar_nlp.counts import CountFinder
from giar_nlp.reading import Reader
from giar_nlp.rules import RuleBook, Scanner, rule_words
from giar_nlp.scheme import Rule, Scheme, Sign
from giar_nlp.types import Count

_YEAR = 2022  # of the report that the examples of counts are read in

Holds = Callable[[str], bool]


class _Exemplified(Protocol):
    """What carries examples and counter-examples."""

    @property
    def examples(self) -> Sequence[str]:
        """Texts that it holds for."""

    @property
    def not_examples(self) -> Sequence[str]:
        """Texts that it does not hold for."""


def failing_examples(scheme: Scheme) -> Iterator[str]:
    """One message for each example that fails and each counter-example that does not, rule by rule."""
    for name, exemplified, holds in _claims(scheme):
        for text in exemplified.examples:
            if not holds(text):
                yield f"{name}: its example '{text}' is not found; mend the rule or the example"
        for text in exemplified.not_examples:
            if holds(text):
                yield f"{name}: its counter-example '{text}' is found; mend the rule or the counter-example"


def _claims(scheme: Scheme) -> Iterator[tuple[str, _Exemplified, Holds]]:
    """What each rule is called, its examples, and whether it holds for a text."""
    reader = Reader(fold=scheme.fold(), noise=scheme.pattern_of(scheme.manifest.noise))
    for rule in scheme.theme_rules():
        yield rule.id, rule, _fires(rule, scheme, reader)
    finder = CountFinder(scheme)

    def counts(text: str) -> tuple[Count, ...]:
        return finder.find(reader.read(text), text, report_year=_YEAR)

    for kind in scheme.kinds.values():
        for cue in kind.cues:
            yield cue.id, cue, _has(counts, kind.id)
        if kind.zero:
            yield f"{kind.id}.zero", kind.zero, _has_zero(counts, kind.id)
    for joint in scheme.counting.joint:
        yield joint.id, joint, lambda text: 2 in Counter(count.start for count in counts(text)).values()
    alike = scheme.numbers.look_alikes
    yield "numbers.toml, look_alikes", alike, _tells(counts, _has_letter_of(alike.digits))
    for name, told in _SHAPES.items():
        yield f"counts.toml, {name}", getattr(scheme.counting, name), _tells(counts, told)
    for name, sign in _signs(scheme):
        yield name, sign, _matches(scheme.pattern_of(sign.pattern), reader)


def _signs(scheme: Scheme) -> Iterator[tuple[str, Sign]]:
    """The signs that the checks look for, and those of the names of organs."""
    for check in scheme.checks().values():
        for name, sign in check.signs.items():
            yield f"{check.id}, {name}", sign
    for name in type(scheme.organs).model_fields:
        if isinstance(sign := getattr(scheme.organs, name), Sign):
            yield f"checks.toml, {name}", sign


def _matches(pattern: str, reader: Reader) -> Holds:
    compiled = re.compile(pattern)
    return lambda text: compiled.search(reader.read(text).text) is not None


def _fires(rule: Rule, scheme: Scheme, reader: Reader) -> Holds:
    """Whether a rule fires in a text that stands where the rule wants it."""
    scanner = Scanner(rule_words([rule], scheme))
    book = RuleBook([rule], scheme, scanner)
    headings = [*scheme.words_of(rule.under)[:1], *scheme.words_of(rule.heading)[:1]]
    section = rule.section[0] if rule.section else 0
    return lambda text: bool(book.matches(scanner.scan(reader.read(text)), headings, section))


def _has(counts: Callable[[str], tuple[Count, ...]], kind: str) -> Holds:
    return lambda text: any(count.kind == kind for count in counts(text))


def _has_zero(counts: Callable[[str], tuple[Count, ...]], kind: str) -> Holds:
    return lambda text: any(count.kind == kind and count.value == 0 for count in counts(text))


def _tells(counts: Callable[[str], tuple[Count, ...]], told: Callable[[tuple[Count, ...]], bool]) -> Holds:
    return lambda text: told(counts(text))


def _has_letter_of(letters: Iterable[str]) -> Callable[[tuple[Count, ...]], bool]:
    return lambda found: any(letter in count.text for count in found for letter in letters)


_SHAPES: dict[str, Callable[[tuple[Count, ...]], bool]] = {
    "nature": lambda found: any(count.nature != "actual" for count in found),
    "year": lambda found: any(count.year != _YEAR for count in found),
    "lists": lambda found: len({count.kind for count in found}) > 1,
    "parts": lambda found: any(count.part_of is not None for count in found),
    "attributes": lambda found: any(count.attributes for count in found),
}
"""What each sentence shape of counts.toml adds to the counts of a text that it holds for."""
