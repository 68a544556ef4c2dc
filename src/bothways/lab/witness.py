"""What really happened to a flow, from records only: what sockets returned, what devices dropped and sent."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bothways.flow import Fate
from bothways.lab.frames import ACK, RST, SYN, TCP, Packet
from bothways.lab.ledger import Drop, End, Ledger, Why
from bothways.lab.tftp import PORT as TFTP_PORT

_FATES = {
    Why.INTRA_INTERFACE: Fate.INTRA_INTERFACE_DENIED,
    Why.INTER_INTERFACE: Fate.ACL_DENIED,
    Why.SECURITY_LEVEL: Fate.ACL_DENIED,
    Why.ACL: Fate.ACL_DENIED,
    Why.NAT_ONE_WAY: Fate.ACL_DENIED,
    Why.NAT_EXHAUSTED: Fate.ACL_DENIED,
    Why.NO_CONNECTION: Fate.NO_CONNECTION,
    Why.SPOOF: Fate.NO_CONNECTION,  # there is one, but none where the packet came in
    Why.HANDSHAKE_UNSEEN: Fate.HANDSHAKE_UNSEEN,
    Why.BAD_ACK: Fate.ISN_MISMATCH,
    Why.NO_ROUTE: Fate.NO_ROUTE,
    Why.REVERSE_PATH: Fate.NO_ROUTE,
    Why.NO_ROUTER: Fate.NO_ROUTE,
    Why.NO_ADJACENCY: Fate.NO_ADJACENCY,
    Why.LINK_DOWN: Fate.LINK_DOWN,
    Why.DEVICE_DOWN: Fate.LINK_DOWN,
    Why.WRONG_SOURCE: Fate.WRONG_SOURCE,
    Why.LOOPBACK: Fate.NO_ADJACENCY,
    Why.BEHIND_GAP: Fate.PROXY_STALL,
}

_ON_THE_WIRE_S = 0.001


@dataclass(frozen=True, slots=True)
class Seen:
    """A flow that is asked about.

    Attributes:
        protocol: tcp, udp or icmp.
        client, server: dotted addresses.
        port: of the server; 0 for icmp.
        client_port: of the client; None for any, and then the latest one counts.
        since_s: rows before it do not count.
        first: `forward` or `back`: who sent the first packet of a flow that is looked at in mid-stream;
            "" for a flow that is looked at from its SYN on.
        aliases: an address and one that stands for it behind a translation.
        ports: an address with its port and what stands for it, where the port became another.
        lost: `forward` or `back`: whose data segment a wire has lost before all that is looked at.
    """

    protocol: str
    client: str
    server: str
    port: int
    client_port: int | None = None
    since_s: float = 0.0
    first: str = ""
    lost: str = ""
    aliases: frozenset[tuple[str, str]] = frozenset()
    ports: frozenset[tuple[End, End]] = frozenset()

    def same(self, one: str, other: str) -> bool:
        """Whether two addresses are those of one host: its own, or any that stands for it somewhere."""
        return bool(self._hosts(one) & self._hosts(other))

    def numbers(self, address: str, port: int | None) -> set[int | None]:
        """A port of a host, and those that stand for it somewhere."""
        found, before = {port}, 0
        while len(found) > before:
            before = len(found)
            for ends in self.ports:
                if any(one in found and self.same(host, address) for host, one in ends):
                    found |= {one for _, one in ends}
        return found

    def _hosts(self, address: str) -> set[str]:
        return {address, *(real for real, shown in self.aliases if shown == address)}


@dataclass(frozen=True, slots=True)
class Testimony:
    """What the witness says.

    Attributes:
        fate: what became of the flow.
        device: inventory name of a device, or dotted address of a host; "" when there is none.
        packet: number of the packet that died; 0 when all went well or nobody knows.
        why: in the lab's words.
        result: what the client's socket returned last; "" when nothing yet.
    """

    fate: Fate
    device: str = ""
    packet: int = 0
    why: str = ""
    result: str = ""


def testify(ledger: Ledger, seen: Seen) -> Testimony:
    """The fate of a flow: the first packet that died for a reason decides, unless an answer arrived.

    A refusal by the client itself or by a firewall is the cause; what follows from it (retransmissions, RSTs
    that hit nothing) is not looked at.
    """
    seen = _latest(ledger, replace(seen, aliases=frozenset(ledger.aliases), ports=frozenset(ledger.ports)))
    result = _result(ledger, seen)
    if result in ("delivered", "closed"):
        return Testimony(Fate.COMPLETE, result=result)
    rows = [row for row in ledger.drops if row.time_s >= seen.since_s and direction(row.packet, seen)]
    for row in rows:
        if seen.first and row.why is Why.LINK_DOWN and row.time_s <= seen.since_s + _ON_THE_WIRE_S:
            continue  # it was on the wire that was cut, and comes again
        fate = _FATES.get(row.why)
        if fate is not None:
            fate = _of_lost_connection(ledger, seen, row) if row.why is Why.NO_CONNECTION else fate
            return Testimony(fate, row.where, packet_number(row.packet, seen), str(row.why), result)
    if result == "reset":
        return Testimony(Fate.RESET_BY_DEVICE, result=result)
    return Testimony(Fate.UNKNOWN, result=result)


def _of_lost_connection(ledger: Ledger, seen: Seen, row: Drop) -> Fate:
    """Why there was no connection: one that was up once is lost, and perhaps answered for."""
    lost = [
        one
        for one in ledger.ended
        if one.where == row.where
        and one.time_s <= row.time_s
        and not one.embryonic
        and direction(one.opener, seen)
        and not one.reason.startswith("TCP ")
    ]
    if not lost:
        return Fate.NO_CONNECTION
    answers = [one for one in ledger.forged if one.where == row.where and one.time_s == row.time_s]
    if any(direction(one.packet, seen) for one in answers):
        return Fate.RESET_BY_DEVICE
    return Fate.IDLE_TIMEOUT if lost[-1].reason == "Conn-timeout" else Fate.NO_CONNECTION


def packet_number(packet: Packet, seen: Seen) -> int:
    """1 the SYN, 2 the SYN/ACK, 3 the client's answer, 4 its first data, 5 what the server says then.

    In mid-stream: 1 is what the end that speaks first sends, 2 what the other one sends. Behind a loss: 6 was
    lost, 7 is what its sender sends next, 8 what the other one sends.
    """
    forward = direction(packet, seen) == "forward"
    if seen.first:
        return 1 if direction(packet, seen) == seen.first else 2
    if seen.lost:
        return 7 if direction(packet, seen) == seen.lost else 8
    if packet.protocol != TCP:
        return 1 if forward else 2
    if packet.flags & SYN:
        return 2 if packet.flags & ACK else 1
    if not forward:
        return 5
    return 4 if packet.data and not packet.flags & RST else 3


def _latest(ledger: Ledger, seen: Seen) -> Seen:
    if seen.protocol == "icmp":
        return _latest_echo(ledger, seen)
    if seen.client_port is not None:
        return seen
    ports = [
        (row.time_s, row.client_port)
        for row in ledger.results
        if (row.protocol, row.client, row.server, row.port)
        == (seen.protocol, seen.client, seen.server, seen.port)
        and row.time_s >= seen.since_s
    ]
    ports += [
        (row.time_s, row.packet.sport)
        for row in ledger.drops
        if row.time_s >= seen.since_s and direction(row.packet, seen) == "forward"
    ]
    port = max(ports)[1] if ports else None
    return replace(seen, client_port=port)


def _latest_echo(ledger: Ledger, seen: Seen) -> Seen:
    """Echo requests have no ports: only what died since the last answer arrived counts."""
    answered = [
        row.time_s
        for row in ledger.results
        if (row.protocol, row.client, row.server, row.result)
        == ("icmp", seen.client, seen.server, "delivered")
    ]
    return replace(seen, since_s=max([seen.since_s, *answered]))


def _result(ledger: Ledger, seen: Seen) -> str:
    rows = [
        row.result
        for row in ledger.results
        if row.time_s >= seen.since_s
        and (row.protocol, row.client, row.server, row.port)
        == (seen.protocol, seen.client, seen.server, seen.port)
        and seen.client_port in (None, row.client_port)
    ]
    return rows[-1] if rows else ""


def direction(packet: Packet, seen: Seen) -> str:
    """`forward`, `back`, or "" for a packet of another flow."""
    if packet.protocol_name != seen.protocol:
        return ""
    ends = (str(packet.source), str(packet.destination))
    icmp = seen.protocol == "icmp"
    tftp = seen.protocol == "udp" and seen.port == TFTP_PORT
    if not (icmp or tftp) and seen.client_port is not None:
        return _by_ports(packet, seen, ends)
    # A TFTP server answers from a port of its own choice.
    any_port = icmp or tftp
    forth, back = (
        all(map(seen.same, ends, pair)) for pair in ((seen.client, seen.server), (seen.server, seen.client))
    )
    if forth and (icmp or (packet.dport == seen.port and seen.client_port in (None, packet.sport))):
        return "forward"
    if back and (
        icmp or ((any_port or packet.sport == seen.port) and seen.client_port in (None, packet.dport))
    ):
        return "back"
    return ""


def _by_ports(packet: Packet, seen: Seen, ends: tuple[str, str]) -> str:
    """With both ports known one address will do: a translation on the way leaves the other."""
    forward, back = (seen.client, seen.server), (seen.server, seen.client)
    for name, addresses, ports in (
        ("forward", forward, (seen.client_port, seen.port)),
        ("back", back, (seen.port, seen.client_port)),
    ):
        if any(map(seen.same, ends, addresses)) and all(
            found in seen.numbers(address, port)
            for found, address, port in zip((packet.sport, packet.dport), addresses, ports, strict=True)
        ):
            return name
    return ""


__all__ = ["Drop", "Seen", "Testimony", "direction", "packet_number", "testify"]
