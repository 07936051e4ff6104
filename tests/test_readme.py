"""The two READMEs say the same, and what they name is what the scheme holds."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from giar_nlp.scheme import load_scheme

ROOT = Path(__file__).parents[1]
ENGLISH, CHINESE = ((ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "README.zh-CN.md"))
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def commands(block: str) -> list[str]:
    """The lines of a block without what is said of them, in no order."""
    return sorted(line.partition("#")[0].strip() for line in block.splitlines())


@pytest.mark.parametrize("readme", [ENGLISH, CHINESE], ids=["en", "zh"])
def test_every_theme_and_kind_stands_with_its_chinese_name(readme: str) -> None:
    scheme = load_scheme()
    named = {theme.id: theme.name for theme in scheme.themes.values()}
    named |= {kind.id: kind.name for kind in scheme.kinds.values()}
    assert (
        dict(re.findall(r"\| `([a-z_]+)` \| ([^|]*[\u4e00-\u9fff][^|]*?) (?=\|)", _tables(readme))) == named
    )


def _tables(readme: str) -> str:
    """The rows of two columns over and over, an id and a name each."""
    return "\n".join(
        line for line in readme.splitlines() if re.match(r"\| `[a-z_]+` \| [^|]+ \| `[a-z_]+` \|", line)
    )


def test_both_have_the_same_sections_and_blocks() -> None:
    levels = [re.findall(r"^(#+) \S", BLOCK.sub("", readme), re.MULTILINE) for readme in (ENGLISH, CHINESE)]
    assert levels[0] == levels[1]
    blocks = [BLOCK.findall(readme) for readme in (ENGLISH, CHINESE)]
    assert [language for language, _ in blocks[0]] == [language for language, _ in blocks[1]]
    for (language, ours), (_, theirs) in zip(*blocks, strict=True):
        if language != "python":  # the Chinese example shows less of each count
            assert commands(ours) == commands(theirs)


def test_both_have_the_same_figures_in_the_same_rows() -> None:
    """All numbers of the tables, read row by row: none is translated, none forgotten."""
    rows = [
        [sorted(re.findall(r"\d+(?:[.,]\d+)*", line)) for line in readme.splitlines() if line.startswith("|")]
        for readme in (ENGLISH, CHINESE)
    ]
    assert [row for row in rows[0] if row] == [row for row in rows[1] if row]
