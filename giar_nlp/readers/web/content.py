"""Finds where the text of a page stands: by the names of elements, else by where its prose is."""

import re
from collections.abc import Callable, Sequence

from lxml import etree

from giar_nlp.readers.limits import Watch
from giar_nlp.readers.web.page import hidden_elements, names_of, text_of
from giar_nlp.readers.web.signs import Signs
from giar_nlp.readers.web.weights import Weights

Element = etree._Element

_MOSTLY = 0.6
"""Where so much of the prose is hidden, a script shows it: then it is text."""
_FURNISHED = 0.3
"""What holds so much of the prose is no furniture, whatever its name."""
_ENOUGH = 0.5
"""An element that is named for it holds the text if it has so much of the prose."""
_NEARLY = 0.97
_LITTLE = 10
"""With less prose than this, all text counts."""
_MOST_BESIDE = 200
"""So many characters of title, signature and page information may stand beside the text."""
_SHORT = 60
_MOST_LINKS = 6
_ROWS = frozenset({"table", "tbody", "tfoot", "thead", "tr"})
_NAME_PART = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")

Measure = Callable[[Element], int]


def take_out_furniture(root: Element, hidden: frozenset[str], signs: Signs, watch: Watch) -> Weights:
    """Take out of a page what is hidden and what is named as furniture; the weights of what stays.

    Args:
        root: the page, without what no browser shows.
        hidden: names that its style sheets hide.
        signs: what is known of pages.
        watch: the limits that hold.
    """
    weights = Weights(root, signs, watch)
    most = weights.prose(root) * _MOSTLY
    weights.take_out([each for each in hidden_elements(root, hidden) if weights.prose(each) <= most])
    most = weights.prose(root) * _FURNISHED
    weights.take_out(
        [
            each
            for each in root.iter()
            if _is_named_furniture(each, signs)
            and weights.prose(each) <= most
            and not _is_part_of_report(each, signs)
        ]
    )
    return weights


def find_content(root: Element, weights: Weights, signs: Signs) -> Element:
    """The element that holds the text of a page and least besides."""
    measure = weights.prose if weights.prose(root) >= _LITTLE else weights.text
    enough = measure(root) * _ENOUGH
    names, starts = signs.content, []
    firm: list[Element] = []
    loose: list[Element] = []
    for element in root.iter():
        if element.tag == "meta":
            if (element.get("name") or "").lower() in {names.start_meta, names.end_meta}:
                starts.append(element)
        elif element.attrib or element.tag in {"article", "main"}:
            called = names_of(element)
            if not names.firm.isdisjoint(called):
                firm.append(element)
            elif not names.loose.isdisjoint(called):
                loose.append(element)
    marked = _common(starts) if starts else None
    if marked is not None and marked is not root and measure(marked) >= enough:
        firm.append(marked)
    found = _outermost(firm, measure, enough)
    if found is None:
        found = _innermost(loose, measure, enough)
    unnamed = found is None
    return _with_ends(_densest(root, measure, signs) if found is None else found, unnamed, weights, signs)


def _outermost(elements: Sequence[Element], measure: Measure, enough: float) -> Element | None:
    """The element with most of the text, or what all of them stand in where none has enough."""
    among = set(elements)
    outer = [element for element in elements if among.isdisjoint(element.iterancestors())]
    best = max(outer, key=measure, default=None)
    if best is None or sum(map(measure, outer)) < enough:
        return None
    if measure(best) >= sum(map(measure, outer)) * _NEARLY:
        return best
    return _common([element for element in outer if measure(element) > 0])


def _innermost(elements: Sequence[Element], measure: Measure, enough: float) -> Element | None:
    """The smallest element that still has what the largest has."""
    most = max(map(measure, elements), default=0)
    if most < enough or not most:
        return None
    return [element for element in elements if measure(element) >= most * _NEARLY][-1]


def _densest(root: Element, measure: Measure, signs: Signs) -> Element:
    """The smallest element with nearly all the text of the page, and the titles of its parts."""
    element = root
    least = measure(root) * _NEARLY
    while least:
        inner = next((child for child in element if measure(child) >= least), None)
        if inner is None or inner.tag not in {"body", *signs.elements.holders}:
            break
        if any(map(signs.wording.section.match, _lines_beside(element, inner) or ())):
            break
        element = inner
    while element.tag in _ROWS and (parent := element.getparent()) is not None:
        element = parent
    return element


def _with_ends(element: Element, unnamed: bool, weights: Weights, signs: Signs) -> Element:
    """The element, or the one around it where the report's signature, or its title, stands beside it."""
    inner = element
    while (parent := inner.getparent()) is not None and parent.tag not in {"html", *_ROWS}:
        if weights.text(parent) - weights.text(element) > _MOST_BESIDE:
            break
        beside = _lines_beside(parent, inner)
        if beside is None:
            break
        if any(signs.wording.signed.match(line) for line in beside) or (
            unnamed and any(len(line) < _SHORT and signs.said.report.search(line) for line in beside)
        ):
            element = parent
        inner = parent
    return element


def _lines_beside(parent: Element, element: Element) -> list[str] | None:
    """The texts beside an element, without links; None where there are many links."""
    lines: list[str] = []
    n_links = 0
    for child in parent:
        if child is not element:
            for inner in child.iter():
                if inner.tag == "a":
                    n_links += 1
                else:
                    lines.append((inner.text or "").strip())
                lines.append((inner.tail or "").strip())
    return lines if n_links <= _MOST_LINKS else None


def _common(elements: Sequence[Element]) -> Element | None:
    """The innermost element that holds all of them, none of them itself."""
    if not elements:
        return None
    chains = [list(element.iterancestors())[::-1] for element in elements]
    common = None
    for level in zip(*chains, strict=False):
        if any(other is not level[0] for other in level):
            break
        common = level[0]
    return common


def _is_named_furniture(element: Element, signs: Signs) -> bool:
    if element.tag in signs.furniture.tags:
        return True
    names = f"{element.get('id') or ''} {element.get('class') or ''}"
    if len(names) < 3 or element.tag in {"body", "html"}:
        return False
    parts = {part.lower() for part in _NAME_PART.findall(names)}
    return not signs.furniture.names.isdisjoint(parts)


def _is_part_of_report(element: Element, signs: Signs) -> bool:
    """Whether what is named like furniture is the title of a part, the report's title or its signature."""
    if len(element) > _SHORT or len(text := text_of(element).strip()) > _SHORT:
        return False
    return any(shape.search(text) for shape in (signs.wording.section, signs.wording.signed))
