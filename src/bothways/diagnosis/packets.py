"""A packet on its way: addresses, ports, flags, and sequence numbers known only relative to an ISN."""

from __future__ import annotations

from dataclasses import dataclass, replace
from ipaddress import IPv4Address

from bothways.flow import Flow, Protocol

Ports = tuple[int, int]
"""An inclusive range; both ends equal for one port."""

EPHEMERAL: Ports = (1024, 65535)
NO_PORTS: Ports = (0, 0)
_TFTP = 69


@dataclass(frozen=True, slots=True)
class Number:
    """A sequence number: an initial one (`C` client's, `S` server's), plus shifts, plus a constant.

    Attributes:
        shifts: device to how many times its delta was added; never zero.
    """

    isn: str
    plus: int = 0
    shifts: tuple[tuple[str, int], ...] = ()

    def shifted(self, device: str, times: int) -> Number:
        """The number after `device` added its delta `times` times (negative: took it off)."""
        counts = dict(self.shifts)
        counts[device] = counts.get(device, 0) + times
        return replace(self, shifts=tuple(sorted((name, n) for name, n in counts.items() if n)))

    def next(self, plus: int = 1) -> Number:
        """The number `plus` further on."""
        return replace(self, plus=self.plus + plus)

    def __str__(self) -> str:
        text = self.isn
        for name, times in self.shifts:
            factor = "" if abs(times) == 1 else str(abs(times))
            delta = "Δ" if len(self.shifts) == 1 else f"Δ({name})"
            text += f"{'+' if times > 0 else '-'}{factor}{delta}"
        return f"{text}+{self.plus}" if self.plus else text


@dataclass(frozen=True, slots=True, kw_only=True)
class Packet:
    """One packet as it stands at one point of its way.

    Attributes:
        number: SYN 1, SYN/ACK 2, the client's answer 3, first data 4; retransmissions are not counted. In
            mid-stream: 1 what the client sends next, 2 what the server says to it. With a data loss: 6 is
            lost, 7 what its sender sends next.
        kind: `SYN`, `SYN/ACK`, `ACK`, `RST`, `PSH/ACK`, `echo`, `echo reply`, `request`, `answer`.
        behind_gap: a segment before it was lost and is not sent again.
    """

    number: int
    protocol: Protocol
    kind: str
    source: IPv4Address
    source_ports: Ports
    destination: IPv4Address
    destination_ports: Ports
    seq: Number | None = None
    ack: Number | None = None
    behind_gap: bool = False

    @property
    def opens(self) -> bool:
        """Whether a stateful hop lets it ask for a new connection; of TCP only a SYN may."""
        return self.protocol is not Protocol.TCP or self.kind == "SYN"

    @property
    def established(self) -> bool:
        """What the word `established` of an access list matches: ACK or RST is set."""
        return self.protocol is Protocol.TCP and self.kind != "SYN"

    def __str__(self) -> str:
        return f"packet {self.number} ({self.kind})"


def outbound(
    flow: Flow, number: int, kind: str, seq: Number | None = None, ack: Number | None = None
) -> Packet:
    """A packet from the client to the server."""
    own = EPHEMERAL if flow.client_port is None else (flow.client_port, flow.client_port)
    icmp = flow.protocol is Protocol.ICMP
    return Packet(
        number=number,
        protocol=flow.protocol,
        kind=kind,
        source=flow.client,
        source_ports=NO_PORTS if icmp else own,
        destination=flow.server,
        destination_ports=(flow.port, flow.port),
        seq=seq,
        ack=ack,
    )


def answer(heard: Packet, packet: Packet) -> Packet:
    """An answer, addressed as its sender knows the two ends: as they stood in the packet it heard."""
    own_port = packet.source_ports == EPHEMERAL
    return replace(
        packet,
        source=heard.destination,
        source_ports=packet.source_ports if own_port else heard.destination_ports,
        destination=heard.source,
        destination_ports=heard.source_ports,
    )


def inbound(
    flow: Flow, number: int, kind: str, seq: Number | None = None, ack: Number | None = None
) -> Packet:
    """A packet from the server to the client; a TFTP server answers from a port of its own."""
    there = outbound(flow, number, kind)
    own_port = flow.protocol is Protocol.UDP and flow.port == _TFTP
    return replace(
        there,
        source=flow.server,
        source_ports=EPHEMERAL if own_port else there.destination_ports,
        destination=flow.client,
        destination_ports=there.source_ports,
        seq=seq,
        ack=ack,
    )
