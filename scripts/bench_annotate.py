"""Time the whole pipeline against an obvious script over the same .txt files; show its steps and peak memory.

Imports, loading and training are on neither clock, and both sides write to the null device. The obvious
script is run as `SCRIPT FOLDER --docs N --out FILE` and prints a line `TOTAL ... <seconds> s`.
"""

import os
import sys
from functools import partial
from itertools import cycle, islice
from pathlib import Path

from giar_nlp import load
from giar_nlp.evaluation.timing import (
    median_seconds,
    number_told,
    peak_megabytes,
    seconds_by_step,
    seconds_over,
)
from giar_nlp.jsonl import dump_report

ROUNDS, N_REPORTS, N_MANY = 5, 500, 5000
SECONDS, MEGABYTES = r"TOTAL.*?([\d.]+) s", r"TOTAL.*?([\d.]+) MB"

if len(sys.argv) != 3 or not (found := sorted(Path(sys.argv[1]).rglob("*.txt"))):
    sys.exit("usage: bench_annotate.py FOLDER_WITH_TXT_REPORTS OBVIOUS_SCRIPT")
folder, script = sys.argv[1:]
analyzer, sink = load(), Path(os.devnull).open("wb")  # noqa: SIM115 (open until the process ends)


def annotate(path: Path) -> None:
    """Annotate a file, keeping nothing."""
    sink.write(dump_report(analyzer.annotate(path)) + b"\n")


annotate(found[0])
if script.isdigit():  # one of the processes started below
    seconds = seconds_over(annotate, islice(cycle(found), int(script)))
    print(f"TOTAL {seconds:f} s, {peak_megabytes():f} MB")
    sys.exit()
sides = {
    "obvious": partial(number_told, SECONDS, script, folder, "--docs", N_REPORTS, "--out", os.devnull),
    "giar": partial(number_told, SECONDS, __file__, folder, N_REPORTS),
}
took = median_seconds(sides, rounds=ROUNDS)
sizes = [len(path.read_text("utf-8", "replace")) for path in found]
n_chars = sum(islice(cycle(sizes), N_REPORTS))
for name, seconds in took.items():
    print(f"{name:8}{N_REPORTS / seconds:9,.0f} reports/s{n_chars / seconds:13,.0f} chars/s")
print(f"ratio   {took['obvious'] / took['giar']:9.2f}")
few, many = (number_told(MEGABYTES, __file__, folder, n) for n in (N_REPORTS, N_MANY))
print(f"peak    {few:,.0f} MB at {N_REPORTS:,} reports, {many:,.0f} MB at {N_MANY:,}")
for step, seconds in seconds_by_step(analyzer, annotate, list(islice(cycle(found), N_REPORTS))).items():
    print(f"  {step:16}{seconds / N_REPORTS * 1000:8.3f} ms a report")
