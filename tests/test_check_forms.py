"""A scheme's checks are ours, or some of them: what is unknown, missing or odd is told with its mend."""

from __future__ import annotations

import ast
import shutil
from pathlib import Path

import pytest

from giar_nlp.analyzer import load
from giar_nlp.checks import CHECKS, COMPARISONS
from giar_nlp.checks.view import SOUGHT
from giar_nlp.errors import SchemeError
from giar_nlp.readers import as_document
from giar_nlp.scheme import DEFAULT_FOLDER, load_scheme
from tests.check_cases import BASES

SCHEME = load_scheme()
ROOM = Path(__file__).parents[1] / "giar_nlp" / "checks"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    copy = tmp_path / "scheme"
    shutil.copytree(DEFAULT_FOLDER, copy)
    return copy


def edit(folder: Path, file: str, old: str, new: str) -> None:
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        ("checks/time.toml", 'id = "time.signoff_late"', 'id = "time.signoff_latter"', "signoff_late"),
        ("checks/time.toml", "[checks.says.late]", "[checks.says.lat]", "did you mean 'late'"),
        ("checks/time.toml", "department = 1", "departments = 1", "did you mean 'department'"),
        ("checks/time.toml", "severity = ", "severty = ", "did you mean 'severity'"),
        ("checks/time.toml", 'severity = "error"', 'severity = "grave"', "severity"),
        ("checks/qual.toml", "[checks.signs.allowed]", "[checks.signs.alowed]", "did you mean 'allowed'"),
        ("checks/qual.toml", "garbled = [", "garbed = [", "did you mean 'garbled'"),
        ("checks/rate.toml", "比率{found}超出", "比率超出", "different operands"),
        ("checks.toml", "[township]", "[towns]", "towns"),
    ],
)
def test_a_fault_is_told_with_its_mend(folder: Path, file: str, old: str, new: str, told: str) -> None:
    edit(folder, file, old, new)
    with pytest.raises(SchemeError, match=told):
        load_scheme(folder)


def test_an_unknown_operand_is_told(folder: Path) -> None:
    edit(folder, "checks/rate.toml", "rate of {found}", "rate of {fund}")
    edit(folder, "checks/rate.toml", "比率{found}", "比率{fund}")
    with pytest.raises(SchemeError, match="unknown operand 'fund'"):
        load_scheme(folder)


def test_a_scheme_may_leave_checks_out_and_weigh_them_anew(folder: Path) -> None:
    (folder / "checks" / "meta.toml").unlink()
    edit(folder, "checks/qual.toml", 'severity = "info"', 'severity = "error"')
    text = BASES["bureau_2022"].replace("电话：0999-6123456", "来信来访").replace("保密审查", "保密审查审查")
    findings = load(folder).annotate(as_document(text)).findings
    assert {(one.check, one.severity) for one in findings} == {("qual.dup_word", "error")}


def test_every_name_in_the_scheme_is_asked_for() -> None:
    """A sign, word list or limit that no code names is dead; one that code names stands in the scheme."""
    asked = {
        node.slice.value
        for path in ROOM.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant)
    }
    strings = {
        node.value
        for path in ROOM.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    walked = {
        "format.basis_outdated",
        "format.title_defect",
        "narr.overview_elements",
        "text.outcome_vs_table",
    }
    for check in SCHEME.checks().values():
        if check.id in walked:
            continue  # these walk over all names
        for name in (*check.signs, *check.words, *check.limits):
            assert name in asked | strings, f"{check.id}: no code asks for {name}"


def test_words_sought_in_the_whole_text_are_those_of_the_scheme() -> None:
    for name, parts in SOUGHT.items():
        assert set(parts) <= set(SCHEME.checks()[name].words)


def test_severities_are_those_that_were_agreed() -> None:
    errors = {name for name, check in SCHEME.checks().items() if check.severity == "error"}
    assert errors == {
        "struct.section_missing", "struct.table_missing", "struct.table_incomplete", "format.regime_vs_year",
        "time.period_vs_title", "time.signoff_before_end", "req.balance", "req.result_total", "req.row_total",
        "rev.block_total", "cell.negative_or_fraction", "xyear.carry_over", "text.requests_vs_table",
        "text.zero_vs_table", "text.review_vs_table", "sum.subset_exceeds", "rate.bounds",
        "narr.problems_absent", "copy.foreign_name",
    }  # fmt: skip
    assert len({*CHECKS, *COMPARISONS}) == len(SCHEME.checks())
