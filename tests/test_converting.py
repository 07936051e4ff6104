"""What `giar convert` shows of a document, and that it can be read again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from giar_nlp.cli import app
from giar_nlp.converting import convert_jsonl, convert_md, convert_txt, name_files
from giar_nlp.readers.limits import Watch
from giar_nlp.readers.writing import FoundCell, Writer
from giar_nlp.types import Document, Properties

SAMPLE = Path(__file__).parents[1] / "corpora" / "samples" / "2023_city.txt"
run = CliRunner().invoke


def document() -> Document:
    writer = Writer(Watch("a.docx"))
    writer.heading("二、主动公开政府信息情况", 1)
    writer.table(
        [
            [FoundCell("第二十条第（一）项", colspan=2)],
            [FoundCell("规章", rowspan=2), FoundCell("1|2")],
            [FoundCell("3")],
        ]
    )
    writer.line("全年公开53条。")
    return writer.document(b"x", "docx", None, Properties(title="年报"))


def test_text_keeps_rows_and_columns() -> None:
    shown = convert_txt(document()).decode()
    assert shown == "二、主动公开政府信息情况\n第二十条第（一）项\n规章\t1|2\n\t3\n全年公开53条。\n"


def test_markdown_has_headings_and_pipes() -> None:
    assert convert_md(document()).decode().splitlines() == [
        "# 二、主动公开政府信息情况",
        "",
        "| 第二十条第（一）项 |  |",
        "| --- | --- |",
        "| 规章 | 1\\|2 |",
        "|  | 3 |",
        "",
        "全年公开53条。",
    ]


def test_json_line_holds_every_block() -> None:
    shown = json.loads(convert_jsonl(document()))
    assert shown["properties"]["title"] == "年报"
    kinds = [(block["kind"], shown["text"][block["start"] : block["end"]]) for block in shown["blocks"]]
    assert kinds == [("heading", "二、主动公开政府信息情况"), ("table", "第二十条第（一）项\n规章\t1|2\n\t3")]
    assert [cell["row"] for cell in shown["blocks"][1]["cells"]] == [0, 1, 1, 2]


def test_command_writes_what_the_suffix_says(tmp_path: Path) -> None:
    shown = run(app, ["convert", str(SAMPLE)])
    assert shown.exit_code == 0
    assert shown.stdout == SAMPLE.read_text(encoding="utf-8")
    out = tmp_path / "out.jsonl"
    assert run(app, ["convert", str(SAMPLE), "-o", str(out)]).exit_code == 0
    assert json.loads(out.read_bytes())["text"] == SAMPLE.read_text(encoding="utf-8")
    wrong = run(app, ["convert", str(SAMPLE), "-o", str(tmp_path / "out.pdf")])
    assert wrong.exit_code == 2
    assert ".jsonl, .md, .txt" in wrong.output


@pytest.fixture
def several(tmp_path: Path) -> Path:
    """A folder of reports, two of one name, one that cannot be read, and one with an odd name."""
    for name, text in {"a/r.txt": "甲", "b/r.txt": "乙", "b/odd\n<==.md": "丙"}.items():
        path = tmp_path / "in" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (tmp_path / "in" / "a" / "broken.pdf").write_bytes(b"%PDF-1.4")
    return tmp_path / "in"


@pytest.mark.parametrize("suffix", [".txt", ".md"])
def test_texts_of_several_files_are_told_apart(tmp_path: Path, several: Path, suffix: str) -> None:
    out = tmp_path / f"all{suffix}"
    done = run(app, ["convert", str(several), "-o", str(out)])
    assert done.exit_code == 1, "broken.pdf"
    assert out.read_text(encoding="utf-8").split("\n") == [
        f"==> {several}/a/r.txt <==",
        "",
        "甲",
        "",
        f"==> {several}/b/odd\\n<==.md <==",
        "",
        "丙",
        "",
        f"==> {several}/b/r.txt <==",
        "",
        "乙",
        "",
    ]
    shown = run(app, ["convert", str(several), "--to", suffix[1:]])
    assert shown.stdout == out.read_text(encoding="utf-8")


def test_one_file_and_json_lines_need_no_names(tmp_path: Path, several: Path) -> None:
    assert run(app, ["convert", str(several / "a" / "r.txt")]).stdout == "甲\n"
    shown = run(app, ["convert", str(several), "--to", "jsonl"])
    assert [json.loads(line)["text"] for line in shown.stdout.splitlines()] == ["甲", "丙", "乙"]


def test_a_folder_gets_a_file_for_each_report(tmp_path: Path, several: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    done = run(app, ["convert", str(several), "-o", str(out), "--to", "md"])
    assert done.exit_code == 1
    assert {path.name: path.read_text(encoding="utf-8") for path in out.iterdir()} == {
        "r.txt.md": "甲\n",
        "odd_<==.md.md": "丙\n",
        "r.txt.2.md": "乙\n",
    }
    assert "broken.pdf" in Path(f"{out}.errors.jsonl").read_text(encoding="utf-8")
    wrong = run(app, ["convert", str(SAMPLE), "-o", str(tmp_path / "nowhere")])
    assert wrong.exit_code == 2
    assert "existing folder" in " ".join(wrong.output.replace("│", " ").split())


def test_no_input_is_written_over(tmp_path: Path) -> None:
    for name, text in {"a.md": "甲", "a.md.txt": "乙"}.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert run(app, ["convert", str(tmp_path), "-o", str(tmp_path)]).exit_code == 0
    written = {path.name: path.read_text(encoding="utf-8").strip() for path in tmp_path.iterdir()}
    assert written == {"a.md": "甲", "a.md.txt": "乙", "a.md.2.txt": "甲", "a.md.txt.txt": "乙"}


def test_two_formats_are_wrong_use(tmp_path: Path) -> None:
    wrong = run(app, ["convert", str(SAMPLE), "-o", str(tmp_path / "out.txt"), "--to", "md"])
    assert wrong.exit_code == 2
    assert "leave --to out" in " ".join(wrong.output.replace("│", " ").split())
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("-", "stdin.txt"),
        ("a.zip/2023/b.docx", "b.docx.txt"),
        ("a.zip/..\\..\\etc\\x.doc", "x.doc.txt"),
        ("a.zip/..", "file.txt"),
        ("a\x00\udc80b.pdf", "a__b.pdf.txt"),
        ("年" * 100 + ".pdf", "年" * 66 + ".txt"),
    ],
)
def test_names_of_files_lead_nowhere_else(path: str, name: str) -> None:
    assert list(name_files([path], ".txt")) == [name]


def test_command_holds_to_the_limits_named(tmp_path: Path) -> None:
    shown = run(app, ["convert", str(SAMPLE), "--limit", "bytes=10"])
    assert shown.exit_code == 1
    assert "the limit is 10" in shown.output
    wrong = run(app, ["convert", str(SAMPLE), "--limit", "byte=10"])
    assert wrong.exit_code == 2
    assert "no limit 'byte'" in wrong.output


@pytest.mark.parametrize("command", ["annotate", "tables", "check"])
def test_limits_hold_wherever_files_are_read(command: str) -> None:
    shown = run(app, [command, str(SAMPLE), "--limit", "bytes=10"])
    assert shown.exit_code == 1
    assert "the limit is 10" in shown.output
    assert run(app, [command, str(SAMPLE), "--limit", "byte=10"]).exit_code == 2
