"""Gold against predictions: what was found, what was right, and where the two differ.

`evaluate` compares reports, `evaluate_units` ready-made segments; `cases` reads hand-written
case files; `labelling` scores labels alone, with intervals and a paired test, `judging` brings texts and
labels together, `proofs` scores tables and findings, `scoring` takes whatever can be scored,
`seen` tells a model that was trained on the gold, `rendering` shows it.
"""

from giar_nlp.evaluation.cases import read_cases, read_gold
from giar_nlp.evaluation.comparing import evaluate, evaluate_units, predict, predict_units
from giar_nlp.evaluation.labelling import (
    Comparison,
    Figure,
    Judged,
    LabelScores,
    compare_labels,
    score_labels,
)
from giar_nlp.evaluation.proofs import CellScore, FindingScore, ProofScores, score_proofs, with_comparisons
from giar_nlp.evaluation.scores import Accuracy, Miss, Score, Scores
from giar_nlp.evaluation.scoring import Scored, Task, score

__all__ = [
    "Accuracy",
    "CellScore",
    "Comparison",
    "Figure",
    "FindingScore",
    "Judged",
    "LabelScores",
    "Miss",
    "ProofScores",
    "Score",
    "Scored",
    "Scores",
    "Task",
    "compare_labels",
    "evaluate",
    "evaluate_units",
    "predict",
    "predict_units",
    "read_cases",
    "read_gold",
    "score",
    "score_labels",
    "score_proofs",
    "with_comparisons",
]
