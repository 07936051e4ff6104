"""A run: reports into a file that is there whole or not at all, and that goes on after any interruption.

A long run works in a folder beside its output (see `journal`), which outlives it if it is killed, and leaves
a manifest of its inputs and settings. A run of less than a shard leaves nothing but its output.
"""

import json
import os
import platform
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from itertools import zip_longest
from pathlib import Path

import orjson

from giar_nlp import __version__
from giar_nlp.analyzer import load
from giar_nlp.batch.inputs import NO_PRINT, Inputs, print_of
from giar_nlp.batch.journal import Journal, Manifest, Places, Settings, read_manifest, shown_path
from giar_nlp.batch.pool import Job, Outcome, annotate_files, choose_workers
from giar_nlp.batch.tally import Tally
from giar_nlp.errors import ExportError
from giar_nlp.jsonl import SCHEMA
from giar_nlp.readers import find_files, need_files

SHARD = 500
"""Inputs of a shard: so many are done again, at most, after a run was killed."""

_NAMED = 3  # changed inputs that a message names


class Run:
    """Annotates the files that the paths name into `out`.

    Args:
        paths: files, folders, globs (see `readers.find_files`).
        out: file to write; errors go to ``OUT.errors.jsonl``, the manifest to ``OUT.manifest.json``.
        job: how each file is treated; records are packed as `job` says.
        workers: processes; None for what fits (see `choose_workers`).
        resume: go on with a run that was broken off. If it ended, nothing is left to do.

    Raises:
        ExportError: an unfinished run is in the way; or there is one to go on with, but its inputs or
            settings are others now; or nothing can be written.
        ReadError: the paths name nothing that may be read; nothing is written then.
        SchemeError: the job's scheme is wrong.
    """

    def __init__(
        self,
        paths: Iterable[Path | str],
        out: Path,
        job: Job,
        *,
        workers: int | None = None,
        resume: bool = False,
    ) -> None:
        self.places = Places.beside(out)
        self.inputs = Inputs(need_files(find_files(paths)))
        self._out = out
        self._job = job
        self._workers = workers
        self._is_over = self._is_begun = False
        with self._told():
            self._journal = self._open(resume=resume)
        self._is_begun = self._journal.is_kept
        self.n_resumed = self.tally.n_inputs

    @property
    def tally(self) -> Tally:
        """What is done so far, before a run was broken off too."""
        return self._journal.tally

    @property
    def is_kept(self) -> bool:
        """Whether what is done is kept if the run is broken off."""
        return self._journal.is_kept

    def outcomes(self) -> Generator[Outcome, None, None]:
        """Do what is left to do; each outcome is given once it is in the draft. To break off, close this.

        Raises:
            ExportError: it cannot be written; a long run can go on where it stopped.
        """
        if self._is_over:
            return
        try:
            if not self._journal.is_kept:
                with self._told():
                    self._journal.begin({}, self.inputs)
            yield from self._annotate()
            with self._told():
                self._journal.publish(self.places)
        finally:
            with self._told():
                self._journal.close()
                if not self._journal.is_kept and self._journal.folder.exists():
                    self._journal.remove()

    def _annotate(self) -> Iterator[Outcome]:
        done, total = self.tally.n_inputs, len(self.inputs)
        if done == total:
            return
        workers = choose_workers(self._workers, total - done)
        is_packed = bool(self._job.packing)
        for outcome in annotate_files(self.inputs.after(done), self._job, workers=workers):
            with self._told():
                self._journal.add(outcome, is_packed=is_packed)
                if self.tally.n_inputs % SHARD == 0 or self.tally.n_inputs == total:
                    self._journal.end_shard()
            yield outcome

    def _open(self, *, resume: bool) -> Journal:
        """The journal of this run: a new one, the one to go on with, or that of a run which has ended."""
        journal = Journal(Path(f"{self.places.records}.parts"), is_kept=True)
        is_there = journal.find()
        if is_there and not resume:
            raise ExportError(
                f"{self._out}: an unfinished run is in {journal.folder}; go on with --resume, or remove it"
            )
        if is_there and not journal.is_published:
            self._compare(journal)
            journal.go_on()
            return journal
        if is_there:
            journal.remove()
        if resume and self.places.manifest.exists() and self.places.records.exists():
            manifest = read_manifest(self.places.manifest)
            self._compare_manifest(manifest)
            self._is_over = True
            return Journal(journal.folder, is_kept=True, tally=manifest.tally)
        if len(self.inputs) >= SHARD:
            journal = Journal(journal.folder, is_kept=True)
            journal.begin(self._settings(), self.inputs)
            return journal
        records = self.places.records
        return Journal(records.with_name(f".{records.name}.{os.getpid()}.part"), is_kept=False)

    def _settings(self) -> Settings:
        """What decides which bytes a file gives."""
        made_with = load(self._job.scheme, self._job.model).made_with
        return {
            "schema": SCHEMA,
            "giar_nlp": __version__,
            "python": platform.python_version(),
            "scheme": made_with.scheme,
            "model": made_with.model,
            "with_text": self._job.with_text,
            "packing": self._job.packing,
            "shard": SHARD,
        }

    def _compare(self, journal: Journal) -> None:
        """Raise `ExportError` if an unfinished run had other settings or inputs."""
        self._compare_settings(journal.settings, journal.folder)
        for number, (was, now) in enumerate(zip_longest(journal.inputs(), self.inputs.lines()), 1):
            if was != now:
                names = [shown_path(json.loads(line)[0]) if line else "none" for line in (was, now)]
                raise self._changed([f"input {number} was {names[0]}, is {names[1]} now"], journal.folder)
        self._compare_prints(journal.prints(), journal.folder)

    def _compare_manifest(self, manifest: Manifest) -> None:
        """Raise `ExportError` if a run that has ended had other settings, inputs or output."""
        place = self.places.manifest
        self._compare_settings(manifest.settings, place)
        n_bytes = self.places.records.stat().st_size
        if manifest.n_bytes != n_bytes:
            raise self._changed([f"{self._out} had {manifest.n_bytes:,} bytes, has {n_bytes:,}"], place)
        if manifest.tally.n_inputs != len(self.inputs):
            raise self._changed([f"inputs were {manifest.tally.n_inputs:,}, are {len(self.inputs):,}"], place)
        self._compare_prints(manifest.prints, place)

    def _compare_settings(self, were: Settings, place: Path) -> None:
        now = self._settings()
        names = [name for name in {**were, **now} if were.get(name) != now.get(name)]
        if names:
            told = [f"'{name}' was {were.get(name)!r}, is {now.get(name)!r}" for name in names]
            raise self._changed(told, place)

    def _compare_prints(self, lines: Iterable[bytes], place: Path) -> None:
        told = []
        for line, found in zip(lines, self.inputs, strict=False):
            was = orjson.loads(line)
            now = NO_PRINT if found.error else print_of(found.path)
            if was["path"] != shown_path(found.path):
                told.append(f"{was['path']} is {found.path} now")
            elif was != {"path": was["path"], **now._asdict()}:
                told.append(f"{found.path} is gone" if now == NO_PRINT else f"{found.path} has changed")
        if told:
            raise self._changed(told, place)

    def _changed(self, told: list[str], place: Path) -> ExportError:
        rest = f" and {len(told) - _NAMED:,} more" if len(told) > _NAMED else ""
        return ExportError(
            f"{self._out}: cannot go on, {'; '.join(told[:_NAMED])}{rest}; put it back as it was, "
            f"or start afresh: remove {place}"
        )

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Tell what went wrong with the disk, and what becomes of the run."""
        try:
            yield
        except OSError as error:
            kept = (
                "is kept: mend that, and go on with --resume"
                if self._is_begun
                else "is lost: mend that first"
            )
            raise ExportError(
                f"{self._out}: cannot be written ({error.strerror or error}); what was done {kept}"
            ) from error
