"""Reads PDFs in a process beside this one, which can be stopped and can fail.

pdfium cannot be stopped inside a page, and a small file can keep it busy for hours or fill all memory: a form
that is drawn inside itself, a page that unpacks to millions of characters. A thread cannot be stopped either,
and a crash would take everything with it. So a child process reads: it is started with the first PDF, reads
one file after the other, and is started anew when one has ended it.
"""

import atexit
import json
import logging
import os
import signal
import subprocess
import sys
from dataclasses import asdict
from threading import Lock, Timer
from typing import IO, Any

from giar_nlp.errors import ReadError
from giar_nlp.readers.limits import Watch
from giar_nlp.readers.pdf.messages import document_from, receive, send
from giar_nlp.types import Document

_START = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]);"
    "from giar_nlp.readers.pdf.child import serve; serve()"
)
_GRACE = 1.0
"""Seconds that the child has to end by itself when its time is up."""

_LOCK = Lock()

logger = logging.getLogger(__name__)


class _Child:
    """The process that reads; none until it is needed."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._of = 0  # the process that started it: after a fork, it is not ours

    def ask(self, data: bytes, watch: Watch) -> dict[str, Any]:
        """What the child makes of a file.

        Raises:
            ReadError: the file ended it.
        """
        process, stdin, stdout = self._started()
        stopping = Timer(watch.left() + _GRACE, process.kill)
        stopping.start()
        try:
            send(stdin, {"path": watch.path, "limits": asdict(watch.limits)}, data)
            reply, _ = receive(stdout)
        except (OSError, EOFError, ValueError):
            raise self._ended(watch) from None
        finally:
            stopping.cancel()
        return reply

    def close(self) -> None:
        """End the process."""
        process, self._process = self._process, None
        if process is None or self._of != os.getpid():
            return
        process.kill()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                stream.close()
        process.wait()

    def _started(self) -> tuple[subprocess.Popen[bytes], IO[bytes], IO[bytes]]:
        process = self._process
        if process is None or self._of != os.getpid() or process.poll() is not None:
            self.close()
            process = subprocess.Popen(
                [sys.executable, "-I", "-c", _START, json.dumps(sys.path)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
            self._process, self._of = process, os.getpid()
        if process.stdin is None or process.stdout is None:
            raise RuntimeError("a process without pipes")
        return process, process.stdin, process.stdout

    def _ended(self, watch: Watch) -> ReadError:
        """What to say of a file that ended the process."""
        process = self._process
        self.close()
        watch.tick()
        if process is not None and process.returncode == -getattr(signal, "SIGALRM", 0):
            return watch.error(
                "a page takes too long to read: it holds far more than it shows",
                "print it to PDF again, or split the file",
            )
        return watch.error(
            "the PDF file is damaged or takes too much memory: its reading broke off",
            "print it to PDF again, or split the file",
        )


_CHILD = _Child()
atexit.register(_CHILD.close)


def read_guarded(data: bytes, watch: Watch) -> Document:
    """The document in a PDF file, read in the child process; one file at a time.

    Raises:
        ReadError: it cannot be read, or holds or takes more than the limits allow.
    """
    with _LOCK:
        reply = _CHILD.ask(data, watch)
    for warning in reply["warnings"]:
        logger.warning("%s", warning)
    if "error" in reply:
        raise ReadError(reply["error"])
    if "bug" in reply:
        raise RuntimeError(reply["bug"])
    return document_from(reply["document"])
