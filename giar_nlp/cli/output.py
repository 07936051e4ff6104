"""Where results go: standard output, or a file that is written whole or not at all."""

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, NoReturn

import typer

if TYPE_CHECKING:
    from giar_nlp.errors import CorpusError
    from giar_nlp.jsonl import Unit

SUFFIX = ".jsonl"


def say(message: str) -> None:
    """Print a message to stderr, unforeseen control characters made visible."""
    shown = "".join(char if char.isprintable() or char == "\n" else repr(char)[1:-1] for char in message)
    typer.echo(f"giar: {shown}", err=True)


def check_out(out: Path | None) -> Path | None:
    """The path of `-o`, checked before any work is done.

    Raises:
        typer.BadParameter: no such folder, or no format of ours.
    """
    from giar_nlp.packing import NEEDS_ZSTD, is_ready, lines_suffix, packing_of

    out = check_place(out)
    if out is None or not is_file(out):
        return out
    if lines_suffix(out) != SUFFIX:
        raise typer.BadParameter(
            f"{out}: JSON lines are written here; name a file that ends in .jsonl, .jsonl.gz or .jsonl.zst"
        )
    if not is_ready(packing_of(out)):
        raise typer.BadParameter(f"{out}: {NEEDS_ZSTD}")
    return out


def is_file(out: Path | None) -> bool:
    """Whether what `-o` names is or will be a file, not standard output or a device."""
    return out is not None and (out.is_file() or not out.exists())


def check_place(out: Path | None) -> Path | None:
    """The path of `-o`, if a file may be made there; its format is not looked at.

    Raises:
        typer.BadParameter: a folder is there, or none to hold the file.
    """
    if out is None or (out.exists() and not out.is_file() and not out.is_dir()):
        return out  # standard output, or a device such as /dev/null
    if out.is_dir():
        raise typer.BadParameter(f"{out} is a folder; name a file in it, such as {out / 'reports.jsonl'}")
    if not out.absolute().parent.is_dir():
        raise typer.BadParameter(f"{out}: there is no folder {out.parent}; make it first")
    return out


@contextmanager
def open_out(out: Path | None) -> Iterator[BinaryIO]:
    """A stream for results; a file appears under its name only when all is written, packed as its name says.

    Raises:
        typer.BadParameter: the file cannot be written.
    """
    from giar_nlp.packing import open_packed

    if out is None:
        try:
            yield sys.stdout.buffer
            sys.stdout.buffer.flush()
        except BrokenPipeError:
            leave_quietly()
        return
    if out.exists() and not out.is_file():
        with out.open("wb") as stream:
            yield stream
        return
    target = Path(os.path.realpath(out))
    draft = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        stream = draft.open("xb")
    except OSError as error:
        raise typer.BadParameter(
            f"{out}: cannot be written ({error.strerror}); choose another place"
        ) from error
    try:
        with stream, open_packed(stream, out) as lines:
            yield lines
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)


def leave_quietly() -> NoReturn:
    """Leave because whoever reads our output has seen enough (giar annotate ... | head): that is no fault."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    raise typer.Exit(0)


class Errors:
    """Where errors go: the side file of `-o`, or stderr where results go to standard output."""

    def __init__(self, out: Path | None) -> None:
        has_file = out is not None and (is_file(out) or out.is_dir())
        self.path = Path(f"{out}.errors.jsonl") if has_file else None
        self._lines: list[bytes] = []
        self.n = 0

    def add(self, line: bytes, message: str) -> None:
        """Take in an error record; say it at once where there is no side file to hold it."""
        self.n += 1
        if self.path is None:
            typer.echo(line.decode(), err=True)
        else:
            say(message)
            self._lines.append(line)

    def pass_on(self, units: "Iterable[Unit | CorpusError]", path: str) -> "Iterator[Unit]":
        """The units among what was read; errors are taken in."""
        from giar_nlp.errors import CorpusError
        from giar_nlp.jsonl import dump_error

        for unit in units:
            if isinstance(unit, CorpusError):
                self.add(dump_error(path, unit), str(unit))
            else:
                yield unit

    def write(self) -> None:
        """Write the side file; without errors, take away that of an earlier run."""
        if self.path is None:
            return
        if self._lines:
            with open_out(self.path) as stream:
                stream.writelines(line + b"\n" for line in self._lines)
        else:
            self.path.unlink(missing_ok=True)
