"""What each file of a scheme folder may hold. Unknown keys are errors.

In a list of words, ``"@NAME"`` stands for all words of the piece NAME of `scheme.toml`; in a
pattern, ``{NAME}`` stands for the piece as a group. Words and patterns are written for folded,
closed-up text (see `giar_nlp.reading`): Chinese punctuation, ASCII digits, no blanks between words.
"""

from typing import Annotated, Literal

import regex
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

MAX_PATTERN = 120
AT_START = 4

PIECE = regex.compile(r"\{([A-Z][A-Z_]*)\}")
"""A piece named in a pattern."""


class Shape(str):
    """The text of a pattern, told apart from a word."""

    __slots__ = ()


Words = tuple[Annotated[str, Field(min_length=1)], ...]
Pattern = Annotated[str, Field(min_length=1, max_length=MAX_PATTERN), AfterValidator(Shape)]
RuleId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*(\.[a-z0-9_]+)+$")]
Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Examples = Annotated[tuple[str, ...], Field(min_length=1)]


class Form(BaseModel):
    """Base of all forms: frozen, and strict about keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Manifest(Form):
    """`scheme.toml`: the scheme's name, how text is folded, what a reader skips, shared pieces.

    `fold` holds pairs of equally long strings: each character of the first becomes its fellow of
    the second. `noise` is the pattern of residue inside sentences. A piece is a list of words or
    one pattern.
    """

    name: Id
    version: str
    fold: tuple[tuple[str, str], ...]
    noise: Pattern
    pieces: dict[Annotated[str, Field(pattern=r"^[A-Z][A-Z_]*$")], Words | Pattern]


class Rule(Form):
    """One rule with the texts it must and must not match.

    A rule fires in a clause when every condition it names holds there; with ``scope = "segment"``
    the whole segment counts as one clause.

    `cues`: one of these words stands there (and is the hit); with ``at = "start"`` it opens the clause, save
    for a marker or small word of up to `AT_START` characters; a cue within the name of a document (《…》)
    counts only with ``names = true``. `near`: one of these stands there too, with `within` at most so many
    characters before or behind a cue. `also`: and one of these. `without`: none of these does. `pattern`: it
    matches there (and is the hit). `heading`: one of these words stands in the nearest heading; `under`: in
    any heading above; `section`: the segment lies in one of these. A rule without cues fires once, on
    the whole segment. `claims`: in the clause where this rule fires, nothing speaks for those themes.
    """

    id: RuleId
    cues: Words = ()
    at: Literal["anywhere", "start"] = "anywhere"
    names: bool = False
    near: Words = ()
    within: Annotated[int, Field(ge=0)] | None = None
    also: Words = ()
    without: Words = ()
    pattern: Pattern | None = None
    heading: Words = ()
    under: Words = ()
    section: tuple[Annotated[int, Field(ge=0, le=6)], ...] = ()
    scope: Literal["clause", "segment"] = "clause"
    weight: Annotated[float, Field(ge=-1, le=1)] = 1.0
    claims: tuple[Id, ...] = ()
    examples: Examples
    not_examples: Examples
    note: str | None = None


class Theme(Form):
    """`themes/<id>.toml`: one theme and the rules that find it.

    `headings`: titles with one of these words promise the theme. `threshold`: the score from which it is
    given. `claims`: those that each of its rules claims. `alone`: where it is sure, no other theme is given.
    """

    id: Id
    name: str
    family: Literal["role", "topic"]
    it_is: str
    it_is_not: str = ""
    headings: Words = ()
    threshold: Annotated[float, Field(gt=0, le=1)] = 0.5
    claims: tuple[Id, ...] = ()
    alone: bool = False
    rules: tuple[Rule, ...]


class Part(Form):
    """A part of a report where roles are at home, and what it adds to the votes for each role.

    A heading opens the part if it holds one of `words`, one of `also` (where given) and none of `without`;
    where no heading opens one, the sections in `section` do.
    """

    id: Id
    words: Words
    also: Words = ()
    without: Words = ()
    section: tuple[Annotated[int, Field(ge=0, le=6)], ...] = ()
    votes: dict[Id, float]


class Deciding(Form):
    """`themes.toml`: how the hits of a segment become its labels.

    Topics. In a clause the heaviest hit of a topic counts; the clauses of a segment add up (noisy-or), a rule
    that speaks again with `repeat_factor` of its weight. A first clause of at most `title_length` characters
    that ends as a sentence is the item's title: its hits weigh `title_gain` times as much; those in an aside
    (a purpose, a list of means), `aside_factor` times. A hit of at least `sure` is beyond another theme's
    claim. The nearest heading adds `heading_score` to a topic that it promises and that has a hit of its own.
    In a segment without a role, beside a topic of at least `rival_score`, one that no heading promises needs
    `rival_threshold`. A sentence is general where what speaks for `general` weighs at least `general_weight`
    and `general_share` of all that speaks in it (`general_share_at_home` where no heading promises another
    topic), and no topic has a hit of `general_threshold`; at home so is one that is but a list: where more
    than `slogan_topics` are named, the general one too, and no clause with a hit of `slogan_weight` has more
    than `slogan_length` characters. Then nothing in it speaks for topics, and the segment may be
    `general` beside others, unless its heading promises something else: beside a topic of `rival_threshold`
    it needs `general_beside`, and where it has `general_over`, so do the topics. A segment without any label
    gets the topic of its heading, else that of its section in `fallback`, with `fallback_score`; `rest`
    stands alone.

    Roles. Each clause has one vote a role: its heaviest hit. The part of the report (`parts`) adds its votes.
    A role needs `role_threshold` votes; outside the parts also a hit of at least `role_sure`, and
    `role_share` votes a clause.
    """

    title_length: int
    title_gain: float
    aside_factor: float
    sure: float
    heading_score: float
    rival_score: float
    rival_threshold: float
    repeat_factor: float
    general: Id
    general_weight: float
    general_share: float
    general_share_at_home: float
    general_threshold: float
    general_over: float
    general_beside: float
    slogan_length: int
    slogan_weight: float
    slogan_topics: int
    rest: Id
    fallback: tuple[Id, ...]
    fallback_score: float
    role_threshold: float
    role_sure: float
    role_share: float
    asides: tuple[Rule, ...]
    parts: tuple[Part, ...]
