"""Segments a second and F1 of `giar classify` beside two rivals trained on the same segments, in one run.

python scripts/bench_classify.py [TRAIN TEST]     (folders of gold records; default: those of corpora/gold)
"""

import sys
from functools import partial
from pathlib import Path

from giar_nlp.analyzer import Analyzer
from giar_nlp.classifying import Classifier, Cut
from giar_nlp.evaluation import Judged, score_labels
from giar_nlp.evaluation.timing import median_seconds, seconds_over
from giar_nlp.jsonl import Unit
from giar_nlp.rows import read_gold_reports
from giar_nlp.scheme import load_scheme
from giar_nlp.training import Wish, learn
from giar_nlp.types import Segment
from rivals import Classify, Labels, jieba_tfidf, spacy_bow

GOLD = Path(__file__).parents[1] / "corpora" / "gold"
ROUNDS = 3


def segments_of(folder: Path) -> list[Segment]:
    """All gold segments of a folder."""
    return [segment for _, report in read_gold_reports(folder) for segment in report.segments]


def labels_of(segments: list[Segment]) -> Labels:
    """The gold labels of each segment."""
    return [frozenset(theme.label for theme in segment.themes) for segment in segments]


train, test = map(Path, sys.argv[1:3]) if sys.argv[2:] else (GOLD / "train", GOLD / "test")
seen, unseen = segments_of(train), segments_of(test)
texts, wanted = [segment.text for segment in unseen], labels_of(unseen)
model = learn(train, Wish(name="bench")).model
classifier = Classifier(analyzer=Analyzer(load_scheme(), model), model=model, cut=Cut())
units = [Unit(segment.text, segment.headings, section=segment.section) for segment in unseen]
sides: dict[str, Classify] = {
    "giar": lambda _: [
        frozenset(t.label for t in one.unit.themes or ()) for one in classifier.classify(units)
    ],
    "jieba + TF-IDF": jieba_tfidf([segment.text for segment in seen], labels_of(seen)),
    "spaCy TextCatBOW": spacy_bow([segment.text for segment in seen], labels_of(seen)),
}
took = median_seconds(
    {name: partial(seconds_over, side, [texts]) for name, side in sides.items()}, rounds=ROUNDS
)
for name, side in sides.items():
    pairs = zip(texts, wanted, side(texts), strict=True)
    figures = score_labels([Judged(str(n), "", *pair) for n, pair in enumerate(pairs)]).figures
    f1 = f"micro F1 {figures['micro_f1'].value:.3f}, macro {figures['macro_f1'].value:.3f}"
    print(f"{name:18}{len(texts) / took[name]:9,.0f} segments/s   {f1}")
