"""JSON lines plain or packed (``.gz``, ``.zst``): the same lines give the same bytes, and bombs stay small.

Each record is packed on its own, so that processes can pack side by side; what follows one another in a
file is one stream to every reader of these formats.
"""

import gzip
import io
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

from giar_nlp.errors import CorpusError

if TYPE_CHECKING:
    from zstandard import ZstdDecompressionObj

MAX_LINE = 1 << 28
"""Bytes of the longest line that is read: no record of a report comes near it."""
MAX_UNPACKED = 100_000_000
"""Bytes that a file of rows may unpack to where it is held whole, as for one that is not packed."""

LINES = (".jsonl", ".ndjson")

_GZIP_LEVEL = 6
_ZSTD_LEVEL = 3
_MAX_WINDOW = 1 << 27
_PIECE = 4096  # packed bytes at a time: four of them may unpack to 128 KB
NEEDS_ZSTD = ".zst needs the extra 'zstd': pip install 'giar-nlp[zstd]', or use .gz"


def packing_of(path: Path | str) -> str:
    """How a file is packed by its name: a suffix in `PACKERS`, the empty one where it is not.

    Example:
        >>> packing_of("out.jsonl.gz"), packing_of("out.jsonl")
        ('.gz', '')
    """
    suffix = Path(path).suffix.lower()
    return suffix if suffix in PACKERS else ""


def lines_suffix(path: Path | str) -> str:
    """The suffix of a file below its packing, in small letters.

    Example:
        >>> lines_suffix("out.jsonl.zst"), lines_suffix("out.CSV"), lines_suffix("out")
        ('.jsonl', '.csv', '')
    """
    path = Path(path)
    return (Path(path.stem) if packing_of(path) else path).suffix.lower()


def lines_stem(path: Path) -> str:
    """The name of a file without its suffix and its packing.

    Example:
        >>> lines_stem(Path("dev/h05.jsonl.gz")), lines_stem(Path("h05.jsonl"))
        ('h05', 'h05')
    """
    return Path(path.stem).stem if packing_of(path) else path.stem


def find_lines(folder: Path) -> list[Path]:
    """The files of JSON lines (.jsonl) in a folder and below it, packed ones too, sorted."""
    return sorted(path for path in folder.rglob("*.jsonl*") if lines_suffix(path) == LINES[0])


def is_ready(packing: str) -> bool:
    """Whether what a packing needs is installed."""
    return packing != ".zst" or find_spec("zstandard") is not None


def read_lines(path: Path | str) -> Iterator[bytes]:
    """The lines of a file, one after the other, unpacked as its name says; only one is in memory at a time.

    Raises:
        CorpusError: the file is damaged, or a line is too long; the message names the file.
        OSError: the file cannot be opened or read.
    """
    with Path(path).open("rb") as file:
        lines = _unpacked(file, str(path))
        while line := _next_line(lines, str(path)):
            yield line


def unpack(data: bytes, path: Path | str) -> bytes:
    """The bytes of a file, unpacked as its name says.

    Raises:
        CorpusError: the file is damaged, or unpacks to more than `MAX_UNPACKED` bytes.
    """
    if not packing_of(path):
        return data
    try:
        found = _unpacked(io.BytesIO(data), str(path)).read(MAX_UNPACKED + 1)
    except _damages() as error:
        raise CorpusError(_damaged(path, error)) from error
    if len(found) > MAX_UNPACKED:
        raise CorpusError(f"{path}: unpacks to more than {MAX_UNPACKED:,} bytes; split the file")
    return found


@contextmanager
def open_packed(stream: BinaryIO, path: Path | str) -> Iterator[BinaryIO]:
    """A stream that packs what is written to it as the name of the file says, into one open already."""
    packing = packing_of(path)
    if packing == ".gz":
        with gzip.GzipFile("", "wb", _GZIP_LEVEL, stream, mtime=0) as packed:
            yield cast(BinaryIO, packed)
    elif packing == ".zst":
        import zstandard

        packer = zstandard.ZstdCompressor(level=_ZSTD_LEVEL, write_checksum=True)
        writer = cast(io.RawIOBase, packer.stream_writer(stream, closefd=False))
        with io.BufferedWriter(writer) as buffered:
            yield buffered
    else:
        yield stream


def _next_line(lines: BinaryIO, path: str) -> bytes:
    try:
        line = lines.readline(MAX_LINE + 1)
    except _damages() as error:
        raise CorpusError(_damaged(path, error)) from error
    if len(line) > MAX_LINE:
        raise CorpusError(f"{path}: a line is longer than {MAX_LINE:,} bytes; each holds one record")
    return line


def _unpacked(file: BinaryIO, path: str) -> BinaryIO:
    packing = packing_of(path)
    if packing == ".gz":
        return cast(BinaryIO, gzip.GzipFile(fileobj=file, mode="rb"))
    if packing == ".zst":
        if not is_ready(packing):
            raise CorpusError(f"{path}: {NEEDS_ZSTD}")
        return io.BufferedReader(_ZstdReader(file))
    return file


class _ZstdReader(io.RawIOBase):
    """The unpacked bytes of frames that follow one another; zstandard's own reader lets a cut file pass."""

    def __init__(self, file: BinaryIO) -> None:
        import zstandard

        self._file = file
        self._unpacker = zstandard.ZstdDecompressor(max_window_size=_MAX_WINDOW)
        self._frame: ZstdDecompressionObj | None = None
        self._packed = b""
        self._ready = memoryview(b"")

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: object) -> int:
        """Fill the buffer as far as the next bytes go; 0 at the end of the file."""
        while not self._ready:
            packed = self._packed or self._file.read(_PIECE)
            if not packed:
                if self._frame is not None:
                    raise EOFError("it ends within a frame")
                return 0
            frame = self._frame or self._unpacker.decompressobj()
            self._ready = memoryview(frame.decompress(packed))
            self._packed, self._frame = (frame.unused_data, None) if frame.eof else (b"", frame)
        room = memoryview(cast(bytearray, buffer))
        n = min(len(room), len(self._ready))
        room[:n], self._ready = self._ready[:n], self._ready[n:]
        return n


def _damages() -> tuple[type[Exception], ...]:
    """What is raised over a packed file that is damaged."""
    damages = (EOFError, gzip.BadGzipFile, zlib.error)
    if not is_ready(".zst"):
        return damages
    import zstandard

    return (*damages, zstandard.ZstdError)


def _damaged(path: Path | str, error: Exception) -> str:
    return f"{path}: is damaged or cut off ({error}); make or copy it again"


def _pack_gzip(data: bytes) -> bytes:
    return gzip.compress(data, _GZIP_LEVEL, mtime=0)


def _pack_zstd(data: bytes) -> bytes:
    import zstandard

    return zstandard.ZstdCompressor(level=_ZSTD_LEVEL, write_checksum=True).compress(data)


PACKERS: dict[str, Callable[[bytes], bytes]] = {"": bytes, ".gz": _pack_gzip, ".zst": _pack_zstd}
"""Suffix to what packs one record, its line end included."""
