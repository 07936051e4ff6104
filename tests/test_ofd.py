"""OFD: characters in their places to lines, paragraphs and tables."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from giar_nlp.errors import ReadError
from giar_nlp.readers import read_bytes
from giar_nlp.readers.limits import LIMITS
from giar_nlp.types import Document
from tests.word_files import outcome, zipped

FORM = Path(__file__).parent / "forms" / "report.ofd"
XMLNS = 'xmlns:ofd="http://www.ofdspec.org/2016"'
ROOT = f"<ofd:OFD {XMLNS}><ofd:DocBody><ofd:DocInfo>%s</ofd:DocInfo><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>"
BOX = "<ofd:PageArea><ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox></ofd:PageArea>"


def ofd_of(*pages: str, template: str = "", more: Mapping[str, str | bytes] | None = None) -> bytes:
    """A file of pages; each uses the template, if there is one."""
    used = '<ofd:Template TemplateID="9"/>' if template else ""
    parts: dict[str, str | bytes] = {"OFD.xml": ROOT % "<ofd:Title>t</ofd:Title>"}
    entries = "".join(f'<ofd:Page ID="{n}" BaseLoc="Pages/{n}.xml"/>' for n in range(len(pages)))
    kept = '<ofd:TemplatePage ID="9" BaseLoc="/Doc_0/Tpl.xml"/>' if template else ""
    parts["Doc_0/Document.xml"] = (
        f"<ofd:Document {XMLNS}><ofd:CommonData>{BOX}{kept}</ofd:CommonData><ofd:Pages>{entries}</ofd:Pages></ofd:Document>"
    )
    for number, objects in enumerate(pages):
        parts[f"Doc_0/Pages/{number}.xml"] = page(objects, used)
    if template:
        parts["Doc_0/Tpl.xml"] = page(template)
    return zipped({**parts, **(more or {})})


def page(objects: str, used: str = "") -> str:
    return f"<ofd:Page {XMLNS}>{used}<ofd:Content><ofd:Layer>{objects}</ofd:Layer></ofd:Content></ofd:Page>"


def text(words: str, left: float, base: float, *, step: str = "", more: str = "", size: float = 5) -> str:
    """A run of characters whose first stands at a place of the page."""
    delta = f' DeltaX="{step}"' if step else ""
    return f'<ofd:TextObject Boundary="{left} {base - size} 180 7" Size="{size}" {more}><ofd:TextCode X="0" Y="{size}"{delta}>{words}</ofd:TextCode></ofd:TextObject>'


def line(left: float, top: float, right: float, bottom: float) -> str:
    return f'<ofd:PathObject Boundary="{left} {top} {right - left} {bottom - top}"><ofd:AbbreviatedData>M 0 0 L {right - left} {bottom - top}</ofd:AbbreviatedData></ofd:PathObject>'


def read(*pages: str, template: str = "") -> Document:
    return read_bytes(ofd_of(*pages, template=template), path="a.ofd")


def lines(*pages: str) -> list[str]:
    return read(*pages).text.splitlines()


FULL = "全年主动公开政府信息八十六条其中网站公开五十一条公众号推送三十五条方便群众"  # 36 characters
BODY = text("云溪县水利局2023年政府信息公开工作年度报告", 40, 25)


def test_lines_are_put_in_order_and_joined() -> None:
    objects = text("查阅。", 15, 62) + text(FULL, 25, 50) + text(FULL + "及时", 15, 56) + BODY
    assert lines(objects + text("第二段话。", 25, 68) + text("一、总体情况", 25, 40)) == [
        "云溪县水利局2023年政府信息公开工作年度报告",
        "一、总体情况",
        FULL + FULL + "及时查阅。",
        "第二段话。",
    ]


# objects of the page, its first line
PLACES = {
    "steps": (text("主动公开政府信息工作", 20, 30, step="5 g 8 5"), "主动公开政府信息工作"),
    "no steps": (text("主动公开政府信息工作", 20, 30), "主动公开政府信息工作"),
    "scaled by a matrix": (text("主动公开政府信息工作", 20, 30, size=1, more='CTM="5 0 0 5 0 0"'), "主动公开政府信息工作"),
    "one object a character": ("".join(text(c, 20 + 5 * n, 30) for n, c in enumerate("主动公开政府信息工作")), "主动公开政府信息工作"),
    "figures close to words": (text("全年公开信息86条全部", 20, 30, step="g 6 5 2.5 3.5 5 5"), "全年公开信息86条全部"),
    "a watermark is none of it": (text("主动公开政府信息工作", 20, 30) + text("内部资料", 60, 90, more='CTM="0.7 0.7 -0.7 0.7 0 0"'), "主动公开政府信息工作"),
    "off the page": (text("主动公开政府信息工作", 20, 30) + text("看不见", 20, 400), "主动公开政府信息工作"),
}  # fmt: skip


@pytest.mark.parametrize(("objects", "expected"), PLACES.values(), ids=PLACES)
def test_places(objects: str, expected: str) -> None:
    assert lines(objects) == [expected]


def test_ruled_tables() -> None:
    rules = "".join(line(20, y, 120, y) for y in (40, 50, 60)) + "".join(
        line(x, 40, x, 60) for x in (20, 120)
    )
    rules += line(70, 50, 70, 60)
    words = text("第二十条第（一）项", 30, 47) + text("规章", 30, 57) + text("12", 90, 57)
    document = read(text("二、主动公开政府信息情况", 20, 30) + rules + words)
    [table] = document.blocks
    assert [(c.row, c.col, c.colspan, document.text[c.start : c.end]) for c in table.cells] == [
        (0, 0, 2, "第二十条第（一）项"), (1, 0, 1, "规章"), (1, 1, 1, "12"),
    ]  # fmt: skip


def test_thin_boxes_and_frames_rule_too() -> None:
    box = '<ofd:PathObject Boundary="{} {} {} {}" {}><ofd:AbbreviatedData>M 0 0 L {} 0 L {} {} L 0 {} C</ofd:AbbreviatedData></ofd:PathObject>'

    def drawn(left: float, top: float, width: float, height: float, how: str) -> str:
        return box.format(left, top, width, height, how, width, width, height, height)

    frames = drawn(20, 40, 50, 10, "") + drawn(70, 40, 50, 10, "")
    shade = drawn(20, 40, 20, 10, 'Stroke="false" Fill="true"')
    rules = drawn(20, 60, 100, 0.3, 'Stroke="false" Fill="true"') + "".join(
        line(x, 50, x, 60) for x in (20, 70, 120)
    )
    words = text("规章", 25, 47) + text("12", 90, 47) + text("许可", 25, 57) + text("7", 90, 57)
    document = read(BODY + frames + shade + rules + words)
    [table] = document.blocks
    assert [document.text[c.start : c.end] for c in table.cells] == ["规章", "12", "许可", "7"]


def test_templates_give_headers_and_footers_which_go() -> None:
    template = text("霖州市文化和旅游局文件", 60, 12)
    pages = [
        text(word * 3 + FULL, 15, 66) + text(f"第{word}页的话在这里。", 25, 60) + text(f"- {n} -", 100, 285)
        for n, word in enumerate("一二三四", 1)
    ]
    found = read(*pages, template=template).text.splitlines()
    assert [line for line in found if FULL not in line] == [f"第{word}页的话在这里。" for word in "一二三四"]


def test_pictures_are_noted() -> None:
    image = '<ofd:ImageObject Boundary="20 100 100 60" ResourceID="3"/>'
    emblem = '<ofd:ImageObject Boundary="20 200 5 5" ResourceID="4"/>'
    assert lines(BODY + image + emblem)[1:] == ["[image: page 1]"]


# parts that take the place of others, what the message must hold
REFUSED: dict[str, tuple[dict[str, str | bytes], str]] = {
    "a key": ({"Doc_0/decryptseed.dat": b"x"}, "is encrypted; save it without a password"),
    "page missing": ({"Doc_0/Document.xml": f'<ofd:Document {XMLNS}><ofd:Page ID="1" BaseLoc="x.xml"/></ofd:Document>'}, "the part Doc_0/x.xml is missing"),
    "no pages": ({"Doc_0/Document.xml": f"<ofd:Document {XMLNS}/>"}, "has no text: its 0 pages hold nothing that is text"),
    "a picture": ({"Doc_0/Pages/0.xml": page('<ofd:ImageObject Boundary="0 0 200 290"/>')}, "its 1 pages hold images; run text recognition"),
    "damaged": ({"Doc_0/Pages/0.xml": "<a>"}, "Doc_0/Pages/0.xml is damaged"),
    "entities": ({"Doc_0/Pages/0.xml": '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}, "declares a document type"),
}  # fmt: skip


@pytest.mark.parametrize(("parts", "message"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_read_says_so(parts: dict[str, str | bytes], message: str) -> None:
    with pytest.raises(ReadError, match=rf"a\.ofd: .*{message}"):
        read_bytes(ofd_of(BODY, more=parts), path="a.ofd")


def test_encryption_that_the_file_names() -> None:
    root = f"<ofd:OFD {XMLNS}><ofd:Encryptions>e.xml</ofd:Encryptions></ofd:OFD>"
    with pytest.raises(ReadError, match="is encrypted"):
        read_bytes(ofd_of(BODY, more={"OFD.xml": root}), path="a.ofd")


def test_pages_and_characters_are_counted() -> None:
    for limit, n in (("pages", "1"), ("characters", "40")):
        with pytest.raises(ReadError, match=f"raise it with --limit {limit}=N"):
            read_bytes(ofd_of(BODY, text(FULL, 20, 40)), path="a.ofd", limits=LIMITS.but({limit: n}))


def test_steps_without_end_are_bounded() -> None:
    assert lines(text("主动公开政府信息工作", 20, 30, step="g 99999999 5")) == ["主动公开政府信息工作"]


def test_a_cut_file_is_damaged() -> None:
    whole = FORM.read_bytes()
    for size in range(0, len(whole), 1024):
        outcome(whole[:size], "a.ofd")


NUMBERS = st.sampled_from(
    ["0", "5", "-3.5", "1e9", "1e-9", "nan", "inf", "x", "", "99999999999999", "5 5", "g 3 4"]
)


@given(st.lists(st.tuples(NUMBERS, NUMBERS, NUMBERS, NUMBERS), max_size=6))
def test_any_numbers_are_read_or_refused(rows: list[tuple[str, str, str, str]]) -> None:
    objects = BODY
    for a, b, c, d in rows:
        objects += f'<ofd:TextObject Boundary="{a} {b} {c} {d}" CTM="{b} {c} {d} {a} {b} {c}" Size="{d}"><ofd:TextCode X="{a}" Y="{b}" DeltaX="{c}" DeltaY="{d}">公开</ofd:TextCode></ofd:TextObject>'
        objects += f'<ofd:PathObject Boundary="{a} {b} {c} {d}"><ofd:AbbreviatedData>M {a} {b} L {c} {d} B {a} {b} C</ofd:AbbreviatedData></ofd:PathObject>'
        objects += f'<ofd:ImageObject Boundary="{d} {c} {b} {a}"/>'
    outcome(ofd_of(objects), "a.ofd")


def test_the_form_is_a_zip_file_of_pages() -> None:
    with zipfile.ZipFile(FORM) as packed:
        assert sum(name.endswith("Content.xml") for name in packed.namelist()) > 3
