"""The records that flow through the package, frozen, one way.

A file becomes a `Document`; `blocks` gives its lines names (`Block`), `sections` and `metadata` say
what they are (`Section`, `Meta`), paragraphs become `Segment`s, segments get `ThemeLabel`s and
`Count`s, and the whole is a `Report`.

All offsets count characters of `Document.text`, start included, end excluded, and
``document.text[start:end]`` is the span, exactly.

Source: contract.md (the record of one report); codebook sections 1 to 3.
"""

from dataclasses import MISSING, dataclass, fields
from typing import Literal, TypeVar, cast

Bound = Literal["exact", "min", "max", "approx", "range"]
Nature = Literal["actual", "change", "target", "average"]
LabelSource = Literal["rule", "model", "both"]
Regime = Literal["pre2019", "trial2019", "format2021", "unknown"]
Scope = Literal["aggregate", "own", "unknown"]
TableName = Literal["proactive", "requests", "review_litigation", "annex"]
CellStatus = Literal["number", "zero", "blank", "na", "text", "missing"]
Settled = Literal["label", "position", "identity"]
Unread = Literal["image", "nothing", "no_values"]
Severity = Literal["error", "warning", "info"]
FindingStatus = Literal["fail", "not_assessable"]
BlockKind = Literal[
    "title",
    "document_number",
    "addressee",
    "heading",
    "paragraph",
    "lead_in",
    "table",
    "signature",
    "date",
    "attachment",
    "image",
    "navigation",
    "page_number",
    "residue",
]


@dataclass(frozen=True, slots=True)
class Source:
    """Where a document came from: path as given, digest of its bytes, format and encoding.

    `encoding` is None where the format settles how text is written (docx, doc, rtf, pdf, ofd): runs of an RTF
    file may each be in another code page, and most of it is numbers of characters.
    """

    path: str
    sha256: str
    format: str
    encoding: str | None


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a table that the file format itself marks as a table."""

    row: int
    col: int
    rowspan: int
    colspan: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Block:
    """A named stretch of the text; `level` counts from 1 and is 0 for all but headings."""

    kind: BlockKind
    start: int
    end: int
    level: int = 0
    cells: tuple[Cell, ...] = ()


@dataclass(frozen=True, slots=True)
class Properties:
    """What a file says of its report beside the text: title, who published it, when (ISO)."""

    title: str | None = None
    publisher: str | None = None
    publish_date: str | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """A file's text, kept as it is, with the blocks that its format itself names (tables, images, headings).

    `blocks` is empty for plain text: there the lines have to speak for themselves.
    """

    text: str
    source: Source
    blocks: tuple[Block, ...] = ()
    properties: Properties = Properties()


@dataclass(frozen=True, slots=True)
class Section:
    """One of the six statutory sections, or a chapter of an older report (`number` None).

    `title` stands without its number. It is None when the heading is lost and the section was
    inferred from what follows (`inferred`). `start` is the start of the heading's line.
    """

    number: int | None
    key: str
    title: str | None
    start: int
    end: int
    inferred: bool = False


@dataclass(frozen=True, slots=True)
class Meta:
    """What the report says of itself; None (or ``unknown``) where it does not say."""

    title: str | None
    agency: str | None
    report_year: int | None
    period: tuple[str, str] | None
    publish_date: str | None
    document_number: str | None
    regime: Regime
    scope: Scope


@dataclass(frozen=True, slots=True)
class Hit:
    """A scheme rule that fired, and where."""

    rule: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class ThemeLabel:
    """One theme of a segment with a score from 0 to 1 and the hits that speak for it."""

    label: str
    score: float
    source: LabelSource
    evidence: tuple[Hit, ...] = ()


@dataclass(frozen=True, slots=True)
class Count:
    """One count mention, field by field as in codebook section 3.

    `part_of` is an index in the segment's own counts. `attributes` holds (name, text) pairs.
    """

    start: int
    end: int
    text: str
    value: int | float
    value_max: int | float | None
    unit: str | None
    bound: Bound
    kind: str
    nature: Nature
    year: int | None
    implicit: bool
    attributes: tuple[tuple[str, str], ...] = ()
    part_of: int | None = None


@dataclass(frozen=True, slots=True)
class Segment:
    """The smallest stretch of narrative that a person would label on its own.

    `section` is 0 before the first section. `headings` are the titles above, outermost first,
    without their numbers. `marker` is the item's own number as written, or None.
    """

    id: str
    start: int
    end: int
    text: str
    section: int
    headings: tuple[str, ...] = ()
    marker: str | None = None
    themes: tuple[ThemeLabel, ...] = ()
    counts: tuple[Count, ...] = ()


@dataclass(frozen=True, slots=True)
class TableValue:
    """One value cell of a statutory table; `value` is None unless `status` is number or zero.

    `settled_by` says how row and column were told: by labels and a full row, by the place among its
    neighbours, or by the identities of the form. None: they are not certain, and `raw` is only a stretch that
    stands about there, or the cell is missing.
    """

    row: str
    column: str
    row_label: str
    column_label: str
    raw: str
    value: int | float | None
    status: CellStatus
    start: int | None
    end: int | None
    settled_by: Settled | None = None


@dataclass(frozen=True, slots=True)
class StatutoryTable:
    """One statutory table of a form, every cell of the form in its order.

    `form` is the edition of the form that its labels tell (None: they fit several). Where no cell could be
    read, `unread` says why: it is an image, nothing stands in its place, or no cell holds a value.
    """

    form: str | None
    table: TableName
    start: int | None
    end: int | None
    values: tuple[TableValue, ...]
    unread: Unread | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """A stretch of text that proves a finding."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found, with its proof."""

    id: str
    check: str
    severity: Severity
    status: FindingStatus
    message: str
    expected: str | None
    found: str | None
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class MadeWith:
    """Versions that made a record; `model` is None where rules worked alone."""

    giar_nlp: str
    scheme: str
    model: str | None


@dataclass(frozen=True, slots=True)
class Report:
    """The record of one report: everything in it and everything found in it."""

    source: Source
    meta: Meta
    text: str
    sections: tuple[Section, ...]
    segments: tuple[Segment, ...]
    tables: tuple[StatutoryTable, ...]
    findings: tuple[Finding, ...]
    made_with: MadeWith


Record = TypeVar("Record")


def maker(record: type[Record]) -> type[Record]:
    """What makes a record as its class does, in a third of the time, where thousands are made.

    A frozen dataclass sets each of its fields through `object.__setattr__`. This one makes its like
    without the lock, and only then becomes the record.

    Example:
        >>> maker(Hit)("a.rule", 1, end=3)
        Hit(rule='a.rule', start=1, end=3)
    """
    names = [each.name for each in fields(cast(type, record))]
    defaults = {each.name: each.default for each in fields(cast(type, record)) if each.default is not MISSING}
    given = ", ".join(f"{name}=defaults[{name!r}]" if name in defaults else name for name in names)
    kept = "\n    ".join(f"self.{name} = {name}" for name in names)
    scope: dict[str, object] = {"record": record, "defaults": defaults}
    # Written out and compiled, as the dataclasses of the standard library are.
    exec(f"def made(self, {given}):\n    {kept}\n    self.__class__ = record", scope)
    draft = type(record.__name__, (), {"__slots__": tuple(names), "__init__": scope["made"]})
    return cast("type[Record]", draft)


make_block, make_segment = maker(Block), maker(Segment)
make_label, make_hit, make_count = maker(ThemeLabel), maker(Hit), maker(Count)
make_value = maker(TableValue)
