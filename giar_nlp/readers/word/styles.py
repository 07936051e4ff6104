"""Styles and lists of a DOCX file: which paragraphs are headings, and how they are numbered."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lxml import etree

from giar_nlp.readers.word.numbering import LEVELS, Level, List, Numbering

MAIN = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_HEADING = re.compile(r"heading ([1-9])$", re.IGNORECASE)
_CONTENTS = re.compile(r"toc( [1-9]| heading)?$", re.IGNORECASE)
_NOT_SET = {"0", "false", "off"}
_NO_LIST = "0"
_LONGEST_LINE = 12
"""A style is based on no more others, one on the other."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a list: its name, and the level where that is said."""

    list: str
    level: int | None


def value_of(parent: etree._Element | None, name: str) -> str | None:
    """The value of a setting among the children of an element; None where it is not set."""
    found = None if parent is None else parent.find(MAIN + name)
    return None if found is None else found.get(MAIN + "val", "")


def is_set(parent: etree._Element | None, name: str) -> bool:
    """Whether a setting that is on or off is on."""
    found = value_of(parent, name)
    return found is not None and found not in _NOT_SET


def whole(text: str | None) -> int | None:
    """A whole number of no more than nine digits; None for anything else."""
    return int(text) if text is not None and re.fullmatch(r"-?[0-9]{1,9}", text) else None


class Styles:
    """Paragraph styles, each with what it takes from the styles that it is based on."""

    def __init__(self, part: etree._Element | None) -> None:
        self._styles: dict[str, etree._Element] = {}
        self.default = ""
        for style in () if part is None else part.iter(MAIN + "style"):
            name = style.get(MAIN + "styleId", "")
            self._styles.setdefault(name, style)
            if style.get(MAIN + "type") == "paragraph" and style.get(MAIN + "default") in {"1", "true"}:
                self.default = self.default or name
        self._levels: dict[str, int] = {}
        self._places: dict[str, Place | None] = {}

    def level(self, name: str) -> int:
        """The level of the headings that a style makes, from 1; 0 for none."""
        if name not in self._levels:
            self._levels[name] = next(filter(None, map(_level, self._line(name))), 0)
        return self._levels[name] % 10

    def place(self, name: str) -> Place | None:
        """The place in a list that a style gives; None for none."""
        if name not in self._places:
            found = (place_of(style.find(MAIN + "pPr")) for style in self._line(name))
            self._places[name] = next(filter(None, found), None)
        return self._places[name]

    def is_contents(self, name: str) -> bool:
        """Whether a style is that of a table of contents."""
        style = self._styles.get(name)
        return style is not None and _CONTENTS.match(value_of(style, "name") or "") is not None

    def _line(self, name: str) -> Iterator[etree._Element]:
        """A style and those that it is based on; so many that a circle ends."""
        for _ in range(_LONGEST_LINE):
            if name not in self._styles:
                return
            yield self._styles[name]
            name = value_of(self._styles[name], "basedOn") or ""


def _level(style: etree._Element) -> int:
    """The level of a heading style, from 1; 10 where it says that it is none, 0 where it says nothing."""
    said = whole(value_of(style.find(MAIN + "pPr"), "outlineLvl"))
    if said is not None:
        return said + 1 if 0 <= said < LEVELS else 10
    named = _HEADING.match(value_of(style, "name") or "")
    return int(named[1]) if named else 0


def place_of(settings: etree._Element | None) -> Place | None:
    """The place in a list that the settings of a paragraph or style name; an empty list name is none."""
    numbered = None if settings is None else settings.find(MAIN + "numPr")
    if numbered is None:
        return None
    name, level = value_of(numbered, "numId"), whole(value_of(numbered, "ilvl"))
    return Place(name or "", level) if name is not None or level is not None else None


@dataclass(frozen=True, slots=True)
class Lists:
    """The lists of a file.

    Attributes:
        numbering: counts their paragraphs.
        styled: the level that a style has in a list, by list and style.
    """

    numbering: Numbering
    styled: Mapping[tuple[str, str], int]

    def label(self, place: Place | None, style: str, styles: Styles) -> str:
        """The label of the next paragraph.

        Args:
            place: what the paragraph itself says.
            style: the paragraph's.
            styles: all of them.
        """
        inherited = styles.place(style)
        name = place.list if place and place.list else inherited.list if inherited else ""
        if not name or name == _NO_LIST:
            return ""
        level = place.level if place else None
        if level is None:
            level = self.styled.get((name, style))
        if level is None and inherited:
            level = inherited.level
        return self.numbering.label(name, level or 0)


def read_lists(part: etree._Element | None, styles: Styles) -> Lists:
    """The lists of the part ``numbering``; none where there is no such part."""
    abstract: dict[str, etree._Element] = {}
    numbers: dict[str, etree._Element] = {}
    for child in () if part is None else part:
        if child.tag == MAIN + "abstractNum":
            abstract.setdefault(child.get(MAIN + "abstractNumId", ""), child)
        elif child.tag == MAIN + "num":
            numbers.setdefault(child.get(MAIN + "numId", ""), child)
    found: dict[str, List] = {}
    styled: dict[tuple[str, str], int] = {}
    known: dict[str, tuple[dict[int, Level], dict[str, int]]] = {}
    for name, number in numbers.items():
        counter = _counter(number, abstract, numbers, styles)
        if counter not in known:
            known[counter] = _levels(abstract.get(counter))
        levels, by_style = known[counter]
        changes, starts = _overrides(number)
        found[name] = List(counter, {**levels, **changes}, starts)
        styled.update({(name, style): level for style, level in by_style.items()})
    return Lists(Numbering(found), styled)


def _counter(
    number: etree._Element,
    abstract: Mapping[str, etree._Element],
    numbers: Mapping[str, etree._Element],
    styles: Styles,
) -> str:
    """The abstract list behind a list, also where a style stands between them."""
    name = value_of(number, "abstractNumId") or ""
    link = value_of(abstract.get(name), "numStyleLink")
    place = styles.place(link) if link else None
    if place is not None and place.list in numbers:
        return value_of(numbers[place.list], "abstractNumId") or ""
    return name


def _levels(part: etree._Element | None) -> tuple[dict[int, Level], dict[str, int]]:
    levels: dict[int, Level] = {}
    by_style: dict[str, int] = {}
    for child in () if part is None else part.iterchildren(MAIN + "lvl"):
        number = whole(child.get(MAIN + "ilvl"))
        if number is None or not 0 <= number < LEVELS:
            continue
        levels[number] = _read_level(child)
        if style := value_of(child, "pStyle"):
            by_style[style] = number
    return levels, by_style


def _read_level(part: etree._Element) -> Level:
    start = whole(value_of(part, "start"))
    return Level(
        start=0 if start is None else start,
        format=value_of(part, "numFmt") or "decimal",
        text=value_of(part, "lvlText") or "",
        restart=whole(value_of(part, "lvlRestart")),
        digits=is_set(part, "isLgl"),
    )


def _overrides(number: etree._Element) -> tuple[dict[int, Level], dict[int, int]]:
    """The levels that a list changes, and those that begin anew in it."""
    levels: dict[int, Level] = {}
    starts: dict[int, int] = {}
    for child in number.iterchildren(MAIN + "lvlOverride"):
        place = whole(child.get(MAIN + "ilvl"))
        if place is None or not 0 <= place < LEVELS:
            continue
        changed, start = child.find(MAIN + "lvl"), whole(value_of(child, "startOverride"))
        if changed is not None:
            levels[place] = _read_level(changed)
            starts[place] = levels[place].start
        if start is not None:
            starts[place] = start
    return levels, starts
