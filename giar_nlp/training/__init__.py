"""A corpus to a model.

`rows` reads what is labelled, `fitting` finds weights by scikit-learn, `search` tries several ways,
`learning` joins them, `card` says what people should know of the model.
"""

from giar_nlp.training.card import write_card
from giar_nlp.training.learning import Learned, Wish, learn
from giar_nlp.training.rows import Columns, Row, read_rows

__all__ = ["Columns", "Learned", "Row", "Wish", "learn", "read_rows", "write_card"]
