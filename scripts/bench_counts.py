"""Time giar_nlp's counts beside other number finders, and show what each finds in held-out cases.

All get the same segments of FOLDER's reports, cut beforehand. giar_nlp's clock holds its reading of them.
"""

import logging
import sys
from dataclasses import astuple
from functools import partial
from pathlib import Path

from giar_nlp.analyzer import load
from giar_nlp.counts import CountFinder, Setting
from giar_nlp.evaluation import finding, predict_units, read_cases
from giar_nlp.evaluation.timing import median_seconds, seconds_over
from giar_nlp.jsonl import Unit
from giar_nlp.reading import Reader
from peers import make_finders

HELD_OUT = Path(__file__).parents[1] / "tests" / "cases" / "counts_held_out.toml"
SPEED, SCORES = "{:34}{:>12}{:>13}", "{:34}" + "{:>10}" * 6

if len(sys.argv) not in (2, 3) or not (paths := sorted(Path(sys.argv[1]).rglob("*.txt"))):
    sys.exit("usage: bench_counts.py FOLDER_WITH_TXT_REPORTS [CASES.toml]")
logging.captureWarnings(True)  # cn2an warns of each 万 that it meets
logging.disable()  # JioNLP logs a traceback for each date that it cannot read
analyzer = load()
scheme, finder = analyzer.scheme, CountFinder(analyzer.scheme)
reader = Reader(fold=scheme.fold(), noise=scheme.pattern_of(scheme.manifest.noise))
reports = [analyzer.annotate(path) for path in paths]
units = [Unit(each.text, each.headings, made.meta.report_year) for made in reports for each in made.segments]
cases = read_cases(sys.argv[2] if len(sys.argv) > 2 else HELD_OUT)
gold = [unit for unit in cases if unit.counts is not None]


def count(unit: Unit) -> object:
    """The counts of a segment."""
    titles = [reader.read(title).text for title in unit.headings]
    return finder.find(reader.read(unit.text), unit.text, Setting(titles), report_year=unit.report_year)


finders, numbers_of = make_finders(scheme), finding.numbers_of
found = {"gold": [*map(numbers_of, gold)], "giar_nlp": [*map(numbers_of, predict_units(gold, analyzer))]}
for name, find in finders.items():
    found[name] = [finding.place_numbers(find(unit), unit.text) for unit in gold]
timed = {name: partial(seconds_over, job, units) for name, job in {"giar_nlp": count, **finders}.items()}
seconds, n_chars = median_seconds(timed, rounds=15, warm_ups=1), sum(len(unit.text) for unit in units)
print(f"\n{n_chars:,} characters in {len(units):,} segments of {len(paths):,} reports")
print(SPEED.format("", "chars/s", "x giar_nlp"))
for name, took in seconds.items():
    print(SPEED.format(name, f"{n_chars / took:,.0f}", f"{seconds['giar_nlp'] / took:.2f}"))
print(f"\n{len(gold):,} cases, {sum(not unit.counts for unit in gold):,} of which hold no count")
print(SCORES.format("", "values", "with unit", "typed", "zeros", "false", "in those"))
for name, numbers in found.items():
    print(SCORES.format(name, *astuple(finding.tally_numbers(gold, numbers, scheme.numbers.myriads))))
