"""Reports through `annotate_table` on Ray Data: this machine's processes, or those of a cluster.

Results come back in the order of the input, or stay where the workers write them. A worker that dies costs
nothing: its unit is done again, then in halves, until the report that kills workers stands alone; that one
gets an error. Only a window of units is on the way at any time.
"""

import logging
import os
import signal
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from itertools import islice
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING

import orjson

from giar_nlp.analyzer import load
from giar_nlp.batch import Job, Outcome
from giar_nlp.cluster.storage import Unit, make_empty, open_system, table_of, units_of_files, units_of_parquet
from giar_nlp.cluster.table import ERROR, PATH, RECORD, annotate_table
from giar_nlp.errors import ExportError, GiarError, ReadError
from giar_nlp.jsonl import dump_error
from giar_nlp.readers import FoundFile

if TYPE_CHECKING:
    import pyarrow
    from ray.data import Dataset

UNIT = "unit"
UNIT_ROWS = 32
"""Reports of a unit whose records come back."""
PART_ROWS = 256
"""Reports of a unit whose records the workers write: a Parquet file each."""

_WINDOW = 2_048  # units whose results are asked for in one go
_TRIES = 2  # of a report that stands alone: a machine may be lost for another reason

Run = Callable[[Unit, Job], "pyarrow.Table"]

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Cluster:
    """Where to run: the address of a Ray cluster, or None for so many processes of this machine."""

    address: str | None = None
    workers: int = 1


def annotate_files_on_ray(files: Iterable[FoundFile], job: Job, cluster: Cluster) -> Iterator[Outcome]:
    """The outcome of each file, in the order given; workers read the files from storage that they share.

    Raises:
        ExportError: the extra that brings Ray is not installed.
        SchemeError: the job's scheme is wrong.
    """
    found = list(files)
    units = units_of_files((each.path for each in found if each.error is None), UNIT_ROWS)
    with _running(cluster, job):
        outcomes = _outcomes(units, job)
        for each in found:
            yield next(outcomes) if each.error is None else _failed(each.path, each.error)


def annotate_parquet_on_ray(uris: Iterable[str], job: Job, cluster: Cluster) -> Iterator[Outcome]:
    """The outcome of each row of Parquet files of reports; `annotate_table` says what columns they have.

    Raises:
        ExportError: the extra that brings Ray is not installed.
        ReadError: a file cannot be read as Parquet.
        SchemeError: the job's scheme is wrong.
    """
    with _running(cluster, job):
        yield from _outcomes(units_of_parquet(uris, UNIT_ROWS), job)


def save_parts(
    paths: Iterable[str], uris: Iterable[str], job: Job, cluster: Cluster, parts: str
) -> tuple[int, int]:
    """Have the workers write what `annotate_table` gives to a folder; return the numbers of rows and errors.

    Args:
        paths: files of reports.
        uris: Parquet files of reports.
        job: how every report is treated.
        cluster: where to run.
        parts: an empty folder, or none yet, on storage that all workers reach; gets a Parquet file a unit.

    Raises:
        ExportError: the folder is not empty or cannot be written, or the extra that brings Ray is missing.
        ReadError: a file cannot be read as Parquet.
        SchemeError: the job's scheme is wrong.
    """
    make_empty(parts)
    n_rows = n_errors = 0
    n_units = 0
    with _running(cluster, job):
        for units in (units_of_files(paths, PART_ROWS), units_of_parquet(uris, PART_ROWS)):
            first = n_units
            numbered = (replace(unit, number=first + unit.number) for unit in units)
            for unit, found in _results(numbered, job, parts):
                n_units = unit.number + 1
                told = found
                if told is None:
                    told = _tell(unit.number, _save(unit.number, _recover(unit, job), parts))
                n_rows += told["rows"][0].as_py()
                n_errors += told["errors"][0].as_py()
    return n_rows, n_errors


def _outcomes(units: Iterable[Unit], job: Job) -> Iterator[Outcome]:
    for unit, table in _results(units, job, None):
        rows = _recover(unit, job) if table is None else table
        for path, record, error in zip(
            *(rows[name].to_pylist() for name in (PATH, RECORD, ERROR)), strict=True
        ):
            if record is not None:
                yield Outcome(path or "", record.encode())
            else:
                yield Outcome(path or "", error.encode(), orjson.loads(error)["error"]["message"])


def _results(
    units: Iterable[Unit], job: Job, parts: str | None
) -> "Iterator[tuple[Unit, pyarrow.Table | None]]":
    """What came of each unit, in order; None for a unit that was lost with its worker."""
    rest = iter(units)
    while window := list(islice(rest, _WINDOW)):
        waiting = iter(window)
        for table in _dataset(window, job, parts).iter_batches(
            batch_size=None, batch_format="pyarrow", prefetch_batches=0
        ):
            number = table[UNIT][0].as_py()
            for unit in waiting:
                if unit.number == number:
                    yield unit, table
                    break
                yield unit, None
        yield from ((unit, None) for unit in waiting)


def _dataset(units: list[Unit], job: Job, parts: str | None) -> "Dataset":
    import ray.data

    blocks = ray.data.from_items([asdict(unit) for unit in units], override_num_blocks=len(units))
    with warnings.catch_warnings():
        # Ray 2.64 is to name this otherwise; without it, a report that kills its worker is tried for ever.
        warnings.filterwarnings("ignore", message=".*ray_remote_args")
        return blocks.map_batches(
            _run_block,
            batch_format="pyarrow",
            batch_size=None,
            fn_kwargs={"run": annotate_unit, "job": job, "parts": parts},
            max_retries=1,
        )


def _run_block(block: "pyarrow.Table", run: Run, job: Job, parts: str | None) -> "pyarrow.Table":
    """One unit, in a worker."""
    (fields,) = block.to_pylist()
    unit = Unit(**{**fields, "paths": tuple(fields["paths"] or ())})
    done = run(unit, job)
    return _tell(unit.number, done if parts is None else _save(unit.number, done, parts), whole=parts is None)


def _tell(number: int, table: "pyarrow.Table", *, whole: bool = False) -> "pyarrow.Table":
    """A unit's rows with its number, or how many they are."""
    import pyarrow

    if whole:
        return table.add_column(0, UNIT, pyarrow.array([number] * table.num_rows, pyarrow.int64()))
    n_errors = table.num_rows - table[ERROR].null_count
    return pyarrow.table({UNIT: [number], "rows": [table.num_rows], "errors": [n_errors]})


def _save(number: int, table: "pyarrow.Table", parts: str) -> "pyarrow.Table":
    """Write a unit's rows; a part that stands under its name is whole."""
    from pyarrow import fs
    from pyarrow.parquet import write_table

    system, folder = open_system(parts)
    name = f"{folder}/part-{number:06}.parquet"
    if not isinstance(system, fs.LocalFileSystem):
        with system.open_output_stream(name) as stream:  # object stores show an object when it is whole
            write_table(table, stream, compression="zstd")
        return table
    draft = f"{name}.{os.getpid()}.draft"
    write_table(table, draft, compression="zstd")
    Path(draft).replace(name)
    return table


def _recover(unit: Unit, job: Job) -> "pyarrow.Table":
    """The rows of a unit whose worker died: all that can be had, and an error for what kills workers."""
    import pyarrow
    import ray
    from ray.exceptions import RayError

    alone = unit.stop - unit.start == 1
    run = ray.remote(annotate_unit).options(max_retries=0)
    for _ in range(_TRIES if alone else 1):
        try:
            return ray.get(run.remote(unit, job))
        except RayError as error:
            reason = str(error).splitlines()[0]
            logger.info("unit %d, rows %d to %d: %s", unit.number, unit.start, unit.stop, reason)
    if not alone:
        return pyarrow.concat_tables([_recover(unit.half(which), job) for which in (0, 1)])
    path = table_of(unit)[PATH][0].as_py()
    failed = ReadError(f"{path}: its worker died; try this file alone, with one worker of this machine")
    text = pyarrow.string()
    line = dump_error(path or "", failed).decode()
    return pyarrow.table(
        {
            PATH: pyarrow.array([path], text),
            RECORD: pyarrow.nulls(1, text),
            ERROR: pyarrow.array([line], text),
        }
    )


def annotate_unit(unit: Unit, job: Job) -> "pyarrow.Table":
    """The rows of a unit, in a worker that ends if they take too long."""
    signal.alarm(ceil(job.seconds))
    try:
        return annotate_table(table_of(unit), job)
    finally:
        signal.alarm(0)


def _failed(path: str, error: GiarError) -> Outcome:
    return Outcome(path, dump_error(path, error), str(error))


@contextmanager
def _running(cluster: Cluster, job: Job) -> Iterator[None]:
    """Ray, up and set for our work: ours to end if it was ours to start."""
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # nothing is sent anywhere
    try:
        import ray
        import ray.data
    except ImportError as error:
        raise ExportError(
            "more than one machine needs the extra 'ray': pip install 'giar-nlp[ray]'"
        ) from error
    load(job.scheme, job.model)  # what is wrong with them is told here, not in every worker
    ours = not ray.is_initialized()
    if ours:
        where = {"address": cluster.address} if cluster.address else {"num_cpus": cluster.workers}
        ray.init(**where, include_dashboard=False, log_to_driver=False, logging_level=logging.ERROR)
    context = ray.data.DataContext.get_current()
    context.execution_options.preserve_order = True
    context.max_errored_blocks = -1
    context.enable_progress_bars = False
    logging.getLogger("ray.data").setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        if ours:
            ray.shutdown()
