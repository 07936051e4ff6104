"""Packed JSON lines: the same lines back, the same bytes again, nothing from a damaged file, and no bombs."""

from __future__ import annotations

import gzip
import io
import subprocess
from pathlib import Path

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from giar_nlp import packing
from giar_nlp.errors import CorpusError
from giar_nlp.packing import PACKERS, find_lines, open_packed, packing_of, read_lines, unpack

each_packing = pytest.mark.parametrize("suffix", [suffix for suffix in PACKERS if suffix])
LINES = [bytes([65 + number % 20]) * 100 * number + b"\n" for number in range(200)]


@given(st.lists(st.binary(min_size=1)))
def test_what_is_packed_comes_back(pieces: list[bytes]) -> None:
    for suffix, pack in PACKERS.items():
        packed = b"".join(pack(piece) for piece in pieces)
        assert unpack(packed, f"a.jsonl{suffix}") == b"".join(pieces)
        assert packed == b"".join(pack(piece) for piece in pieces)


@pytest.mark.parametrize("suffix", PACKERS)
def test_lines_are_read_one_by_one(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a.jsonl{suffix}"
    path.write_bytes(b"".join(map(PACKERS[suffix], LINES)))
    assert list(read_lines(path)) == LINES
    with path.open("wb") as file, open_packed(file, path) as stream:
        stream.writelines(LINES)
    assert list(read_lines(path)) == LINES


@each_packing
def test_a_damaged_file_is_never_taken_for_a_whole_one(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a.jsonl{suffix}"
    whole = b"".join(map(PACKERS[suffix], LINES))
    last = len(PACKERS[suffix](LINES[-1]))
    for data in (*(whole[:-n] for n in range(1, last)), whole[:-6] + b"xyz" + whole[-3:], b"no such thing"):
        path.write_bytes(data)
        with pytest.raises(CorpusError, match="is damaged or cut off"):
            list(read_lines(path))
        with pytest.raises(CorpusError, match="is damaged or cut off"):
            unpack(data, path)


@each_packing
def test_bombs_are_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str) -> None:
    monkeypatch.setattr(packing, "MAX_LINE", 10_000)
    monkeypatch.setattr(packing, "MAX_UNPACKED", 100_000)
    path = tmp_path / f"a.jsonl{suffix}"
    path.write_bytes(PACKERS[suffix](bytes(10_000_000)))
    with pytest.raises(CorpusError, match="a line is longer than 10,000 bytes"):
        list(read_lines(path))
    with pytest.raises(CorpusError, match="unpacks to more than 100,000 bytes"):
        unpack(path.read_bytes(), path)


def test_other_tools_read_what_is_packed(tmp_path: Path) -> None:
    data = b"".join(LINES)
    gz = b"".join(map(PACKERS[".gz"], LINES))
    assert gzip.decompress(gz) == data
    assert subprocess.run(["gzip", "-dc"], input=gz, check=True, capture_output=True).stdout == data
    zst = io.BytesIO(b"".join(map(PACKERS[".zst"], LINES)))
    with zstandard.ZstdDecompressor().stream_reader(zst, read_across_frames=True) as stream:
        assert stream.read() == data


def test_a_missing_package_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packing, "find_spec", lambda name: None)
    path = tmp_path / "a.jsonl.zst"
    path.write_bytes(b"")
    with pytest.raises(CorpusError, match=r"pip install 'giar-nlp\[zstd\]'"):
        list(read_lines(path))


def test_folders_give_packed_files_too(tmp_path: Path) -> None:
    for name in ("b.jsonl", "a.jsonl.gz", "c.jsonl.zst", "d.jsonl.bak", "e.txt.gz"):
        (tmp_path / name).touch()
    assert [path.name for path in find_lines(tmp_path)] == ["a.jsonl.gz", "b.jsonl", "c.jsonl.zst"]
    assert packing_of("a.GZ") == ".gz"
