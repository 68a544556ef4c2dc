"""A flow, as the client means it, and the flags of its packets: frozen values, nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from ipaddress import AddressValueError, IPv4Address

from bothways.errors import FlowError

_HOW = "write CLIENT SERVER tcp/PORT, for example: 10.12.0.130 172.16.1.18 tcp/443"


class Protocol(StrEnum):
    """What a flow may be made of."""

    TCP = "tcp"
    UDP = "udp"
    ICMP = "icmp"


@dataclass(frozen=True, slots=True)
class Flow:
    """Protocol and tuple as the client means them.

    Attributes:
        client: address that opens the flow.
        server: address the client calls (before any translation).
        protocol: tcp, udp or icmp.
        port: server port; 0 for icmp.
        client_port: None while it is any port.
    """

    client: IPv4Address
    server: IPv4Address
    protocol: Protocol
    port: int
    client_port: int | None = None

    @classmethod
    def parse(cls, text: str) -> Flow:
        """Read `CLIENT SERVER tcp/443`, with blanks or commas between the parts.

        Raises:
            FlowError: the text is not a flow; the message names the part.
        """
        words = text.replace(",", " ").split()
        if len(words) != 3:
            raise FlowError("flow", f"{text!r} has {len(words)} parts, not 3", _HOW)
        client, server = (_address(word) for word in words[:2])
        if client == server:
            raise FlowError("flow", f"client and server are both {client}", _HOW)
        protocol, port = _service(words[2])
        return cls(client, server, protocol, port)

    @property
    def service(self) -> str:
        """`tcp/443`, or `icmp`."""
        return f"{self.protocol}/{self.port}" if self.protocol is not Protocol.ICMP else "icmp"

    def __str__(self) -> str:
        return f"{self.client} {self.server} {self.service}"


def _address(word: str) -> IPv4Address:
    try:
        address = IPv4Address(word)
    except AddressValueError as error:
        raise FlowError("flow", f"{word!r} is not an IPv4 address ({error})", _HOW) from None
    if address.is_multicast or address.is_unspecified or address == IPv4Address("255.255.255.255"):
        raise FlowError("flow", f"{word} cannot be an end of a flow", _HOW)
    return address


def _service(word: str) -> tuple[Protocol, int]:
    name, _, port = word.partition("/")
    try:
        protocol = Protocol(name.lower())
    except ValueError:
        raise FlowError("flow", f"{word!r} is not tcp/PORT, udp/PORT or icmp", _HOW) from None
    if protocol is Protocol.ICMP:
        if port:
            raise FlowError("flow", f"{word!r}: icmp has no port", _HOW)
        return protocol, 0
    if not (port.isascii() and port.isdigit() and 1 <= int(port) <= 65535):
        raise FlowError("flow", f"{word!r} needs a port from 1 to 65535", _HOW)
    return protocol, int(port)


class Fate(StrEnum):
    """What becomes of a flow: the fixed list of verdicts, shared by prediction and observation."""

    COMPLETE = "complete"
    INTRA_INTERFACE_DENIED = "intra-interface-denied"
    ISN_MISMATCH = "isn-mismatch"
    HANDSHAKE_UNSEEN = "handshake-unseen"
    NO_CONNECTION = "no-connection"
    WRONG_SOURCE = "wrong-source"
    ACL_DENIED = "acl-denied"
    NO_ROUTE = "no-route"
    NO_ADJACENCY = "no-adjacency"
    LINK_DOWN = "link-down"
    PROXY_STALL = "proxy-stall"
    RESET_BY_DEVICE = "reset-by-device"
    IDLE_TIMEOUT = "idle-timeout"
    UNKNOWN = "unknown"
