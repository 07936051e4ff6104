"""Reads the cases of checks: a base report, words replaced, and what must come of it."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "cases" / "checks"
BASES = {path.stem: path.read_text(encoding="utf-8") for path in sorted(FOLDER.glob("*.txt"))}
DEFAULT = "bureau_2022"

_CELL = re.compile(r"(?<=\t)[\d.]+(?=\t|\n)")


def load_cases() -> list[dict[str, Any]]:
    """All checks with their cases, file by file."""
    return [
        check
        for path in sorted(FOLDER.glob("*.toml"))
        for check in tomllib.loads(path.read_text(encoding="utf-8"))["check"]
    ]


def report_of(case: dict[str, Any]) -> str:
    """The text of a case's report.

    `edit` replaces words, all that are found; `cut` takes away from one stretch of words up to another, and
    `put` stands in its place; `zero` makes every cell nothing and takes the sentences with numbers away.
    """
    text = case["text"] if "text" in case else BASES[case.get("base", DEFAULT)]
    if case.get("zero"):
        text = _CELL.sub("0", text)
        text = text.replace("\n1\t0\t", "\n0\t0\t")
        text = text.replace("，更新链接三处", "").replace("每季度制作图解一期", "制作水价图解")
        text = re.sub(r"[^。\n]*\d+(?:条|件|人次|次)[^。\n]*。", "", text)
    if "cut" in case:
        first, last = case["cut"]
        start = text.index(first)
        end = text.index(last, start)
        text = text[:start] + case.get("put", "") + text[end:]
    for old, new in case.get("edit", ()):
        assert old in text, f"{old!r} is not in the report"
        text = text.replace(old, new)
    return text
