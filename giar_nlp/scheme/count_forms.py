"""What `numbers.toml` and the files of `counts/` may hold."""

from typing import Annotated, Literal

from pydantic import Field

from giar_nlp.scheme.forms import Examples, Form, Id, Pattern, RuleId, Words

Attribute = Literal["channel", "category", "outcome", "applicant"]
Char = Annotated[str, Field(min_length=1, max_length=1)]
Shapes = tuple[Pattern, ...]
Weight = Annotated[float, Field(gt=0, le=5)]


class BoundWords(Form):
    """Approximators of one bound, by where they stand.

    `before` the number (超过12篇), `inside` between number and unit (1500余条), `after` the unit (5次以上).
    """

    bound: Literal["min", "max", "approx"]
    before: Pattern | None = None
    inside: Words = ()
    after: Pattern | None = None


class Guard(Form):
    """A context in which a number is never a count.

    All that are named must hold: one pattern of `before` matches just before the mention, one of `number` the
    whole mention itself, one of `after` just behind it. A guard with a `hint` is looked at only where that
    stands in the text before, one of `numerals` in characters only where the number is written so (一次).
    """

    id: RuleId
    hint: Annotated[str, Field(min_length=1)] | None = None
    numerals: Literal["any", "characters"] = "any"
    before: Shapes = ()
    number: Shapes = ()
    after: Shapes = ()
    examples: Examples
    not_examples: Examples
    note: str | None = None


class ZeroShapes(Form):
    """How zeros are stated, for all kinds: a negation, then a noun of the kind, then `tail`.

    `heads` match the negating words up to where the noun phrase begins; `not_heads` match where such words
    say no zero.
    `kept_tail` matches the part of a tail that belongs to the span (申请人员, 案件). Within the noun phrase
    nothing that `breaks` matches may stand. `after` matches what stands between a noun and the negation
    behind it, the group
    ``zero`` (行政复议均未发生, 申请数量：无).
    """

    heads: Shapes
    not_heads: Shapes
    tail: Pattern
    kept_tail: Pattern
    breaks: Pattern
    after: Pattern
    examples: Examples
    not_examples: Examples


class LookAlikes(Form):
    """Letters that a scanned text has for digits, by the digit each stands for."""

    digits: dict[Char, Annotated[int, Field(ge=0, le=9)]]
    examples: Examples
    not_examples: Examples


class Numbers(Form):
    """`numbers.toml`: how numbers are written, their measure words and bounds, and what is never a count.

    `units` are measure words; two of them may stand together (`pairs` holds what may stand between).
    `money` units keep their scale (万元); `shares` are the units of rates, the first of them the one that
    `share_words` (百分之) stand for. `ranges` join two ends, `lists` the members of a list that share one
    unit when `shared_list` stands before them. A number without
    a measure word must end its clause, or be followed by `goes_on`; one in
    characters counts there only as a zero after `zero_alone`. No count follows one of the characters of
    `ordinals`; `hotlines` are numbers of telephones that a count may stand right behind.
    `look_alikes` are read as digits only in a number that has a digit, begins like one, and has
    a measure word right behind it.
    """

    digits: dict[Char, Annotated[int, Field(ge=0, le=9)]]
    tens: dict[Char, int]
    myriads: dict[Char, int]
    short: dict[Char, int]
    look_alikes: LookAlikes
    point: Char
    ordinals: Annotated[str, Field(min_length=1)]
    hotlines: Words
    bounds: tuple[BoundWords, ...]
    units: Words
    money: Words
    shares: Words
    share_words: Words
    pairs: Words
    ranges: Words
    lists: Words
    shared_list: Pattern
    goes_on: Pattern
    zero_alone: Pattern
    never: tuple[Guard, ...]
    zeros: ZeroShapes


class Cue(Form):
    """Words near a number that speak for a kind.

    `words` stand before or after the number (`side`), in its clause or nearby; the nearer, the stronger.
    Those on the side `next` follow within a few characters: they name what the number counts (3个基层单位).
    `near` (if any) must stand in the same sentence or in the headings; `without` must not stand
    in the same stretch. `units`, if any, narrow the kind's. A `far` cue is seen beyond the number before
    it too.
    """

    id: RuleId
    words: Words
    units: Words = ()
    near: Words = ()
    without: Words = ()
    side: Literal["before", "after", "next", "any"] = "any"
    far: bool = False
    weight: Weight = 1.0
    examples: Examples
    not_examples: Examples
    note: str | None = None


class Zero(Form):
    """How a stated zero of a kind is told: a negation, then one of `nouns` (未收到…申请).

    `named` are whole phrases that say zero alone (零复议).
    """

    nouns: Words
    named: Words = ()
    examples: Examples
    not_examples: Examples


class CountKind(Form):
    """`counts/<id>.toml`: one kind of count and how it is told.

    `units` are the measure words it may take, `attributes` what its mentions may carry (those in
    `attribute_words` are one of the words listed there), `parts` the other kinds whose mentions may be
    parts of one of this kind, `cell` the cell of a statutory table that it must agree with
    (table.row.column).
    """

    id: Id
    name: str
    it_is: str
    units: Words
    attributes: tuple[Attribute, ...] = ()
    attribute_words: dict[Attribute, Words] = Field(default={})
    parts: tuple[Id, ...] = ()
    cell: str | None = None
    cues: tuple[Cue, ...]
    zero: Zero | None = None
