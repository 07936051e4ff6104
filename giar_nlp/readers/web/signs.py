"""What is known of the pages of agencies, from ``data/readers/html.toml``."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources


@dataclass(frozen=True, slots=True)
class Elements:
    """Tags: those that make lines, those that no browser shows as text, those whose nesting counts."""

    blocks: frozenset[str]
    unshown: frozenset[str]
    holders: frozenset[str]


@dataclass(frozen=True, slots=True)
class Content:
    """Where the text of a page stands: names of elements (``#id``, ``.class`` or a tag), small letters.

    `firm` elements hold little else, `loose` ones what belongs to the text too; `begins` and `ends` are
    comments at its ends, `start_meta` and `end_meta` names of meta elements there; `titles` show its title,
    best first.
    """

    firm: frozenset[str]
    loose: frozenset[str]
    begins: tuple[str, ...]
    ends: tuple[str, ...]
    start_meta: str
    end_meta: str
    titles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Furniture:
    """What stands around the text: parts of names of elements, tags, and shapes of whole lines."""

    names: frozenset[str]
    tags: frozenset[str]
    lines: tuple[re.Pattern[str], ...]


@dataclass(frozen=True, slots=True)
class Said:
    """How a page says whose its report is, what it is called and when it was published; best first."""

    titles: tuple[str, ...]
    publishers: tuple[str, ...]
    dates: tuple[str, ...]
    organ_labels: tuple[str, ...]
    source_labels: tuple[str, ...]
    date_labels: tuple[str, ...]
    labelled: re.Pattern[str]
    nobody: frozenset[str]
    report: re.Pattern[str]
    date: re.Pattern[str]
    json_titles: tuple[str, ...]
    json_publishers: tuple[str, ...]
    json_dates: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Wording:
    """What tells prose and its parts, and how lists are numbered (class or style: pattern of a number)."""

    stops: str
    ends: str
    section: re.Pattern[str]
    signed: re.Pattern[str]
    digits: str
    ten: str
    lists: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Signs:
    """All that is known of pages."""

    elements: Elements
    content: Content
    furniture: Furniture
    said: Said
    wording: Wording


@cache
def page_signs() -> Signs:
    """The signs, read once."""
    source = resources.files("giar_nlp").joinpath("data/readers/html.toml")
    data = tomllib.loads(source.read_text(encoding="utf-8"))
    content, furniture, said, text = data["content"], data["furniture"], data["said"], data["text"]
    labels = [label for name, values in said.items() if name.endswith("_labels") for label in values]
    words = "|".join(map(_spaced, sorted(labels, key=len, reverse=True)))
    return Signs(
        Elements(**{name: frozenset(tags.split()) for name, tags in data["elements"].items()}),
        Content(
            firm=frozenset(content["firm"]),
            loose=frozenset(content["loose"]),
            begins=tuple(content["begins"]),
            ends=tuple(content["ends"]),
            start_meta=content["start_meta"],
            end_meta=content["end_meta"],
            titles=tuple(content["titles"]),
        ),
        Furniture(
            names=frozenset(furniture["names"]),
            tags=frozenset(furniture["tags"]),
            lines=tuple(re.compile(line["pattern"]) for line in furniture["lines"]),
        ),
        Said(
            **{name: tuple(said[name]) for name in ("titles", "publishers", "dates")},
            **{f"{name}_labels": tuple(said[f"{name}_labels"]) for name in ("organ", "source", "date")},
            **{f"json_{name}": tuple(said[f"json_{name}"]) for name in ("titles", "publishers", "dates")},
            labelled=re.compile(rf"[\[【（(]?\s?({words})\s*[\]】]?\s*[:：]\s*"),
            nobody=frozenset(said["nobody"]),
            report=re.compile(said["report"]),
            date=re.compile(said["date"]),
        ),
        Wording(
            stops=text["stops"],
            ends=text["ends"],
            section=re.compile(text["section"]),
            signed=re.compile(text["signed"]),
            digits=text["digits"],
            ten=text["ten"],
            lists=text["lists"],
        ),
    )


def _spaced(label: str) -> str:
    """A label whose characters may stand apart."""
    return r"\s{0,2}".join(map(re.escape, label))
