"""Parses a page, puts the pages in its frames into their place, and takes out what it does not show."""

import re
from collections.abc import Iterator, Mapping
from typing import cast

from lxml import etree

from giar_nlp.readers.limits import Watch
from giar_nlp.readers.web.signs import Signs

Element = etree._Element

_HIDING = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0+(?:\.0+)?\s?(?:px|pt|em|rem|%)?\s*(?:[;!]|$)"
    r"|mso-hide\s*:\s*all|text-indent\s*:\s*-\d{3}|(?:left|top)\s*:\s*-\d{4}|opacity\s*:\s*0+(?:\.0+)?\s*(?:[;!]|$)"
    r"|mso-element\s*:\s*(?:header|footer|comment)",
    re.IGNORECASE,
)
_UNSEEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_BRACE = re.compile(r"[{}]")
_NAME = re.compile(r"[.#][\w-]{1,80}")
_MOST_STYLE = 200_000
_DATA_URI = re.compile(r"(?<=[\"'(])data:[\w/+.-]{1,60};base64,[A-Za-z0-9+/=]+")
_LONG_TAG = re.compile(r"<[a-zA-Z](?:[^<>\"']|\"[^\"]*\"|'[^']*'){10000}")
_MOST_FRAMES = 20
_DEEPEST_FRAME = 3


def parse_page(text: str, watch: Watch, signs: Signs) -> Element:
    """The root of a page, comments left out.

    Raises:
        ReadError: it holds more tags, or more inside each other, than the limits allow, or none at all.
    """
    text = _DATA_URI.sub("", text)
    watch.check("markup", len(text), "characters on the page")
    watch.check("elements", text.count("<"), "tags on the page")
    if _LONG_TAG.search(text):
        raise watch.error(
            "a tag of the page has thousands of attributes", "open it in a browser and save its text"
        )
    for mark in signs.content.begins:
        text = text.replace(mark, f'<meta name="{signs.content.start_meta}">')
    for mark in signs.content.ends:
        text = text.replace(mark, f'<meta name="{signs.content.end_meta}">')
    # Without room for huge trees a page is cut off at a depth of 256, which unclosed marks of type reach.
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise watch.error(
            f"holds no page ({error})", "check that it was saved or downloaded whole"
        ) from error
    if root is None:
        raise watch.error("holds no page", "check that it was saved or downloaded whole")
    last = parser.error_log.last_error
    if last is not None and "RESOURCE_LIMIT" in last.type_name:
        raise watch.error(
            f"the page cannot be read past line {last.line:,} ({last.message})",
            "open it in a browser and save its text",
        )
    watch.tick()
    return cast(Element, root)


def names_of(element: Element) -> list[str]:
    """The names that an element may be known by: its tag, ``#id`` and ``.class``, in small letters."""
    names = [str(element.tag)]
    if identity := element.get("id"):
        names.append("#" + identity.strip().lower())
    if classes := element.get("class"):
        names.extend("." + name for name in classes.lower().split())
    return names


def style_of(element: Element) -> str:
    """The style that stands in an element itself."""
    return element.get("style") or ""


def text_of(element: Element) -> str:
    """All the text in an element."""
    return "".join(map(str, element.itertext()))


def drop(element: Element) -> None:
    """Empty an element of all that is in it; the text behind it stays."""
    element.clear(keep_tail=True)  # type: ignore[call-arg]  # the stubs are behind
    element.tag = "span"


def put_in_frames(root: Element, parts: Mapping[str, str], watch: Watch, signs: Signs) -> None:
    """Put the pages in the frames of a page into their place.

    Args:
        root: the page.
        parts: pages that came with it, by the addresses that frames name.
        watch: the limits that hold, of all the pages together.
        signs: what is known of pages.
    """
    waiting = [(frame, 1) for frame in root.iter("iframe", "frame")]
    n_tags = n_frames = 0
    while waiting:
        frame, level = waiting.pop(0)
        text = frame.get("srcdoc") or parts.get((frame.get("src") or "").strip())
        if not text or level > _DEEPEST_FRAME or n_frames == _MOST_FRAMES:
            continue
        n_frames += 1
        n_tags += text.count("<")
        watch.check("elements", n_tags, "tags in the frames of the page")
        inner = parse_page(text, watch, signs)
        waiting.extend((deeper, level + 1) for deeper in inner.iter("iframe", "frame"))
        inner.tag = "div"
        frame.append(inner)
        frame.tag = "div"


def take_out_unshown(root: Element, signs: Signs) -> None:
    """Take out of a page what no browser shows as text."""
    for element in list(root.iter(*signs.elements.unshown)):
        drop(element)


def hidden_elements(root: Element, hidden_names: frozenset[str]) -> Iterator[Element]:
    """The elements that are hidden by their own style, or by a name that a style sheet hides."""
    for element in root.iter():
        if element.attrib and _is_hidden(element, hidden_names):
            yield element


def hidden_names(root: Element) -> frozenset[str]:
    """The names (``.class``, ``#id``) that the page's own style sheets hide."""
    names: set[str] = set()
    for style in root.iter("style"):
        first, *rest = (style.text or "")[:_MOST_STYLE].split("/*")
        sheet = first + "".join(part.partition("*/")[2] for part in rest)
        for selectors, rule in _rules(sheet):
            if _UNSEEN.search(rule):
                names.update(
                    name for part in selectors.split(",") if _NAME.fullmatch(name := part.strip().lower())
                )
    return frozenset(names)


def _is_hidden(element: Element, names: frozenset[str]) -> bool:
    if element.get("hidden") is not None or (element.tag == "input" and element.get("type") == "hidden"):
        return True
    if (style := element.get("style")) and _HIDING.search(style):
        return True
    return bool(names) and not names.isdisjoint(names_of(element))


def _rules(sheet: str) -> Iterator[tuple[str, str]]:
    """Selectors and text of the rules of a style sheet; those for other media are passed over."""
    depth = start = inside = 0
    selectors = ""
    for brace in _BRACE.finditer(sheet):
        if brace[0] == "{":
            if not depth:
                selectors, inside = sheet[start : brace.start()], brace.end()
            depth += 1
        elif depth:
            depth -= 1
            if not depth:
                if "@" not in selectors:
                    yield selectors, sheet[inside : brace.start()]
                start = brace.end()
