"""Records to a file or a folder, by its suffix, whole or not at all: `export`. And back: `read_records`.

``.jsonl`` is one file; ``.parquet`` and ``.csv`` are folders with a file a table; ``.xlsx`` is one workbook.
"""

import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from giar_nlp.errors import CorpusError, ExportError
from giar_nlp.exports import csv_tables, parquet, workbook
from giar_nlp.exports.layout import Language
from giar_nlp.exports.star import Rows, split_record
from giar_nlp.packing import lines_suffix, read_lines
from giar_nlp.scheme import load_scheme

LINES = ".jsonl"
FOLDERS: dict[str, tuple[Callable[[], dict[str, str]], Callable[[Iterable[Rows], Path], None]]] = {
    csv_tables.SUFFIX: (csv_tables.file_names, csv_tables.save_tables),
    parquet.SUFFIX: (parquet.file_names, parquet.save_tables),
}
"""Formats that are a folder: the names of its files, and what writes them."""
FORMATS = (LINES, *FOLDERS, workbook.SUFFIX)

Failed = Callable[[str, CorpusError], None]
"""Takes the place of a record, such as ``x.jsonl, line 3``, and what is wrong with it."""


def check_records_out(out: Path) -> None:
    """Raise `ExportError` if records cannot be written there: format, extra, place."""
    suffix = out.suffix.lower()
    if suffix not in FORMATS:
        raise ExportError(f"{out}: no known format; name what ends in {', '.join(FORMATS)}")
    if suffix == parquet.SUFFIX:
        parquet.need_pyarrow()
    if not out.absolute().parent.is_dir():
        raise ExportError(f"{out}: there is no folder {out.parent}; make it first")
    if not out.is_dir():
        if out.exists() and suffix in FOLDERS:
            raise ExportError(f"{out}: a file is there, and a folder of tables is to be; choose another name")
        return
    if suffix not in FOLDERS:
        raise ExportError(f"{out} is a folder; name a file in it, such as {out / f'reports{suffix}'}")
    names, _ = FOLDERS[suffix]
    odd = sorted({path.name for path in out.iterdir()} - set(names().values()))
    if odd:
        raise ExportError(
            f"{out}: a folder is there that holds {odd[0]}, no table of ours; choose another name"
        )


def export(
    records: Iterable[tuple[str, bytes]],
    out: Path,
    *,
    scheme: Path | None = None,
    language: Language = "zh",
    failed: Failed | None = None,
) -> int:
    """Write records, each with a name for messages, in the format of a suffix; return how many were written.

    Args:
        records: the place of each (``x.jsonl, line 3``) and its JSON line.
        out: file or folder to be; one of the same kind that is there is replaced, when all is written.
        scheme: folder of the scheme whose names an Excel workbook shows; None for the default one.
        language: of an Excel workbook.
        failed: takes what is no record; without it, the first ends the export.

    Raises:
        CorpusError: a line is no record, and nothing takes it.
        ExportError: it cannot be written there.
        SchemeError: the scheme is wrong.
    """
    check_records_out(out)
    counter = _Counter(failed)
    suffix = out.suffix.lower()
    if suffix == LINES:
        with _draft(out) as draft, draft.open("wb") as stream:
            for _, line in records:
                stream.write(line + b"\n")
                counter.n += 1
        return counter.n
    reports = counter.split(records)
    if suffix == workbook.SUFFIX:
        names = load_scheme(scheme)
        with _draft(out) as draft:
            workbook.save_workbook(reports, draft, scheme=names, language=language)
        return counter.n
    with _draft(out) as draft:
        draft.mkdir()
        FOLDERS[suffix][1](reports, draft)
    return counter.n


class _Counter:
    """Numbers records as they pass, and splits them."""

    def __init__(self, failed: Failed | None) -> None:
        self.n = 0
        self._failed = failed

    def split(self, records: Iterable[tuple[str, bytes]]) -> Iterator[Rows]:
        for name, line in records:
            try:
                rows = split_record(self.n, line)
            except CorpusError as error:
                if self._failed is None:
                    raise CorpusError(f"{name}: {error}") from error
                self._failed(name, error)
                continue
            self.n += 1
            yield rows


def read_records(path: Path) -> Iterator[tuple[str, bytes]]:
    """The records in JSON lines, in tables of `export`, or in a Parquet column `record`.

    Each comes with its place, for messages.

    Raises:
        CorpusError: it cannot be read, or is none of these.
        ExportError: Parquet, and its extra is not installed.
    """
    if path.suffix.lower() == parquet.SUFFIX or path.is_dir():
        is_star = (path / parquet.file_names()["reports"]).is_file()
        lines = parquet.read_star(path) if is_star else parquet.read_column(path)
        yield from ((f"{path}, record {number}", line) for number, line in enumerate(lines))
        return
    if lines_suffix(path) != LINES:
        raise CorpusError(f"{path}: is no file of records; name a .jsonl or .parquet that giar wrote")
    try:
        for number, line in enumerate(read_lines(path), 1):
            if number == 1 and not line.lstrip().startswith(b"{"):
                raise CorpusError(f"{path}: holds no records; name a .jsonl or .parquet that giar wrote")
            if line.strip():
                yield f"{path}, line {number}", line.rstrip(b"\n")
    except OSError as error:
        raise CorpusError(f"{path}: cannot be read ({error.strerror}); check the path") from error


def _put(draft: Path, target: Path, old: Path) -> None:
    """Give a draft its name; a folder cannot take the place of another at one stroke."""
    if not target.is_dir():
        draft.replace(target)
        return
    target.rename(old)
    try:
        draft.rename(target)
    except OSError:
        old.rename(target)
        raise


@contextmanager
def _draft(out: Path) -> Iterator[Path]:
    """A place beside `out` that takes its name when all is written, and is gone when it is not."""
    target = Path(os.path.realpath(out))
    draft, old = (target.with_name(f".{target.name}.{os.getpid()}.{end}") for end in ("part", "old"))
    try:
        yield draft
        _put(draft, target, old)
    except OSError as error:
        raise ExportError(f"{out}: cannot be written ({error.strerror}); choose another place") from error
    finally:
        for left in (draft, old):
            if left.is_dir():
                shutil.rmtree(left)
            else:
                left.unlink(missing_ok=True)
