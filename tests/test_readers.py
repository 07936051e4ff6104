"""Files to documents: every encoding we meet, every file that is no report."""

from __future__ import annotations

import hashlib
import io
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from giar_nlp import readers
from giar_nlp.errors import ReadError
from giar_nlp.readers import (
    LIMITS,
    MAX_BYTES,
    as_document,
    find_files,
    looks_like_path,
    need_files,
    read,
    read_bytes,
)
from giar_nlp.readers.formats import SUFFIXES, format_of
from giar_nlp.readers.limits import Watch

REPORT = "一、总体情况\r\n　　2023年，我局主动公开政府信息５３条（含\u200b部门文件12件）。\x0c\n\n二、……“其他”ABC 100%\n"

# encoding of the file, name reported
ENCODINGS = [
    ("utf-8", "utf-8"),
    ("utf-8-sig", "utf-8-sig"),
    ("gb18030", "gb18030"),
    ("utf-16", "utf-16-le"),
    ("utf-16-le", "utf-16-le"),
    ("utf-16-be", "utf-16-be"),
]


@pytest.mark.parametrize("suffix", [".txt", ".md"])
@pytest.mark.parametrize(("codec", "name"), ENCODINGS)
def test_text_is_kept_as_it_is(tmp_path: Path, codec: str, name: str, suffix: str) -> None:
    path = tmp_path / f"report{suffix}"
    data = REPORT.encode(codec)
    path.write_bytes(data)
    document = read(path)
    assert document.text == REPORT
    assert document.source.encoding == name
    assert document.source.sha256 == hashlib.sha256(data).hexdigest()
    assert document.source.path == str(path)
    assert document.source.format == suffix[1:]
    assert document.blocks == ()


@pytest.mark.parametrize("codec", ["gbk", "gb2312"])
def test_older_chinese_encodings_are_parts_of_gb18030(codec: str) -> None:
    text = "一、总体情况\n全年主动公开政府信息53条。"
    assert read_bytes(text.encode(codec), path="a.txt").text == text


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1))
def test_any_utf8_text_comes_back(text: str) -> None:
    data = text.encode()
    try:
        found = read_bytes(data, path="a.txt").text
    except ReadError as error:
        found = None
        said = str(error)
        refused = "blanks alone" in said or "not plain text" in said
    else:
        refused = False
    assert refused or found == text.removeprefix("\ufeff")


# name, bytes, what the message must hold: the reason and the mend
BAD = [
    ("a.txt", b"", ["is empty", "saved or downloaded whole"]),
    ("a.txt", "　\n\r\n ".encode(), ["blanks alone"]),
    ("a.txt", b"PK\x03\x04rest", ["zip file is damaged", "download it again"]),
    ("a.docx", b"PK\x03\x04rest", ["docx file is damaged", "download it again"]),
    ("a.txt", b"\x89PNG rest", ["PNG image", "the report's text"]),
    ("a.rar", b"Rar! rest", ["RAR archive", "unpack it first"]),
    ("a.pdf", b"not found", ["is no pdf file, but plain text", "download it again"]),
    ("a.docx", b"not found", ["is no docx file, but plain text"]),
    ("a.jsonl", b"{}", ["a file of records, no report", "giar check"]),
    ("a.txt", b"abc\0def", ["binary", "NUL byte at 3", "UTF-8"]),
    ("a.txt", b"abc\xff\xfe\xfd", ["byte 0xff at 3", "iconv"]),
    (
        "a.txt",
        "政府信息公开年度报告全文".encode() + b"\xe6\x94" + "如下".encode(),
        ["UTF-8 text damaged at byte 36"],
    ),
    ("a.txt", "\ufeff报告".encode("utf-16-le") + b"\x00", ["UTF-16-LE text damaged at byte 6"]),
]


@pytest.mark.parametrize(("name", "data", "said"), BAD)
def test_what_is_no_text_says_why_and_how_to_mend_it(
    tmp_path: Path, name: str, data: bytes, said: list[str]
) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(ReadError) as caught:
        read(path)
    assert str(caught.value).startswith(str(path))
    assert [part for part in said if part not in str(caught.value)] == []


def test_large_file_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "large.txt"
    with path.open("wb") as stream:
        stream.truncate(MAX_BYTES + 1)
    with pytest.raises(ReadError, match="the limit is 100,000,000; split it"):
        read(path)


def test_missing_file_and_folder_are_named(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match=r"missing\.txt: no such file"):
        read(tmp_path / "missing.txt")
    with pytest.raises(ReadError, match="is a folder"):
        read(tmp_path)
    with pytest.raises(ReadError, match="is no path"):
        read("a\0b.txt")


def test_standard_input_is_plain_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO("报告".encode("gbk"))))
    document = read("-")
    assert (document.text, document.source.path, document.source.format) == ("报告", "-", "txt")


def tree(root: Path) -> None:
    for name in ("10.txt", "2.txt", "b/a.md", "b/c/1.TXT", ".hidden.txt", ".git/x.txt", "table.xlsx"):
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("报告", encoding="utf-8")


def names(root: Path, *paths: str) -> list[str]:
    found = find_files(root / path if path != "-" else path for path in paths)
    return [file.path if file.path == "-" else str(Path(file.path).relative_to(root)) for file in found]


def test_files_come_in_natural_order_and_once(tmp_path: Path) -> None:
    tree(tmp_path)
    assert names(tmp_path, ".") == ["2.txt", "10.txt", "b/a.md", "b/c/1.TXT"]
    assert names(tmp_path, "10.txt", "*.txt", ".", "-", "-") == [
        "10.txt",
        "2.txt",
        "b/a.md",
        "b/c/1.TXT",
        "-",
    ]
    assert names(tmp_path, "**/*.md", "b/../10.txt", "10.txt") == ["b/a.md", "b/../10.txt"]
    assert names(tmp_path, "table.xlsx") == ["table.xlsx"], "named by itself: reading it will say why not"


def test_files_of_a_folder_that_was_left_are_known_again(tmp_path: Path) -> None:
    for name in ("a/1.txt", "a/2.txt", "b/1.txt", "b/2.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "b" / "3.txt").symlink_to(tmp_path / "a" / "1.txt")
    (tmp_path / "c").symlink_to(tmp_path / "a")
    assert names(tmp_path, "a/1.txt", "b", "c", "a", "b/2.txt", "b/3.txt", "a/2.txt") == [
        "a/1.txt",
        "b/1.txt",
        "b/2.txt",
        "c/2.txt",
    ]


def test_a_file_here_is_the_one_in_its_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "1.txt").touch()
    monkeypatch.chdir(tmp_path)
    assert [file.path for file in find_files(["1.txt", tmp_path, "./1.txt"])] == ["1.txt"]


def test_what_cannot_be_found_stands_in_its_place(tmp_path: Path) -> None:
    tree(tmp_path)
    (tmp_path / "empty").mkdir()
    paths = [tmp_path / name for name in ("2.txt", "missing", "*.doc", "empty", "10.txt")]
    found = list(find_files(paths))
    assert [file.error is None for file in found] == [True, False, False, False, True]
    said = [str(file.error) for file in found if file.error]
    assert "no such file or folder" in said[0]
    assert "matches no file" in said[1]
    assert "holds no file to read; looked for" in said[2]


def test_paths_that_name_nothing_are_no_batch(tmp_path: Path) -> None:
    tree(tmp_path)
    (tmp_path / "empty").mkdir()
    paths = [tmp_path / name for name in ("missing", "2.txt", "other")]
    found = [Path(file.path).name for file in need_files(find_files(paths))]
    assert found == ["missing", "2.txt", "other"], "one is there: all in their places"
    for bad, said in (
        (["missing"], "missing: no such file or folder; check the path"),
        (["empty", "missing", "*.doc"], r"holds no file to read; .* \(and 2 more like it\)"),
        (["emp*"], "the paths name no file; check them"),
    ):
        with pytest.raises(ReadError, match=f"^nothing to read, so nothing is written: .*{said}$"):
            list(need_files(find_files(tmp_path / name for name in bad)))


def test_unreadable_folder_is_reported_and_the_rest_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tree(tmp_path)
    closed = tmp_path / "b"
    listing = Path.iterdir

    def iterdir(self: Path) -> Iterator[Path]:
        if self == closed:
            raise PermissionError(13, "Permission denied")
        return listing(self)

    monkeypatch.setattr(Path, "iterdir", iterdir)  # the one who runs the tests may be root
    found = list(find_files([tmp_path]))
    assert [Path(file.path).name for file in found] == ["2.txt", "10.txt", "b"]
    assert "folder cannot be read (Permission denied)" in str(found[-1].error)


def test_reports_of_other_formats_are_not_passed_over_in_silence(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    for name in ("a.txt", "b.odt", "c.ODT", "d.rar", "e.png", "f", "~$a.docx", "g.log"):
        (tmp_path / name).write_text("x", encoding="utf-8")
    assert [Path(file.path).name for file in find_files([tmp_path])] == ["a.txt"]
    [warning] = [record.getMessage() for record in caplog.records]
    assert "2 .odt, 1 .rar, 1 .png, 1 without a suffix" in warning


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("reports/2023.txt", True),
        ("年报.docx", True),
        ("全年主动公开政府信息53条。", False),
        ("一、总体情况\n2023.txt", False),
        ("", False),
        ("字" * 2000 + ".txt", False),
        ("见www.gov.cn", False),
        (str(Path(__file__).parent), True),
        ("a\0.txt", False),
    ],
)
def test_paths_are_told_from_texts(text: str, expected: bool) -> None:
    assert looks_like_path(text) is expected


def test_document_of_a_text_has_no_path() -> None:
    document = as_document("报告\ud800")
    assert (document.source.path, document.source.format) == ("", "text")


def test_content_tells_the_format_before_the_suffix(caplog: pytest.LogCaptureFixture) -> None:
    assert read_bytes("# 年度报告".encode(), path="a.md").source.format == "md"
    assert not caplog.records
    assert read_bytes("年度报告".encode(), path="a.doc").source.format == "txt"
    [warning] = [record.getMessage() for record in caplog.records]
    assert warning.startswith("a.doc: is txt by its content")


@pytest.mark.parametrize(
    ("head", "format"),
    [
        (b"{\\rtf1 x}", "rtf"),
        (b"\n%PDF-1.7", "pdf"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "doc"),
        (b"\x1f\x8b\x08", "archive"),
        (b"<!DOCTYPE html><html>", "html"),
        (b"\xef\xbb\xbf <!-- saved --> <div>", "html"),
        ("<html>".encode("utf-16"), "html"),
        (b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=x", "mhtml"),
        (b"<5 of them", "txt"),
    ],
)
def test_format_is_told_by_the_first_bytes(head: bytes, format: str) -> None:
    assert format_of(head, Watch("a.txt")) == format


def test_every_suffix_promises_a_format_that_has_a_reader() -> None:
    assert set(SUFFIXES.values()) == set(readers.READERS)


@pytest.mark.parametrize("format", readers.READERS)
def test_every_format_has_its_reader(format: str) -> None:
    module = import_module(f"giar_nlp.readers.{readers.READERS[format]}")
    assert callable(getattr(module, f"read_{format}"))


def test_limits_are_named_when_they_are_passed() -> None:
    with pytest.raises(ReadError, match=r"a\.txt: 9 bytes, the limit is 8; .*--limit bytes=N"):
        read_bytes(b"123456789", path="a.txt", limits=LIMITS.but({"bytes": "8"}))
    with pytest.raises(ValueError, match="no limit 'byte'; there are bytes, "):
        LIMITS.but({"byte": "8"})
    with pytest.raises(ValueError, match="limit pages: 'x' is no number"):
        LIMITS.but({"pages": "x"})
    with pytest.raises(ValueError, match="limit seconds: 0 is not above zero"):
        LIMITS.but({"seconds": "0"})
    watch = Watch("a.txt", LIMITS.but({"seconds": "0.000001"}))
    with pytest.raises(ReadError, match="took more than 1e-06 s"):
        watch.tick()
