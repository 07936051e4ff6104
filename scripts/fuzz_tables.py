"""Counts wrong values without a mark in damaged tables: python scripts/fuzz_tables.py 2000 [SEED]."""

import sys
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from giar_nlp.analyzer import load
from tests.table_damage import damaged_report, wrong_values


def main() -> None:
    """Read so many damaged reports; print the figures, and each report with a wrong value."""
    n_reports, seed = int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0
    analyzer = load()
    counts: Counter[str] = Counter()
    for number in range(seed, seed + n_reports):
        document, values, done = damaged_report(analyzer.scheme, number)
        report = analyzer.annotate(document)
        wrong = wrong_values(report, values)
        read = [value for table in report.tables for value in table.values]
        counts["tables"] += len(report.tables)
        counts["cells"] += len(values)
        counts["certain"] += sum(value.settled_by is not None for value in read)
        counts["settled by sums"] += sum(value.settled_by == "identity" for value in read)
        counts["wrong without a mark"] += len(wrong)
        if wrong:
            print(number, done, wrong)
    for name, count in counts.items():
        print(f"{name}: {count:,}")


if __name__ == "__main__":
    main()
