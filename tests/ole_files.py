"""OLE containers made in memory, and Word files in them."""

from __future__ import annotations

import struct
from collections.abc import Mapping

SECTOR, SMALLEST = 512, 4096
FREE, END, TABLE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def ole_of(streams: Mapping[str, bytes]) -> bytes:
    """A container of streams, each as large as need be to stand outside of the small ones."""
    sectors: list[bytes] = []
    chain: list[int] = []

    def place(data: bytes) -> int:
        first = len(sectors)
        for offset in range(0, len(data), SECTOR):
            sectors.append(data[offset : offset + SECTOR].ljust(SECTOR, b"\0"))
            chain.append(len(sectors))
        chain[-1] = END
        return first

    entries = [entry("Root Entry", 5, END, 0, child=1)]
    for number, (name, data) in enumerate(streams.items(), 1):
        whole = data.ljust(SMALLEST, b"\0")
        beside = number + 1 if number < len(streams) else FREE
        entries.append(entry(name, 2, place(whole), len(whole), right=beside))
    directory = place(b"".join(entries).ljust(SECTOR, b"\0"))
    n_tables = -(-(len(chain) + 8) // 120)
    tables = [len(chain) + number for number in range(n_tables)]
    chain += [TABLE] * n_tables
    fat = struct.pack(f"<{len(chain)}I", *chain).ljust(n_tables * SECTOR, b"\xff")
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6)
    head += bytes(6) + struct.pack("<IIIIIIIII", 0, n_tables, directory, 0, SMALLEST, END, 0, END, 0)
    head += struct.pack(f"<{n_tables}I", *tables)
    return head.ljust(SECTOR, b"\xff") + b"".join(sectors) + fat


def entry(name: str, kind: int, start: int, size: int, *, child: int = FREE, right: int = FREE) -> bytes:
    """An entry of the directory."""
    written = (name + "\0").encode("utf-16-le")
    fields = struct.pack("<HBBIII", len(written), kind, 1, FREE, right, child)
    return written.ljust(64, b"\0") + fields + bytes(36) + struct.pack("<IQ", start, size)


def word_streams(text: str, *, flags: int = 0, version: int = 193) -> dict[str, bytes]:
    """The streams of a Word file of one piece, without settings."""
    body = text.encode("utf-16-le")
    head = bytearray(SECTOR * 4)
    struct.pack_into("<HH", head, 0, 0xA5EC, version)
    struct.pack_into("<H", head, 0x0A, flags)
    struct.pack_into("<i", head, 0x4C, len(body) // 2)
    pieces = struct.pack("<IIHIH", 0, len(body) // 2, 0, len(head), 0)
    table = b"\x02" + struct.pack("<I", len(pieces)) + pieces
    struct.pack_into("<II", head, 0x9A + 8 * 33, 0, len(table))
    return {"WordDocument": bytes(head) + body, "0Table": table}
