"""The classifier: what it sees of a segment, how it works on arrays, and its folder.

`samples` says what it sees, `grams` finds runs of characters, `classifier` is the work itself, `folder`
reads and writes a model.
"""

from giar_nlp.model.classifier import (
    LIMIT,
    SURE,
    Choice,
    FloatArray,
    Heard,
    Looked,
    Model,
    Strongest,
    mix_inputs,
    sigmoid,
    sure_name,
)
from giar_nlp.model.folder import CARD, META, load_model, save_model
from giar_nlp.model.grams import GramTable, runs_of
from giar_nlp.model.samples import Sample, tokens_of

__all__ = [
    "CARD",
    "LIMIT",
    "META",
    "SURE",
    "Choice",
    "FloatArray",
    "GramTable",
    "Heard",
    "Looked",
    "Model",
    "Sample",
    "Strongest",
    "load_model",
    "mix_inputs",
    "runs_of",
    "save_model",
    "sigmoid",
    "sure_name",
    "tokens_of",
]
