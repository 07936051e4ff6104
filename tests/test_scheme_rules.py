"""Every rule of the default scheme matches its own examples, and none of its counter-examples."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from giar_nlp.examples import failing_examples
from giar_nlp.scheme import DEFAULT_FOLDER, load_scheme

SCHEME = load_scheme()
RULES = SCHEME.theme_rules()


def test_every_rule_holds_for_its_examples_and_for_no_counter_example() -> None:
    assert list(failing_examples(SCHEME)) == []


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("counts/meeting.toml", 'examples = ["', 'examples = ["今天天气很好", "'),
        ("counts/training_session.toml", 'not_examples = ["', 'not_examples = ["举办培训班3期", "'),
        ("themes/problem.toml", '\nexamples = ["', '\nexamples = ["今天天气很好", "'),
        ("checks/narr.toml", '\nexamples = ["', '\nexamples = ["今天天气很好", "'),
        ("checks.toml", 'not_examples = ["', 'not_examples = ["青石镇人民政府", "'),
        ("counts.toml", 'not_examples = ["公开12条', 'not_examples = ["共131条，其中网站25条", "公开12条'),
    ],
)
def test_a_wrong_example_is_told(tmp_path: Path, file: str, old: str, new: str) -> None:
    folder = tmp_path / "scheme"
    shutil.copytree(DEFAULT_FOLDER, folder)
    before = (folder / file).read_text(encoding="utf-8")
    assert old in before
    (folder / file).write_text(before.replace(old, new, 1), encoding="utf-8")
    [message] = failing_examples(load_scheme(folder))
    assert "mend" in message


def test_rules_are_named_after_their_theme() -> None:
    wrong = [
        rule.id
        for theme in SCHEME.themes.values()
        for rule in theme.rules
        if rule.id.split(".")[0] != theme.id
    ]
    assert wrong == []


def test_examples_are_written_once() -> None:
    texts = [text for rule in RULES for text in rule.examples]
    assert sorted(text for text in set(texts) if texts.count(text) > 1) == []
