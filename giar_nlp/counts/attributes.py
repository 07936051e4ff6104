"""Channel, category, outcome and applicant of a mention, as the text has them.

Source: codebook section 3, field ``attributes``: only those that the kind's row names, the shortest phrase.
"""

import regex

from giar_nlp.scheme import Scheme

_STOP = regex.compile(r"[，。；：！？（）]")
_LONGEST = 24


def _any_word(words: tuple[str, ...]) -> "regex.Pattern[str]":
    return regex.compile("|".join(map(regex.escape, sorted(words, key=len, reverse=True))))


class AttributeReader:
    """Cuts attributes out of the words before a number."""

    def __init__(self, scheme: Scheme) -> None:
        shapes = scheme.counting.attributes
        self._kinds = scheme.kinds
        self._channel = _any_word(scheme.words_of(shapes.channel))
        self._lead = regex.compile(scheme.pattern_of(shapes.lead))
        self._verb = regex.compile(scheme.pattern_of(shapes.verbs))
        noun = scheme.pattern_of(shapes.nouns)
        self._noun_end = regex.compile(f"(?:{noun})+$")
        self._verb_end = regex.compile(f"(?:{scheme.pattern_of(shapes.verbs)}|{noun})+$")
        self._words = {
            (kind.id, name): _any_word(scheme.words_of(words))
            for kind in scheme.kinds.values()
            for name, words in kind.attribute_words.items()
        }

    def read(self, text: str, kind: str, start: int, end: int) -> list[tuple[str, int, int]]:
        """Name and place of each attribute that a mention of this kind has in a stretch of its reading."""
        names = self._kinds[kind].attributes
        if not names:
            return []
        for stop in _STOP.finditer(text, start, end):
            start = stop.end()
        found = []
        for name in names:
            if words := self._words.get((kind, name)):
                matches = list(words.finditer(text, start, end))
                if matches:
                    found.append((name, matches[-1].start(), matches[-1].end()))
        if not self._kinds[kind].attribute_words and "channel" in names:
            found.extend(self._phrases(text, start, end))
        return found

    def _phrases(self, text: str, start: int, end: int) -> list[tuple[str, int, int]]:
        """Channel and category in a phrase such as 通过网站公开财政信息."""
        verbs = [verb for verb in self._verb.finditer(text, start, end) if verb.end() > verb.start()]
        found: list[tuple[str, int, int]] = []
        pieces = [(start, end)] if not verbs else [(start, verbs[0].start()), (verbs[-1].end(), end)]
        for low, high in pieces:
            low, high = self._trim(text, low, high)
            if 2 <= high - low <= _LONGEST:
                name = "channel" if self._channel.search(text, low, high) else "category"
                if all(name != other for other, _, _ in found):
                    found.append((name, low, high))
        return found

    def _trim(self, text: str, low: int, high: int) -> tuple[int, int]:
        if lead := self._lead.match(text, low, high):
            low = lead.end()
        if tail := self._noun_end.search(text, low, high):
            rest = tail.start()
            if rest <= low:
                return low, low
        return low, high
