"""System messages of the ASA, worded as the vendor's guide and real logs have them."""

from __future__ import annotations

from bothways.lab.asa.conn import Conn, End
from bothways.lab.frames import ICMP, TCP, UDP, Packet

_NAMES = {TCP: "TCP", UDP: "UDP", ICMP: "ICMP"}
Message = tuple[int, str]


def no_connection(packet: Packet, interface: str) -> Message:
    """106015; each flag is printed with a blank behind it, hence two before `on`."""
    ends = f"{packet.source}/{packet.sport} to {packet.destination}/{packet.dport}"
    return 106015, f"Deny TCP (no connection) from {ends} flags {_flags(packet)} on interface {interface}"


def inbound_denied(packet: Packet, source: str, destination: str) -> Message:
    """106001, 106006, 106014 or 106010: denied without an access list, by protocol.

    That TCP and UDP get 106001 and 106006 when the intra-interface permit is missing is believed; the ICMP
    text was seen in that case.
    """
    if packet.protocol == TCP:
        ends = f"{packet.source}/{packet.sport} to {packet.destination}/{packet.dport}"
        return (
            106001,
            f"Inbound TCP connection denied from {ends} flags {_flags(packet)} on interface {source}",
        )
    if packet.protocol == UDP:
        ends = f"{packet.source}/{packet.sport} to {packet.destination}/{packet.dport}"
        return 106006, f"Deny inbound UDP from {ends} on interface {source}"
    src, dst = f"src {source}:{packet.source}", f"dst {destination}:{packet.destination}"
    if packet.protocol == ICMP:
        kind = f"(type {packet.icmp_type}, code {packet.icmp_code})"
        return 106014, f"Deny inbound icmp {src} {dst} {kind}"
    return 106010, f"Deny inbound protocol {packet.protocol} {src} {dst}"


def acl_denied(packet: Packet, source: str, destination: str, acl: str) -> Message:
    """106023."""
    if packet.protocol == ICMP:
        ends = (
            f"src {source}:{packet.source} dst {destination}:{packet.destination} "
            f"(type {packet.icmp_type}, code {packet.icmp_code})"
        )
    else:
        ends = (
            f"src {source}:{packet.source}/{packet.sport} "
            f"dst {destination}:{packet.destination}/{packet.dport}"
        )
    return 106023, f'Deny {packet.protocol_name} {ends} by access-group "{acl}" [0x0, 0x0]'


def acl_logged(packet: Packet, source: str, destination: str, acl: str, *, permitted: bool) -> Message:
    """106100, on the first hit."""
    ports = (packet.sport, packet.dport) if packet.protocol != ICMP else (packet.icmp_type, packet.icmp_code)
    verb = "permitted" if permitted else "denied"
    ends = f"{source}/{packet.source}({ports[0]}) -> {destination}/{packet.destination}({ports[1]})"
    return 106100, f"access-list {acl} {verb} {packet.protocol_name} {ends} hit-cnt 1 first hit [0x0, 0x0]"


def built(conn: Conn) -> Message:
    """302013, 302015, 302020 or, under state bypass, 302303."""
    if conn.protocol == ICMP:
        return 302020, f"Built {_direction(conn)} ICMP connection for {_icmp_ends(conn)}"
    if conn.bypass:
        return 302303, f"Built TCP state-bypass connection {conn.number} from {_mapped(conn, ' to ')}"
    number = 302013 if conn.protocol == TCP else 302015
    what = f"{_direction(conn)} {_NAMES[conn.protocol]} connection {conn.number}"
    return number, f"Built {what} for {_mapped(conn, ' to ')}"


def torn_down(conn: Conn, now_s: float, reason: str) -> Message:
    """302014, 302016, 302021 or 302304."""
    if conn.protocol == ICMP:
        return 302021, f"Teardown ICMP connection for {_icmp_ends(conn)}"
    tail = f"duration {duration(now_s - conn.created_s)} bytes {conn.octets}"
    if conn.bypass:
        ends = f"from {conn.outside} to {conn.inside}"
        return 302304, f"Teardown TCP state-bypass connection {conn.number} {ends} {tail} {reason}"
    ends = f"for {conn.outside} to {conn.inside}"
    if conn.protocol == UDP:
        return 302016, f"Teardown UDP connection {conn.number} {ends} {tail}"
    return 302014, f"Teardown TCP connection {conn.number} {ends} {tail} {reason}"


def different_isn(packet: Packet, source: str, destination: str) -> Message:
    """419002."""
    ends = f"{source}:{packet.source}/{packet.sport} to {destination}:{packet.destination}/{packet.dport}"
    return 419002, f"Duplicate TCP SYN from {ends} with different initial sequence number"


def land_attack(packet: Packet) -> Message:
    """106017."""
    return 106017, f"Deny IP due to Land Attack from {packet.source} to {packet.destination}"


def reverse_path(packet: Packet, interface: str) -> Message:
    """106021, with `ip verify reverse-path` on the interface."""
    ends = f"from {packet.source} to {packet.destination}"
    return (
        106021,
        f"Deny {_NAMES.get(packet.protocol, 'IP')} reverse path check {ends} on interface {interface}",
    )


def spoofed(packet: Packet, interface: str) -> Message:
    """106022, without it: the packet belongs to a connection of another interface."""
    ends = f"from {packet.source} to {packet.destination}"
    return (
        106022,
        f"Deny {_NAMES.get(packet.protocol, 'IP')} connection spoof {ends} on interface {interface}",
    )


def one_way_nat(packet: Packet, source: str, destination: str) -> Message:
    """305013; the ends behind the guide's words are believed."""
    src = f"src {source}:{packet.source}/{packet.sport}"
    dst = f"dst {destination}:{packet.destination}/{packet.dport}"
    what = f"Connection for {packet.protocol_name} {src} {dst} denied due to NAT reverse path failure"
    return 305013, f"Asymmetric NAT rules matched for forward and reverse flows; {what}"


def translation(protocol: str, real: End, mapped: End, lived_s: float | None = None) -> Message:
    """305011 for one that is made, 305012 for one that goes."""
    ends = f"dynamic {protocol} translation from {real} to {mapped}"
    if lived_s is None:
        return 305011, f"Built {ends}"
    return 305012, f"Teardown {ends} duration {duration(lived_s)}"


def no_next_hop(packet: Packet, source: str) -> Message:
    """110003; the whole line is believed."""
    ends = f"{source}:{packet.source}/{packet.sport} to {packet.destination}/{packet.dport}"
    return 110003, f"Routing failed to locate next hop for {_NAMES.get(packet.protocol, 'IP')} from {ends}"


SEVERITY = {
    106001: 2, 106006: 2, 106010: 3, 106014: 3, 106015: 6, 106017: 2, 106021: 1, 106022: 1, 106023: 4,
    106100: 6, 110003: 6,
    305011: 6, 305012: 6, 305013: 5,
    302013: 6, 302014: 6, 302015: 6, 302016: 6, 302020: 6, 302021: 6, 302303: 6, 302304: 6, 419002: 4,
}  # fmt: skip


def duration(seconds: float) -> str:
    """`0:00:30`."""
    whole = int(seconds + 1e-6)  # virtual seconds are floats
    return f"{whole // 3600}:{whole % 3600 // 60:02}:{whole % 60:02}"


def _flags(packet: Packet) -> str:
    """Each flag with a blank behind it, as real logs have them."""
    return f"{packet.flag_names} " if packet.flags else ""


def _direction(conn: Conn) -> str:
    return "inbound" if conn.inbound else "outbound"


def _mapped(conn: Conn, between: str) -> str:
    outer, inner = (f"{end} ({_shown(conn.mapped(end))})" for end in (conn.outside, conn.inside))
    return f"{outer}{between}{inner}"


def _shown(end: End) -> str:
    return f"{end.address}/{end.port}"


def _icmp_ends(conn: Conn) -> str:
    outer, inner = conn.outside, conn.inside
    return (
        f"faddr {outer.address}/{outer.port} gaddr {inner.address}/{inner.port} "
        f"laddr {inner.address}/{inner.port}"
    )
