"""Gold as people write it: the text of a report with its labels in place, to records and back.

A marked text has a head of ``@name value`` lines, a line ``----``, and the text of the report with marks:

    %1:overview 一、总体情况                     a heading of level 1 that opens the section `overview`
    %2 （一）主动公开。{{proactive_disclosure|…}}   a heading, here run into its segment
    %1!:requests                                 a section whose heading is lost (no part of the text)
    %2-                                          closes the heading of level 2
    %tail                                        here the last section ends
    {{training,organization|一是…}}               a segment and its themes
    <<12次#training_session year=2019 as=a>>      a count; kinds that share a span: #review;litigation
    <<3次#training_session in=a channel=网站>>     a part of the count named a
    %table format2021 requests … %end            a statutory table; <<5#granted.total>> is a cell of it

``value``, ``value_max``, ``unit`` and ``bound`` of a count are read from its text and need writing only
where that fails; ``nature`` is actual, ``year`` the report's (``year=null`` for none). A backslash
before a character takes it as it stands. Offsets are counted when the marks are taken out.

Source: codebook sections 1 to 3; contract.md (the record).
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path

from giar_nlp.errors import CorpusError
from giar_nlp.markers import Folding, Markers
from giar_nlp.mentions import MentionFinder
from giar_nlp.reading import Reader
from giar_nlp.scheme import Scheme
from giar_nlp.types import (
    Count,
    Finding,
    MadeWith,
    Meta,
    Place,
    Report,
    Section,
    Segment,
    Source,
    StatutoryTable,
    TableValue,
    ThemeLabel,
)

_HEAD_END = "----"
_MARK = re.compile(
    r"\\(?P<plain>.)"
    r"|\{\{(?P<themes>[a-z_0-9, ]*)\|"
    r"|(?P<close>\}\})"
    r"|(?P<span><<)"
    r"|#(?P<told>[^#<>\n]+)>>"
    r"|^%(?P<shut>[1-6])-[^\S\n]*(?:\n|\Z)"
    r"|^%1!:(?P<lost>\w+)[^\S\n]*\n"
    r"|^%(?P<level>[1-6])(?::(?P<key>\w+))? "
    r"|^%table (?P<form>\S+) (?P<table>\w+)[^\S\n]*\n"
    r"|^%(?P<order>end|tail)[^\S\n]*(?:\n|\Z)",
    re.M | re.S,
)
_SPECIAL = re.compile(r"\\|\{\{|\}\}|<<|>>|^%", re.M)
_OWN = frozenset({"value", "value_max", "unit", "bound", "nature", "year", "implicit", "as", "in"})
_FIELDS = (
    "source",
    "title",
    "agency",
    "report_year",
    "period",
    "publish_date",
    "document_number",
    "regime",
    "scope",
    "finding",
)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(slots=True)
class _Draft:
    """A count as marked: its span in the text, its kinds and what is told of it."""

    start: int
    end: int
    kinds: tuple[str, ...]
    told: dict[str, str]


@dataclass(slots=True)
class _State:
    """What has been read so far; `text` is the report's text without marks."""

    text: str = ""
    titles: list[str] = field(default_factory=list)
    sections: list[Section] = field(default_factory=list)
    segments: list[Segment] = field(default_factory=list)
    tables: list[StatutoryTable] = field(default_factory=list)
    heading: tuple[int, int, str | None] | None = None
    themes: list[str] | None = None
    opened: int = 0
    span: int | None = None
    drafts: list[_Draft] = field(default_factory=list)
    table: tuple[str, str, int] | None = None
    values: list[TableValue] = field(default_factory=list)
    tail: int | None = None
    year: int | None = None

    @property
    def at(self) -> int:
        """Where the next character will stand."""
        return len(self.text)


def read_marked(paths: Iterable[Path], scheme: Scheme) -> Iterator[Report]:
    """The gold records of marked texts, one after the other.

    Raises:
        CorpusError: a file cannot be read or a mark is wrong; the message names file and line.
    """
    reader = MarkedReader(scheme)
    for path in paths:
        try:
            marked = path.read_bytes().decode("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise CorpusError(f"{path}: cannot be read as UTF-8 text ({error})") from error
        yield reader.read(marked, str(path))


class MarkedReader:
    """Reads marked texts by a scheme: its themes, kinds, sections and numerals."""

    def __init__(self, scheme: Scheme) -> None:
        self._themes = set(scheme.themes)
        self._kinds = set(scheme.kinds)
        self._numbers = {topic.key: topic.number for topic in scheme.chapters.topics}
        self._numbers[scheme.chapters.rest] = None
        self._folding = Folding(scheme)
        self._markers = Markers(scheme)
        self._mentions = MentionFinder(scheme)
        self._reader = Reader(fold=scheme.fold(), noise="")
        self._ends = scheme.layout.stops + ".:;!?*"

    def read(self, marked: str, name: str = "") -> Report:
        """The gold record of a marked text; `name` stands in messages.

        Raises:
            CorpusError: a mark is wrong; the message names the line.
        """
        head, planted, body, first = _parted(marked, name)
        meta = _meta(head, name)
        state = _State(year=meta.report_year)
        last = 0
        for mark in _MARK.finditer(body):
            where = f"{name}, line {first + body.count(chr(10), 0, mark.start())}"
            self._pass(state, body[last : mark.start()])
            try:
                self._take(state, mark)
            except ValueError as error:
                raise CorpusError(f"{where}: {error}") from error
            last = mark.end()
        self._pass(state, body[last:])
        text = state.text
        for open_mark, what in (
            (state.themes, "a segment {{"),
            (state.span, "a count <<"),
            (state.table, "a %table"),
        ):
            if open_mark is not None:
                raise CorpusError(f"{name}: {what} is never closed; close it")
        return Report(
            source=Source(
                head.get("source", name), hashlib.sha256(text.encode()).hexdigest(), "txt", "utf-8"
            ),
            meta=meta,
            text=text,
            sections=tuple(_closed(state.sections, len(text) if state.tail is None else state.tail)),
            segments=tuple(
                replace(segment, id=f"s{number:04}") for number, segment in enumerate(state.segments, 1)
            ),
            tables=tuple(state.tables),
            findings=tuple(_finding(line, text, number, name) for number, line in enumerate(planted, 1)),
            made_with=MadeWith("", "", None),
        )

    def _pass(self, state: _State, piece: str) -> None:
        """Takes text between marks; the first line end closes an open heading."""
        if state.heading is not None and "\n" in piece:
            stop = piece.index("\n")
            state.text += piece[:stop]
            self._close_heading(state)
            piece = piece[stop:]
        state.text += piece

    def _take(self, state: _State, mark: "re.Match[str]") -> None:
        if mark["plain"] is not None:
            state.text += mark["plain"]
        elif mark["themes"] is not None:
            self._open_segment(state, mark["themes"])
        elif mark["close"]:
            self._close_segment(state)
        elif mark["span"]:
            if state.span is not None:
                raise ValueError("a count inside a count; close the first with #kind>>")
            state.span = state.at
        elif mark["told"]:
            self._close_span(state, mark["told"])
        else:
            self._obey(state, mark)

    def _obey(self, state: _State, mark: "re.Match[str]") -> None:
        """Takes a mark that stands at the start of a line."""
        if mark["shut"]:
            self._close_heading(state)
            del state.titles[int(mark["shut"]) - 1 :]
        elif mark["lost"]:
            self._close_heading(state)
            state.titles.clear()
            if mark["lost"] not in self._numbers:
                raise ValueError(f"'{mark['lost']}' is no section; they are {', '.join(self._numbers)}")
            self._open_section(state, mark["lost"], None)
        elif mark["level"]:
            if state.themes is not None:
                raise ValueError("a heading inside a segment; close the segment with }} first")
            self._close_heading(state)
            if mark["key"] is not None and mark["key"] not in self._numbers:
                raise ValueError(f"'{mark['key']}' is no section; they are {', '.join(self._numbers)}")
            state.heading = (int(mark["level"]), state.at, mark["key"])
        elif mark["form"]:
            state.table = (mark["form"], mark["table"], state.at)
            state.values = []
        elif mark["order"] == "tail":
            state.tail = state.at
        else:
            self._close_table(state)

    def _open_segment(self, state: _State, themes: str) -> None:
        if state.themes is not None:
            raise ValueError("a segment inside a segment; close the first with }}")
        self._close_heading(state)
        named = [theme.strip() for theme in themes.split(",") if theme.strip()]
        for theme in named:
            if theme not in self._themes:
                raise ValueError(f"'{theme}' is no theme of the scheme")
        if not named:
            raise ValueError("a segment without themes; name at least one")
        state.themes, state.opened, state.drafts = named, state.at, []

    def _close_segment(self, state: _State) -> None:
        if state.themes is None:
            raise ValueError("}} closes no segment; write \\} for the characters themselves")
        if state.span is not None:
            raise ValueError("the segment ends inside a count; close it with #kind>>")
        text = state.text[state.opened :]
        if not text.strip() or text != text.strip():
            raise ValueError(f"the segment begins or ends with a blank: {text[:20]!r}")
        folded = self._folding.fold(text)
        marker = self._markers.at(folded, 0)
        number = state.sections[-1].number if state.sections else None
        state.segments.append(
            Segment(
                id="",
                start=state.opened,
                end=state.at,
                text=text,
                section=number or 0,
                headings=tuple(title for title in state.titles if title),
                marker=text[: marker.end].strip() if marker else None,
                themes=tuple(ThemeLabel(theme, 1.0, "rule") for theme in state.themes),
                counts=self._counts(state),
            )
        )
        state.themes = None

    def _close_span(self, state: _State, told: str) -> None:
        if state.span is None:
            raise ValueError(f"#{told}>> closes no span; open it with <<")
        start, state.span = state.span, None
        kinds, *words = told.split()
        if state.table is not None:
            row, _, column = kinds.partition(".")
            state.values.append(self._cell(state, start, row, column))
            return
        if state.themes is None:
            raise ValueError("a count outside a segment")
        for kind in kinds.split(";"):
            if kind not in self._kinds:
                raise ValueError(f"'{kind}' is no kind of count of the scheme")
        pairs = [word.partition("=") for word in words]
        if wrong := [word for word in words if "=" not in word]:
            raise ValueError(f"'{wrong[0]}' is no name=value")
        state.drafts.append(
            _Draft(start, state.at, tuple(kinds.split(";")), {name: value for name, _, value in pairs})
        )

    def _counts(self, state: _State) -> tuple[Count, ...]:
        places: dict[str, int] = {}
        number = 0
        for draft in state.drafts:
            if "as" in draft.told:
                places[draft.told["as"]] = number
            number += len(draft.kinds)
        counts: list[Count] = []
        for draft in state.drafts:
            whole = draft.told.get("in")
            if whole is not None and whole not in places:
                raise ValueError(f"in={whole} names no count of this segment; name the whole by as={whole}")
            for kind in draft.kinds:
                count = self._count(state.text[draft.start : draft.end], draft, kind, state.year)
                counts.append(replace(count, part_of=None if whole is None else places[whole]))
        return tuple(counts)

    def _count(self, text: str, draft: _Draft, kind: str, year: int | None) -> Count:
        told = draft.told
        words = self._reader.read(text).text
        found = next((m for m in self._mentions.find(words) if (m.start, m.end) == (0, len(words))), None)
        implicit = (
            told.get("implicit", "true" if found is None and "value" not in told else "false") == "true"
        )
        if implicit and any(char.isdigit() for char in words) and "implicit" not in told:
            raise ValueError(f"the value of {text!r} is not told; add value=… unit=… bound=…")
        value = _number(told["value"]) if "value" in told else _plain(found.value) if found else 0
        top = _number(told["value_max"]) if "value_max" in told else None
        if top is None and found is not None and found.value_max is not None:
            top = _plain(found.value_max)
        said = told.get("year", str(year))
        return Count(
            start=draft.start,
            end=draft.end,
            text=text,
            value=value,
            value_max=top,
            unit=_null(told.get("unit", found.unit if found else None)),
            bound=told.get("bound", found.bound if found else "exact"),  # type: ignore[arg-type]
            kind=kind,
            nature=told.get("nature", "actual"),  # type: ignore[arg-type]
            year=None if said in ("null", "None") else int(said),
            implicit=implicit,
            attributes=tuple((name, value) for name, value in told.items() if name not in _OWN),
        )

    def _cell(self, state: _State, start: int, row: str, column: str) -> TableValue:
        raw = state.text[start:]
        written = raw.strip()
        value = _number(written) if re.fullmatch(r"-?\d+(?:\.\d+)?", written) else None
        status = "blank" if not written else "text" if value is None else "zero" if value == 0 else "number"
        return TableValue(row, column, "", "", raw, value, status, start, state.at)  # type: ignore[arg-type]

    def _close_table(self, state: _State) -> None:
        if state.table is None:
            raise ValueError("%end closes no table; open it with %table FORM TABLE")
        form, table, start = state.table
        end = start + len(state.text[start:].rstrip())
        state.tables.append(StatutoryTable(form, table, start, end, tuple(state.values)))  # type: ignore[arg-type]
        state.table = None

    def _close_heading(self, state: _State) -> None:
        if state.heading is None:
            return
        level, start, key = state.heading
        state.heading = None
        written = state.text[start:]
        folded = self._folding.fold(written)
        begin = len(folded) - len(folded.lstrip("#* "))
        marker = self._markers.at(folded, begin)
        title = written[marker.end if marker else begin :].strip().strip("*").rstrip(self._ends).strip()
        del state.titles[level - 1 :]
        state.titles += [""] * (level - 1 - len(state.titles))
        state.titles.append(title)
        if key is not None:
            self._open_section(state, key, title, start)

    def _open_section(self, state: _State, key: str, title: str | None, start: int | None = None) -> None:
        begin = state.at if start is None else start
        state.sections.append(Section(self._numbers[key], key, title, begin, begin, inferred=title is None))


def _parted(marked: str, name: str) -> tuple[dict[str, str], list[str], str, int]:
    """The head's fields, the planted findings, the body, and the number of the body's first line."""
    top, line, body = marked.partition(f"\n{_HEAD_END}\n")
    if not line:
        raise CorpusError(f"{name}: no line {_HEAD_END} after the head; write the @fields, then {_HEAD_END}")
    head: dict[str, str] = {}
    planted: list[str] = []
    for number, written in enumerate(top.split("\n"), 1):
        if not written.strip():
            continue
        key, _, value = written.removeprefix("@").partition(" ")
        if not written.startswith("@") or key not in _FIELDS:
            raise CorpusError(
                f"{name}, line {number}: no field of the head; the fields are {', '.join(_FIELDS)}"
            )
        if key == "finding":
            planted.append(value.strip())
        else:
            head[key] = value.strip()
    return head, planted, body, top.count("\n") + 3


def _meta(head: dict[str, str], name: str) -> Meta:
    period = tuple(head.get("period", "").split())
    if len(period) not in (0, 2) or not all(map(_DATE.fullmatch, period)):
        raise CorpusError(
            f"{name}: @period is two dates such as 2021-01-01 2021-12-31, not {head['period']!r}"
        )
    year = head.get("report_year", "")
    if year and not year.isdecimal():
        raise CorpusError(f"{name}: @report_year is a year, not {year!r}")
    return Meta(
        title=head.get("title"),
        agency=head.get("agency"),
        report_year=int(year) if year else None,
        period=(period[0], period[1]) if period else None,
        publish_date=head.get("publish_date"),
        document_number=head.get("document_number"),
        regime=head.get("regime", "unknown"),  # type: ignore[arg-type]
        scope=head.get("scope", "unknown"),  # type: ignore[arg-type]
    )


def _finding(written: str, text: str, number: int, name: str) -> Finding:
    """A planted finding: ``check severity :: place ;; place :: message``; places are found in the text."""
    told = [part.strip() for part in written.split("::")]
    check, _, severity = told[0].partition(" ")
    if severity not in ("error", "warning", "info"):
        raise CorpusError(f"{name}: @finding {check}: write its severity, error, warning or info, behind it")
    places = []
    for quoted in told[1].split(";;") if len(told) > 1 else []:
        if quote := quoted.strip():
            start = text.find(quote)
            if start < 0:
                raise CorpusError(f"{name}: @finding {check}: {quote[:30]!r} does not stand in the text")
            places.append(Place(start, start + len(quote), quote))
    message = told[2] if len(told) > 2 else ""
    return Finding(f"f{number}", check, severity, "fail", message, None, None, tuple(places))  # type: ignore[arg-type]


def _closed(sections: Sequence[Section], end: int) -> list[Section]:
    stops = [*(section.start for section in sections[1:]), end][: len(sections)]
    return [replace(section, end=stop) for section, stop in zip(sections, stops, strict=True)]


def _number(written: str) -> int | float:
    try:
        return _plain(Decimal(written))
    except ArithmeticError as error:
        raise ValueError(f"{written!r} is no number") from error


def _plain(value: Decimal) -> int | float:
    return int(value) if value == int(value) else float(value)


def _null(unit: str | None) -> str | None:
    return None if unit in (None, "null") else unit
