"""Findings of records told in another language: a finding keeps its id, whatever it speaks."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from giar_nlp.checks import Checker
from giar_nlp.errors import CorpusError
from giar_nlp.jsonl import dump_report, load_report
from giar_nlp.scheme import Language, load_scheme


def retell(
    records: Iterable[tuple[str, bytes]], language: Language, scheme: Path | None = None
) -> Iterator[tuple[str, bytes]]:
    """Records, each with its place, whose findings speak a language.

    What another scheme found, a record without text, and what is no record stay as they are.

    Raises:
        SchemeError: the scheme is wrong.
    """
    checker = Checker(load_scheme(scheme), language=language)
    for name, line in records:
        try:
            report = load_report(line)
        except CorpusError:
            yield name, line
            continue
        if not report.findings or not report.text:
            yield name, line
            continue
        said = {finding.id: finding for finding in checker.check(report)}
        told = [said.get(each.id, each) for each in report.findings]
        yield name, dump_report(replace(report, findings=tuple(told)))
