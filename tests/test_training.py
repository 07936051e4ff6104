"""From labelled texts of another genre to a model, its scores and its labels, in three commands; and what is refused."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from giar_nlp.analyzer import default_model
from giar_nlp.cli import app
from giar_nlp.errors import CorpusError
from giar_nlp.evaluation.seen import digest_reports, tell_seen
from giar_nlp.jsonl import read_reports
from giar_nlp.model import load_model
from giar_nlp.rows import Columns, check_rows, read_rows
from giar_nlp.scheme import load_scheme
from giar_nlp.sheets import read_excel_rows
from giar_nlp.training import gold_material

CASES = Path(__file__).parent / "cases"
MESSAGES = CASES / "messages" / "messages.csv"
HELD_OUT = CASES / "messages" / "held_out.csv"
COLUMNS = ("--label-column", "department")
runner = CliRunner()


def _run(*arguments: str | Path, status: int = 0) -> str:
    result = runner.invoke(app, [*map(str, arguments)])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == status, result.output
    return result.stdout_bytes.decode() or result.output


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("messages") / "departments"
    out = _run("train", MESSAGES, "-o", folder, *COLUMNS, "--group-column", "sender")
    assert "micro F1 on groups that the fit did not see: 0." in out
    return folder


def test_another_genre_is_trained_scored_and_classified(model: Path, tmp_path: Path) -> None:
    scores = json.loads(_run("evaluate", model, HELD_OUT, *COLUMNS, "--json"))
    assert scores["labels"]["figures"]["micro_f1"]["value"] > 0.7
    lines = _run("classify", HELD_OUT, "--model", model, "--unsure", tmp_path / "unsure.jsonl").splitlines()
    labelled = [json.loads(line) for line in lines]
    assert len(labelled) == 60
    assert all(len(line["themes"]) == 1 for line in labelled)
    for line in labelled:
        for theme in line["themes"]:
            assert theme["source"] == "model"
            assert all(line["text"][hit["start"] : hit["end"]] for hit in theme["evidence"])
    doubts = [
        json.loads(line)["doubt"] for line in (tmp_path / "unsure.jsonl").read_text("utf-8").splitlines()
    ]
    assert doubts == sorted(doubts, reverse=True)


def test_threshold_and_top_choose_labels(model: Path) -> None:
    lines = _run("classify", HELD_OUT, "--model", model, "--threshold", "0", "--top", "3").splitlines()
    assert {len(json.loads(line)["themes"]) for line in lines} == {3}
    lines = _run("classify", HELD_OUT, "--model", model, "--threshold", "1").splitlines()
    assert {len(json.loads(line)["themes"]) for line in lines} == {0}


def test_scores_come_as_page_table_and_json(model: Path, tmp_path: Path) -> None:
    for suffix in (".html", ".csv", ".json"):
        _run("evaluate", model, HELD_OUT, *COLUMNS, "-o", tmp_path / f"scores{suffix}")
    page = (tmp_path / "scores.html").read_text("utf-8")
    assert "<script" not in page
    assert "http" not in page
    assert (tmp_path / "scores.csv").read_bytes().startswith(b"\xef\xbb\xbflabel,precision")
    assert "error: 0" not in page
    _run("evaluate", model, HELD_OUT, *COLUMNS, "-o", tmp_path / "scores.txt", status=2)


def test_two_models_are_compared_on_the_same_texts(model: Path) -> None:
    out = _run("evaluate", model, HELD_OUT, *COLUMNS, "--against", model)
    assert "gain +0.0000" in out
    assert "p = 1.000" in out


def test_the_model_says_what_it_is(model: Path) -> None:
    assert "labels: 8" in _run("model", "show", model)
    assert "# departments" in _run("model", "card", model)
    assert "labels: 17" in _run("model", "show")


SEEN = "was trained on {} of this corpus: its scores are too good; score it on texts that it has not seen"


def test_scores_on_what_a_model_was_trained_on_are_warned_of(model: Path, tmp_path: Path) -> None:
    page = tmp_path / "scores.html"
    done = runner.invoke(app, ["evaluate", str(model), str(MESSAGES), *COLUMNS, "--json", "-o", str(page)])
    n_rows = len(read_rows(MESSAGES, Columns(label="department")))
    (warning,) = json.loads(done.stdout)["warnings"]
    assert warning.endswith(SEEN.format(f"all {n_rows} rows"))
    assert done.stderr == f"giar: warning: {warning}\n"
    assert f"<p class=warning>{warning}" in page.read_text("utf-8")
    assert json.loads(_run("evaluate", model, HELD_OUT, *COLUMNS, "--json"))["warnings"] == []
    mixed = tmp_path / "mixed.csv"
    mixed.write_text(
        "".join([HELD_OUT.read_text("utf-8"), *MESSAGES.read_text("utf-8").splitlines(True)[1:4]])
    )
    done = runner.invoke(app, ["evaluate", str(model), str(mixed), *COLUMNS])
    warning = SEEN.format("3 of 63 rows")
    assert (warning in done.stdout, warning in done.stderr) == (True, True)


def test_a_model_that_keeps_no_prints_knows_its_whole_corpus(model: Path, tmp_path: Path) -> None:
    old = tmp_path / "old"
    shutil.copytree(model, old)
    meta = json.loads((old / "meta.json").read_bytes())
    assert meta.pop("seen")
    (old / "meta.json").write_text(json.dumps(meta), "utf-8")
    done = runner.invoke(app, ["evaluate", str(old), str(MESSAGES), *COLUMNS])
    assert SEEN.format(f"all {meta['n_texts']} rows") in done.stderr
    done = runner.invoke(app, ["evaluate", str(old), str(HELD_OUT), *COLUMNS])
    assert done.stderr == ""


def test_the_default_model_knows_its_hands() -> None:
    gold = Path(__file__).parents[1] / "corpora" / "gold"
    for name, seen in (("dev/h05.jsonl", True), ("test/h07.jsonl", False)):
        reports = list(read_reports(gold / name))
        texts = [report.text for report in reports]
        folder = default_model()
        assert folder is not None
        warning = tell_seen(load_model(folder), "reports", texts, lambda: "another")
        assert (warning is not None) == seen
    assert gold_material(gold / "dev", None).digest == digest_reports(
        [report for file in sorted((gold / "dev").glob("*.jsonl")) for report in read_reports(file)],
        load_scheme(),
    )


def test_rows_come_from_json_lines_and_excel_too(tmp_path: Path) -> None:
    lines = tmp_path / "rows.jsonl"
    lines.write_text(
        '{"text": "甲", "label": ["a", "b"]}\n{"text": "乙", "themes": [{"label": "c"}]}\n', "utf-8"
    )
    assert [row.labels for row in read_rows(lines, Columns())] == [("a", "b"), ("c",)]
    xlsxwriter = pytest.importorskip("xlsxwriter")
    book = xlsxwriter.Workbook(str(tmp_path / "rows.xlsx"))
    sheet = book.add_worksheet()
    for number, row in enumerate((("text", "label", "year"), ("甲", "a;b", 2021), ("乙", "c", 2022))):
        sheet.write_row(number, 0, row)
    book.close()
    rows = read_rows(tmp_path / "rows.xlsx", Columns(group="year"))
    assert [(row.text, row.labels, row.group) for row in rows] == [
        ("甲", ("a", "b"), "2021"),
        ("乙", ("c",), "2022"),
    ]
    with pytest.raises(CorpusError, match="no Excel workbook"):
        list(read_excel_rows(b"PK\x03\x04 not a workbook", "a.xlsx"))


def _csv(rows: list[tuple[str, str]]) -> str:
    return "text,label\n" + "".join(f"{text},{label}\n" for text, label in rows)


def _many(*labels: str, n: int = 6) -> list[tuple[str, str]]:
    return [(f"第{number}条{label}", label) for label in labels for number in range(n)]


REFUSED: list[tuple[str, str]] = [
    (_csv(_many("甲类", n=12)), "all texts have the one label"),
    (_csv([("一", "甲"), ("二", "乙")]), "too few to train on"),
    (_csv([*_many("甲类", "乙类"), ("丙", "丙类")]), "too few texts of '丙类'"),
    (_csv([*_many("甲类", "乙类"), ("", "甲类")]), "line 14: the text is empty"),
    (_csv([*_many("甲类", "乙类"), ("无", "")]), "line 14: the row has no label"),
    (
        _csv([*_many("城市管理", n=12), *_many("城市管埋", n=4), *_many("教育")]),
        "nearly spelled as '城市管理'",
    ),
    (_csv([*_many("Abc"), *_many("abc"), *_many("教育")]), "nearly spelled"),
    ("words,label\na,b\n", "no column 'text'"),
    ("text,kind\na,b\n", "no column 'label'"),
]


@pytest.mark.parametrize(("content", "message"), REFUSED)
def test_what_cannot_be_trained_on_is_refused(tmp_path: Path, content: str, message: str) -> None:
    table = tmp_path / "rows.csv"
    table.write_text(content, "utf-8")
    with pytest.raises(CorpusError, match=message):
        check_rows(read_rows(table, Columns()), table)


def test_a_model_of_other_labels_does_not_annotate(model: Path, tmp_path: Path) -> None:
    report = tmp_path / "a.txt"
    report.write_text("清河县水利局2021年政府信息公开工作年度报告\n", "utf-8")
    said = str(runner.invoke(app, ["annotate", str(report), "--model", str(model)]).exception)
    assert said.startswith(f"{model}: was trained on labelled rows, without the rules of a scheme (labels: ")
    assert f"use it on ready-made segments with 'giar classify FILE --model {model}'" in said
    assert "train one on gold reports with 'giar train CORPUS -o MODEL', or use --model none" in said


def test_a_model_of_another_scheme_names_both_and_the_mend(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    default = default_model()
    assert default is not None
    shutil.copytree(default, folder)
    meta = json.loads((folder / "meta.json").read_bytes())
    (folder / "meta.json").write_text(json.dumps({**meta, "themes": "0123456789ab"}), "utf-8")
    for command in ("annotate", "classify"):
        said = str(runner.invoke(app, [command, str(HELD_OUT), "--model", str(folder)]).exception)
        scheme = load_scheme()
        assert said == (
            f"{folder}: was trained on other themes (0123456789ab) than those of scheme "
            f"'{scheme.manifest.name}' ({scheme.themes_digest}); name the scheme of the model with --scheme DIR, "
            f"train it anew with 'giar train CORPUS -o MODEL --scheme DIR', or use --model none (rules alone)"
        )
