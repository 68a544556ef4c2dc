"""The three ways in which the hairpin story fails, as the witness sees them."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from ipaddress import IPv4Address

import dpkt
import pytest

from bothways.flow import Fate
from bothways.lab.frames import SEQUENCE_SPACE, SYN, Packet, mac_bytes
from bothways.lab.ledger import Why
from bothways.lab.tftp import IMAGE
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


def test_packet_tracer_counts_its_own_drop(hairpin: MakeWorld) -> None:
    """S0-02: packet-tracer finds the implicit rule and raises the counter it explains."""
    world = hairpin("from-start")
    syn = Packet(IPv4Address("10.12.0.130"), IPv4Address("172.16.1.18"), 6, sport=1025, dport=443, flags=SYN)
    before = world.asa().asp_drops.frame.get("acl-drop", 0)
    tracing = world.asa().packet_tracer("inside", syn)
    assert (tracing.allowed, tracing.drop_reason, tracing.egress) == (False, "acl-drop", "inside")
    assert tracing.drop_text == "Flow is denied by configured rule"
    assert [(phase.kind, phase.result) for phase in tracing.phases] == [
        ("ROUTE-LOOKUP", "ALLOW"),
        ("ACCESS-LIST", "DROP"),
    ]
    assert tracing.phases[-1].config == ("Implicit Rule",)
    assert world.asa().asp_drops.frame["acl-drop"] == before + 1
    assert not world.asa().conns


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (
            "icmp",
            "3-106014: Deny inbound icmp src inside:10.12.0.130 dst inside:172.16.1.18 (type 8, code 0)",
        ),
        (
            "tcp",
            "2-106001: Inbound TCP connection denied from 10.12.0.130/50000 to 172.16.1.18/443 flags SYN",
        ),
        ("udp", "ASA-2-106006: Deny inbound UDP from 10.12.0.130/"),
    ],
)
def test_messages_without_the_permit(hairpin: MakeWorld, kind: str, text: str) -> None:
    """S0-02: what the ASA logs; the TCP and UDP texts are believed, the ICMP one was seen."""
    world = hairpin("from-start")
    if kind == "icmp":
        world.ping("workstation", "cimc", 1)
    elif kind == "tcp":
        world.connect("workstation", "cimc", 443, 50000)
    else:
        assert world.tftp("workstation", "tftp").result == "timeout"
    assert any(text in record.line for record in world.asa().log)


def test_ping_and_tftp_work_while_tcp_hangs(hairpin: MakeWorld) -> None:
    """S0-06: ICMP and UDP need no handshake; each TFTP leg is a flow of its own."""
    world = hairpin()
    assert world.ping("workstation", "cimc", 5).received == 5
    assert world.connect("workstation", "cimc", 443).result == "timeout"
    assert world.connect("workstation", "cimc", 80).result == "timeout"
    fetch = world.tftp("workstation", "tftp")
    assert (fetch.result, fetch.received) == ("delivered", IMAGE)
    legs = {(conn.initiator.port, conn.responder.port) for conn in world.asa().conns if conn.protocol == 17}
    assert legs == {(fetch.own_port, 69), (fetch.own_port, fetch.server_port)}
    from_lab = world.tftp("tftp", "vcenter")
    assert from_lab.result == "delivered"
    back = [conn for conn in world.asa().conns if str(conn.initiator.address) == "10.12.0.5"]
    assert [conn.initiator.port for conn in back] == [from_lab.server_port]


def test_permit_any_any_in_both_directions_changes_nothing(hairpin: MakeWorld) -> None:
    """S0-07: the lists permit, the state check refuses."""
    world = hairpin()
    world.edit(
        "edge-asa",
        [
            "access-list ANY extended permit ip any any",
            "access-group ANY in interface inside",
            "access-group ANY out interface inside",
        ],
    )
    assert world.ping("workstation", "cimc", 2).received == 2
    assert world.connect("workstation", "cimc", 443).testimony.fate is Fate.ISN_MISMATCH
    assert not [row for row in world.ledger.drops if row.why is Why.ACL]


def test_frame_is_rewritten_on_the_way_back_out(hairpin: MakeWorld) -> None:
    """S0-08: in the capture the hairpinned SYN goes from the ASA to the 3560; ARP knows the hosts."""
    world = hairpin()
    world.connect("workstation", "cimc", 443)
    asa, switch = world.asa().interface_mac("inside"), world.switch().interface_mac("Vlan10")
    frames = [dpkt.ethernet.Ethernet(raw) for _, raw in dpkt.pcap.Reader(BytesIO(world.pcap("users")))]
    syns = [
        (frame.src, frame.dst)
        for frame in frames
        if isinstance(frame.data, dpkt.ip.IP)
        and isinstance(frame.data.data, dpkt.tcp.TCP)
        and frame.data.data.flags == SYN
    ]
    workstation = mac_bytes("0050.56a0.0130")
    assert syns[:2] == [(workstation, asa), (asa, switch)]
    macs = {str(entry.address): entry.mac for entry in world.switch().arp}
    assert macs["10.12.0.130"] == workstation
    assert macs["172.16.1.18"] == mac_bytes("0022.bdf0.0018")


def test_reset_behind_the_first_number_ends_the_connection(hairpin: MakeWorld) -> None:
    """S0-12: half of all changes: the client's RST is taken, `TCP Reset-O`, later ones meet nothing."""
    world = hairpin("delta-above")
    world.connect("workstation", "cimc", 443, 17559)
    lines = [record.line for record in world.asa().log]
    ends = "inside:10.12.0.130/17559 to inside:172.16.1.18/443"
    gone = f"Teardown TCP connection 1 for {ends} duration 0:00:00 bytes 0 TCP Reset-O from inside"
    assert lines[1].endswith(f"%ASA-6-302014: {gone}")
    denied = (
        "Deny TCP (no connection) from 10.12.0.130/17559 to 172.16.1.18/443 flags RST  on interface inside"
    )
    assert any(line.endswith(f"%ASA-6-106015: {denied}") for line in lines)  # S0-09
    assert "tcp-rstfin-ooo" not in world.asa().asp_drops.frame
    assert world.asa().asp_drops.frame["tcp-not-syn"] == sum("106015" in line for line in lines)


def test_reset_before_the_first_number_leaves_it_for_thirty_seconds(hairpin: MakeWorld) -> None:
    """S0-12: the other half: `tcp-rstfin-ooo`, `SaAB` with no byte, SYN Timeout, then 106015."""
    world = hairpin("delta-below")
    since_s = world.now
    call = world.host("workstation").call(IPv4Address("172.16.1.18"), 443, 17559)
    world.advance_to(since_s + 20)
    (conn,) = world.asa().conns
    assert (conn.flags, conn.octets, conn.initiator.interface, conn.responder.interface) == (
        "SaAB",
        0,
        "inside",
        "inside",
    )
    assert world.asa().asp_drops.frame["tcp-rstfin-ooo"] > 0
    world.advance_to(since_s + 29.9)
    assert world.asa().conns
    world.advance_to(since_s + 30.1)
    assert not world.asa().conns
    assert world.asa().log[-1].line.endswith("duration 0:00:30 bytes 0 SYN Timeout")
    assert call.result == "timeout"


@pytest.mark.parametrize(
    ("flags", "names"),
    [
        (0x12, "SYN ACK"),
        (0x10, "ACK"),
        (0x18, "PSH ACK"),
        (0x11, "FIN ACK"),
        (0x01, "FIN"),
        (0x04, "RST"),
        (0x14, "RST ACK"),
        (0x08, "PSH"),
        (0x03, "FIN SYN"),
        (0x06, "SYN RST"),
        (0x00, ""),
    ],
)
def test_every_segment_but_a_syn_needs_a_connection(hairpin: MakeWorld, flags: int, names: str) -> None:
    """S0-22: dropped, counted, logged; answered with a RST unless it is one."""
    world = hairpin()
    sender = world.host("workstation")
    sender.send(
        Packet(
            sender.address.ip,
            IPv4Address("172.16.1.18"),
            6,
            sport=40000,
            dport=443,
            flags=flags,
            seq=7,
            ack=9,
        )
    )
    since_s = world.now
    world.run_for(1)
    said = world.witness("workstation", "cimc", 443, 40000)
    assert (said.fate, said.device) == (Fate.NO_CONNECTION, "edge-asa")
    assert world.asa().asp_drops.frame == {"tcp-not-syn": 1}
    printed = f"{names}  on" if names else " on"
    text = f"from 10.12.0.130/40000 to 172.16.1.18/443 flags {printed} interface inside"
    assert text in world.asa().log[-1].line
    resets = [one for one in on_wire(world, "users", since_s) if one.flags == 0x14 and one.ttl == 255]
    assert len(resets) == (0 if flags & 4 else 1)


def test_no_service_resetoutbound_is_silent(hairpin: MakeWorld) -> None:
    """S0-22: the RST in the other end's name is a service that can be switched off."""
    world = hairpin()
    assert world.edit("edge-asa", ["no service resetoutbound"]) == [""]
    assert "no service resetoutbound" in world.asa().running_text()
    sender = world.host("workstation")
    sender.send(Packet(sender.address.ip, IPv4Address("172.16.1.18"), 6, sport=40000, dport=443, flags=0x10))
    since_s = world.now
    world.run_for(1)
    assert not [one for one in on_wire(world, "users", since_s) if one.flags == 0x14]


def test_connection_from_the_lab_dies_with_its_syn_ack(hairpin: MakeWorld) -> None:
    """S0-23: the SYN goes direct, the SYN/ACK meets no connection at the ASA."""
    world = hairpin()
    attempt = world.connect("cimc", "vcenter", 80)
    said = attempt.testimony
    assert (attempt.result, said.fate, said.device, said.packet) == (
        "timeout",
        Fate.NO_CONNECTION,
        "edge-asa",
        2,
    )
    assert (
        f"from 10.12.0.5/80 to 172.16.1.18/{attempt.client_port} flags SYN ACK  on"
        in world.asa().log[-1].line
    )


@pytest.mark.parametrize("seed", range(8))
def test_mechanism_does_not_depend_on_chance(hairpin: MakeWorld, seed: int) -> None:
    """S0-10, S0-11: whatever the numbers are, the witness says the same."""
    assert hairpin(seed=seed).connect("workstation", "cimc", 443).testimony.fate is Fate.ISN_MISMATCH
    assert hairpin("ack", seed=seed).connect("workstation", "cimc", 443).testimony.packet == 3
