"""The reports of a corpus with the file and the split they stand in.

A corpus is a folder of gold records, one JSON lines file a hand (whoever wrote its reports), in the folder
of its split: ``train/h01.jsonl``, ``dev/…``, ``test/…``. Any other folder is a corpus without splits.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from giar_nlp.errors import CorpusError
from giar_nlp.jsonl import holds_reports, read_reports
from giar_nlp.packing import find_lines, lines_stem
from giar_nlp.types import Report

SPLITS = ("train", "dev", "test")


@dataclass(frozen=True, slots=True)
class Entry:
    """A report of a corpus; `hand` is the name of its file, `split` is empty outside the three splits."""

    report: Report
    file: Path
    hand: str
    split: str


def read_corpus(paths: Iterable[Path]) -> Iterator[Entry]:
    """The reports of gold files and of folders of them, in the order of their paths.

    Files of ready-made segments (units) are passed over.

    Raises:
        CorpusError: a path is missing, a folder holds no gold, or a line is wrong.
    """
    for path in paths:
        files = find_lines(path) if path.is_dir() else [path]
        files = [file for file in files if not path.is_dir() or holds_reports(file)]
        if not files:
            raise CorpusError(f"{path}: holds no gold records (.jsonl); name the file or folder that does")
        for file in files:
            split = file.parent.name if file.parent.name in SPLITS else ""
            for report in read_reports(file):
                yield Entry(report, file, lines_stem(file), split)
