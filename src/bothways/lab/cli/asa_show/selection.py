"""Which connections a command means: `address A address B port P protocol tcp`."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Network
from itertools import pairwise

from bothways.lab.cli.asa_show.view import Conn, End
from bothways.lab.cli.dialect import Words


@dataclass(frozen=True, slots=True)
class _Half:
    """What one end must be."""

    network: IPv4Network | None = None
    port: int | None = None

    def takes(self, end: End) -> bool:
        inside = self.network is None or end.address in self.network
        return inside and self.port in (None, end.port)


@dataclass(frozen=True, slots=True)
class Selection:
    """A filter over connections: two halves, either way round."""

    protocol: str = ""
    halves: tuple[_Half, _Half] = (_Half(), _Half())

    @classmethod
    def read(cls, words: Words) -> Selection:
        """From the words of a command; a second address or port speaks of the other end."""
        protocol = ""
        addresses: list[IPv4Network] = []
        ports: list[int] = []
        for word, value in pairwise(words):
            if word == "protocol":
                protocol = value
            elif word == "address":
                addresses.append(IPv4Network(value))
            elif word == "netmask":
                addresses[-1] = IPv4Network(f"{addresses[-1].network_address}/{value}", strict=False)
            elif word == "port":
                ports.append(int(value))
        halves = [
            _Half(addresses[at] if at < len(addresses) else None, ports[at] if at < len(ports) else None)
            for at in (0, 1)
        ]
        return cls(protocol, (halves[0], halves[1]))

    def takes(self, conn: Conn) -> bool:
        """Whether a connection is meant."""
        if self.protocol not in ("", conn.protocol):
            return False
        one, other = self.halves
        return (one.takes(conn.far) and other.takes(conn.near)) or (
            one.takes(conn.near) and other.takes(conn.far)
        )
