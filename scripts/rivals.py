"""Classifiers to measure beside giar's: jieba with TF-IDF and logistic regression, spaCy's TextCatBOW."""

import logging
from collections.abc import Callable, Sequence

Texts = Sequence[str]
Labels = Sequence[frozenset[str]]
Classify = Callable[[Texts], Labels]

EPOCHS = 8


def jieba_tfidf(texts: Texts, gold: Labels) -> Classify:
    """Words of jieba, TF-IDF, one logistic regression a label."""
    import jieba
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.multiclass import OneVsRestClassifier
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import MultiLabelBinarizer

    jieba.setLogLevel(logging.ERROR)
    binarizer = MultiLabelBinarizer()
    model = make_pipeline(
        TfidfVectorizer(tokenizer=jieba.lcut, token_pattern=None, lowercase=False, ngram_range=(1, 2)),
        OneVsRestClassifier(LogisticRegression(C=30, solver="liblinear")),
    ).fit(texts, binarizer.fit_transform(gold))
    return lambda new: [frozenset(found) for found in binarizer.inverse_transform(model.predict(new))]


def spacy_bow(texts: Texts, gold: Labels) -> Classify:
    """The bag of words of spaCy on a blank Chinese pipeline, jieba inside."""
    import spacy
    from spacy import util
    from spacy.training import Example

    util.fix_random_seed(0)  # type: ignore[attr-defined]
    nlp = spacy.blank("zh", config={"nlp": {"tokenizer": {"segmenter": "jieba"}}})
    bow = {"@architectures": "spacy.TextCatBOW.v3", "exclusive_classes": False, "ngram_size": 2}
    part = nlp.add_pipe("textcat_multilabel", config={"model": {**bow, "no_output_layer": False}})
    labels = sorted({label for found in gold for label in found})
    for label in labels:
        part.add_label(label)  # type: ignore[attr-defined]
    examples = [
        Example.from_dict(nlp.make_doc(text), {"cats": {label: float(label in found) for label in labels}})
        for text, found in zip(texts, gold, strict=True)
    ]
    optimizer = nlp.initialize(lambda: examples)
    for _ in range(EPOCHS):
        for batch in util.minibatch(examples, size=64):  # type: ignore[no-untyped-call]
            nlp.update(batch, sgd=optimizer)
    return lambda new: [frozenset(c for c, p in doc.cats.items() if p >= 0.5) for doc in nlp.pipe(new)]
