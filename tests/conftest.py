"""What all tests share: the golden files, the flags that rewrite files, and how long properties are tried."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

GOLDEN = Path(__file__).parent / "golden"

# Machines differ in speed, and the first example loads dictionaries: time alone fails no property.
settings.register_profile("quick", deadline=None, max_examples=50)
settings.register_profile("long", deadline=None, max_examples=2000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden",
        action="store_true",
        help="write what the code gives now to tests/golden; read the diff like code",
    )
    for direction, when in (("lower", "after a drop that is meant"), ("raise", "after a gain")):
        parser.addoption(
            f"--{direction}-floors",
            dest="floors",
            action="store_const",
            const=direction,
            help=f"{direction} the floors in corpora/floors.toml {when}, and pin gold files that were changed",
        )


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """A function `golden(name, text)` that compares text with the file of that name in tests/golden."""
    update: bool = request.config.getoption("--update-golden")

    def compare(name: str, text: str) -> None:
        path = GOLDEN / name
        if update:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode())
            return
        assert path.is_file(), f"no tests/golden/{name}: write it with pytest --update-golden"
        kept = path.read_bytes().decode()
        assert text == kept, f"tests/golden/{name} differs; if that is meant: pytest --update-golden"

    return compare
