"""The words that the reading of a PDF needs, from the package's data."""

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import cast


@cache
def pattern(name: str) -> re.Pattern[str]:
    """The pattern of a kind of line: a table of the data file."""
    return re.compile(said(name)["pattern"])


def said(name: str) -> Mapping[str, str]:
    """A table of the data file."""
    return _tables()[name]


@cache
def _tables() -> Mapping[str, Mapping[str, str]]:
    text = (files("giar_nlp") / "data" / "readers" / "pdf.toml").read_text(encoding="utf-8")
    return cast(Mapping[str, Mapping[str, str]], tomllib.loads(text))
