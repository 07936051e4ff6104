"""Number finders to measure giar_nlp's counts beside, each in the mode that did best on the develop half.

None knows the measure words of this genre: all are given the scheme's, and the words before them (1500余条).
Only numbers with a unit are taken, or every year and article would be a number found.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from difflib import SequenceMatcher
from importlib import import_module  # any of them may be missing, and none has types
from typing import Any, NamedTuple

Found = NamedTuple("Found", [("start", int), ("end", int), ("value", float), ("unit", str), ("text", str)])
Parts = tuple[str, Iterable[tuple[int, int, Any]], Sequence[Sequence[int]]]  # text, numbers in it, what is none
Peer = tuple[Callable[[str], Parts], Callable[[Any], float]]  # how it parts a text, and the value of a number


def any_of(words: Iterable[str]) -> str:
    return "(?:" + "|".join(map(re.escape, sorted(words, key=len, reverse=True))) + ")"


def cn2an(scales: Mapping[str, int]) -> Peer:
    transform, number = import_module("cn2an").transform, r"(?:\d{1,3}(?:[,，]\d{3})+|\d+)(?:\.\d+)?"
    pattern = re.compile(rf"{number}(?:\D?{any_of(scales)})?")  # it leaves the 万 of 1.5万 and 537余万 to others
    return (
        lambda text: (made := transform(text), [(*m.span(), m[0]) for m in pattern.finditer(made)], ()),
        lambda raw: float(re.sub(r"[^\d.]", "", raw)) * scales.get(raw[-1], 1),
    )


def jionlp(scales: Mapping[str, int]) -> Peer:
    """Its units left out: with them it finds 1 number more and 36 false ones. With dates kept, 7 and 11."""
    jio, number = import_module("jionlp"), import_module("jionlp.rule.rule_pattern").BASE_NUMBER_PATTERN

