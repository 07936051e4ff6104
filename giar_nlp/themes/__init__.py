"""Themes: what a segment does (at most one role) and what it is about (its topics).

`telling` reads what each clause tells, `places` what the headings promise, `labeler` weighs and decides,
`combining` lets a classifier choose.
"""

from giar_nlp.themes.combining import Combiner, check_model, fits
from giar_nlp.themes.labeler import ThemeLabeler, Weighed, theme_words
from giar_nlp.themes.sampling import Prepared, Sampler

__all__ = ["Combiner", "Prepared", "Sampler", "ThemeLabeler", "Weighed", "check_model", "fits", "theme_words"]
