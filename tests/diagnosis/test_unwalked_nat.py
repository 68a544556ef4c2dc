"""NAT that is not walked: whom its lines are about decides whether a verdict stays open."""

from __future__ import annotations

from datetime import UTC, datetime
from ipaddress import IPv4Network
from typing import TYPE_CHECKING

import pytest

from bothways.diagnosis import Trace, trace
from bothways.flow import Fate, Flow
from bothways.platforms import device_state
from bothways.state import nat_rows, rows
from bothways.state.device import Output
from bothways.state.snapshot import Snapshot

if TYPE_CHECKING:
    from tests.diagnosis.conftest import Story

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
HAIRPIN = Flow.parse("10.12.0.130 172.16.1.18 tcp/443")
HAIRPIN_NET = IPv4Network("10.12.0.0/24")
OUT = Flow.parse("10.12.0.130 203.0.113.80 tcp/443")
EXEMPT = "nat (inside,outside) source static INS INS destination static BR BR no-proxy-arp route-lookup"


def define(story: Story, name: str, *members: str, kind: str = "object") -> None:
    for member in members:
        story.asa.add(rows.ConfigLine, f" {member}", section=f"{kind} network {name}", text=member)


def add(story: Story, line: str) -> None:
    story.asa.add(nat_rows.NatRule, line, text=line)


def left(walked: Trace) -> str:
    """The source under which the SYN leaves the firewall."""
    (hop,) = [hop for hop in walked.legs[0].hops if hop.device == "edge-asa"]
    assert hop.left is not None
    return str(hop.left.source)


BRANCHES = {
    "another-network": ("object", ("subnet 10.99.0.0 255.255.0.0",)),
    "a-group-of-others": (
        "object-group",
        ("network-object 10.98.0.0 255.255.0.0", "network-object host 10.9.9.9"),
    ),
    "a-range-of-others": ("object", ("range 10.99.0.1 10.99.0.9",)),
}


@pytest.mark.parametrize(("kind", "members"), BRANCHES.values(), ids=BRANCHES)
def test_an_exemption_for_others_leaves_the_flow_alone(
    story: Story, kind: str, members: tuple[str, ...]
) -> None:
    """X-07: a VPN's exemption is on nearly every firewall, and no flow but the VPN's is its business."""
    define(story, "INS", "subnet 10.12.0.0 255.255.255.0")
    define(story, "BR", *members, kind=kind)
    add(story, EXEMPT)
    for flow, fate in ((OUT, Fate.COMPLETE), (HAIRPIN, Fate.ISN_MISMATCH)):
        walked = trace(story.snapshot(), flow)
        assert walked.fate is fate
        assert not any("NAT" in text for text in walked.could_not_see)


def test_an_exempted_flow_is_not_translated_by_what_stands_behind(story: Story) -> None:
    """S3-05: manual NAT comes before object NAT; the server sees the client's own address."""
    story.asa.add(
        nat_rows.ObjectNat, "nat (inside,outside) dynamic interface", name="INS", real_interface="inside",
        mapped_interface="outside", static=False, real=HAIRPIN_NET, mapped=None, protocol="",
        real_port=None, mapped_port=None, options=(),
    )  # fmt: skip
    assert left(trace(story.snapshot(), OUT)) == "203.0.113.2"

    define(story, "INS", "subnet 10.12.0.0 255.255.255.0")
    define(story, "BR", "host 203.0.113.80")
    add(story, EXEMPT)

    assert left(trace(story.snapshot(), OUT)) == "10.12.0.130"


UNKNOWN_OBJECTS = {
    "an-fqdn": ("fqdn v4 www.example",),
    "not-defined": (),
    "the-very-server": ("host 203.0.113.80",),
}


@pytest.mark.parametrize("members", UNKNOWN_OBJECTS.values(), ids=UNKNOWN_OBJECTS)
def test_a_line_that_may_take_the_flow_and_changes_it_leaves_the_verdict_open(
    story: Story, members: tuple[str, ...]
) -> None:
    """X-07: what an object stands for must be known before a line is passed over."""
    define(story, "INS", "subnet 10.12.0.0 255.255.255.0")
    define(story, "BR", *members)
    line = "nat (inside,outside) source static INS INS destination static BR OTHER"
    add(story, line)
    walked = trace(story.snapshot(), OUT)
    assert walked.fate is Fate.UNKNOWN
    assert any(line in text for text in walked.could_not_see)


SHOWN = {
    "before-8.3": "static (inside,outside) 203.0.113.20 10.12.0.5 netmask 255.255.255.255",
    "one-port": "nat (inside,outside) static 203.0.113.20 service tcp https 8443",
}


@pytest.mark.parametrize("line", SHOWN.values(), ids=SHOWN)
def test_an_address_that_the_firewall_may_answer_for_is_no_host(story: Story, line: str) -> None:
    """X-07: on the same wire, and yet every packet to it passes the firewall and its lists."""
    call = Flow.parse("203.0.113.80 203.0.113.20 tcp/443")
    assert trace(story.snapshot(), call).fate is Fate.COMPLETE
    add(story, line)
    walked = trace(story.snapshot(), call)
    assert walked.fate is Fate.UNKNOWN
    assert any("answers for 203.0.113.20" in text for text in walked.could_not_see)


ROUTER = {
    "show ip interface": (
        "FastEthernet0/1 is up, line protocol is up\n  Internet address is 10.1.1.1/24\n"
        "FastEthernet0/0 is up, line protocol is up\n  Internet address is 198.51.100.2/24\n"
        "  Inbound  access list is OUTIN"
    ),
    "show ip route": (
        "C       10.1.1.0/24 is directly connected, FastEthernet0/1\n"
        "C       198.51.100.0/24 is directly connected, FastEthernet0/0"
    ),
    "show ip arp": (
        "Internet  10.1.1.10    0   0050.56a0.0010  ARPA   FastEthernet0/1\n"
        "Internet  198.51.100.9 0   0050.56a0.0098  ARPA   FastEthernet0/0"
    ),
    "show ip policy": "Interface      Route map",
    "show route-map": "",
    "show access-lists": (
        "Extended IP access list OUTIN\n    10 permit tcp any host 198.51.100.10 eq 443\n"
        "    30 deny ip any any"
    ),
}
CONFIG = (
    "Current configuration : 854 bytes\nhostname R1\n"
    "interface FastEthernet0/1\n ip address 10.1.1.1 255.255.255.0\n ip nat inside\n"
    "interface FastEthernet0/0\n ip address 198.51.100.2 255.255.255.0\n ip nat outside\n"
    " ip access-group OUTIN in\n{nat}\nend"
)


@pytest.mark.parametrize(
    ("nat", "port", "fate"),
    [
        ("ip nat inside source static 10.1.1.10 198.51.100.10", 443, Fate.COMPLETE),
        ("ip nat inside source static 10.1.1.10 198.51.100.10", 80, Fate.ACL_DENIED),
        ("ip nat inside source static tcp 10.1.1.10 443 198.51.100.10 443", 443, Fate.COMPLETE),
        ("ip nat inside source static tcp 10.1.1.10 8443 198.51.100.10 443 extendable", 443, Fate.COMPLETE),
        ("ip nat inside source static udp 10.1.1.10 443 198.51.100.10 443", 443, Fate.UNKNOWN),
        ("ip nat inside source static tcp 10.1.1.10 443 198.51.100.10 443 vrf RED", 443, Fate.UNKNOWN),
        ("ip nat inside source static tcp 10.1.1.10 443 198.51.100.10 443 route-map M", 443, Fate.UNKNOWN),
        ("ip nat inside source static network 10.1.1.0 198.51.100.0 /24", 443, Fate.UNKNOWN),
    ],
    ids=[
        "shown",
        "denied-before-it-is-translated",
        "one-port",
        "another-port",
        "another-protocol",
        "in-a-vrf",
        "by-a-route-map",
        "a-network",
    ],
)
def test_a_router_answers_for_whom_it_shows(nat: str, port: int, fate: Fate) -> None:
    """S1-03: the list sees the address that was called; then it is translated, then routed."""
    texts = {**ROUTER, "show running-config": CONFIG.format(nat=nat)}
    outputs = {command: Output(command, text, NOON) for command, text in texts.items()}
    snapshot = Snapshot({"r1": device_state("r1", "cisco_ios", outputs)}, NOON, {})
    walked = trace(snapshot, Flow.parse(f"198.51.100.9 198.51.100.10 tcp/{port}"))
    assert walked.fate is fate, walked.mechanism
    assert fate is Fate.UNKNOWN or walked.devices == ("r1",)
