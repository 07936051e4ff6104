"""Number finders to measure giar_nlp's counts beside, and how all of them are timed and scored.

Each peer works in the mode that did best on the develop half. None knows the measure words of this genre:
all are given the scheme's, with the words that stand before them (1500余条). Only numbers with a unit are
taken, or every year and article would be a number found.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import redirect_stdout
from difflib import SequenceMatcher
from functools import partial
from importlib import import_module  # any of them may be missing, and this way none needs types
from statistics import median
from time import perf_counter
from typing import NamedTuple

from giar_nlp.jsonl import Unit
from giar_nlp.scheme import Scheme


class Number(NamedTuple):
    """What a finder found; `text` is what the offsets count in, the segment or what the peer made of it."""

    start: int
    end: int
    value: float
    unit: str | None
    text: str
    kind: str = ""


ROUNDS = 15
COLUMNS = ("values", "with unit", "typed", "zeros", "false", "in those")

Finder = Callable[[str], Iterator[Number]]
Make = Callable[[str, Mapping[str, int]], Finder]
"""Makes a finder of a pattern of what follows a number, its group the unit, and the values of scales (万)."""


def any_of(words: Iterable[str]) -> str:
    """A pattern of the words, the longest first."""
    return "(?:" + "|".join(map(re.escape, sorted(words, key=len, reverse=True))) + ")"


def with_cn2an(tail: str, scales: Mapping[str, int]) -> Finder:
    """Numerals are rewritten in digits; the 万 of 1.5万 and 537余万 is left alone, so it is read here."""
    transform, digits = import_module("cn2an").transform, r"((?:\d{1,3}(?:[,，]\d{3})+|\d+)(?:\.\d+)?)"
    pattern = re.compile(rf"{digits}(?:\D?({any_of(scales)}))?{tail}")

    def find(text: str) -> Iterator[Number]:
        for m in pattern.finditer(made := transform(text)):
            yield Number(*m.span(), float(re.sub("[,，]", "", m[1])) * scales.get(m[2], 1), m[3], made)

    return find


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


PEERS: Mapping[str, tuple[Make, str]] = {
    "cn2an + re": (with_cn2an, "cn2an"),
    "JioNLP, dates masked": (partial(with_jionlp, masks=True), "jionlp"),
    "JioNLP, dates kept": (partial(with_jionlp, masks=False), "jionlp"),  # little more than `re`
    "Recognizers-Text": (with_recognizers, "recognizers-text-number 'emoji<2'"),
}


def make_finders(scheme: Scheme) -> dict[str, Callable[[Unit], list[Number]]]:
    """The peers by name, ready to work. Says what to install for one that is not there."""
    forms = scheme.numbers
    inside = any_of(word for bound in forms.bounds for word in bound.inside)
    tail = rf"{inside}?\s*({any_of((*forms.units, *forms.money, *forms.shares))})"
    finders: dict[str, Callable[[Unit], list[Number]]] = {}
    for name, (make, package) in PEERS.items():
        try:
            with redirect_stdout(None):  # JioNLP greets
                find = make(tail, forms.myriads)
        except ImportError as error:  # with emoji 2, Recognizers-Text cannot be imported either
            print(f"{name}: not installed: pip install {package} ({error})")
        else:
            finders[name] = partial(numbers_by, find)
    return finders


def numbers_by(find: Finder, unit: Unit) -> list[Number]:
    """All numbers of a segment."""
    return list(find(unit.text))


def numbers_of(unit: Unit) -> list[Number]:
    """The counts of a labelled segment as numbers."""
    return [Number(c.start, c.end, c.value, c.unit, unit.text, c.kind) for c in unit.counts or ()]


def seconds_of(jobs: Mapping[str, Callable[[Unit], object]], units: Sequence[Unit]) -> dict[str, float]:
    """Median seconds of each job over all units. The jobs take turns; the first round only warms them up."""
    seconds: dict[str, list[float]] = {name: [] for name in jobs}
    for _ in range(1 + ROUNDS):
        for name, job in jobs.items():
            start = perf_counter()
            for unit in units:
                job(unit)
            seconds[name].append(perf_counter() - start)
    return {name: median(rounds[1:]) for name, rounds in seconds.items()}


def placed(numbers: Sequence[Number], text: str) -> list[Number]:
    """The numbers with offsets in the segment itself; off the clock."""
    if not numbers or numbers[0].text == text:
        return list(numbers)
    places: list[int] = []
    for _, i, j, low, high in SequenceMatcher(None, numbers[0].text, text, autojunk=False).get_opcodes():
        places += [min(low + step, max(low, high - 1)) for step in range(j - i)]
    return [number._replace(start=places[number.start], end=places[number.end - 1] + 1) for number in numbers]


def tally(gold: Iterable[Unit], found: Iterable[Sequence[Number]], scales: Mapping[str, int]) -> list[int]:
    """Gold mentions found at an overlapping place, in each respect, and false numbers, which overlap none.

    The columns are `COLUMNS`. Kinds are asked of all mentions, value and unit of all but stated zeros. A peer
    may read a scale that the codebook leaves to the unit: 5370000元 is as right as 537万元.
    """
    sums: Counter[str] = Counter()
    for unit, numbers in zip(gold, found, strict=True):
        counts = unit.counts or ()
        for count in counts:
            written = count.unit or ""
            scale = scales.get(written[:1], 1)
            near = [n for n in numbers if n.start < count.end and count.start < n.end]
            right = [n for n in near if round(n.value, 6) in (count.value, count.value * scale)]
            sums["typed"] += any(n.kind == count.kind for n in right)
            sums["zeros" if count.implicit else "values"] += bool(right)
            sums["with unit"] += any(n.unit in (written, written[scale > 1 :]) for n in right)
        strays = sum(not any(n.start < c.end and c.start < n.end for c in counts) for n in numbers)
        sums["false"] += strays
        sums["in those"] += 0 if counts else strays
    return [sums[column] for column in COLUMNS]
