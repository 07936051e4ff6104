"""Gold against predictions: what was found, what was right, and where the two differ.

`evaluate` compares reports, `evaluate_units` ready-made segments; `cases` reads hand-written case files.
"""

from giar_nlp.evaluation.cases import read_cases, read_gold
from giar_nlp.evaluation.comparing import evaluate, evaluate_units, predict, predict_units
from giar_nlp.evaluation.scores import Accuracy, Miss, Score, Scores

__all__ = [
    "Accuracy",
    "Miss",
    "Score",
    "Scores",
    "evaluate",
    "evaluate_units",
    "predict",
    "predict_units",
    "read_cases",
    "read_gold",
]
