"""The tables of records as Parquet: a folder with one file a table, written and read in bounded memory.

Each file's schema says what its columns mean. `read_star` gives back the lines that the tables were made of.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, cast

from giar_nlp.errors import CorpusError, ExportError
from giar_nlp.exports.layout import Column, Table, layout
from giar_nlp.exports.star import Rows, join_record

if TYPE_CHECKING:
    import pyarrow
    from pyarrow.parquet import ParquetFile, ParquetWriter

SUFFIX = ".parquet"
RECORD = "record"
"""The column of whole records in Parquet files that are no such folder."""

_GROUP = 20_000
"""Rows of a table that are written at once: a row group."""
_BULK = 8_000_000
"""So many characters of long text end a row group too."""
_LONG = {"reports": "text", "segments": "text"}
_AT_ONCE = 2_048  # rows that are unpacked at once

Sources = Sequence[tuple["ParquetFile", str]]


def need_pyarrow() -> None:
    """Raise `ExportError` if the extra that brings pyarrow is not installed."""
    if find_spec("pyarrow") is None:
        raise ExportError("Parquet needs the extra 'parquet': pip install 'giar-nlp[parquet]'")


def file_names() -> dict[str, str]:
    """The file of each table."""
    return {name: f"{name}{SUFFIX}" for name in layout().tables}


def save_tables(reports: Iterable[Rows], folder: Path) -> None:
    """Write the rows of reports to a folder that is there.

    Raises:
        ExportError: the extra that brings pyarrow is not installed, or a file cannot be written.
    """
    need_pyarrow()
    import pyarrow
    from pyarrow.parquet import ParquetWriter

    with ExitStack() as stack:
        held: dict[str, _Held] = {}
        for name, file in file_names().items():
            table = layout().tables[name]
            schema = _schema(table)
            writer = ParquetWriter(folder / file, schema, compression="zstd")
            held[name] = _Held(table, schema, stack.enter_context(writer))
        try:
            for rows in reports:
                for name, added in rows.items():
                    held[name].add(added)
            for each in held.values():
                each.flush()
        except (pyarrow.ArrowInvalid, pyarrow.ArrowTypeError) as error:
            raise ExportError(
                f"a record does not fit the tables ({error}); check where it came from"
            ) from error


class _Held:
    """Rows of one table until there are enough to write."""

    def __init__(self, table: Table, schema: "pyarrow.Schema", writer: "ParquetWriter") -> None:
        self._table = table
        self._schema = schema
        self._writer = writer
        self._rows: list[list[object]] = []
        self._long = table.place(_LONG[table.id]) if table.id in _LONG else None
        self._bulk = 0

    def add(self, rows: Sequence[list[object]]) -> None:
        self._rows += rows
        if self._long is not None:
            self._bulk += sum(len(str(row[self._long])) for row in rows)
        if len(self._rows) >= _GROUP or self._bulk >= _BULK:
            self.flush()

    def flush(self) -> None:
        import pyarrow

        if not self._rows:
            return
        columns = zip(*self._rows, strict=True)
        arrays = [
            pyarrow.array(column, field.type) for column, field in zip(columns, self._schema, strict=True)
        ]
        self._writer.write_table(pyarrow.Table.from_arrays(arrays, schema=self._schema))
        self._rows, self._bulk = [], 0


def read_star(folder: Path) -> Iterator[bytes]:
    """The lines of the records in a folder that `save_tables` wrote, in their order.

    Raises:
        CorpusError: the folder lacks a table or a column, or rows are not in the order of their reports.
        ExportError: the extra that brings pyarrow is not installed.
    """
    need_pyarrow()
    missing = [file for file in file_names().values() if not (folder / file).is_file()]
    if missing:
        raise CorpusError(f"{folder}: lacks {', '.join(missing)}; export the records again")
    with ExitStack() as stack:
        cursors = {
            name: _Cursor(name, stack.enter_context(_opened(folder / file)), str(folder / file))
            for name, file in file_names().items()
        }
        reports = cursors.pop("reports")
        while (number := reports.number) is not None:
            rows = {"reports": reports.take(number)}
            rows |= {name: cursor.take(number) for name, cursor in cursors.items()}
            if len(rows["reports"]) > 1:
                raise CorpusError(
                    f"{folder}: report {number} stands twice in reports{SUFFIX}; mend the table"
                )
            yield join_record(rows)
        for name, cursor in cursors.items():
            if cursor.number is not None:
                raise CorpusError(
                    f"{folder}: {name}{SUFFIX} has rows of report {cursor.number}, which is not there"
                )


def read_column(path: Path) -> Iterator[bytes]:
    """The lines in the column `record` of a Parquet file, or of a folder's in the order of their names.

    Rows without a record are passed over: they hold an error.

    Raises:
        CorpusError: there is no such file, or no such column.
        ExportError: the extra that brings pyarrow is not installed.
    """
    need_pyarrow()
    files = sorted(path.rglob(f"*{SUFFIX}")) if path.is_dir() else [path]
    if not files:
        raise CorpusError(f"{path}: holds no Parquet file; name a folder that 'giar' wrote")
    for file in files:
        with _opened(file) as opened:
            if RECORD not in opened.schema_arrow.names:
                raise CorpusError(f"{file}: has no column '{RECORD}'; name what 'giar' wrote")
            for batch in opened.iter_batches(_AT_ONCE, columns=[RECORD]):
                yield from (str(line).encode() for line in batch.column(0).to_pylist() if line is not None)


class _Cursor:
    """Reads one table, report by report."""

    def __init__(self, name: str, file: "ParquetFile", path: str) -> None:
        columns = [column.id for column in layout().tables[name].columns]
        lost = [column for column in columns if column not in file.schema_arrow.names]
        if lost:
            raise CorpusError(f"{path}: has no column '{lost[0]}'; export the records again")
        self._path = path
        self._rows = _rows_of(file, columns)
        self._next = next(self._rows, None)

    @property
    def number(self) -> int | None:
        """The report that the next row belongs to; None at the end."""
        return None if self._next is None else cast(int, self._next[0])

    def take(self, number: int) -> list[Sequence[object]]:
        """The rows of that report."""
        taken: list[Sequence[object]] = []
        while self._next is not None and self.number == number:
            taken.append(self._next)
            self._next = next(self._rows, None)
        if self.number is not None and self.number < number:
            raise CorpusError(
                f"{self._path}: rows of report {self.number} stand behind others or belong to none; "
                f"sort all tables by report"
            )
        return taken


def _rows_of(file: "ParquetFile", columns: list[str]) -> Iterator[Sequence[object]]:
    for batch in file.iter_batches(_AT_ONCE, columns=columns):
        ordered = [batch.column(batch.schema.get_field_index(name)).to_pylist() for name in columns]
        yield from zip(*ordered, strict=True)


def _opened(path: Path) -> "ParquetFile":
    import pyarrow
    from pyarrow.parquet import ParquetFile

    try:
        return ParquetFile(path, pre_buffer=False)  # or the whole file is held
    except (OSError, pyarrow.ArrowInvalid) as error:
        raise CorpusError(f"{path}: cannot be read as Parquet ({error}); check the path") from error


def _schema(table: Table) -> "pyarrow.Schema":
    import pyarrow

    fields = [
        pyarrow.field(column.id, _type(column), metadata={"description": column.about["en"]})
        for column in table.columns
    ]
    return pyarrow.schema(fields, metadata={"description": table.about["en"]})


def _type(column: Column) -> "pyarrow.DataType":
    import pyarrow

    text, place = pyarrow.string(), pyarrow.int64()
    nested = {
        "strings": lambda: pyarrow.list_(text),
        "pairs": lambda: pyarrow.map_(text, text),
        "hits": lambda: pyarrow.list_(pyarrow.struct({"rule": text, "start": place, "end": place})),
        "places": lambda: pyarrow.list_(pyarrow.struct({"start": place, "end": place, "text": text})),
        "double": pyarrow.float64,
        "bool": pyarrow.bool_,
    }
    made = nested.get(column.type)
    return made() if made else getattr(pyarrow, column.type)()
