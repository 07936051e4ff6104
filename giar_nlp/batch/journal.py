"""The work folder of a run: drafts that grow shard by shard, and a journal of how far they are sound.

A shard is so many inputs. What comes of them is appended to the drafts, these are brought to the disk, and
only then a line of the journal says how long they are. Whatever a run that was killed has written after its
last such line is cut off when it goes on. At the end the drafts get their names; nothing is copied.
"""

import os
import shutil
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import BinaryIO

import orjson

from giar_nlp.batch.inputs import Inputs
from giar_nlp.batch.pool import Outcome
from giar_nlp.batch.tally import Tally
from giar_nlp.errors import ExportError

Settings = dict[str, object]

_DRAFTS = ("records", "errors", "prints")
_RECORDS, _ERRORS, _PRINTS = _DRAFTS


@dataclass(frozen=True, slots=True)
class Places:
    """Where the results of a run go: its records, its errors, and what it was made from."""

    records: Path
    errors: Path
    manifest: Path

    @classmethod
    def beside(cls, out: Path) -> "Places":
        """The places for records in `out`; those of the file itself where `out` is a link."""
        place = Path(os.path.realpath(out)) if out.is_symlink() else out
        return cls(place, Path(f"{place}.errors.jsonl"), Path(f"{place}.manifest.json"))


class Journal:
    """The drafts in a folder, open to go on where the last whole shard ends.

    Args:
        folder: the work folder.
        is_kept: whether the folder outlives a run that is broken off.
        tally: what was done before.
    """

    def __init__(self, folder: Path, *, is_kept: bool, tally: Tally | None = None) -> None:
        self.folder = folder
        self.is_kept = is_kept
        self.settings: Settings = {}
        self.tally = tally or Tally()
        self._sizes = dict.fromkeys(_DRAFTS, 0)
        self._end = 0  # of the last whole line of the journal
        self._drafts: dict[str, BinaryIO] = {}
        self._lines: BinaryIO | None = None

    def find(self) -> bool:
        """Whether the folder holds a run that was begun; its settings and its last shard are read."""
        try:
            lines = self._path.read_bytes().splitlines(keepends=True)
        except (FileNotFoundError, NotADirectoryError):
            return False
        for number, line in enumerate(lines):
            try:
                fields = orjson.loads(line if line.endswith(b"\n") else b"")
            except orjson.JSONDecodeError:
                break  # torn: the run was killed as it wrote this
            self._end += len(line)
            if number == 0:
                self.settings = fields
            else:
                self._sizes, self.tally = fields["sizes"], Tally.of_record(fields["tally"])
        return self._end > 0

    @property
    def is_published(self) -> bool:
        """Whether nothing is left to do but to take the folder away."""
        return self.tally.n_inputs > 0 and not self._draft(_RECORDS).exists()

    def begin(self, settings: Settings, inputs: Inputs) -> None:
        """Make the folder and empty drafts.

        Raises:
            OSError: they cannot be made.
        """
        if self.folder.is_dir():
            shutil.rmtree(self.folder)  # of a run that was killed before its journal began
        self.folder.mkdir()
        try:
            self._begin(settings, inputs)
        except OSError:
            self.close()
            shutil.rmtree(self.folder, ignore_errors=True)
            raise

    def _begin(self, settings: Settings, inputs: Inputs) -> None:
        self._drafts = {name: self._draft(name).open("ab") for name in _DRAFTS}
        if not self.is_kept:
            return
        self.settings = settings
        with (self.folder / "inputs").open("wb") as stream:
            stream.writelines(inputs.lines())
            _to_disk(stream)
        self._lines = self._path.open("ab")
        self._lock()
        self._write(settings)
        _names_to_disk(self.folder)
        _names_to_disk(self.folder.parent)

    def go_on(self) -> None:
        """Cut the drafts back to the last whole shard and open them there.

        Raises:
            ExportError: another run is at work in the folder, or the drafts are shorter than they were.
            OSError: they cannot be opened.
        """
        try:
            self._go_on()
        except (OSError, ExportError):
            self.close()
            raise

    def _go_on(self) -> None:
        self._lines = self._path.open("ab")
        self._lock()
        self._lines.truncate(self._end)
        for name, size in self._sizes.items():
            draft = self._draft(name)
            if name == _ERRORS and not draft.exists():
                continue  # it has its name already: the run was killed at its very end
            if draft.stat().st_size < size:
                raise ExportError(f"{draft}: is damaged; remove {self.folder} to start afresh")
            os.truncate(draft, size)
            self._drafts[name] = draft.open("ab")

    def inputs(self) -> Iterator[bytes]:
        """The list of inputs, as it was when the run began."""
        with (self.folder / "inputs").open("rb") as lines:
            yield from lines

    def prints(self) -> Iterator[bytes]:
        """A line for each input of the whole shards: path and fingerprint."""
        with self._draft(_PRINTS).open("rb") as lines:
            yield from islice(lines, self.tally.n_inputs)

    def add(self, outcome: Outcome, *, is_packed: bool) -> None:
        """Append what came of an input.

        Raises:
            OSError: it cannot be written.
        """
        self.tally.add(outcome)
        if outcome.message is None:
            self._drafts[_RECORDS].write(outcome.line if is_packed else outcome.line + b"\n")
        else:
            self._drafts[_ERRORS].write(outcome.line + b"\n")
        if self.is_kept:
            fields = {"path": shown_path(outcome.path), **outcome.source._asdict()}
            self._drafts[_PRINTS].write(orjson.dumps(fields) + b"\n")

    def end_shard(self) -> None:
        """Bring the drafts to the disk and note how far they are sound.

        Raises:
            OSError: it cannot be done.
        """
        if not self.is_kept:
            return
        for name, draft in self._drafts.items():
            _to_disk(draft)
            self._sizes[name] = draft.tell()
        self._write({"sizes": self._sizes, "tally": self.tally.as_record()})

    def publish(self, places: Places) -> None:
        """Give the drafts their names, the records last, and take the folder away.

        Raises:
            OSError: it cannot be done.
        """
        for draft in self._drafts.values():
            draft.flush()
        self.close()
        if self.is_kept:
            self._write_manifest(places.manifest)
        else:
            places.manifest.unlink(missing_ok=True)  # it would tell of an earlier run
        if self._draft(_ERRORS).exists():
            if self._draft(_ERRORS).stat().st_size:
                self._draft(_ERRORS).replace(places.errors)
            else:
                places.errors.unlink(missing_ok=True)
        self._draft(_RECORDS).replace(places.records)
        if self.is_kept:
            _names_to_disk(places.records.parent)
        self.remove()

    def remove(self) -> None:
        """Take the folder away, the journal last: it says what the rest is."""
        self.close()
        for path in self.folder.iterdir():
            if path != self._path:
                path.unlink()
        self._path.unlink(missing_ok=True)
        self.folder.rmdir()

    def close(self) -> None:
        """Close the drafts; what no shard holds yet may be lost."""
        for stream in (*self._drafts.values(), self._lines):
            if stream is not None:
                with suppress(OSError):
                    stream.close()
        self._drafts, self._lines = {}, None

    @property
    def _path(self) -> Path:
        return self.folder / "journal.jsonl"

    def _draft(self, name: str) -> Path:
        return self.folder / name

    def _write(self, line: dict[str, object]) -> None:
        if self._lines is not None:
            self._lines.write(orjson.dumps(line) + b"\n")
            _to_disk(self._lines)

    def _lock(self) -> None:
        """See to it that no other run writes here, where the system can."""
        if sys.platform == "win32" or self._lines is None:
            return
        import fcntl

        try:
            fcntl.flock(self._lines, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise ExportError(f"{self.folder}: another run is at work here; wait until it ends") from error

    def _write_manifest(self, path: Path) -> None:
        totals = {**self.tally.as_record(), "bytes": self._sizes[_RECORDS]}
        head = orjson.dumps({"settings": self.settings, "totals": totals, "inputs": []})
        draft = self._draft("manifest")
        with draft.open("wb") as stream:
            stream.write(head.removesuffix(b"]}"))
            for number, line in enumerate(self.prints()):
                stream.write((b",\n" if number else b"\n") + line.rstrip())
            stream.write(b"\n]}\n")
            _to_disk(stream)
        draft.replace(path)


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a run that has ended was made from; `prints` has a line for each input, path and fingerprint."""

    settings: Settings
    tally: Tally
    n_bytes: int
    prints: Iterable[bytes]


def read_manifest(path: Path) -> Manifest:
    """The manifest of a run.

    Raises:
        ExportError: the file is no manifest.
    """
    try:
        with path.open("rb") as lines:
            head = orjson.loads(next(lines, b"").rstrip() + b"]}")
        totals = head["totals"]
        n_bytes = totals.pop("bytes")
        return Manifest(head["settings"], Tally.of_record(totals), n_bytes, _listed(path))
    except (orjson.JSONDecodeError, KeyError, TypeError) as error:
        raise ExportError(f"{path}: is no manifest of a run; remove it to start afresh") from error


def shown_path(path: str) -> str:
    """A path as JSON can hold it."""
    return path.encode("utf-8", "backslashreplace").decode()


def _listed(path: Path) -> Iterator[bytes]:
    with path.open("rb") as lines:
        for line in islice(lines, 1, None):
            if not line.startswith(b"]"):
                yield line.rstrip(b",\n")


def _to_disk(stream: BinaryIO) -> None:
    stream.flush()
    os.fsync(stream.fileno())


def _names_to_disk(folder: Path) -> None:
    """Bring the names in a folder to the disk, where the system lets a folder be opened."""
    if sys.platform == "win32":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
