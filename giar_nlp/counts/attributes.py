"""Channel, category, outcome and applicant of a mention, as the text has them.

Source: codebook section 3, field ``attributes``: only those that the kind's row names, the shortest phrase.
"""

import re
from collections.abc import Sequence

from giar_nlp.patterns import compiled
from giar_nlp.scheme import Scheme

_LONGEST = 30
_QUOTES = ("“”", "《》", "‘’")

Found = tuple[str, int, int]
"""An attribute's name, and where its text stands."""


def _any_word(words: Sequence[str]) -> str:
    return "(?:" + "|".join(map(re.escape, sorted(words, key=len, reverse=True))) + ")"


class AttributeReader:
    """Cuts attributes out of the words before a number."""

    def __init__(self, scheme: Scheme) -> None:
        shapes = scheme.counting.attributes
        self._kinds = scheme.kinds
        self._stop = compiled(scheme.pattern_of(shapes.stop))
        self._channel = compiled(_any_word(scheme.words_of(shapes.channel)))
        self._lead = compiled(scheme.pattern_of(shapes.lead))
        self._means = compiled(scheme.pattern_of(shapes.means))
        self._verb = compiled("|".join(map(scheme.pattern_of, shapes.verbs)))
        self._plain = compiled(scheme.pattern_of(shapes.plain))
        self._tail = compiled(scheme.pattern_of(shapes.tail) + "$")
        self._never = compiled("|".join(map(scheme.pattern_of, shapes.never)))
        joint = _any_word(scheme.words_of(shapes.joints))
        self._words = {
            (kind.id, name): compiled(f"{(words := _any_word(scheme.words_of(listed)))}(?:{joint}{words})*")
            for kind in scheme.kinds.values()
            for name, listed in kind.attribute_words.items()
        }

    def read(self, text: str, kind: str, start: int, end: int) -> list[Found]:
        """What a mention of this kind carries, by the words of its reading from `start` to `end`."""
        form = self._kinds[kind]
        if not form.attributes:
            return []
        low = start
        for stop in self._stop.finditer(text, start, end):
            low = stop.end()
        if form.attribute_words:
            found = ((name, self._words[kind, name].search(text, low, end)) for name in form.attribute_words)
            return [(name, match.start(), match.end()) for name, match in found if match]
        return self._phrases(text, low, end, follows=start > 0 or low > start)

    def _phrases(self, text: str, start: int, end: int, *, follows: bool) -> list[Found]:
        """Channel and category in a phrase such as 通过网站公开财政信息.

        What stands before the verb is the channel, or the agency; after it stands the category. In a list
        (`follows`) the name before the verb, or the phrase without a verb, is the category.
        """
        verbs = list(self._verb.finditer(text, start, end))
        if not verbs:
            phrase = self._trim(text, start, end)
            if not follows or phrase is None:
                return []
            return [("channel" if self._channel.search(text, *phrase) else "category", *phrase)]
        found: list[Found] = []
        means = list(self._means.finditer(text, start, verbs[0].start()))
        before = self._trim(text, means[-1].end() if means else start, verbs[0].start())
        after = self._trim(text, verbs[-1].end(), end)
        if before and self._channel.search(text, *before):
            found.append(("channel", *before))
        elif before and after is None and (follows or text[before[0] - 1 : before[0]] == "“"):
            found.append(("category", *before))
        if after and self._channel.search(text, *after) and not found:
            found.append(("channel", *after))
        elif after and all(name != "category" for name, _, _ in found):
            found.append(("category", *after))
        return found

    def _trim(self, text: str, low: int, high: int) -> tuple[int, int] | None:
        """The phrase itself: without leading words, filler at its end, and quotes about the whole of it."""
        if lead := self._lead.match(text, low, high):
            low = lead.end()
        if tail := self._tail.search(text, low, high):
            high = tail.start()
        if high - low > 2 and text[low] + text[high - 1] in _QUOTES and text[low] not in text[low + 1 : high]:
            low, high = low + 1, high - 1
        if not 2 <= high - low <= _LONGEST or self._plain.fullmatch(text, low, high):
            return None
        return None if self._never.search(text, low, high) else (low, high)
