"""What `checks.toml` and the files of `checks/` may hold: what checks ask, how they say what they found."""

import string
from typing import Annotated, Literal

from pydantic import Field, model_validator

from giar_nlp.scheme.forms import Form, Id, RuleId, Words
from giar_nlp.scheme.layout_forms import Sign

Language = Literal["en", "zh"]
Text = Annotated[str, Field(min_length=1)]


class Wording(Form):
    """One message in two languages: for whoever checks, and for the agency that gets it back.

    Both name the same ``{operands}``.
    """

    en: Text
    zh: Text

    @model_validator(mode="after")
    def _name_the_same(self) -> "Wording":
        """Refuse a message that would leave an operand out in one language."""
        if set(_operands(self.en)) != set(_operands(self.zh)):
            odd = sorted(set(_operands(self.en)) ^ set(_operands(self.zh)))
            raise ValueError(f"en and zh name different operands: {', '.join(odd)}")
        return self

    def operands(self) -> list[str]:
        """The names of what is filled in."""
        return _operands(self.en)


def _operands(text: str) -> list[str]:
    return [name for _, name, _, _ in string.Formatter().parse(text) if name is not None]


class Check(Form):
    """One check: the rule in words, how grave a breach is, its messages, and the language it needs.

    `signs` are patterns on folded, closed-up text, `words` are looked for in the text as it stands, `limits`
    are the numbers it compares with. Their names are those of the default scheme.
    """

    id: RuleId
    severity: Literal["error", "warning", "info"]
    rule: Text
    rule_zh: Text
    says: dict[Id, Wording] = Field(min_length=1)
    signs: dict[Id, Sign] = Field(default={})
    words: dict[Id, Words] = Field(default={})
    limits: dict[Id, float] = Field(default={})


class CheckFamily(Form):
    """`checks/<id>.toml`: checks whose ids begin with the family's."""

    id: Id
    checks: tuple[Check, ...]


class Organs(Form):
    """`checks.toml`: what the name of an agency tells of it, for all checks.

    The first sign that is found in the closed-up name tells its rank. `generic` are words of names that
    tell no agency from another. `lawmakers` are the organs that may make rules (规章), `not_lawmakers` those
    that surely may not. `suffix` is cut from a name before two are compared, `area` is the part that tells
    where the agency is. `terms` are the words of the tables of findings.
    """

    township: Sign
    government: Sign
    department: Sign
    lawmakers: Sign
    not_lawmakers: Sign
    suffix: Sign
    area: Sign
    generic: Words
    terms: dict[Id, Wording]
