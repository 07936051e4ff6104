"""The unit of work for every engine: a table of reports to a table of records."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow
import pyarrow.parquet
import pytest

from giar_nlp.batch import Job, annotate_files
from giar_nlp.cluster import annotate_table
from giar_nlp.cluster.storage import (
    load_any,
    make_empty,
    open_system,
    table_of,
    units_of_files,
    units_of_parquet,
)
from giar_nlp.errors import ExportError, ReadError, SchemeError
from giar_nlp.jsonl import load_report
from giar_nlp.readers import find_files

SAMPLES = Path(__file__).parents[1] / "corpora" / "samples"
FILES = [found.path for found in find_files([SAMPLES])]


def test_the_rows_are_those_of_the_local_engine() -> None:
    local = [outcome.line.decode() for outcome in annotate_files(find_files([SAMPLES]), Job())]
    by_path = annotate_table(pyarrow.table({"path": FILES}))
    contents = [Path(path).read_bytes() for path in FILES]
    by_content = annotate_table(pyarrow.table({"path": FILES, "content": contents, "province": ["x"] * 8}))
    assert by_path["record"].to_pylist() == by_content["record"].to_pylist() == local
    assert by_path.column_names == ["path", "record", "error"]
    assert by_path["error"].null_count == len(FILES)


def test_texts_will_do_and_bad_rows_come_back(tmp_path: Path) -> None:
    (tmp_path / "empty.txt").touch()
    text = "一、总体情况\n全年主动公开政府信息53条。"
    rows = {
        "path": ["a", str(tmp_path / "empty.txt"), "b.pdf", None, "c.txt"],
        "content": [None, None, b"%PDF-1.7", None, b"a\0b"],
        "text": [text, None, None, None, "is not looked at"],
    }
    done = annotate_table(pyarrow.table(rows), Job(with_text=False))
    assert done["path"].to_pylist() == rows["path"]
    records, errors = done["record"].to_pylist(), done["error"].to_pylist()
    assert [record is None for record in records] == [error is not None for error in errors]
    assert records[1:] == [None] * 4
    report = load_report(records[0])
    assert (report.source.path, report.segments[0].counts[0].value) == ("a", 53)
    assert "text" not in json.loads(records[0])
    for error, told in zip(errors[1:], ["is empty", "b.pdf", "names no file", "binary"], strict=True):
        assert told in json.loads(error)["error"]["message"]


def test_no_rows_and_no_path() -> None:
    empty = annotate_table(pyarrow.table({"path": pyarrow.array([], pyarrow.string())}))
    assert (empty.num_rows, empty.schema.types) == (0, [pyarrow.string()] * 3)
    with pytest.raises(ReadError, match="no column 'path', only text"):
        annotate_table(pyarrow.table({"text": ["x"]}))
    with pytest.raises(SchemeError):
        annotate_table(pyarrow.table({"path": ["x"]}), Job(scheme="/nowhere"))


def test_files_become_units() -> None:
    units = list(units_of_files(FILES, 3))
    assert [unit.number for unit in units] == [0, 1, 2]
    rows = [path for unit in units for path in table_of(unit)["path"].to_pylist()]
    assert rows == FILES
    halves = [table_of(units[0].half(which))["path"].to_pylist() for which in (0, 1)]
    assert halves == [FILES[:1], FILES[1:3]]


def test_parquet_becomes_units(tmp_path: Path) -> None:
    names = [f"{number}.txt" for number in range(10)]
    table = pyarrow.table({"path": names, "text": ["x"] * 10, "other": [1] * 10})
    (tmp_path / "in.parquet").mkdir()
    for part, rows in (("b", slice(7, 10)), ("a", slice(0, 7))):
        path = tmp_path / "in.parquet" / f"{part}.parquet"
        pyarrow.parquet.write_table(table.slice(rows.start, rows.stop - rows.start), path, row_group_size=5)
    for address in (str(tmp_path / "in.parquet"), f"file://{tmp_path}/in.parquet"):
        units = list(units_of_parquet([address], 2))
        assert [unit.stop - unit.start for unit in units] == [2, 2, 1, 2, 2, 1]
        assert table_of(units[0]).column_names == ["path", "text"]
        assert [path for unit in units for path in table_of(unit)["path"].to_pylist()] == names
        (last,) = table_of(units[3].half(1))["path"].to_pylist()
        assert last == "6.txt"


@pytest.mark.parametrize("what", ["nowhere", "folder", "text.parquet"])
def test_what_is_no_parquet_is_told(tmp_path: Path, what: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "text.parquet").write_text("no Parquet", encoding="utf-8")
    with pytest.raises(ReadError, match=what):
        list(units_of_parquet([str(tmp_path / what)], 2))


def test_storage_beyond_local_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.txt").write_bytes(b"abc")
    assert load_any(f"file://{tmp_path}/a.txt") == b"abc"
    with pytest.raises(ReadError, match="cannot be read"):
        load_any(f"file://{tmp_path}/b.txt")
    monkeypatch.setattr("giar_nlp.cluster.storage.MAX_BYTES", 2)
    with pytest.raises(ReadError, match="more than 2 bytes"):
        load_any(f"file://{tmp_path}/a.txt")
    with pytest.raises(ReadError, match="nosuch://x: no storage that Arrow"):
        open_system("nosuch://x")


def test_a_folder_for_parts_is_empty(tmp_path: Path) -> None:
    make_empty(str(tmp_path / "new"))
    assert (tmp_path / "new").is_dir()
    (tmp_path / "new" / "old.parquet").touch()
    with pytest.raises(ExportError, match=r"holds old\.parquet already"):
        make_empty(f"file://{tmp_path}/new")
