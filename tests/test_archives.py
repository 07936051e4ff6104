"""Archives of reports, and zipped formats: what is in them, and what they may not do."""

from __future__ import annotations

import io
import tarfile
import zipfile
from pathlib import Path

import pytest

from giar_nlp.errors import ReadError
from giar_nlp.readers import LIMITS, find_files, read
from giar_nlp.readers.limits import Watch
from giar_nlp.readers.zips import Members

FILES = {
    "2023/甲局.txt": "全年主动公开政府信息53条。",
    "乙局.md": "# 总体情况",
    "__MACOSX/a.txt": "x",
    "b.png": "x",
}


def zipped(files: dict[str, str], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return stream.getvalue()


def tarred(files: dict[str, str], mode: str = "w:gz") -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode=mode) as archive:  # type: ignore[call-overload]
        for name, text in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(text.encode())
            archive.addfile(info, io.BytesIO(text.encode()))
    return stream.getvalue()


@pytest.mark.parametrize(
    ("name", "data"),
    [("all.zip", zipped(FILES)), ("all.tar.gz", tarred(FILES)), ("all.tar", tarred(FILES, "w"))],
)
def test_archive_is_read_like_a_folder(tmp_path: Path, name: str, data: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    found = list(find_files([tmp_path]))
    for given in (path, tmp_path):
        found = list(find_files([given]))
        assert [Path(file.path).relative_to(path).as_posix() for file in found] == [
            "2023/甲局.txt",
            "乙局.md",
        ]
    assert read(found[0].path).text == FILES["2023/甲局.txt"]
    [alone] = find_files([path / "乙局.md"])
    assert read(alone.path).text == FILES["乙局.md"]
    with pytest.raises(ReadError, match="no such file in the archive"):
        read(path / "2022.txt")


def test_members_do_not_leave_the_archive(tmp_path: Path) -> None:
    path = tmp_path / "all.zip"
    path.write_bytes(zipped({"../a.txt": "x", "/b.txt": "x", "c:/d.txt": "x", "e.txt": "年报"}))
    assert [Path(file.path).name for file in find_files([path])] == ["e.txt"]
    path = tmp_path / "all.tar"
    path.write_bytes(tarred({"../a.txt": "x", "e.txt": "年报"}, "w"))
    assert [Path(file.path).name for file in find_files([path])] == ["e.txt"]


def test_archive_without_reports_or_damaged_is_named(tmp_path: Path) -> None:
    for name, data, said in [
        ("none.zip", zipped({"a.png": "x"}), "holds no file to read"),
        ("cut.zip", zipped(FILES)[:-30], "zip file is damaged"),
        ("cut.tgz", tarred(FILES)[:-30], "archive is damaged"),
    ]:
        path = tmp_path / name
        path.write_bytes(data)
        [found] = find_files([path])
        assert said in str(found.error)


def test_bomb_is_refused_before_it_is_whole() -> None:
    bomb = zipped({"a.txt": "0" * 5_000_000})
    with pytest.raises(ReadError, match=r"times packed is a\.txt, the limit is 250"):
        Members(bomb, Watch("a.zip")).read("a.txt")
    with pytest.raises(ReadError, match="5,000,000 bytes unpacked, the limit is 1,000,000"):
        Members(bomb, Watch("a.zip", LIMITS.but({"unpacked": "1000000"}))).read("a.txt")
    with pytest.raises(ReadError, match="4 members of the zip file, the limit is 3"):
        Members(zipped(FILES), Watch("a.zip", LIMITS.but({"members": "3"})))


def test_member_that_lies_about_its_size_is_refused() -> None:
    data = zipped({"a.txt": "0" * 5_000_000})
    size = (5_000_000).to_bytes(4, "little")
    assert data.count(size) == 2
    lying = data.replace(size, (10).to_bytes(4, "little"))
    with pytest.raises(ReadError, match=r"a\.txt is damaged"):
        Members(lying, Watch("a.zip")).read("a.txt")


def test_encrypted_member_is_named() -> None:
    data = bytearray(zipped({"a.txt": "x"}))
    data[data.index(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(ReadError, match=r"a\.txt is encrypted; save it without a password"):
        Members(bytes(data), Watch("a.zip")).read("a.txt")
