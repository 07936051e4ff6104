"""What rules and classifier are worth alone and together: micro F1 on dev and test hands, or on other gold.

    python scripts/ablation.py [GOLD...]

Trains on the train hands with and without what the rules say. Segments are as in gold; 95 % intervals by
bootstrap over reports.
"""

import sys
from dataclasses import replace
from pathlib import Path

from giar_nlp.analyzer import RULES_ALONE, load
from giar_nlp.evaluation.labelling import Judged, compare_labels, score_labels
from giar_nlp.model import Model, Sample
from giar_nlp.rows import read_gold_reports
from giar_nlp.training.fitting import fit
from giar_nlp.training.learning import gold_material

GOLD = Path(__file__).parents[1] / "corpora" / "gold"
RULES = load(model=RULES_ALONE)


def alone(sample: Sample) -> Sample:
    """The sample without what the rules say of it."""
    return replace(sample, told={})


def judge(path: Path, model: Model | None) -> list[Judged]:
    """The segments with the labels that a classifier gives them, or the rules where there is none."""
    judged = []
    for number, (_, report) in enumerate(read_gold_reports(path)):
        told = RULES.samples(report)
        names = [[name.partition(" ") for name in sample.told] for sample in told]
        found = [frozenset(theme for what, _, theme in each if what == "label") for each in names]
        if model and told:
            samples = told if model.told else [alone(sample) for sample in told]
            rows = [zip(model.labels, row, strict=True) for row in model.choose(model.probabilities(samples))]
            found = [frozenset(theme for theme, on in row if on) for row in rows]
        for segment, labels in zip(report.segments, found, strict=True):
            gold = frozenset(theme.label for theme in segment.themes)
            judged.append(Judged(segment.id, str(number), segment.text, gold, labels))
    return judged


material = gold_material(GOLD / "train", None)
bare = replace(material.problem, samples=[alone(sample) for sample in material.problem.samples])
both, classifier = (
    fit(material.problem, material.spec),
    fit(bare, replace(material.spec, trust=1.0, caution=1.0)),
)
for path in [Path(name) for name in sys.argv[1:]] or [GOLD / "dev", GOLD / "test"]:
    together = judge(path, both.model)
    for name, model in {"rules": None, "classifier": classifier.model, "both": both.model}.items():
        judged = judge(path, model)
        micro, gain = score_labels(judged).figures["micro_f1"], compare_labels(judged, together).gain
        scores = f"{path.stem:8}{name:12}{micro.value:.3f} ({micro.low:.3f} to {micro.high:.3f})"
        print(f"{scores}  both gain {gain.value:+.3f} ({gain.low:+.3f} to {gain.high:+.3f})")
