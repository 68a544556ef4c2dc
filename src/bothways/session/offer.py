"""What a device's SSH server offers, read from its greeting: no cryptography and no login."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from bothways.session.algorithms import LEGACY, Algorithms

_KEXINIT = 20
_COOKIE = 16
_LONGEST_PACKET = 35_000
_MOST_LINES_BEFORE_VERSION = 100


@dataclass(frozen=True, slots=True)
class Offer:
    """The server's version line and its four lists, server to client."""

    version: str
    key_exchange: tuple[str, ...]
    host_key: tuple[str, ...]
    cipher: tuple[str, ...]
    mac: tuple[str, ...]

    def lacking(self, ours: Algorithms) -> dict[str, tuple[str, ...]]:
        """Per kind without a common algorithm, what the device offers of it."""
        theirs = {
            "key exchange": self.key_exchange,
            "host key": self.host_key,
            "cipher": self.cipher,
            "MAC": self.mac,
        }
        lacking = {
            kind: names for kind, names in theirs.items() if not set(names) & set(ours.by_kind()[kind])
        }
        if any("gcm" in cipher and cipher in ours.cipher for cipher in self.cipher):
            lacking.pop("MAC", None)  # such a cipher brings its own
        return lacking

    @property
    def legacy_would_do(self) -> bool:
        """Whether `legacy_ssh: true` would find something in common."""
        return not self.lacking(LEGACY)


async def read_offer(address: str, port: int) -> Offer | None:
    """Ask a server what it offers; None when it says nothing sensible. Cancel it to bound the time."""
    try:
        reader, writer = await asyncio.open_connection(address, port, limit=_LONGEST_PACKET)
    except OSError:
        return None
    try:
        version = await _version(reader)
        writer.write(b"SSH-2.0-Bothways\r\n")
        packet = await reader.readexactly(
            int.from_bytes(await reader.readexactly(4), "big") % _LONGEST_PACKET
        )
        return _parse(version, packet)
    except (OSError, EOFError, ValueError):
        return None
    finally:
        writer.close()


async def _version(reader: asyncio.StreamReader) -> str:
    """The version line; a server may print others before it."""
    for _ in range(_MOST_LINES_BEFORE_VERSION):
        line = await reader.readline()
        if not line or line.startswith(b"SSH-"):
            return line.decode("ascii", "replace").strip()
    return ""


def _parse(version: str, packet: bytes) -> Offer | None:
    payload = packet[1 : len(packet) - packet[0]] if packet else b""
    if not payload or payload[0] != _KEXINIT:
        return None
    lists: list[tuple[str, ...]] = []
    at = 1 + _COOKIE
    for _ in range(8):
        length = int.from_bytes(payload[at : at + 4], "big")
        names = payload[at + 4 : at + 4 + length].decode("ascii", "replace")
        lists.append(tuple(name for name in names.split(",") if name))
        at += 4 + length
    return Offer(version, key_exchange=lists[0], host_key=lists[1], cipher=lists[3], mac=lists[5])
