"""Which files are meant, and their bytes: files, folders, globs, archives, standard input."""

import glob
import logging
import os
import re
import stat
import sys
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from giar_nlp.errors import ReadError
from giar_nlp.readers.archives import inside, list_archive, load_member
from giar_nlp.readers.formats import ARCHIVES, SUFFIXES, suffix_of
from giar_nlp.readers.limits import LIMITS, Limits

MAX_BYTES = LIMITS.bytes
STDIN = "-"
_UNREADABLE = (
    *(".odt", ".ppt", ".pptx", ".xls", ".xlsx", ".et", ".rar", ".7z"),
    *(".png", ".jpg", ".jpeg", ".gif", ".bmp", ".tif", ".tiff", ""),
)
"""Reports may stand in files of these suffixes, which are not read: to pass over them is worth a word."""
_MAX_PATH = 1024
_NATURAL = re.compile(r"(\d+)")

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A path to read, as it was named or found; `error` says why there is nothing to read there."""

    path: str
    error: ReadError | None = None


def looks_like_path(text: str) -> bool:
    """Whether a string names a file or a folder that is there, or ends like the name of a document.

    Example:
        >>> looks_like_path("reports/2023.txt"), looks_like_path("全年主动公开政府信息53条。")
        (True, False)
    """
    if not text or len(text) > _MAX_PATH or "\n" in text or "\0" in text:
        return False
    try:
        path = Path(text)
        return suffix_of(text) in {*SUFFIXES, *ARCHIVES} or path.exists()
    except (OSError, ValueError):
        return False


def find_files(paths: Iterable[Path | str]) -> Iterator[FoundFile]:
    """Every file that the paths name, each once, folders and globs in natural order (2.txt before 10.txt).

    A folder or an archive gives the files below it that have a suffix in `SUFFIXES`, hidden ones left out; a
    file named by itself is given whatever its suffix, and ``-`` stands for standard input. What is missing or
    cannot be opened is given with its error, in its place.
    """
    seen = _Seen()
    for path in paths:
        for found in _find(str(path)):
            if found.error is not None or seen.is_new(found.path):
                yield found


def need_files(files: Iterable[FoundFile]) -> Iterator[FoundFile]:
    """The files as they come, the first ones held back until there is one that may be read.

    Raises:
        ReadError: there is none; the message says what is wrong with the first.
    """
    coming = iter(files)
    missing: list[FoundFile] = []
    for found in coming:
        if found.error is None:
            yield from (*missing, found)
            yield from coming
            return
        missing.append(found)
    why = str(missing[0].error) if missing else "the paths name no file; check them"
    rest = f" (and {len(missing) - 1:,} more like it)" if len(missing) > 1 else ""
    raise ReadError(f"nothing to read, so nothing is written: {why}{rest}")


def load_bytes(path: Path | str, limits: Limits = LIMITS) -> bytes:
    """The bytes of a file, in an archive too; of standard input for ``-``.

    Raises:
        ReadError: there is no such file, it cannot be opened, or it is too large.
    """
    name = str(path)
    if name == STDIN:
        return _read_limited(sys.stdin.buffer, name, limits)
    file = Path(path)
    try:
        status = file.stat()
        if stat.S_ISDIR(status.st_mode):
            raise ReadError(f"{name}: is a folder; name a file, or give the folder to 'giar annotate'")
        if status.st_size > limits.bytes:
            raise ReadError(_too_large(name, f"{status.st_size:,}", limits))
        with file.open("rb") as stream:
            # A read makes room for all that it may get: most files are no longer than they say.
            data = stream.read(status.st_size + 1)
            return data + _read_limited(stream, name, limits) if len(data) > status.st_size else data
    except (FileNotFoundError, NotADirectoryError) as error:
        if place := inside(name):
            return load_member(place, limits)
        raise ReadError(f"{name}: no such file; check the path") from error
    except OSError as error:
        reason = error.strerror or str(error)
        raise ReadError(f"{name}: cannot be read ({reason}); check the path and your rights") from error
    except ValueError as error:
        raise ReadError(f"{name!r}: is no path ({error}); check it") from error


def _read_limited(stream: BinaryIO, path: str, limits: Limits) -> bytes:
    data = stream.read(limits.bytes + 1)
    if len(data) > limits.bytes:
        raise ReadError(_too_large(path, f"more than {limits.bytes:,}", limits))
    return data


def _too_large(path: str, size: str, limits: Limits) -> str:
    return f"{path}: {size} bytes, the limit is {limits.bytes:,}; split it into one file a report"


class _Seen:
    """The files met so far, by their real paths.

    Millions may be met, folder after folder, and few folders again: the names of a folder that is behind are
    packed, until a second look at it.
    """

    def __init__(self) -> None:
        self._names: dict[str, set[str] | bytes] = {}
        self._again: set[str] = set()  # folders that are packed no more
        self._last = self._real = ""
        self._folder: str | None = None

    def is_new(self, path: str) -> bool:
        """Whether this is the first time that a file is met."""
        folder, name = os.path.split(path)
        if folder != self._folder:
            self._folder, self._real = folder, os.path.realpath(folder)
        folder = self._real
        if path == STDIN:
            folder = STDIN
        elif Path(path).is_symlink():
            folder, name = os.path.split(os.path.realpath(path))
        names = self._open(folder)
        n_before = len(names)
        names.add(name)
        return len(names) > n_before

    def _open(self, folder: str) -> set[str]:
        names = self._names.setdefault(folder, set())
        if isinstance(names, bytes):
            self._again.add(folder)
            names = self._names[folder] = set(
                zlib.decompress(names).decode("utf-8", "surrogatepass").split("/")
            )
        if folder != self._last:
            self._pack(self._last)
            self._last = folder
        return names

    def _pack(self, folder: str) -> None:
        names = self._names.get(folder)
        if isinstance(names, set) and folder not in self._again:
            self._names[folder] = zlib.compress("/".join(names).encode("utf-8", "surrogatepass"))


def _find(path: str) -> Iterator[FoundFile]:
    try:
        if path == STDIN or (Path(path).exists() and not Path(path).is_dir()):
            yield from _find_file(path)
        elif Path(path).is_dir():
            below = _find_below(path)
            if (first := next(below, None)) is None:
                known = ", ".join((*SUFFIXES, *ARCHIVES))
                first = FoundFile(path, ReadError(f"{path}: holds no file to read; looked for {known}"))
            yield first
            yield from below
        elif inside(path):
            yield FoundFile(path)
        elif glob.has_magic(path):
            yield from _find_matching(path)
        else:
            yield FoundFile(path, ReadError(f"{path}: no such file or folder; check the path"))
    except (OSError, ValueError) as error:
        yield FoundFile(path, ReadError(f"{path}: cannot be read ({error}); check the path and your rights"))


def _find_file(path: str) -> Iterator[FoundFile]:
    """A file, or the files in an archive."""
    if suffix_of(path) not in ARCHIVES:
        yield FoundFile(path)
        return
    try:
        found = list_archive(path)
    except ReadError as error:
        yield FoundFile(path, error)
        return
    if not found:
        known = ", ".join(SUFFIXES)
        yield FoundFile(path, ReadError(f"{path}: holds no file to read; looked for {known}"))
    yield from map(FoundFile, found)


def _find_matching(pattern: str) -> Iterator[FoundFile]:
    matching = sorted(glob.glob(pattern, recursive=True), key=_natural)  # noqa: PTH207 (Path.glob takes no absolute pattern)
    if not matching:
        yield FoundFile(pattern, ReadError(f"{pattern}: matches no file; check the pattern"))
    for path in matching:
        if Path(path).is_dir():
            yield from _find_below(path)
        elif len(matching) == 1 or suffix_of(path) in {*SUFFIXES, *ARCHIVES}:
            yield from _find_file(path)


def _find_below(folder: str) -> Iterator[FoundFile]:
    """The readable files of a folder, then those of the folders in it."""
    try:
        names = sorted((path.name for path in Path(folder).iterdir()), key=_natural)
    except OSError as error:
        reason = error.strerror or str(error)
        message = f"{folder}: folder cannot be read ({reason}); check your rights"
        yield FoundFile(folder, ReadError(message))
        return
    paths = [str(Path(folder, name)) for name in names if not name.startswith((".", "~$"))]
    folders = dict.fromkeys(path for path in paths if Path(path).is_dir())
    files = [path for path in paths if path not in folders]
    readable = [path for path in files if suffix_of(path) in {*SUFFIXES, *ARCHIVES}]
    if len(readable) < len(files):
        endings = Counter(Path(path).suffix.lower() for path in set(files) - set(readable))
        found = ", ".join(f"{endings[e]} {e or 'without a suffix'}" for e in _UNREADABLE if endings[e])
        if found:
            mend = "if they are reports, save them as .docx or .txt"
            logger.warning("%s: passed over %s: not read; %s", folder, found, mend)
        logger.info("%s: %d files of other formats passed over", folder, len(files) - len(readable))
    for path in readable:
        yield from _find_file(path)
    for path in folders:
        if not Path(path).is_symlink():
            yield from _find_below(path)


def _natural(name: str) -> list[tuple[int, str]]:
    """Sort key in which numbers count as numbers."""
    return [(int(part), "") if part.isdecimal() else (0, part) for part in _NATURAL.split(name)]
