"""The process that reads PDFs for `guard`: within its memory and its time, or not at all."""

import logging
import signal
import sys
import traceback
from contextlib import suppress

from giar_nlp.errors import ReadError
from giar_nlp.readers.limits import Limits, Watch
from giar_nlp.readers.pdf.messages import document_to, receive, send
from giar_nlp.readers.pdf.reading import read_pages


class _Warnings(logging.Handler):
    """Keeps what is warned of, for the process that asks."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.texts: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.texts.append(record.getMessage())


def serve() -> None:
    """Read the files that come in, until no more come."""
    stdin, stdout = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr
    warnings = _Warnings()
    logging.getLogger("giar_nlp").addHandler(warnings)
    while True:
        try:
            asked, data = receive(stdin)
        except EOFError:
            return
        limits = Limits(**asked["limits"])
        _hold_memory(limits)
        warnings.texts = []
        reply: dict[str, object] = {}
        try:
            reply["document"] = document_to(read_pages(data, Watch(asked["path"], limits), alive))
        except ReadError as error:
            reply["error"] = str(error)
        except Exception:
            reply["bug"] = traceback.format_exc()
        reply["warnings"] = warnings.texts
        rest()
        send(stdout, reply)


def alive(seconds: float) -> None:
    """Put off the end of this process: it ends by itself unless it is put off again in time."""
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, seconds)


def rest() -> None:
    """Have no end set."""
    alive(0)


def _hold_memory(limits: Limits) -> None:
    """Take no more memory than the limits allow, where the system can see to that."""
    with suppress(ImportError, ValueError, OSError):
        import resource

        _, most = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (limits.memory, most))
