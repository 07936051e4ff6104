"""Reports on local or shared storage: paths, or URIs that Arrow or fsspec knows (s3, gs, hdfs, file, ...)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from giar_nlp.errors import ExportError, ReadError
from giar_nlp.readers import MAX_BYTES, STDIN, load_bytes

if TYPE_CHECKING:
    import pyarrow
    from pyarrow.fs import FileSystem

PARQUET = ".parquet"
_URI = "://"


@dataclass(frozen=True, slots=True)
class Unit:
    """Work for one task: rows from `start` to `stop` of some files to read, or of a Parquet row group.

    `root` is the address that was given, `file` a path in its file system.
    """

    number: int
    start: int
    stop: int
    paths: tuple[str, ...] = ()
    root: str = ""
    file: str = ""
    group: int = 0

    def half(self, which: int) -> "Unit":
        """The first or the second half of a unit."""
        middle = (self.start + self.stop) // 2
        start, stop = ((self.start, middle), (middle, self.stop))[which]
        return replace(self, start=start, stop=stop)


def units_of_files(paths: Iterable[str], size: int) -> Iterator[Unit]:
    """Files in their order, so many a unit."""
    held: list[str] = []
    number = 0
    for path in paths:
        held.append(path)
        if len(held) == size:
            yield Unit(number, 0, size, tuple(held))
            held, number = [], number + 1
    if held:
        yield Unit(number, 0, len(held), tuple(held))


def units_of_parquet(uris: Iterable[str], size: int) -> Iterator[Unit]:
    """The rows of Parquet files in the order of their names, a row group or less a unit.

    Raises:
        ReadError: it cannot be read as Parquet.
    """
    import pyarrow
    from pyarrow.parquet import ParquetFile

    number = 0
    for uri in uris:
        system, path = open_system(uri)
        try:
            for file in _parquet_files(system, path, uri):
                with system.open_input_file(file) as stream:
                    metadata = ParquetFile(stream).metadata
                sizes = [metadata.row_group(group).num_rows for group in range(metadata.num_row_groups)]
                for group, n_rows in enumerate(sizes):
                    for start in range(0, n_rows, size):
                        stop = min(start + size, n_rows)
                        yield Unit(number, start, stop, root=uri, file=file, group=group)
                        number += 1
        except (OSError, pyarrow.ArrowInvalid) as error:
            raise ReadError(f"{uri}: cannot be read as Parquet ({error}); check the path") from error


def table_of(unit: Unit) -> "pyarrow.Table":
    """The rows of a unit, as `annotate_table` takes them."""
    import pyarrow
    from pyarrow.parquet import ParquetFile

    if not unit.file:
        return pyarrow.table({"path": pyarrow.array(unit.paths[unit.start : unit.stop], pyarrow.string())})
    system, _ = open_system(unit.root)
    with system.open_input_file(unit.file) as stream:
        opened = ParquetFile(stream)
        wanted = [name for name in ("path", "content", "text") if name in opened.schema_arrow.names]
        return opened.read_row_group(unit.group, wanted).slice(unit.start, unit.stop - unit.start)


def open_system(uri: str) -> "tuple[FileSystem, str]":
    """The file system of a URI or a local path, and the path in it.

    Raises:
        ReadError: nothing here knows such a URI.
    """
    import pyarrow
    from pyarrow import fs

    if _URI not in uri:
        return fs.LocalFileSystem(), str(Path(uri).absolute())
    try:
        system, path = fs.FileSystem.from_uri(uri)
    except (pyarrow.ArrowInvalid, pyarrow.ArrowNotImplementedError) as error:
        try:
            from fsspec.core import url_to_fs

            system, path = url_to_fs(uri)
        except (ImportError, ValueError) as other:
            raise ReadError(f"{uri}: no storage that Arrow ({error}) or fsspec ({other}) knows") from other
        system = fs.PyFileSystem(fs.FSSpecHandler(system))
    except OSError as error:
        raise ReadError(f"{uri}: cannot be reached ({error}); check the address and your rights") from error
    return system, path


def load_any(path: str) -> bytes:
    """The bytes of a file: a local path or a URI.

    Raises:
        ReadError: it cannot be read, or is too large.
    """
    if not path or path == STDIN:
        raise ReadError(f"{path or 'a row'}: names no file, and has neither content nor text")
    if _URI not in path:
        return load_bytes(path)
    system, inner = open_system(path)
    try:
        with system.open_input_stream(inner, compression=None) as stream:
            data: bytes = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise ReadError(f"{path}: cannot be read ({error}); check the path and your rights") from error
    if len(data) > MAX_BYTES:
        raise ReadError(f"{path}: more than {MAX_BYTES:,} bytes; split it into one file a report")
    return data


def make_empty(uri: str) -> None:
    """Make a folder, or see that the one that is there is empty.

    Raises:
        ExportError: it holds something, or cannot be made.
    """
    from pyarrow import fs

    system, path = open_system(uri)
    try:
        system.create_dir(path)
        held = system.get_file_info(fs.FileSelector(path))
    except OSError as error:
        raise ExportError(f"{uri}: cannot be written ({error}); choose another place") from error
    if held:
        raise ExportError(f"{uri}: holds {held[0].base_name} already; name an empty folder")


def _parquet_files(system: "FileSystem", path: str, uri: str) -> list[str]:
    from pyarrow import fs

    kind = system.get_file_info(path).type
    if kind == fs.FileType.File:
        return [path]
    found = (
        system.get_file_info(fs.FileSelector(path, recursive=True)) if kind == fs.FileType.Directory else []
    )
    files = sorted(each.path for each in found if each.is_file and each.path.endswith(PARQUET))
    if not files:
        raise ReadError(f"{uri}: no Parquet file is there; check the path")
    return files
