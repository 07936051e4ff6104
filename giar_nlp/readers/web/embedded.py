"""Reports that stand in strings: in the scripts of a page, in JSON, escaped, encoded, or both."""

import base64
import binascii
import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from giar_nlp.readers.limits import Watch
from giar_nlp.readers.web.charsets import decode_page

Element = etree._Element

_TAG = re.compile(
    r"<\s*/?\s*(?:p|div|br|span|table|tr|td|h[1-6]|section|html|body|strong|ul|ol|li)\b[^<>]{0,2000}>", re.I
)
_ESCAPED_TAG = re.compile(r"&lt;\s*/?\s*(?:p|div|br|span|table|html|body|strong)\b", re.IGNORECASE)
_HAN = re.compile(r"[\u4e00-\u9fff]")
_STRING = re.compile(
    r"""\"([^\"\\\n]*(?:\\.[^\"\\\n]*)*)\"?|'([^'\\\n]*(?:\\.[^'\\\n]*)*)'?|`([^`\\]*(?:\\.[^`\\]*)*)`?""",
    re.DOTALL,
)
"""A string of a script; one that is not closed ends with the line."""
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(.))", re.DOTALL)
_PERCENT = re.compile(r"%(?:u([0-9a-fA-F]{4})|([0-9a-fA-F]{2}))")
_BASE64 = re.compile(r"[A-Za-z0-9+/_=-]{200,}\s*")
_PLAIN = {"n": "\n", "t": "\t", "r": "\r", "b": "", "f": "", "0": "", "\n": ""}
_SURROGATES = re.compile("[\ud800-\udfff]")
_WRITES = "document.write"
_LONG = 40
_MOST_STRINGS = 20_000
_MANY_ESCAPES = 20
_MOST_LAYERS = 3


@dataclass(frozen=True, slots=True)
class Found:
    """A string of JSON: the key it stands under, and itself."""

    key: str
    text: str


def weight_of(text: str) -> int:
    """How many Chinese characters a string holds."""
    return len(_HAN.findall(text))


def has_chinese(text: str) -> bool:
    """Whether there is any Chinese character in a string."""
    return _HAN.search(text) is not None


def chinese_of(text: str) -> str:
    """The Chinese characters of a string, without all else."""
    return "".join(_HAN.findall(text))


def is_markup(text: str) -> bool:
    """Whether a string is HTML rather than plain text."""
    return _TAG.search(text) is not None


def script_strings(root: Element, watch: Watch) -> Iterator[str]:
    """The texts in the scripts and text areas of a page, unwrapped: strings, or all that is written."""
    for element in root.iter("script", "textarea", "template", "noscript", "xmp"):
        text = "".join(part for part in element.itertext() if isinstance(part, str))
        if element.tag != "script" or "html" in (element.get("type") or ""):
            yield unwrapped(text, watch)
            continue
        written: list[str] = []
        for string in _strings_in(text, watch):
            if len(string) >= _LONG or "<" in string:
                written.append(string)
                yield string
        if _WRITES in text:
            yield "".join(written)


def _strings_in(script: str, watch: Watch) -> Iterator[str]:
    for number, found in enumerate(_STRING.finditer(script)):
        if number == _MOST_STRINGS:
            return
        watch.tick()
        if string := found[1] or found[2] or found[3]:
            yield unwrapped(_unescaped(string), watch)


def unwrapped(text: str, watch: Watch) -> str:
    """A string without the wrappings that scripts put around text: %u4e2d, base64, &lt;p&gt;."""
    for _ in range(_MOST_LAYERS):
        if not _HAN.search(text) and len(_PERCENT.findall(text[:20_000])) >= _MANY_ESCAPES:
            text = _from_percent(text, watch)
        elif not _HAN.search(text) and _BASE64.fullmatch(text):
            decoded = _from_base64(text, watch)
            if decoded is None:
                break
            text = decoded
        elif _ESCAPED_TAG.search(text) and not _TAG.search(text):
            text = html.unescape(text)
        else:
            break
    return _SURROGATES.sub("", text)


def load_json(text: str, watch: Watch) -> object:
    """The value of a JSON text, a call around it left out.

    Raises:
        ReadError: it is damaged, or nested too deeply.
    """
    stripped = text.strip().lstrip("\ufeff")
    watch.check("markup", len(stripped), "characters of JSON")
    watch.check("elements", sum(map(stripped.count, ",:[{")), "values of JSON")
    if (call := re.match(r"[\w$.]{1,80}\s*\(", stripped)) and stripped.rstrip("; \n").endswith(")"):
        stripped = stripped[call.end() : stripped.rindex(")")]
    try:
        return json.loads(stripped, parse_int=str, parse_float=str, parse_constant=str, strict=False)
    except ValueError as error:
        lines = [line for line in stripped.splitlines() if line.strip()]
        try:
            if len(lines) > 1:
                return [json.loads(line, parse_int=str, parse_float=str, strict=False) for line in lines]
        except (ValueError, RecursionError):
            pass
        raise watch.error(f"is damaged JSON ({error})", "copy or download it again") from error
    except RecursionError as error:
        raise watch.error("is JSON nested too deeply", "take the report's text out of it") from error


def strings_of(value: object, watch: Watch, key: str = "", depth: int = 0) -> Iterator[Found]:
    """Every string of a JSON value in its order, unwrapped, with the key it stands under."""
    watch.check("depth", depth, "JSON values inside each other")
    if isinstance(value, str):
        yield Found(key, unwrapped(value, watch))
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from strings_of(inner, watch, str(name).lower(), depth + 1)
    elif isinstance(value, list):
        for inner in value:
            yield from strings_of(inner, watch, key, depth + 1)


def _unescaped(text: str) -> str:
    """A string of a script as the script sees it."""
    if "\\" not in text:
        return text
    return _ESCAPE.sub(_escape, text).encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _escape(found: re.Match[str]) -> str:
    if code := found[1] or found[2]:
        return chr(int(code, 16))
    return _PLAIN.get(found[3], found[3])


def _from_percent(text: str, watch: Watch) -> str:
    """What JavaScript's unescape or decodeURIComponent makes of a string."""
    if "%u" in text:
        return _PERCENT.sub(lambda found: chr(int(found[1] or found[2], 16)), text)
    raw = bytearray()
    place = 0
    for found in _PERCENT.finditer(text):
        raw += text[place : found.start()].encode("utf-8", "replace")
        raw.append(int(found[2], 16))
        place = found.end()
    raw += text[place:].encode("utf-8", "replace")
    return decode_page(bytes(raw), watch)[0]


def _from_base64(text: str, watch: Watch) -> str | None:
    packed = text.strip().replace("-", "+").replace("_", "/").rstrip("=")
    try:
        raw = base64.b64decode(packed + "=" * (-len(packed) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None
    for codec in ("utf-8", "gb18030"):
        try:
            decoded = raw.decode(codec)
        except UnicodeDecodeError:
            continue
        return decoded if _HAN.search(decoded) or _PERCENT.search(decoded) else None
    return None
