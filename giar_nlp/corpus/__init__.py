"""Looks after gold: reports written as marked text, and what a corpus of records must hold.

`marked` turns marked text into gold records, `entries` reads a corpus, `checking` finds its faults,
`stats` says what it is made of, `splitting` parts it and puts it together.
"""

from giar_nlp.corpus.checking import MOST_SHARED, Fault, check_corpus, shared_shingles
from giar_nlp.corpus.entries import Entry, read_corpus
from giar_nlp.corpus.marked import MarkedReader, read_marked
from giar_nlp.corpus.splitting import GROUPS, merge_entries, split_entries
from giar_nlp.corpus.stats import CorpusStats, Cues, describe_corpus, missing_figures

__all__ = [
    "GROUPS",
    "MOST_SHARED",
    "CorpusStats",
    "Cues",
    "Entry",
    "Fault",
    "MarkedReader",
    "check_corpus",
    "describe_corpus",
    "merge_entries",
    "missing_figures",
    "read_corpus",
    "read_marked",
    "shared_shingles",
    "split_entries",
]
