"""The RST an ASA sends in somebody else's name."""

from __future__ import annotations

from bothways.lab.frames import ACK, FIN, RST, SEQUENCE_SPACE, SYN, TCP, Packet


def reset_for(packet: Packet) -> Packet:
    """The RST that a firewall sends in the name of the other end."""
    length = len(packet.data) + bool(packet.flags & SYN) + bool(packet.flags & FIN)
    return Packet(
        packet.destination,
        packet.source,
        TCP,
        ttl=255,
        sport=packet.dport,
        dport=packet.sport,
        flags=RST | ACK,
        seq=packet.ack if packet.flags & ACK else 0,
        ack=(packet.seq + length) % SEQUENCE_SPACE,
        window=packet.window,
    )
