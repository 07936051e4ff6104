"""The inputs of a run: their list, packed in memory, and a fingerprint of each."""

import hashlib
import json
import stat
import zlib
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from giar_nlp.errors import ReadError
from giar_nlp.readers import MAX_BYTES, FoundFile

_BLOCK = 2000  # files whose paths are packed together


class Print(NamedTuple):
    """The size of a file in bytes and its SHA-256; None where there was nothing to read."""

    size: int | None = None
    sha256: str | None = None


NO_PRINT = Print()


def print_of(path: str) -> Print:
    """The fingerprint of a file; without a digest if it is larger than any report, empty if it is no file."""
    try:
        file = Path(path)
        status = file.stat()
        if not stat.S_ISREG(status.st_mode):
            return NO_PRINT
        if status.st_size > MAX_BYTES:
            return Print(status.st_size)
        with file.open("rb") as stream:
            return Print(status.st_size, hashlib.file_digest(stream, "sha256").hexdigest())
    except (OSError, ValueError):
        return NO_PRINT


class Inputs:
    """A list of files that takes little memory however long it is: some bytes a path."""

    def __init__(self, files: Iterable[FoundFile]) -> None:
        self._blocks: list[bytes] = []
        self._n = 0
        rest = iter(files)
        while block := [_line(found) for found in islice(rest, _BLOCK)]:
            self._blocks.append(zlib.compress(b"".join(block)))
            self._n += len(block)

    def __len__(self) -> int:
        return self._n

    def __iter__(self) -> Iterator[FoundFile]:
        return self.after(0)

    def after(self, n: int) -> Iterator[FoundFile]:
        """The files but for the first `n`."""
        for line in islice(self.lines(), n, None):
            path, *message = json.loads(line)
            yield FoundFile(path, ReadError(message[0]) if message else None)

    def lines(self) -> Iterator[bytes]:
        """A line a file that says its path, and what is wrong with it."""
        for block in self._blocks:
            yield from zlib.decompress(block).splitlines(keepends=True)


def _line(found: FoundFile) -> bytes:
    # json writes names beyond Unicode too, as ASCII.
    fields = [found.path, str(found.error)] if found.error else [found.path]
    return json.dumps(fields).encode("ascii") + b"\n"
