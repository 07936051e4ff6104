"""The exception family.

::

    GiarError
    ├── ReadError      a file cannot be read as a report
    ├── SchemeError    a scheme folder is wrong
    ├── CorpusError    a gold or unit file is wrong
    ├── ModelError     a model folder is wrong or does not fit
    ├── ExportError    an output cannot be written
    ├── LimitError     a report takes more time or memory than it may
    └── CrashError     the process that read a report died over it

A strange report is not an error: any text analyses without raising.
"""


class GiarError(Exception):
    """Something the caller can mend; the message says what, where and how."""


class ReadError(GiarError):
    """A file cannot be read as a report."""


class SchemeError(GiarError):
    """A scheme folder is wrong: the message names file, key and mend."""


class CorpusError(GiarError):
    """A line of a gold or unit file is wrong: the message names file, line and mend."""


class ModelError(GiarError):
    """A model folder is wrong, or does not fit the scheme."""


class ExportError(GiarError):
    """An output cannot be written."""


class LimitError(GiarError):
    """A report takes more time or memory than it may."""


class CrashError(GiarError):
    """The process that read a report died over it."""
