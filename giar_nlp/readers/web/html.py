"""Web pages and JSON to documents.

`charsets` tells the encoding, `page` parses and takes out what is not shown, `weights` and `content` find
where the text stands, `flow` turns elements into lines and tables, `said` collects what the page says of its
report, `embedded` looks for reports in strings. What is known of pages stands in ``data/readers/html.toml``.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape

from lxml import etree

from giar_nlp.readers.limits import Watch
from giar_nlp.readers.web.charsets import decode_page
from giar_nlp.readers.web.content import find_content, take_out_furniture
from giar_nlp.readers.web.embedded import (
    Found,
    chinese_of,
    has_chinese,
    is_markup,
    load_json,
    script_strings,
    strings_of,
    weight_of,
)
from giar_nlp.readers.web.flow import Flow, Image, Item, Line, Table
from giar_nlp.readers.web.page import hidden_names, parse_page, put_in_frames, take_out_unshown
from giar_nlp.readers.web.said import (
    Labels,
    date_of,
    metas_of,
    note_items,
    properties_of,
    publisher_of,
    title_of,
)
from giar_nlp.readers.web.signs import Signs, page_signs
from giar_nlp.readers.writing import Writer
from giar_nlp.types import Document, Properties

Element = etree._Element

NOTHING_SAID = Properties()
_ENOUGH = 150
"""With fewer Chinese characters than this a page is looked through for text that a script would show."""
_MUCH_MORE = 2
_CUT = 0.4
"""Where so many of the longer lines end in mid-sentence, paragraphs are cut into lines."""
_LONG = 18
_FEW = 5
_SHORT = 80
_LONGEST_INFORMATION = 160
"""A line of page information is no longer."""


def read_html(data: bytes, watch: Watch) -> Document:
    """A web page, or a text that Word or a content system saved as one.

    The document is the page's main text: navigation, page information, scripts and what is hidden are left
    out. Paragraphs are parted by blank lines, lines that a page breaks are not.

    Raises:
        ReadError: the page cannot be decoded, is nested too deeply, is too large, or shows no text.
    """
    text, encoding = decode_page(data, watch)
    return page_document(Page(text, encoding), data, "html", watch)


def read_json(data: bytes, watch: Watch) -> Document:
    """A report in a JSON file: in one string of it, as HTML or as text, or in pieces one after the other.

    Raises:
        ReadError: the JSON is damaged, nested too deeply, or holds no text.
    """
    text, encoding = decode_page(data, watch)
    signs = page_signs()
    found = [*strings_of(load_json(text, watch), watch)]
    said = Properties(
        title=_named(found, signs.said.json_titles, signs),
        publisher=publisher_of(_under(found, signs.said.json_publishers), signs),
        publish_date=date_of(_under(found, signs.said.json_dates), signs),
    )
    pieces = _pieces_of(found, signs)
    if not pieces:
        raise watch.error("holds no Chinese text", "check that it was saved or downloaded whole")
    if any(map(is_markup, pieces)):
        page = Page("".join(map(_as_markup, pieces)), encoding, said=said)
        return page_document(page, data, "json", watch)
    writer = Writer(watch)
    for piece in pieces:
        writer.line(piece.replace("\r\n", "\n").strip("\n"))
    return writer.document(data, "json", encoding, said)


def _pieces_of(found: Sequence[Found], signs: Signs) -> list[str]:
    """The strings of a JSON file that are the report: one, or several one after the other."""
    said = signs.said
    about = {*said.json_titles, *said.json_publishers, *said.json_dates}
    texts = [each for each in found if each.key not in about and has_chinese(each.text)]
    if not texts:
        return [each.text for each in found if has_chinese(each.text)]
    best = max(texts, key=lambda each: weight_of(each.text))
    whole = chinese_of(best.text)
    others = [each for each in texts if each is not best and chinese_of(each.text) not in whole]
    if not any(stop in each.text for each in others for stop in signs.wording.stops):
        return [best.text]
    kept = {id(each) for each in (best, *others)}
    return [
        each.text
        for each in found
        if id(each) in kept or (each.key in said.json_titles and has_chinese(each.text))
    ]


@dataclass(frozen=True, slots=True)
class Page:
    """A page and what came with it.

    Attributes:
        text: the page.
        encoding: that it was in.
        frames: pages that stand in its frames, by address.
        said: what the file says of the report beside the page; the page itself is believed first.
    """

    text: str
    encoding: str | None
    frames: Mapping[str, str] = field(default_factory=dict)
    said: Properties = NOTHING_SAID


def page_document(page: Page, data: bytes, format: str, watch: Watch) -> Document:
    """The document of a page that came in a file, `data`, of a format.

    Raises:
        ReadError: as `read_html`.
    """
    signs = page_signs()
    root = parse_page(page.text, watch, signs)
    put_in_frames(root, page.frames, watch, signs)
    elsewhere = _elsewhere(root)
    items, properties = _read_page(root, signs, watch)
    if (weight := _weight(items)) < _ENOUGH:
        shown = max(script_strings(parse_page(page.text, watch, signs), watch), key=weight_of, default="")
        if weight_of(shown) > max(_ENOUGH, weight * _MUCH_MORE):
            items, inner = _read_page(parse_page(_as_markup(shown), watch, signs), signs, watch)
            properties = _first(properties, inner, signs)
    if not items:
        raise watch.error(
            f"shows no text{elsewhere}", "save the page that shows the report, or its text, from a browser"
        )
    writer = Writer(watch)
    _write(items, writer, signs)
    return writer.document(data, format, page.encoding, _first(properties, page.said, signs))


def _read_page(root: Element, signs: Signs, watch: Watch) -> tuple[list[Item], Properties]:
    """What a page shows as its text, and what it says of it. The page is taken apart."""
    metas, labels = metas_of(root), Labels(signs)
    title = title_of(root, metas, signs)
    hidden = hidden_names(root)
    take_out_unshown(root, signs)
    around = []
    if metas.keys().isdisjoint(signs.said.dates) or metas.keys().isdisjoint(signs.said.publishers):
        whole = Flow(signs, watch)
        whole.walk(root)
        around = whole.items
    weights = take_out_furniture(root, hidden, signs, watch)
    flow = Flow(signs, watch)
    flow.walk(find_content(root, weights, signs))
    items = _without_furniture(flow.items, labels, signs)
    note_items(around, labels)
    return items, properties_of(metas, title, labels, signs)


def _without_furniture(items: Sequence[Item], labels: Labels, signs: Signs) -> list[Item]:
    """The items without lines of page furniture, and without page information before and behind the text."""
    text = [number for number, item in enumerate(items) if _is_text(item, signs)]
    first, last = (text[0], text[-1]) if text else (len(items), -1)
    kept: list[Item] = []
    for number, item in enumerate(items):
        if isinstance(item, Table) and labels.note_table(item):
            continue
        if isinstance(item, Line) and len(item.text) <= _LONGEST_INFORMATION:
            if any(shape.match(item.text) for shape in signs.furniture.lines):
                continue
            if not first <= number <= last and labels.note_line(item.text):
                continue
        kept.append(item)
    return kept


def _is_text(item: Item, signs: Signs) -> bool:
    if isinstance(item, Line):
        return any(stop in item.text for stop in signs.wording.stops) or bool(
            signs.wording.section.match(item.text)
        )
    return isinstance(item, Table)


def _write(items: Sequence[Item], writer: Writer, signs: Signs) -> None:
    """Write items: a blank line before each paragraph, but none between the lines of one that is cut."""
    cut = _is_cut(items, signs)
    for number, item in enumerate(items):
        if isinstance(item, Table):
            writer.table(item.rows)
        elif isinstance(item, Image):
            writer.image(item.name)
        else:
            if number and (item.indented or (item.parted and not cut)):
                writer.line("")
            writer.line(item.text)


def _is_cut(items: Sequence[Item], signs: Signs) -> bool:
    """Whether the paragraphs of a page are but lines of paragraphs."""
    lines = [
        item.text for item in items if isinstance(item, Line) and item.parted and len(item.text) >= _LONG
    ]
    n_cut = sum(line[-1] not in signs.wording.ends for line in lines)
    return n_cut >= _FEW and n_cut >= _CUT * len(lines)


def _weight(items: Iterable[Item]) -> int:
    weight = 0
    for item in items:
        if isinstance(item, Line):
            weight += weight_of(item.text)
        elif isinstance(item, Table):
            weight += sum(weight_of(cell.text) for row in item.rows for cell in row)
    return weight


def _as_markup(text: str) -> str:
    return text if is_markup(text) else f"<pre>{escape(text)}</pre>"


def _first(properties: Properties, others: Properties, signs: Signs) -> Properties:
    """The properties, others where they are missing; a title that names a report goes first."""
    titles = [title for title in (properties.title, others.title) if title]
    named = [title for title in titles if signs.said.report.search(title)]
    return Properties(
        title=next(iter((*named, *titles)), None),
        publisher=properties.publisher or others.publisher,
        publish_date=properties.publish_date or others.publish_date,
    )


def _elsewhere(root: Element) -> str:
    """Where the text may be, for a page that has none."""
    for frame in root.iter("frame", "iframe", "embed", "object"):
        if source := (frame.get("src") or frame.get("data") or "").strip():
            return f" of its own, but in a frame that of {source[:100]!r}"
    return ""


def _named(found: Sequence[Found], keys: Sequence[str], signs: Signs) -> str | None:
    """The first title under the keys that names a report, or else the first."""
    titles = [text for text in _under(found, keys) if 1 < len(text) <= _SHORT and not is_markup(text)]
    return next((title for title in titles if signs.said.report.search(title)), titles[0] if titles else None)


def _under(found: Sequence[Found], keys: Sequence[str]) -> list[str]:
    return [each.text for key in keys for each in found if each.key.replace("_", "") == key]
