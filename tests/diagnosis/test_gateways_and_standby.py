"""What proves a gateway and what does not; virtual addresses, standby units, one unread core."""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import IPv4Address
from itertools import permutations
from typing import TYPE_CHECKING, Any

import pytest

from bothways.diagnosis import Confidence, Trace, trace
from bothways.flow import Fate, Flow
from bothways.network import DeclaredHost
from bothways.state import rows

if TYPE_CHECKING:
    from tests.diagnosis.conftest import Box, Story

    Change = Callable[[Story], object]

PC, LAB = "10.12.0.130", "172.16.1.18"
WEB = Flow.parse(f"{PC} {LAB} tcp/443")
OUTWARDS = Flow.parse(f"{PC} 203.0.113.80 tcp/443")


def declared(**gateways: str) -> list[DeclaredHost]:
    addresses = {"pc": PC, "lab": LAB, "inner": "10.1.1.5"}
    return [
        DeclaredHost(name, IPv4Address(addresses[name]), IPv4Address(gateway))
        for name, gateway in gateways.items()
    ]


def said_of_gateway(result: Trace, host: str = PC) -> str:
    (text,) = [text for text in result.inferences if text.startswith(f"{host} sends to")]
    return text


def asked_for_gateway(result: Trace) -> bool:
    return any(f"{PC}: which of" in text and "ipconfig" in text for text in result.could_not_see)


def clean_design(story: Story) -> None:
    """The 3560 is the gateway and its default leads to the ASA: all that the ASA has is the way out."""
    story.asa.drop(rows.Conn, "172.16.1.20")


def quiet(story: Story) -> None:
    """Nothing on the ASA tells of the workstation."""
    story.asa.drop(rows.Conn)


def intra(story: Story, flags: str, ports: tuple[int, int] = (51000, 443), size: int = 0) -> None:
    quiet(story)
    story.asa.conn(("inside", PC, ports[0]), ("inside", LAB, ports[1]), size, flags)


def test_connection_that_the_switch_hands_on_proves_no_gateway(story: Story) -> None:
    """X-07: a network whose gateway is the 3560 shows the same line: the word falls, the host is asked."""
    clean_design(story)

    result = trace(story.snapshot(), WEB)

    assert said_of_gateway(result).endswith("its connection to 203.0.113.80 goes through there (possible)")
    assert (result.fate, result.confidence) == (Fate.ISN_MISMATCH, Confidence.POSSIBLE)
    assert asked_for_gateway(result)


def test_connection_that_no_other_router_would_hand_on_is_proof(story: Story) -> None:
    """S0-01: the switch has no way out of its own, so only the host itself can have sent there."""
    clean_design(story)
    story.switch.drop(rows.Route, "0.0.0.0/0")

    result = trace(story.snapshot(), WEB)

    assert said_of_gateway(result).endswith("(likely)")
    assert (result.confidence, result.could_not_see) == (Confidence.LIKELY, ())


@pytest.mark.parametrize(
    "change",
    [
        lambda s: s.switch.not_read(rows.Route),
        lambda s: s.switch.drop(rows.Route, "0.0.0.0/0").bind("Vlan10", "OUT"),
        lambda s: (
            s.switch.drop(rows.Route, "0.0.0.0/0") and s.asa.route("S", "10.77.0.0/16", "inside", "10.12.0.7")
        ),
    ],
    ids=["routes of the switch unread", "policy on the hosts' side", "another router, unread"],
)
def test_router_that_may_hand_on_weakens_the_proof(story: Story, change: Change) -> None:
    """X-07: what cannot be excluded is not excluded."""
    clean_design(story)
    change(story)

    result = trace(story.snapshot(), WEB)

    assert said_of_gateway(result).endswith("(possible)")
    assert asked_for_gateway(result)


@pytest.mark.parametrize(
    ("flags", "port", "counts"),
    [
        ("SaAB", 51000, False),
        ("UB", 51000, False),
        ("UIOBb", 51000, False),
        ("UIOB", 51000, True),
        ("aA", 443, True),
        ("SaAB", 443, False),
    ],
    ids=["half-open inwards", "no data", "bypassed", "data both ways", "half-open outwards", "odd ports"],
)
def test_only_what_the_host_sent_counts(story: Story, flags: str, port: int, *, counts: bool) -> None:
    """X-07: a SYN from outside that waits for its answer shows nothing of where the host sends."""
    quiet(story)
    story.switch.drop(rows.Route, "0.0.0.0/0")
    story.asa.conn(("outside", "203.0.113.80", port), ("inside", PC, 443 if port > 1024 else 51000), 0, flags)

    result = trace(story.snapshot(), WEB)

    assert ("its connection to 203.0.113.80" in said_of_gateway(result)) == counts
    assert said_of_gateway(result).endswith("(likely)" if counts else "(possible)")


@pytest.mark.parametrize(
    ("flags", "ports", "size", "counts"),
    [("SaAB", (51000, 443), 0, True), ("UIOB", (51000, 443), 900, True), ("SaAB", (443, 51000), 0, False)],
    ids=["half-open", "whole", "opened by the lab"],
)
def test_intra_interface_connection_of_the_host_is_proof(
    story: Story, flags: str, ports: tuple[int, int], size: int, *, counts: bool
) -> None:
    """S0-12: the switch would have delivered to the lab itself, so the host sent to the ASA."""
    intra(story, flags, ports, size)

    result = trace(story.snapshot(), WEB)

    assert said_of_gateway(result).endswith("(likely)" if counts else "(possible)")
    assert asked_for_gateway(result) != counts


LOGS: list[tuple[str, str]] = [
    ("106001", f"Inbound TCP connection denied from {PC}/49364 to {LAB}/443 flags SYN  on interface inside"),
    ("106014", f"Deny inbound icmp src inside:{PC} dst inside:{LAB} (type 8, code 0)"),
    ("106006", f"Deny inbound UDP from {PC}/49364 to {LAB}/69 on interface inside"),
    ("106015", f"Deny TCP (no connection) from {PC}/49364 to {LAB}/443 flags RST  on interface inside"),
    ("106023", f'Deny tcp src inside:{PC}/49364 dst inside:{LAB}/443 by access-group "A" [0x0, 0x0]'),
    (
        "302013",
        f"Built inbound TCP connection 7 for inside:{PC}/49364 ({PC}/49364) to inside:{LAB}/443 ({LAB}/443)",
    ),
    (
        "302013",
        f"Built outbound TCP connection 7 for inside:{LAB}/443 ({LAB}/443) to inside:{PC}/49364 ({PC}/49364)",
    ),
]


@pytest.mark.parametrize(("code", "text"), LOGS)
def test_log_line_about_a_packet_of_the_host_is_proof(story: Story, code: str, text: str) -> None:
    """S0-02: without the permit no connection exists, but the denials show that the host sends there."""
    quiet(story)
    story.asa.drop(rows.SameSecurity, "intra-interface").log(code, text)

    result = trace(story.snapshot(), WEB)

    assert said_of_gateway(result).endswith(f"a packet of it to {LAB} is in the log there (likely)")
    assert (result.fate, result.confidence) == (Fate.INTRA_INTERFACE_DENIED, Confidence.LIKELY)
    assert any(text in line.text for line in result.evidence)


@pytest.mark.parametrize(
    ("code", "text"),
    [
        (
            "106015",
            f"Deny TCP (no connection) from {LAB}/443 to {PC}/49364 flags SYN ACK  on interface inside",
        ),
        (
            "106015",
            f"Deny TCP (no connection) from 10.12.0.13/49364 to {LAB}/443 flags RST  on interface inside",
        ),
        (
            "106001",
            f"Inbound TCP connection denied from {PC}/49364 to {LAB}/443 flags SYN  on interface outside",
        ),
        (
            "302013",
            f"Built inbound TCP connection 7 for inside:{LAB}/4936 ({LAB}/4936) to inside:{PC}/80 ({PC}/80)",
        ),
        ("106014", "Deny inbound icmp src inside:999.1.1.1 dst inside:999.1.1.2 (type 8, code 0)"),
        ("106015", ""),
    ],
    ids=["from the lab", "another host", "other interface", "opened by the lab", "no address", "empty"],
)
def test_log_line_about_others_proves_nothing(story: Story, code: str, text: str) -> None:
    """X-07: a line counts for the sender it names, on the interface it names."""
    quiet(story)
    story.asa.log(code, text)

    assert said_of_gateway(trace(story.snapshot(), WEB)).endswith("(possible)")


def test_firewall_read_alone_beside_an_unread_router_asks(story: Story) -> None:
    """X-07: 10.12.0.254 is on the hosts' network and was not read; it may be their gateway."""
    clean_design(story)

    result = trace(story.snapshot({"lab-switch": "refused"}), OUTWARDS)

    assert said_of_gateway(result).endswith("(possible)")
    assert any("10.12.0.254 is its gateway" in text for text in result.could_not_see)


# A pair of switches that share 10.12.0.254 and 172.16.1.1.


def switch(make: Callable[[str, str], Box], name: str, last: int, kind: str) -> Box:
    box = make(name, "cisco_ios")
    box.interface("Vlan10", f"10.12.0.{last}/24", f"0011.2233.0{last}")
    box.interface("Vlan172", f"172.16.1.{last}/24", f"0011.2233.1{last}")
    box.route("C", "10.12.0.0/24", "Vlan10").route("C", "172.16.1.0/24", "Vlan172")
    box.route("S", "0.0.0.0/0", "Vlan10", "10.12.0.1", distance=1)
    box.arp("10.12.0.1", "0011.2233.0001", "Vlan10").arp(PC, "0011.2233.0130", "Vlan10")
    box.arp(LAB, "0011.2233.1718", "Vlan172").sdm("desktop routing", 512)
    for address, interface in (("10.12.0.254", "Vlan10"), ("172.16.1.1", "Vlan172")):
        text = f"standby 1 ip {address}"
        box.add(rows.OwnAddress, text, address=IPv4Address(address), interface=interface, kind=kind)
    return box


def policy(box: Box) -> Box:
    """The cure, on one of the two."""
    box.acl("FIX", "permit", "ip", "172.16.1.0/24", "10.12.0.128/26")
    return box.route_map("FIX_ROUTING", ["FIX"], "10.12.0.1").bind("Vlan172", "FIX_ROUTING")


def pair_of(story: Story, mac: str = "0000.0c07.ac01", kind: str = "hsrp") -> tuple[Box, Box, Box]:
    story.asa.drop(rows.Arp, "10.12.0.254").arp("10.12.0.254", mac, "inside")
    make = type(story.asa)
    return story.asa, switch(make, "sw-a", 252, kind), switch(make, "sw-b", 253, kind)


def snapshot(story: Story, *boxes: Box) -> Any:
    empty = story.snapshot()
    return type(empty)({box.name: box.state() for box in boxes}, empty.taken_at, {})


ENDS = declared(pc="10.12.0.1", lab="172.16.1.1")


@pytest.mark.parametrize("order", list(permutations(range(3))))
@pytest.mark.parametrize("kind", ["hsrp", "vrrp", "glbp"])
def test_virtual_address_belongs_to_no_device_by_order(
    story: Story, order: tuple[int, ...], kind: str
) -> None:
    """X-07: PBR is on one of two switches; which is active decides, and that was not read."""
    asa, one, two = pair_of(story, kind=kind)
    boxes = (asa, policy(one), two)

    result = trace(snapshot(story, *(boxes[index] for index in order)), WEB, ENDS)

    assert result.fate is Fate.UNKNOWN
    assert "complete if sw-a answers to 172.16.1.1" in result.mechanism
    assert "isn-mismatch if sw-b answers to 172.16.1.1" in result.mechanism
    assert any("answers to 172.16.1.1; show standby brief" in text for text in result.could_not_see)


@pytest.mark.parametrize("cured", [True, False])
def test_virtual_address_whose_owners_agree(story: Story, *, cured: bool) -> None:
    """X-07: both switches lead to one fate, so it is said, at most as possible."""
    asa, one, two = pair_of(story)
    boxes = (asa, policy(one), policy(two)) if cured else (asa, one, two)

    result = trace(snapshot(story, *boxes), WEB, ENDS)

    assert result.fate is (Fate.COMPLETE if cured else Fate.ISN_MISMATCH)
    assert result.confidence is Confidence.POSSIBLE
    assert any(
        "sw-a answers to 10.12.0.254 or sw-b answers to 10.12.0.254" in text for text in result.inferences
    )


@pytest.mark.parametrize(("mac", "owner"), [("0011.2233.0252", "sw-a"), ("0011.2233.0253", "sw-b")])
def test_burned_in_address_in_arp_proves_the_owner(story: Story, mac: str, owner: str) -> None:
    """X-07: the ASA's ARP entry bears one interface's own hardware address."""
    asa, one, two = pair_of(story, mac)

    result = trace(snapshot(story, asa, one, two), WEB, ENDS)

    assert result.legs[0].path == ("edge-asa", owner)
    assert not any("answers to 10.12.0.254" in text for text in result.could_not_see)


def test_virtual_address_of_one_switch_read_alone(story: Story) -> None:
    """X-07: its mate was not read and may be the active one."""
    asa, one, _ = pair_of(story)

    result = trace(snapshot(story, asa, policy(one)), WEB, ENDS)

    assert (result.fate, result.confidence) == (Fate.COMPLETE, Confidence.POSSIBLE)
    assert any("10.12.0.254 is a virtual address of sw-a" in text for text in result.could_not_see)


def test_hosts_behind_one_virtual_address_send_to_it(story: Story) -> None:
    """S0-01: nobody declared the lab's gateway; both routers of its network share one address."""
    asa, one, two = pair_of(story)

    result = trace(snapshot(story, asa, one, two), WEB, ENDS[:1])

    assert said_of_gateway(result, LAB).startswith(f"{LAB} sends to 172.16.1.1: all routers")
    assert result.fate is Fate.ISN_MISMATCH


# A failover pair.


def unit(make: Callable[[str, str], Box], name: str, last: int, role: str) -> Box:
    box = make(name, "cisco_asa")
    box.interface("outside", f"203.0.113.{last}/24").interface("inside", f"10.1.1.{last}/24")
    for interface, level in (("outside", 0), ("inside", 100)):
        box.add(rows.Nameif, f"{interface} {level}", port=interface, name=interface, level=level)
    box.route("C", "203.0.113.0/24", "outside").route("C", "10.1.1.0/24", "inside")
    box.route("S", "0.0.0.0/0", "outside", "203.0.113.1", distance=1)
    box.arp("203.0.113.1", "0000.0000.0001", "outside").arp("10.1.1.5", "0000.0000.0005", "inside")
    return box.add(rows.Failover, f"This host: Primary - {role}", enabled=bool(role), role=role)


@pytest.mark.parametrize("role", ["Standby Ready", "Failed", "Cold Standby"])
@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("hosts", [(), declared(inner="10.1.1.2")], ids=["inferred", "declared"])
def test_standby_unit_is_no_router(
    story: Story, role: str, hosts: list[DeclaredHost], *, turned: bool
) -> None:
    """X-07: only the active unit forwards, whatever the order of the snapshot; the other is named."""
    make = type(story.asa)
    units = [unit(make, "fw-1", 2, "Active"), unit(make, "fw-2", 3, role)]

    result = trace(
        snapshot(story, *(units[::-1] if turned else units)),
        Flow.parse("10.1.1.5 198.51.100.7 tcp/443"),
        hosts,
    )

    assert result.fate is Fate.COMPLETE
    assert result.devices == ("fw-1",)
    assert (
        f"fw-2 is left out: in its failover pair it is {role!r} and forwards nothing (certain)"
        in result.inferences
    )


def test_a_standby_without_its_mate_leaves_every_life_open(story: Story) -> None:
    """X-07: the active unit is certain to be there, and nobody has seen what it does to the flow."""
    lonely = unit(type(story.asa), "fw-2", 3, "Standby Ready")
    router = type(story.asa)("core", "cisco_ios")
    router.interface("Vlan1", "10.1.1.9/24").interface("Vlan2", "10.2.2.9/24")
    router.route("C", "10.1.1.0/24", "Vlan1").route("C", "10.2.2.0/24", "Vlan2")
    router.arp("10.1.1.5", "0000.0000.0005", "Vlan1").arp("10.2.2.7", "0000.0000.0007", "Vlan2")

    result = trace(snapshot(story, lonely, router), Flow.parse("10.1.1.5 10.2.2.7 tcp/443"))

    assert result.fate is Fate.UNKNOWN
    assert "fw-2: its mate, which forwards now, was not read" in result.could_not_see


def test_unread_failover_state_lowers_the_word(story: Story) -> None:
    """X-07: whether the firewall is a standby unit was not seen."""
    story.asa.not_read(rows.Failover)

    result = trace(story.snapshot(), WEB)

    assert result.confidence is Confidence.POSSIBLE
    assert any("show failover" in text for text in result.could_not_see)


# One unread core.


def test_both_ends_behind_one_unread_router(story: Story) -> None:
    """X-07: the core routes them to each other; the firewall is not blamed, and the core is to be read."""
    story.asa.route("S", "10.50.0.0/16", "inside", "10.12.0.200").drop(rows.SameSecurity)
    story.asa.route("S", "10.60.0.0/16", "inside", "10.12.0.200")

    result = trace(story.snapshot(), Flow.parse("10.50.0.5 10.60.0.5 tcp/443"))

    assert (result.fate, result.devices) == (Fate.UNKNOWN, ())
    assert any(
        "10.12.0.200, which was not read, routes 10.50.0.5 and 10.60.0.5" in text
        for text in result.inferences
    )
    assert any("read that router" in text for text in result.could_not_see)


def test_ends_behind_two_unread_routers_are_walked(story: Story) -> None:
    """X-07: the packets of either do pass the firewall."""
    story.asa.route("S", "10.50.0.0/16", "inside", "10.12.0.200")
    story.asa.route("S", "10.60.0.0/16", "inside", "10.12.0.201")

    result = trace(story.snapshot(), Flow.parse("10.50.0.5 10.60.0.5 tcp/443"))

    assert (result.fate, result.devices) == (Fate.COMPLETE, ("edge-asa",))
    assert result.confidence is Confidence.POSSIBLE
