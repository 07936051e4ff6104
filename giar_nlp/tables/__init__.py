"""The statutory tables of a report, and the identities that prove them.

`TableReader` reads them: `lexing` cuts lines and marked cells into pieces, `labels` knows the labels of all
forms, `assembling` gives values to rows, `fitting` gives them columns, `settling` holds the sums against
them, `reading` knows the order and makes the records. `identities` evaluates the identities of the form,
`years` those over several reports.
"""

from giar_nlp.tables.identities import Claim, Operand, Proof, compare, form_of, prove
from giar_nlp.tables.reading import TableReader, without_cells

__all__ = ["Claim", "Operand", "Proof", "TableReader", "compare", "form_of", "prove", "without_cells"]
