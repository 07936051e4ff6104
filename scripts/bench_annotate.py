"""Time the whole pipeline against an obvious script over the same .txt files; show its steps and peak memory.

Imports, loading and training are on neither clock, and both sides write to the null device. The obvious
script is run as `SCRIPT FOLDER --docs N --out FILE` and prints a line `TOTAL ... <seconds> s`.
"""

import itertools
import os
import re
import resource
import subprocess
import sys
from functools import partial
from pathlib import Path

from giar_nlp import load
from giar_nlp.evaluation.timing import median_seconds, seconds_by_step, seconds_over
from giar_nlp.jsonl import dump_report

ROUNDS, N_REPORTS, N_MANY = 5, 500, 5000


def annotate_files(paths: list[Path], n_timed: int = 0) -> None:
    """Annotate the files, keeping no result, and print a line `TOTAL <seconds> s, <peak memory> MB`."""
    analyzer = load()
    with Path(os.devnull).open("wb") as out:

        def annotate(path: Path) -> None:
            out.write(dump_report(analyzer.annotate(path)) + b"\n")

        annotate(paths[0])
        seconds = seconds_over(annotate, paths)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (
            2**20 if sys.platform == "darwin" else 2**10
        )
        print(f"TOTAL {seconds:f} s, {peak:f} MB")
        if n_timed:
            for step, taken in seconds_by_step(analyzer, annotate, paths[:n_timed]).items():
                print(f"  {step:16}{taken / n_timed * 1000:8.3f} ms a report")


def told(pattern: str, *command: object) -> float:
    """The number that a command prints; a process of its own gives each run its own peak of memory."""
    said = subprocess.run([sys.executable, *map(str, command)], stdout=-1, text=True, check=True).stdout
    return float(re.findall(rf"TOTAL.*?{pattern}", said)[-1])


if len(sys.argv) != 3 or not (found := sorted(Path(sys.argv[1]).rglob("*.txt"))):
    sys.exit("usage: bench_annotate.py FOLDER_WITH_TXT_REPORTS OBVIOUS_SCRIPT")
folder, script = sys.argv[1:]


def reports(n: int) -> list[Path]:
    """So many reports, the folder's over and over."""
    return list(itertools.islice(itertools.cycle(found), n))


if script.isdigit():  # one of the processes started below
    annotate_files(reports(int(script)))
    sys.exit()
seconds_told, peak_told = partial(told, r"([\d.]+) s"), partial(told, r"([\d.]+) MB", __file__, folder)
sides = {
    "obvious": partial(seconds_told, script, folder, "--docs", N_REPORTS, "--out", os.devnull),
    "giar": partial(seconds_told, __file__, folder, N_REPORTS),
}
took = median_seconds(sides, rounds=ROUNDS)
sizes = [len(path.read_text("utf-8", "replace")) for path in found]
n_chars = sum(itertools.islice(itertools.cycle(sizes), N_REPORTS))
for name, seconds in took.items():
    print(f"{name:8}{N_REPORTS / seconds:9,.0f} reports/s{n_chars / seconds:13,.0f} chars/s")
print(f"ratio   {took['obvious'] / took['giar']:9.2f}")
few, many = peak_told(N_REPORTS), peak_told(N_MANY)
print(f"peak    {few:,.0f} MB at {N_REPORTS:,} reports, {many:,.0f} MB at {N_MANY:,}")
annotate_files(reports(N_REPORTS), n_timed=N_REPORTS)
