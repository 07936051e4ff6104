"""Small DOCX files, made in memory: a body, and what parts it needs; and what becomes of any file."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

from giar_nlp.errors import ReadError
from giar_nlp.readers import read_bytes

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
NAMESPACES = (
    f'{W} {R} xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
)
TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/>'
    "</Types>"
)
RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    'Target="word/document.xml"/></Relationships>'
)


def outcome(data: bytes, path: str) -> str:
    """The text of a file, or the message that refuses it; neither is blank, and no other error is raised."""
    try:
        found = read_bytes(data, path=path).text
    except ReadError as error:
        found = str(error)
        assert found.startswith(f"{path}: ")
    assert found.strip()
    return found


def zipped(parts: Mapping[str, str | bytes]) -> bytes:
    """A zip file of parts."""
    with zipfile.ZipFile(out := io.BytesIO(), "w", zipfile.ZIP_DEFLATED) as packed:
        for name, part in parts.items():
            packed.writestr(name, part)
    return out.getvalue()


def docx_of(body: str, parts: Mapping[str, str | bytes] | None = None) -> bytes:
    """A DOCX file with a body; `parts` are added or take the place of others."""
    document = f"<w:document {NAMESPACES}><w:body>{body}</w:body></w:document>"
    usual = {"[Content_Types].xml": TYPES, "_rels/.rels": RELATIONS, "word/document.xml": document}
    return zipped({**usual, **(parts or {})})


def p(text: str, settings: str = "") -> str:
    """A paragraph of one run."""
    return f"<w:p><w:pPr>{settings}</w:pPr>{r(text)}</w:p>"


def r(text: str) -> str:
    """A run."""
    return f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>'


def listed(text: str, level: int, name: int = 1) -> str:
    """A paragraph at a level of a list."""
    return p(text, f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{name}"/></w:numPr>')


def tc(text: str, settings: str = "") -> str:
    """A cell of one paragraph."""
    return f"<w:tc><w:tcPr>{settings}</w:tcPr>{p(text)}</w:tc>"


def tbl(*rows: str) -> str:
    """A table; each row is the text of its cells."""
    return f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in rows)}</w:tbl>"


def level(number: int, format: str, text: str, more: str = "") -> str:
    """A level of a list."""
    return (
        f'<w:lvl w:ilvl="{number}"><w:start w:val="1"/><w:numFmt w:val="{format}"/>{more}'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
    )


def numbering(lists: Mapping[int, str], uses: Mapping[int, tuple[int, str]]) -> dict[str, str]:
    """The part of lists: levels by list; by use, its list and what it changes."""
    abstract = "".join(
        f'<w:abstractNum w:abstractNumId="{name}">{levels}</w:abstractNum>' for name, levels in lists.items()
    )
    used = "".join(
        f'<w:num w:numId="{name}"><w:abstractNumId w:val="{list_}"/>{changes}</w:num>'
        for name, (list_, changes) in uses.items()
    )
    return {"word/numbering.xml": f"<w:numbering {W}>{abstract}{used}</w:numbering>"}
