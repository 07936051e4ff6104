"""Zipped forms of the written report: the parts that stand in files, and those that are made."""

import io
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path

PARTS = Path(__file__).parents[1] / "tests/forms/parts"


def read_parts(format: str) -> dict[str, str]:
    """The parts of a format that stand in files, by their name in the zip file."""
    folder = PARTS / format
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in files}


def pack(parts: Mapping[str, str], without: Iterable[str] = ()) -> bytes:
    """A zip file of parts; the same bytes whenever it is made."""
    with zipfile.ZipFile(out := io.BytesIO(), "w") as packed:
        for name in sorted(set(parts) - set(without)):
            packed.writestr(zipfile.ZipInfo(name), parts[name], zipfile.ZIP_DEFLATED)
    return out.getvalue()
