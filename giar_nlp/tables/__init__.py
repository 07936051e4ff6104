"""The statutory tables of a report, and the identities that prove them.

`identities` evaluates those of the form, `years` those over several reports.
"""

from giar_nlp.tables.identities import Claim, Operand, Proof, compare, form_of, prove

__all__ = ["Claim", "Operand", "Proof", "compare", "form_of", "prove"]
