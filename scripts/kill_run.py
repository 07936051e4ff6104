"""Kill runs at random moments, workers too, and go on with them; the bytes must be those of a quiet run.

Prints how far the draft was at each kill. Leaves with 1 if a byte differs.
"""

import contextlib
import hashlib
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

GIAR = [sys.executable, "-m", "giar_nlp", "annotate"]


def digests(out: Path) -> list[str | None]:
    """The digests of a run's records, errors and manifest; None for what is not there."""
    files = [Path(f"{out}{end}") for end in ("", ".errors.jsonl", ".manifest.json")]
    return [hashlib.sha256(file.read_bytes()).hexdigest() if file.exists() else None for file in files]


def main(folder: str, suffix: str, n_kills: int) -> bool:
    """Whether runs that are killed so often in all give the bytes of one that is not."""
    with tempfile.TemporaryDirectory() as place:
        quiet, out = Path(place, f"quiet{suffix}"), Path(place, f"out{suffix}")
        began = time.monotonic()
        subprocess.run([*GIAR, folder, "-o", str(quiet)], stderr=subprocess.DEVNULL, check=False)
        whole = time.monotonic() - began
        moments = random.Random(n_kills)
        n_done, same = 0, quiet.exists()
        while same and (n_done < n_kills or not out.exists()):
            if out.exists():
                same = digests(out) == digests(quiet)
                out.unlink()
            command = [*GIAR, folder, "-o", str(out), "--resume"]
            run = subprocess.Popen(command, stderr=subprocess.DEVNULL, start_new_session=True)
            with contextlib.suppress(subprocess.TimeoutExpired):
                run.wait(moments.uniform(0, whole) if n_done < n_kills else None)
            if run.poll() is None:
                os.killpg(run.pid, signal.SIGKILL)
                n_done += 1
            run.wait()
            drafts = [draft.stat().st_size for draft in Path(f"{out}.parts").glob("records")]
            state = "ended" if out.exists() else f"{sum(drafts):,} bytes in the draft"
            print(f"{n_done} kills: {state}", flush=True)
        return same and digests(out) == digests(quiet)


if __name__ == "__main__":
    if len(sys.argv) != 4 or not sys.argv[3].isdecimal():
        sys.exit("usage: kill_run.py FOLDER .jsonl|.jsonl.gz|.jsonl.zst KILLS")
    same = main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
    print("the same bytes" if same else "OTHER BYTES")
    sys.exit(not same)
