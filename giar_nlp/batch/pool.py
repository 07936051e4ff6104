"""Files through the analyzer in processes of their own, results in the order of the input.

Each result is a finished record, so the bytes are the same whatever the number of workers. Only a few
files a worker are on the way at any time: memory stays flat.
"""

import ctypes
import logging
import multiprocessing
import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, wait
from concurrent.futures import TimeoutError as FutureTimeout
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, replace
from multiprocessing import resource_tracker
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from giar_nlp.analyzer import load
from giar_nlp.batch.inputs import NO_PRINT, Print, print_of
from giar_nlp.errors import CrashError, GiarError, LimitError
from giar_nlp.jsonl import dump_error, dump_report
from giar_nlp.packing import PACKERS
from giar_nlp.readers import LIMITS, STDIN, FoundFile, Limits, read

if TYPE_CHECKING:
    from pebble import ProcessFuture, ProcessPool

MAX_SECONDS = 120.0
"""A worker that takes longer over one file is ended; the file counts as failed."""
MAX_MEGABYTES = 2048
"""A worker may need so much memory for one file, beyond what it holds at its start."""
FEW = 20
"""Fewer files than this are done before workers would be ready."""

_CHUNK = 8  # files that are sent to a worker together
_CHUNK_BYTES = 200_000  # and no more bytes of them, one file apart
_AHEAD = 3  # chunks on the way per worker
_HELD_BYTES = 16_000_000  # of records a worker that wait for a file before them
_HELD = 1000  # chunks that wait so
_SLOTS = 1 << 16  # more than there are chunks begun since the oldest that is not done
_GLANCE = 1.0  # seconds after which to look whether the workers are still there
_BREAKS = 3  # times that all workers may end with nothing done in between

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Job:
    """How every file of a batch is treated: scheme and model (see `analyzer.load`), text kept or left out.

    `packing` is how records are packed, a key of `packing.PACKERS`. `seconds` and `megabytes` are what a
    file may take where it is read by a worker process, `limits` what it may hold.
    """

    scheme: str | None = None
    with_text: bool = True
    model: str | None = None
    packing: str = ""
    seconds: float = MAX_SECONDS
    megabytes: int = MAX_MEGABYTES
    limits: Limits = LIMITS


@dataclass(frozen=True, slots=True)
class Found:
    """How much a record holds."""

    n_segments: int
    n_counts: int
    n_findings: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a file: `line` is its record, or its error record where `message` says what failed.

    A record that is packed has its line end within; `error` is the type of what failed, `source` the
    fingerprint of the file.
    """

    path: str
    line: bytes
    message: str | None = None
    warnings: tuple[str, ...] = ()
    error: str | None = None
    found: Found | None = None
    source: Print = NO_PRINT


def annotate_files(files: Iterable[FoundFile], job: Job, *, workers: int = 1) -> Iterator[Outcome]:
    """The outcome of each file, in the order given.

    With more than one worker, files are read and annotated in processes of their own; one that dies,
    hangs or takes too much memory costs its file alone.

    Raises:
        SchemeError: the job's scheme is wrong.
        CrashError: no worker can be kept alive.
    """
    annotator = _Annotator(job)
    if workers > 1:
        yield from _annotate_in_pool(files, annotator, job, workers)
    else:
        yield from map(annotator.annotate_found, files)


def choose_workers(workers: int | None, n_files: int) -> int:
    """So many workers as were asked for; else one for few files, or a worker a core and two at the least."""
    if workers is not None:
        return workers
    cores = len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1
    return 1 if n_files < FEW else max(2, cores)


class _Annotator:
    """An analyzer that turns whatever comes of a file into an outcome."""

    def __init__(self, job: Job) -> None:
        self._analyzer = load(job.scheme, job.model)
        self._job = job

    def annotate_found(self, found: FoundFile) -> Outcome:
        return _failed(found.path, found.error) if found.error else self.annotate(found.path)

    def annotate(self, path: str) -> Outcome:
        taken = print_of(path)
        try:
            report = self._analyzer.annotate(read(path, self._job.limits))
            line = dump_report(report, with_text=self._job.with_text)
            if self._job.packing:
                line = PACKERS[self._job.packing](line + b"\n")
        except GiarError as error:
            return _failed(path, error, taken)
        except MemoryError:
            least = f"more than {self._job.megabytes:,} MB of memory, or than there is"
            return _failed(path, LimitError(f"{path}: needs {least}; give it more, or split the file"), taken)
        except Exception as error:  # a bug, but the batch goes on: its traceback is in the log
            logger.exception("%s: unforeseen error; please report it", path)
            return _failed(path, error, taken)
        n_counts = sum([len(segment.counts) for segment in report.segments])
        found = Found(len(report.segments), n_counts, len(report.findings))
        return Outcome(path, line, found=found, source=taken)


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


_Marks: TypeAlias = "ctypes.Array[ctypes.c_int]"

_WORKERS: list[_Worker] = []  # empty but in a worker process, which has one
_MARKS: list[_Marks] = []  # the same


def _start_worker(job: Job, marks: _Marks) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which ends its workers
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # ends it within a library's loop too
    _WORKERS.append(_Worker(job))
    _MARKS.append(marks)
    _limit_memory(job.megabytes)


def _limit_memory(megabytes: int) -> None:
    """Let this process have so much memory more than it has now, where the system can hold it to that."""
    status = Path("/proc/self/statm")
    if sys.platform == "win32" or not status.exists():
        return
    import resource

    held = int(status.read_text("ascii").split()[0]) * resource.getpagesize()
    _, most = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (held + (megabytes << 20), most))


def _annotate_in_worker(paths: tuple[str, ...], slot: int) -> list[Outcome]:
    """The outcomes of some files; the mark in the slot says which is at hand, should it end over it."""
    outcomes = []
    for number, path in enumerate(paths):
        _MARKS[0][slot] = number
        outcomes.append(_WORKERS[0].annotate(path))
    return outcomes


def _failed(path: str, error: Exception, taken: Print = NO_PRINT) -> Outcome:
    message = str(error) if isinstance(error, GiarError) else f"{path}: {type(error).__name__}: {error}"
    kind = type(error).__name__
    return Outcome(path, dump_error(path, error), message, error=kind, source=taken)


@dataclass(slots=True)
class _Task:
    """Files that go to a worker together, and what comes of them."""

    paths: tuple[str, ...]
    future: "ProcessFuture[list[Outcome]] | None" = None
    outcomes: list[Outcome] | None = None
    slot: int = 0

    @property
    def is_done(self) -> bool:
        """Whether no worker has it any more."""
        return self.outcomes is not None or (self.future is not None and self.future.done())

    @property
    def n_bytes(self) -> int:
        """The size of the records that came of it; 0 while there are none."""
        if self.future is None or not self.future.done() or self.future.exception():
            return 0
        return sum([len(outcome.line) for outcome in self.future.result()])


def _annotate_in_pool(
    files: Iterable[FoundFile], annotator: _Annotator, job: Job, workers: int
) -> Iterator[Outcome]:
    tasks = _tasks(files, annotator)
    waiting: deque[_Task] = deque()
    pool = _Pool(job, workers)
    more = True
    try:
        while more or waiting:
            while more and _has_room(waiting, workers):
                task = next(tasks, None)
                more = task is not None
                if task is not None:
                    waiting.append(task)
                    pool.start(task)
            if waiting and waiting[0].is_done:
                for outcome in _settled(waiting, pool, job):
                    for warning in outcome.warnings:
                        logger.warning("%s", warning)
                    yield outcome
            elif waiting and not pool.is_active:
                pool.renew(waiting)
            elif waiting:
                running = [task.future for task in waiting if task.future and not task.is_done]
                wait(running, _GLANCE, FIRST_COMPLETED)
    finally:
        pool.stop()


def _tasks(files: Iterable[FoundFile], annotator: _Annotator) -> Iterator[_Task]:
    """The files by chunks; what no worker can read is a chunk of its own, done already."""
    paths: list[str] = []
    n_bytes = 0
    for found in files:
        own = found.error is not None or found.path == STDIN
        size = 0 if own else _size(found.path)
        if paths and (own or len(paths) == _CHUNK or n_bytes + size > _CHUNK_BYTES):
            yield _Task(tuple(paths))
            paths, n_bytes = [], 0
        if own:
            yield _Task((found.path,), outcomes=[annotator.annotate_found(found)])
        else:
            paths.append(found.path)
            n_bytes += size
    if paths:
        yield _Task(tuple(paths))


def _size(path: str) -> int:
    try:
        return Path(path).stat().st_size
    except (OSError, ValueError):
        return 0


def _has_room(waiting: Sequence[_Task], workers: int) -> bool:
    """Whether another task may start: few wait, or they wait for a slow one before them and are not large."""
    if len(waiting) < workers * _AHEAD:
        return True
    if waiting[0].is_done or len(waiting) >= _HELD:
        return False
    n_running = sum(not task.is_done for task in waiting)
    return n_running < workers * _AHEAD and sum(task.n_bytes for task in waiting) < workers * _HELD_BYTES


def _settled(waiting: deque[_Task], pool: "_Pool", job: Job) -> list[Outcome]:
    """The outcomes of the first task; none yet if some of its files are to be done again."""
    task = waiting[0]
    if task.future is not None:
        try:
            task.outcomes = task.future.result()
            pool.n_breaks = 0
        except BrokenProcessPool:
            pool.renew(waiting)
            return []
        except Exception as error:  # time-out, death, or no memory left to send the result
            waiting.popleft()
            again = list(_parted(task, error, pool.mark(task), job))
            waiting.extendleft(reversed(again))
            for part in again:
                pool.start(part)
            return []
    waiting.popleft()
    return task.outcomes or []


def _parted(task: _Task, error: Exception, mark: int, job: Job) -> Iterator[_Task]:
    """What becomes of a task whose worker did not come back: the file at hand is lost, the others go again.

    A file that came to its turn when part of the time was gone is done again by itself.
    """
    paths = task.paths
    if mark < 0 and len(paths) > 1:
        yield from [_Task((path,)) for path in paths]
        return
    mark = max(mark, 0)
    if mark:
        yield _Task(paths[:mark])
    path = paths[mark]
    if mark and isinstance(error, FutureTimeout):
        yield _Task((path,))
    else:
        lost = _failed(path, _lost(path, error, job), print_of(path))
        yield _Task((path,), outcomes=[lost])
    if paths[mark + 1 :]:
        yield _Task(paths[mark + 1 :])


def _lost(path: str, error: Exception, job: Job) -> GiarError:
    """Why a worker did not come back from a file."""
    if isinstance(error, FutureTimeout):
        return LimitError(f"{path}: took more than {job.seconds:g} s; give it more, or split the file")
    status = getattr(error, "exitcode", None)
    reason = (
        f"its worker died with exit status {status}" if status is not None else f"{error!r} in its worker"
    )
    return CrashError(f"{path}: {reason}; try this file alone, with one worker")


@contextmanager
def _ctrl_c_waits() -> Iterator[None]:
    """Keep a Ctrl-C until the end, and for good from the processes that start here: their parent ends them.

    Before a worker can say so itself (see `_start_worker`), it would die over it with a traceback.
    """
    if sys.platform == "win32" or threading.current_thread() is not threading.main_thread():
        yield
        return
    resource_tracker.ensure_running()  # where it is not, to start it would let Ctrl-C through again
    came: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, _: came.append(number))
    blocked = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, blocked)
        signal.signal(signal.SIGINT, before or signal.SIG_DFL)
        if came:
            signal.raise_signal(signal.SIGINT)


class _Pool:
    """Pebble's pool of workers, made again when all of them ended at once."""

    def __init__(self, job: Job, workers: int) -> None:
        self._job = job
        self._workers = workers
        self._n_started = 0
        # A fresh process holds nothing of its parent's threads and files, and is the same on every system.
        self._spawn = multiprocessing.get_context("spawn")
        self._marks: _Marks = self._spawn.RawArray(ctypes.c_int, _SLOTS)
        self.n_breaks = 0
        self._pool = self._make()
        self._is_begun = False

    def _make(self) -> "ProcessPool":
        from pebble import ProcessPool

        return ProcessPool(
            max_workers=self._workers,
            initializer=_start_worker,
            initargs=(self._job, self._marks),
            context=self._spawn,
        )

    @property
    def is_active(self) -> bool:
        """Whether tasks can be sent. To ask starts the workers, if none are there yet."""
        if self._is_begun:
            return self._pool.active
        with _ctrl_c_waits():
            self._is_begun = True
            return self._pool.active

    def start(self, task: _Task) -> None:
        """Send a task to the workers, unless it is done or there are none."""
        if task.outcomes is not None or not self.is_active:
            return
        self._n_started += 1
        task.slot = self._n_started % _SLOTS
        self._marks[task.slot] = -1
        task.future = self._pool.schedule(
            _annotate_in_worker, args=(task.paths, task.slot), timeout=self._job.seconds
        )

    def mark(self, task: _Task) -> int:
        """Which of a task's files was last at hand; -1 if none was."""
        return self._marks[task.slot]

    def renew(self, tasks: Iterable[_Task]) -> None:
        """Start new workers and send them the tasks that came to nothing.

        Raises:
            CrashError: that was done some times over, and nothing came of it.
        """
        self.n_breaks += 1
        if self.n_breaks > _BREAKS:
            raise CrashError("workers die before they can read a report; try --workers 1 to see why")
        self.stop()
        self._pool = self._make()
        self._is_begun = False
        for task in tasks:
            if task.future is None or not task.future.done() or task.future.exception():
                task.future = None
                self.start(task)

    def stop(self) -> None:
        """End all workers, whatever they do."""
        self._pool.stop()  # type: ignore[no-untyped-call]
        self._pool.join()
