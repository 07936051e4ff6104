"""Counts: candidates and stated zeros get a kind, a nature, a year, a whole and attributes.

`finder` runs the steps in order; each of the other files knows one of them.
"""

from giar_nlp.counts.finder import CountFinder, Setting

__all__ = ["CountFinder", "Setting"]
