"""Reports on a local Ray of two workers: the rows of the local engine, whatever dies. Run by `make test-ray`."""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow
import pyarrow.parquet
import pytest

from giar_nlp.batch import Job, annotate_files
from giar_nlp.cli import main
from giar_nlp.cluster import annotate_table
from giar_nlp.cluster.storage import Unit, table_of
from giar_nlp.exports.writing import read_records
from giar_nlp.readers import FoundFile, find_files

ray = pytest.importorskip("ray", reason="comes with the extra 'ray': make test-ray")

if TYPE_CHECKING:
    from giar_nlp.cluster import on_ray
else:
    on_ray = pytest.importorskip("giar_nlp.cluster.on_ray")

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("default")]

SAMPLES = Path(__file__).parents[1] / "corpora" / "samples"
Rows = list[tuple[str, bytes, str | None]]


@pytest.fixture(scope="module", autouse=True)
def two_workers() -> Iterator[None]:
    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False)
    ray.cloudpickle.register_pickle_by_value(sys.modules[__name__])
    yield
    ray.shutdown()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Every sample several times, with files among them that cannot be read."""
    reports = sorted(path for path in SAMPLES.iterdir() if path.suffix != ".jsonl")
    for number in range(40):
        source = reports[number % len(reports)]
        (tmp_path / f"{number}{source.suffix}").write_bytes(source.read_bytes())
    (tmp_path / "11.txt").write_bytes(b"")
    (tmp_path / "23.txt").write_bytes(b"a\0b")
    return tmp_path


def local(files: list[FoundFile], job: Job | None = None) -> Rows:
    return [(one.path, one.line, one.message) for one in annotate_files(files, job or Job())]


def on_two(files: list[FoundFile], job: Job | None = None) -> Rows:
    outcomes = on_ray.annotate_files_on_ray(files, job or Job(), on_ray.Cluster(workers=2))
    return [(one.path, one.line, one.message) for one in outcomes]


def test_the_rows_of_the_local_engine(folder: Path) -> None:
    files = list(find_files([folder, folder / "missing.txt"]))
    job = Job(with_text=False)
    assert on_two(files, job) == local(files, job)


def dies(unit: Unit, job: Job) -> pyarrow.Table:
    """Annotate, but be killed once by 7.txt, and every time by 30.txt."""
    paths = table_of(unit)["path"].to_pylist()
    for path in paths:
        flag = Path(path).parent / "killed"
        if Path(path).stem == "7" and not flag.exists():
            flag.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        if Path(path).stem == "30":
            os.kill(os.getpid(), signal.SIGKILL)
    return annotate_table(table_of(unit), job)


def test_killed_workers_cost_nothing_but_what_kills_them(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(on_ray, "annotate_unit", dies)
    monkeypatch.setattr(on_ray, "UNIT_ROWS", 8)
    files = list(find_files([folder]))
    before, after = local(files), on_two(files)
    assert (folder / "killed").exists()
    assert [path for path, _, _ in after] == [path for path, _, _ in before]
    changed = [two for one, two in zip(before, after, strict=True) if one != two]
    assert [Path(path).stem for path, _, _ in changed] == ["30"]
    assert "its worker died" in (changed[0][2] or "")
    assert json.loads(changed[0][1])["error"]["type"] == "ReadError"


def parquet_of(folder: Path, path: Path) -> None:
    files = [found.path for found in find_files([folder])]
    table = pyarrow.table({"path": files, "content": [Path(file).read_bytes() for file in files]})
    pyarrow.parquet.write_table(table, path, row_group_size=15)


def giar(*arguments: object, status: int) -> None:
    sys.argv = ["giar", *map(str, arguments)]
    with pytest.raises(SystemExit) as left:
        main()
    assert left.value.code == status


def test_parquet_in_and_out(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    place = tmp_path_factory.mktemp("storage")
    parquet_of(folder, place / "reports.parquet")
    lines = [line for _, line, message in local(list(find_files([folder]))) if message is None]
    ray_out = ["annotate", "--engine", "ray"]
    giar(*ray_out, place / "reports.parquet", "--parts", f"file://{place}/parts", status=1)
    assert [line for _, line in read_records(place / "parts")] == lines
    names = sorted(path.name for path in (place / "parts").iterdir())
    assert names == [f"part-00000{number}.parquet" for number in range(3)]
    errors = pyarrow.parquet.read_table(place / "parts", columns=["error"])["error"]
    assert errors.null_count == len(lines)
    giar(*ray_out, place / "reports.parquet", "-o", place / "out.jsonl", status=1)
    assert (place / "out.jsonl").read_bytes() == b"".join(line + b"\n" for line in lines)
    giar(*ray_out, folder, "--parts", place / "parts", status=1)  # holds something already


def test_lost_parts_are_written_too(
    folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    parts = tmp_path_factory.mktemp("lost") / "parts"
    monkeypatch.setattr(on_ray, "annotate_unit", dies)
    monkeypatch.setattr(on_ray, "PART_ROWS", 8)
    monkeypatch.setattr(on_ray, "_WINDOW", 2)
    paths = [found.path for found in find_files([folder])]
    parquet_of(folder, parts.with_suffix(".parquet"))
    tables = [str(parts.with_suffix(".parquet"))]
    n_rows, n_errors = on_ray.save_parts(paths, tables, Job(), on_ray.Cluster(workers=2), str(parts))
    assert (n_rows, n_errors) == (2 * len(paths), 6)
    table = pyarrow.parquet.read_table(parts)
    assert table["path"].to_pylist() == paths * 2
    names = sorted(path.name for path in parts.iterdir())
    assert names == [f"part-{number:06}.parquet" for number in range(len(names))]
