"""Milliseconds a file, peak memory and what is recovered, by format, of giar_nlp's readers and of rivals.

python scripts/bench_readers.py [FOLDER]...     (files with a .txt of the same stem; besides tests/forms)
Milliseconds are those of a process that has read before: medians over rounds in which all take turns.
"""

import logging
import sys
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from statistics import mean, median

from first_reading import first_reading
from giar_nlp.analyzer import load
from giar_nlp.evaluation.timing import median_seconds, seconds_over
from giar_nlp.readers.formats import SUFFIXES
from peers_reading import READERS
from recovering import Truth, shares_of, truth_of

FORMS = Path(__file__).parents[1] / "tests" / "forms"
RIVALS = {
    "docx": ["python-docx"],
    "pdf": ["pdfplumber", "pdfplumber, text alone"],
    "html": ["trafilatura", "trafilatura, recall"],
}
ROUNDS, FIRSTS = 9, 3
HEAD, ROW = "{:30}" + "{:>11}" * 6, "{:30}{:11.1f}{:11.0f}{:11.0f}{:11.2%}{:11.2%}{:11.2%}"


def compare(format: str, paths: list[Path], truths: list[Truth]) -> None:
    """Print a line for each reader of a format."""
    names = ["giar_nlp", *RIVALS.get(format, [])]
    for name in names[1:]:
        if find_spec(READERS[name][1]) is None:
            print(f"  {name} is not installed: left out")
            names.remove(name)
    timed = {name: partial(seconds_over, READERS[name][0], paths) for name in names}
    took = median_seconds(timed, rounds=ROUNDS, warm_ups=1)
    for name in names:
        found = [shares_of(READERS[name][0](path), truth) for path, truth in zip(paths, truths, strict=True)]
        pairs = [first_reading(name, path) for path in paths for _ in range(FIRSTS)]
        first, peak = median(pair[0] for pair in pairs), max(pair[1] for pair in pairs)
        shares = map(mean, zip(*found, strict=True))
        print(ROW.format(f"{format:6}{name}", took[name] * 1000 / len(paths), first, peak, *shares))


logging.disable()
analyzer = load()
for folder in [FORMS, *map(Path, sys.argv[1:])]:
    whole = FORMS / "report.txt" if folder == FORMS else None
    files = [path for path in sorted(folder.iterdir()) if SUFFIXES.get(path.suffix, "txt") != "txt"]
    truth_files = {path: whole or path.with_suffix(".txt") for path in files}
    truths = {path: truth_of(truth, analyzer) for path, truth in truth_files.items() if truth.exists()}
    print(f"\n{folder.name}: {len(truths)} files; first: with imports, in a process of its own")
    print(HEAD.format("", "ms a file", "first, ms", "peak, MB", "narrative", "whole", "cells"))
    for format in sorted({SUFFIXES[path.suffix] for path in truths}):
        paths = [path for path in truths if SUFFIXES[path.suffix] == format]
        compare(format, paths, [truths[path] for path in paths])
