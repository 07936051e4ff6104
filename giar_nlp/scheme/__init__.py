"""The label scheme: everything about the language, read from a folder of files and validated.

`load_scheme` is the door. `forms`, `count_forms` and the like say what each file may hold, `loading` reads
the files, `checking` compares them with each other.
"""

from giar_nlp.scheme.check_forms import Check, CheckFamily, Language, Organs
from giar_nlp.scheme.count_forms import BoundWords, CountKind, Cue, Guard, Numbers, Zero, ZeroShapes
from giar_nlp.scheme.counting_forms import Counting, Joint
from giar_nlp.scheme.forms import AT_START, Deciding, Part, Rule, Theme
from giar_nlp.scheme.layout_forms import Sign
from giar_nlp.scheme.loading import DEFAULT_FOLDER, Scheme, load_scheme
from giar_nlp.scheme.table_forms import FormEdition, Identity, TableBlock, TableColumn, TableForm, TableRow

__all__ = [
    "AT_START",
    "DEFAULT_FOLDER",
    "BoundWords",
    "Check",
    "CheckFamily",
    "CountKind",
    "Counting",
    "Cue",
    "Deciding",
    "FormEdition",
    "Guard",
    "Identity",
    "Joint",
    "Language",
    "Numbers",
    "Organs",
    "Part",
    "Rule",
    "Scheme",
    "Sign",
    "TableBlock",
    "TableColumn",
    "TableForm",
    "TableRow",
    "Theme",
    "Zero",
    "ZeroShapes",
    "load_scheme",
]
