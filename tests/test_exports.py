"""Rows to files, and the command that writes those of the statutory tables."""

from __future__ import annotations

import csv
import io
import json
import sys
from pathlib import Path

import pytest

from giar_nlp.cli import main
from giar_nlp.errors import ExportError
from giar_nlp.exports import TABLE_COLUMNS, Row, check_format, table_rows, write_csv, write_xlsx
from giar_nlp.sheets import read_excel_rows

SAMPLES = Path(__file__).parents[1] / "corpora" / "samples"
SAMPLE = SAMPLES / "2023_city.txt"
RISKY: list[Row] = [
    {"raw": text, "value": 1}
    for text in ("=1+2", "+cmd|x", "@sum", "-2+3", "-5", "+1036", "-", "——", "增3项", "\t=1")
]


def run(*arguments: str, status: int = 0) -> None:
    sys.argv = ["giar", *arguments]
    with pytest.raises(SystemExit) as left:
        main()
    assert (left.value.code or 0) == status


def test_tables_as_json_lines(capfd: pytest.CaptureFixture[str]) -> None:
    run("tables", str(SAMPLE))
    rows = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
    assert len(rows) == 10 + 175 + 15
    assert tuple(rows[0]) == TABLE_COLUMNS
    assert {row["form"] for row in rows} == {"format2021"}
    assert {row["source"] for row in rows} == {str(SAMPLE)}


def test_tables_as_csv_and_excel_hold_the_same(tmp_path: Path) -> None:
    panel, book = tmp_path / "panel.csv", tmp_path / "panel.xlsx"
    run("tables", str(SAMPLE), "-o", str(panel))
    run("tables", str(SAMPLE), "-o", str(book), "--workers", "2")
    assert panel.read_bytes().startswith(b"\xef\xbb\xbfagency,")
    rows = list(csv.DictReader(io.StringIO(panel.read_text(encoding="utf-8-sig"))))
    sheet = [cells for _, cells in read_excel_rows(book.read_bytes(), str(book))]
    assert [row["row"] for row in rows] == [cells["row"] for cells in sheet]
    assert [row["raw"] for row in rows] == [cells["raw"] or "" for cells in sheet]
    again = tmp_path / "again.xlsx"
    run("tables", str(SAMPLE), "-o", str(again))
    assert again.read_bytes() == book.read_bytes()


def test_a_bad_file_is_named_beside_the_rest(tmp_path: Path) -> None:
    out = tmp_path / "panel.csv"
    run("tables", str(SAMPLE), str(tmp_path / "missing.txt"), "-o", str(out), status=1)
    assert len(out.read_text(encoding="utf-8-sig").splitlines()) == 201
    assert "missing.txt" in Path(f"{out}.errors.jsonl").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["panel.docx", "panel", "nowhere/panel.csv"])
def test_a_wrong_place_is_wrong_use(tmp_path: Path, name: str) -> None:
    run("tables", str(SAMPLE), "-o", str(tmp_path / name), status=2)


def test_no_cell_is_run_as_a_formula() -> None:
    stream = io.BytesIO()
    write_csv(RISKY, stream)
    cells = [row["raw"] for row in csv.DictReader(io.StringIO(stream.getvalue().decode("utf-8-sig")))]
    assert cells == ["'=1+2", "'+cmd|x", "'@sum", "'-2+3", "-5", "+1036", "-", "——", "增3项", "'\t=1"]
    book = io.BytesIO()
    write_xlsx(RISKY, book)
    assert b"<f>" not in book.getvalue()


def test_no_rows_give_a_header_alone() -> None:
    stream = io.BytesIO()
    write_csv([], stream)
    assert stream.getvalue().decode("utf-8-sig") == ",".join(TABLE_COLUMNS) + "\r\n"


def test_parquet_without_its_extra_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("giar_nlp.exports.rows.find_spec", lambda name: None)
    with pytest.raises(ExportError, match="giar-nlp\\[parquet\\]"):
        check_format(Path("panel.parquet"))


def test_parquet(tmp_path: Path) -> None:
    import pyarrow.parquet

    run("tables", str(SAMPLE), "-o", str(tmp_path / "panel.parquet"))
    assert pyarrow.parquet.read_table(tmp_path / "panel.parquet").num_rows == 200


def test_tables_of_one_name_are_numbered() -> None:
    cell = {"row": "granted", "column": "total", "raw": "1", "value": 1}
    tables = [{"table": "requests", "form": None, "values": [cell]}] * 2
    assert [row["number"] for row in table_rows({"tables": tables})] == [1, 2]
