"""A check ready to run, and the findings that it makes."""

import re
from collections.abc import Sequence
from hashlib import blake2b

from giar_nlp.scheme import Check, Language, Scheme
from giar_nlp.types import Finding, FindingStatus, Place, Report, Severity

MAX_PLACES = 20
"""No finding names more places than this; its message still gives the number of all."""
_UNNAMED = 60
"""So many characters of a report's text stand for its name where it has none."""
_SHOWN = 80
"""A quotation in a message is cut after so many characters."""


class ReadyCheck:
    """A check of the scheme, ready to run: its patterns compiled, its messages in one language."""

    __slots__ = ("_says", "_terms", "id", "limits", "rule", "severity", "signs", "words")

    def __init__(self, check: Check, scheme: Scheme, language: Language) -> None:
        terms = scheme.organs.terms
        self._terms = {name: term.zh if language == "zh" else term.en for name, term in terms.items()}
        self.id = check.id
        self.severity: Severity = check.severity
        self.rule = check.rule_zh if language == "zh" else check.rule
        self.signs = {name: re.compile(scheme.pattern_of(sign.pattern)) for name, sign in check.signs.items()}
        self.words = {name: scheme.words_of(words) for name, words in check.words.items()}
        self.limits = check.limits
        self._says = {
            name: wording.zh if language == "zh" else wording.en for name, wording in check.says.items()
        }

    def term(self, name: str) -> str:
        """What a row, a column, a table or an edition of the form is called in this language; else its id."""
        return self._terms.get(name, name)

    def say(self, name: str, operands: dict[str, object]) -> str:
        """A message with its operands."""
        return self._says[name].format(**operands)


def name_of(report: Report) -> str:
    """What tells a report from others in the ids of its findings: its agency and its year."""
    return f"{report.meta.agency or report.meta.title or report.text[:_UNNAMED]}\0{report.meta.report_year}"


def make_finding(  # noqa: PLR0913 - a finding has that many fields, and each check names those it needs
    check: ReadyCheck,
    say: str,
    *,
    name: str,
    key: str = "",
    places: Sequence[Place] = (),
    expected: object = None,
    found: object = None,
    severity: Severity | None = None,
    status: FindingStatus = "fail",
    **operands: object,
) -> Finding:
    """A finding of a check.

    `key` tells it from the check's other findings in the same report and is made of what is wrong, not
    of where or in which order it was found: the id stays the same in a later run.
    """
    shown = {"expected": show(expected), "found": show(found)}
    written = f"{name}\0{check.id}\0{key or say}"
    digest = blake2b(written.encode("utf-8", "backslashreplace"), digest_size=6).hexdigest()
    return Finding(
        id=f"{check.id}-{digest}",
        check=check.id,
        severity=severity or check.severity,
        status=status,
        message=check.say(say, {**shown, **operands}),
        expected=shown["expected"],
        found=shown["found"],
        places=tuple(places[:MAX_PLACES]),
    )


def show(value: object) -> str | None:
    """An operand as a message has it; None stays None."""
    if value is None:
        return None
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def quote(text: str) -> str:
    """A stretch of text on one line, cut where it grows long."""
    line = " ".join(text.split())
    return line if len(line) <= _SHOWN else line[: _SHOWN - 1] + "…"
