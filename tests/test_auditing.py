"""`giar check` and the functions behind it: filters, decisions, files, exit status."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import SimpleNamespace

import pytest

from giar_nlp.auditing import Auditor, Failed, Found, Wanted, read_decisions, summarise
from giar_nlp.cli import main
from giar_nlp.errors import CorpusError
from giar_nlp.readers import FoundFile
from giar_nlp.sheets import read_excel_rows, read_excel_sheets
from giar_nlp.types import Report
from giar_nlp.workbooks import Sheet, export
from tests.check_cases import BASES, report_in_set

FAULTY = BASES["bureau_2022"].replace("五、存在", "5、存在").replace("（七）总计\t10\t2", "（七）总计\t10\t3")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a sound report, a faulty one, and one of the year before."""
    reports = tmp_path / "reports"
    reports.mkdir()
    texts = {
        "sound.txt": BASES["town_2022"],
        "faulty.txt": FAULTY,
        "last_year.txt": report_in_set(
            {"year": 2021, "narrative": "other", "edit": [["续办理\t1", "续办理\t5"]]}
        ),
    }
    for name, text in texts.items():
        (reports / name).write_text(text, encoding="utf-8")
    return reports


class Done:
    def __init__(self, status: int, out: str, err: str) -> None:
        self.status, self.out, self.err = status, out, err

    @property
    def records(self) -> list[dict]:
        return [json.loads(line) for line in self.out.splitlines()]


Run = Callable[..., Done]


@pytest.fixture
def check(capsysbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch) -> Run:
    """`giar check` in this process."""

    def run(*arguments: object) -> Done:
        monkeypatch.setattr(sys, "argv", ["giar", "check", *map(str, arguments)])
        monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO()))
        with pytest.raises(SystemExit) as left:
            main()
        out, err = capsysbinary.readouterr()
        assert "Traceback" not in err.decode()
        return Done(int(left.value.code or 0), out.decode(), err.decode())

    return run


def found_in(folder: Path, **wanted: object) -> list[Found]:
    auditor = Auditor(wanted=Wanted(**wanted))  # type: ignore[arg-type]
    return [one for one in auditor.audit([folder]) if isinstance(one, Found)]


def test_findings_come_as_lines(check: Run, folder: Path) -> None:
    done = check(folder)
    assert done.status == 0
    checks = {record["check"] for record in done.records}
    assert {"struct.heading_number", "req.result_total", "xyear.carry_over"} <= checks
    assert "3 reports" in done.err
    for record in done.records:
        text = Path(record["report"]).read_text(encoding="utf-8")
        assert all(text[place["start"] : place["end"]] == place["text"] for place in record["places"])


def test_years_of_one_agency_are_paired(folder: Path) -> None:
    (found,) = [one for one in found_in(folder) if one.finding.check == "xyear.carry_over"][:1]
    assert found.report.endswith("faulty.txt")
    assert "2021" in found.finding.message


def test_strict_leaves_with_one(check: Run, folder: Path) -> None:
    assert check(folder, "--strict").status == 1
    assert check(folder / "sound.txt", "--strict").status == 0
    assert check(folder, "--strict", "--only", "rate").status == 0


@pytest.mark.parametrize(
    ("options", "families"),
    [
        (["--only", "struct"], {"struct"}),
        (["--only", "req.*"], {"req"}),
        (["--only", "req", "--ignore", "req.balance"], {"req"}),
        (["--severity", "error", "--ignore", "xyear"], {"req"}),
    ],
)
def test_filters(check: Run, folder: Path, options: list[str], families: set[str]) -> None:
    done = check(folder, *options)
    assert {record["check"].split(".")[0] for record in done.records} == families


@pytest.mark.parametrize("option", ["--only", "--ignore"])
def test_an_unknown_check_is_wrong_use(check: Run, folder: Path, option: str) -> None:
    done = check(folder, option, "structure")
    assert done.status == 2
    assert "structure" in done.err


def test_messages_in_chinese(check: Run, folder: Path) -> None:
    english, chinese = check(folder), check(folder, "--lang", "zh")
    assert [one["id"] for one in english.records] == [one["id"] for one in chinese.records]
    assert all(max(one["message"]) >= "\u4e00" for one in chinese.records)


def test_table_on_the_terminal(check: Run, folder: Path) -> None:
    done = check(folder, "--show", "--severity", "error")
    assert "faulty.txt" in done.out
    assert "req.result_total" in done.out
    assert "云溪县水利局" in done.out


@pytest.mark.parametrize("suffix", [".jsonl", ".csv", ".xlsx"])
def test_files(check: Run, folder: Path, tmp_path: Path, suffix: str) -> None:
    out, again = tmp_path / f"out{suffix}", tmp_path / f"again{suffix}"
    for path in (out, again):
        assert check(folder, "-o", path).status == 0
    assert out.read_bytes() == again.read_bytes()
    n_found = len(found_in(folder))
    if suffix == ".jsonl":
        assert len(out.read_bytes().splitlines()) == n_found
    elif suffix == ".csv":
        rows = list(csv.DictReader(io.StringIO(out.read_text(encoding="utf-8-sig"))))
        assert len(rows) == n_found
        assert rows[0]["id"]
    else:
        assert out.read_bytes().startswith(b"PK")


def test_in_the_workbook_comparisons_stand_with_their_report(
    check: Run, folder: Path, tmp_path: Path
) -> None:
    check(folder, "-o", tmp_path / "out.xlsx")
    sheets = dict(read_excel_sheets((tmp_path / "out.xlsx").read_bytes(), "out.xlsx"))
    rows = [(int(row["报告序号"]), row["检查项"]) for _, row in sheets["核查结果"]]
    assert [number for number, _ in rows] == sorted(number for number, _ in rows)
    assert (0, "xyear.carry_over") in rows
    assert rows[-1][0] > 0


def test_another_suffix_is_wrong_use(check: Run, folder: Path, tmp_path: Path) -> None:
    done = check(folder, "-o", tmp_path / "out.pdf")
    assert done.status == 2
    assert ".xlsx" in done.err


def test_records_of_annotate_are_checked_too(check: Run, folder: Path, tmp_path: Path) -> None:
    records = tmp_path / "records.jsonl"
    main_annotate(folder, records)
    assert {one["id"] for one in check(records).records} == {one["id"] for one in check(folder).records}


def main_annotate(folder: Path, out: Path) -> None:
    from giar_nlp.batch import Job, annotate_files
    from giar_nlp.readers import find_files

    lines = [outcome.line for outcome in annotate_files(find_files([folder]), Job())]
    out.write_bytes(b"".join(line + b"\n" for line in lines))


def test_what_cannot_be_read_is_told_and_the_rest_goes_on(check: Run, folder: Path, tmp_path: Path) -> None:
    (folder / "empty.txt").write_bytes(b"")
    out = tmp_path / "out.csv"
    done = check(folder, folder / "missing.txt", "-o", out)
    assert done.status == 1
    errors = [json.loads(line) for line in Path(f"{out}.errors.jsonl").read_text().splitlines()]
    assert [Path(error["source"]).name for error in errors] == ["empty.txt", "missing.txt"]
    assert out.exists()


def test_a_bad_line_of_records_is_told(tmp_path: Path) -> None:
    records = tmp_path / "records.jsonl"
    records.write_bytes(b'{"segments": []}\nno json\n')
    outcomes = list(Auditor().audit([records]))
    assert [
        "line 1" in one.message or "line 2" in one.message for one in outcomes if isinstance(one, Failed)
    ] == [
        True,
        True,
    ]


# --- decisions ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", [".csv", ".jsonl"])
def test_decisions_survive_a_new_run(check: Run, folder: Path, tmp_path: Path, suffix: str) -> None:
    first = check(folder).records
    dismissed, confirmed = first[0]["id"], first[1]["id"]
    lines = {
        ".csv": f"id,decision,note\n{dismissed},dismissed,known\n{confirmed},Confirmed,\n{first[2]['id']},,\n",
        ".jsonl": f'{{"id": "{dismissed}", "decision": "dismissed"}}\n{{"id": "{confirmed}", "decision": "confirmed"}}\n',
    }
    decisions = tmp_path / f"decisions{suffix}"
    decisions.write_text(lines[suffix], encoding="utf-8")
    done = check(folder, "--decisions", decisions)
    ids = {record["id"]: record["decision"] for record in done.records}
    assert dismissed not in ids
    assert ids[confirmed] == "confirmed"
    assert ids[first[2]["id"]] is None
    assert "1 dismissed" in done.err


def test_what_is_written_serves_as_decisions(check: Run, folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "findings.csv"
    check(folder, "-o", out)
    rows = list(csv.DictReader(io.StringIO(out.read_text(encoding="utf-8-sig"))))
    for row in rows:
        row["decision"] = "dismissed"
    with out.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.DictWriter(stream, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    assert check(folder, "--decisions", out, "--strict").status == 0


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("a.csv", "id,decision\nx,maybe\n", "maybe"),
        ("a.csv", "name\nx\n", "columns"),
        ("a.jsonl", "{}\n", "line 1"),
        ("a.jsonl", "no json\n", "line 1"),
    ],
)
def test_a_wrong_decision_is_told(tmp_path: Path, name: str, text: str, told: str) -> None:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CorpusError, match=told):
        read_decisions(path)


# --- summaries and exports ----------------------------------------------------------------------------------------


def test_summary_by_agency_and_by_check(folder: Path) -> None:
    found = found_in(folder)
    summary = summarise(found)
    failing = [one for one in found if one.finding.status == "fail"]
    for name in ("agency", "rule"):
        rows = list(summary.sheet(name).rows)
        assert sum(int(str(row["total"])) for row in rows) == len(failing)
    assert summary.n_unassessed == len(found) - len(failing)


HARMFUL = ["=1+1", "+SUM(A1)", "-cmd|' /C calc'!A0", "@SUM(1)", "\t=1", "-5", "53条"]


@pytest.mark.parametrize("suffix", [".jsonl", ".csv", ".xlsx"])
def test_no_cell_is_run(suffix: str) -> None:
    sheet = Sheet("s", ("a", "b"), [{"a": text, "b": n} for n, text in enumerate(HARMFUL)])
    stream = io.BytesIO()
    export(sheet, suffix, stream)
    if suffix == ".csv":
        rows = list(csv.reader(io.StringIO(stream.getvalue().decode("utf-8-sig"))))[1:]
        assert [row[0] for row in rows] == [f"'{text}" for text in HARMFUL[:5]] + HARMFUL[5:]
    elif suffix == ".xlsx":
        rows_read = [fields for _, fields in read_excel_rows(stream.getvalue(), "out.xlsx")]
        assert [row["a"] for row in rows_read] == HARMFUL
    else:
        assert [json.loads(line)["a"] for line in stream.getvalue().splitlines()] == HARMFUL


def test_nothing_found_is_a_table_too() -> None:
    stream = io.BytesIO()
    export(Sheet("s", ("a", "b"), [], {"a": "甲"}), ".csv", stream)
    assert stream.getvalue().decode("utf-8-sig").split() == ["甲,b"]


@pytest.mark.parametrize(("suffix", "lang"), [(".jsonl", "en"), (".jsonl", "zh"), (".xlsx", "zh")])
def test_two_workers_give_the_same_bytes(
    check: Run, folder: Path, tmp_path: Path, suffix: str, lang: str
) -> None:
    (folder / "empty.txt").write_bytes(b"")
    written = []
    for workers in (1, 2):
        out = tmp_path / f"{workers}{suffix}"
        assert check(folder, "--workers", workers, "--lang", lang, "-o", out).status == 1
        written.append((out.read_bytes(), Path(f"{out}.errors.jsonl").read_bytes()))
    assert written[0] == written[1]
    assert suffix == ".xlsx" or b"xyear.carry_over" in written[0][0]


def test_a_report_is_watched_once_it_is_read(folder: Path) -> None:
    seen: list[tuple[str, int]] = []

    def watch(reports: Iterator[Report | Failed], files: Sequence[FoundFile]) -> Iterator[Report | Failed]:
        for report in reports:
            assert isinstance(report, Report)
            seen.append((Path(report.source.path).name, len(files)))
            yield report

    found = [one for one in Auditor().audit([folder], watch=watch) if isinstance(one, Found)]
    assert seen == [(name, 3) for name in ("faulty.txt", "last_year.txt", "sound.txt")]
    assert found == found_in(folder)


def test_a_long_check_shows_how_far_it_is(check: Run, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(20):
        (folder / f"more_{number}.txt").write_text("无。", encoding="utf-8")
    totals = []

    def track(reports: Iterator[object], *_: object, total: int, **__: object) -> Iterator[object]:
        totals.append(total)
        return reports

    monkeypatch.setattr("rich.progress.track", track)
    check(folder)
    assert totals == []
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    check(folder)
    assert totals == [23]
