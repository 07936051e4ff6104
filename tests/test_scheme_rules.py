"""Every rule of the default scheme matches its own examples, and none of its counter-examples."""

from __future__ import annotations

import pytest

from giar_nlp.reading import Reader
from giar_nlp.rules import RuleBook, Scanner, rule_words
from giar_nlp.scheme import Rule, Scheme, load_scheme

SCHEME = load_scheme()
READER = Reader(fold=SCHEME.fold(), noise=SCHEME.manifest.noise)
RULES = SCHEME.theme_rules()


def fires(rule: Rule, scheme: Scheme, text: str) -> bool:
    """Whether a rule fires in a text that stands where the rule wants it."""
    scanner = Scanner(rule_words([rule], scheme))
    headings = [*scheme.words_of(rule.under)[:1], *scheme.words_of(rule.heading)[:1]]
    section = rule.section[0] if rule.section else 0
    return bool(RuleBook([rule], scheme, scanner).matches(scanner.scan(READER.read(text)), headings, section))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_rule_matches_its_examples(rule: Rule) -> None:
    assert [text for text in rule.examples if not fires(rule, SCHEME, text)] == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_rule_matches_none_of_its_counter_examples(rule: Rule) -> None:
    assert [text for text in rule.not_examples if fires(rule, SCHEME, text)] == []


def test_rules_are_named_after_their_theme() -> None:
    wrong = [
        rule.id
        for theme in SCHEME.themes.values()
        for rule in theme.rules
        if rule.id.split(".")[0] != theme.id
    ]
    assert wrong == []


def test_examples_are_written_once() -> None:
    texts = [text for rule in RULES for text in rule.examples]
    assert sorted(text for text in set(texts) if texts.count(text) > 1) == []
