"""The hairpin story, from state to verdict: every way it breaks and every way it is cured."""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import IPv4Address
from typing import TYPE_CHECKING

import pytest

from bothways.diagnosis import Confidence, Trace, trace
from bothways.flow import Fate, Flow, Protocol
from bothways.network import DeclaredHost
from bothways.state import rows

if TYPE_CHECKING:
    from tests.diagnosis.conftest import Story

    Change = Callable[[Story], object]

WEB = "10.12.0.130 172.16.1.18 tcp/443"
PING = "10.12.0.130 172.16.1.18 icmp"
FROM_LAB = "172.16.1.18 10.12.0.5 tcp/80"
ANY = "0.0.0.0/0"


def nothing(_story: Story) -> None:
    """As found: permit in place, ping works, TCP hangs."""


def no_permit(story: Story) -> None:
    story.asa.drop(rows.SameSecurity, "intra-interface")


def no_randomisation(story: Story) -> None:
    story.asa.policy("", "norandom", "any", "set connection random-sequence-number disable")


def any_any(story: Story) -> None:
    story.asa.acl("ANY", "permit", "ip", ANY, ANY)
    story.asa.access_group("ANY", "in", "inside").access_group("ANY", "out", "inside")


def own_policy_hides_global(story: Story) -> None:
    """An interface policy with connection settings takes the global policy's place for them."""
    no_randomisation(story)
    story.asa.policy("inside", "slow", "any", "set connection timeout idle 2:00:00")


def lab_filter(story: Story) -> None:
    """The lab's SVI lets only ping out."""
    story.switch.drop(rows.Interface, "Vlan172")
    story.switch.interface("Vlan172", "172.16.1.1/24", acl_in="LAB-OUT")
    story.switch.acl("LAB-OUT", "permit", "icmp", ANY, ANY)


def inside_filter(story: Story) -> None:
    """PBR in place, but the inside list knows no lab sources."""
    story.routing_template().pbr()
    story.asa.acl("INSIDE", "permit", "ip", "10.12.0.0/24", ANY).access_group("INSIDE", "in", "inside")


def lab_route_elsewhere(story: Story) -> None:
    """PBR in place, reverse path verified, and the ASA's way to the lab is the outside."""
    story.routing_template().pbr()
    story.asa.drop(rows.Route, "172.16.1.0/24")
    story.asa.add(rows.ReversePath, "ip verify reverse-path interface inside", interface="inside")


CASES = [
    ("before S0-10", nothing, WEB, Fate.ISN_MISMATCH, "10.12.0.130", 2),
    ("ack mechanism S0-11", no_randomisation, WEB, Fate.HANDSHAKE_UNSEEN, "edge-asa", 3),
    ("class hides class", own_policy_hides_global, WEB, Fate.ISN_MISMATCH, "10.12.0.130", 2),
    ("without permit S0-02 TCP", no_permit, WEB, Fate.INTRA_INTERFACE_DENIED, "edge-asa", 1),
    ("without permit S0-02 ping", no_permit, PING, Fate.INTRA_INTERFACE_DENIED, "edge-asa", 1),
    ("ping S0-06", nothing, PING, Fate.COMPLETE, "", 0),
    ("TFTP from the lab S0-06", nothing, "172.16.1.20 10.12.0.5 udp/69", Fate.COMPLETE, "", 0),
    ("any/any changes nothing S0-07", any_any, WEB, Fate.ISN_MISMATCH, "10.12.0.130", 2),
    ("PBR S0-20", lambda s: s.routing_template().pbr(), WEB, Fate.COMPLETE, "", 0),
    ("PBR on the default template", lambda s: s.pbr(), WEB, Fate.ISN_MISMATCH, "10.12.0.130", 2),
    (
        "PBR next hop not in ARP S0-24",
        lambda s: s.routing_template().pbr(next_hop="10.12.0.77"),
        WEB,
        Fate.ISN_MISMATCH,
        "10.12.0.130",
        2,
    ),
    (
        "PBR on the wrong interface S0-16",
        lambda s: s.routing_template().pbr("Vlan10"),
        WEB,
        Fate.ISN_MISMATCH,
        "10.12.0.130",
        2,
    ),
    ("bypass on inside S0-21", lambda s: s.bypass(), WEB, Fate.COMPLETE, "", 0),
    ("bypass in the global policy S0-21", lambda s: s.bypass(""), WEB, Fate.COMPLETE, "", 0),
    (
        "bypass without the hosts' direction",
        lambda s: s.bypass(towards_lab=False),
        WEB,
        Fate.ISN_MISMATCH,
        "10.12.0.130",
        2,
    ),
    ("from the lab S0-23", nothing, FROM_LAB, Fate.NO_CONNECTION, "edge-asa", 2),
    ("from the lab, bypass S0-23", lambda s: s.bypass(), FROM_LAB, Fate.COMPLETE, "", 0),
    ("from the lab, PBR S0-23", lambda s: s.routing_template().pbr(), FROM_LAB, Fate.COMPLETE, "", 0),
    ("list on the return leg", lab_filter, WEB, Fate.ACL_DENIED, "lab-switch", 2),
    ("list on the return leg, ping", lab_filter, PING, Fate.COMPLETE, "", 0),
    ("inside list, source in the lab S0-24", inside_filter, FROM_LAB, Fate.ACL_DENIED, "edge-asa", 1),
    ("inside list, source among the hosts S0-24", inside_filter, WEB, Fate.COMPLETE, "", 0),
    ("reverse path, source in the lab S0-24", lab_route_elsewhere, FROM_LAB, Fate.NO_ROUTE, "edge-asa", 1),
]


@pytest.mark.parametrize(
    ("change", "flow", "fate", "device", "packet"),
    [case[1:] for case in CASES],
    ids=[case[0] for case in CASES],
)
def test_fate_and_place(  # noqa: PLR0917
    story: Story, change: Change, flow: str, fate: Fate, device: str, packet: int
) -> None:
    """Each state of the two boxes has one fate, at one device and one packet."""
    change(story)

    result = trace(story.snapshot(), Flow.parse(flow))

    assert (result.fate, result.at.device, result.at.packet) == (fate, device, packet), result.mechanism


def of(story: Story, flow: str = WEB, *gateways: tuple[str, str]) -> Trace:
    hosts = [DeclaredHost(host, IPv4Address(host), IPv4Address(gateway)) for host, gateway in gateways]
    return trace(story.snapshot(), Flow.parse(flow), hosts)


@pytest.mark.parametrize(("change", "flow"), [case[1:3] for case in CASES], ids=[case[0] for case in CASES])
def test_no_answer_is_one_way(story: Story, change: Change, flow: str) -> None:
    """S0-13: whatever becomes of a flow, packets of both ends were walked."""
    change(story)

    result = of(story, flow)

    for end in (result.flow.client, result.flow.server):
        assert result.legs_from(end)


@pytest.mark.parametrize(("change", "flow"), [case[1:3] for case in CASES], ids=[case[0] for case in CASES])
def test_every_hop_names_its_lines(story: Story, change: Change, flow: str) -> None:
    """X-07: each hop rests on lines with device, command, number, text and time."""
    change(story)

    result = of(story, flow)

    assert all(hop.evidence for hop in result.hops)
    for line in result.evidence:
        assert line.device
        assert line.command.startswith("show ")
        assert line.text
        assert line.taken_at.tzinfo is not None


def test_hairpin_is_read_from_the_routes(story: Story) -> None:
    """S0-01: ingress equals egress on the ASA by its EIGRP route, and the host's gateway is the ASA."""
    result = of(story)

    first = result.legs[0].hops[0]
    assert (first.device, first.ingress, first.egress, str(first.next_hop)) == (
        "edge-asa",
        "inside",
        "inside",
        "10.12.0.254",
    )
    assert first.hairpin
    assert any(line.text == "D 172.16.1.0/24 via 10.12.0.254, inside" for line in first.evidence)
    assert any(remark.startswith("hairpin: edge-asa") for remark in result.remarks)
    assert any("10.12.0.130 sends to 10.12.0.1 (edge-asa inside)" in text for text in result.inferences)


def test_hairpinned_frame_changes_hardware_addresses(story: Story) -> None:
    """S0-08: the frame leaves with the ASA's address as source and the switch's as destination."""
    hop = of(story).legs[0].hops[0]

    assert (hop.source_mac, hop.next_hop_mac) == ("0011.2233.0001", "0011.2233.0254")


def test_randomised_number_makes_the_client_refuse(story: Story) -> None:
    """S0-10: the SYN's number is changed, the SYN/ACK avoids the ASA, the client resets with that number."""
    syn, syn_ack, reset = of(story).legs

    assert (str(syn.sent.seq), str(syn.arrived and syn.arrived.seq)) == ("C", "C+Δ")
    assert (syn_ack.path, str(syn_ack.sent.ack)) == (("lab-switch",), "C+Δ+1")
    assert syn_ack.refusal == "ack C+Δ+1 is not C+1"
    assert (reset.sent.kind, str(reset.sent.seq), reset.consequence) == ("RST", "C+Δ+1", True)
    assert reset.dropped_at == "edge-asa"


def inwards(story: Story) -> None:
    """A list lets the outside in, and a second router hands the host's answers out beside the ASA."""
    story.asa.acl("IN", "permit", "ip", ANY, ANY).access_group("IN", "in", "outside")
    story.switch.interface("Vlan203", "203.0.113.3/24", "0011.2233.0203")
    story.switch.route("C", "203.0.113.0/24", "Vlan203")
    story.switch.arp("203.0.113.80", "0011.2233.0080", "Vlan203")
    story.asa.arp("203.0.113.80", "0011.2233.0080", "outside")


INWARDS = "203.0.113.80 10.12.0.130 tcp/443"
BESIDE = (("203.0.113.80", "203.0.113.2"), ("10.12.0.130", "10.12.0.254"))


def test_number_of_an_inbound_syn_is_left_alone(story: Story) -> None:
    """X-07: from low to high only the server's number is changed: it is the client's ACK that dies."""
    inwards(story)

    result = of(story, INWARDS, *BESIDE)

    assert (result.fate, str(result.at)) == (Fate.HANDSHAKE_UNSEEN, "edge-asa, packet 3")
    assert str(result.legs[0].arrived and result.legs[0].arrived.seq) == "C"


def test_numbers_of_a_symmetric_inbound_flow_fit(story: Story) -> None:
    """The SYN/ACK leaves with another number and the client's ACK is changed back."""
    inwards(story)

    result = of(story, INWARDS, ("203.0.113.80", "203.0.113.2"), ("10.12.0.130", "10.12.0.1"))

    syn, syn_ack, ack = result.legs[:3]
    assert result.fate is Fate.COMPLETE
    assert str(syn.arrived and syn.arrived.seq) == "C"
    assert str(syn_ack.arrived and syn_ack.arrived.seq) == "S+Δ"
    assert (str(ack.sent.ack), str(ack.arrived and ack.arrived.ack)) == ("S+Δ+1", "S+1")


def test_number_of_an_outbound_syn_is_changed(story: Story) -> None:
    """S0-10: from high to low it is the client's number, and the same detour makes the client refuse."""
    inwards(story)

    result = of(
        story,
        "10.12.0.130 203.0.113.80 tcp/443",
        ("10.12.0.130", "10.12.0.1"),
        ("203.0.113.80", "203.0.113.3"),
    )

    assert (result.fate, str(result.at)) == (Fate.ISN_MISMATCH, "10.12.0.130, packet 2")


def test_equal_levels_change_both_numbers(story: Story) -> None:
    """S0-20: on a cured hairpin both ends' numbers are changed and changed back."""
    story.routing_template().pbr()

    result = of(story)

    assert str(result.legs[1].arrived and result.legs[1].arrived.seq) == "S+Δ"
    assert result.fate is Fate.COMPLETE


def test_unread_levels_weaken_the_word(story: Story) -> None:
    """X-07: without the levels nobody knows whose number is changed."""
    inwards(story)
    story.asa.not_read(rows.Nameif)

    result = of(story, INWARDS, *BESIDE)

    assert result.confidence is Confidence.POSSIBLE
    assert any("whose levels were not seen" in text for text in result.inferences)


def test_reset_names_both_halves_of_the_delta(story: Story) -> None:
    """S0-12: before the ISN it is dropped, after it the connection ends; either may be seen."""
    drop = of(story).legs[2].drop

    assert drop is not None
    assert "tcp-rstfin-ooo" in drop.reason
    assert "TCP Reset" in drop.reason


def test_unseen_handshake_leaves_the_client_connected(story: Story) -> None:
    """S0-11: the client takes the SYN/ACK, and its ACK and its data both die at the ASA."""
    no_randomisation(story)

    result = of(story)

    assert result.legs[1].refusal == ""
    assert [(leg.sent.kind, leg.dropped_at) for leg in result.legs[2:]] == [
        ("ACK", "edge-asa"),
        ("PSH/ACK", "edge-asa"),
    ]
    assert any("random-sequence-number disable" in line.text for line in result.evidence)


def test_verdict_says_why_ping_works(story: Story) -> None:
    """S0-06: beside the TCP verdict stands why an echo is answered, and that was walked, not assumed."""
    assert any(remark.startswith("ping works all the same") for remark in of(story).remarks)


def test_ping_is_not_said_to_work_when_it_would_not(story: Story) -> None:
    """S0-06: with a list that denies echoes the remark is absent."""
    story.asa.acl("TCP", "permit", "tcp", ANY, ANY).access_group("TCP", "in", "inside")

    result = of(story)

    assert result.fate is Fate.ISN_MISMATCH
    assert not any("ping works" in remark for remark in result.remarks)


def test_cured_flow_passes_the_firewall_both_ways(story: Story) -> None:
    """S0-20: SYN/ACK goes switch, ASA, host; numbers are moved back; the extra hop is mentioned."""
    story.routing_template().pbr()

    result = of(story)

    assert result.legs[1].path == ("lab-switch", "edge-asa")
    assert str(result.legs[1].arrived and result.legs[1].arrived.ack) == "C+1"
    assert any("1 to 2 ms" in remark for remark in result.remarks)


def test_static_host_route_avoids_the_firewall(story: Story) -> None:
    """S0-03: a host that sends to the switch itself is served without any firewall."""
    result = of(story, WEB, ("10.12.0.130", "10.12.0.254"))

    assert result.fate is Fate.COMPLETE
    assert result.devices == ("lab-switch",)
    assert not any("10.12.0.130 sends" in text for text in result.inferences)


def test_policy_route_breaks_a_host_with_its_own_route(story: Story) -> None:
    """S0-24: once PBR is in place the SYN/ACK of such a host meets an ASA without a connection."""
    story.routing_template().pbr()

    result = of(story, WEB, ("10.12.0.130", "10.12.0.254"))

    assert (result.fate, str(result.at)) == (Fate.NO_CONNECTION, "edge-asa, packet 2")
    assert result.legs[0].path == ("lab-switch",)


def test_answer_of_a_denied_packet_is_walked_as_a_supposition(story: Story) -> None:
    """S0-13: when packet 1 dies, the way its answer would take is shown, marked as not sent."""
    no_permit(story)

    denied, supposed = of(story).legs

    assert denied.drop is not None
    assert denied.drop.counter == "acl-drop"
    assert (supposed.hypothetical, supposed.path) == (True, ("lab-switch",))


def test_real_connections_are_not_used_for_a_new_flow(story: Story) -> None:
    """S0-12: an established entry of another try does not let this one's ACK pass."""
    no_randomisation(story)
    story.asa.conn(("inside", "172.16.1.18", 443), ("inside", "10.12.0.130", 50000), 900, "UIOB")

    assert of(story).fate is Fate.HANDSHAKE_UNSEEN


def test_flow_through_the_firewall_to_the_internet_lives(story: Story) -> None:
    """What works is not called broken: the workstation's own connection outwards."""
    result = of(story, "10.12.0.130 203.0.113.80 tcp/443")

    assert result.fate is Fate.COMPLETE
    assert {leg.path for leg in result.legs} == {("edge-asa",)}


@pytest.mark.parametrize("protocol", list(Protocol))
def test_outside_may_not_open_flows_inwards(story: Story, protocol: Protocol) -> None:
    """The implied rule between security levels, without any list."""
    service = protocol.value if protocol is Protocol.ICMP else f"{protocol}/443"

    result = of(story, f"203.0.113.80 10.12.0.130 {service}")

    assert (result.fate, str(result.at)) == (Fate.ACL_DENIED, "edge-asa, packet 1")


@pytest.mark.parametrize(("inspected", "fate"), [(False, Fate.ACL_DENIED), (True, Fate.COMPLETE)])
def test_echo_reply_from_outside_needs_inspection(story: Story, *, inspected: bool, fate: Fate) -> None:
    """Only an inspected echo has an entry that its reply can use against the level."""
    if inspected:
        story.asa.policy("", "inspection_default", "default-inspection-traffic", "inspect icmp")

    assert of(story, "10.12.0.130 203.0.113.80 icmp").fate is fate


def test_hosts_of_one_segment_need_no_device(story: Story) -> None:
    """Both directions are there, and nobody routes them."""
    result = of(story, "10.12.0.130 10.12.0.5 tcp/22")

    assert result.fate is Fate.COMPLETE
    assert result.devices == ()


def test_policy_that_sends_packets_in_a_circle_ends(story: Story) -> None:
    """An any/any map on the hosts' side hands the SYN back to the ASA for ever."""
    story.routing_template().switch.acl("101", "permit", "ip", ANY, ANY)
    story.switch.route_map("LOOP", ["101"], "10.12.0.1").bind("Vlan10", "LOOP")

    result = of(story)

    assert result.fate is Fate.NO_ROUTE
    assert "circle" in result.mechanism
