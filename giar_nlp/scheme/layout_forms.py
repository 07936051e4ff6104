"""What `segments.toml`, `sections.toml` and `metadata.toml` may hold: how a report is laid out.

Patterns here run on folded text in which blanks and line ends still stand, so that offsets stay those
of the document; titles alone are closed up first.
"""

from typing import Annotated, Literal

from pydantic import Field

from giar_nlp.scheme.forms import Examples, Form, Id, Pattern, Words

Chars = Annotated[str, Field(min_length=1)]


class Sign(Form):
    """A pattern with texts in which it must be found and texts in which it must not."""

    pattern: Pattern
    examples: Examples
    not_examples: Examples
    note: str | None = None


class MarkerStyle(Sign):
    """How one style of number is written, and how deep a heading with it lies (0: items only).

    The pattern is matched where a line or a clause begins. Inside a paragraph a marker that may stand `alone`
    opens an item after any comma; others need a fellow, and a full stop before them.
    """

    id: Id
    level: Annotated[int, Field(ge=0, le=9)]
    alone: bool = False


class Layout(Form):
    """`segments.toml`: numbers, headings, announcers, turns, residue, page furniture, words of the tables.

    `stops` are the characters that end a sentence, `closers` may stand behind them; no item's number stands
    behind one of `not_before`. A line goes on that ends with a character of `goes_on`, or before one of
    `goes_before`; a lead-in ends with one of `announcing`. `ordinals` are the Chinese ordinals in order, from
    one. `labels` are words of the statutory tables beside
    those of their forms, closed up.
    """

    stops: Chars
    not_before: Chars
    closers: Chars
    goes_on: Chars
    goes_before: Chars
    announcing: Chars
    ordinals: Words
    markers: tuple[MarkerStyle, ...]
    breaks: Sign
    run_in: Sign
    glued_section: Sign
    glued_title: Sign
    glue: Sign
    bare_title: Sign
    numbered_title: Sign
    sentence: Sign
    announcer: Sign
    adverbial: Sign
    turn: Sign
    plan: Sign
    report_title: Sign
    headless_title: Sign
    document_number: Sign
    addressee: Sign
    signature: Sign
    date: Sign
    attachment: Sign
    navigation: Sign
    furniture: Sign
    page_number: Sign
    image: Sign
    residue_before: Sign
    residue_after: Sign
    cell: Sign
    cell_label: Sign
    labels: Words


class Topic(Form):
    """What a chapter may be about, told by its closed-up title.

    `number` is that of the statutory section, None for other chapters. `full` finds the statutory
    title, which makes a section whatever its number; `title` finds any title of the topic, in a
    chapter's place only. `table` finds the section's table where its heading is lost.
    """

    key: Id
    number: Annotated[int, Field(ge=1, le=6)] | None = None
    full: Sign | None = None
    title: Sign
    table: Sign | None = None


class Chapters(Form):
    """`sections.toml`: the topics, most telling first; the first that fits a title has it.

    `rest` is the key of a chapter that fits none. `opening` finds the sentences of a preface,
    `problems` a paragraph that opens section five without its heading.
    """

    topics: tuple[Topic, ...]
    rest: Id
    opening: Sign
    problems: Sign


class RegimeSign(Sign):
    """Words of the tables or chapter titles that only one regime has."""

    regime: Literal["pre2019", "trial2019", "format2021"]


class MetaSigns(Form):
    """`metadata.toml`: how a report tells its year, period, date, agency and scope.

    Groups of a pattern are the parts of a date, or the name.
    """

    digits: Chars
    title_tail: Sign
    title_label: Sign
    title_noise: Sign
    school_year: Sign
    year: Sign
    period: Sign
    broken_period: Sign
    date: Sign
    published: Sign
    agency: Sign
    stated: Sign
    compiled: Sign
    regimes: tuple[RegimeSign, ...]
    aggregate: Sign
    own: Sign
    own_name: Sign
    place_name: Sign
    governments: dict[str, Chars]
    government: Sign
