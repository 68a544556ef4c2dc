"""Whatever the tables hold, a trace answers."""

from __future__ import annotations

from ipaddress import IPv4Address
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bothways.diagnosis import trace
from bothways.flow import Fate, Flow, Protocol
from bothways.rules import diagnose
from bothways.state import log_rows, rows

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.diagnosis.conftest import Story

# Few addresses, so that rows meet each other.
ADDRESSES = [
    "10.12.0.1",
    "10.12.0.5",
    "10.12.0.130",
    "10.12.0.254",
    "172.16.1.1",
    "172.16.1.18",
    "203.0.113.9",
]
NETWORKS = ["0.0.0.0/0", "10.12.0.0/24", "172.16.1.0/24", "172.16.1.18/32", "203.0.113.0/24"]
INTERFACES = ["inside", "outside", "Vlan10", "Vlan172", "Null0", ""]
address, network, interface = (st.sampled_from(values) for values in (ADDRESSES, NETWORKS, INTERFACES))
action = st.sampled_from(["permit", "deny"])

ROUTES = st.lists(st.tuples(network, interface, st.none() | address), max_size=6)
RULES = st.lists(
    st.tuples(
        st.sampled_from(["A", "B"]), action, st.sampled_from(["ip", "tcp", "icmp", "odd"]), network, network
    ),
    max_size=6,
)
ARPS = st.lists(st.tuples(address, st.sampled_from(["", "0011.2233.0001"]), interface), max_size=5)
MAPS = st.lists(st.tuples(st.sampled_from(["A", "B"]), address, interface, action), max_size=3)
CONNS = st.lists(
    st.tuples(interface, address, interface, address, st.text("UIOSsAaBb", max_size=4)), max_size=4
)
UNREAD = st.sets(
    st.sampled_from([rows.Route, rows.Arp, rows.Interface, rows.AclEntry, log_rows.LogLine, rows.ConfigLine]),
    max_size=2,
)
FLOWS = st.tuples(address, address, st.sampled_from(list(Protocol))).filter(lambda ends: ends[0] != ends[1])


@st.composite
def disorder(draw: st.DrawFn) -> Callable[[Story], object]:
    """Something to do to the story: random rows on both boxes, some tables taken away."""
    routes, rules, arps = draw(ROUTES), draw(RULES), draw(ARPS)
    maps, conns, unread = draw(MAPS), draw(CONNS), draw(UNREAD)
    emptied = draw(st.booleans())

    def apply(story: Story) -> None:
        for box in (story.asa, story.switch):
            if emptied:
                box.drop(rows.Route).drop(rows.Arp)
            for prefix, egress, via in routes:
                box.route("S", prefix, egress, via)
            for name, verb, protocol, source, destination in rules:
                box.acl(name, verb, protocol, source, destination, understood=protocol != "odd")
            for known, mac, where in arps:
                box.arp(known, mac, where)
            box.not_read(*unread)
        story.asa.access_group("A", "in", "inside").access_group("B", "global")
        for here, one, there, other, flags in conns:
            story.asa.conn((here, one, 1024), (there, other, 443), 0, flags)
        for sequence, (acl, hop, where, verb) in enumerate(maps):
            story.switch.route_map("M", [acl], hop, action=verb, sequence=sequence).bind(where, "M")

    return apply


@given(data=st.data())
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_trace_and_diagnosis_never_raise(story: Story, data: Any) -> None:
    """X-07: random rows lead to a fate of the list, both directions and findings with evidence."""
    type(story).__init__(story)
    data.draw(disorder())(story)
    client, server, protocol = data.draw(FLOWS)
    port = 0 if protocol is Protocol.ICMP else 443
    snapshot = story.snapshot()

    result = trace(snapshot, Flow(IPv4Address(client), IPv4Address(server), protocol, port))

    assert result.fate in Fate
    assert result.legs_from(result.flow.client)
    assert result.legs_from(result.flow.server)
    assert (result.fate is Fate.COMPLETE) <= all(leg.drop is None for leg in result.legs)
    for finding in diagnose(snapshot, result):
        assert finding.evidence
