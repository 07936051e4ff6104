"""Slips of the pen and of the word processor (struct.residue, qual.*, text said twice or never filled in).

Source: domain.md 4 (residue, typos) and 6.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator

from giar_nlp.checks.ready import ReadyCheck, quote
from giar_nlp.checks.view import View
from giar_nlp.checks.years import find_title
from giar_nlp.types import Finding, Place

_RESIDUE = ("editor", "masked", "page")
_BUTTONS = "buttons"
_LEAF = "leaf"
_LONGEST = 40
_WORDS = (2, 3, 4)
"""Words of so many characters are looked for twice in a row."""
_ASTRAL = re.compile(r"[\U00010000-\U0010ffff]")
_HAN = re.compile(r"[\u4e00-\u9fff]{2,4}")
_ENGLISH = re.compile(r"[,.;](?<=[\u4e00-\u9fff].)(?=[\u4e00-\u9fff]|$)")
_CHINESE_COMMA = "\uff0c"
_PAIRS = ("\u201c\u201d", "\u300a\u300b", "\uff08\uff09")
"""Quotation marks, the marks of a document's name, brackets."""
_GARBAGE = re.compile(r"\s?[A-Z]{2,}[A-Z ]{3,80}")
"""What a scanner made of the writing in a picture."""
_AROUND = 6
_IN_A_ROW = 3
"""So many clauses in a row are no chance."""
_LONG, _FEW = 8, 2
"""A row of clauses said twice has so many of so many characters."""


def check_residue(view: View, check: ReadyCheck) -> Iterator[Finding]:
    """What a word processor, a filter or a web page left in the report."""
    sections = view.report.sections
    start = sections[0].start if sections else 0
    end = sections[-1].end if sections else len(view.text)
    for say in _RESIDUE:
        if not view.holds(check.words[say]):
            continue
        # Furniture at the head and foot of a page belongs there.
        low, high = (start, end) if say == "page" else (0, len(view.text))
        places: list[Place] = []
        for word in check.words[say]:
            for at in view.sought.get(word, ()):
                if not low <= at < high:
                    continue
                stop = at + len(word)
                if word[0] == "[":
                    stop = _close(view.text, stop)
                    if garbage := _GARBAGE.match(view.text, stop):
                        stop = garbage.end()
                places.append(view.place(at, stop))
        if places:
            places = _outermost(places)
            found = quote(places[0].text)
            yield view.finding(check, say, places=places, found=found, n=len(places))
    lines = {_line(view.text, at): None for word in check.words[_BUTTONS] for at in view.sought.get(word, ())}
    odd = [
        view.place(*span)
        for span in sorted(lines)
        if span[1] - span[0] <= _LONGEST and check.signs[_BUTTONS].search(view.closed(*span))
    ]
    if odd:
        yield view.finding(check, _BUTTONS, places=odd, found=quote(odd[0].text), n=len(odd))
    if view.holds(check.words[_LEAF]):
        odd = [view.place(*found.span()) for found in check.signs[_LEAF].finditer(view.text, start, end)]
        if odd:
            yield view.finding(check, _LEAF, places=odd, found=quote(odd[0].text), n=len(odd))


def _line(text: str, at: int) -> tuple[int, int]:
    """The line that holds a place, without the blanks around it; of one too long to be residue, a part."""
    start = text.rfind("\n", max(at - _LONGEST, 0), at) + 1 or max(at - _LONGEST, 0)
    end = text.find("\n", at, at + _LONGEST)
    line = text[start : end if end >= 0 else at + _LONGEST]
    start += len(line) - len(line.lstrip())
    return start, start + len(line.strip())


def _close(text: str, start: int) -> int:
    """The end of a bracketed mark."""
    end = text.find("]", start, start + 120)
    return end + 1 if end >= 0 else start


def _outermost(places: list[Place]) -> list[Place]:
    """Places in order, without those inside another."""
    kept: list[Place] = []
    for place in sorted(places, key=lambda place: (place.start, -place.end)):
        if not kept or place.start >= kept[-1].end:
            kept.append(place)
    return kept


def _doubled(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of what stands twice in a row.

    A text and itself some characters farther on, taken from each other bit by bit, leave zeros where they
    are alike: one pass in C, where a pattern with a reference to itself starts anew at each character.
    """
    written = text.encode("utf-16-le", "surrogatepass")
    if len(written) != 2 * len(text):
        written = _ASTRAL.sub("\ufffd", text).encode("utf-16-le", "surrogatepass")
    whole = int.from_bytes(written, "little")
    for n_chars in _WORDS:
        width = 2 * n_chars
        apart = (whole ^ (whole >> (8 * width))).to_bytes(len(written), "little")
        alike = bytes(width)
        at = apart.find(alike)
        while at >= 0:
            start = -(-at // 2)
            end = start + 2 * n_chars
            if text[start : start + n_chars] == text[start + n_chars : end]:
                yield start, end
                at = apart.find(alike, 2 * end)
            else:
                at = apart.find(alike, at + 1)


def check_dup_word(view: View, check: ReadyCheck) -> Iterator[Finding]:
    """A word written twice in a row, or a garbled set phrase."""
    allowed, prose = check.signs["allowed"], view.prose
    spans = [(at, at + len(word)) for word in check.words["garbled"] for at in view.sought.get(word, ())]
    for start, end in _doubled(prose):
        word = prose[start : (start + end) // 2]
        if not _HAN.fullmatch(word) or allowed.search(prose[max(start - _AROUND, 0) : end + _AROUND]):
            continue
        place = view.prose_place(start)
        spans.append((place, place + 2 * len(word)))
    for found in _outermost([view.place(start, end) for start, end in spans]):
        around = view.text[max(found.start - _AROUND, 0) : found.end + _AROUND]
        yield view.finding(check, "twice", key=around, places=(found,), found=found.text)


def check_punctuation(view: View, check: ReadyCheck) -> Iterator[Finding]:
    """Stops written twice, English commas between Chinese words, quotation marks without their fellow."""
    prose = view.prose
    doubled = [word for word in check.words["doubled"] if word in view.sought]
    if doubled:
        places = _outermost(
            [
                view.place(at, at + len(word))
                for word in doubled
                for at in view.sought[word]
                if view.segment_at(at)
            ]
        )
        if places:
            yield view.finding(check, "doubled", places=places, found=" ".join(doubled), n=len(places))
    # Where no Chinese comma stands at all, whatever brought the text here changed them.
    if _CHINESE_COMMA in prose:
        places = [
            view.place(segment.start + found.start(), segment.start + found.end())
            for segment in view.report.segments
            if "," in segment.text or "." in segment.text or ";" in segment.text
            for found in _ENGLISH.finditer(segment.text)
        ]
        if places:
            marks = " ".join(dict.fromkeys(place.text for place in places))
            yield view.finding(check, "comma", places=places, found=marks, n=len(places))
    for opening, closing in map(tuple, _PAIRS):
        if prose.count(opening) != prose.count(closing):
            yield from _unmatched(view, check, opening, closing)


def _unmatched(view: View, check: ReadyCheck, opening: str, closing: str) -> Iterator[Finding]:
    """The segment with a mark too many, unless the segment beside it has the fellow."""
    segments = view.report.segments
    surplus = []
    for segment in segments:
        start = len(segment.marker) if segment.marker else 0
        surplus.append(segment.text.count(opening, start) - segment.text.count(closing, start))
    for place, odd in enumerate(surplus):
        beside = surplus[max(place - 1, 0) : place + 2]
        if odd and sum(beside) != 0:
            segment = segments[place]
            mark = opening if odd > 0 else closing
            at = segment.text.rfind(mark) if odd > 0 else segment.text.find(mark)
            spot = view.place(segment.start + at, segment.start + at + 1)
            yield view.finding(
                check,
                "unmatched",
                key=f"{opening}{closing}",
                places=(spot,),
                found=mark,
                text=quote(segment.text[max(at - 12, 0) : at + 12]),
            )
            return


def check_within_report(view: View, check: ReadyCheck) -> Iterator[Finding]:
    """A sentence that the report says twice."""
    shortest, stop = int(check.limits["shortest"]), view.tools.stops[0]
    bodies = [
        segment.text[len(segment.marker) :] if segment.marker else segment.text
        for segment in view.report.segments
    ]
    twice: list[tuple[int, int]] = []
    if _n_again(map(str.strip, stop.join(bodies).split(stop)), shortest):
        for before, begin, n_chars in _sentences_twice(view, shortest):
            places = (view.place(before, before + n_chars), view.place(begin, begin + n_chars))
            words = places[1].text
            yield view.finding(check, "repeated", key=words, places=places, found=quote(words))
            twice.append((begin, begin + n_chars))
    prose = view.prose
    for mark in (*view.tools.stops, _CHINESE_COMMA):
        prose = prose.replace(mark, "\n")
    if _n_again(prose.split("\n"), _LONG) >= _FEW:
        yield from _clauses_twice(view, check, twice)


def _n_again(pieces: Iterable[str], shortest: int) -> int:
    """How many of the pieces of text that are so long stand before them already."""
    long = [piece for piece in pieces if len(piece) >= shortest]
    return len(long) - len(set(long))


def _sentences_twice(view: View, shortest: int) -> Iterator[tuple[int, int, int]]:
    """Where a sentence stood first, where it stands again, and its length."""
    known: dict[str, int] = {}
    stop = view.tools.stops[0]
    for segment in view.report.segments:
        start = segment.start + (len(segment.marker) if segment.marker else 0)
        for sentence in view.text[start : segment.end].split(stop):
            words = sentence.strip()
            begin = start + len(sentence) - len(sentence.lstrip())
            start += len(sentence) + 1
            if len(words) < shortest:
                continue
            before = known.setdefault(words, begin)
            if before != begin:
                yield before, begin, len(words)


def _clauses_twice(view: View, check: ReadyCheck, told: list[tuple[int, int]]) -> Iterator[Finding]:
    """Clauses in a row that stand again in the middle of another sentence, unless those were told of."""
    shortest = int(check.limits["clauses"])
    known: dict[tuple[str, ...], tuple[int, int]] = {}
    runs: list[tuple[int, int, int, int]] = []
    for segment in view.report.segments:
        clauses = [
            (segment.start + found.start(), segment.start + found.end())
            for found in check.signs["clause"].finditer(segment.text)
        ]
        for number in range(len(clauses) - _IN_A_ROW + 1):
            row = clauses[number : number + _IN_A_ROW]
            start, end = row[0][0], row[-1][1]
            if end - start < shortest:
                continue
            first = known.setdefault(tuple(view.text[slice(*one)] for one in row), (start, end))
            if first[0] == start:
                continue
            last = runs[-1] if runs else None
            if last and start < last[3] and first[0] < last[1] <= first[1]:
                runs[-1] = (last[0], first[1], last[2], end)
            else:
                runs.append((*first, start, end))
    starts = [start for start, _ in told]
    for before, stop, start, end in runs:
        number = bisect_left(starts, end) - 1
        if number >= 0 and told[number][1] > start:
            continue
        places = (view.place(before, stop), view.place(start, end))
        yield view.finding(check, "repeated", key=places[1].text, places=places, found=quote(places[1].text))


def check_template_leftover(view: View, check: ReadyCheck) -> Iterator[Finding]:
    """Placeholders of a template that nobody filled in."""
    title = view.report.meta.title or ""
    hints = check.words["hints"]
    if not view.holds(hints):
        return
    places: list[Place] = []
    if check.signs["blank"].search(view.tools.close(title)) and (place := find_title(view)):
        places.append(place)
    for segment in view.segments_with(hints):
        reading = view.reading(segment)
        for name in ("blank", "choice"):
            for found in check.signs[name].finditer(reading.text):
                places.append(view.place(*reading.span(found.start(), found.end())))
    if places:
        yield view.finding(check, "left", places=places, found=quote(places[0].text), n=len(places))
