"""Zipped formats, opened with care: members by declared and real size, by ratio, number and path."""

import io
import zipfile
import zlib
from copy import copy
from pathlib import PurePosixPath

from giar_nlp.readers.limits import Watch

_ENCRYPTED = 0x1
_SMALL = 1_000_000
"""Below so many bytes any ratio will do: a page of blanks packs well."""
_CHUNK = 1 << 20
_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError)


class Members:
    """The members of a zip file.

    Attributes:
        names: of the members that are files, in their order; paths with ``/`` that stay inside.

    Raises:
        ReadError: the bytes are no sound zip file, or hold more than the limits allow.
    """

    def __init__(self, data: bytes, watch: Watch) -> None:
        self._watch = watch
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
            found = self._zip.infolist()
        except _DAMAGED as error:
            raise watch.error(
                f"the zip file is damaged ({error})", "copy or download it again, or unpack it by hand"
            ) from error
        watch.check("members", len(found), "members of the zip file")
        self._infos = {
            info.filename: info for info in found if not info.is_dir() and _stays_inside(info.filename)
        }
        self.names = tuple(self._infos)
        self._unpacked = 0

    def for_one(self, watch: Watch) -> "Members":
        """The same members, held to limits anew: for an archive, each of whose files is read by itself."""
        fresh = copy(self)
        fresh._watch, fresh._unpacked = watch, 0
        return fresh

    def __contains__(self, name: str) -> bool:
        return name in self._infos

    def read(self, name: str) -> bytes:
        """The bytes of a member.

        Raises:
            ReadError: it is missing, damaged or encrypted, or unpacks to more than the limits allow.
        """
        watch, info = self._watch, self._infos.get(name)
        if info is None:
            raise watch.error(f"the part {name} is missing", "save the file again from the program it is of")
        if info.flag_bits & _ENCRYPTED:
            raise watch.error(f"the part {name} is encrypted", "save it without a password")
        watch.check("unpacked", self._unpacked + info.file_size, "bytes unpacked")
        parts: list[bytes] = []
        size = 0
        try:
            with self._zip.open(info) as stream:
                while part := stream.read(_CHUNK):
                    size += len(part)
                    watch.check("unpacked", self._unpacked + size, "bytes unpacked")
                    if size > _SMALL:
                        watch.check("ratio", size // max(info.compress_size, 1), f"times packed is {name}")
                    parts.append(part)
        except _DAMAGED as error:
            raise watch.error(
                f"the part {name} is damaged ({error})", "copy or download the file again"
            ) from error
        self._unpacked += size
        return b"".join(parts)


def _stays_inside(name: str) -> bool:
    path = PurePosixPath(name.replace("\\", "/"))
    return not path.is_absolute() and ".." not in path.parts and ":" not in path.parts[0]
