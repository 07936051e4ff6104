"""What `giar convert` shows of a document, and that it can be read again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from giar_nlp.cli import app
from giar_nlp.converting import convert_jsonl, convert_md, convert_txt
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
