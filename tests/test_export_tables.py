"""Records as tables and back: the round trip, the workbook for people, the folder whole or not at all."""

from __future__ import annotations

import csv
import io
import json
import re
import sys
import zipfile
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path

import duckdb
import orjson
import pyarrow.parquet
import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from giar_nlp.analyzer import load
from giar_nlp.cli import main
from giar_nlp.errors import CorpusError, ExportError
from giar_nlp.exports import pages, parquet, workbook
from giar_nlp.exports.layout import layout
from giar_nlp.exports.star import join_record, split_record
from giar_nlp.exports.writing import FORMATS, check_records_out, export, read_records
from giar_nlp.jsonl import SCHEMA_FILE, dump_report
from giar_nlp.retelling import retell
from giar_nlp.scheme import load_scheme

ROOT = Path(__file__).parents[1]
SAMPLES = sorted(path for path in (ROOT / "corpora" / "samples").iterdir() if path.suffix != ".jsonl")
GOLD = sorted((ROOT / "corpora" / "gold").rglob("*.jsonl"))
ANALYZER = load()
REPORTS = layout().tables["reports"]
LINE = REPORTS.place("line")
Named = list[tuple[str, bytes]]

# What no report of ours holds, and a record may.
UNREAD = "一、总体情况\n全年主动公开政府信息53条。\n三、收到和处理政府信息公开申请情况\n[image: 表.png]\n"


def samples(*, with_text: bool = True) -> Named:
    reports = [ANALYZER.annotate(path) for path in SAMPLES]
    return [(report.source.path, dump_report(report, with_text=with_text)) for report in reports]


@pytest.fixture(scope="module")
def records() -> Named:
    """The samples with and without text, a report with a table that is an image, and one with nothing in it."""
    odd = [ANALYZER.annotate(text) for text in (UNREAD, "今天天气很好。")]
    return [*samples(), *samples(with_text=False), *((str(n), dump_report(one)) for n, one in enumerate(odd))]


def gold() -> Iterator[tuple[str, bytes]]:
    for path in GOLD:
        yield from read_records(path)


def test_what_giar_writes_goes_to_tables_and_back(records: Named, tmp_path: Path) -> None:
    lines = [line for _, line in [*records, *gold()]]
    assert len(lines) > 250
    assert any(b'"unread":"' in line for line in lines)
    assert all(split_record(0, line)["reports"][0][LINE] is None for line in lines)
    out = tmp_path / "star.parquet"
    assert export([("", line) for line in lines], out) == len(lines)
    assert [line for _, line in read_records(out)] == lines


def test_what_giar_would_write_otherwise_is_kept_as_it_is(tmp_path: Path) -> None:
    """Hand-written gold: other keys, blanks, and much left out."""
    named = list(read_records(ROOT / "corpora" / "samples" / "gold.jsonl"))
    assert all(split_record(0, line)["reports"][0][LINE] == line.decode() for _, line in named)
    export(named, tmp_path / "star.parquet")
    assert [line for _, line in read_records(tmp_path / "star.parquet")] == [line for _, line in named]


numbers = st.one_of(st.integers(-(2**53), 2**64 - 1), st.floats(allow_nan=False, allow_infinity=False))
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)


@given(
    value=numbers,
    top=st.none() | numbers,
    attributes=st.dictionaries(st.sampled_from(["channel", "category", "x"]), texts),
    texts=st.tuples(texts, texts, st.none() | texts),
    period=st.none() | st.tuples(st.none() | texts, st.none() | texts),
    headings=st.lists(texts),
)
def test_any_record_comes_back(
    value: float, top: float | None, attributes: dict, texts: tuple, period: tuple | None, headings: list
) -> None:
    text, raw, unit = texts
    segment_text = f"{text}{raw}"
    count = {
        "start": 0, "end": len(raw), "text": raw, "value": value, "value_max": top, "unit": unit,
        "bound": "exact", "kind": text, "nature": "actual", "year": None, "implicit": False,
        "attributes": attributes, "part_of": None,
    }  # fmt: skip
    segment = {
        "id": raw, "start": 0, "end": len(segment_text), "text": segment_text, "section": 0,
        "headings": headings, "marker": unit, "themes": [], "counts": [count],
    }  # fmt: skip
    meta = dict.fromkeys(("title", "agency", "report_year", "period", "publish_date", "document_number"))
    record = {
        "schema": "giar/1",
        "source": {"path": text, "sha256": "", "format": "", "encoding": None},
        "meta": {**meta, "period": period, "regime": "unknown", "scope": "unknown"},
        "sections": [],
        "segments": [segment],
        "tables": [],
        "findings": [],
        "made_with": {"giar_nlp": "", "scheme": "", "model": None},
    }
    line = orjson.dumps(record)
    try:
        rows = split_record(0, line)
    except CorpusError:
        # Half a period is no record; nor is a whole number that no float comes near.
        assert (period is not None and None in period) or any(isinstance(each, int) for each in (value, top))
        return
    assert join_record(rows) == line


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda record: record.pop("segments"), "no 'segments'"),
        (lambda record: record["segments"][0].update(start="0"), "start"),
        (lambda record: record["meta"].update(report_year=10**12), "out of all bounds"),
        (lambda record: record.update(sections=[3]), "list of objects"),
    ],
)
def test_what_is_no_record_is_told(change: object, message: str) -> None:
    record = json.loads(samples()[0][1])
    change(record)  # type: ignore[operator]
    with pytest.raises(CorpusError, match=message):
        split_record(0, orjson.dumps(record))


def test_whole_numbers_with_a_point_are_kept() -> None:
    line = samples()[-1][1].replace(b'"value":5500,', b'"value":5500.0,')
    rows = split_record(0, line)
    assert rows["reports"][0][LINE] == line.decode()
    assert join_record(rows) == line


def test_the_layout_holds_every_field_of_the_schema() -> None:
    forms = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))["$defs"]
    homes = {"section": "sections", "segment": "segments", "theme": "themes", "count": "counts",
             "table": "tables", "table.values": "table_values", "finding": "findings", "source": "reports",
             "meta": "reports", "made_with": "reports"}  # fmt: skip
    elsewhere = {"themes", "counts", "values", "table", "period"}  # a table of its own, or under another name
    for form, table in homes.items():
        name, _, inner = form.partition(".")
        fields = forms[name]["properties"]
        fields = fields[inner]["items"]["properties"] if inner else fields
        columns = {column.id for column in layout().tables[table].columns}
        assert set(fields) - elsewhere <= columns, form


def test_every_column_is_described_in_the_docs() -> None:
    docs = (ROOT / "docs" / "tables.md").read_text(encoding="utf-8")
    for table in layout().tables.values():
        part = docs.split(f"## {table.id}\n")[1].split("\n## ")[0]
        for column in table.columns:
            assert f"| `{column.id}` | {column.type} | {column.about['en']} |" in part, table.id


def test_parquet_is_the_same_and_says_what_it_holds(records: Named, tmp_path: Path) -> None:
    for name in ("a.parquet", "b.parquet"):
        export(records, tmp_path / name)
    for file in parquet.file_names().values():
        assert (tmp_path / "a.parquet" / file).read_bytes() == (tmp_path / "b.parquet" / file).read_bytes()
    schema = pyarrow.parquet.read_schema(tmp_path / "a.parquet" / "counts.parquet")
    assert schema.field("kind").metadata == {b"description": b"What is counted."}


def test_row_groups_bound_what_is_held(
    records: Named, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parquet, "_GROUP", 500)
    monkeypatch.setattr(parquet, "_AT_ONCE", 7)
    export(records, tmp_path / "star.parquet")
    cells = pyarrow.parquet.ParquetFile(tmp_path / "star.parquet" / "table_values.parquet")
    assert cells.num_row_groups > 3
    assert [line for _, line in read_records(tmp_path / "star.parquet")] == [line for _, line in records]


def rewrite(folder: Path, table: str, rows: slice | None = None, *, drop: str | None = None) -> None:
    file = folder / f"{table}.parquet"
    held = pyarrow.parquet.read_table(file)
    if rows is not None:
        held = held.take(list(range(held.num_rows))[rows])
    pyarrow.parquet.write_table(held.drop_columns([drop]) if drop else held, file)


@pytest.mark.parametrize(
    ("table", "rows", "drop", "message"),
    [
        ("counts", slice(None, None, -1), None, "sort all tables by report"),
        ("reports", slice(0, 3), None, "which is not there"),
        ("reports", slice(3, None), None, "belong to none"),
        ("segments", slice(1, None), None, "do not fit together"),
        ("themes", None, "score", "no column 'score'"),
    ],
)
def test_tables_that_do_not_fit_are_told(
    records: Named, tmp_path: Path, table: str, rows: slice | None, drop: str | None, message: str
) -> None:
    export(records, tmp_path / "star.parquet")
    rewrite(tmp_path / "star.parquet", table, rows, drop=drop)
    with pytest.raises(CorpusError, match=message):
        list(read_records(tmp_path / "star.parquet"))


def test_a_table_that_is_gone_is_told(records: Named, tmp_path: Path) -> None:
    export(records, tmp_path / "star.parquet")
    (tmp_path / "star.parquet" / "themes.parquet").unlink()
    with pytest.raises(CorpusError, match=r"lacks themes\.parquet"):
        list(read_records(tmp_path / "star.parquet"))


def test_a_column_of_records_is_read(records: Named, tmp_path: Path) -> None:
    lines = [line.decode() for _, line in records]
    path = tmp_path / "records.parquet"
    pyarrow.parquet.write_table(pyarrow.table({"record": [*lines, None]}), path)
    assert [line for _, line in read_records(path)] == [line for _, line in records]
    pyarrow.parquet.write_table(pyarrow.table({"other": lines}), path)
    with pytest.raises(CorpusError, match="no column 'record'"):
        list(read_records(path))
    path.write_bytes(b"no Parquet")
    with pytest.raises(CorpusError, match="cannot be read as Parquet"):
        list(read_records(path))


def test_csv_holds_the_same_rows(records: Named, tmp_path: Path) -> None:
    export(records, tmp_path / "t.csv")
    export(records, tmp_path / "t.parquet")
    for name, table in layout().tables.items():
        data = (tmp_path / "t.csv" / f"{name}.csv").read_bytes()
        assert data.startswith(b"\xef\xbb\xbf")
        rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))
        held = pyarrow.parquet.read_table(tmp_path / "t.parquet" / f"{name}.parquet").to_pylist()
        assert list(rows[0]) == [column.id for column in table.columns if not column.bulky]
        assert len(rows) == len(held)
        if name == "counts":
            assert [float(row["value"]) for row in rows] == [row["value"] for row in held]
            assert [json.loads(row["attributes"] or "{}") for row in rows] == [
                dict(row["attributes"]) for row in held
            ]


@pytest.fixture(scope="module")
def book(records: Named, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("book") / "reports.xlsx"
    export(retell(records, "zh"), path)
    return path


def test_the_workbook_speaks_chinese(book: Path, records: Named) -> None:
    read = CalamineWorkbook.from_path(str(book))
    assert read.sheet_names == ["说明", "报告", "核查结果", "统计表", "统计表数据", "文中数量", "段落与主题"]
    counts = read.get_sheet_by_name("文中数量").to_python()
    assert counts[0][:7] == ["序号", "机关", "年度", "段序号", "类别", "原文写法", "数值"]
    whole = next(row for row in counts[1:] if row[13])
    assert whole[13] in [row[5] for row in counts if row[:4] == whole[:4]]
    assert {row[4] for row in counts[1:]} <= {kind.name for kind in load_scheme().kinds.values()}
    segments = read.get_sheet_by_name("段落与主题").to_python()
    assert any("；" in str(row[6]) and "存在问题" in str(row[6]) for row in segments[1:])
    messages = [str(row[5]) for row in read.get_sheet_by_name("核查结果").to_python()[1:]]
    n_told = sum(len(json.loads(line)["findings"]) for _, line in samples())
    assert sum(bool(re.search("[一-龥]", message)) for message in messages) >= n_told
    assert "本工作簿收录报告18份。" in [row[0] for row in read.get_sheet_by_name("说明").to_python()]


def test_every_sheet_tells_the_report_of_each_row(records: Named, book: Path) -> None:
    """The samples stand here twice: agency and year alone would not tell them apart."""
    read = CalamineWorkbook.from_path(str(book))
    _, first, *others = [read.get_sheet_by_name(name).to_python() for name in read.sheet_names]
    known = [tuple(row[:3]) for row in first[1:]]
    assert [number for number, *_ in known] == list(range(len(records)))
    assert len({row[1:] for row in known}) < len(known)
    tables = [table for table in layout().tables.values() if table.sheet][1:]
    for table, (header, *rows) in zip(tables, others, strict=True):
        assert header[:3] == ["序号", "机关", "年度"] == first[0][:3], table.id
        expected = [
            known[number]
            for number, (_, line) in enumerate(records)
            for _ in split_record(number, line)[table.id]
        ]
        assert [tuple(row[:3]) for row in rows] == expected, table.id
    guide = "".join(str(row[0]) for row in read.get_sheet_by_name("说明").to_python())
    assert "前三列都是报告的序号、机关和年度" in guide


def test_counts_are_joined_to_their_segments(book: Path) -> None:
    read = CalamineWorkbook.from_path(str(book))
    counts, segments = (read.get_sheet_by_name(name).to_python() for name in ("文中数量", "段落与主题"))
    assert counts[0][3] == segments[0][3] == "段序号"
    assert (counts[0][-1], segments[0][-1]) == ("段落文字", "段落文字")
    texts = {(row[0], row[3]): row[-1] for row in segments[1:]}
    assert [texts[row[0], row[3]] for row in counts[1:]] == [row[-1] for row in counts[1:]]


def test_the_workbook_is_the_same_every_time(records: Named, book: Path, tmp_path: Path) -> None:
    export(retell(records, "zh"), tmp_path / "again.xlsx")
    assert (tmp_path / "again.xlsx").read_bytes() == book.read_bytes()


def sheet_xml(path: Path) -> list[str]:
    with zipfile.ZipFile(path) as archive:
        names = sorted(name for name in archive.namelist() if name.startswith("xl/worksheets/sheet"))
        return [archive.read(name).decode() for name in names]


def test_every_sheet_has_filters_and_a_frozen_header(book: Path) -> None:
    _, *sheets = sheet_xml(book)
    for xml in sheets:
        assert re.search('<pane xSplit="3" ySplit="1" [^>]*state="frozen"', xml)
        (last,) = re.findall(r'<autoFilter ref="A1:[A-Z]+(\d+)"', xml)
        assert last == re.findall(r'<row r="(\d+)"', xml)[-1]


def test_nothing_hostile_runs_in_a_workbook(tmp_path: Path) -> None:
    hostile = ["=1+2", "+cmd", "-2+3", "@x", "a\x00b\x1f", "_x0041_", "1\r\n2", "\ufffe"]
    report = ANALYZER.annotate("一、总体情况\n全年主动公开政府信息53条。")
    record = json.loads(dump_report(report))
    for text in hostile:
        record["findings"].append(
            {"id": "x", "check": "x", "severity": "error", "status": "fail", "message": text, "expected": None,
             "found": text * 20_000, "places": []}
        )  # fmt: skip
    path = tmp_path / "hostile.xlsx"
    export([("x", orjson.dumps(record))], path)
    rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_name("核查结果").to_python()[1:]
    shown = [row[5] for row in rows[-8:]]
    assert shown == ["=1+2", "+cmd", "-2+3", "@x", "a\ufffdb\ufffd", "_x0041_", "1\n2", "\ufffd"]
    assert max(len(str(row[7])) for row in rows) == pages.MAX_CELL
    assert all("<f>" not in xml for xml in sheet_xml(path))
    with zipfile.ZipFile(path) as archive:
        assert archive.read("xl/styles.xml").count(b'quotePrefix="1"') == 1


def test_a_full_sheet_goes_on_in_the_next(records: Named, tmp_path: Path) -> None:
    path = tmp_path / "split.xlsx"
    rows = [split_record(number, line) for number, (_, line) in enumerate(records)]
    workbook.save_workbook(rows, path, scheme=load_scheme(), language="en", max_rows=1000)
    read = CalamineWorkbook.from_path(str(path))
    names = [name for name in read.sheet_names if name.startswith("Table values")]
    assert names == ["Table values", "Table values 2", "Table values 3"]
    heights = [len(read.get_sheet_by_name(name).to_python()) for name in names]
    assert sum(heights) - len(heights) == sum(len(one["table_values"]) for one in rows)
    assert heights[:2] == [1000, 1000]
    for name in names:
        header, *cells = read.get_sheet_by_name(name).to_python()
        assert header[:3] == ["No.", "Agency", "Year"]
        assert {type(row[0]) for row in cells} == {float}


@pytest.mark.parametrize("suffix", FORMATS)
def test_written_whole_or_not_at_all(records: Named, tmp_path: Path, suffix: str) -> None:
    out = tmp_path / f"out{suffix}"
    export(records[:2], out)
    before = {path: path.read_bytes() for path in out.rglob("*")} if out.is_dir() else out.read_bytes()

    def broken() -> Iterator[tuple[str, bytes]]:
        yield records[3]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        export(broken(), out)
    after = {path: path.read_bytes() for path in out.rglob("*")} if out.is_dir() else out.read_bytes()
    assert after == before
    export(records[3:4], out)
    assert [path.name for path in tmp_path.iterdir()] == [out.name]


def test_a_line_that_is_no_record_costs_itself_alone(records: Named, tmp_path: Path) -> None:
    failed: list[str] = []
    named = [records[0], ("x.jsonl, line 2", b"{}"), records[1]]
    n = export(named, tmp_path / "o.csv", failed=lambda name, error: failed.append(f"{name}: {error}"))
    assert (n, failed) == (2, ["x.jsonl, line 2: no record of a report: it has no 'segments'"])
    with pytest.raises(CorpusError, match=r"x\.jsonl, line 2: no record"):
        export(named, tmp_path / "o.csv")


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("a.docx", "no known format"),
        ("nowhere/a.parquet", "there is no folder"),
        ("file.csv", "a file is there"),
        ("folder.xlsx", "is a folder; name a file in it"),
        ("odd.parquet", r"holds thesis\.docx"),
    ],
)
def test_a_place_that_will_not_do_is_told(tmp_path: Path, name: str, message: str) -> None:
    (tmp_path / "file.csv").touch()
    for folder in ("folder.xlsx", "odd.parquet"):
        (tmp_path / folder).mkdir()
    (tmp_path / "odd.parquet" / "thesis.docx").touch()
    with pytest.raises(ExportError, match=message):
        check_records_out(tmp_path / name)


def test_findings_are_retold_only_where_they_can_be() -> None:
    (_, line), *_ = samples()
    bare = dump_report(ANALYZER.annotate(SAMPLES[0]), with_text=False)
    told = [each for _, each in retell([("a", line), ("b", bare), ("c", b"{}")], "zh")]
    assert told[1:] == [bare, b"{}"]
    before, after = json.loads(line)["findings"], json.loads(told[0])["findings"]
    assert [each["id"] for each in before] == [each["id"] for each in after]
    assert all(re.search("[一-龥]", each["message"]) for each in after)


@pytest.fixture
def giar(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., tuple[int, str]]:
    """`giar` in this process: its exit status and what it says on stderr."""

    def run(*arguments: object) -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["giar", *map(str, arguments)])
        with pytest.raises(SystemExit) as left:
            main()
        return int(left.value.code or 0), capsys.readouterr().err

    return run


Giar = Callable[..., tuple[int, str]]


def bytes_of(path: Path) -> dict[str, bytes]:
    files = path.iterdir() if path.is_dir() else [path]
    return {file.suffix if file == path else file.name: file.read_bytes() for file in files}


@pytest.mark.parametrize("suffix", [".xlsx", ".csv", ".parquet"])
def test_annotate_and_export_write_the_same(giar: Giar, tmp_path: Path, suffix: str) -> None:
    at_once, later = tmp_path / f"a{suffix}", tmp_path / f"b{suffix}"
    missing = tmp_path / "missing.txt"
    assert giar("annotate", *SAMPLES[:3], missing, "-o", at_once)[0] == 1
    assert "missing.txt" in Path(f"{at_once}.errors.jsonl").read_text(encoding="utf-8")
    assert giar("annotate", *SAMPLES[:3], "-o", tmp_path / "records.jsonl") == (0, "")
    assert giar("export", tmp_path / "records.jsonl", "-o", later) == (0, "")
    assert bytes_of(at_once) == bytes_of(later)
    assert giar("annotate", *SAMPLES[:3], "-o", at_once) == (0, "")
    assert not Path(f"{at_once}.errors.jsonl").exists()


def test_export_gives_the_records_back(giar: Giar, tmp_path: Path) -> None:
    for name, paths in (("one", SAMPLES[:2]), ("two", SAMPLES[2:4])):
        giar("annotate", *paths, "-o", tmp_path / f"{name}.jsonl")
        giar("export", tmp_path / f"{name}.jsonl", "-o", tmp_path / f"{name}.parquet")
    stars = [tmp_path / "one.parquet", tmp_path / "two.parquet"]
    assert giar("export", *stars, "-o", tmp_path / "both.jsonl") == (0, "")
    lines = [(tmp_path / f"{name}.jsonl").read_bytes() for name in ("one", "two")]
    assert (tmp_path / "both.jsonl").read_bytes() == b"".join(lines)


def test_export_says_what_is_no_record(giar: Giar, tmp_path: Path) -> None:
    (tmp_path / "x.jsonl").write_bytes(samples()[0][1] + b"\n{}\n")
    status, told = giar("export", tmp_path / "x.jsonl", "-o", tmp_path / "x.csv")
    assert status == 1
    assert "x.jsonl, line 2: no record" in told
    assert len((tmp_path / "x.csv" / "reports.csv").read_text(encoding="utf-8-sig").splitlines()) == 2
    assert giar("export", tmp_path / "none.jsonl", "-o", tmp_path / "y.csv")[0] == 1
    assert not (tmp_path / "y.csv").exists()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["annotate", "a.txt", "-o", "out.docx"], "or .jsonl.zst, or for tables"),
        (["annotate", "a.txt", "-o", "nowhere/out.xlsx"], "there is no folder"),
        (["annotate", "--units", "a.jsonl", "-o", "out.xlsx"], "name a file in .jsonl"),
        (["annotate", "a.txt", "--address", "auto"], "want --engine ray"),
        (["annotate", "a.txt", "--parts", "p"], "want --engine ray"),
        (["annotate", "a.txt", "--engine", "ray", "--parts", "p", "-o", "o.jsonl"], "name one of them"),
    ],
)
def test_wrong_use_is_told(giar: Giar, arguments: list[str], told: str) -> None:
    status, said = giar(*arguments)
    assert status == 2
    assert told in " ".join(said.replace("│", " ").split())


@pytest.mark.skipif(find_spec("ray") is not None, reason="Ray is here: tests/test_on_ray.py runs it")
def test_ray_without_its_extra_is_told(giar: Giar) -> None:
    status, said = giar("annotate", SAMPLES[0], "--engine", "ray")
    assert status == 1
    assert "pip install 'giar-nlp[ray]'" in said


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_the_queries_of_the_readme_run(
    giar: Giar, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    giar("annotate", *SAMPLES, "-o", tmp_path / "reports.parquet")
    monkeypatch.chdir(tmp_path)
    queries = re.findall(r"```sql\n(.*?)```", (ROOT / name).read_text(encoding="utf-8"), re.DOTALL)
    published, problems = [duckdb.execute(query).fetchall() for query in queries]
    assert ("望岳市人民政府", 2023) in {row[:2] for row in published}
    assert dict(problems)["platform"] >= 3
