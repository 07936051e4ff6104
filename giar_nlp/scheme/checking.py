"""What no single scheme file can tell: unknown or dead pieces, rule ids used twice, broken patterns."""

import difflib
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

import regex
from pydantic import BaseModel

from giar_nlp.errors import SchemeError
from giar_nlp.scheme.check_forms import Check, CheckFamily
from giar_nlp.scheme.forms import PIECE, Shape

if TYPE_CHECKING:
    from giar_nlp.scheme.loading import Scheme

_NOT_LANGUAGE = frozenset(
    {"examples", "not_examples", "note", "it_is", "it_is_not", "name", "says", "rule", "rule_zh", "terms"}
)


def check_scheme(scheme: "Scheme") -> None:
    """Raise `SchemeError` for the first fault that lies between the files of a scheme."""
    for old, new in scheme.manifest.fold:
        if len(old) != len(new):
            raise SchemeError(f"scheme.toml, fold: '{old}' and '{new}' differ in length; pair each character")
    used: set[str] = set()
    ids: dict[str, str] = {}
    for file, form in scheme.files():
        for place, text in _texts(form, file):
            _check_text(scheme, text, place, used)
        for place, rule_id in _rule_ids(form, file):
            if rule_id in ids:
                raise SchemeError(f"{place}: rule id '{rule_id}' stands in {ids[rule_id]} too; rename one")
            ids[rule_id] = place
    dead = sorted(set(scheme.manifest.pieces) - used)
    if dead:
        raise SchemeError(f"scheme.toml, pieces: nothing uses {', '.join(dead)}; remove or use them")
    _check_deciding(scheme)
    _check_cells(scheme)


def check_same_names(families: Mapping[str, CheckFamily], default: Mapping[str, CheckFamily]) -> None:
    """Raise `SchemeError` unless the checks of a scheme are some of ours, with the same names inside.

    The code of a check asks for its messages, signs, words and limits by name.
    """
    known = {check.id: check for family in default.values() for check in family.checks}
    for file, check in (
        (f"checks/{name}.toml", check) for name in families for check in families[name].checks
    ):
        if check.id not in known:
            raise SchemeError(f"{file}: unknown check '{check.id}'; {_meant(check.id, known)}")
        for part in ("says", "signs", "words", "limits"):
            named, needed = getattr(check, part), getattr(known[check.id], part)
            for name in (*named, *needed):
                if name not in needed:
                    raise SchemeError(
                        f"{file}, '{check.id}', {part}: unknown key '{name}'; {_meant(name, needed)}"
                    )
                if name not in named:
                    raise SchemeError(
                        f"{file}, '{check.id}', {part}: no key '{name}'; copy it from the default scheme"
                    )
        _check_operands(file, check, known[check.id])


def _check_operands(file: str, check: Check, known: Check) -> None:
    for name, wording in check.says.items():
        unknown = sorted(set(wording.operands()) - set(known.says[name].operands()))
        if unknown:
            raise SchemeError(
                f"{file}, '{check.id}', says.{name}: unknown operand '{unknown[0]}'; "
                f"it may name {', '.join(known.says[name].operands()) or 'none'}"
            )


def _check_text(scheme: "Scheme", text: str, place: str, used: set[str]) -> None:
    names = PIECE.findall(text) if isinstance(text, Shape) else [text[1:]] if text.startswith("@") else []
    for name in names:
        if name not in scheme.manifest.pieces:
            raise SchemeError(f"{place}: unknown piece '{name}'; {_meant(name, scheme.manifest.pieces)}")
        used.add(name)
    if isinstance(text, Shape):
        try:
            regex.compile(scheme.pattern_of(text))
        except regex.error as error:
            raise SchemeError(f"{place}: pattern does not compile: {error}") from error


def _check_deciding(scheme: "Scheme") -> None:
    deciding = scheme.deciding
    named = [("themes.toml", theme) for theme in (deciding.general, deciding.rest, *deciding.fallback)]
    named += [(f"themes.toml, parts '{part.id}'", role) for part in deciding.parts for role in part.votes]
    named += [
        (f"themes/{theme.id}.toml, claims", to) for theme in scheme.themes.values() for to in theme.claims
    ]
    named += [(f"rule '{rule.id}', claims", to) for rule in scheme.theme_rules() for to in rule.claims]
    named += [("counts.toml, nature.plans", theme) for theme in scheme.counting.nature.plans]
    for place, theme_id in named:
        if theme_id not in scheme.themes:
            raise SchemeError(f"{place}: unknown theme '{theme_id}'; {_meant(theme_id, scheme.themes)}")


def _check_cells(scheme: "Scheme") -> None:
    """Every count kind's cell must stand in some edition of the form."""
    cells = {
        f"{form.table}.{row.id}.{column.id}"
        for edition in scheme.editions.values()
        for form in edition.tables
        for _, row, column in form.cells()
    }
    for kind in scheme.kinds.values():
        if kind.cell is not None and kind.cell not in cells:
            raise SchemeError(
                f"counts/{kind.id}.toml, cell: unknown '{kind.cell}'; {_meant(kind.cell, cells)}"
            )


def _meant(name: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(name, known, n=1)
    return f"did you mean '{near[0]}'?" if near else "define it, or remove it here"


def _texts(value: object, place: str) -> Iterator[tuple[str, str]]:
    """Every word and pattern in a form, with its place."""
    if isinstance(value, BaseModel):
        for name in type(value).model_fields:
            if name not in _NOT_LANGUAGE:
                yield from _texts(getattr(value, name), f"{place}, {name}")
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _texts(inner, f"{place}.{key}")
    elif isinstance(value, tuple):
        for index, inner in enumerate(value):
            yield from _texts(inner, f"{place}[{index}]")
    elif isinstance(value, str):
        yield place, value


def _rule_ids(value: object, place: str) -> Iterator[tuple[str, str]]:
    """The dotted ids of all rules in a form."""
    if isinstance(value, BaseModel):
        rule_id = getattr(value, "id", "")
        if "." in rule_id:
            yield place, rule_id
        for name in type(value).model_fields:
            yield from _rule_ids(getattr(value, name), f"{place}, {name}")
    elif isinstance(value, tuple):
        for index, inner in enumerate(value):
            yield from _rule_ids(inner, f"{place}[{index}]")
