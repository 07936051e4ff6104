"""Time giar_nlp's counts beside other number finders, and show what each finds on held-out cases.

All get the same segments, cut beforehand, and take turns; giar_nlp's clock holds its reading of the text.
"""

import logging
import sys
import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from difflib import SequenceMatcher
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING

from giar_nlp.analyzer import load
from giar_nlp.counts import CountFinder
from giar_nlp.evaluation import predict_units, read_cases
from giar_nlp.jsonl import Unit
from giar_nlp.reading import Reader
from giar_nlp.types import Count

if TYPE_CHECKING:
    from scripts.peers import PEERS, Number, any_of
else:
    from peers import PEERS, Number, any_of  # a script's own folder is on its path

ROUNDS = 15
