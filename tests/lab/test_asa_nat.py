"""Translations of the ASA: order, directions, proxy ARP, and what each side and each list sees."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Interface, IPv4Network

import pytest

from bothways.flow import Fate
from bothways.lab.asa.lines import RULES
from bothways.lab.asa.nat import Block, mapping, unmapping
from bothways.lab.asa.nat_lines import read_rules
from bothways.lab.config_tree import ConfigTree, read_lines
from bothways.lab.frames import TCP, Packet
from bothways.lab.host import Card, Host
from bothways.lab.ledger import Why
from bothways.lab.world import World

CALLED = "203.0.113.80"


def story(*lines: str, device: str = "app-asa") -> World:
    world = World.from_story("forged-rst")
    assert not [answer for answer in world.edit(device, lines) if answer.startswith("ERROR")]
    return world


def tree(text: str) -> ConfigTree:
    config = ConfigTree(RULES)
    for path, line in read_lines(text):
        config.put(path, line)
    return config


def test_rules_stand_in_the_order_of_the_device() -> None:
    """Static before dynamic, few addresses before many, low before high, then by name."""
    rules = read_rules(
        tree("""\
object network wide
 subnet 10.0.0.0 255.0.0.0
 nat (inside,outside) dynamic interface
object network narrow
 subnet 10.30.0.0 255.255.255.0
 nat (inside,outside) dynamic 192.0.2.10
object network z-host
 host 10.30.0.9
 nat (inside,outside) static 203.0.113.9
object network a-host
 host 10.30.0.80
 nat (inside,outside) static 203.0.113.80
object network unused
 host 10.30.0.81
""")
    )
    assert [rule.name for rule in rules] == ["z-host", "a-host", "narrow", "wide"]
    assert (rules[3].far.source, rules[2].far.source) == (None, Block.of(IPv4Network("192.0.2.10/32")))


def test_static_network_keeps_the_host_part() -> None:
    rule = read_rules(
        tree("object network N\n subnet 10.30.0.0 255.255.255.0\n nat (inside,outside) static 203.0.113.0\n")
    )[0]
    out = Packet(IPv4Address("10.30.0.7"), IPv4Address("192.0.2.1"), TCP)
    back = Packet(IPv4Address("192.0.2.1"), IPv4Address("203.0.113.9"), TCP)
    shown, called = mapping([rule], "inside", "outside", out, None), unmapping([rule], "outside", back)
    assert shown is not None
    assert called is not None
    assert (str(shown.address), str(called.address)) == ("203.0.113.7", "10.30.0.9")


def test_each_side_knows_the_other_by_its_shown_address() -> None:
    """The list permits the real server; the messages name both, the mapped one in brackets."""
    world = story("logging enable", "logging buffered informational")
    assert world.connect("client", CALLED, 80).testimony.fate is Fate.COMPLETE
    outside = {(str(p.source), str(p.destination)) for p in _segments(world, "hosting-line")}
    inside = {(str(p.source), str(p.destination)) for p in _segments(world, "servers")}
    office = {(str(p.source), str(p.destination)) for p in _segments(world, "office")}
    assert office == {("10.20.0.25", CALLED), (CALLED, "10.20.0.25")}
    assert outside == {("192.0.2.10", CALLED), (CALLED, "192.0.2.10")}
    assert inside == {("192.0.2.10", "10.30.0.80"), ("10.30.0.80", "192.0.2.10")}
    built = next(r.text for r in world.asa("app-asa").log if r.tag.endswith("302013"))
    assert built.startswith("Built inbound TCP connection 1 for outside:192.0.2.10/")
    assert built.endswith("to inside:10.30.0.80/80 (203.0.113.80/80)")
    log = [r.text for r in world.asa("office-asa").log]
    assert any(text.startswith("Built dynamic TCP translation from inside:10.20.0.25/") for text in log)
    world.run_for(120)
    assert any("Teardown dynamic TCP translation" in r.text for r in world.asa("office-asa").log)
    assert not list(world.asa("office-asa").firewall.xlates)


def test_two_hosts_never_share_a_translated_port() -> None:
    """The port is kept where it is free, else another one is taken."""
    world = story()
    xlates = world.asa("office-asa").firewall.xlates
    first = world.asa("office-asa").conns
    assert not first
    from bothways.lab.asa.conn import End  # noqa: PLC0415 - the one test that builds an end

    shown = IPv4Address("192.0.2.10")

    def take(host: str, port: int) -> int:
        real = End("inside", IPv4Address(host), port)
        return xlates.take(TCP, real, "outside", shown, kept=lambda one: one == 8080).port

    assert [take("10.20.0.1", 50000), take("10.20.0.1", 50000)] == [50000, 50000]
    assert take("10.20.0.2", 50000) not in (50000, 8080)
    assert take("10.20.0.2", 8080) != 8080


def test_port_of_the_interface_itself_is_enough() -> None:
    """`dynamic interface`: answers to the firewall's own address reach the host behind it."""
    world = story(
        "object network office-clients", " nat (inside,outside) dynamic interface", device="office-asa"
    )
    assert world.connect("client", CALLED, 80).result == "delivered"
    assert {str(p.source) for p in _segments(world, "hosting-line")} == {"198.51.100.2", CALLED}


def test_neighbour_finds_a_translated_address_by_arp() -> None:
    """A static rule into the outside network: the firewall answers ARP for it."""
    world = story("object network app-server", " nat (inside,outside) static 198.51.100.7")
    world.edit("provider", ["interface FastEthernet0/1", " ip address 198.51.100.5 255.255.255.248"])
    attempt = world.connect("client", "198.51.100.7", 80)
    assert attempt.result == "delivered"


def test_real_address_called_from_outside_is_refused() -> None:
    """The reply would be translated, the call was not: 305013, counted as a flow."""
    world = story("logging enable", "logging buffered informational")
    world.edit("provider", ["ip route 10.30.0.0 255.255.255.0 198.51.100.6"])
    attempt = world.connect("client", "10.30.0.80", 80)
    assert (attempt.result, attempt.testimony.fate) == ("timeout", Fate.ACL_DENIED)
    assert {row.why for row in world.ledger.drops if row.where == "app-asa"} == {Why.NAT_ONE_WAY}
    assert world.asa("app-asa").asp_drops.flow["nat-rpf-failed"]
    assert any(r.text.startswith("Asymmetric NAT rules matched") for r in world.asa("app-asa").log)


@pytest.mark.parametrize(("inspected", "received"), [(True, 1), (False, 0)])
def test_echo_comes_back_through_a_port_translation_only_when_inspected(
    inspected: bool, received: int
) -> None:
    """Without inspection nothing tells whose reply it is."""
    lines = ["policy-map global_policy", " class inspection_default", "  inspect icmp"] if inspected else []
    world = story(*lines)
    world.edit("office-asa", lines)
    assert world.ping("client", CALLED, 1).received == received


def test_reply_to_an_uninspected_echo_is_judged_by_its_real_destination() -> None:
    """Believed: the translation stands without inspection, and a list on the outside may permit the reply."""
    permit = [
        "access-list IN extended permit icmp any any echo-reply",
        "access-group IN in interface outside",
    ]
    world = story(*permit[:1])
    world.edit("office-asa", permit)
    world.edit("app-asa", ["policy-map global_policy", " class inspection_default", "  inspect icmp"])
    before = world.ping("client", CALLED, 1).received
    world.edit("office-asa", ["no access-group IN in interface outside"])
    assert (before, world.ping("client", CALLED, 1).received) == (1, 0)
    assert {row.why for row in world.ledger.drops} == {Why.SECURITY_LEVEL}


def test_two_pings_behind_one_address_get_their_own_replies() -> None:
    """Both hosts number their echoes alike: the firewall gives the second another identifier."""
    lines = ["policy-map global_policy", " class inspection_default", "  inspect icmp"]
    world = story(*lines)
    world.edit("office-asa", lines)
    wire = world.topology.hosts["client"].wire
    card = Card(bytes.fromhex("005056200099"), IPv4Interface("10.20.0.99/24"))
    other = Host("other", card, world.events, world.ledger, "1")
    other.set_gateway(IPv4Address("10.20.0.1"))
    world.wires[wire].plug(other.team.add())
    replies: list[str] = []
    other.ping(IPv4Address(CALLED), lambda: replies.append("other"))
    world.hosts["client"].ping(IPv4Address(CALLED), lambda: replies.append("client"))
    world.run_for(1.0)
    assert sorted(replies) == ["client", "other"]


def test_an_inspection_is_for_what_its_class_takes() -> None:
    """A class for one UDP port inspects no echo, whatever stands in it."""
    lines = ["class-map ONE", " match port udp eq 443", "policy-map P", " class ONE", "  inspect icmp",
             "no service-policy global_policy global", "service-policy P global"]  # fmt: skip
    world = story(*lines)
    world.edit("office-asa", lines)
    assert not world.ping("client", CALLED, 1).received


def test_running_configuration_prints_translations_apart() -> None:
    """As since 8.3: what an object holds above the lists, what it translates behind ARP."""
    world = story()
    asa = world.asa("app-asa")
    lines = asa.config_lines()
    first, second = (at for at, line in enumerate(lines) if line == "object network app-server")
    assert lines[first + 1] == " host 10.30.0.80"
    assert lines[second + 1] == " nat (inside,outside) static 203.0.113.80"
    assert first < lines.index("pager lines 24") < lines.index("arp timeout 14400") < second
    asa.save()
    assert not asa.modified
    asa.reload()
    world.run_for(181)
    assert asa.config_lines() == lines


def _segments(world: World, wire: str) -> list[Packet]:
    bodies = [one.frame.body for one in world.wires[wire].seen]
    return [one for one in bodies if isinstance(one, Packet) and one.protocol == TCP]
