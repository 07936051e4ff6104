"""A table of reports to a table of records, row by row; whatever a report holds, its row comes back."""

from functools import lru_cache
from typing import TYPE_CHECKING

from giar_nlp.analyzer import Analyzer, load
from giar_nlp.batch import Job
from giar_nlp.cluster.storage import load_any
from giar_nlp.errors import GiarError, ReadError
from giar_nlp.jsonl import dump_error, dump_report
from giar_nlp.readers import as_document, read_bytes
from giar_nlp.types import Document

if TYPE_CHECKING:
    import pyarrow

PATH, CONTENT, TEXT, RECORD, ERROR = "path", "content", "text", "record", "error"

_KEPT = 2  # analyzers a process; one takes some 60 MB


def annotate_table(table: "pyarrow.Table", job: Job | None = None) -> "pyarrow.Table":
    """The records of a table of reports: a row for each row, in its order.

    A process makes its analyzer at the first call and keeps it.

    Args:
        table: ``path`` (string), and the file's bytes in ``content`` (binary) or its text in ``text``
            (string). Where both are null or missing, the file is read from its path: a local one, or a URI
            that Arrow or fsspec knows. Other columns are passed over.
        job: scheme, classifier, text kept or left out.

    Returns:
        ``path`` as given; ``record``, the JSON line of the report, or null; ``error``, the JSON line of what
        went wrong, or null. All strings.

    Raises:
        ReadError: there is no column ``path``.
        SchemeError: the job's scheme is wrong.
        ModelError: the job's classifier is wrong.
    """
    import pyarrow

    if PATH not in table.column_names:
        raise ReadError(f"a table of reports has no column '{PATH}', only {', '.join(table.column_names)}")
    job = job or Job()
    analyzer = _analyzer(job)
    columns = [
        table[name].to_pylist() if name in table.column_names else [None] * table.num_rows
        for name in (PATH, CONTENT, TEXT)
    ]
    rows = [_annotate(analyzer, job, *row) for row in zip(*columns, strict=True)]
    paths, records, errors = zip(*rows, strict=True) if rows else ((), (), ())
    text = pyarrow.string()
    return pyarrow.table(
        {
            PATH: pyarrow.array(paths, text),
            RECORD: pyarrow.array(records, text),
            ERROR: pyarrow.array(errors, text),
        }
    )


@lru_cache(_KEPT)
def _analyzer(job: Job) -> Analyzer:
    return load(job.scheme, job.model)


def _annotate(
    analyzer: Analyzer, job: Job, path: str | None, content: bytes | None, text: str | None
) -> tuple[str | None, str | None, str | None]:
    name = path or ""
    try:
        report = analyzer.annotate(_document(name, content, text))
        return path, dump_report(report, with_text=job.with_text).decode(), None
    except GiarError as error:
        return path, None, dump_error(name, error).decode()
    except Exception as error:  # a bug, but the block goes on
        return path, None, dump_error(name, error).decode()


def _document(path: str, content: bytes | None, text: str | None) -> Document:
    if content is None and text is not None:
        return as_document(text, path=path)
    data = load_any(path) if content is None else content
    return read_bytes(data, path=path)
