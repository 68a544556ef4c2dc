"""Which router a host sends to, from what the routers know; each guess with its word."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from bothways.diagnosis import Confidence, trace
from bothways.flow import Fate, Flow
from bothways.state import rows

if TYPE_CHECKING:
    from tests.diagnosis.conftest import Story

    Change = Callable[[Story], object]

WEB = Flow.parse("10.12.0.130 172.16.1.18 tcp/443")
THERE, HERE = ("inside", "172.16.1.18", 443), ("inside", "10.12.0.130", 51000)


def silent(story: Story) -> Story:
    """No connection, no ARP entry of the host anywhere."""
    story.asa.drop(rows.Conn).drop(rows.Arp, "10.12.0.130")
    story.switch.drop(rows.Arp, "10.12.0.130")
    return story


CASES: list[tuple[str, Change, str]] = [
    ("try to reach the lab S0-12", lambda _: None, "it opened a connection to 172.16.1.20 there (likely)"),
    (
        "half-open hairpin S0-12",
        lambda s: silent(s).asa.conn(THERE, HERE, 0, "SaAB"),
        "it opened a connection to 172.16.1.18 there (likely)",
    ),
    (
        "whole hairpin",
        lambda s: silent(s).asa.conn(THERE, HERE, 9000, "UIOB"),
        "its connection to 172.16.1.18 goes through there (likely)",
    ),
    (
        "ARP on the ASA only",
        lambda s: silent(s).asa.arp("10.12.0.130", "0011.2233.0130", "inside"),
        "no other router has it in ARP (possible)",
    ),
    ("nothing but the default route", silent, "its default route leads out (possible)"),
]


@pytest.mark.parametrize(("change", "why"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_gateway_is_inferred_and_said(story: Story, change: Change, why: str) -> None:
    """S0-01: the workstation's gateway is the ASA, for the strongest reason there is.

    An ARP entry or a default route is a habit and no reason: by way of the switch the flow would live.
    """
    change(story)
    habit = "in ARP" in why or "default route" in why

    result = trace(story.snapshot(), WEB)

    assert f"10.12.0.130 sends to 10.12.0.1 (edge-asa inside): {why}" in result.inferences
    assert result.fate is (Fate.UNKNOWN if habit else Fate.ISN_MISMATCH)
    assert not habit or "complete if 10.12.0.130 sends to 10.12.0.254 (lab-switch Vlan10)" in result.mechanism


def test_answers_alone_do_not_make_a_gateway(story: Story) -> None:
    """S0-24: an entry that a lab host opened shows nothing of where this host sends."""
    silent(story).asa.conn(("inside", "172.16.1.18", 51000), ("inside", "10.12.0.130", 80), 0, "SaAB")
    story.switch.arp("10.12.0.130", "0011.2233.0130", "Vlan10")

    result = trace(story.snapshot(), WEB)

    assert any("10.12.0.254 (lab-switch Vlan10): no other router" in text for text in result.inferences)


def test_contradicting_evidence_asks_for_a_declaration(story: Story) -> None:
    """Two routers with equal claims: nothing is guessed."""
    silent(story).asa.drop(rows.Route, "0.0.0.0/0")
    story.switch.drop(rows.Route, "0.0.0.0/0")

    result = trace(story.snapshot(), WEB)

    assert result.fate is Fate.UNKNOWN
    assert any("declare it in topology.yaml" in text for text in result.could_not_see)


def test_gateway_that_nothing_tells_is_walked_both_ways(story: Story) -> None:
    """X-07: by the ASA the SYN/ACK comes back beside it, by the switch no firewall is met: nobody knows."""
    silent(story)

    result = trace(story.snapshot(), WEB)

    there = "10.12.0.130 sends to"
    assert (result.fate, result.confidence) == (Fate.UNKNOWN, Confidence.POSSIBLE)
    assert f"isn-mismatch if {there} 10.12.0.1 (edge-asa inside)" in result.mechanism
    assert f"complete if {there} 10.12.0.254 (lab-switch Vlan10)" in result.mechanism
    assert any("declare it in topology.yaml" in text for text in result.could_not_see)


def test_fate_that_does_not_hang_on_the_gateway_is_told(story: Story) -> None:
    """X-07: the lab's own list drops the SYN/ACK, whichever router the SYN took; the word is possible."""
    silent(story).switch.drop(rows.Interface, "Vlan172")
    story.switch.interface("Vlan172", "172.16.1.1/24", acl_in="LAB-OUT")
    story.switch.acl("LAB-OUT", "permit", "icmp", "0.0.0.0/0", "0.0.0.0/0")

    result = trace(story.snapshot(), WEB)

    assert (result.fate, str(result.at)) == (Fate.ACL_DENIED, "lab-switch, packet 2")
    assert result.confidence is Confidence.POSSIBLE
    assert any("each was walked, and the fate is the same" in text for text in result.inferences)


def test_router_that_was_not_read_cannot_be_walked_as_the_gateway(story: Story) -> None:
    """X-07: 10.12.0.7 may be the gateway too; that two others agree says nothing of it."""
    silent(story).asa.route("S", "10.77.0.0/16", "inside", "10.12.0.7")

    result = trace(story.snapshot(), WEB)

    assert result.fate is Fate.UNKNOWN
    assert any("10.12.0.7 is its gateway" in text for text in result.could_not_see)


def test_only_router_of_a_segment_is_the_gateway(story: Story) -> None:
    """The lab has one."""
    result = trace(story.snapshot(), WEB)

    assert any(
        "172.16.1.18 sends to 172.16.1.1 (lab-switch Vlan172): no other router" in text
        for text in result.inferences
    )


def test_switch_port_of_a_host_is_found(story: Story) -> None:
    """ARP gives the hardware address, the MAC table its port."""
    story.switch.add(
        rows.Mac,
        "172    0011.2233.1718    DYNAMIC     Fa0/2",
        vlan="172",
        mac="0011.2233.1718",
        kind="DYNAMIC",
        port="Fa0/2",
    )

    assert "172.16.1.18 hangs on Fa0/2 of lab-switch" in trace(story.snapshot(), WEB).remarks
