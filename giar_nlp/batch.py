"""Many files through the analyzer, results in the order of the input, one bad file never stopping the rest.

Each result is a finished JSON line, so the bytes are the same whatever the number of workers. Only
a few files a worker are on the way at any time: memory stays flat.
"""

import logging
import multiprocessing
import signal
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import TimeoutError as FutureTimeout
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from giar_nlp.analyzer import load
from giar_nlp.errors import GiarError, ReadError
from giar_nlp.jsonl import dump_error, dump_report
from giar_nlp.readers import STDIN, FoundFile

if TYPE_CHECKING:
    from pebble import ProcessFuture

MAX_SECONDS = 600
"""A worker that takes longer over one file is ended; the file counts as failed."""

_AHEAD = 8  # files on the way per worker

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a file: `line` is its record, or its error record where `message` says what failed."""

    path: str
    line: bytes
    message: str | None = None
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Job:
    """How every file of a batch is treated: scheme and model (see `analyzer.load`), text kept or left out."""

    scheme: str | None = None
    with_text: bool = True
    model: str | None = None


def annotate_files(files: Iterable[FoundFile], job: Job, *, workers: int = 1) -> Iterator[Outcome]:
    """The outcome of each file, in the order given.

    With more than one worker, files are read and annotated in processes of their own; one that dies
    or hangs costs its file alone.

    Raises:
        SchemeError: the job's scheme is wrong.
    """
    annotator = _Annotator(job)
    if workers > 1:
        yield from _annotate_in_pool(files, annotator, job, workers)
    else:
        yield from map(annotator.annotate_found, files)


class _Annotator:
    """An analyzer that turns whatever comes of a file into an outcome."""

    def __init__(self, job: Job) -> None:
        self._analyzer = load(job.scheme, job.model)
        self._with_text = job.with_text

    def annotate_found(self, found: FoundFile) -> Outcome:
        return _failed(found.path, found.error) if found.error else self.annotate(found.path)

    def annotate(self, path: str) -> Outcome:
        try:
            report = self._analyzer.annotate(Path(path))
            return Outcome(path, dump_report(report, with_text=self._with_text))
        except GiarError as error:
            return _failed(path, error)
        except Exception as error:  # a bug, but the batch goes on: its traceback is in the log
            logger.exception("%s: unforeseen error; please report it", path)
            return _failed(path, error)


class _Warnings(logging.Handler):
    """Keeps what a worker logs until its parent can log it."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.setFormatter(logging.Formatter("%(message)s"))
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a message, its traceback with it."""
        self.messages.append(self.format(record))


class _Worker:
    """What a worker process holds from its start on."""

    def __init__(self, job: Job) -> None:
        self._warnings = _Warnings()
        logging.getLogger("giar_nlp").addHandler(self._warnings)
        self._annotator = _Annotator(job)

    def annotate(self, path: str) -> Outcome:
        self._warnings.messages.clear()
        outcome = self._annotator.annotate(path)
        return replace(outcome, warnings=tuple(self._warnings.messages))


_WORKERS: list[_Worker] = []  # empty but in a worker process, which has one


def _start_worker(job: Job) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which ends its workers
    _WORKERS.append(_Worker(job))


def _annotate_in_worker(path: str) -> Outcome:
    return _WORKERS[0].annotate(path)


def _failed(path: str, error: Exception) -> Outcome:
    message = str(error) if isinstance(error, GiarError) else f"{path}: {type(error).__name__}: {error}"
    return Outcome(path, dump_error(path, error), message)


def _annotate_in_pool(
    files: Iterable[FoundFile], annotator: _Annotator, job: Job, workers: int
) -> Iterator[Outcome]:
    from pebble import ProcessPool

    # A fresh process holds nothing of its parent's threads and files, and is the same on every system.
    spawn = multiprocessing.get_context("spawn")
    pool = ProcessPool(max_workers=workers, initializer=_start_worker, initargs=(job,), context=spawn)
    waiting: deque[tuple[str, Outcome | ProcessFuture[Outcome]]] = deque()
    try:
        for found in files:
            if found.error is not None or found.path == STDIN:
                waiting.append((found.path, annotator.annotate_found(found)))
            else:
                future = pool.schedule(_annotate_in_worker, args=(found.path,), timeout=MAX_SECONDS)
                waiting.append((found.path, future))
            if len(waiting) >= workers * _AHEAD:
                yield _outcome(*waiting.popleft())
        while waiting:
            yield _outcome(*waiting.popleft())
        pool.close()  # type: ignore[no-untyped-call]
    finally:
        pool.stop()  # type: ignore[no-untyped-call]
        pool.join()


def _outcome(path: str, result: "Outcome | ProcessFuture[Outcome]") -> Outcome:
    from pebble import ProcessExpired

    if not isinstance(result, Outcome):
        try:
            result = result.result()
        except FutureTimeout:
            result = _failed(path, ReadError(f"{path}: took more than {MAX_SECONDS} s; split the file"))
        except ProcessExpired as error:
            reason = f"its worker died with exit status {error.exitcode}"
            result = _failed(path, ReadError(f"{path}: {reason}; try this file alone, with one worker"))
    for warning in result.warnings:
        logger.warning("%s", warning)
    return result
