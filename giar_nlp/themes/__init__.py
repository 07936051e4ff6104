"""Themes: what a segment does (at most one role) and what it is about (its topics).

`telling` reads what each clause tells, `places` what the headings promise, `labeler` weighs and decides.
"""

from giar_nlp.themes.labeler import ThemeLabeler, theme_words

__all__ = ["ThemeLabeler", "theme_words"]
