"""The command that shows what a reader saw: `convert`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from giar_nlp.cli.output import Errors, check_place, open_out, say

if TYPE_CHECKING:
    from giar_nlp.readers import Limits

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
            "--out", "-o", help="File to write (.txt, .md, .jsonl); text on standard output without it."
        ),
    ] = None,
    limit: Limit = None,
) -> None:
    """Show what a reader saw: the text of reports, their tables and headings with it (.md, .jsonl)."""
    from giar_nlp.converting import CONVERTERS
    from giar_nlp.errors import ReadError
    from giar_nlp.jsonl import dump_error
    from giar_nlp.readers import find_files, need_files, read

    limits = limits_of(limit)
    check_place(out)
    suffix = out.suffix.lower() if out else ".txt"
    if suffix not in CONVERTERS:
        raise typer.BadParameter(f"{out}: no known format; name a file that ends in {', '.join(CONVERTERS)}")
    errors = Errors(out)
    with open_out(out) as stream:
        for found in need_files(find_files(paths)):
            try:
                if found.error is not None:
                    raise found.error
                stream.write(CONVERTERS[suffix](read(found.path, limits)))
            except ReadError as error:
                errors.add(dump_error(found.path, error), str(error))
    errors.write()
    if errors.n and errors.path:
        say(f"{errors.n} {'input' if errors.n == 1 else 'inputs'} failed; see {errors.path}")
    raise typer.Exit(1 if errors.n else 0)


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
