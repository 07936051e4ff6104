"""What a page says of its report: title, publisher, date, from meta elements, labels and headings."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from lxml import etree

from giar_nlp.readers.web.flow import Item, Line, Table
from giar_nlp.readers.web.page import names_of, text_of
from giar_nlp.readers.web.signs import Signs
from giar_nlp.types import Properties

Element = etree._Element

_YEAR = re.compile(r"(?:19|20)\d\d")
_STAMP = re.compile(r"1\d{9}(?:\d{3})?")
_PARTS = re.compile(r"[_|｜–—]+|\s-\s|-{2,}|\s{2,}|(?<!\d)-(?!\d)|>{1,2}|»")
_NEXT_LABEL = re.compile(r"\s+[^\s:：]{1,8}[:：]")
"""What stands behind a value in the same line: a label that is not known."""
_LONGEST_TITLE = 80
_LONGEST_NAME = 40
_LABELLED = 2
"""A table with so many labels of page information, and nothing else, is page information."""


def metas_of(root: Element) -> dict[str, str]:
    """The meta elements of a page by name, small letters, first come; and its ``title``."""
    metas: dict[str, str] = {}
    for meta in root.iter("meta"):
        name = (meta.get("name") or meta.get("property") or "").strip().lower()
        if name and (content := (meta.get("content") or "").strip()):
            metas.setdefault(name, content)
    for title in root.iter("title"):
        metas.setdefault("title", " ".join(text_of(title).split()))
    return metas


def title_of(root: Element, metas: Mapping[str, str], signs: Signs) -> str | None:
    """The title that a page gives its report: one that names a report, and if it may be its year.

    A page's columns are often called reports too; what is called neither is believed of meta elements alone.
    """
    certain = [metas[name] for name in signs.said.titles if metas.get(name)]
    shown: list[tuple[int, str]] = []
    order = {name: number for number, name in enumerate(signs.content.titles)}
    for element in root.iter():
        if element.attrib or element.tag in order:
            ranks = [order[name] for name in names_of(element) if name in order]
            if ranks and (text := _plain(element)):
                shown.append((min(ranks), text))
    given = [*certain, *(text for _, text in sorted(shown, key=lambda each: each[0]))]
    given += [part.strip() for part in _PARTS.split(metas.get("title", ""))]
    named = [text for text in given if signs.said.report.search(text)]
    dated = [text for text in named if _YEAR.search(text)]
    return next(iter((*dated, *named, *certain)), None)


def publisher_of(names: Iterable[str], signs: Signs) -> str | None:
    """The first name that tells a publisher."""
    for name in names:
        text = " ".join(name.split())
        if (
            1 < len(text) <= _LONGEST_NAME
            and text.lower() not in signs.said.nobody
            and not signs.said.date.search(text)
        ):
            return text
    return None


def date_of(texts: Iterable[str], signs: Signs) -> str | None:
    """The first date in the texts, ISO; a bare number is seconds or milliseconds since 1970."""
    for text in texts:
        if (found := signs.said.date.search(text)) and (day := _iso(found)):
            return day
        if _STAMP.fullmatch(text.strip()):
            seconds = int(text.strip()[:10])
            return date.fromordinal(date(1970, 1, 1).toordinal() + (seconds + 8 * 3600) // 86400).isoformat()
    return None


class Labels:
    """What stands behind the labels of page information (索引号, 发布机构, 发布日期…)."""

    def __init__(self, signs: Signs) -> None:
        self._said = signs.said
        self._found: dict[str, str] = {}

    def note_line(self, text: str) -> bool:
        """Note what a line says; whether it says nothing but that."""
        places = [*self._said.labelled.finditer(text)] if len(text) <= 4 * _LONGEST_TITLE else []
        for number, place in enumerate(places):
            end = places[number + 1].start() if number + 1 < len(places) else len(text)
            self._note(place[1], text[place.end() : end])
        return bool(places) and not places[0].start()

    def note_table(self, table: Table) -> bool:
        """Note what a table says; whether it is page information."""
        cells = [cell.text for row in table.rows for cell in row]
        n_labels = 0
        for number, text in enumerate(cells):
            bare = text.strip().rstrip(":：")
            if self._said.labelled.fullmatch(bare + ":") is not None:
                n_labels += 1
                self._note(bare, cells[number + 1] if number + 1 < len(cells) else "")
            elif self._said.labelled.match(text):
                n_labels += self.note_line(text)
        return n_labels >= _LABELLED and n_labels * 3 >= sum(map(bool, cells))

    def _note(self, label: str, text: str) -> None:
        key = "".join(label.split())
        value = _NEXT_LABEL.split(text, maxsplit=1)[0].strip(" 　|【】[]")
        if value:
            self._found.setdefault(key, value)

    def values(self, labels: Sequence[str]) -> list[str]:
        """What stands behind the labels, in their order."""
        return [self._found[label] for label in labels if label in self._found]


def properties_of(metas: Mapping[str, str], title: str | None, labels: Labels, signs: Signs) -> Properties:
    """What a page says of its report, by its meta elements first, its labels second."""
    said = signs.said
    publishers = [
        *labels.values(said.organ_labels),
        *(metas[name] for name in said.publishers if name in metas),
        *labels.values(said.source_labels),
    ]
    dates = [*(metas[name] for name in said.dates if name in metas), *labels.values(said.date_labels)]
    return Properties(title, publisher_of(publishers, signs), date_of(dates, signs))


def note_items(items: Iterable[Item], labels: Labels) -> None:
    """Note what the lines and tables of a page say of it."""
    for item in items:
        if isinstance(item, Line):
            labels.note_line(item.text)
        elif isinstance(item, Table):
            labels.note_table(item)


def _plain(element: Element) -> str | None:
    text = " ".join(text_of(element).split())
    return text if 4 <= len(text) <= _LONGEST_TITLE else None


def _iso(found: re.Match[str]) -> str | None:
    try:
        return date(int(found[1]), int(found[2]), int(found[3])).isoformat()
    except ValueError:
        return None
