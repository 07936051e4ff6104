"""The commands that look after gold."""

from __future__ import annotations

from pathlib import Path

from typer.testing import CliRunner

from giar_nlp.cli import app

CASES = Path(__file__).parent / "cases" / "corpus"
runner = CliRunner()


def _run(*arguments: str | Path, status: int = 0) -> str:
    result = runner.invoke(app, ["corpus", *map(str, arguments)])
    assert result.exit_code == status, result.output
    return result.output + result.stdout_bytes.decode()


def test_marked_texts_are_built_checked_described_split_and_merged(tmp_path: Path) -> None:
    gold = tmp_path / "gold"
    gold.mkdir()
    for name in ("bureau", "town"):
        _run("build", CASES / f"{name}.txt", "-o", gold / f"{name}.jsonl")
    assert "2 reports, 11 segments: no faults" in _run("check", gold)
    assert "info_published" in _run("stats", gold)
    parted = tmp_path / "parted"
    _run("split", gold, "-o", parted, "--by", "hand", "--shares", "1,0,1")
    assert sorted(path.parent.name for path in parted.rglob("*.jsonl")) == ["test", "train"]
    merged = tmp_path / "all.jsonl"
    _run("merge", parted, "-o", merged)
    assert merged.read_bytes() == b"".join(
        (gold / f"{name}.jsonl").read_bytes() for name in ("bureau", "town")
    )


def test_what_is_wrong_or_lacking_gives_status_1(tmp_path: Path) -> None:
    gold = tmp_path / "gold.jsonl"
    _run("build", CASES / "town.txt", "-o", gold)
    doubled = tmp_path / "doubled.jsonl"
    doubled.write_bytes(gold.read_bytes() * 2)
    assert "the same text as" in _run("check", doubled, status=1)
    targets = tmp_path / "targets.toml"
    targets.write_text("[themes]\nfees = 1\n", "utf-8")
    assert "too few: themes, fees: 0 of 1" in _run("stats", gold, "--targets", targets, status=1)
    (tmp_path / "real.txt").write_text(
        "政府网站上晒出信息12条，村务公开栏换贴6期。经办人员换得勤，业务接不上。", "utf-8"
    )
    assert "of its text stands in" in _run("check", gold, "--against", tmp_path, status=1)


def test_wrong_use_gives_status_2(tmp_path: Path) -> None:
    gold = tmp_path / "gold.jsonl"
    _run("build", CASES / "town.txt", "-o", gold)
    _run("split", gold, "-o", tmp_path / "x", "--by", "colour", status=2)
    _run("split", gold, "-o", tmp_path / "x", "--shares", "all", status=2)
