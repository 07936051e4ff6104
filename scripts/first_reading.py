"""Read one file in a fresh process: milliseconds from the imports to the text, and the most memory held.

python scripts/first_reading.py READER FILE     (memory where there is a /proc; children count too)
"""

import os
import re
import subprocess
import sys
from pathlib import Path
from time import perf_counter

from peers_reading import READERS

PROC = Path("/proc")


def peak_megabytes(process: int) -> float:
    """The most memory that a process and its children have held; resource's tells its parent's as well."""
    status = re.search(r"VmHWM:\s*(\d+) kB", (PROC / str(process) / "status").read_text(encoding="ascii"))
    children = (PROC / str(process) / "task" / str(process) / "children").read_text(encoding="ascii").split()
    own = int(status[1]) / 1024 if status else 0.0
    return own + sum(peak_megabytes(int(child)) for child in children)


def first_reading(reader: str, path: Path) -> tuple[float, float]:
    """Milliseconds and megabytes of a process that reads one file."""
    command = [sys.executable, __file__, reader, str(path)]
    said = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout.split()
    return float(said[0]), float(said[2])


if __name__ == "__main__":
    begin = perf_counter()
    READERS[sys.argv[1]][0](Path(sys.argv[2]))
    took = perf_counter() - begin
    print(f"{took * 1000:.0f} ms, {peak_megabytes(os.getpid()) if PROC.exists() else float('nan'):.0f} MB")
