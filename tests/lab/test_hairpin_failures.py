"""The three ways in which the hairpin story fails, as the witness sees them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bothways.flow import Fate
from bothways.lab.frames import SEQUENCE_SPACE, SYN, Packet
from bothways.lab.ledger import Why
from bothways.lab.world import World

MakeWorld = Callable[..., World]


def on_wire(world: World, wire: str, since_s: float) -> list[Packet]:
    """The TCP packets of the client's call, in order."""
    return [
        one.frame.body
        for one in world.wires[wire].seen
        if one.time_s >= since_s and isinstance(one.frame.body, Packet) and one.frame.body.protocol == 6
    ]


def test_client_refuses_the_syn_ack_of_a_changed_number(hairpin: MakeWorld) -> None:
    """S0-10: packet 2 dies at the client, because it acknowledges a number that the client never sent."""
    world = hairpin()
    since_s = world.now
    attempt = world.connect("workstation", "cimc", 443)
    said = attempt.testimony
    assert (attempt.result, said.fate, said.device, said.packet) == (
        "timeout",
        Fate.ISN_MISMATCH,
        "10.12.0.130",
        2,
    )
    syn, hairpinned, syn_ack, reset = on_wire(world, "users", since_s)[:4]
    assert syn.flags == hairpinned.flags == SYN
    assert hairpinned.seq != syn.seq
    assert syn_ack.ack == (hairpinned.seq + 1) % SEQUENCE_SPACE
    assert (reset.flag_names, reset.seq) == ("RST", syn_ack.ack)
    assert str(syn_ack.source) == "172.16.1.18"
    assert not [row for row in world.ledger.drops if row.why is Why.ACL]


def test_without_randomisation_the_clients_ack_dies_at_the_asa(hairpin: MakeWorld) -> None:
    """S0-11: the SYN/ACK is good, the ACK meets an entry that never saw it."""
    world = hairpin("ack")
    attempt = world.connect("workstation", "cimc", 443)
    said = attempt.testimony
    assert (said.fate, said.device, said.packet) == (Fate.HANDSHAKE_UNSEEN, "edge-asa", 3)
    assert attempt.result in ("timeout", "reset")
    assert world.asa().asp_drops.frame["tcp-3whs-failed"] > 0
    assert next(row.result for row in world.ledger.results) == "connected"


@pytest.mark.parametrize("protocol", ["icmp", "tcp"])
def test_without_the_permit_even_ping_dies(hairpin: MakeWorld, protocol: str) -> None:
    """S0-02: packet 1 dies at the ASA, and the drop counter rises by exactly what died."""
    world = hairpin("from-start")
    before = world.asa().asp_drops.frame.get("acl-drop", 0)
    if protocol == "icmp":
        assert world.ping("workstation", "cimc", 3).received == 0
        said, died = world.witness("workstation", "cimc", protocol="icmp"), 3
    else:
        attempt = world.connect("workstation", "cimc", 443)
        assert attempt.result == "timeout"
        said, died = attempt.testimony, 5  # the SYN and four retransmissions
    assert (said.fate, said.device, said.packet) == (Fate.INTRA_INTERFACE_DENIED, "edge-asa", 1)
    assert world.asa().asp_drops.frame["acl-drop"] - before == died
