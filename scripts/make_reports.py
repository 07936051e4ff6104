"""Make many reports of a few: those of a corpus over and over, each time with other numbers and another name.

The same arguments give the same files, a thousand to a folder.
"""

import random
import sys
from pathlib import Path

import regex

from giar_nlp.corpus import read_corpus
from giar_nlp.types import Report

A_FOLDER = 1000
DAYS = 31
YEARS = range(1949, 2100)
NUMBER = regex.compile(r"\d+")
HAN = regex.compile(r"\p{Han}")


def vary(report: Report, chance: random.Random) -> str:
    """The text of a report with other numbers, but for years and what may be a day, and another agency."""

    def other(found: "regex.Match[str]") -> str:
        digits = found[0]
        if int(digits) <= DAYS or int(digits) in YEARS or digits[0] == "0":
            return digits
        return str(chance.randrange(10 ** (len(digits) - 1), 10 ** len(digits)))

    text = NUMBER.sub(other, report.text)
    agency = report.meta.agency
    if not agency or len(agency) < 2:
        return text
    # Two characters of the text take the place of the first two of the name, wherever it stands.
    name = "".join(chance.choices(HAN.findall(report.text), k=2)) + agency[2:]
    return text.replace(agency, name)


def main(corpus: Path, folder: Path, n_reports: int) -> None:
    """Write so many reports below a folder."""
    reports = [entry.report for entry in read_corpus([corpus])]
    for number in range(n_reports):
        place = folder / f"{number // A_FOLDER:04}"
        if number % A_FOLDER == 0:
            place.mkdir(parents=True)
        text = vary(reports[number % len(reports)], random.Random(number))
        (place / f"{number:07}.txt").write_text(text, encoding="utf-8", newline="")


if __name__ == "__main__":
    if len(sys.argv) != 4 or not sys.argv[3].isdecimal():
        sys.exit("usage: make_reports.py CORPUS FOLDER N")
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
