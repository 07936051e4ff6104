"""The command line, `giar`: each command parses its options, calls one function of the package, prints.

Exit status: 0 fine; 1 some inputs failed, or findings under `--strict`; 2 wrong use; 130 after Ctrl-C.
Whatever is slow to load is imported inside the command that needs it, so that `giar --help` is there at once.
"""

import io
import logging
import sys
from typing import Annotated

import typer

from giar_nlp import __version__
from giar_nlp.cli.checks import check
from giar_nlp.cli.conversions import convert
from giar_nlp.cli.corpora import corpus_app
from giar_nlp.cli.exporting import export
from giar_nlp.cli.labels import annotate, classify, counts
from giar_nlp.cli.models import model_app, train
from giar_nlp.cli.output import say
from giar_nlp.cli.panels import tables
from giar_nlp.cli.schemes import scheme_app
from giar_nlp.cli.scores import evaluate
from giar_nlp.errors import GiarError

__all__ = ["app", "main"]

FAILED, CTRL_C = 1, 130
INTERRUPTED = "interrupted"

app = typer.Typer(
    name="giar",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command()(annotate)
app.command()(classify)
app.command()(counts)
app.command()(check)
app.command()(convert)
app.command()(train)
app.command()(evaluate)
app.command()(tables)
app.command()(export)
app.add_typer(corpus_app, name="corpus")
app.add_typer(model_app, name="model")
app.add_typer(scheme_app, name="scheme")


def _show_version(asked: bool) -> None:
    if asked:
        typer.echo(f"giar {__version__}")
        raise typer.Exit


@app.callback()
def _giar(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version.")
    ] = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Tell more on stderr.")] = False,
) -> None:
    """Reads Chinese annual reports on open government information: segments, themes, counts."""
    logger = logging.getLogger("giar_nlp")
    logger.addHandler(_ToStderr())
    logger.setLevel(logging.INFO if verbose else logging.WARNING)


class _ToStderr(logging.Handler):
    """Says what is logged on whatever stderr is at that moment."""

    def emit(self, record: logging.LogRecord) -> None:
        """Say one message."""
        say(self.format(record))


def main() -> None:
    """Run `giar` and leave with its exit status."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal that cannot show Chinese is no fault
    try:
        app(prog_name="giar")
    except GiarError as error:
        say(str(error))
        sys.exit(FAILED)
    except KeyboardInterrupt:
        say(INTERRUPTED)
        sys.exit(CTRL_C)
    except SystemExit as left:
        if left.code == CTRL_C:  # typer makes this of a Ctrl-C inside a command
            say(INTERRUPTED)
        raise
