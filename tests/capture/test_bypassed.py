"""Captures made on the firewall itself, whose interface shows a call going in and out and no answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from bothways.diagnosis import Confidence
from bothways.diagnosis.capture import Cause

from .conftest import Read
from .wire import ACK, ASA, PSH, RST, SWITCH, SYN, Talk, Tcp

CALL = Talk()
SHIFT = 50_000
"""What the firewall adds to the client's numbers."""


def sent_on(packet: Tcp, more: int = 0) -> Tcp:
    """The packet 0.4 ms later, as the firewall sends it out of the interface it came in by."""
    return replace(packet, at_s=packet.at_s + 0.0004, seq=packet.seq + more, src_mac=ASA, dst_mac=SWITCH)


def bare(*packets: Tcp) -> bytes:
    """What an ASA prints of them without `detail`: no MAC addresses, no TTL."""
    lines = [f"{len(packets)} packets captured", ""]
    for number, one in enumerate(packets, 1):
        letters = "".join(name for bit, name in ((SYN, "S"), (RST, "R"), (PSH, "P")) if one.flags & bit)
        ack = f" ack {one.ack}" if one.flags & ACK else ""
        size = len(one.data)
        numbers = f" {one.seq}:{one.seq + size}({size})" if letters else ""
        lines.append(
            f"{number:4}: 08:00:{one.at_s:09.6f}       802.1Q vlan#1 P0 {one.source}.{one.sport} > "
            f"{one.destination}.{one.dport}: {letters or '.'}{numbers}{ack} win {one.window}"
        )
    return "\n".join(lines).encode()


def refused(at_s: float = 0.0) -> list[Tcp]:
    """S0 with changed numbers: the answer passed it by, and the client's RST is here."""
    syn = CALL.c(at_s, SYN, 0)
    return [syn, sent_on(syn, SHIFT), CALL.c(at_s + 0.001, RST, SHIFT + 1, window=0)]


def acknowledged(at_s: float = 0.0) -> list[Tcp]:
    """S0 with numbers left alone: the client's ACK and data come in, and stay."""
    syn = CALL.c(at_s, SYN, 0)
    data = CALL.c(at_s + 0.0011, PSH | ACK, 1, 1, data=b"GET /")
    return [syn, sent_on(syn), CALL.c(at_s + 0.001, ACK, 1, 1), data, replace(data, at_s=at_s + 1.0, ident=9)]


CASES = {
    "changed numbers": (refused(), Cause.ISN_MISMATCH, 3),
    "changed numbers, asked again": ([*refused(), *refused(1.0)], Cause.ISN_MISMATCH, 3),
    "numbers left alone": (acknowledged(), Cause.HANDSHAKE_UNSEEN, 3),
}


@pytest.mark.parametrize(("packets", "cause", "number"), CASES.values(), ids=CASES.keys())
def test_the_interface_that_turns_packets_around_names_the_cause(
    read: Read, packets: Sequence[Tcp], cause: Cause, number: int
) -> None:
    """S0-10, S0-11: MAC addresses say who sends the SYN on, and the packet that follows says of what."""
    (one,) = read(packets).judgements
    assert (one.cause, one.confidence, one.packet) == (cause, Confidence.CERTAIN, number)
    assert "0023.5e1a.2b08" in one.sentence


@pytest.mark.parametrize(
    ("packets", "cause", "sure"),
    [
        (refused(), Cause.ISN_MISMATCH, Confidence.LIKELY),
        ([*refused(), *refused(1.0)], Cause.ISN_MISMATCH, Confidence.CERTAIN),
        (acknowledged(), Cause.HANDSHAKE_UNSEEN, Confidence.LIKELY),
    ],
    ids=["once", "twice", "numbers left alone"],
)
def test_without_mac_addresses_it_takes_more(
    read: Read, packets: Sequence[Tcp], cause: Cause, sure: Confidence
) -> None:
    """S0-10, S0-11: what `show capture` prints without `detail`; the VLAN names no machine."""
    said = read(bare(*packets), "asa.txt")
    (one,) = said.judgements
    assert (one.cause, one.confidence) == (cause, sure)
    assert len(said.courses) == 1


PLAIN = {
    "every packet is sent on": [
        one
        for packet in (
            CALL.c(0, SYN, 0), CALL.c(0.01, ACK, 1, 1), CALL.c(0.5, PSH | ACK, 1, 1, data=b"x"),
        )
        for one in (packet, sent_on(packet))
    ],
    "the capture ends before the ACK is sent on": acknowledged()[:3],
    "the client gives its own call up": [
        CALL.c(0, SYN, 0), sent_on(CALL.c(0, SYN, 0)), CALL.c(5, RST, 1, window=0),
    ],
    "a scanner refuses what it asked for": [
        CALL.c(0, SYN, 0), CALL.s(0.001, SYN | ACK, 0, 1), CALL.c(0.002, RST, 1, window=0),
    ],
}  # fmt: skip


@pytest.mark.parametrize("packets", PLAIN.values(), ids=PLAIN.keys())
def test_calls_that_no_firewall_broke_are_not_said_to_be(read: Read, packets: Sequence[Tcp]) -> None:
    """A bypass that takes both directions, a capture that ends early, an end's own refusal."""
    broken = {Cause.ISN_MISMATCH, Cause.HANDSHAKE_UNSEEN}
    assert not broken & {one.cause for one in read(packets).judgements}
