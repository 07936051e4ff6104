"""Number finders to measure giar_nlp's counts beside, each in the mode that did best on the develop half.

None knows the measure words of this genre: all are given the scheme's, with the words that stand before them
(1500余条). Only numbers with a unit are taken, or every year and article would be a number found.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import redirect_stdout
from functools import partial
from importlib import import_module

from giar_nlp.evaluation.finding import Number, any_of, unit_pattern
from giar_nlp.jsonl import Unit
from giar_nlp.scheme import Scheme
from peers_masking import Finder, with_jionlp, with_recognizers


def with_cn2an(tail: str, scales: Mapping[str, int]) -> Finder:
    """Numerals are rewritten in digits; the 万 of 1.5万 and 537余万 is left alone, so it is read here."""
    transform, digits = import_module("cn2an").transform, r"((?:\d{1,3}(?:[,，]\d{3})+|\d+)(?:\.\d+)?)"
    pattern = re.compile(rf"{digits}(?:\D?({any_of(scales)}))?{tail}")

    def find(text: str) -> Iterator[Number]:
        for m in pattern.finditer(made := transform(text)):
            yield Number(*m.span(), float(re.sub("[,，]", "", m[1])) * scales.get(m[2], 1), m[3], made)

    return find


# Who makes a finder of a pattern of what follows a number and the values of scales (万), and what to install.
PEERS: Mapping[str, tuple[Callable[[str, Mapping[str, int]], Finder], str]] = {
    "cn2an + re": (with_cn2an, "cn2an"),
    "JioNLP, dates masked (its best)": (partial(with_jionlp, masks=True), "jionlp"),
    "JioNLP, dates kept (bare regex)": (partial(with_jionlp, masks=False), "jionlp"),
    "Recognizers-Text": (with_recognizers, "recognizers-text-number 'emoji<2'"),  # fails with emoji 2
}


def make_finders(scheme: Scheme) -> dict[str, Callable[[Unit], list[Number]]]:
    """The peers by name, ready to work. Says what to install for one that is not there."""
    finders: dict[str, Callable[[Unit], list[Number]]] = {}
    for name, (make, package) in PEERS.items():
        try:
            with redirect_stdout(None):  # JioNLP greets
                find = make(unit_pattern(scheme), scheme.numbers.myriads)
        except ImportError as error:
            print(f"{name}: not installed: pip install {package} ({error})")
        else:
            finders[name] = partial(find_numbers, find)
    return finders


def find_numbers(find: Finder, unit: Unit) -> list[Number]:
    """All numbers of a segment."""
    return list(find(unit.text))
