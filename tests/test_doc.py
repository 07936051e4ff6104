"""DOC: what a binary Word document shows; what is in the same container and is none."""

from __future__ import annotations

import os
import signal
import struct
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from giar_nlp.errors import ReadError
from giar_nlp.readers import read, read_bytes
from giar_nlp.readers.limits import LIMITS, Watch
from giar_nlp.readers.word import doc, office
from tests.ole_files import ole_of, word_streams
from tests.word_files import docx_of, outcome, p

FORMS = Path(__file__).parent / "forms"
FEATURES = FORMS / "doc" / "features.doc"
"""Made by LibreOffice: lists of three levels, a tracked change, fields, a footnote, a text box, merged cells."""


@pytest.fixture
def no_office(monkeypatch: pytest.MonkeyPatch) -> None:
    """As where LibreOffice is not installed."""
    monkeypatch.setenv("PATH", "")


@pytest.mark.usefixtures("no_office")
def test_what_shows_is_written() -> None:
    document = read(FEATURES)
    assert [line for line in document.text.splitlines() if line] == [
        "云溪县水利局2023年政府信息公开工作年度报告",
        "一、总体情况",
        "（一）主动公开情况",
        "全年公开信息86条，其中网站51条。",
        "第一行",
        "第二行。",
        "脚注里的话。",
        "框外的话。",
        "框里的话。",
        "看得见的话。",
        "1.加强管理。",
        "2.扩大公开。",
        "（二）依申请公开情况",
        "1.做好答复。",
        "二、主动公开政府信息情况",
        "第二十条第（一）项",
        "信息内容\t本年制发件数\t现行有效件数",
        "\t3\t12",
        "表后的话。",
    ]
    [table] = document.blocks
    assert [
        (cell.row, cell.col, cell.rowspan, cell.colspan, document.text[cell.start : cell.end])
        for cell in table.cells
    ] == [
        (0, 0, 1, 3, "第二十条第（一）项"),
        (1, 0, 2, 1, "信息内容"),
        (1, 1, 1, 1, "本年制发件数"),
        (1, 2, 1, 1, "现行有效件数"),
        (2, 1, 1, 1, "3"),
        (2, 2, 1, 1, "12"),
    ]
    assert document.source.format == "doc"


# text of the one piece, what is written
PLAIN = [
    ("甲。\r乙。\r", "甲。\n乙。\n"),
    ("一行\x0b又一行\r", "一行\n又一行\n"),
    ("第\x13 PAGE \x143\x15次\r", "第3次\n"),
    ("\x13 TOC \\o \x14目录\x15话\r", "话\n"),
    ("不成对\x13仍可见\r", "不成对仍可见\n"),
    ("联\x1e字\x1f符\r", "联-字符\n"),
    ("图\x01后\r", "图后\n[image]\n"),
    ("少见的字𠮷和甲\r乙\r", "少见的字𠮷和甲\n乙\n"),
    ("规章\x071\x07\x07", "规章\n1\n\n"),
    ("没有段落标记", "没有段落标记\n"),
    ("半个字\ud842后\r", "半个字后\n"),
]


@pytest.mark.parametrize(("text", "expected"), PLAIN, ids=[repr(text) for text, _ in PLAIN])
def test_marks_in_the_text(text: str, expected: str) -> None:
    streams = word_streams(text.replace("\ud842", "\0"))
    body = text.encode("utf-16-le", "surrogatepass")
    streams["WordDocument"] = streams["WordDocument"][: -len(body)] + body
    assert read_bytes(ole_of(streams), path="a.doc").text == expected


# streams, what the message must hold
REFUSED = [
    (word_streams("甲\r", flags=0x0100), "is encrypted: it needs a password; save it without"),
    (word_streams("甲\r", flags=0x8000), "is encrypted"),
    ({"EncryptionInfo": b"x", "EncryptedPackage": b"x"}, "is encrypted: it needs a password"),
    ({"Workbook": b"x"}, "is an Excel workbook"),
    ({"PowerPoint Document": b"x"}, "is a PowerPoint file"),
    ({"__properties_version1.0": b"x"}, "is an e-mail"),
    ({"Contents": b"x"}, "is no Word file of 97 or later"),
    (word_streams("甲\r", version=104), "is no Word file of 97 or later"),
    ({**word_streams("甲\r"), "0Table": b""}, "or a damaged one; open it in a word processor"),
]


@pytest.mark.usefixtures("no_office")
@pytest.mark.parametrize(("streams", "message"), REFUSED, ids=[message for _, message in REFUSED])
def test_what_is_no_report_says_so(streams: dict[str, bytes], message: str) -> None:
    with pytest.raises(ReadError, match=rf"a\.doc: .*{message}"):
        read_bytes(ole_of(streams), path="a.doc")


def hostile() -> dict[str, bytes]:
    """Files that lie about themselves."""
    whole = ole_of(word_streams("甲\r" * 3000))
    long = word_streams("甲\r")
    head = bytearray(long["WordDocument"])
    struct.pack_into("<i", head, 0x4C, 0x7FFFFFFF)
    many = word_streams("甲\r" * 3000)
    n_pieces = 50_000
    plc = struct.pack(f"<{n_pieces + 1}I", *range(0, 6000 * n_pieces + 1, 6000))
    plc += struct.pack("<HIH", 0, 2048, 0) * n_pieces
    lied = bytearray(many["WordDocument"])
    table = b"\x02" + struct.pack("<I", len(plc)) + plc
    struct.pack_into("<II", lied, 0x9A + 8 * 33, 0, len(table))
    pages = word_streams("甲\r" * 3000)
    paged = bytearray(pages["WordDocument"])
    struct.pack_into("<II", paged, 0x9A + 8 * 13, len(pages["0Table"]), 8_000_004)
    return {
        "a text longer than the file": ole_of({**long, "WordDocument": bytes(head)}),
        "pieces that repeat the text": ole_of({"WordDocument": bytes(lied), "0Table": table}),
        "pages of settings without end": ole_of(
            {"WordDocument": bytes(paged), "0Table": pages["0Table"] + bytes(8_000_004)}
        ),
        "nothing but its first bytes": whole[:8],
        "nothing but zeros": whole[:8] + bytes(5000),
    }


HOSTILE = hostile()


@pytest.mark.usefixtures("no_office")
@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE)
def test_files_that_lie_are_refused(data: bytes) -> None:
    with pytest.raises(ReadError, match=r"a\.doc: "):
        read_bytes(data, path="a.doc")


@pytest.mark.usefixtures("no_office")
@pytest.mark.parametrize("sector", [0, 5, 40])
def test_circles_of_sectors_end(sector: int) -> None:
    circle = bytearray(ole_of(word_streams("甲\r" * 3000)))
    struct.pack_into("<I", circle, len(circle) - 512 + 4 * sector, 0)
    outcome(bytes(circle), "a.doc")


@pytest.mark.usefixtures("no_office")
def test_a_cut_file_is_read_or_refused() -> None:
    whole = (FORMS / "automatic.doc").read_bytes()
    for size in range(1024, len(whole), 1024):
        outcome(whole[:size], "a.doc")


@pytest.mark.usefixtures("no_office")
@given(st.data())
def test_any_changed_bytes_are_read_or_refused(data: st.DataObject) -> None:
    whole = bytearray(FEATURES.read_bytes())
    for _ in range(data.draw(st.integers(1, 20))):
        whole[data.draw(st.integers(8, len(whole) - 1))] = data.draw(st.integers(0, 255))
    outcome(bytes(whole), "a.doc")


# --- LibreOffice ------------------------------------------------------------------------------------------


def program(folder: Path, script: str) -> None:
    """A program of the name of LibreOffice, which stands for it."""
    file = folder / "soffice"
    file.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    file.chmod(0o755)


def test_what_is_not_read_here_goes_to_the_other_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "made.docx").write_bytes(docx_of(p("一、总体情况")))
    program(
        tmp_path,
        'while [ $# -gt 1 ]; do [ "$1" = --outdir ] && out="$2"; shift; done\n'
        f'test -f "$1" && mkdir -p "$out" && cp {tmp_path}/made.docx "$out/in.docx"',
    )
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}/usr/bin{os.pathsep}/bin")
    document = read_bytes(ole_of(word_streams("甲\r", version=104)), path="a.doc")
    assert document.text == "一、总体情况\n"
    assert document.source.format == "doc"


def test_the_other_program_is_ended_with_all_that_it_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(tmp_path, f"sleep 60 & echo $! > {tmp_path}/child; wait")
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}/usr/bin{os.pathsep}/bin")
    assert office.to_docx(b"x", ".doc", Watch("a.doc", LIMITS.but({"seconds": "1"}))) is None
    child = int((tmp_path / "child").read_text())
    for _ in range(100):
        try:
            os.kill(child, 0)
        except ProcessLookupError:
            break
        if Path(f"/proc/{child}/stat").read_text().split()[2] == "Z":
            break
        time.sleep(0.01)
    else:
        os.kill(child, signal.SIGKILL)
        pytest.fail("a process was left behind")


def test_the_other_program_may_fail(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(tmp_path, "exit 1")
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}/usr/bin{os.pathsep}/bin")
    with pytest.raises(ReadError, match=r"save it as \.docx"):
        doc.read_doc(ole_of({"Contents": b"x"}), Watch("a.doc"))
