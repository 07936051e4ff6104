"""Web archives: the page in them, its frames, and what is refused."""

from __future__ import annotations

import base64
import quopri
from collections.abc import Sequence

import pytest

from giar_nlp.errors import ReadError
from giar_nlp.readers import read_bytes
from giar_nlp.readers.limits import Watch
from giar_nlp.readers.web.mhtml import read_mhtml
from giar_nlp.types import Document

WORD = """<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><meta http-equiv=Content-Type
content="text/html; charset=gb2312"><title>某县气象局2022年政府信息公开工作年度报告</title></head><body>
<p class=MsoNormal><![if !supportLists]><span style='mso-list:Ignore'>一、<span>&nbsp;&nbsp;</span></span><![endif]>总体情况<o:p></o:p></p>
<p class=MsoNormal>全年公开信息15条，未收到申请。<o:p></o:p></p></body></html>"""


def archive(
    *parts: tuple[Sequence[str], bytes],
    head: str = "Subject: x",
    boundary: str = "----=_Part.1",
    end: str = "\r\n",
) -> bytes:
    """A web archive of parts: header lines and body."""
    lines = [
        head,
        "MIME-Version: 1.0",
        f'Content-Type: multipart/related;\r\n\ttype="text/html"; boundary="{boundary}"',
    ]
    data = (
        end.join(lines).replace("\r\n", end).encode()
        + end.encode() * 2
        + b"This is a web archive."
        + end.encode()
    )
    for headers, body in parts:
        data += f"{end}--{boundary}{end}{end.join(headers)}{end}{end}".encode() + body
    return data + f"{end}--{boundary}--{end}".encode()


def packed(page: bytes, encoding: str) -> bytes:
    if encoding == "quoted-printable":
        return quopri.encodestring(page)
    return base64.encodebytes(page) if encoding == "base64" else page


def read(data: bytes) -> Document:
    return read_mhtml(data, Watch("report.mht"))


def lines_of(document: Document) -> list[str]:
    return [line for line in document.text.split("\n") if line.strip()]


@pytest.mark.parametrize("end", ["\r\n", "\n"])
@pytest.mark.parametrize("encoding", ["quoted-printable", "base64", "8bit"])
def test_archive_of_word(encoding: str, end: str) -> None:
    headers = [
        "Content-Location: file:///C:/report.htm",
        f"Content-Transfer-Encoding: {encoding}",
        'Content-Type: text/html; charset="gb2312"',
    ]
    image = (["Content-Type: image/png", "Content-Transfer-Encoding: base64"], b"iVBORw0KGgo=")
    data = archive((headers, packed(WORD.encode("gb18030"), encoding)), image, end=end)
    document = read_bytes(data, path="report.mht")
    assert lines_of(document) == ["一、总体情况", "全年公开信息15条，未收到申请。"]
    assert (document.source.format, document.source.encoding) == ("mhtml", "gb18030")
    assert document.properties.title == "某县气象局2022年政府信息公开工作年度报告"


def test_archive_of_a_browser_with_the_report_in_a_frame() -> None:
    outer = b'<html><body><div class="nav"><a href="a">x</a></div><iframe src="cid:frame-1@mhtml.blink"></iframe></body></html>'
    inner = "<html><head><meta name='PubDate' content='2023-01-30'></head><body><div id='zoom'><p>全年公开信息22条，其中网站10条。</p></div></body></html>"
    data = archive(
        (
            [
                "Content-Type: text/html",
                "Content-ID: <frame-0@mhtml.blink>",
                "Content-Transfer-Encoding: binary",
            ],
            outer,
        ),
        (
            [
                "Content-Type: text/html",
                "Content-ID: <frame-1@mhtml.blink>",
                "Content-Transfer-Encoding: binary",
            ],
            inner.encode(),
        ),
        head="From: <Saved by Blink>\r\nSnapshot-Content-Location: http://example.invalid/\r\nSubject: =?utf-8?B?"
        + base64.b64encode("某局2022年年报".encode()).decode()
        + "?=",
    )
    document = read(data)
    assert lines_of(document) == ["全年公开信息22条，其中网站10条。"]
    assert (document.properties.title, document.properties.publish_date) == ("某局2022年年报", "2023-01-30")


def test_frame_by_its_address_and_main_page_by_start() -> None:
    frame = ["Content-Type: text/html", "Content-Location: http://example.invalid/a/main.htm"]
    first = ["Content-Type: text/html", "Content-ID: <top>"]
    data = archive((frame, "<p>全年公开信息3条。".encode()), (first, b'<iframe src="main.htm"></iframe>'))
    data = data.replace(b'type="text/html";', b'start="<top>"; type="text/html";')
    assert lines_of(read(data)) == ["全年公开信息3条。"]


def test_frames_of_each_other_end() -> None:
    headers = ["Content-Type: text/html", "Content-ID: <a>"]
    data = archive(
        (["Content-Type: text/html"], b'<iframe src="cid:a"></iframe>'),
        (headers, '年<iframe src="cid:a"></iframe>'.encode()),
    )
    assert 1 <= read(data).text.count("年") <= 20


def test_parts_inside_a_part() -> None:
    inner = (
        b"--in\r\nContent-Type: text/plain\r\n\r\nx\r\n--in\r\nContent-Type: text/html\r\n\r\n"
        + "<p>全年公开信息4条。".encode()
        + b"\r\n--in--"
    )
    assert lines_of(read(archive((["Content-Type: multipart/alternative; boundary=in"], inner)))) == [
        "全年公开信息4条。"
    ]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        pytest.param(
            archive(), "report.mht: the archive holds no page .*; save the page again", id="no part"
        ),
        pytest.param(archive((["Content-Type: image/png"], b"x")), "holds no page", id="no page"),
        pytest.param(
            b"Content-Type: multipart/related; boundary=a\n\n"
            + b"--a\nContent-Type: text/html\n\nx\n" * 10_002,
            "10,001 parts of the archive",
            id="many parts",
        ),
        pytest.param(b"Content-Type: multipart/related; boundary=a\n\n", "holds no page", id="cut off"),
        pytest.param(
            archive((["Content-Type: text/html", "Content-Transfer-Encoding: base64"], b"\xff\xfe")),
            "shows no text|holds no page",
            id="damaged",
        ),
    ],
)
def test_archive_is_refused_with_a_reason(data: bytes, message: str) -> None:
    with pytest.raises(ReadError, match=message):
        read(data)


def test_parts_nested_without_end_are_refused() -> None:
    part = b"x"
    for depth in range(8):
        part = (
            b"--b%d\nContent-Type: multipart/related; boundary=b%d\n\n" % (depth + 1, depth)
            + part
            + b"\n--b%d--" % (depth + 1)
        )
    with pytest.raises(ReadError, match="parts nested too deeply; save the page again"):
        read(b"Content-Type: multipart/related; boundary=b8\n\n" + part)


def test_archive_cut_off_anywhere_is_read_or_refused() -> None:
    headers = ["Content-Transfer-Encoding: base64", "Content-Type: text/html"]
    whole = archive((headers, packed(WORD.encode(), "base64")))
    read_whole = 0
    for end in range(0, len(whole), 11):
        try:
            read_whole += "总体情况" in read(whole[:end]).text
        except ReadError as error:
            assert str(error).startswith("report.mht: ")  # noqa: PT017
    assert read_whole > 5
