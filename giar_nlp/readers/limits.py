"""How much of a file is read: limits with names, and the `Watch` that holds one file to them."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace

from giar_nlp.errors import ReadError


@dataclass(frozen=True, slots=True)
class Limits:
    """What one file may hold or take. No annual report comes near any of them.

    Counts, but for `bytes`, `unpacked` (bytes of the file and of all that is packed in it), `ratio` (bytes
    unpacked for one packed), `memory` (bytes, of what reads a PDF, where the system can see to it) and
    `seconds`. `markup` are characters of a web page or of JSON, tags and all, `elements` its tags, lines and
    values; `characters` are those of a PDF, an OFD or a DOC, `lines` their ruling lines; `tags` are tags and
    attributes of one part of XML, or words of RTF.
    """

    bytes: int = 100_000_000
    unpacked: int = 200_000_000
    ratio: int = 250
    members: int = 10_000
    depth: int = 200
    pages: int = 2_000
    images: int = 10_000
    cells: int = 200_000
    markup: int = 4_000_000
    elements: int = 200_000
    characters: int = 1_000_000
    lines: int = 200_000
    memory: int = 480_000_000
    tags: int = 3_000_000
    seconds: float = 60

    def but(self, changes: Mapping[str, str]) -> "Limits":
        """These limits with others in place of some, as a user names them.

        Raises:
            ValueError: there is no such limit, or the value is no number above zero.
        """
        known = {field.name: field.type for field in fields(self)}
        wanted: dict[str, int | float] = {}
        for name, value in changes.items():
            if name not in known:
                raise ValueError(f"no limit {name!r}; there are {', '.join(known)}")
            try:
                wanted[name] = float(value) if name == "seconds" else int(value)
            except ValueError:
                raise ValueError(f"limit {name}: {value!r} is no number") from None
            if not wanted[name] > 0:
                raise ValueError(f"limit {name}: {value} is not above zero")
        return replace(self, **wanted)  # type: ignore[arg-type]


LIMITS = Limits()


class Watch:
    """Holds the reading of one file to its limits; every reader asks it as it goes.

    Attributes:
        path: the file's name, which opens every message.
        limits: the limits that hold.
    """

    def __init__(self, path: str, limits: Limits = LIMITS) -> None:
        self.path = path
        self.limits = limits
        self._begin = time.monotonic()
        self._end = self._begin + limits.seconds

    def check(self, limit: str, n: int, what: str) -> None:
        """Refuse more than a limit allows; see to the time as well.

        Args:
            limit: a field of `Limits`.
            n: how many there are.
            what: what they are, in the plural.

        Raises:
            ReadError: there are more, or the time is up.
        """
        most = getattr(self.limits, limit)
        if n > most:
            raise ReadError(
                f"{self.path}: {n:,} {what}, the limit is {most:,}; split the file, or raise it with "
                f"--limit {limit}=N"
            )
        self.tick()

    def tick(self) -> None:
        """Refuse to go on when the time is up.

        Raises:
            ReadError: reading has taken longer than `Limits.seconds`.
        """
        if time.monotonic() > self._end:
            raise ReadError(
                f"{self.path}: reading took more than {self.limits.seconds:g} s; split the file, or raise "
                f"the limit with --limit seconds=N"
            )

    def left(self) -> float:
        """Seconds left, never below zero."""
        return max(0.0, self._end - time.monotonic())

    def spent(self) -> float:
        """Seconds since the reading began."""
        return time.monotonic() - self._begin

    def error(self, reason: str, mend: str) -> ReadError:
        """A refusal of the file: what is wrong and where in it, and what to do."""
        return ReadError(f"{self.path}: {reason}; {mend}")
