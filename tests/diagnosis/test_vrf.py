"""VRF-lite: each interface forwards by its own table, and what lies between tables is said, not guessed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bothways.diagnosis import Trace, trace
from bothways.flow import Fate, Flow
from bothways.platforms import device_state
from bothways.state.device import DeviceState, Output
from bothways.state.snapshot import Snapshot

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
LEGEND = "Codes: C - connected, S - static, B - BGP\n\nGateway of last resort is not set\n\n"
PORTS = {
    "FastEthernet0/0": ("RED", "10.1.1.1"),
    "FastEthernet0/1": ("RED", "10.2.2.1"),
    "FastEthernet1/0": ("BLUE", "10.3.3.1"),
    "FastEthernet1/1": ("", "10.4.4.1"),
}


def state(name: str, texts: dict[str, str]) -> DeviceState:
    outputs = {command: Output(command, text, NOON) for command, text in texts.items()}
    return device_state(name, "cisco_ios", outputs)


def texts(
    ports: dict[str, tuple[str, str]] = PORTS, *, more: str = "", line: str = "ip vrf forwarding"
) -> dict[str, str]:
    """What a router with these ports prints: each table holds its connected networks, and no more."""
    config, shown = [], []
    tables: dict[str, list[str]] = {}
    arps: dict[str, list[str]] = {}
    for name, (vrf, address) in ports.items():
        member = [f" {line} {vrf}"] if vrf else []
        config += [f"interface {name}", *member, f" ip address {address} 255.255.255.0"]
        shown += [f"{name} is up, line protocol is up", f"  Internet address is {address}/24"]
        shown += [f'  VPN Routing/Forwarding "{vrf}"'] if vrf else []
        network = address.rpartition(".")[0]
        route = f"C       {network}.0 is directly connected, {name}"
        head = f"     {network}.0/24 is subnetted, 1 subnets"
        tables.setdefault(vrf, []).extend((head, route))
        arps.setdefault(vrf, []).append(f"Internet  {network}.10      5   0050.56a0.0010  ARPA   {name}")
    said = {
        "show running-config": "\n".join(("Current configuration : 9 bytes", *config, more, "end")),
        "show ip interface": "\n".join(shown),
        "show ip policy": "Interface      Route map",
        "show route-map": "",
        "show access-lists": "",
    }
    for vrf in dict.fromkeys(("", *tables)):
        of = f" vrf {vrf}" if vrf else ""
        heading = f"Routing Table: {vrf}\n" if vrf else ""
        said[f"show ip route{of}"] = heading + LEGEND + "\n".join(tables.get(vrf, ()))
        said[f"show ip arp{of}"] = "Protocol  Address          Age (min)  Hardware Addr   Type   Interface\n"
        said[f"show ip arp{of}"] += "\n".join(arps.get(vrf, ()))
    return said


def walk(flow: str, *devices: DeviceState) -> Trace:
    return trace(Snapshot({device.name: device for device in devices}, NOON, {}), Flow.parse(flow))


def commands(walked: Trace) -> set[str]:
    return {line.command for line in walked.evidence}


@pytest.mark.parametrize("line", ["ip vrf forwarding", "vrf forwarding"])
def test_two_networks_of_one_vrf_reach_each_other(line: str) -> None:
    """X-07: routes and ARP are those of the VRF, and cited by the commands that show them."""
    walked = walk("10.1.1.10 10.2.2.10 tcp/443", state("r1", texts(line=line)))
    assert (walked.fate, walked.could_not_see) == (Fate.COMPLETE, ())
    assert walked.devices == ("r1",)
    assert {"show ip route vrf RED", "show ip arp vrf RED"} <= commands(walked)
    assert not {"show ip route", "show ip arp"} & commands(walked)
    assert walked.legs[0].hops[0].notes == ("in vrf RED",)


@pytest.mark.parametrize(
    ("flow", "table"),
    [
        ("10.1.1.10 10.3.3.10 tcp/443", "r1 vrf RED"),
        ("10.3.3.10 10.1.1.10 udp/53", "r1 vrf BLUE"),
        ("10.1.1.10 10.4.4.10 icmp", "r1 vrf RED"),
        ("10.4.4.10 10.1.1.10 tcp/443", "r1"),
    ],
)
def test_networks_of_several_tables_do_not(flow: str, table: str) -> None:
    """X-07: the box has a route to either, and the table the packet is in has not."""
    walked = walk(flow, state("r1", texts()))
    assert (walked.fate, str(walked.at)) == (Fate.NO_ROUTE, "r1, packet 1")
    assert walked.mechanism.startswith(f"{table} has no route to ")


def test_an_address_of_the_box_in_another_table_is_not_reached() -> None:
    """X-07: a router answers for its addresses in their own table alone."""
    assert walk("10.1.1.10 10.2.2.1 icmp", state("r1", texts())).fate is Fate.COMPLETE
    walked = walk("10.1.1.10 10.3.3.1 icmp", state("r1", texts()))
    assert (walked.fate, str(walked.at)) == (Fate.NO_ROUTE, "r1, packet 1")


@pytest.mark.parametrize(
    ("missing", "fate", "told"),
    [
        ("show ip route vrf RED", Fate.UNKNOWN, "r1: `show ip route vrf RED` was not read"),
        ("show ip arp vrf RED", Fate.COMPLETE, "r1: `show ip arp vrf RED` was not read"),
        ("show ip route vrf BLUE", Fate.COMPLETE, ""),
        ("show ip route", Fate.COMPLETE, ""),
    ],
)
def test_a_table_that_was_not_read_is_asked_for(missing: str, fate: Fate, told: str) -> None:
    """X-07: with the very command, and only where the flow needs it."""
    said = texts()
    del said[missing]
    walked = walk("10.1.1.10 10.2.2.10 tcp/443", state("r1", said))
    assert walked.fate is fate
    assert any(told in text for text in walked.could_not_see) if told else True


def test_a_device_that_knows_no_such_table_leaves_it_unseen() -> None:
    """X-07: the answer to a name it does not know is no empty table."""
    said = texts()
    said["show ip route vrf RED"] = "% IP routing table RED does not exist"
    walked = walk("10.1.1.10 10.2.2.10 tcp/443", state("r1", said))
    assert walked.fate is Fate.UNKNOWN


def test_all_tables_in_one_text() -> None:
    """X-07: `show ip route vrf *` stands for those that were not asked for one by one."""
    said = texts()
    said["show ip route vrf *"] = said["show ip route"] + "".join(
        said.pop(f"show ip route vrf {vrf}") for vrf in ("RED", "BLUE")
    ).replace("Routing Table", "\nRouting Table")
    assert walk("10.1.1.10 10.2.2.10 tcp/443", state("r1", said)).fate is Fate.COMPLETE
    assert walk("10.1.1.10 10.3.3.10 tcp/443", state("r1", said)).fate is Fate.NO_ROUTE


def test_members_that_only_the_interfaces_tell() -> None:
    """X-07: without the configuration `show ip interface` says who is in which VRF."""
    said = texts()
    del said["show running-config"]
    walked = walk("10.1.1.10 10.3.3.10 tcp/443", state("r1", said))
    assert (walked.fate, walked.mechanism) == (Fate.NO_ROUTE, "r1 vrf RED has no route to 10.3.3.10")
    assert walked.legs[0].hops[0].vrf == "RED"


def test_nobody_answers_in_the_table_of_the_vrf() -> None:
    """X-07: an incomplete entry there counts, one of another table does not."""
    said = texts()
    said["show ip arp vrf RED"] += "\nInternet  10.2.2.99             0   Incomplete      ARPA"
    walked = walk("10.1.1.10 10.2.2.99 tcp/443", state("r1", said))
    assert (walked.fate, str(walked.at)) == (Fate.NO_ADJACENCY, "r1, packet 1")
    said = texts()
    said["show ip arp"] += "\nInternet  10.2.2.99             0   Incomplete      ARPA"
    assert walk("10.1.1.10 10.2.2.99 tcp/443", state("r1", said)).fate is Fate.COMPLETE


def beyond(vrf: str = "RED", via: str = "10.2.2.2") -> DeviceState:
    """A second router, on the network of Fa0/1, with a network of its own behind it."""
    ports = {"FastEthernet0/0": (vrf, via), "FastEthernet0/1": (vrf, "10.9.9.1")}
    said = texts(ports)
    of = f" vrf {vrf}" if vrf else ""
    said[f"show ip route{of}"] += "\nS       10.1.1.0 [1/0] via 10.2.2.1"
    return state("r2", said)


@pytest.mark.parametrize("vrf", ["RED", "ROT", ""], ids=["same-name", "another-name", "no-vrf"])
def test_names_of_vrfs_are_each_box_own_business(vrf: str) -> None:
    """X-07: across a wire only the wire counts; a static route is resolved inside its own table."""
    said = texts()
    said["show ip route vrf RED"] += "\nS       10.9.9.0/24 [1/0] via 10.2.2.2"
    walked = walk("10.1.1.10 10.9.9.10 tcp/443", state("r1", said), beyond(vrf))
    assert (walked.fate, walked.devices) == (Fate.COMPLETE, ("r1", "r2"))
    assert not walked.could_not_see


def test_a_cable_between_two_vrfs_of_one_box() -> None:
    """X-07: out of one table, over a wire, into the other: two hops of one device."""
    ports = {
        "FastEthernet0/0": ("RED", "10.1.1.1"),
        "FastEthernet0/1": ("RED", "10.2.2.1"),
        "FastEthernet1/0": ("BLUE", "10.3.3.1"),
    }
    said = texts(ports)
    said["show ip route vrf RED"] += "\nS       10.3.3.0/24 [1/0] via 10.2.2.9, FastEthernet0/1"
    said["show ip route vrf BLUE"] += "\nS       10.1.1.0/24 [1/0] via 10.2.2.1, FastEthernet1/1"
    said["show ip route vrf BLUE"] += "\nC       10.2.2.0/24 is directly connected, FastEthernet1/1"
    said["show running-config"] = said["show running-config"].replace(
        "\nend",
        "interface FastEthernet1/1\n ip vrf forwarding BLUE\n ip address 10.2.2.9 255.255.255.0\nend",
    )
    said["show ip interface"] += (
        "\nFastEthernet1/1 is up, line protocol is up\n  Internet address is 10.2.2.9/24"
    )
    walked = walk("10.1.1.10 10.3.3.10 tcp/443", state("r1", said))
    # Two tables of the box are on that network: whether they share a wire is nothing a show command tells.
    assert walked.fate is Fate.UNKNOWN


LEAKS = {
    "static-through-the-global-table": (
        "S*   0.0.0.0/0 [1/0] via 10.4.4.9",
        "ip route vrf RED 0.0.0.0 0.0.0.0 10.4.4.9 global",
    ),
    "out-of-an-interface-of-another": (
        "S    192.0.2.0/24 [1/0] via 10.4.4.9, FastEthernet1/1",
        "ip vrf RED\n rd 1:1\n import map FROM-BLUE",
    ),
    "imported": (
        "B    192.0.2.0/24 [20/0] via 10.3.3.9 (BLUE), 00:01:02, FastEthernet1/0",
        "vrf definition RED\n address-family ipv4\n  import map FROM-BLUE",
    ),
    "imported-without-interface": (
        "B    192.0.2.0/24 [200/0] via 10.2.2.9 (default), 00:01:02",
        "vrf definition RED\n address-family ipv4\n  import ipv4 unicast map M",
    ),
}


@pytest.mark.parametrize(("route", "line"), LEAKS.values(), ids=LEAKS)
def test_routes_between_tables_are_refused_a_verdict(route: str, line: str) -> None:
    """X-07: recognised, with the line that brought them there; flows inside the table stay certain."""
    said = texts(more=line)
    said["show ip route vrf RED"] += f"\n{route}"
    walked = walk("10.1.1.10 192.0.2.80 tcp/443", state("r1", said))
    assert walked.fate is Fate.UNKNOWN
    assert any("routes between tables are not walked" in text for text in walked.could_not_see)
    assert line.rsplit("\n", maxsplit=1)[-1].strip() in {one.text.strip() for one in walked.evidence}
    assert walk("10.1.1.10 10.2.2.10 tcp/443", state("r1", said)).fate is Fate.COMPLETE


def test_a_route_of_the_global_table_into_a_vrf_is_refused_too() -> None:
    """X-07: a static route out of an interface that is in a VRF."""
    said = texts()
    said["show ip route"] += "\nS    10.1.1.0/24 is directly connected, FastEthernet0/0"
    walked = walk("10.4.4.10 10.1.1.10 tcp/443", state("r1", said))
    assert walked.fate is Fate.UNKNOWN
    assert "which is in r1 vrf RED; routes between tables" in walked.mechanism


def test_nat_in_a_vrf_leaves_the_verdict_open() -> None:
    """X-07: lines with and without the name of a VRF."""
    said = texts(more="ip nat inside source list 10 interface FastEthernet0/1 vrf RED overload")
    config = said["show running-config"]
    for address, side in (("10.1.1.1", "inside"), ("10.2.2.1", "outside")):
        config = config.replace(f"{address} 255.255.255.0", f"{address} 255.255.255.0\n ip nat {side}")
    walked = walk("10.1.1.10 10.2.2.10 tcp/443", state("r1", {**said, "show running-config": config}))
    assert walked.fate is Fate.UNKNOWN
    assert any("NAT in a VRF is not walked" in text for text in walked.could_not_see)
    assert any(" vrf RED overload" in line.text for line in walked.evidence)


OVERLAP = {
    "FastEthernet0/0": ("RED", "10.1.1.1"),
    "FastEthernet0/1": ("RED", "10.2.2.1"),
    "FastEthernet1/0": ("BLUE", "10.1.1.1"),
    "FastEthernet1/1": ("BLUE", "10.3.3.1"),
}


def test_a_host_that_another_table_could_have_too() -> None:
    """X-07: who calls decides which of both is called; who calls from such a network is asked about."""
    said = texts(OVERLAP)
    called = walk("10.2.2.10 10.1.1.10 tcp/443", state("r1", said))
    assert called.fate is Fate.COMPLETE, called.mechanism
    assert {hop.vrf for hop in called.hops} == {"RED"}
    calling = walk("10.1.1.10 10.2.2.10 tcp/443", state("r1", said))
    assert calling.fate is Fate.UNKNOWN
    assert "complete if 10.1.1.10 is on the wire of r1 vrf RED FastEthernet0/0" in calling.mechanism
    assert "no-route if 10.1.1.10 is on the wire of r1 vrf BLUE FastEthernet1/0" in calling.mechanism


def test_two_hosts_of_a_network_that_is_there_twice() -> None:
    """X-07: one wire or two, no table tells."""
    walked = walk("10.1.1.10 10.1.1.11 tcp/443", state("r1", texts(OVERLAP)))
    assert walked.fate is Fate.UNKNOWN


def test_a_next_hop_on_a_network_that_is_there_twice() -> None:
    """X-07: the router with that address may be on the other wire."""
    said = texts(OVERLAP)
    said["show ip route vrf RED"] += "\nS    10.9.9.0/24 [1/0] via 10.1.1.2"
    far = texts({"FastEthernet0/0": ("", "10.1.1.2"), "FastEthernet0/1": ("", "10.9.9.1")})
    far["show ip route"] += "\nS*   0.0.0.0/0 [1/0] via 10.1.1.1"
    walked = walk("10.2.2.10 10.9.9.10 tcp/443", state("r1", said), state("r2", far))
    assert walked.fate is Fate.UNKNOWN


def test_the_device_of_a_verdict_is_the_one_of_the_inventory() -> None:
    """X-07: evidence, place and columns name the box; its VRF stands in the sentence."""
    walked = walk("10.1.1.10 10.3.3.10 tcp/443", state("r1", texts()))
    assert {line.device for line in walked.evidence} == {"r1"}
    assert walked.at.device == "r1"
    assert {hop.part for hop in walked.hops} == {"r1 vrf RED"}


def test_a_configuration_that_was_cut_is_no_router_without_vrfs() -> None:
    """X-07: the interfaces tell their VRFs then, as where it was not read at all."""
    device = state("r1", texts())
    outputs = dict(device.outputs)
    cut = outputs["show running-config"]
    outputs["show running-config"] = replace(cut, text=cut.text[:40], complete=False)
    walked = walk("10.1.1.10 10.3.3.10 tcp/443", device_state("r1", "cisco_ios", outputs))
    assert (walked.fate, walked.mechanism) == (Fate.NO_ROUTE, "r1 vrf RED has no route to 10.3.3.10")
