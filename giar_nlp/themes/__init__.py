"""Themes: what a segment does (at most one role) and what it is about (its topics).

`labeler` weighs the hits of the scheme's rules, `places` says what the headings promise.
"""

from giar_nlp.themes.labeler import ThemeLabeler, theme_words

__all__ = ["ThemeLabeler", "theme_words"]
