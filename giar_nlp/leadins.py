"""Tells bare announcers (存在以下问题：) from lead-ins with a clause of their own."""

import re

from giar_nlp.markers import close_up
from giar_nlp.scheme import Scheme

_LONGEST = 90
_LONGEST_CLAUSE = 34
_CLAUSES = re.compile("[，；、：。]")


class LeadIns:
    """Reads lead-ins by the layout of a scheme."""

    def __init__(self, scheme: Scheme) -> None:
        self._announcer = re.compile(scheme.pattern_of(scheme.layout.announcer.pattern))
        self._adverbial = re.compile(scheme.pattern_of(scheme.layout.adverbial.pattern))
        self._open = scheme.layout.announcing

    def is_bare(self, text: str) -> bool:
        """Whether a stretch of folded text before items only announces them, and says nothing itself."""
        if text[-1] not in self._open or len(text) > _LONGEST:
            return False
        return self.says_nothing(text)

    def says_nothing(self, text: str) -> bool:
        """Whether every clause is an announcer, or only says when, on what ground, about what."""
        clauses = [clause for clause in _CLAUSES.split(close_up(text)) if clause]
        return all(
            len(clause) <= _LONGEST_CLAUSE
            and (self._announcer.search(clause) is not None or self._adverbial.match(clause) is not None)
            for clause in clauses
        )
