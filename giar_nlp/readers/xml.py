"""XML of packed formats, parsed without entities, document types or network."""

from typing import cast

from lxml import etree

from giar_nlp.readers.limits import Watch

_DOCTYPE = b"<!DOCTYPE"
_UTF16_DOCTYPE = ("<!DOCTYPE".encode("utf-16-le"), "<!DOCTYPE".encode("utf-16-be"))

_WEIGHT = 4
"""A part's tree takes so many times its own room."""


def parse_xml(data: bytes, name: str, watch: Watch) -> etree._Element:
    """The root element of a part.

    Args:
        data: the part.
        name: its name in the file, for messages.
        watch: the limits that hold.

    Raises:
        ReadError: it is no well-formed XML, declares a document type, is nested too deeply or too large.
    """
    if _DOCTYPE in data or any(mark in data for mark in _UTF16_DOCTYPE):
        raise watch.error(
            f"the part {name} declares a document type (DOCTYPE), which no office program writes",
            "open the file in one and save it again",
        )
    watch.check("unpacked", _WEIGHT * len(data), f"bytes that the part {name} takes")
    watch.check("tags", data.count(b"<") + data.count(b"="), f"tags and attributes in the part {name}")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise watch.error(
            f"the part {name} is damaged ({error})", "open the file in an office program and save it again"
        ) from error
    watch.tick()
    return cast(etree._Element, root)
