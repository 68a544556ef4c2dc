"""Ports, pools and lists of a router that translates: what hosts on both sides get, and what it shows."""

from __future__ import annotations

import json
from ipaddress import IPv4Address

import pytest

from bothways.flow import Fate
from bothways.lab.cli.ios_show.nat import render_statistics, render_translations
from bothways.lab.frames import ICMP, TCP, UDP, Packet
from bothways.lab.ios.nat import StaticNat
from bothways.lab.ios.nat_rules import InsideSource, Lifetimes, Pool
from bothways.lab.ios.translations import Translations
from bothways.lab.ledger import Why
from bothways.lab.topology import read_topology
from bothways.lab.world import World

WEB, OTHER, ROUTER = "203.0.113.80", "203.0.113.81", "203.0.113.1"
_HOST = {"listens": [22, 80, 443], "answers": [53]}
_STARTUP = """\
version 12.4
hostname GATE
interface FastEthernet0/0
 ip address 10.1.0.1 255.255.255.0
 ip nat inside
interface FastEthernet0/1
 ip address 203.0.113.1 255.255.255.0
 ip nat outside
access-list 7 permit 10.1.0.0 0.0.0.15
line vty 0 4
 login local
"""
OVERLOAD = "ip nat inside source list 7 interface FastEthernet0/1 overload"
POOL = ("ip nat pool P 203.0.113.10 203.0.113.11 netmask 255.255.255.0", "ip nat inside source list 7 pool P")


def gate(*lines: str) -> World:
    """Two hosts on each side of one router."""
    content = {
        "name": "gate",
        "seed": 3,
        "wires": {"in": "10.1.0.0/24", "out": "203.0.113.0/24"},
        "hosts": {
            name: _HOST
            | {"address": f"{address}/24", "wire": wire, "mac": f"0050.56b0.00{at:02x}", "gateway": hop}
            for at, (name, address, wire, hop) in enumerate(
                (("pc1", "10.1.0.10", "in", "10.1.0.1"), ("pc2", "10.1.0.11", "in", "10.1.0.1"),
                 ("pc3", "10.1.0.30", "in", "10.1.0.1"),
                 ("web", WEB, "out", ROUTER), ("other", OTHER, "out", ROUTER))
            )
        },
        "devices": {
            "gate": {
                "platform": "cisco_ios", "model": "2811", "version": "12.4(15)T7", "serial": "FTX1141A0R1",
                "mac": "001b.d4a1.0100", "ports": {"FastEthernet0/0": "in", "FastEthernet0/1": "out"},
                "startup": _STARTUP,
            }
        },
    }  # fmt: skip
    world = World(read_topology(json.dumps(content), "here"))
    world.advance_to(1.0)
    assert world.edit("gate", list(lines)) == [""] * len(lines)
    return world


def table(world: World) -> list[list[str]]:
    """The rows of `show ip nat translations`, word by word."""
    return [row.split() for row in render_translations(world.switch("gate")).splitlines()[1:]]


def sources(world: World, wire: str) -> set[str]:
    bodies = [one.frame.body for one in world.wires[wire].seen]
    return {str(one.source) for one in bodies if isinstance(one, Packet)}


def test_list_hides_its_hosts_behind_the_interface() -> None:
    """Who is permitted goes out under the router's address and is answered; who is not goes as it is."""
    world = gate(OVERLOAD)
    attempt = world.connect("pc1", WEB, 80, 50000)
    assert attempt.testimony.fate is Fate.COMPLETE
    assert table(world) == [["tcp", f"{ROUTER}:50000", "10.1.0.10:50000", f"{WEB}:80", f"{WEB}:80"]]
    assert world.connect("pc3", WEB, 80).result == "delivered"
    assert sources(world, "out") >= {ROUTER, "10.1.0.30"}
    assert "10.1.0.10" not in sources(world, "out")
    assert len(table(world)) == 1


def test_port_is_kept_where_it_is_free_and_echoes_have_their_own() -> None:
    """Two hosts of one port: the second gets the next one; both are answered, in echoes too."""
    world = gate(OVERLOAD)
    assert world.connect("pc1", WEB, 80, 50000).result == "delivered"
    assert world.connect("pc2", WEB, 80, 50000).result == "delivered"
    assert [row[1] for row in table(world)] == [f"{ROUTER}:50000", f"{ROUTER}:50001"]
    assert (world.ping("pc1", WEB, 1).received, world.ping("pc2", WEB, 1).received) == (1, 1)
    echoes = [row for row in table(world) if row[0] == "icmp"]
    assert len({row[1] for row in echoes}) == 2
    local, shown = echoes[1][2].split(":")[1], echoes[1][1].split(":")[1]
    assert (echoes[1][3], echoes[1][4]) == (f"{WEB}:{local}", f"{WEB}:{shown}")


def test_nobody_calls_in_through_what_hides() -> None:
    """Without an entry: the interface's own address is the router itself, a pool's address is nobody."""
    world = gate(OVERLOAD)
    world.connect("pc1", WEB, 80, 50000)
    assert world.connect("other", ROUTER, 50000).result != "delivered"
    pool = gate(*POOL)
    attempt = pool.connect("web", "203.0.113.10", 80)
    assert (attempt.result, attempt.testimony.fate) == ("timeout", Fate.NO_ADJACENCY)


def test_host_of_a_pool_is_answered_by_the_name_it_called() -> None:
    """The entry is of the inside host alone; a static one names its peer, both ways."""
    static = (
        f"ip nat outside source static {WEB} 198.51.100.9",
        "ip route 198.51.100.9 255.255.255.255 " + WEB,
    )
    assert gate(*POOL, *static).connect("pc1", "198.51.100.9", 80).result == "delivered"


def test_pool_gives_each_host_an_address_that_others_may_call() -> None:
    """Simple entries, first address first; the third host finds none left, and its packet dies."""
    world = gate(*POOL, "access-list 7 permit 10.1.0.30")
    assert world.connect("pc1", WEB, 80).result == "delivered"
    assert world.connect("other", "203.0.113.10", 22).result == "delivered"
    assert world.connect("pc2", WEB, 80).result == "delivered"
    assert table(world) == [
        ["---", "203.0.113.10", "10.1.0.10", "---", "---"],
        ["---", "203.0.113.11", "10.1.0.11", "---", "---"],
    ]
    attempt = world.connect("pc3", WEB, 80)
    assert attempt.result == "timeout"
    assert {row.why for row in world.ledger.drops} == {Why.NAT_EXHAUSTED}


def test_static_port_leads_in_and_back_and_no_other_port_does() -> None:
    """Of an address that IOS answers ARP for, and of the interface; `extendable` is added by itself."""
    world = gate(
        OVERLOAD, "ip nat inside source static tcp 10.1.0.10 80 203.0.113.5 8080",
        "ip nat inside source static tcp 10.1.0.11 22 interface FastEthernet0/1 2222",
    )  # fmt: skip
    assert world.connect("web", "203.0.113.5", 8080).testimony.fate is Fate.COMPLETE
    assert world.connect("web", ROUTER, 2222).result == "delivered"
    assert world.connect("web", "203.0.113.5", 80).result == "timeout"
    assert ["tcp", "203.0.113.5:8080", "10.1.0.10:80", "---", "---"] in table(world)
    assert "ip nat inside source static tcp 10.1.0.10 80 203.0.113.5 8080 extendable" in (
        world.switch("gate").config_lines()
    )
    world.edit("gate", ["no ip nat inside source static tcp 10.1.0.10 80 203.0.113.5 8080"])
    assert world.connect("web", "203.0.113.5", 8080).result == "timeout"


def test_witness_knows_a_flow_by_its_translated_port() -> None:
    """What dies behind the router has another address and another port than what was called."""
    static = "ip nat inside source static tcp 10.1.0.10 80 203.0.113.5 8080"
    world = gate(
        static, "access-list 101 deny tcp any host 10.1.0.10 eq 80", "access-list 101 permit ip any any",
        "interface FastEthernet0/0", " ip access-group 101 out",
    )  # fmt: skip
    said = world.connect("web", "203.0.113.5", 8080).testimony
    assert (said.fate, said.device, said.packet) == (Fate.ACL_DENIED, "gate", 1)
    said = gate(static).connect("web", "10.1.0.10", 80).testimony
    assert (said.fate, said.device, said.packet) == (Fate.WRONG_SOURCE, WEB, 2)


@pytest.mark.parametrize(
    ("lines", "way", "seconds", "rows"),
    [
        ((OVERLOAD,), "udp", 299.0, 1),
        ((OVERLOAD,), "udp", 302.0, 0),
        ((OVERLOAD,), "icmp", 57.0, 1),
        ((OVERLOAD,), "icmp", 62.0, 0),
        ((OVERLOAD,), "tcp", 55.0, 1),
        ((OVERLOAD,), "tcp", 62.0, 0),
        ((OVERLOAD, "ip nat translation finrst-timeout 20"), "tcp", 25.0, 0),
        (POOL, "tcp", 86000.0, 1),
        (POOL, "tcp", 86402.0, 0),
    ],
)
def test_entries_live_from_their_last_packet(
    lines: tuple[str, ...], way: str, seconds: float, rows: int
) -> None:
    """Documented lifetimes: a closed connection a minute, an echo too, a datagram five, a host a day."""
    world = gate(*lines)
    if way == "udp":
        world.ask("pc1", WEB, 53)
    elif way == "icmp":
        world.ping("pc1", WEB, 1)
    else:
        world.connect("pc1", WEB, 80)
    world.run_for(seconds - (2.0 if way == "icmp" else 0.0))
    assert len(table(world)) == rows


def test_open_connection_keeps_its_entry_for_a_day() -> None:
    """24 hours without FIN or RST; then an answer belongs to nobody."""
    world = gate(OVERLOAD)
    world.hold("pc1", WEB, 80, every_s=None)
    world.run_for(86000.0)
    assert len(table(world)) == 1
    world.run_for(500.0)
    assert table(world) == []


def test_answer_to_a_call_by_the_real_address_is_hidden_too() -> None:
    """The router asks for no SYN: the caller hears from another address than it called."""
    attempt = gate(OVERLOAD).connect("web", "10.1.0.10", 80)
    assert attempt.testimony.fate is Fate.WRONG_SOURCE


def test_groups_of_ports_and_what_is_taken() -> None:
    """A low port becomes another low one; a static entry's port is taken; the same host keeps its own."""
    made = Translations(lambda: 0.0)
    rule = InsideSource("7", Pool("P", 10, 11, ""), "", None, True)
    static = StaticNat(
        False, IPv4Address("10.0.0.9"), IPv4Address(10), protocol=TCP, local_port=80, global_port=513
    )
    made.configure([rule], [static], Lifetimes({"tcp": 60.0, "udp": 60.0, "icmp": 60.0}))

    def out(host: str, port: int, to: str, protocol: int = TCP) -> tuple[int, int]:
        sent = Packet(IPv4Address(host), IPv4Address(to), protocol, sport=port, dport=80)
        left = made.outward(sent, sent, lambda _acl: True)
        assert left is not None
        return int(left.source), left.sport

    assert out("10.0.0.1", 511, "1.1.1.1") == (10, 511)
    assert out("10.0.0.2", 511, "1.1.1.1") == (10, 1)
    assert out("10.0.0.1", 512, "1.1.1.1") == (10, 512)
    assert out("10.0.0.2", 512, "1.1.1.1") == (10, 514)
    assert out("10.0.0.1", 511, "1.1.1.2") == (10, 511)
    assert out("10.0.0.2", 511, "1.1.1.1", UDP) == (10, 511)
    assert out("10.0.0.2", 7, "1.1.1.1", ICMP) == (10, 7)


def test_lines_stand_in_the_order_of_the_release_and_refuse_what_hangs_together() -> None:
    """Pools, lists, ports, hosts; a pool in use stays, and one that is not there is not used."""
    world = gate(
        "ip nat inside source static 10.1.0.30 203.0.113.30", *POOL, OVERLOAD.replace("list 7", "list 8")
    )
    world.edit("gate", ["ip nat inside source static udp 10.1.0.30 53 203.0.113.31 53"])
    lines = world.switch("gate").config_lines()
    assert [line for line in lines if line.startswith("ip nat ")] == [
        *POOL,
        OVERLOAD.replace("list 7", "list 8"),
        "ip nat inside source static udp 10.1.0.30 53 203.0.113.31 53 extendable",
        "ip nat inside source static 10.1.0.30 203.0.113.30",
    ]
    assert world.edit("gate", ["no ip nat pool P"]) == ["%Pool P in use, cannot destroy"]
    assert world.edit("gate", ["ip nat inside source list 9 pool Q"]) == ["%Pool Q not found"]
    taken = world.edit("gate", ["ip nat inside source static udp 10.1.0.31 53 203.0.113.31 53"])
    assert taken[0].startswith("% similar static entry (10.1.0.30 -> 203.0.113.31)")
    world.edit("gate", ["no ip nat inside source list 7 pool P", "no ip nat pool P"])
    assert not [line for line in world.switch("gate").config_lines() if " pool " in line]


def test_statistics_tell_the_lines_and_what_they_hold() -> None:
    """As a 12.4 prints it."""
    world = gate(*POOL)
    world.connect("pc1", WEB, 80)
    lines = render_statistics(world.switch("gate")).splitlines()
    assert lines[0] == "Total active translations: 1 (0 static, 1 dynamic; 0 extended)"
    assert lines[lines.index("Dynamic mappings:") + 1 :] == [
        "-- Inside Source",
        "[Id: 1] access-list 7 pool P refcount 1",
        " pool P: netmask 255.255.255.0",
        "\tstart 203.0.113.10 end 203.0.113.11",
        "\ttype generic, total addresses 2, allocated 1 (50%), misses 0",
    ]
