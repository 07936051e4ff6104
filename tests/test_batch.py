"""Many files: one order, the same bytes, nothing lost when a file is bad."""

from __future__ import annotations

import json
import logging
import multiprocessing
import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from giar_nlp.batch import Job, annotate_files
from giar_nlp.errors import SchemeError
from giar_nlp.readers import FoundFile, find_files

SAMPLES = Path(__file__).parents[1] / "corpora" / "samples"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two samples, with an empty file, a binary one and one that is no report between them."""
    for name, source in (("1.txt", "2012_township.txt"), ("5.md", "2020_market_bureau.md")):
        (tmp_path / name).write_bytes((SAMPLES / source).read_bytes())
    (tmp_path / "2.txt").touch()
    (tmp_path / "3.txt").write_bytes(b"a\0b")
    (tmp_path / "4.txt").write_text("今天天气很好。", encoding="utf-8")
    return tmp_path


def test_bad_files_are_reported_in_their_place(folder: Path) -> None:
    outcomes = list(annotate_files(find_files([folder, folder / "missing"]), Job()))
    assert [Path(outcome.path).name for outcome in outcomes] == [
        "1.txt",
        "2.txt",
        "3.txt",
        "4.txt",
        "5.md",
        "missing",
    ]
    assert [outcome.message is None for outcome in outcomes] == [True, False, False, True, True, False]
    record = json.loads(outcomes[1].line)
    assert record == {
        "source": str(folder / "2.txt"),
        "error": {
            "type": "ReadError",
            "message": f"{folder / '2.txt'}: is empty; check that it was saved or downloaded whole",
        },
    }


def test_workers_change_nothing(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    said = []
    lines = []
    for workers in (1, 2):
        caplog.clear()
        with caplog.at_level(logging.WARNING, "giar_nlp"):
            outcomes = annotate_files(find_files([folder, folder / "missing"]), Job(), workers=workers)
            lines.append([(outcome.path, outcome.line, outcome.message) for outcome in outcomes])
        said.append([record.getMessage() for record in caplog.records])
    assert lines[0] == lines[1]
    assert (
        said[0]
        == said[1]
        == [f"{folder / '4.txt'}: does not look like an annual report; the record holds what was found"]
    )


def test_text_may_be_left_out(folder: Path) -> None:
    (outcome,) = annotate_files([FoundFile(str(folder / "1.txt"))], Job(with_text=False))
    assert "text" not in json.loads(outcome.line)


def test_files_are_asked_for_only_when_needed(folder: Path) -> None:
    asked = []

    def files() -> Iterator[FoundFile]:
        for _ in range(100):
            asked.append(1)
            yield FoundFile(str(folder / "4.txt"))

    next(iter(annotate_files(files(), Job())))
    assert len(asked) == 1


def test_few_results_wait_for_one_who_takes_them_slowly(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("giar_nlp.batch.pool._HELD_BYTES", 0)
    asked = []

    def files() -> Iterator[FoundFile]:
        for _ in range(400):
            asked.append(1)
            yield FoundFile(str(folder / "3.txt"))

    ahead = []
    for n_given, _ in enumerate(annotate_files(files(), Job(), workers=2), 1):
        ahead.append(len(asked) - n_given)
        time.sleep(0.002)
    assert len(ahead) == 400
    assert max(ahead) <= 7 * 8, "three chunks of eight a worker, and the one that is given from"


def test_a_run_that_is_broken_off_leaves_no_worker(folder: Path) -> None:
    outcomes = annotate_files(find_files([folder]), Job(), workers=2)
    next(outcomes)
    outcomes.close()  # type: ignore[attr-defined]


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="asks the system which worker reads a file")
def test_a_worker_that_dies_costs_its_file_alone(folder: Path) -> None:
    os.mkfifo(folder / "0.txt")
    outcomes = annotate_files(
        [FoundFile(str(folder / name)) for name in ("0.txt", "1.txt")], Job(), workers=2
    )
    killer = threading.Thread(target=kill_the_reader_of, args=(folder / "0.txt",))
    killer.start()
    first, second = outcomes
    killer.join()
    assert "its worker died" in (first.message or "")
    assert second.message is None


def kill_the_reader_of(path: Path) -> None:
    with path.open("wb"):  # opens when a worker opens the other end, and holds it there
        for worker in multiprocessing.active_children():
            if reads(worker.pid, path):
                worker.kill()


def reads(pid: int | None, path: Path) -> bool:
    return path in {link.resolve() for link in Path(f"/proc/{pid}/fd").iterdir()}


def test_a_wrong_scheme_stops_the_batch_at_once(tmp_path: Path) -> None:
    with pytest.raises(SchemeError):
        next(annotate_files([], Job(scheme=str(tmp_path / "missing"))))
