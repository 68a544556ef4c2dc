"""A packet that an ASA says it denied because it belongs to no connection (106015), and whose flow it is."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bothways.flow import Flow

_DENIED = re.compile(
    r"Deny (?P<protocol>TCP|UDP) \(no connection\) from "
    r"(?P<source>[\d.]+)/(?P<source_port>\d+) to (?P<target>[\d.]+)/(?P<target_port>\d+)"
    r"(?: flags (?P<flags>[A-Z ]+?))?\s+on interface (?P<interface>\S+)"
)
_FROM_SERVER = {"SYN ACK"}


@dataclass(frozen=True, slots=True)
class DeniedPacket:
    """What the line says.

    Attributes:
        flow: as its client means it.
        flags: those of the packet, as printed: `RST`, `PSH ACK`.
        interface: where it came in.
        from_server: whether the server sent it.
    """

    flow: Flow
    flags: frozenset[str]
    interface: str
    from_server: bool


def denied_packet(text: str) -> DeniedPacket | None:
    """The packet of a line's text; None for another line.

    A SYN ACK was sent by the server; of any other packet the end with the lower port is the server.

    Raises:
        FlowError: an address in it is none.
    """
    found = _DENIED.search(text)
    if found is None:
        return None
    source = (found["source"], int(found["source_port"]))
    target = (found["target"], int(found["target_port"]))
    flags = (found["flags"] or "").strip()
    from_server = flags in _FROM_SERVER or source[1] < target[1]
    client, server = (target, source) if from_server else (source, target)
    flow = Flow.parse(f"{client[0]} {server[0]} {found['protocol'].lower()}/{server[1]}")
    interface = found["interface"].removesuffix(".")
    return DeniedPacket(flow, frozenset(flags.split()), interface, from_server)
