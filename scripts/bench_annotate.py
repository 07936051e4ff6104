"""Time the whole pipeline against an obvious script over the same .txt files, and show its peak memory.

Imports, loading and training are on neither clock, and both sides write to the null device. The obvious
script is run as `SCRIPT FOLDER --docs N --out FILE` and prints a line `TOTAL ... <seconds> s`.
"""

import itertools
import json
import os
import re
import resource
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

ROUNDS, N_REPORTS, N_MANY = 5, 500, 5000


def annotate_files(paths: list[Path]) -> None:
    """Annotate the files, keeping no result, and print seconds and peak memory in MB as JSON."""
    from giar_nlp import jsonl, load

    analyzer = load()
    analyzer.annotate(paths[0])
    with Path(os.devnull).open("wb") as out:
        start = time.perf_counter()
        for path in paths:
            out.write(jsonl.dump_report(analyzer.annotate(path)) + b"\n")
        seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(json.dumps([seconds, peak / (2**20 if sys.platform == "darwin" else 2**10)]))


def run(*command: object) -> str:
    """What the command prints; a process of its own gives each run its own peak of memory."""
    return subprocess.run([sys.executable, *map(str, command)], stdout=-1, text=True, check=True).stdout


if len(sys.argv) != 3 or not (found := sorted(Path(sys.argv[1]).rglob("*.txt"))):
    sys.exit("usage: bench_annotate.py FOLDER_WITH_TXT_REPORTS OBVIOUS_SCRIPT")
folder, script = sys.argv[1:]
if script.isdigit():  # one of the processes started below
    annotate_files(list(itertools.islice(itertools.cycle(found), int(script))))
    sys.exit()
obvious, giar = [], []
for _ in range(ROUNDS):
    said = run(script, folder, "--docs", N_REPORTS, "--out", os.devnull)
    obvious.append(float(re.findall(r"TOTAL.*?([\d.]+) s", said)[-1]))
    giar.append(json.loads(run(__file__, folder, N_REPORTS)))
sizes = [len(path.read_text("utf-8", "replace")) for path in found]
n_chars = sum(itertools.islice(itertools.cycle(sizes), N_REPORTS))
took = {"obvious": median(obvious), "giar": median(seconds for seconds, _ in giar)}
for name, seconds in took.items():
    print(f"{name:8}{N_REPORTS / seconds:9,.0f} reports/s{n_chars / seconds:13,.0f} chars/s")
many_mb = json.loads(run(__file__, folder, N_MANY))[1]
print(f"ratio   {took['obvious'] / took['giar']:9.2f}")
print(f"peak    {giar[-1][1]:,.0f} MB at {N_REPORTS:,} reports, {many_mb:,.0f} MB at {N_MANY:,}")
