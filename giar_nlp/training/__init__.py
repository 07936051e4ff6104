"""A corpus to a model.

`fitting` finds weights by scikit-learn, `search` tries several ways,
`learning` joins them, `card` says what people should know of the model.
"""

from giar_nlp.training.card import write_card
from giar_nlp.training.learning import Learned, Wish, gold_material, learn, learn_part

__all__ = [
    "Learned",
    "Wish",
    "gold_material",
    "learn",
    "learn_part",
    "write_card",
]
