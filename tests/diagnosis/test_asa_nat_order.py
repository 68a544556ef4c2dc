"""Manual and object NAT of an ASA in one order, as Cisco's configuration guide tells it: first match wins.

One firewall, three interfaces; every list permits, so that translations alone decide.
"""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

import pytest

from bothways.diagnosis import trace
from bothways.flow import Fate, Flow
from bothways.platforms.asa.object_nat import parse_nat_rules, parse_object_nat
from bothways.platforms.asa.service_object import parse_service_objects
from bothways.platforms.config_lines import parse_config_lines
from bothways.state import nat_rows, rows
from bothways.state.snapshot import Snapshot
from tests.diagnosis.conftest import MOMENT, Box

if TYPE_CHECKING:
    from bothways.diagnosis import Trace
    from bothways.state.tables import Row

CONFIG = "show running-config"
PARSERS: dict[type[Row], Any] = {
    nat_rows.NatRule: parse_nat_rules,
    nat_rows.ObjectNat: parse_object_nat,
    nat_rows.ServiceObject: parse_service_objects,
    rows.ConfigLine: parse_config_lines,
}
OBJECTS = """\
object network LAN
 subnet 10.1.1.0 255.255.255.0
object network PC
 host 10.1.1.10
object network WEB
 host 10.2.2.20
object network WEB-PUB
 host 203.0.113.20
object network PAT1
 host 203.0.113.129
object network PAT2
 host 203.0.113.130
object network POOL
 range 203.0.113.140 203.0.113.150
object network NET1
 subnet 192.0.2.0 255.255.255.128
object network NET2
 subnet 192.0.2.128 255.255.255.128
object network ALIAS
 host 10.1.1.200
object network PARTNER
 host 192.0.2.50
object network TEN
 range 10.1.1.5 10.1.1.14
object network TEN-PUB
 range 203.0.113.205 203.0.113.214
object network BY-NAME
 fqdn v4 partner.example
object-group network MIXED
 network-object host 10.1.1.10
 network-object host 10.1.1.77
object-group network MIXED-PUB
 network-object host 203.0.113.10
 network-object host 203.0.113.11
object service REAL-WEB
 service tcp source eq www
object service SHOWN-WEB
 service tcp source eq 8080
object service TELNET
 service tcp destination eq telnet
object service HTTP
 service tcp destination eq www
object service HTTP-ALT
 service tcp destination eq 8081
"""
LEVELS = (("inside", "10.1.1.1/24", 100), ("dmz", "10.2.2.1/24", 50), ("outside", "203.0.113.2/24", 0))


def firewall(config: str) -> Box:
    asa = Box("edge", "cisco_asa")
    for name, address, level in LEVELS:
        asa.interface(name, address)
        asa.add(rows.Nameif, f"{name} {level}", port=name, name=name, level=level)
        asa.route("C", address.rsplit(".", 1)[0] + ".0/24", name)
        asa.access_group("ALL", "in", name)
    asa.acl("ALL", "permit", "ip", "0.0.0.0/0", "0.0.0.0/0")
    asa.route("S", "0.0.0.0/0", "outside", "203.0.113.1", distance=1)
    asa.permit("inter-interface").permit("intra-interface")
    asa.policy("", "inspection_default", "default-inspection-traffic", "inspect icmp")
    for row_type, parse in PARSERS.items():
        for row in parse(OBJECTS + config, CONFIG):
            values = {field.name: getattr(row, field.name) for field in fields(row) if field.name != "line"}
            asa.add(row_type, values.get("text", f"nat ({row_type.__name__})"), **values)
    return asa


def walked(config: str, flow: str) -> Trace:
    return trace(Snapshot({"edge": firewall(config).state()}, MOMENT, {}), Flow.parse(flow))


def left(found: Trace) -> str:
    """Source, destination and port of the first packet behind the firewall, and the way it took."""
    hop = found.legs[0].hops[0]
    assert hop.left is not None
    return f"{hop.left.source} > {hop.left.destination}:{hop.left.destination_ports[0]} {hop.egress}"


PAT = "nat (inside,outside) after-auto source dynamic any interface\n"
BY_DESTINATION = """\
nat (inside,outside) source dynamic LAN PAT1 destination static NET1 NET1
nat (inside,outside) source dynamic LAN PAT2 destination static NET2 NET2
"""
BY_PORT = """\
nat (inside,outside) source dynamic LAN PAT1 destination static PARTNER PARTNER service TELNET TELNET
nat (inside,outside) source dynamic LAN PAT2 destination static PARTNER PARTNER service HTTP HTTP
"""
TWICE = "nat (inside,outside) source static PC PAT1 destination static ALIAS PARTNER\n"
EXEMPT = "nat (inside,outside) source static LAN LAN destination static PARTNER PARTNER no-proxy-arp\n"
ONE_PORT = "nat (dmz,outside) source static WEB WEB-PUB service REAL-WEB SHOWN-WEB\n"
PORT_MOVED = (
    "nat (inside,outside) source dynamic LAN interface destination static PARTNER PARTNER"
    " service HTTP HTTP-ALT\n"
)
OBJECT_WEB = "object network WEB\n nat (dmz,outside) static WEB-PUB\n"
OBJECT_PORT = "object network WEB\n nat (dmz,outside) static interface service tcp www 8080\n"
OBJECT_PORT_PUB = "object network WEB\n nat (dmz,outside) static WEB-PUB service tcp www 8080\n"

LIVES = {
    "by-destination-1": (
        BY_DESTINATION, "10.1.1.10 192.0.2.50 tcp/80", "203.0.113.129 > 192.0.2.50:80 outside",
    ),
    "by-destination-2": (
        BY_DESTINATION, "10.1.1.10 192.0.2.200 tcp/80", "203.0.113.130 > 192.0.2.200:80 outside",
    ),
    "by-destination-neither": (
        BY_DESTINATION, "10.1.1.10 198.51.100.7 tcp/80", "10.1.1.10 > 198.51.100.7:80 outside",
    ),
    "by-port-telnet": (BY_PORT, "10.1.1.10 192.0.2.50 tcp/23", "203.0.113.129 > 192.0.2.50:23 outside"),
    "by-port-web": (BY_PORT, "10.1.1.10 192.0.2.50 tcp/80", "203.0.113.130 > 192.0.2.50:80 outside"),
    "by-port-neither": (BY_PORT, "10.1.1.10 192.0.2.50 tcp/443", "10.1.1.10 > 192.0.2.50:443 outside"),
    "by-port-no-ping": (BY_PORT, "10.1.1.10 192.0.2.50 icmp", "10.1.1.10 > 192.0.2.50:0 outside"),
    "both-ends": (TWICE, "10.1.1.10 10.1.1.200 tcp/80", "203.0.113.129 > 192.0.2.50:80 outside"),
    "both-ends-called": (TWICE, "192.0.2.50 203.0.113.129 tcp/80", "10.1.1.200 > 10.1.1.10:80 inside"),
    "exempted": (EXEMPT + PAT, "10.1.1.10 192.0.2.50 tcp/80", "10.1.1.10 > 192.0.2.50:80 outside"),
    "not-exempted": (EXEMPT + PAT, "10.1.1.10 192.0.2.51 tcp/80", "203.0.113.2 > 192.0.2.51:80 outside"),
    "exempted-called": (EXEMPT + PAT, "192.0.2.50 10.1.1.10 tcp/80", "192.0.2.50 > 10.1.1.10:80 inside"),
    "one-port-called": (ONE_PORT, "192.0.2.50 203.0.113.20 tcp/8080", "192.0.2.50 > 10.2.2.20:80 dmz"),
    "destination-port": (PORT_MOVED, "10.1.1.10 192.0.2.50 tcp/80", "203.0.113.2 > 192.0.2.50:8081 outside"),
    "object-before-after-auto": (
        OBJECT_WEB + "nat (any,outside) after-auto source dynamic any interface\n",
        "10.2.2.20 192.0.2.50 tcp/80",
        "203.0.113.20 > 192.0.2.50:80 outside",
    ),
    "after-auto-for-the-rest": (
        OBJECT_WEB + "nat (any,outside) after-auto source dynamic any interface\n",
        "10.2.2.21 192.0.2.50 tcp/80",
        "203.0.113.2 > 192.0.2.50:80 outside",
    ),
    "manual-before-object": (
        "nat (dmz,outside) source dynamic WEB PAT1\n" + OBJECT_WEB,
        "10.2.2.20 192.0.2.50 tcp/80",
        "203.0.113.129 > 192.0.2.50:80 outside",
    ),
    "inactive": (
        "nat (dmz,outside) source dynamic WEB PAT1 inactive description for later\n" + OBJECT_WEB,
        "10.2.2.20 192.0.2.50 tcp/80",
        "203.0.113.20 > 192.0.2.50:80 outside",
    ),
    "described-as-inactive": (
        "nat (dmz,outside) source dynamic WEB PAT1 description once inactive\n",
        "10.2.2.20 192.0.2.50 tcp/80",
        "203.0.113.129 > 192.0.2.50:80 outside",
    ),
    "called-by-object": (OBJECT_WEB, "192.0.2.50 203.0.113.20 tcp/80", "192.0.2.50 > 10.2.2.20:80 dmz"),
    "port-of-the-firewall": (
        OBJECT_PORT, "203.0.113.80 203.0.113.2 tcp/8080", "203.0.113.80 > 10.2.2.20:80 dmz",
    ),
    "port-of-an-address": (
        OBJECT_PORT_PUB, "203.0.113.80 203.0.113.20 tcp/8080", "203.0.113.80 > 10.2.2.20:80 dmz",
    ),
    "other-ports-keep-their-address": (
        OBJECT_PORT_PUB, "10.2.2.20 192.0.2.50 tcp/80", "10.2.2.20 > 192.0.2.50:80 outside",
    ),
    "place-in-a-range": (
        "nat (inside,outside) source static TEN TEN-PUB\n",
        "192.0.2.50 203.0.113.210 tcp/80",
        "192.0.2.50 > 10.1.1.10:80 inside",
    ),
    "beyond-a-range": (
        "nat (inside,outside) source static TEN TEN-PUB\n",
        "10.1.1.15 192.0.2.50 tcp/80",
        "10.1.1.15 > 192.0.2.50:80 outside",
    ),
    "pool-of-ports": (
        "nat (inside,outside) source dynamic LAN pat-pool PAT2 round-robin\n",
        "10.1.1.10 192.0.2.50 tcp/80",
        "203.0.113.130 > 192.0.2.50:80 outside",
    ),
    "another-way-out": (
        "nat (inside,outside) source dynamic any interface\n",
        "10.1.1.10 10.2.2.20 tcp/80",
        "10.1.1.10 > 10.2.2.20:80 dmz",
    ),
    "the-destination-comes-first": (
        "nat (inside,outside) source dynamic any interface\n" + OBJECT_WEB.replace("outside", "any"),
        "10.1.1.10 203.0.113.20 tcp/80",
        "10.1.1.10 > 10.2.2.20:80 dmz",
    ),
    "hairpin": (
        "nat (inside,inside) source dynamic LAN interface destination static ALIAS PC\n",
        "10.1.1.77 10.1.1.200 tcp/80",
        "10.1.1.1 > 10.1.1.10:80 inside",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("config", "flow", "expected"), LIVES.values(), ids=LIVES)
def test_the_first_rule_that_fits_says_what_the_next_device_sees(
    config: str, flow: str, expected: str
) -> None:
    """S3-05: and the answer finds back, by whatever rule the call was translated."""
    found = walked(config, flow)
    assert found.fate is Fate.COMPLETE, found.mechanism
    assert left(found) == expected


REFUSED = {
    "hidden-before-it-is-shown": (
        "nat (dmz,outside) source dynamic any interface\n" + OBJECT_WEB,
        "192.0.2.50 203.0.113.20 tcp/80",
    ),
    "called-by-its-real-address": (
        "nat (dmz,outside) source static WEB WEB-PUB\n", "192.0.2.50 10.2.2.20 tcp/80",
    ),
    "hidden-and-called": (PAT, "192.0.2.50 10.1.1.10 tcp/80"),
    "the-port-that-is-shown": (ONE_PORT, "192.0.2.50 10.2.2.20 tcp/80"),
}  # fmt: skip


@pytest.mark.parametrize(("config", "flow"), REFUSED.values(), ids=REFUSED)
def test_a_flow_translated_one_way_only_is_refused(config: str, flow: str) -> None:
    """S3-05: 305013, asymmetric NAT rules for forward and reverse flows."""
    found = walked(config, flow)
    assert (found.fate, found.at.device, found.at.packet) == (Fate.ACL_DENIED, "edge", 1)
    assert "305013" in found.mechanism
    assert found.legs[0].hops[0].drop is not None
    assert found.legs[0].hops[0].drop.counter == "nat-rpf-failed"


OPEN = {
    "group": "nat (inside,outside) source static MIXED MIXED-PUB",
    "by-name": "nat (inside,outside) source dynamic LAN PAT1 destination static BY-NAME BY-NAME",
    "pool-of-addresses": "nat (inside,outside) source dynamic LAN POOL",
    "other-sizes": "nat (inside,outside) source static LAN TEN-PUB",
    "no-such-object": "nat (inside,outside) source static NOBODY PAT1",
    "no-such-service": "nat (inside,outside) source dynamic LAN PAT1 service NONE NONE",
    "pool-of-an-object": "object network LAN\n nat (inside,outside) dynamic POOL",
    "before-8.3": "nat (inside) 1 10.1.1.0 255.255.255.0",
    "in-words-of-tomorrow": "nat (inside,outside) source static LAN PAT1 block",
}


@pytest.mark.parametrize("config", OPEN.values(), ids=OPEN)
def test_a_rule_that_may_take_the_flow_and_is_not_understood_is_named(config: str) -> None:
    """X-07: never a guess; the line itself is what to look at."""
    found = walked(f"{config}\n", "10.1.1.10 192.0.2.50 tcp/80")
    assert found.fate is Fate.UNKNOWN
    line = config.splitlines()[-1].strip()
    assert any(line in text for text in found.could_not_see)


def test_a_group_is_no_riddle_for_whom_it_does_not_hold() -> None:
    """X-07: whose place in a group is unknown matters to its members alone."""
    config = "nat (inside,outside) source static MIXED MIXED-PUB\n"
    assert left(walked(config, "10.1.1.11 192.0.2.50 tcp/80")) == "10.1.1.11 > 192.0.2.50:80 outside"


def test_nobody_is_let_in_by_a_one_way_rule() -> None:
    """S3-05: its own side opens flows; a call of the shown address is for nobody."""
    config = "nat (inside,outside) source static PC PAT1 destination static PARTNER PARTNER unidirectional\n"
    out = walked(config, "10.1.1.10 192.0.2.50 tcp/80")
    assert (out.fate, left(out)) == (Fate.COMPLETE, "203.0.113.129 > 192.0.2.50:80 outside")
    assert walked(config, "192.0.2.50 203.0.113.129 tcp/80").fate is not Fate.COMPLETE


def test_a_rule_names_the_way_out_and_a_longer_route_by_another_is_none() -> None:
    """S3-05: of a translated destination only the routes of the rule's interface are looked at."""
    asa = firewall(TWICE).route("S", "192.0.2.0/24", "dmz", "10.2.2.9", distance=1)
    found = trace(Snapshot({"edge": asa.state()}, MOMENT, {}), Flow.parse("10.1.1.10 10.1.1.200 tcp/80"))
    assert left(found) == "203.0.113.129 > 192.0.2.50:80 outside"
    asa.drop(rows.Route, "0.0.0.0/0")
    found = trace(Snapshot({"edge": asa.state()}, MOMENT, {}), Flow.parse("10.1.1.10 10.1.1.200 tcp/80"))
    assert (found.fate, found.at.device, found.at.packet) == (Fate.NO_ROUTE, "edge", 1)


def test_an_exemption_that_asks_the_routes_takes_what_they_send_its_way() -> None:
    """S3-05: `route-lookup`; what they send elsewhere is another line's."""
    line = EXEMPT.strip() + " route-lookup\n"
    assert left(walked(line + PAT, "10.1.1.10 192.0.2.50 tcp/80")).startswith("10.1.1.10 >")
    asa = firewall(line).route("S", "192.0.2.0/24", "dmz", "10.2.2.9", distance=1)
    found = trace(Snapshot({"edge": asa.state()}, MOMENT, {}), Flow.parse("10.1.1.10 192.0.2.50 tcp/80"))
    assert left(found) == "10.1.1.10 > 192.0.2.50:80 dmz"


def test_nobody_may_answer_for_an_address_that_is_not_proxied() -> None:
    """X-07: with `no-proxy-arp` a neighbour on the wire may find nobody; by a route it finds the firewall."""
    config = "nat (dmz,outside) source static WEB WEB-PUB no-proxy-arp\n"
    assert walked(config, "203.0.113.80 203.0.113.20 tcp/80").fate is Fate.UNKNOWN
    assert (
        walked(config.replace(" no-proxy-arp", ""), "203.0.113.80 203.0.113.20 tcp/80").fate is Fate.COMPLETE
    )


@pytest.mark.parametrize(("interface", "fate"), [("outside", Fate.UNKNOWN), ("inside", Fate.COMPLETE)])
def test_an_interface_without_proxy_arp_answers_for_no_rule(interface: str, fate: Fate) -> None:
    """X-07: `sysopt noproxyarp` is for an interface what `no-proxy-arp` is for a rule."""
    config = f"nat (dmz,outside) source static WEB WEB-PUB\nsysopt noproxyarp {interface}\n"
    assert walked(config, "203.0.113.80 203.0.113.20 tcp/80").fate is fate


def test_an_address_that_the_firewall_shows_elsewhere_is_nobodys() -> None:
    """S3-05: called from a side for which no rule says who it is."""
    asa = firewall(OBJECT_WEB)
    call = Flow.parse("10.1.1.10 203.0.113.20 tcp/80")
    found = trace(Snapshot({"edge": asa.state()}, MOMENT, {}), call)
    assert (found.fate, found.at.device, found.at.packet) == (Fate.NO_ADJACENCY, "edge", 1)
    asa.arp("203.0.113.20", "0011.2233.0020", "outside")
    found = trace(Snapshot({"edge": asa.state()}, MOMENT, {}), call)
    assert found.fate is not Fate.NO_ADJACENCY


@pytest.mark.parametrize("deny", [False, True])
def test_no_access_group_decides_about_a_port_of_the_firewalls_own(*, deny: bool) -> None:
    """X-07: a port that no rule gives to anybody is the firewall's, on whichever side its address is."""
    own = next(address for name, address, _ in LEVELS if name == "outside").split("/")[0]
    asa = firewall(OBJECT_PORT)
    if deny:
        asa.acl("SOME", "deny", "ip", "0.0.0.0/0", "0.0.0.0/0")
        asa.access_group("SOME", "in", "inside")
    call = Flow.parse(f"10.1.1.10 {own} tcp/9999")
    found = trace(Snapshot({"edge": asa.state()}, MOMENT, {}), call)
    assert found.fate is Fate.UNKNOWN
    assert any(f"for its own {own}" in text for text in found.could_not_see)


def test_a_rule_that_would_take_all_that_calls_the_firewall_is_not_walked() -> None:
    """X-07: an interface stands for one port of somebody; for all of them no document has it."""
    config = "nat (dmz,outside) source static WEB interface\n"
    found = walked(config, "10.2.2.20 192.0.2.50 tcp/80")
    assert found.fate is Fate.UNKNOWN
    assert any(config.strip() in text for text in found.could_not_see)


@pytest.mark.parametrize(
    ("release", "fate"), [("9.2(4)", Fate.NO_ROUTE), ("8.4(1)", Fate.COMPLETE), ("", Fate.UNKNOWN)]
)
def test_since_when_an_exemption_decides_the_way_out(release: str, fate: Fate) -> None:
    """S3-05: the routes lead elsewhere; before 8.4(2) they decided, and of no release both are open."""
    asa = firewall("nat (inside,outside) source static LAN LAN destination static PARTNER PARTNER\n")
    asa.drop(rows.Route, "0.0.0.0/0").route("S", "192.0.2.0/24", "dmz", "10.2.2.9", distance=1)
    if release:
        values = {"hostname": "edge", "version": release, "model": "ASA5505", "serial": "1"}
        asa.add(rows.Version, f"Version {release}", **values, image="", uptime="", licences=())
    found = trace(Snapshot({"edge": asa.state()}, MOMENT, {}), Flow.parse("10.1.1.10 192.0.2.50 tcp/80"))
    assert found.fate is fate, found.mechanism
