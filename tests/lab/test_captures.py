"""What the ASA captures, against what independent taps on its wires have seen."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from ipaddress import IPv4Address
from itertools import count

import pytest

from bothways.lab.events import EPOCH
from bothways.lab.frames import ACK, FIN, PSH, RST, SYN, TCP, Packet, mac_text
from bothways.lab.wire import DELAY_S, Tapped
from bothways.lab.world import World

Type = Callable[[str], str]
Login = Callable[..., Type]
_LETTERS = {SYN: "S", FIN: "F", RST: "R", PSH: "P"}


def passing(world: World, wire: str, since_s: float, name: str = "edge-asa") -> list[tuple[float, Tapped]]:
    """The TCP frames from or to the firewall's own hardware address, with the moment it sees each."""
    mac = world.asa(name).interface_mac("inside")
    found = [
        (one.time_s + (0.0 if one.frame.source == mac else DELAY_S), one)
        for one in world.wires[wire].seen
        if one.time_s >= since_s and mac in (one.frame.source, one.frame.destination)
        and isinstance(one.frame.body, Packet) and one.frame.body.protocol == TCP
    ]  # fmt: skip
    return sorted(found, key=lambda one: one[0])


def written(number: int, moment_s: float, packet: Packet, vlan: int) -> str:
    """A line of `show capture`, put together here from a packet of the wire."""
    clock = (EPOCH + timedelta(seconds=moment_s)).strftime("%H:%M:%S.%f")
    letters = "".join(letter for bit, letter in _LETTERS.items() if packet.flags & bit) or "."
    length = len(packet.data)
    line = f"{number:4d}: {clock}       802.1Q vlan#{vlan} P0 "
    line += f"{packet.source}.{packet.sport} > {packet.destination}.{packet.dport}: {letters}"
    if length or packet.flags & (SYN | FIN | RST):
        line += f" {packet.seq}:{(packet.seq + length) % 2**32}({length})"
    return line + (f" ack {packet.ack}" if packet.flags & ACK else "") + f" win {packet.window} "


def expected(world: World, wire: str, since_s: float, vlan: int, name: str = "edge-asa") -> list[str]:
    """All lines, by the witness."""
    numbers = count(1)
    return [
        written(next(numbers), moment_s, one.frame.body, vlan)
        for moment_s, one in passing(world, wire, since_s, name)
        if isinstance(one.frame.body, Packet)
    ]


def packets(text: str) -> list[str]:
    """The lines of packets, behind their head and before their tail."""
    lines = text.splitlines()
    number = int(lines[1].split()[0])
    plural = "s" if number > 1 else ""
    assert lines[:3] == ["", f"{number} packet{plural} captured", ""]
    assert lines[-1] == f"{number} packet{plural} shown"
    return lines[3:-1]


def test_a_hairpin_is_captured_on_both_its_passes(hairpin: Callable[..., World], asa_console: Login) -> None:
    """S0-08, S0-10: each packet as the wire had it, in and out, and the number that was changed between."""
    world = hairpin()
    type_line = asa_console(world)
    assert type_line("capture in interface inside match tcp host 10.12.0.130 host 172.16.1.18 eq 443") == ""
    since_s = world.now
    world.connect("workstation", "cimc", 443)
    lines = packets(type_line("show capture in"))
    assert lines == expected(world, "users", since_s, vlan=1)
    assert len(lines) == 19  # 5 SYN, 5 of them hairpinned, 9 RST
    (first, syn), (second, out) = passing(world, "users", since_s)[:2]
    assert isinstance(syn.frame.body, Packet)
    assert isinstance(out.frame.body, Packet)
    assert syn.frame.body.seq != out.frame.body.seq
    assert f": S {syn.frame.body.seq}:" in lines[0]
    assert f": S {out.frame.body.seq}:" in lines[1]
    assert f": R {out.frame.body.seq + 1}:" in lines[2]
    assert first < second


def test_detail_names_hardware_addresses_and_time_to_live(
    hairpin: Callable[..., World], asa_console: Login
) -> None:
    """S0-08: in from the workstation, out to the switch, 58 bytes with the tag, TTL not counted down."""
    world = hairpin()
    type_line = asa_console(world)
    type_line("capture in interface inside match tcp any any eq https")
    world.connect("workstation", "cimc", 443, 17559)
    lines = packets(type_line("show capture in detail"))
    asa, switch = (mac_text(mac) for mac in (
        world.asa().interface_mac("inside"), world.switch().interface_mac("Vlan10")
    ))  # fmt: skip
    assert lines[0].split(" ", 5)[5] == f"0050.56a0.0130 {asa} 0x8100 Length: 58"
    assert lines[2].split(" ", 5)[5] == f"{asa} {switch} 0x8100 Length: 58"
    for line in (lines[1], lines[3]):
        assert line.startswith("      802.1Q vlan#1 P0 10.12.0.130.17559 > 172.16.1.18.443: S [tcp sum ok] ")
        assert line.endswith("(0) win 64240 (DF) (ttl 128, id 1) ")


def test_a_connection_is_seen_on_each_side_with_its_own_numbers(
    hairpin: Callable[..., World], asa_console: Login
) -> None:
    """Handshake, data and answers to a web server outside: two captures, two wires, other numbers."""
    world = hairpin()
    type_line = asa_console(world)
    type_line("capture in type raw-data interface inside match tcp any host 203.0.113.80")
    type_line("capture out type raw-data interface outside match tcp any host 203.0.113.80")
    since_s = world.now
    assert world.connect("workstation", "203.0.113.80", 443).result == "delivered"
    world.run_for(5.0)
    inside, outside = (packets(type_line(f"show capture {name}")) for name in ("in", "out"))
    assert inside == expected(world, "users", since_s, vlan=1)
    assert outside == expected(world, "outside", since_s, vlan=2)
    assert len(inside) == len(outside) > 6
    assert inside[0].split(": S ")[1] != outside[0].split(": S ")[1]


def test_bytes_are_those_of_frames_and_records(hairpin: Callable[..., World], asa_console: Login) -> None:
    """Seen on a real one: 54 bytes of a RST count as 70; here a tag makes each frame four longer."""
    world = hairpin()
    type_line = asa_console(world)
    type_line("capture in interface inside match tcp any host 172.16.1.18")
    world.connect("workstation", "cimc", 443)
    assert type_line("show capture").splitlines() == [
        f"capture in type raw-data interface inside [Capturing - {19 * (54 + 4 + 16)} bytes] ",
        "  match tcp any host 172.16.1.18 ",
    ]


@pytest.mark.parametrize(
    ("condition", "number"),
    [
        ("match icmp any any", 4),
        ("match ip host 10.12.0.130 any", 4 + 19),
        ("match tcp any any", 19),
        ("match tcp any eq 443 host 10.12.0.130", 19),
        ("match tcp any host 172.16.1.18 eq 80", 0),
        ("match tcp host 10.12.0.5 any", 0),
        ("match tcp 10.12.0.0 255.255.255.0 172.16.1.0 255.255.255.0 range 440 450", 19),
        ("match udp any any", 0),
    ],
)
def test_conditions_hold_in_both_directions(
    hairpin: Callable[..., World], asa_console: Login, condition: str, number: int
) -> None:
    """Two echo requests, hairpinned, and a call of 19 segments: what a condition takes of them."""
    world = hairpin()
    type_line = asa_console(world)
    type_line(f"capture c interface inside {condition}")
    world.ping("workstation", "cimc", 2)
    world.connect("workstation", "cimc", 443)
    assert type_line("show capture c").splitlines()[1].split()[0] == str(number)


def test_nothing_of_it_is_configuration(hairpin: Callable[..., World], asa_console: Login) -> None:
    """No line, no change, the same checksum; nothing is left after a reload."""
    world = hairpin()
    type_line = asa_console(world)
    asa = world.asa()
    before = asa.running_text(), asa.checksum, asa.modified, asa.changed_s
    type_line("capture c interface inside match ip any any")
    type_line("capture d type asp-drop all")
    assert (asa.running_text(), asa.checksum, asa.modified, asa.changed_s) == before
    asa.reload()
    world.run_for(200.0)
    assert asa.up
    assert asa.captures.standing == {}


STORIES = {
    "hairpin": ("edge-asa", {"inside": ("users", 1), "outside": ("outside", 2)}),
    "ctcp": ("office-asa", {"inside": ("office", 1), "outside": ("internet", 2)}),
    "state-bypass": ("mpls-asa", {"Inside": ("transit", 1), "MPLS": ("mpls", 2)}),
    "forged-rst": ("app-asa", {"inside": ("servers", 1), "outside": ("hosting-line", 2)}),
}


@pytest.mark.parametrize("story", STORIES)
def test_every_storys_wires_are_captured_whole(asa_console: Login, story: str) -> None:
    """Three minutes of work: each segment on each wire, at its moment, and no other."""
    name, interfaces = STORIES[story]
    world = World.from_story(story, (), workloads=True)
    type_line = asa_console(world, name)
    for nameif in interfaces:
        type_line(f"capture {nameif} interface {nameif} match tcp any any")
    since_s = world.now
    world.run_for(60.0)
    if story == "state-bypass":
        world.cut("fibre")  # only then is the firewall on the way
        world.connect("desk", "erp", 443)
    world.run_for(120.0)
    for nameif, (wire, vlan) in interfaces.items():
        lines = packets(type_line(f"show capture {nameif}"))
        assert [line[5:24] for line in lines] == sorted(line[5:24] for line in lines)
        assert sorted(line[5:] for line in lines) == sorted(
            line[5:] for line in expected(world, wire, since_s, vlan, name)
        )
        assert len(lines) > 10


def test_an_access_list_chooses_as_it_says(hairpin: Callable[..., World], asa_console: Login) -> None:
    """One direction of a conversation, where a `match` takes both; a deny in it keeps packets out."""
    world = hairpin()
    world.edit(
        "edge-asa",
        [
            "access-list CAP extended deny tcp host 10.12.0.5 any",
            "access-list CAP extended permit tcp 10.12.0.0 255.255.255.0 host 203.0.113.80 eq https",
        ],
    )
    type_line = asa_console(world)
    assert type_line("capture c access-list CAP interface inside") == ""
    assert type_line("capture both interface inside match tcp any host 203.0.113.80") == ""
    for host in ("workstation", "vcenter"):
        assert world.connect(host, "203.0.113.80", 443).result == "delivered"
    lines = packets(type_line("show capture c"))
    everything = packets(type_line("show capture both"))
    assert [line[5:] for line in lines] == [line[5:] for line in everything if " 10.12.0.130." in line[:60]]
    assert "capture c type raw-data access-list CAP interface inside [Capturing - " in type_line(
        "show capture"
    )
    missing = type_line("capture d access-list NONE interface inside")
    assert missing == "ERROR: access-list <NONE> does not exist\n"


def test_one_capture_on_two_interfaces(hairpin: Callable[..., World], asa_console: Login) -> None:
    """The same name once more: both sides in one buffer; taken off one, what it has kept stays."""
    world = hairpin()
    type_line = asa_console(world)
    type_line("capture c interface inside match tcp any host 203.0.113.80")
    type_line("capture c interface outside")
    world.connect("workstation", "203.0.113.80", 443)
    tags = {line.partition("vlan#")[2][0] for line in packets(type_line("show capture c"))}
    assert tags == {"1", "2"}
    assert type_line("no capture c interface inside") == ""
    before = packets(type_line("show capture c"))
    world.connect("workstation", "203.0.113.80", 443)
    added = packets(type_line("show capture c"))[len(before) :]
    assert added
    assert all("vlan#2" in line for line in added)
    type_line("no capture c interface outside")
    number = len(before) + len(added)
    said, condition = type_line("show capture").splitlines()
    assert re.fullmatch(r"capture c type raw-data \[Stopped - \d+ bytes\] ", said)
    assert condition == "  match tcp any host 203.0.113.80 "
    world.connect("workstation", "203.0.113.80", 443)
    assert len(packets(type_line("show capture c"))) == number
    assert type_line("no capture c interface outside") == (
        "ERROR: Capture <c> is not applied to interface outside\n"
    )
    assert type_line("no capture c") == ""
    assert type_line("show capture") == ""


def test_neighbours_and_routing_are_in_a_capture_without_a_condition(
    hairpin: Callable[..., World], asa_console: Login
) -> None:
    """ARP, EIGRP: all of the wire that concerns the firewall; a condition of `ip` takes no ARP."""
    world = hairpin()
    type_line = asa_console(world)
    type_line("capture c interface inside")
    type_line("capture ip interface inside match ip any any")
    type_line("clear arp")
    world.run_for(12.0)
    world.ping("workstation", "10.12.0.1", 1)
    everything = [line[28:] for line in packets(type_line("show capture c"))]
    assert "802.1Q vlan#1 P0 arp who-has 10.12.0.1 tell 10.12.0.130 " in everything
    assert "802.1Q vlan#1 P0 arp reply 10.12.0.1 is-at 0:23:5e:1a:2b:8 " in everything
    assert any(
        line.startswith("802.1Q vlan#1 P0 10.12.0.254 > 224.0.0.10:  ip-proto-88, ") for line in everything
    )
    chosen = [line[28:] for line in packets(type_line("show capture ip"))]
    assert chosen == [line for line in everything if " arp " not in line]


def test_nothing_leaves_by_an_interface_that_is_down(
    hairpin: Callable[..., World], asa_console: Login
) -> None:
    """Somebody is asked for, in vain; the cable goes: the questions behind that are not captured."""
    world = hairpin()
    type_line = asa_console(world)
    type_line("capture c interface outside")
    world.asa().start_ping(IPv4Address("203.0.113.99"), 1)
    world.run_for(0.5)
    world.link("outside", "edge-asa", up=False)
    world.run_for(10.0)
    lines = packets(type_line("show capture c"))
    assert [line[28:] for line in lines] == ["802.1Q vlan#2 P0 arp who-has 203.0.113.99 tell 203.0.113.2 "]
