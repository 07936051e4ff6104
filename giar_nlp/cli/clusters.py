"""What `annotate --engine ray` does: reports through a cluster, or through processes that Ray keeps here."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from giar_nlp.cli.output import say

if TYPE_CHECKING:
    from giar_nlp.batch import Job, Outcome
    from giar_nlp.readers import FoundFile

Engine = Annotated[
    Literal["local", "ray"],
    typer.Option(help="What runs the work: processes of this machine, or Ray Data (extra 'ray')."),
]
Address = Annotated[
    str | None,
    typer.Option(help="Of a Ray cluster, such as 'auto'; without it Ray runs --workers processes here."),
]
Parts = Annotated[
    str | None,
    typer.Option(
        help="With --engine ray: a folder or URI where the workers write Parquet: path, record, error.",
        metavar="FOLDER",
    ),
]
RAY_WORKERS = 2  # processes that Ray keeps here where nothing else is asked for
PARQUET = ".parquet"
URI = "://"


def check_engine(engine: str, address: str | None, parts: str | None, out: Path | None) -> None:
    """Raise `typer.BadParameter` for options that want the other engine, or each other's absence."""
    from giar_nlp.packing import packing_of

    if engine != "ray" and (address or parts):
        raise typer.BadParameter("--address and --parts want --engine ray")
    if parts and out:
        raise typer.BadParameter("records go to --parts or to -o; name one of them")
    if engine == "ray" and out is not None and packing_of(out):
        raise typer.BadParameter(f"{out}: records from Ray are not packed; name a file in .jsonl")


def annotate_on_ray(
    paths: Sequence[str], job: "Job", address: str | None, workers: int | None
) -> "Iterator[Outcome]":
    """What came of each report that the paths name: files, folders, globs, URIs, Parquet files of reports."""
    from giar_nlp.cluster.on_ray import Cluster, annotate_files_on_ray, annotate_parquet_on_ray

    files, tables = _sorted(paths)
    cluster = Cluster(address, workers or RAY_WORKERS)
    if files:
        yield from annotate_files_on_ray(files, job, cluster)
    if tables:
        yield from annotate_parquet_on_ray(tables, job, cluster)


def write_parts(
    paths: Sequence[str], job: "Job", address: str | None, workers: int | None, parts: str
) -> int:
    """Have the workers write the records, say how many, and return the exit status."""
    from giar_nlp.cluster.on_ray import Cluster, save_parts

    files, tables = _sorted(paths)
    for found in files:
        if found.error is not None:
            say(str(found.error))
    lost = sum(found.error is not None for found in files)
    good = [found.path for found in files if found.error is None]
    n_rows, n_errors = save_parts(good, tables, job, Cluster(address, workers or RAY_WORKERS), parts)
    failed = f"; {n_errors} failed: see the column 'error'" if n_errors else ""
    say(f"{parts}: {n_rows} reports{failed}")
    return 1 if n_errors or lost else 0


def _sorted(paths: Sequence[str]) -> "tuple[list[FoundFile], list[str]]":
    """Files of reports, and Parquet files or folders of such."""
    from giar_nlp.readers import FoundFile, find_files, need_files

    files: list[FoundFile] = []
    tables: list[str] = []
    for path in paths:
        if path.rstrip("/").lower().endswith(PARQUET):
            tables.append(path)
        elif URI in path:
            files.append(FoundFile(path))
        else:
            files += find_files([path])
    return files if tables else list(need_files(files)), tables
