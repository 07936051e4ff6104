"""Number finders to measure giar_nlp's counts beside, each in the mode that did best on the develop half.

None knows the measure words of this genre: all are given the scheme's, and the words before them (1500余条).
Only numbers with a unit are taken, or every year and article would be a number found.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from importlib import import_module  # any of them may be missing, and none needs a stub this way
from typing import NamedTuple

Number = NamedTuple("Number", [("start", int), ("end", int), ("value", float), ("unit", str), ("text", str)])
Finder = Callable[[str], Iterator[Number]]  # a number's `text` is the one that it stands in: cn2an rewrites it


def any_of(words: Iterable[str]) -> str:
    return "(?:" + "|".join(map(re.escape, sorted(words, key=len, reverse=True))) + ")"


def with_cn2an(tail: str, scales: Mapping[str, int]) -> Finder:
    transform, digits = import_module("cn2an").transform, r"((?:\d{1,3}(?:[,，]\d{3})+|\d+)(?:\.\d+)?)"
    pattern = re.compile(rf"{digits}(?:\D?({any_of(scales)}))?{tail}")  # it leaves the 万 of 1.5万 to others

    def find(text: str) -> Iterator[Number]:
        for m in pattern.finditer(made := transform(text)):
            yield Number(*m.span(), float(re.sub("[,，]", "", m[1])) * scales.get(m[2], 1), m[3], made)

    return find


def with_jionlp(tail: str, scales: Mapping[str, int], *, masks: bool) -> Finder:
    jio, rules = import_module("jionlp"), import_module("jionlp.rule.rule_pattern")
    pattern = re.compile(f"({rules.BASE_NUMBER_PATTERN}){tail}")  # with its own units, 36 more false numbers

    def find(text: str) -> Iterator[Number]:
        times = [time["offset"] for time in jio.ner.extract_time(text, with_parsing=False)] if masks else []
        for m in pattern.finditer(text):
            if not any(start < m.end() and m.start() < end for start, end in times):
                try:
                    value = jio.parse_money(m[1])["num"]
                except Exception:  # its pattern takes more than it can read; its own extractors catch all too
                    continue
                yield Number(*m.span(), float(value[0] if isinstance(value, list) else value), m[2], text)

    return find


def with_recognizers(tail: str, scales: Mapping[str, int]) -> Finder:
    recognizer, unit = import_module("recognizers_number").NumberRecognizer("zh-cn"), re.compile(tail)
    plain, shares = recognizer.get_number_model(), recognizer.get_percentage_model()
    ordinals = recognizer.get_ordinal_model()  # to mask dates too lost 12 values and took 13 times as long

    def find(text: str) -> Iterator[Number]:
        rates = shares.parse(text)
        known = [(item.start, item.end) for item in (*rates, *ordinals.parse(text))]
        for rate in rates:
            yield Number(rate.start, rate.end + 1, float(rate.resolution["value"][:-1]), "%", text)
        for item in plain.parse(text):
            m = unit.match(text, item.end + 1)
            if m and not any(start <= item.end and item.start <= end for start, end in known):
                yield Number(item.start, m.end(), float(item.resolution["value"]), m[1], text)

    return find
