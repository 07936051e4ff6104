"""What `counts.toml` may hold: how a number gets its kind, nature, year, whole and attributes."""

from typing import Annotated

from pydantic import Field

from giar_nlp.scheme.forms import Examples, Form, Id, Pattern, RuleId, Words

Shapes = tuple[Pattern, ...]
Share = Annotated[float, Field(ge=0, le=1)]


class Weights(Form):
    """How cues are weighed: what they lose with distance, and what context adds."""

    per_character: Share
    per_clause: Share
    per_joint: Share
    right: Annotated[float, Field(ge=1, le=3)]
    adjacent: Annotated[float, Field(ge=1, le=3)]
    threshold: Annotated[float, Field(gt=0, le=5)]
    carry: Annotated[float, Field(ge=0, le=5)]
    listed: Annotated[float, Field(ge=0, le=5)]
    heading: Share


class Joint(Form):
    """One number that covers two kinds: `pattern` matches up to it, a `hint` stands in its segment."""

    id: RuleId
    hint: Words
    pattern: Pattern
    kinds: Annotated[tuple[Id, ...], Field(min_length=2)]
    examples: Examples
    not_examples: Examples


class NatureShapes(Form):
    """Tells differences, targets and averages from what there was.

    `change`, `target` and `average` end at the number. A segment without the hint of one of them holds none.
    In a segment with a theme of `plans`, numbers are targets where nothing before them says `happened`.
    """

    change_hint: Pattern
    target_hint: Pattern
    average_hint: Pattern
    change: Shapes
    not_change: Shapes
    change_after: Pattern
    target: Shapes
    target_after: Pattern
    average: Shapes
    plans: Words
    happened: Pattern
    examples: Examples
    not_examples: Examples


class YearShapes(Form):
    """How the year of a number is told; `named` and its like hold a group ``year``.

    In a segment without `hint`, numbers are of the year that is named, or the report's. A target behind
    `open_ended` is of no year; another one is of the year after the report's where the segment is a plan or
    names the `coming` year.
    """

    named: Pattern
    hint: Pattern
    this: Pattern
    last: Pattern
    carried_in: Shapes
    carried_out: Pattern
    open_ended: Pattern
    coming: Pattern
    compared: Pattern
    compared_value: Pattern
    former: Pattern
    former_after: Pattern
    not_named: Shapes
    academic: Pattern
    examples: Examples
    not_examples: Examples


class ListShapes(Form):
    """Lists whose names stand before their numbers.

    `lead` holds the group ``names`` and ends at the first number, `between` matches what stands between
    two numbers, `name_end` what stands between two names.
    """

    lead: Pattern
    between: Pattern
    name_end: Pattern
    examples: Examples
    not_examples: Examples


class PartShapes(Form):
    """How parts are tied to their whole.

    `opener` stands before parts (其中), `colon` right behind their whole; `split` opens another split of
    the same whole (从渠道看), `share` a part told by what became of it (采纳19条). `whole_after` stands
    before a whole that follows its parts. After `restart` a semicolon closes all groups, `closer` closes them
    anyway, `not_part` says there is none. Parts tied by their sum alone may have no `deed` before them,
    their whole none of `not_whole`.
    """

    opener: Pattern
    colon: Pattern
    split: Pattern
    share: Pattern
    restart: Pattern
    deed: Pattern
    not_whole: Pattern
    compared: Pattern
    whole_after: Pattern
    not_part: Pattern
    closer: Pattern
    examples: Examples
    not_examples: Examples


class AttributeShapes(Form):
    """How a channel or a category is cut out of the words before a number.

    The phrase begins behind the last `stop`. `verbs` part the channel, often after one of `means` (通过),
    from the category. `lead` words are cut off at its start, `tail` words at its end; a phrase that is
    `plain` (信息) or matches
    `never` is none. Words of `channel` tell a channel from a category; `joints` join two of a kind's
    attribute words to one.
    """

    channel: Words
    joints: Words
    stop: Pattern
    lead: Pattern
    means: Pattern
    verbs: Shapes
    plain: Pattern
    tail: Pattern
    never: Shapes
    examples: Examples
    not_examples: Examples


class Counting(Form):
    """`counts.toml`. `compounds` are words that hold a cue of some kind but say nothing of what is counted.

    `fallback` is the kind of a number that no cue explains, `rates` the kind of percentages. A fallback
    number written as one of `weak_numbers` is dropped. In a list under a whole (其中…) a number with one
    of the `listed` units keeps the whole's kind unless its own words weigh more than `weights.listed`.
    """

    weights: Weights
    joints: Pattern
    filler: Pattern
    fallback: Id
    rates: Id
    weak_numbers: Words
    listed: Words
    compounds: Words
    joint: tuple[Joint, ...]
    nature: NatureShapes
    year: YearShapes
    lists: ListShapes
    parts: PartShapes
    attributes: AttributeShapes
