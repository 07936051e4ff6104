"""LibreOffice for the files that no reader here understands: old Word files, Works files, damaged ones.

It is run without a window, with a profile of its own that allows neither macros nor links to other files, in
a group of processes that is ended whole when the time is up.
"""

import os
import shutil
import signal
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path

from giar_nlp.readers.limits import Watch

_PROGRAMS = ("soffice", "libreoffice")
_MOST_SECONDS = 30.0
_PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="MacroSecurityLevel" oor:op="fuse"><value>3</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Writer/Content/Update"><prop oor:name="Link" oor:op="fuse"><value>2</value></prop></item>
</oor:items>
"""  # noqa: E501
_NOWHERE = "http://127.0.0.1:9"


def to_docx(data: bytes, suffix: str, watch: Watch) -> bytes | None:
    """A file as DOCX, by LibreOffice; None where that is not installed or cannot read it.

    Args:
        data: the whole file.
        suffix: what its name ends with, which LibreOffice goes by.
        watch: the time left.
    """
    program = next(filter(None, map(shutil.which, _PROGRAMS)), None)
    if program is None:
        return None
    with tempfile.TemporaryDirectory(prefix="giar-", ignore_cleanup_errors=True) as folder:
        user = Path(folder, "profile", "user")
        user.mkdir(parents=True)
        (user / "registrymodifications.xcu").write_text(_PROFILE, encoding="utf-8")
        Path(folder, f"in{suffix}").write_bytes(data)
        command = [
            program,
            f"-env:UserInstallation={Path(folder, 'profile').as_uri()}",
            *("--headless", "--norestore", "--nolockcheck", "--nodefault"),
            *("--convert-to", "docx:MS Word 2007 XML", "--outdir", str(Path(folder, "out"))),
            str(Path(folder, f"in{suffix}")),
        ]
        _run(command, folder, min(watch.left(), _MOST_SECONDS))
        made = Path(folder, "out", "in.docx")
        return made.read_bytes() if made.is_file() else None


def _run(command: list[str], folder: str, seconds: float) -> None:
    """Run a program and all that it starts for so many seconds at most, away from the network."""
    apart = {"HOME": folder, "TMPDIR": folder, "http_proxy": _NOWHERE, "https_proxy": _NOWHERE}
    process = subprocess.Popen(
        command,
        cwd=folder,
        env={**os.environ, **apart},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        with suppress(subprocess.TimeoutExpired):
            process.wait(seconds)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
