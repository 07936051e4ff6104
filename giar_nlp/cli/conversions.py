"""The command that shows what a reader saw: `convert`."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from giar_nlp.cli.output import Errors, check_place, open_out, say

if TYPE_CHECKING:
    from giar_nlp.readers import FoundFile, Limits

Limit = Annotated[
    list[str] | None,
    typer.Option(
        "--limit", help="Another limit of what a file may hold, such as pages=5000.", metavar="NAME=N"
    ),
]


def convert(
    paths: Annotated[list[str], typer.Argument(help="Reports: files, folders, globs, - for standard input.")],
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            "-o",
            help="File to write (.txt, .md, .jsonl), or a folder that is there, for a file of each report; "
            "text on standard output without it.",
        ),
    ] = None,
    to: Annotated[
        Literal["txt", "md", "jsonl"] | None,
        typer.Option(help="Format in a folder and on standard output; txt without it."),
    ] = None,
    limit: Limit = None,
) -> None:
    """Show what a reader saw: the text of reports, their tables and headings with it (.md, .jsonl).

    Texts of several reports in one file, or on standard output, each have a line ==> FILE <== above.
    """
    limits = limits_of(limit)
    suffix = _suffix_of(out, to)
    errors = Errors(out)
    if out is not None and out.is_dir():
        _write_each(paths, out, suffix, limits, errors)
    else:
        _write_all(paths, out, suffix, limits, errors)
    errors.write()
    if errors.n and errors.path:
        say(f"{errors.n} {'input' if errors.n == 1 else 'inputs'} failed; see {errors.path}")
    raise typer.Exit(1 if errors.n else 0)


def _suffix_of(out: Path | None, to: str | None) -> str:
    """The suffix that names the format.

    Raises:
        typer.BadParameter: there is none of that name, or the file and `--to` name two.
    """
    from giar_nlp.converting import CONVERTERS

    if out is None or out.is_dir():
        return f".{to or 'txt'}"
    check_place(out)
    suffix = out.suffix.lower()
    if suffix not in CONVERTERS:
        raise typer.BadParameter(
            f"{out}: no known format; name a file that ends in {', '.join(CONVERTERS)}, or an existing folder"
        )
    if to and suffix != f".{to}":
        raise typer.BadParameter(f"{out}: its name says another format than --to {to}; leave --to out")
    return suffix


def _write_all(paths: list[str], out: Path | None, suffix: str, limits: "Limits", errors: Errors) -> None:
    """Write all reports into one file; where they are several, their names stand between their texts."""
    from giar_nlp.converting import heading_of
    from giar_nlp.readers import find_files, need_files

    files = list(need_files(find_files(paths)))
    is_headed = suffix != ".jsonl" and len(files) > 1
    is_first = True
    with open_out(out) as stream:
        for found in files:
            converted = _converted(found, suffix, limits, errors)
            if converted is None:
                continue
            if is_headed:
                stream.write(heading_of(found.path, is_first=is_first))
            stream.write(converted)
            is_first = False


def _write_each(paths: list[str], out: Path, suffix: str, limits: "Limits", errors: Errors) -> None:
    """Write each report into a file of its own in a folder; no file that is read is written over."""
    from giar_nlp.converting import name_files
    from giar_nlp.readers import find_files, need_files

    files = list(need_files(find_files(paths)))
    real = [Path(os.path.realpath(found.path)) for found in files]
    inputs = {path.name for path in real if path.parent == Path(os.path.realpath(out))}
    names = name_files((found.path for found in files), suffix, taken=inputs)
    for found, name in zip(files, names, strict=True):
        converted = _converted(found, suffix, limits, errors)
        if converted is not None:
            with open_out(out / name) as stream:
                stream.write(converted)


def _converted(found: "FoundFile", suffix: str, limits: "Limits", errors: Errors) -> bytes | None:
    """The document of a file in a format; None, and the error is taken in, if it cannot be read."""
    from giar_nlp.converting import CONVERTERS
    from giar_nlp.errors import ReadError
    from giar_nlp.jsonl import dump_error
    from giar_nlp.readers import read

    try:
        if found.error is not None:
            raise found.error
        return CONVERTERS[suffix](read(found.path, limits))
    except ReadError as error:
        errors.add(dump_error(found.path, error), str(error))
        return None


def limits_of(given: list[str] | None) -> "Limits":
    """The limits that `--limit` asks for.

    Raises:
        typer.BadParameter: one is not NAME=N, or there is none of that name.
    """
    from giar_nlp.readers import LIMITS

    changes = dict(one.partition("=")[::2] for one in given or ())
    try:
        return LIMITS.but(changes)
    except ValueError as error:
        raise typer.BadParameter(f"--limit: {error}") from error
