"""Captures of dropped packets, and of packets that the firewall makes itself, against counters and wires."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from ipaddress import IPv4Address

import pytest

from bothways.lab.asa.captures import Captures, Wanted
from bothways.lab.frames import ACK, RST, TCP, UDP, Packet, mac_bytes, mac_text, packet_frame
from bothways.lab.world import World

Type = Callable[[str], str]
Login = Callable[..., Type]


def rows(text: str) -> list[str]:
    """The lines of packets."""
    return [line for line in text.splitlines() if line[:4].strip().isdigit() and line[4] == ":"]


def reasons(lines: list[str]) -> Counter[str]:
    """How often each reason stands there."""
    return Counter(line.partition("Drop-reason: (")[2].partition(")")[0] for line in lines)


def counted(world: World, name: str = "edge-asa") -> Counter[str]:
    return Counter(world.asa(name).asp_drops.frame)


def test_every_counted_frame_is_captured_with_its_reason(
    hairpin: Callable[..., World], asa_console: Login
) -> None:
    """S0-10: the client's RSTs die of `tcp-rstfin-ooo`, strays of `tcp-not-syn`; counters rise as without."""
    quiet, watched = hairpin(workloads=True), hairpin(workloads=True)
    type_line = asa_console(watched)
    before = counted(watched)
    assert type_line("capture drop type asp-drop all") == ""
    assert type_line("capture in interface inside") == ""
    quiet.run_for(120.0)
    watched.run_for(120.0)
    found = reasons(rows(type_line("show capture drop")))
    assert found == counted(watched) - before
    assert found["tcp-rstfin-ooo"] + found["tcp-not-syn"] > 20
    assert counted(watched) == counted(quiet)
    assert watched.pcap("users") == quiet.pcap("users")


def test_a_dropped_packet_is_printed_as_it_came(hairpin: Callable[..., World], asa_console: Login) -> None:
    """S0-10: the first row is the RST that follows the second SYN by one, with the workstation's address."""
    world = hairpin()
    type_line = asa_console(world)
    type_line("capture in interface inside match tcp any any")
    type_line("capture drop type asp-drop tcp-rstfin-ooo match tcp any host 172.16.1.18 eq 443")
    world.connect("workstation", "cimc", 443, 17559)
    came = rows(type_line("show capture in"))[2]
    died = rows(type_line("show capture drop"))[0]
    what = "802.1Q vlan#1 P0 10.12.0.130.17559 > 172.16.1.18.443: R "
    number = came.partition(what)[2].partition(":")[0]
    assert died.endswith(
        f"{what}{number}:{number}(0) win 0 Drop-reason: (tcp-rstfin-ooo) TCP RST/FIN out of order"
    )
    first, second = type_line("show capture drop detail").splitlines()[3:5]
    asa = mac_text(world.asa().interface_mac("inside"))
    assert first.endswith(f" 0050.56a0.0130 {asa} 0x8100 Length: 58")
    assert second.endswith(" (DF) (ttl 128, id 2) Drop-reason: (tcp-rstfin-ooo) TCP RST/FIN out of order")


def test_the_acknowledgement_without_a_handshake_dies(
    hairpin: Callable[..., World], asa_console: Login
) -> None:
    """S0-11: without new numbers it is the client's ACK, packet 3, of `tcp-3whs-failed`."""
    world = hairpin("ack")
    type_line = asa_console(world)
    type_line("capture in interface inside match tcp any any")
    type_line("capture drop type asp-drop all")
    world.connect("workstation", "cimc", 443, 17559)
    syn, again, answer = rows(type_line("show capture in"))[:3]
    assert syn.split(": S ")[1] == again.split(": S ")[1]
    assert ".17559 > 172.16.1.18.443: . ack " in answer
    died = rows(type_line("show capture drop"))[0]
    assert died.endswith(answer.split("P0 ")[1] + "Drop-reason: (tcp-3whs-failed) TCP failed 3 way handshake")


def test_what_is_denied_is_captured_before_it_is_dropped(
    hairpin: Callable[..., World], asa_console: Login
) -> None:
    """S0-02: five SYNs come in and none goes out again; five rows of `acl-drop`."""
    world = hairpin("from-start")
    type_line = asa_console(world)
    type_line("capture in interface inside match tcp any any")
    type_line("capture drop type asp-drop all match tcp any any")
    world.connect("workstation", "cimc", 443)
    came = rows(type_line("show capture in"))
    assert len(came) == 5
    assert len({line.split(": S ")[1] for line in came}) == 1
    assert reasons(rows(type_line("show capture drop"))) == {"acl-drop": 5}


def test_a_capture_of_one_reason_keeps_no_other(hairpin: Callable[..., World], asa_console: Login) -> None:
    """Two captures, two reasons, each its own rows."""
    world = hairpin("delta-above")
    type_line = asa_console(world)
    type_line("capture a type asp-drop tcp-not-syn")
    type_line("capture b type asp-drop acl-drop")
    world.connect("workstation", "cimc", 443)
    assert set(reasons(rows(type_line("show capture a")))) == {"tcp-not-syn"}
    assert rows(type_line("show capture b")) == []


def test_nobody_behind_the_next_hop(hairpin: Callable[..., World], asa_console: Login) -> None:
    """A packet that had no hardware address to go to is dropped as it was about to leave."""
    world = hairpin()
    type_line = asa_console(world)
    type_line("capture drop type asp-drop all")
    type_line("capture out interface outside match ip any host 203.0.113.99")
    world.ping("workstation", "203.0.113.99", 1)
    world.run_for(5.0)
    (row,) = rows(type_line("show capture drop"))
    assert row.endswith(
        "10.12.0.130 > 203.0.113.99: icmp: echo request Drop-reason: (no-adjacency) No valid adjacency"
    )
    assert rows(type_line("show capture out")) == []


def test_the_packet_of_packet_tracer_is_counted_and_captured(
    hairpin: Callable[..., World], asa_console: Login
) -> None:
    """Its drop raises the counter, so it is among the dropped; it was never on the interface."""
    world = hairpin("from-start")
    type_line = asa_console(world)
    type_line("capture drop type asp-drop all")
    type_line("capture in interface inside match tcp any any")
    type_line("packet-tracer input inside tcp 10.12.0.130 1025 172.16.1.18 443")
    assert reasons(rows(type_line("show capture drop"))) == {"acl-drop": 1}
    assert rows(type_line("show capture in")) == []


def test_a_forged_reset_leaves_on_the_servers_side_only(asa_console: Login) -> None:
    """S3-05: FIN in, RST out with TTL 255 on one interface, nothing on the other; the FIN is dropped."""
    world = World.from_story("forged-rst", ("hour",))
    type_line = asa_console(world, "app-asa")
    held = world.hold("client", "203.0.113.80", 80, every_s=None)
    world.asa("app-asa").clear_conns(lambda _: True)
    type_line("capture inner interface inside match tcp any any")
    type_line("capture outer interface outside match tcp any any")
    type_line("capture drop type asp-drop all")
    since_s = world.now
    world.became(held.call, world.hang_up(held.call))
    (reset,) = (
        one.frame.body
        for one in world.wires["servers"].seen
        if one.time_s >= since_s and isinstance(one.frame.body, Packet)
        and one.frame.body.protocol == TCP and one.frame.body.flags == RST | ACK
    )  # fmt: skip
    fin, forged = rows(type_line("show capture inner"))[:2]
    ends = f"{reset.source}.{reset.sport} > {reset.destination}.{reset.dport}"
    assert forged.endswith(f" {ends}: R {reset.seq}:{reset.seq}(0) ack {reset.ack} win {reset.window} ")
    assert (str(reset.source), str(reset.destination)) == ("192.0.2.10", "10.30.0.80")
    assert " (ttl 255, id 0) " in type_line("show capture inner detail").splitlines()[6]
    assert rows(type_line("show capture outer")) == []
    (died,) = rows(type_line("show capture drop"))
    assert died.endswith(f"{fin.split('P0 ')[1]}Drop-reason: (tcp-not-syn) First TCP packet not SYN")


def test_acknowledgements_in_the_servers_name_are_on_the_clients_side(asa_console: Login) -> None:
    """S4-02: a module's questions for a lost segment: captured where they leave, and not beyond."""
    world = World.from_story("ctcp")
    type_line = asa_console(world, "office-asa")
    held = world.hold("laptop", "headend", 10000)
    type_line("capture in interface inside match tcp any any eq 10000")
    type_line("capture out interface outside match tcp any any eq 10000")
    type_line("capture drop type asp-drop all")
    before = counted(world, "office-asa")
    world.became(held.call, world.lose("office", "laptop"))
    own = [
        one.frame.body for one in world.wires["office"].seen
        if isinstance(one.frame.body, Packet) and one.frame.body.ttl == 255 and one.frame.body.flags == ACK
    ]  # fmt: skip
    printed = type_line("show capture in detail")
    assert printed.count("(ttl 255, ") == len(own) > 2
    assert "(ttl 255, " not in type_line("show capture out detail")
    found = reasons(rows(type_line("show capture drop")))
    assert found == counted(world, "office-asa") - before
    assert found["tcp-buffer-timeout"] > 0


@pytest.mark.parametrize("named", [True, False])
def test_each_side_has_its_own_addresses(asa_console: Login, named: bool) -> None:
    """A translated call: a condition with the address that one side does not know matches nothing there."""
    world = World.from_story("forged-rst", ("hour",))
    type_line = asa_console(world, "app-asa")
    shown, real = "203.0.113.80", "10.30.0.80"
    type_line(f"capture inner interface inside match tcp any host {real if named else shown} eq www")
    type_line(f"capture outer interface outside match tcp any host {shown if named else real} eq www")
    assert world.connect("client", shown, 80).result == "delivered"
    inner, outer = rows(type_line("show capture inner")), rows(type_line("show capture outer"))
    assert bool(inner) is bool(outer) is named
    assert all(f" {real}.80" in line for line in inner)
    assert all(f" {shown}.80" in line for line in outer)


def test_a_later_release_says_where_it_dropped(hairpin: Callable[..., World], asa_console: Login) -> None:
    """As seen on 9.16: four lines about the image, and a place in it behind each reason."""
    world = hairpin("from-start")
    asa = world.asa()
    asa.identity = replace(asa.identity, version="9.16(4)170", model="ASAv")
    type_line = asa_console(world)
    type_line("capture drop type asp-drop all")
    type_line("capture in interface inside match tcp any any")
    world.connect("workstation", "cimc", 443)
    lines = type_line("show capture drop").splitlines()
    assert lines[:3] == [
        "Target:     OTHER",
        "Hardware:   ASAv",
        "Cisco Adaptive Security Appliance Software Version 9.16(4)170",
    ]
    assert lines[4:7] == ["", "5 packets captured", ""]
    reason = "Drop-reason: (acl-drop) Flow is denied by configured rule, Drop-location: frame 0x0000"
    assert reason in lines[7]
    assert lines[7].endswith(" flow (NA)/NA")
    assert type_line("show capture in").splitlines()[:2] == ["", "5 packets captured"]


def test_a_packet_of_the_firewall_itself_is_captured(
    hairpin: Callable[..., World], asa_console: Login
) -> None:
    """Its own echo requests go out, and the answers come in."""
    world = hairpin()
    type_line = asa_console(world)
    type_line("capture in interface inside match icmp host 10.12.0.1 host 10.12.0.130")
    run = world.asa().start_ping(IPv4Address("10.12.0.130"), 2)
    world.run_until(lambda: run.done)
    kinds = [line.partition(": icmp: ")[2] for line in rows(type_line("show capture in"))]
    assert kinds == ["echo request ", "echo reply "] * 2


def test_frames_are_remembered_for_as_long_as_they_may_be_dropped_only() -> None:
    """Of five thousand that pass, the last ones are known by their hardware address; memory is bounded."""
    captures = Captures(lambda: 0.0, lambda _name: ())
    captures.place("drop", "admin", Wanted(kind="asp-drop", reason="all"))
    one, other = mac_bytes("0050.56a0.0130"), mac_bytes("0023.5e1a.2b08")
    came = [Packet(IPv4Address(number), IPv4Address("10.0.0.1"), UDP) for number in range(1, 5001)]
    for packet in came:
        captures.passing("inside", 1, packet_frame(one, other, packet), came_in=True)
    for packet in (came[0], came[-1]):
        captures.dropped("acl-drop", packet)
    first, last = captures.standing["drop"].caught
    assert (first.raw[6:12], last.raw[6:12]) == (bytes(6), one)
