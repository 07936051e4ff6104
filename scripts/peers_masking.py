"""The peers that can tell dates or ordinals from numbers: JioNLP and Microsoft's Recognizers-Text."""

import re
from collections.abc import Callable, Iterator, Mapping
from importlib import import_module  # either may be missing, and this way neither needs types

from giar_nlp.evaluation.finding import Number

Finder = Callable[[str], Iterator[Number]]


def with_jionlp(tail: str, scales: Mapping[str, int], *, masks: bool) -> Finder:
    """Its pattern and its reader of numbers. Its own measure words gave 1 number more and 36 false ones."""
    jio, rules = import_module("jionlp"), import_module("jionlp.rule.rule_pattern")
    pattern = re.compile(f"({rules.BASE_NUMBER_PATTERN}){tail}")

    def find(text: str) -> Iterator[Number]:
        times = [time["offset"] for time in jio.ner.extract_time(text, with_parsing=False)] if masks else []
        for m in pattern.finditer(text):
            if not any(start < m.end() and m.start() < end for start, end in times):
                try:
                    value = jio.parse_money(m[1])["num"]
                except Exception:  # the pattern takes more than the reader reads; JioNLP itself catches all
                    continue
                yield Number(*m.span(), float(value[0] if isinstance(value, list) else value), m[2], text)

    return find


def with_recognizers(tail: str, scales: Mapping[str, int]) -> Finder:
    """Numbers and percentages, ordinals masked. Masking dates lost 12 numbers and took 13 times as long."""
    recognizer, unit = import_module("recognizers_number").NumberRecognizer("zh-cn"), re.compile(tail)
    plain, shares = recognizer.get_number_model(), recognizer.get_percentage_model()
    ordinals = recognizer.get_ordinal_model()

    def find(text: str) -> Iterator[Number]:
        items, places = plain.parse(text), [(item.start, item.end) for item in ordinals.parse(text)]
        for item in items:
            m = unit.match(text, item.end + 1)
            if m and not any(start <= item.end and item.start <= end for start, end in places):
                yield Number(item.start, m.end(), float(item.resolution["value"]), m[1], text)
        starts = {item.start for item in items}
        for rate in shares.parse(text):
            if rate.start not in starts:  # what begins as a number is read above: 12%, 六成
                yield Number(rate.start, rate.end + 1, float(rate.resolution["value"][:-1]), "%", text)

    return find
