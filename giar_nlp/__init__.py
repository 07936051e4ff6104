r"""Reads annual reports on open government information: segments, themes, counts, tables.

Example:
    >>> import giar_nlp
    >>> report = giar_nlp.load().annotate("一、总体情况\n全年主动公开政府信息53条。")
    >>> report.segments[0].counts[0].value
    53
"""

import importlib
import logging
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from giar_nlp.analyzer import Analyzer, load
    from giar_nlp.errors import (
        CorpusError,
        CrashError,
        ExportError,
        GiarError,
        LimitError,
        ModelError,
        ReadError,
        SchemeError,
    )
    from giar_nlp.readers import read
    from giar_nlp.types import (
        Block,
        Cell,
        Count,
        Document,
        Finding,
        Hit,
        MadeWith,
        Meta,
        Place,
        Report,
        Section,
        Segment,
        Source,
        StatutoryTable,
        TableValue,
        ThemeLabel,
    )

__version__ = "0.1.0"

__all__ = [
    "Analyzer",
    "Block",
    "Cell",
    "CorpusError",
    "Count",
    "CrashError",
    "Document",
    "ExportError",
    "Finding",
    "GiarError",
    "Hit",
    "LimitError",
    "MadeWith",
    "Meta",
    "ModelError",
    "Place",
    "ReadError",
    "Report",
    "SchemeError",
    "Section",
    "Segment",
    "Source",
    "StatutoryTable",
    "TableValue",
    "ThemeLabel",
    "load",
    "read",
]

_HOMES = {"Analyzer": "analyzer", "load": "analyzer", "read": "readers"}

logging.getLogger(__name__).addHandler(logging.NullHandler())


def __getattr__(name: str) -> object:
    """The public name, its module loaded now: importing the package alone loads nothing."""
    if name not in __all__:
        raise AttributeError(f"module '{__name__}' has no attribute '{name}'")
    home = _HOMES.get(name) or ("errors" if name.endswith("Error") else "types")
    return getattr(importlib.import_module(f"{__name__}.{home}"), name)


def __dir__() -> list[str]:
    return sorted({*__all__, "__version__"})
