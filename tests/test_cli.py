"""The command line as its users meet it: output, exit status, messages."""

from __future__ import annotations

import io
import json
import os
import re
import signal
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import jsonschema
import pytest

from giar_nlp import __version__
from giar_nlp.cli import main
from giar_nlp.jsonl import SCHEMA_FILE, load_report
from giar_nlp.packing import read_lines

ROOT = Path(__file__).parents[1]
SAMPLES = ROOT / "corpora" / "samples"
SAMPLE = SAMPLES / "2012_township.txt"
GIAR = [sys.executable, "-m", "giar_nlp"]
VALIDATOR = jsonschema.Draft202012Validator(json.loads(SCHEMA_FILE.read_text(encoding="utf-8")))


@dataclass
class Done:
    status: int
    out: str
    err: str

    @property
    def records(self) -> list[dict]:
        return [json.loads(line) for line in self.out.splitlines()]


Run = Callable[..., Done]


@pytest.fixture
def giar(capsysbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch) -> Run:
    """`giar` in this process, with these arguments and this standard input."""

    def run(*arguments: object, stdin: bytes = b"") -> Done:
        monkeypatch.setattr(sys, "argv", ["giar", *map(str, arguments)])
        monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(stdin)))
        with pytest.raises(SystemExit) as left:
            main()
        out, err = capsysbinary.readouterr()
        assert "Traceback" not in err.decode()
        return Done(int(left.value.code or 0), out.decode(), err.decode())

    return run


def write(folder: Path, name: str, text: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


# --- help and wrong use -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "command",
    [
        "",
        "annotate",
        "classify",
        "check",
        "counts",
        "evaluate",
        "scheme",
        "scheme check",
        "scheme show",
        "scheme rules",
        "scheme copy",
    ],
)
def test_each_command_has_help(giar: Run, command: str) -> None:
    done = giar(*command.split(), "--help")
    assert done.status == 0
    assert f"Usage: giar {command}".strip() in done.out
    assert len(re.findall(r"^  \S", done.out, re.MULTILINE)) >= 2, "says what it does, and lists its options"


def test_version(giar: Run) -> None:
    assert giar("--version").out == f"giar {__version__}\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["annotate"], "name reports, or ready-made segments with --units"),
        (["annotate", "a.txt", "--units", "b.jsonl"], "not both"),
        (["annotate", "a.txt", "-o", "out.txt"], ".xlsx"),
        (["annotate", "a.txt", "-o", "missing/out.jsonl"], "no folder missing"),
        (["annotate", "a.txt", "-o", "."], "is a folder"),
        (["annotate", "a.txt", "-o", "out.csv.gz"], "JSON lines are written here"),
        (["annotate", "a.txt", "--workers", "0"], "workers"),
        (["annotate", "a.txt", "--resume"], "name it with -o"),
        (["annotate", "-", "--resume", "-o", "out.jsonl"], "standard input cannot be read again"),
        (["nonsense"], "nonsense"),
        (["scheme", "show", "nonsense"], "no theme, kind or edition is called 'nonsense'"),
        (["scheme", "copy", "."], "is there already"),
    ],
)
def test_wrong_use_is_told_and_leaves_with_2(
    giar: Run, arguments: list[str], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path, "a.txt", "报告")
    done = giar(*arguments)
    assert (done.status, done.out) == (2, "")
    assert said in done.err


# --- annotate ---------------------------------------------------------------------------------------------------


def test_records_are_valid_and_in_the_order_of_the_files(giar: Run) -> None:
    done = giar("annotate", SAMPLES)
    assert (done.status, done.err) == (0, "")
    names = [Path(record["source"]["path"]).name for record in done.records]
    assert names == sorted(path.name for path in SAMPLES.iterdir() if path.suffix in {".txt", ".md"})
    for record in done.records:
        VALIDATOR.validate(record)
        load_report(json.dumps(record))


def test_two_runs_and_two_workers_give_the_same_bytes(giar: Run, tmp_path: Path) -> None:
    outs = [tmp_path / f"{number}.jsonl" for number in range(3)]
    for out, workers in zip(outs, (1, 1, 2), strict=True):
        assert giar("annotate", SAMPLES, "-o", out, "--workers", workers).status == 0
    assert outs[0].read_bytes() == outs[1].read_bytes() == outs[2].read_bytes() != b""
    assert outs[0].read_bytes().decode() == giar("annotate", SAMPLES).out


@pytest.mark.parametrize("suffix", [".gz", ".zst"])
def test_packed_records_are_read_wherever_records_are(giar: Run, tmp_path: Path, suffix: str) -> None:
    out = tmp_path / f"out.jsonl{suffix}"
    assert giar("annotate", SAMPLES, "-o", out).status == 0
    assert [json.loads(line) for line in read_lines(out)] == giar("annotate", SAMPLES).records
    (tmp_path / "plain").mkdir()
    plain = write(tmp_path / "plain", "out.jsonl", b"".join(read_lines(out)))
    shown = giar("annotate", SAMPLE, "--show", "-o", tmp_path / f"one.jsonl{suffix}").out
    assert shown == giar("annotate", SAMPLE, "--show").out
    for command in (
        ["check"],
        ["classify"],
        ["counts"],
        ["evaluate"],
        ["corpus", "stats"],
        ["scheme", "rules"],
    ):
        of_packed, of_plain = giar(*command, out), giar(*command, plain)
        assert (of_packed.status, of_packed.out) == (of_plain.status, of_plain.out), command
        assert of_plain.out
    classified = tmp_path / f"classified.jsonl{suffix}"
    giar("classify", plain, "-o", classified)
    assert b"".join(read_lines(classified)).decode() == giar("classify", plain).out


def test_a_long_run_tells_how_far_it_is(giar: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("giar_nlp.cli.progress.SECONDS_A_LINE", 0.0)
    monkeypatch.setattr("giar_nlp.cli.progress.SUMMARY_FROM", 2)
    write(tmp_path, "a.txt", "一、总体情况\n公开5条。")
    write(tmp_path, "b.txt", "")
    done = giar("annotate", tmp_path, "-o", tmp_path / "out.jsonl", "--model", "none")
    first, *_, summary, failed = [line for line in done.err.splitlines() if "is empty" not in line]
    assert re.fullmatch(r"giar: 1 of 2 \(50%\), [\d,.]+ a second, 0 failed, \d+ s left", first)
    told = r"giar: 1 reports in \d+ s \([\d,.]+ a second\): 1 segments, 1 counts, \d findings; 1 failed: ReadError 1"
    assert re.fullmatch(told, summary)
    assert failed.startswith("giar: 1 input failed; see ")


def test_text_can_be_left_out(giar: Run) -> None:
    (record,) = giar("annotate", SAMPLE, "--no-text").records
    VALIDATOR.validate(record)
    assert "text" not in record


def test_standard_input(giar: Run) -> None:
    (record,) = giar("annotate", "-", stdin=SAMPLE.read_bytes()).records
    (of_file,) = giar("annotate", SAMPLE).records
    assert record["source"]["path"] == "-"
    assert {**record, "source": None} == {**of_file, "source": None}


BAD = {
    "binary.txt": b"a\0b",
    "empty.txt": b"",
    "half.txt": "某局2023年上半年政府信息公开统计\n上半年共公开20条。".encode(),
    "pdf.pdf": b"%PDF-1.4",
    "wrong.txt": b"\xff\xfe\xfd",
}


@pytest.fixture
def mixed(tmp_path: Path) -> Path:
    folder = tmp_path / "mixed"
    folder.mkdir()
    for name, data in BAD.items():
        write(folder, name, data)
    write(folder, "good.txt", SAMPLE.read_bytes())
    return folder


@pytest.mark.parametrize("workers", [1, 2])
def test_bad_files_go_to_the_side_file_and_the_rest_goes_on(giar: Run, mixed: Path, workers: int) -> None:
    out = mixed / "out.jsonl"
    done = giar("annotate", *sorted(mixed.iterdir()), mixed / "missing.txt", "-o", out, "-w", workers)
    assert (done.status, done.out) == (1, "")
    records = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert [Path(record["source"]["path"]).name for record in records] == ["good.txt", "half.txt"]
    side = mixed / "out.jsonl.errors.jsonl"
    errors = [json.loads(line) for line in side.read_text(encoding="utf-8").splitlines()]
    names = ["binary.txt", "empty.txt", "pdf.pdf", "wrong.txt", "missing.txt"]
    assert [Path(error["source"]).name for error in errors] == names
    assert {tuple(error["error"]) for error in errors} == {("type", "message")}
    assert "half.txt: does not look like an annual report" in done.err
    assert "5 inputs failed; see" in done.err
    assert giar("annotate", mixed / "good.txt", "-o", out).status == 0
    assert not side.exists(), "no errors now"


def test_without_a_file_errors_go_to_stderr(giar: Run, mixed: Path) -> None:
    done = giar("annotate", mixed / "empty.txt", mixed / "good.txt")
    assert done.status == 1
    assert len(done.records) == 1
    (error,) = [json.loads(line) for line in done.err.splitlines()]
    assert error["error"]["type"] == "ReadError"


@pytest.mark.parametrize(("command", "name"), [
    ("annotate", "out.jsonl"),
    ("annotate", "out.xlsx"),
    ("check", "out.jsonl"),
    ("convert", "out.md"),
    ("tables", "out.csv"),
])  # fmt: skip
def test_where_nothing_is_found_nothing_is_written(
    giar: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    for out in ([], ["-o", name]):
        done = giar(command, "nosuch/", *out)
        said = (
            "giar: nothing to read, so nothing is written: nosuch/: no such file or folder; check the path\n"
        )
        assert (done.status, done.out, done.err) == (1, "", said)
    assert list(tmp_path.iterdir()) == []
    old = write(tmp_path, name, "of an earlier run")
    assert giar(command, "nosuch/", "-o", name).status == 1
    assert old.read_bytes() == b"of an earlier run"


def test_device_is_no_file(giar: Run) -> None:
    assert giar("annotate", SAMPLE, "-o", os.devnull).status == 0


def test_show_prints_what_was_found_and_no_markup_of_the_text(giar: Run, tmp_path: Path) -> None:
    path = write(
        tmp_path, "a.txt", "一、总体情况\n公开[bold]信息[/bold]53条，\x1b[31m其中[red]网站12条[/].\n"
    )
    out = tmp_path / "a.jsonl"
    done = giar("annotate", path, "--show", "-o", out)
    assert done.status == 0
    assert "[bold]信息[/bold]53条" in done.out
    assert "\x1b" not in done.out
    assert "总体情况" in done.out
    assert "= 53 条" in done.out
    assert "1 statutory sections, 1 segments, 2 counts" in done.out
    assert len(out.read_bytes().splitlines()) == 1


def test_show_ends_with_tables_and_findings_in_80_columns(
    giar: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    shown = giar("annotate", SAMPLES / "2019_street_office.txt", "--show").out
    *_, tables, findings, end = re.split(r"^(?:tables|findings|uncertain: .*)\n", shown, flags=re.MULTILINE)
    assert tables.splitlines() == [
        "  proactive         trial2019    22 cells read, 0 uncertain, 0 blank",
        "  requests          trial2019    14 cells read, 0 uncertain, 147 blank",
        "  review_litigation trial2019    7 cells read, 0 uncertain, 8 blank",
    ]
    heads = re.findall(r"^  (\w.*?)  ([a-z_]+\.[a-z_]+-[0-9a-f]{12})$", findings, re.MULTILINE)
    (record,) = giar("annotate", SAMPLES / "2019_street_office.txt").records
    assert {head[1] for head in heads} == {finding["id"] for finding in record["findings"]}
    order = ["error", "warning", "info", "not assessable"]
    assert [head[0] for head in heads] == sorted((head[0] for head in heads), key=order.index)
    assert {head[0] for head in heads} == set(order)
    squeezed = "".join(findings.split())
    for finding in record["findings"]:
        assert "".join(finding["message"].split()) in squeezed
    assert end.endswith("3 tables, 10 findings\n")
    wide = "\u2e80"  # from here on a character takes two columns
    assert max(sum(1 + (char >= wide) for char in line) for line in (tables + findings).splitlines()) <= 80
    image = "清河县水利局2022年政府信息公开工作年度报告\n三、收到和处理政府信息公开申请情况\n[image]\n"
    shown = giar("annotate", write(tmp_path, "a.txt", image), "--show").out
    assert re.search(r"^  requests +unknown form not read: nothing stands there$", shown, re.MULTILINE)


def test_own_scheme(giar: Run, tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    assert giar("scheme", "copy", folder).status == 0
    done = giar("annotate", SAMPLE, "--scheme", folder)
    assert done.out == giar("annotate", SAMPLE).out
    write(folder, "themes.toml", "nonsense = 1")
    done = giar("annotate", SAMPLE, "--scheme", folder)
    assert done.status == 1
    assert "themes.toml: unknown key 'nonsense'" in done.err


# --- ready-made segments ----------------------------------------------------------------------------------------

UNITS: list[dict] = [
    {
        "id": "a",
        "text": "主动公开政府信息53条。",
        "heading": ["总体情况"],
        "report_year": 2020,
        "note": "mine",
    },
    {"id": "b", "text": "宣传不够。"},
]


def units_file(folder: Path) -> Path:
    return write(
        folder, "units.jsonl", "".join(json.dumps(unit, ensure_ascii=False) + "\n" for unit in UNITS)
    )


def test_units_keep_their_fields_and_get_labels(giar: Run, tmp_path: Path) -> None:
    done = giar("annotate", "--units", units_file(tmp_path))
    assert done.status == 0
    first, second = done.records
    assert {name: first[name] for name in UNITS[0]} == UNITS[0]
    assert [theme["label"] for theme in first["themes"]] == ["proactive_disclosure"]
    (found,) = first["counts"]
    assert first["text"][found["start"] : found["end"]] == found["text"] == "53条"
    assert (found["year"], found["attributes"]) == (2020, {})
    assert "problem" in [theme["label"] for theme in second["themes"]]
    assert second["counts"] == []


def test_classify_and_counts_give_their_part(giar: Run, tmp_path: Path) -> None:
    path = units_file(tmp_path)
    assert [set(record) - set(UNITS[0]) for record in giar("classify", path).records] == [{"themes"}] * 2
    assert [set(record) - set(UNITS[0]) for record in giar("counts", path).records] == [{"counts"}] * 2


def test_csv_may_give_heading_and_year(giar: Run, tmp_path: Path) -> None:
    rows = "text,heading,report_year\n举办培训3次,改进措施,2022\n举办培训3次,,\n举办培训3次,,二〇二二\n"
    units = write(tmp_path, "units.csv", rows.encode())
    done = giar("annotate", "--units", units)
    first, second = done.records
    assert done.status == 1
    assert (first["themes"][0]["label"], first["counts"][0]["year"]) == ("measure", 2023)
    assert (second["themes"][0]["label"], second["counts"][0]["year"]) == ("training", None)
    assert "line 4: report_year is '二〇二二'" in done.err


def test_segments_come_from_csv_and_plain_lines(giar: Run, tmp_path: Path) -> None:
    table = write(
        tmp_path, "units.csv", 'no,Text\n1,"公开53条，\n其中网站12条。"\n2,宣传不够。\n'.encode("gbk")
    )
    first, second = giar("counts", table).records
    assert (first["no"], len(first["counts"]), second["counts"]) == ("1", 2, [])
    lines = write(tmp_path, "lines.txt", "公开53条。\r\n\n宣传不够。\n")
    records = giar("counts", lines).records
    assert [(record["id"], record["text"]) for record in records] == [(1, "公开53条。"), (3, "宣传不够。")]
    out = tmp_path / "out.jsonl"
    giar("classify", lines, "-o", out)
    assert out.read_text(encoding="utf-8") == giar("classify", lines).out


def test_a_bad_line_does_not_stop_the_rest(giar: Run, tmp_path: Path) -> None:
    path = write(
        tmp_path, "units.jsonl", '{"text": "公开53条。"}\nnonsense\n{"id": 3}\n{"text": "公开2条。"}\n'
    )
    done = giar("annotate", "--units", path)
    assert (done.status, len(done.records)) == (1, 2)
    errors = [json.loads(line)["error"]["message"] for line in done.err.splitlines()]
    assert ["line 2: no JSON" in errors[0], 'line 3: no unit: it has no "text"' in errors[1]] == [True, True]


@pytest.mark.parametrize(("name", "data", "said"), [
    ("a.csv", "no,words\n1,a\n", "has no column 'text' of texts, only no, words; rename one, or name it with --text-column"),
    ("a.csv", "", "has no columns"),
    ("a.txt", b"a\0b", "binary"),
])  # fmt: skip
def test_input_without_texts_is_told(
    giar: Run, tmp_path: Path, name: str, data: str | bytes, said: str
) -> None:
    done = giar("classify", write(tmp_path, name, data))
    assert done.status == 1
    assert said in done.err


@pytest.mark.parametrize(("name", "data"), [
    ("a.csv", "no,text,Words\n1,x,宣传不够。\n"),
    ("a.csv", "no,words,Words\n1,x,宣传不够。\n"),
    ("a.jsonl", '{"no": "1", "text": "x", "Words": "宣传不够。"}\n'),
])  # fmt: skip
def test_the_column_of_texts_can_be_named(giar: Run, tmp_path: Path, name: str, data: str) -> None:
    path = write(tmp_path, name, data)
    (record,) = giar("classify", path, "--text-column", "Words").records
    assert list(record.values())[:3] == ["1", "x", "宣传不够。"]
    assert "problem" in [theme["label"] for theme in record["themes"]]
    assert giar("counts", path, "--text-column", "Words").records[0]["counts"] == []
    done = giar("classify", path, "--text-column", "body")
    assert (done.status, done.out) == (1, "")
    assert "has no column 'body' of texts, only no, " in done.err


def test_plain_lines_have_no_columns(giar: Run, tmp_path: Path) -> None:
    done = giar("classify", write(tmp_path, "a.txt", "宣传不够。"), "--text-column", "body")
    assert (done.status, done.out) == (1, "")
    assert "plain lines have no column 'body'; leave --text-column out" in done.err


# --- evaluate and schemes ---------------------------------------------------------------------------------------


def test_evaluate_scores_reports_units_and_cases(giar: Run, tmp_path: Path) -> None:
    gold = SAMPLES / "gold.jsonl"
    done = giar("evaluate", gold)
    assert done.status == 0
    assert re.search(r"^segments +\d\.\d{3}", done.out, re.MULTILINE)
    assert re.search(r"^themes_macro", done.out, re.MULTILINE)
    scores = json.loads(giar("evaluate", gold, gold, "--json").out)
    assert (scores["segments"]["f1"], scores["themes_macro_f1"], scores["counts_typed"]["f1"]) == (1, 1, 1)
    cases = ROOT / "tests" / "cases" / "counts_develop.toml"
    assert "counts_typed" in giar("evaluate", cases, "--misses").out
    units = tmp_path / "units.jsonl"
    giar("annotate", "--units", units_file(tmp_path), "-o", units.with_name("found.jsonl"))
    found = units.with_name("found.jsonl")
    assert json.loads(giar("evaluate", found, "--json", "--misses").out)["misses"] == []


def test_wrong_gold_is_told(giar: Run, tmp_path: Path) -> None:
    done = giar("evaluate", write(tmp_path, "gold.jsonl", '{"text": 1}\n'))
    assert done.status == 1
    assert "gold.jsonl, line 1: no unit" in done.err


def test_schemes_are_checked_and_shown(giar: Run, tmp_path: Path) -> None:
    assert "default scheme: in order" in giar("scheme", "check").out
    done = giar("scheme", "check", tmp_path)
    assert (done.status, done.out) == (1, "")
    assert "scheme.toml: cannot be read" in done.err
    listed = giar("scheme", "show").out
    assert "培训" in listed
    assert "info_published" in listed
    assert "    + " in giar("scheme", "show", "training").out
    assert "units: " in giar("scheme", "show", "meeting").out
    assert re.search(r"^\d+ segments, \d+ rules", giar("scheme", "rules", SAMPLES / "gold.jsonl").out)


# --- the process ------------------------------------------------------------------------------------------------


def test_help_loads_next_to_nothing() -> None:
    code = (
        "import sys\n"
        "from giar_nlp.cli import main\n"
        "sys.argv = ['giar', '--help']\n"
        "try:\n    main()\nexcept SystemExit as left:\n    assert not left.code\n"
        "heavy = {'lxml', 'numpy', 'orjson', 'pydantic', 'regex', 'rich', 'rjieba', 'sklearn', 'spacy'}\n"
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert "annotate" in done.stdout
    assert done.stderr == "[]\n"


def test_a_run_loads_nothing_heavy() -> None:
    code = (
        "import sys\n"
        "from giar_nlp.cli import main\n"
        f"sys.argv = ['giar', 'annotate', {str(SAMPLE)!r}, '-o', {os.devnull!r}]\n"
        "try:\n    main()\nexcept SystemExit as left:\n    assert not left.code\n"
        "print(sorted({'spacy', 'sklearn', 'scipy', 'pandas', 'rich', 'pebble', 'jieba'} & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=ROOT)
    assert (done.stdout, done.stderr) == ("[]\n", "")


def test_importing_the_package_loads_nothing() -> None:
    code = "import sys, giar_nlp; print([name for name in sys.modules if name.startswith('giar_nlp.')])"
    assert subprocess.check_output([sys.executable, "-c", code], text=True, cwd=ROOT) == "[]\n"


@pytest.mark.parametrize("options", [["--no-text"], ["--show"]])
def test_a_reader_that_leaves_is_no_fault(options: list[str]) -> None:
    command = [*GIAR, "annotate", *([str(SAMPLES)] * 1), *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.read(10)
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait() == 0


def test_a_terminal_that_cannot_show_chinese_is_no_fault() -> None:
    for command in (["annotate", str(SAMPLE), "--show"], ["scheme", "show"], ["annotate", "没有.txt"]):
        environment = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
        done = subprocess.run([*GIAR, *command], capture_output=True, check=False, cwd=ROOT, env=environment)
        assert b"Traceback" not in done.stderr


no_windows = pytest.mark.skipif(os.name == "nt", reason="Ctrl-C is another thing there")
BY_CTRL_C = {130, -signal.SIGINT}  # to a shell they are one; Python chooses by where the Ctrl-C came


@no_windows
@pytest.mark.parametrize("workers", [1, 2])
def test_ctrl_c_says_a_word_and_writes_nothing(tmp_path: Path, workers: int) -> None:
    for number in range(400):
        write(tmp_path, f"{number}.txt", SAMPLE.read_bytes())
    out = tmp_path / "out.jsonl"
    command = [*GIAR, "annotate", str(tmp_path), "-o", str(out), "-w", str(workers)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, cwd=ROOT, start_new_session=True) as process:
        while process.poll() is None and not list(tmp_path.glob(".out.jsonl.*")):
            time.sleep(0.01)
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
        while workers > 1 and children.exists() and len(children.read_bytes().split()) < workers:
            time.sleep(0.01)  # workers that still load their modules are no reason for a traceback
        os.killpg(process.pid, signal.SIGINT)
        assert process.stderr is not None
        assert process.stderr.read() == b"giar: interrupted\n"
        assert process.wait() in BY_CTRL_C
    assert [path.name for path in tmp_path.glob("*out*")] == []
    assert [path.name for path in tmp_path.glob(".*")] == []


@no_windows
@pytest.mark.parametrize("module", ["typer", "giar_nlp.errors", "orjson", "pydantic", "numpy"])
def test_ctrl_c_while_modules_load_is_no_traceback(module: str) -> None:
    code = (
        "import os, signal, sys\n"
        "class Interrupting:\n"
        "    def find_spec(self, name, *rest):\n"
        f"        if name == {module!r}:\n"
        "            os.kill(os.getpid(), signal.SIGINT)\n"
        "sys.meta_path.insert(0, Interrupting())\n"
        f"sys.argv = ['giar', 'annotate', {str(SAMPLE)!r}]\n"
        "from giar_nlp.__main__ import main\n"
        "main()\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False, cwd=ROOT)
    assert (done.stdout, done.stderr) == (b"", b"giar: interrupted\n")
    assert done.returncode in BY_CTRL_C


def test_the_command_is_the_module() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["scripts"] == {"giar": "giar_nlp.__main__:main"}
