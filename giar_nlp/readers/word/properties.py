"""What a word processor's file says of itself: its title, where that is believable."""

import re
import tomllib
from functools import cache
from importlib.resources import files

from giar_nlp.types import Properties

_LONGEST = 100


def properties_of(title: str | None) -> Properties:
    """The properties of a file that gives itself a title.

    Example:
        >>> properties_of("template 2").title
    """
    text = " ".join((title or "").split())
    return Properties(title=text if len(text) <= _LONGEST and _title().search(text) else None)


@cache
def _title() -> re.Pattern[str]:
    text = files("giar_nlp").joinpath("data/readers/properties.toml").read_text(encoding="utf-8")
    return re.compile(tomllib.loads(text)["title"])
