"""Weighs the elements of a page: how much prose stands in each."""

from collections.abc import Iterable

from lxml import etree

from giar_nlp.readers.limits import Watch
from giar_nlp.readers.web.page import drop
from giar_nlp.readers.web.signs import Signs

Element = etree._Element

_CELL = 4
"""A number in a cell counts for so many characters of prose."""
_LONGEST_NUMBER = 12
_ROUND = 4096


class Weights:
    """How much prose and how much text there is in each element of a page, in characters.

    Prose are the blocks in which a sentence ends, and the numbers of tables. Links are neither.

    Raises:
        ReadError: elements are nested more deeply than the limits allow.
    """

    def __init__(self, root: Element, signs: Signs, watch: Watch) -> None:
        self._stops = signs.wording.stops
        self._place: dict[Element, int] = {}
        self._text: list[int] = []
        self._ended: list[bool] = []
        parents: list[int] = []
        blocks: list[int] = []
        linked: list[bool] = []
        depths: list[int] = []
        for number, element in enumerate(root.iter()):
            tag = element.tag
            above = self._place.get(element.getparent(), -1) if number else -1  # type: ignore[arg-type]
            self._place[element] = number
            parents.append(above)
            self._text.append(0)
            self._ended.append(False)
            blocks.append(number if above < 0 or tag in signs.elements.blocks else blocks[above])
            linked.append(tag == "a" or (above >= 0 and linked[above]))
            depths.append((depths[above] if above >= 0 else 0) + (tag in signs.elements.holders))
            if depths[-1] > watch.limits.depth or not number % _ROUND:
                watch.check("depth", depths[-1], "elements inside each other")
            if (text := element.text) and not linked[-1]:
                self._add(text, blocks[-1])
            if above >= 0 and (text := element.tail) and not linked[above]:
                self._add(text, blocks[above])
        self._prose = [n if ended else 0 for n, ended in zip(self._text, self._ended, strict=True)]
        for cell in root.iter("td", "th"):
            if not self._prose[number := self._place[cell]] and _holds_number(cell):
                self._prose[number] = _CELL
        self._parents = parents
        self._own = (tuple(self._text), tuple(self._prose))
        self._sum_up()

    def _add(self, text: str, block: int) -> None:
        if n := sum(map(len, text.split())):
            self._text[block] += n
            if not self._ended[block] and any(stop in text for stop in self._stops):
                self._ended[block] = True

    def take_out(self, elements: Iterable[Element]) -> None:
        """Empty elements, and take what was in them off the weights of those around them."""
        texts, proses = map(list, self._own)
        for element in elements:
            for inner in element.iter():
                texts[self._place[inner]] = proses[self._place[inner]] = 0
            drop(element)
        self._own = (tuple(texts), tuple(proses))
        self._sum_up()

    def _sum_up(self) -> None:
        """Add what stands in each element to what stands around it."""
        self._text, self._prose = map(list, self._own)
        for number in range(len(self._parents) - 1, 0, -1):
            above = self._parents[number]
            self._text[above] += self._text[number]
            self._prose[above] += self._prose[number]

    def prose(self, element: Element) -> int:
        """The prose in an element."""
        return self._prose[self._place[element]]

    def text(self, element: Element) -> int:
        """All the text in an element but that of links."""
        return self._text[self._place[element]]


def _holds_number(cell: Element) -> bool:
    n = 0
    for text in map(str, cell.itertext()):
        stripped = text.strip()
        n += len(stripped)
        if n > _LONGEST_NUMBER or (stripped and not stripped.replace(".", "0").isdigit()):
            return False
    return n > 0
