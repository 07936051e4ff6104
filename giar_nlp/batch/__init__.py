"""Many files through the analyzer: results in the order of the input, one bad file never stopping the rest.

`annotate_files` gives what becomes of each file; a `Run` writes that to a file and survives interruptions.
"""

from giar_nlp.batch.inputs import Inputs
from giar_nlp.batch.pool import (
    MAX_MEGABYTES,
    MAX_SECONDS,
    Found,
    Job,
    Outcome,
    annotate_files,
    choose_workers,
)
from giar_nlp.batch.run import Run
from giar_nlp.batch.tally import Tally, tallied

__all__ = [
    "MAX_MEGABYTES",
    "MAX_SECONDS",
    "Found",
    "Inputs",
    "Job",
    "Outcome",
    "Run",
    "Tally",
    "annotate_files",
    "choose_workers",
    "tallied",
]
