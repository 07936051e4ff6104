"""Reads a scheme folder into one frozen `Scheme`, or says which file, which key, and how to mend it."""

import difflib
import hashlib
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import regex
from pydantic import ValidationError

from giar_nlp.errors import SchemeError
from giar_nlp.scheme.check_forms import Check, CheckFamily, Organs
from giar_nlp.scheme.checking import check_same_names, check_scheme
from giar_nlp.scheme.count_forms import CountKind, Numbers
from giar_nlp.scheme.counting_forms import Counting
from giar_nlp.scheme.forms import PIECE, Deciding, Form, Manifest, Rule, Theme
from giar_nlp.scheme.layout_forms import Chapters, Layout, MetaSigns
from giar_nlp.scheme.table_forms import CellSigns, FormEdition

DEFAULT_FOLDER = Path(__file__).parent.parent / "data" / "scheme"

AnyForm = TypeVar("AnyForm", bound=Form)


@dataclass(frozen=True, slots=True)
class Scheme:
    """A label scheme, validated: the only way the language's facts reach the code.

    `themes`, `kinds` and `editions` (of the statutory form) map ids to forms in file order; words lists and
    patterns in them are still as written: `words_of` and `pattern_of` expand them. `digest` changes when any
    file changes, `themes_digest` when one of those does that labelling themes depends on.
    """

    manifest: Manifest
    digest: str
    themes_digest: str
    themes: Mapping[str, Theme]
    deciding: Deciding
    numbers: Numbers
    counting: Counting
    kinds: Mapping[str, CountKind]
    layout: Layout
    chapters: Chapters
    meta: MetaSigns
    organs: Organs
    families: Mapping[str, CheckFamily]
    editions: Mapping[str, FormEdition]
    cells: CellSigns
    words: tuple[str, ...]
    phrases: tuple[str, ...]

    def files(self) -> Iterator[tuple[str, Form]]:
        """Every form of the scheme with the name of its file."""
        yield "scheme.toml", self.manifest
        yield "themes.toml", self.deciding
        yield "numbers.toml", self.numbers
        yield "counts.toml", self.counting
        yield "segments.toml", self.layout
        yield "sections.toml", self.chapters
        yield "metadata.toml", self.meta
        yield "checks.toml", self.organs
        yield "cells.toml", self.cells
        yield from ((f"themes/{theme.id}.toml", theme) for theme in self.themes.values())
        yield from ((f"counts/{kind.id}.toml", kind) for kind in self.kinds.values())
        yield from ((f"checks/{family.id}.toml", family) for family in self.families.values())
        yield from ((f"tables/{edition.id}.toml", edition) for edition in self.editions.values())

    def theme_rules(self) -> tuple[Rule, ...]:
        """All rules that label themes: those of each theme in turn, then those that find asides."""
        return (*(rule for theme in self.themes.values() for rule in theme.rules), *self.deciding.asides)

    def checks(self) -> dict[str, Check]:
        """All checks by id, in file order."""
        return {check.id: check for family in self.families.values() for check in family.checks}

    def table_labels(self) -> tuple[str, ...]:
        """The words of the statutory tables: labels and units of all forms, and what the layout adds."""
        found: dict[str, None] = {}
        for edition in self.editions.values():
            for form in edition.tables:
                found.update(dict.fromkeys((*form.labels(), *form.units())))
        found.update(dict.fromkeys(self.layout.labels))
        return tuple(found)

    def fold(self) -> dict[str, str]:
        """The fold table: character to character."""
        return {a: b for old, new in self.manifest.fold for a, b in zip(old, new, strict=True)}

    def words_of(self, words: Iterable[str]) -> tuple[str, ...]:
        """Words with every ``@NAME`` replaced by its piece, each word once, in order."""
        found: dict[str, None] = {}
        for word in words:
            piece = self.manifest.pieces[word[1:]] if word.startswith("@") else (word,)
            found.update(dict.fromkeys(piece))
        return tuple(found)

    def pattern_of(self, pattern: str) -> str:
        """A pattern with every ``{NAME}`` replaced by its piece as a group."""
        return PIECE.sub(lambda found: self._group(found[1]), pattern)

    def _group(self, name: str) -> str:
        piece = self.manifest.pieces[name]
        if isinstance(piece, str):
            return f"(?:{self.pattern_of(piece)})"
        return "(?:" + "|".join(map(regex.escape, sorted(piece, key=len, reverse=True))) + ")"


def load_scheme(folder: Path | str | None = None) -> Scheme:
    """The scheme in a folder; without one, the default scheme.

    Raises:
        SchemeError: a file is missing, cannot be parsed or holds something it may not.
    """
    root = Path(folder) if folder is not None else DEFAULT_FOLDER
    if not root.is_dir():
        raise SchemeError(f"{root}: no such scheme folder; copy the default one with 'giar scheme copy DIR'")
    scheme = Scheme(
        manifest=_read_form(root, "scheme.toml", Manifest),
        digest=_digest(root, "*"),
        themes_digest=_digest(root, "scheme.toml", "themes.toml", "themes/*"),
        themes=_read_folder(root, "themes", Theme),
        deciding=_read_form(root, "themes.toml", Deciding),
        numbers=_read_form(root, "numbers.toml", Numbers),
        counting=_read_form(root, "counts.toml", Counting),
        kinds=_read_folder(root, "counts", CountKind),
        layout=_read_form(root, "segments.toml", Layout),
        chapters=_read_form(root, "sections.toml", Chapters),
        meta=_read_form(root, "metadata.toml", MetaSigns),
        organs=_read_form(root, "checks.toml", Organs),
        families=_read_folder(root, "checks", CheckFamily),
        editions=_read_folder(root, "tables", FormEdition),
        cells=_read_form(root, "cells.toml", CellSigns),
        words=_read_words(root / "words.txt"),
        phrases=_read_words(root / "phrases.txt"),
    )
    check_scheme(scheme)
    if root.resolve() != DEFAULT_FOLDER.resolve():
        check_same_names(scheme.families, _read_folder(DEFAULT_FOLDER, "checks", CheckFamily))
    return scheme


def _read_form(root: Path, name: str, form: type[AnyForm]) -> AnyForm:
    try:
        data = tomllib.loads((root / name).read_text(encoding="utf-8"))
    except OSError as error:
        raise SchemeError(
            f"{name}: cannot be read ({error.strerror}); every scheme needs this file"
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SchemeError(f"{name}: not valid TOML in UTF-8: {error}") from error
    try:
        return form.model_validate(data)
    except ValidationError as error:
        raise SchemeError(_explain(name, form, error)) from error


def _read_folder(root: Path, name: str, form: type[AnyForm]) -> dict[str, AnyForm]:
    found: dict[str, AnyForm] = {}
    for path in sorted((root / name).glob("*.toml")):
        record = _read_form(root, f"{name}/{path.name}", form)
        if record.id != path.stem:  # type: ignore[attr-defined]
            raise SchemeError(f"{name}/{path.name}: id must be the file's name, '{path.stem}'")
        found[path.stem] = record
    if not found:
        raise SchemeError(f"{name}/: holds no .toml file; a scheme needs at least one")
    return found


def _read_words(path: Path) -> tuple[str, ...]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise SchemeError(f"{path.name}: cannot be read as UTF-8 text: {error}") from error
    return tuple(line.strip() for line in lines if line.strip() and not line.startswith("#"))


def _digest(root: Path, *names: str) -> str:
    digest = hashlib.sha256()
    for path in sorted({path for name in names for path in root.rglob(name)}):
        if path.suffix in {".toml", ".txt"}:
            digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:12]


def _explain(name: str, form: type[Form], error: ValidationError) -> str:
    """One line a fault: file, place of the key, what is wrong, what was perhaps meant."""
    lines = []
    for fault in error.errors():
        *place, key = fault["loc"]
        where = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in place).lstrip(".")
        if fault["type"] == "extra_forbidden":
            near = difflib.get_close_matches(str(key), _keys(form), n=1)
            hint = f"; did you mean '{near[0]}'?" if near else "; remove it"
            lines.append(f"{name}{', ' + where if where else ''}: unknown key '{key}'{hint}")
        else:
            whole = f"{where}.{key}" if isinstance(key, str) else f"{where}[{key}]"
            lines.append(f"{name}, {whole.lstrip('.')}: {fault['msg']}")
    return "\n".join(lines)


def _keys(form: type[Form]) -> list[str]:
    """All key names that may stand in a form or in the forms inside it."""
    keys = list(form.model_fields)
    schema = form.model_json_schema()
    for inner in schema.get("$defs", {}).values():
        keys.extend(inner.get("properties", {}))
    return keys
