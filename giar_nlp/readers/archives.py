"""Archives of reports: the files in a zip or tar, read as if they stood in a folder of its name."""

import io
import logging
import os
import tarfile
import threading
import zlib
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from giar_nlp.errors import ReadError
from giar_nlp.readers.formats import ARCHIVES, SUFFIXES, suffix_of
from giar_nlp.readers.limits import LIMITS, Limits, Watch
from giar_nlp.readers.zips import Members

_ZIP = b"PK"
_CHUNK = 1 << 20
_DAMAGED = (tarfile.TarError, zlib.error, EOFError, OSError, ValueError)

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Inside:
    """A path that leads into an archive: the archive, and the member's name in it."""

    archive: str
    member: str


def inside(path: str) -> Inside | None:
    """Where a path leads into an archive; None for a path that does not.

    Example:
        >>> inside("no/such/folder/report.txt")
    """
    for parent in Path(path).parents:
        if parent.is_file():
            member = PurePosixPath(Path(path).relative_to(parent).as_posix())
            return Inside(str(parent), str(member)) if suffix_of(parent.name) in ARCHIVES else None
        if parent.exists():
            return None
    return None


def list_archive(path: str, limits: Limits = LIMITS) -> tuple[str, ...]:
    """The paths of the reports in an archive, in their order there; hidden files are left out.

    Raises:
        ReadError: it cannot be read, or holds more than the limits allow.
    """
    names = [name for name in _open(path, limits).names if not _is_hidden(name)]
    readable = [name for name in names if suffix_of(name) in SUFFIXES]
    if len(readable) < len(names):
        logger.warning("%s: %d files of other formats passed over", path, len(names) - len(readable))
    return tuple(f"{path}/{name}" for name in readable)


def load_member(place: Inside, limits: Limits = LIMITS) -> bytes:
    """The bytes of a file in an archive.

    Raises:
        ReadError: it is not there or damaged, or larger than the limits allow.
    """
    opened = _open(place.archive, limits)
    watch = Watch(f"{place.archive}/{place.member}", limits)
    if place.member not in opened.names:
        raise watch.error("no such file in the archive", "check the path")
    return opened.read(place.member, watch)


class _Zip:
    """A zip archive, opened once; each member is held to the limits by itself."""

    def __init__(self, data: bytes, watch: Watch) -> None:
        self._data = data
        self._members = Members(data, watch)
        self.names = dict.fromkeys(self._members.names).keys()

    def read(self, name: str, watch: Watch) -> bytes:
        return self._members.for_one(watch).read(name)


class _Tar:
    """A tar archive, packed or not, read through once when it is opened; only plain files are in it."""

    def __init__(self, data: bytes, watch: Watch) -> None:
        self._files: dict[str, bytes] = {}
        size = 0
        try:
            with tarfile.open(fileobj=io.BytesIO(data), mode="r:*") as tar:
                for number, info in enumerate(tar):
                    watch.check("members", number + 1, "members of the archive")
                    stream = tar.extractfile(info) if info.isreg() else None
                    name = str(PurePosixPath(info.name))
                    if stream is None or name.startswith("/") or ".." in PurePosixPath(name).parts:
                        continue
                    parts = []
                    while part := stream.read(_CHUNK):
                        size += len(part)
                        watch.check("unpacked", size, "bytes unpacked")
                        parts.append(part)
                    self._files[name] = b"".join(parts)
        except _DAMAGED as error:
            raise watch.error(f"the archive is damaged ({error})", "copy or download it again") from error
        self.names = self._files.keys()

    def read(self, name: str, watch: Watch) -> bytes:
        watch.check("bytes", len(self._files[name]), "bytes")
        return self._files[name]


_Opened = _Zip | _Tar
_LAST: dict[int, tuple[tuple[str, int, int], _Opened]] = {}
"""The archive that each thread opened last: its members are asked for one after the other."""


def _open(path: str, limits: Limits) -> _Opened:
    watch = Watch(path, limits)
    try:
        status = os.stat(path)  # noqa: PTH116 (a path as it is named, for the message)
        key = (path, status.st_mtime_ns, status.st_size)
        watch.check("unpacked", status.st_size, "bytes")
        thread = threading.get_ident()
        if thread in _LAST and _LAST[thread][0] == key:
            return _LAST[thread][1]
        data = Path(path).read_bytes()
    except OSError as error:
        reason = error.strerror or str(error)
        raise ReadError(f"{path}: cannot be read ({reason}); check the path and your rights") from error
    opened = _Zip(data, watch) if data.startswith(_ZIP) else _Tar(data, watch)
    _LAST[thread] = (key, opened)
    return opened


def _is_hidden(name: str) -> bool:
    parts = PurePosixPath(name).parts
    return any(part.startswith((".", "~$", "__MACOSX")) for part in parts)
