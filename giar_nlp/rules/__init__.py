"""Runs the scheme's rules over text and returns hits with rule id and span.

`scanning` finds all words of all rules in one pass over a reading (Aho-Corasick); `book` looks only at rules
whose words were found, clause by clause; `conditions` is one rule, ready to run.
"""

from giar_nlp.rules.book import Fired, Match, RuleBook
from giar_nlp.rules.conditions import rule_words
from giar_nlp.rules.scanning import Scan, Scanner, WordHit

__all__ = ["Fired", "Match", "RuleBook", "Scan", "Scanner", "WordHit", "rule_words"]
