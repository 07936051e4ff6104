"""A wrong file of a form says which file, which key, and how to mend it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from giar_nlp.errors import SchemeError
from giar_nlp.scheme import DEFAULT_FOLDER, load_scheme

N_CELLS = {
    "pre2019": {"annex": 58},
    "trial2019": {"proactive": 22, "requests": 161, "review_litigation": 15},
    "format2021": {"proactive": 10, "requests": 175, "review_litigation": 15},
}


@pytest.mark.parametrize("edition", N_CELLS)
def test_forms_have_their_cells(edition: str) -> None:
    forms = load_scheme().editions[edition].tables
    assert {form.table: len(list(form.cells())) for form in forms} == N_CELLS[edition]


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("tables/trial2019.toml", "rows = [", "rws = [", r"tables/trial2019\.toml.*unknown key 'rws'; did you mean 'rows'"),
        ("tables/trial2019.toml", 'right = ["result_total", "carried_out"]', 'right = ["result"]', "trial2019.*I1: unknown id 'result' in table requests"),
        ("tables/format2021.toml", 'id = "carried_in"', 'id = "new_received"', "row 'new_received' stands twice"),
        ("tables/format2021.toml", 'relation = "<="', 'relation = "=<"', r"format2021\.toml.*relation"),
        ("tables/pre2019.toml", 'table = "annex"', 'table = "appendix"', r"pre2019\.toml.*table"),
        ("counts/review.toml", "review_litigation.review.total", "review_litigation.review.all", r"counts/review\.toml, cell: unknown .*; did you mean"),
        ("cells.toml", "[empty]", "[emty]", r"cells\.toml: unknown key 'emty'; did you mean 'empty'"),
    ],
)  # fmt: skip
def test_a_wrong_form_is_told(tmp_path: Path, file: str, old: str, new: str, message: str) -> None:
    folder = tmp_path / "scheme"
    shutil.copytree(DEFAULT_FOLDER, folder)
    before = (folder / file).read_text(encoding="utf-8")
    assert old in before
    (folder / file).write_text(before.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(SchemeError, match=message):
        load_scheme(folder)
