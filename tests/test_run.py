"""Long runs: shards, interruptions, what they leave, and reports that crash, hang or take all memory."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

import giar_nlp.batch.run
from giar_nlp.batch import Inputs, Job, Run, Tally, annotate_files, choose_workers
from giar_nlp.errors import ExportError, ReadError
from giar_nlp.packing import read_lines
from giar_nlp.readers import FoundFile, find_files

ROOT = Path(__file__).parents[1]
GIAR = [sys.executable, "-m", "giar_nlp", "annotate"]
RULES = Job(model="none")
SHARD = 4

on_linux = pytest.mark.skipif(sys.platform != "linux", reason="asks the system")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Ten small reports, the fourth of them empty; a shard is four."""
    monkeypatch.setattr(giar_nlp.batch.run, "SHARD", SHARD)
    folder = tmp_path / "in"
    write_reports(folder, 10)
    (folder / "3.txt").write_bytes(b"")
    return folder


def write_reports(folder: Path, n: int) -> None:
    folder.mkdir()
    for number in range(n):
        (folder / f"{number}.txt").write_text(f"一、总体情况\n公开{number}条。\n", encoding="utf-8")


def finish(folder: Path, out: Path, *, resume: bool = False, job: Job = RULES) -> Tally:
    run = Run([folder], out, job, workers=1, resume=resume)
    for _ in run.outcomes():
        pass
    return run.tally


def break_off(folder: Path, out: Path, after: int, *, resume: bool = False) -> None:
    outcomes = Run([folder], out, RULES, workers=1, resume=resume).outcomes()
    for _ in range(after):
        next(outcomes)
    outcomes.close()


def left(out: Path) -> dict[str, bytes]:
    """What a run leaves beside its inputs."""
    return {
        path.name.replace(out.name, "OUT"): path.read_bytes() if path.is_file() else b""
        for path in out.parent.glob(f"*{out.name}*")
    }


def test_a_run_leaves_records_errors_and_a_manifest(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    tally = finish(folder, out)
    assert (tally.n_inputs, tally.n_reports, tally.n_failed, dict(tally.errors)) == (
        10,
        9,
        1,
        {"ReadError": 1},
    )
    assert set(left(out)) == {"OUT", "OUT.errors.jsonl", "OUT.manifest.json"}
    names = [Path(json.loads(line)["source"]["path"]).name for line in read_lines(out)]
    assert names == [f"{number}.txt" for number in range(10) if number != 3]
    manifest = json.loads((tmp_path / "out.jsonl.manifest.json").read_bytes())
    assert manifest["totals"] | {"findings": 0} == {
        "inputs": 10,
        "reports": 9,
        "segments": 9,
        "counts": 9,
        "findings": 0,
        "errors": {"ReadError": 1},
        "bytes": out.stat().st_size,
    }
    assert (manifest["settings"]["model"], manifest["settings"]["shard"]) == (None, SHARD)
    assert [Path(each["path"]).name for each in manifest["inputs"]] == [f"{n}.txt" for n in range(10)]
    digests = {Path(line["path"]).name: line["sha256"] for line in manifest["inputs"]}
    assert {digests[Path(json.loads(line)["source"]["path"]).name] for line in read_lines(out)} == {
        json.loads(line)["source"]["sha256"] for line in read_lines(out)
    }


def test_a_small_run_leaves_its_output_alone(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    finish(folder, out)
    finish(folder / "1.txt", out)
    assert set(left(out)) == {"OUT"}, "what an earlier run left beside it is gone too"
    assert finish(folder / "2.txt", out, resume=True).n_reports == 1, "nothing to go on with: it begins"


def test_a_run_broken_off_anywhere_ends_with_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    whole, out = tmp_path / "whole.jsonl", tmp_path / "out.jsonl"
    finish(folder, whole)
    for after in range(1, 11):
        break_off(folder, out, after)
        assert set(left(out)) == {"OUT.parts"}
        assert finish(folder, out, resume=True).n_inputs == 10
        assert left(out) == left(whole)
        for path in tmp_path.glob("out.jsonl*"):
            path.unlink()


def test_only_whole_shards_are_kept(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    break_off(folder, out, SHARD + 3)
    run = Run([folder], out, RULES, workers=1, resume=True)
    assert (run.n_resumed, len(run.inputs)) == (SHARD, 10)
    assert [Path(outcome.path).name for outcome in run.outcomes()] == [f"{n}.txt" for n in range(SHARD, 10)]


@pytest.mark.parametrize("torn", [b'{"sizes"', b"", b"{}", b"\0\0\n"])
def test_a_torn_line_of_the_journal_is_passed_over(folder: Path, tmp_path: Path, torn: bytes) -> None:
    whole, out = tmp_path / "whole.jsonl", tmp_path / "out.jsonl"
    finish(folder, whole)
    break_off(folder, out, SHARD)
    with (tmp_path / "out.jsonl.parts" / "journal.jsonl").open("ab") as journal:
        journal.write(torn)
    break_off(folder, out, SHARD, resume=True)
    finish(folder, out, resume=True)
    assert left(out) == left(whole)


def test_a_run_killed_while_its_files_get_their_names_goes_on(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, out = tmp_path / "whole.jsonl", tmp_path / "out.jsonl"
    finish(folder, whole)
    for at in range(6):  # two writes of the manifest, errors, records, two removals
        kill_at_step(monkeypatch, at)
        with pytest.raises(KeyboardInterrupt):
            finish(folder, out)
        monkeypatch.undo()
        monkeypatch.setattr(giar_nlp.batch.run, "SHARD", SHARD)
        finish(folder, out, resume=True)
        assert left(out) == left(whole), f"step {at}"
        for path in tmp_path.glob("out.jsonl*"):
            path.unlink()


def kill_at_step(monkeypatch: pytest.MonkeyPatch, at: int) -> None:
    """Let the process end before the rename or removal of that number in the work folder."""
    n_steps = 0
    for name in ("replace", "unlink"):
        method: Callable[..., object] = getattr(Path, name)

        def step(
            self: Path, *arguments: object, method: Callable[..., object] = method, **named: bool
        ) -> object:
            nonlocal n_steps
            if self.parent.suffix == ".parts":
                n_steps += 1
                if n_steps > at:
                    raise KeyboardInterrupt
            return method(self, *arguments, **named)

        monkeypatch.setattr(Path, name, step)


def test_an_unfinished_run_is_not_lost_by_oversight(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    break_off(folder, out, 5)
    with pytest.raises(ExportError, match=r"unfinished run is in .*out\.jsonl\.parts; go on with --resume"):
        finish(folder, out)


def change(path: Path) -> int:
    return path.write_text("一、总体情况\n公开7条。\n", encoding="utf-8")


@pytest.mark.parametrize(
    ("mend", "said"),
    [
        (lambda folder: change(folder / "1.txt"), r"1\.txt has changed; put it back"),
        (lambda folder: (folder / "2.txt").unlink(), r"input 3 was .*2\.txt, is .*3\.txt now"),
        (lambda folder: change(folder / "10.txt"), r"input 11 was none, is .*10\.txt now"),
        (lambda folder: [change(folder / f"{n}.txt") for n in range(4)], r"0\.txt has .* and 1 more"),
    ],
)
def test_changed_inputs_are_named(
    folder: Path, tmp_path: Path, mend: Callable[[Path], object], said: str
) -> None:
    out = tmp_path / "out.jsonl"
    break_off(folder, out, 5)
    mend(folder)
    with pytest.raises(ExportError, match=said):
        finish(folder, out, resume=True)


def test_changed_settings_are_named(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    break_off(folder, out, 5)
    with pytest.raises(ExportError, match=r"'model' was None, is 'default .*'with_text' was True, is False"):
        finish(folder, out, resume=True, job=Job(with_text=False))


def test_a_run_that_ended_is_not_done_again(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    tally = finish(folder, out)
    before = out.stat()
    assert finish(folder, out, resume=True) == tally
    assert out.stat() == before
    change(folder / "1.txt")
    with pytest.raises(ExportError, match=r"1\.txt has changed"):
        finish(folder, out, resume=True)
    (folder / "1.txt").unlink()
    with pytest.raises(ExportError, match=r"inputs were 10, are 9"):
        finish(folder, out, resume=True)
    out.write_bytes(b"")
    with pytest.raises(ExportError, match=r"has 0"):
        finish(folder, out, resume=True)
    (tmp_path / "out.jsonl.manifest.json").write_text("[]")
    with pytest.raises(ExportError, match="is no manifest"):
        finish(folder, out, resume=True)


def test_a_damaged_draft_is_told(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    break_off(folder, out, 5)
    (tmp_path / "out.jsonl.parts" / "records").write_bytes(b"")
    with pytest.raises(ExportError, match="records: is damaged"):
        finish(folder, out, resume=True)


@on_linux
def test_two_runs_do_not_write_at_once(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    outcomes = Run([folder], out, RULES, workers=1).outcomes()
    next(outcomes)
    with pytest.raises(ExportError, match="another run is at work"):
        Run([folder], out, RULES, workers=1, resume=True)
    outcomes.close()


def test_an_input_that_vanishes_is_an_error_of_its_own(folder: Path, tmp_path: Path) -> None:
    run = Run([folder], tmp_path / "out.jsonl", RULES, workers=1)
    (folder / "8.txt").unlink()
    failed = [outcome.message for outcome in run.outcomes() if outcome.message]
    assert failed[1:] == [f"{folder / '8.txt'}: no such file; check the path"]


def test_packed_records_are_the_same_and_small(folder: Path, tmp_path: Path) -> None:
    plain = tmp_path / "out.jsonl"
    finish(folder, plain)
    for packing in (".gz", ".zst"):
        out = tmp_path / f"out.jsonl{packing}"
        finish(folder, out, job=Job(model="none", packing=packing))
        assert list(read_lines(out)) == list(read_lines(plain))
        assert out.stat().st_size < plain.stat().st_size


# --- the list of inputs -----------------------------------------------------------------------------------------


def test_inputs_can_be_gone_over_again_from_anywhere() -> None:
    files = [FoundFile(f"{n}\udcff\n.txt", ReadError("gone") if n % 3 else None) for n in range(5000)]
    inputs = Inputs(iter(files))
    assert len(inputs) == 5000
    for start in (0, 1999, 2000, 4999, 5000):
        found = [(each.path, str(each.error)) for each in inputs.after(start)]
        assert found == [(each.path, str(each.error)) for each in files[start:]]


def test_few_files_need_no_workers() -> None:
    assert [choose_workers(None, 3), choose_workers(5, 3)] == [1, 5]
    assert choose_workers(None, 1000) >= 2


# --- the process ------------------------------------------------------------------------------------------------

FAULTS = """
import os, signal, sys, time
from giar_nlp.analyzer import Analyzer

annotate = Analyzer.annotate

def faulty(self, source):
    name = os.path.basename(source.source.path)
    if "crash" in name:
        os.kill(os.getpid(), signal.SIGKILL)
    if "hang" in name:
        time.sleep(1000)
    if "hog" in name:
        held = [bytes(1 << 20) for _ in range(1 << 20)]
    heavy = {"pandas", "scipy", "sklearn", "spacy"} & set(sys.modules)
    assert not heavy, heavy
    return annotate(self, source)

Analyzer.annotate = faulty
"""


@on_linux
def test_reports_that_crash_hang_or_hog_cost_themselves_alone(tmp_path: Path) -> None:
    folder, out = tmp_path / "in", tmp_path / "out.jsonl"
    write_reports(folder, 40)
    bad = {"3crash": "CrashError", "9hang": "LimitError", "17hog": "LimitError", "18crash": "CrashError"}
    for name in bad:
        (folder / f"{name}.txt").write_text("一、总体情况\n", encoding="utf-8")
    (tmp_path / "sitecustomize.py").write_text(FAULTS)
    environment = {**os.environ, "PYTHONPATH": f"{tmp_path}{os.pathsep}{ROOT}"}
    command = [
        *GIAR,
        str(folder),
        "-o",
        str(out),
        "-w",
        "2",
        "--timeout",
        "3",
        "--memory",
        "256",
        "--model",
        "none",
    ]
    done = subprocess.run(command, check=False, capture_output=True, text=True, env=environment, cwd=ROOT)
    assert done.returncode == 1, done.stderr
    names = [Path(json.loads(line)["source"]["path"]).stem for line in read_lines(out)]
    assert names == [str(n) for n in range(40)]
    errors = [json.loads(line) for line in read_lines(tmp_path / "out.jsonl.errors.jsonl")]
    assert {Path(each["source"]).stem: each["error"]["type"] for each in errors} == bad
    said = " ".join(each["error"]["message"] for each in errors)
    for reason in ("took more than 3 s", "its worker died with exit status -9", "needs more than 256 MB"):
        assert reason in said


@on_linux
def test_a_run_that_is_killed_goes_on(tmp_path: Path) -> None:
    folder, out = tmp_path / "in", tmp_path / "out.jsonl"
    write_reports(folder, 4100)
    command = [*GIAR, str(folder), "-o", str(out), "-w", "2", "--model", "none", "--resume"]
    moments = random.Random(1)
    for n_shards in (1, 2):
        with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, start_new_session=True) as run:
            while run.poll() is None and shards(out) < n_shards:
                time.sleep(0.01)
            time.sleep(moments.uniform(0, 0.1))
            assert run.poll() is None, "ended before it was killed"
            os.killpg(run.pid, signal.SIGKILL)
    done = subprocess.run(command, check=False, capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0
    assert "of 4,100 inputs were done before" in done.stderr
    assert "4,100 reports in" in done.stderr
    lines = [outcome.line + b"\n" for outcome in annotate_files(find_files([folder]), RULES)]
    assert out.read_bytes() == b"".join(lines)
    assert {path.name for path in tmp_path.iterdir()} == {"in", "out.jsonl", "out.jsonl.manifest.json"}


def shards(out: Path) -> int:
    journal = Path(f"{out}.parts") / "journal.jsonl"
    return max(journal.read_bytes().count(b"\n") - 1, 0) if journal.exists() else 0


@on_linux
@pytest.mark.parametrize(("n", "room", "kept"), [(600, 200_000, True), (30, 20_000, False)])
def test_a_full_disk_is_told_and_nothing_is_half_written(
    tmp_path: Path, n: int, room: int, *, kept: bool
) -> None:
    import resource

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, resource.RLIM_INFINITY))

    folder, out = tmp_path / "in", tmp_path / "out.jsonl"
    write_reports(folder, n)
    command = [*GIAR, str(folder), "-o", str(out), "-w", "1", "--model", "none"]
    done = subprocess.run(command, check=False, capture_output=True, text=True, cwd=ROOT, preexec_fn=limit)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "out.jsonl: cannot be written (" in done.stderr
    assert ("go on with --resume" in done.stderr) is kept
    assert set(left(out)) == ({"OUT.parts"} if kept else set())
    subprocess.run([*command, "--resume"], check=True, cwd=ROOT, capture_output=True)
    assert len(list(read_lines(out))) == n


@on_linux
def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    write_reports(tmp_path / "in", 1)
    command = [*GIAR, str(tmp_path / "in"), "-o", "/proc/out.jsonl"]
    done = subprocess.run(command, check=False, capture_output=True, text=True, cwd=ROOT)
    assert (done.returncode, done.stdout) == (1, "")
    assert "/proc/out.jsonl: cannot be written (" in done.stderr


@on_linux
def test_a_terminal_sees_progress_and_a_summary(tmp_path: Path) -> None:
    import pty

    write_reports(tmp_path / "in", 30)
    ours, theirs = pty.openpty()
    command = [*GIAR, str(tmp_path / "in"), "-o", str(tmp_path / "out.jsonl"), "-w", "1", "--model", "none"]
    subprocess.run(command, check=True, stderr=theirs, cwd=ROOT)
    os.close(theirs)
    said = os.read(ours, 1 << 16).decode()
    os.close(ours)
    assert "a second, 0 failed" in said
    assert "giar: 30 reports in" in said
