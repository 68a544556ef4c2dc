"""Levels, lists, timers and messages of the ASA, beside the story."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from ipaddress import IPv4Address

import pytest

from bothways.flow import Fate
from bothways.lab.acl import Ace, AceReader, first_match
from bothways.lab.frames import ICMP, SYN, TCP, UDP, Packet
from bothways.lab.world import World

MakeWorld = Callable[..., World]
WEB = IPv4Address("203.0.113.80")


def messages(world: World, number: int) -> list[str]:
    return [record.text for record in world.asa().log if record.tag.endswith(f"-{number}")]


def test_outbound_connection_has_its_own_flags(hairpin: MakeWorld) -> None:
    """S0-12: saA, A, U, UO, UIO from the higher to the lower level, then the client's FIN first."""
    world = hairpin()
    seen: list[str] = []
    world.host("workstation").call(WEB, 443)

    def gone() -> bool:
        flags = [conn.flags for conn in world.asa().conns]
        if flags and flags != seen[-1:]:
            seen.extend(flags)
        return bool(seen) and not flags

    assert world.run_until(gone)
    assert seen[:5] == ["saA", "A", "U", "UO", "UIO"]
    assert seen[5].startswith("Uf")
    (built,) = messages(world, 302013)
    assert built.startswith(
        "Built outbound TCP connection 1 for outside:203.0.113.80/443 (203.0.113.80/443) to inside:"
    )
    (gone_text,) = messages(world, 302014)
    assert gone_text.endswith("TCP FINs from inside")
    assert "bytes 62 " in gone_text  # 18 of the request, 44 of the page


def test_only_the_inner_host_gets_other_numbers(hairpin: MakeWorld) -> None:
    """S0-10: from inside to outside the client's numbers are changed, the server's are not."""
    world = hairpin()
    world.connect("workstation", "203.0.113.80", 443)
    inner = [one.frame.body for one in world.wires["users"].seen if isinstance(one.frame.body, Packet)]
    outer = [one.frame.body for one in world.wires["outside"].seen if isinstance(one.frame.body, Packet)]
    syn_in, syn_out = (next(one for one in side if one.flags == SYN) for side in (inner, outer))
    ack_in, ack_out = (next(one for one in side if one.flags == 0x12) for side in (inner, outer))
    assert syn_in.seq != syn_out.seq
    assert ack_in.seq == ack_out.seq
    assert (ack_in.ack, ack_out.ack) == (syn_in.seq + 1, syn_out.seq + 1)


def test_inbound_needs_a_list(hairpin: MakeWorld) -> None:
    """S0-02: from outside nothing comes in until a list permits it; then flags end in B."""
    world = hairpin()
    attempt = world.connect("web", "vcenter", 80)
    assert (attempt.testimony.fate, attempt.testimony.device, attempt.result) == (
        Fate.ACL_DENIED,
        "edge-asa",
        "timeout",
    )
    assert messages(world, 106001)[0] == (
        f"Inbound TCP connection denied from 203.0.113.80/{attempt.client_port} to 10.12.0.5/80 flags SYN  "
        "on interface outside"
    )
    world.edit(
        "edge-asa",
        [
            "access-list OUT extended permit tcp host 203.0.113.80 host 10.12.0.5 eq www",
            "access-group OUT in interface outside",
        ],
    )
    call = world.host("web").call(IPv4Address("10.12.0.5"), 80, keep=True)
    world.run_for(1)
    assert call.result == "delivered"
    assert [conn.flags for conn in world.asa().conns] == ["UIOB"]
    assert world.connect("web", "vcenter", 443).testimony.fate is Fate.ACL_DENIED
    assert 'by access-group "OUT" [0x0, 0x0]' in messages(world, 106023)[-1]


@pytest.mark.parametrize("tail", ["", " log", " log disable"])
def test_log_of_an_entry_decides_the_message(hairpin: MakeWorld, tail: str) -> None:
    """S0-07: 106023 without the word, 106100 with it, silence with `disable`."""
    world = hairpin()
    world.edit(
        "edge-asa",
        [f"access-list IN extended deny tcp any host 172.16.1.18 eq https{tail}",
         "access-list IN extended permit ip any any", "access-group IN in interface inside"],
    )  # fmt: skip
    attempt = world.connect("workstation", "cimc", 443)
    assert attempt.testimony.fate is Fate.ACL_DENIED
    numbers = {number for number in (106023, 106100) if messages(world, number)}
    assert numbers == {"": {106023}, " log": {106100}, " log disable": set()}[tail]
    if tail == " log":
        port = attempt.client_port
        assert messages(world, 106100)[0] == (
            f"access-list IN denied tcp inside/10.12.0.130({port}) -> inside/172.16.1.18(443) "
            "hit-cnt 1 first hit [0x0, 0x0]"
        )


def test_refused_by_a_list_at_once_or_in_silence(hairpin: MakeWorld) -> None:
    """S0-22: outbound TCP that a list denies is answered with a RST by default."""
    lines = ["access-list IN extended deny tcp any any", "access-group IN in interface inside"]
    world = hairpin()
    world.edit("edge-asa", lines)
    assert world.connect("workstation", "203.0.113.80", 443).result == "refused"
    world.edit("edge-asa", ["no service resetoutbound interface inside"])
    assert world.connect("workstation", "203.0.113.80", 443).result == "timeout"


@pytest.mark.parametrize(("protocol", "seconds"), [("udp", 120), ("icmp", 2)])
def test_connectionless_entries_leave_by_idle_time(hairpin: MakeWorld, protocol: str, seconds: float) -> None:
    """S0-06: UDP after two minutes, ICMP after two seconds."""
    world = hairpin()
    sender = world.host("workstation")
    if protocol == "udp":
        sender.send_udp(IPv4Address("172.16.1.20"), 40000, 9999, b"x")
    else:
        sender.ping(IPv4Address("172.16.1.20"), lambda: None)
    world.run_for(0.1)
    built_s = world.asa().conns[0].created_s
    world.advance_to(built_s + seconds - 0.01)
    assert len(world.asa().conns) == 1
    world.advance_to(built_s + seconds + 0.01)
    assert not world.asa().conns


def test_idle_connection_is_forgotten_and_its_next_segment_denied(hairpin: MakeWorld) -> None:
    """S0-22: an hour of silence, Conn-timeout; what comes then is answered with a RST."""
    world = hairpin()
    call = world.host("workstation").call(WEB, 443, keep=True)
    world.run_for(3590)
    assert len(world.asa().conns) == 1
    world.run_for(20)
    assert not world.asa().conns
    assert messages(world, 302014)[0].endswith("Conn-timeout")
    call.again()
    world.run_for(5)
    assert call.result == "reset"
    assert "flags PSH ACK  on interface inside" in messages(world, 106015)[0]
    said = world.witness("workstation", "203.0.113.80", 443, call.quad.lport)
    assert (said.fate, said.device) == (Fate.RESET_BY_DEVICE, "edge-asa")


def test_class_timeout_with_reset_tells_both_ends(hairpin: MakeWorld) -> None:
    """S0-21: `idle … reset` ends the connection on both sides."""
    world = hairpin()
    world.edit(
        "edge-asa",
        ["access-list T extended permit tcp any any", "class-map T", " match access-list T", "policy-map T",
         " class T", "  set connection timeout idle 0:05:00 reset", "service-policy T interface inside"],
    )  # fmt: skip
    world.host("workstation").call(WEB, 443, keep=True)
    world.run_for(301)
    assert messages(world, 302014)[0].endswith("Flow timed out with reset")


def test_syn_with_another_number_on_a_live_connection(hairpin: MakeWorld) -> None:
    """S0-12: dropped, 419002, `tcp-seq-syn-diff`; the same SYN again passes."""
    world = hairpin("delta-below")
    sender = world.host("workstation")
    syn = Packet(sender.address.ip, IPv4Address("172.16.1.18"), TCP, sport=40000, dport=443, flags=SYN, seq=5)
    for seq in (5, 5, 6):
        sender.send(replace(syn, seq=seq))
        world.run_for(0.1)
    assert world.asa().asp_drops.frame["tcp-seq-syn-diff"] == 1
    (text,) = messages(world, 419002)
    assert text == (
        "Duplicate TCP SYN from inside:10.12.0.130/40000 to inside:172.16.1.18/443 with different initial "
        "sequence number"
    )


def test_no_route_and_nobody_there(hairpin: MakeWorld) -> None:
    """S0-24: the witness tells a missing route from a missing neighbour."""
    world = hairpin()
    said = world.connect("workstation", "172.16.1.99", 443).testimony
    assert (said.fate, said.device, said.packet) == (Fate.NO_ADJACENCY, "lab-switch", 1)
    world.edit("edge-asa", ["no route outside 0.0.0.0 0.0.0.0 203.0.113.80"])
    said = world.connect("workstation", "198.51.100.1", 443).testimony
    assert (said.fate, said.device, said.packet) == (Fate.NO_ROUTE, "edge-asa", 1)
    assert world.asa().asp_drops.frame["no-route"] > 0


def test_log_buffer_holds_four_kilobytes(hairpin: MakeWorld) -> None:
    """S0-09: old messages go; severity and `logging enable` decide what comes in."""
    world = hairpin("delta-above")
    for _ in range(6):
        world.connect("workstation", "cimc", 443)
    assert 3000 < sum(len(record.line) + 1 for record in world.asa().log) <= 4096
    assert "connection 1 " not in world.asa().log[0].line
    world.asa().log.clear()
    world.edit("edge-asa", ["logging buffered warnings"])
    world.connect("workstation", "cimc", 443)
    assert not world.asa().log
    world.edit("edge-asa", ["logging buffered informational", "no logging enable"])
    world.connect("workstation", "cimc", 443)
    assert not world.asa().log


def test_packet_tracer_of_a_good_packet_builds_nothing(hairpin: MakeWorld, state_bypass: list[str]) -> None:
    """S0-02: allowed, with the class that decides, and no counter rises."""
    world = hairpin()
    world.edit("edge-asa", state_bypass)
    packet = Packet(
        IPv4Address("10.12.0.130"), IPv4Address("172.16.1.18"), TCP, sport=1, dport=443, flags=SYN
    )
    tracing = world.asa().packet_tracer("inside", packet)
    assert tracing.allowed
    assert [phase.kind for phase in tracing.phases][-3:] == ["CONN-SETTINGS", "IP-OPTIONS", "FLOW-CREATION"]
    assert "  set connection advanced-options tcp-state-bypass" in tracing.phases[-3].config
    assert not world.asa().conns
    assert not world.asa().asp_drops.frame


def test_devices_ping(hairpin: MakeWorld) -> None:
    """S0-16: the 3560 reaches the ASA, the ASA reaches the lab, nobody reaches an empty address."""
    world = hairpin()
    for run, replies in (
        (world.switch().start_ping(IPv4Address("10.12.0.1"), 2), 2),
        (world.switch().start_ping(IPv4Address("172.16.1.1"), 2), 2),
        (world.asa().start_ping(IPv4Address("172.16.1.18"), 2), 2),
        (world.asa().start_ping(IPv4Address("10.12.0.77"), 1), 0),
    ):
        assert world.run_until(lambda run=run: run.done)  # type: ignore[misc]
        assert sum(reply is not None for reply in run.replies) == replies


def _ace(text: str, *, wildcards: bool = False) -> Ace:
    return AceReader(text.split(), wildcards=wildcards).read(text)


ACES = [
    ("permit tcp any any eq www", False, TCP, 80, True),
    ("permit tcp any any eq www", False, TCP, 81, False),
    ("permit tcp any any neq 80", False, TCP, 81, True),
    ("permit tcp any any range 80 90", False, TCP, 90, True),
    ("permit tcp any any gt 80", False, TCP, 80, False),
    ("permit tcp any any lt 80", False, TCP, 79, True),
    ("permit udp any any", False, TCP, 80, False),
    ("permit ip 10.0.0.0 255.255.255.0 any", False, UDP, 1, True),
    ("permit ip 10.0.0.0 0.0.0.255 any", True, UDP, 1, True),
    ("permit ip 10.0.0.0 0.0.0.3 any", True, UDP, 1, False),
    ("permit ip 10.0.0.1 0.255.255.4 any", True, UDP, 1, True),
    ("permit icmp any any echo", False, ICMP, 0, True),
    ("permit icmp any any echo-reply", False, ICMP, 0, False),
    ("permit tcp any any established", True, TCP, 80, False),
    ("permit ip any any inactive", False, TCP, 80, False),
]


@pytest.mark.parametrize(("text", "wildcards", "protocol", "port", "matches"), ACES)
def test_entries_match_what_they_say(
    text: str, wildcards: bool, protocol: int, port: int, matches: bool
) -> None:
    """S0-15: masks of the ASA, wildcards of IOS, ports by number and name; from 10.0.0.5."""
    packet = Packet(
        IPv4Address("10.0.0.5"), IPv4Address("10.9.9.9"), protocol, sport=1024, dport=port, flags=SYN,
        icmp_type=8 if protocol == ICMP else -1,
    )  # fmt: skip
    assert (first_match([_ace(text, wildcards=wildcards)], packet) is not None) is matches


def test_half_closed_connection_leaves_after_its_own_time(hairpin: MakeWorld) -> None:
    """S0-12: one FIN seen and then silence: FIN Timeout after ten minutes, not after an hour."""
    world = hairpin()
    call = world.host("workstation").call(WEB, 443, keep=True)
    world.run_for(1)
    world.link("outside", "web", up=False)
    assert call.tcb is not None
    call.tcb.close()
    world.run_for(900)
    assert not world.asa().conns
    (text,) = messages(world, 302014)
    assert text.endswith("FIN Timeout")


def test_timeout_zero_is_for_ever(hairpin: MakeWorld, state_bypass: list[str]) -> None:
    """S0-21: a class with idle 0 keeps its connections."""
    world = hairpin()
    world.edit("edge-asa", [line.replace("idle 0:15:00", "idle 0:00:00") for line in state_bypass])
    assert world.connect("workstation", "cimc", 443).result == "delivered"
    world.run_for(5 * 3600)
    assert [conn.flags for conn in world.asa().conns] == ["b"]
