"""A flow opened over another way, which is gone: its next packets come to a firewall that never saw it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bothways.diagnosis import Place, Scenario, Trace, trace
from bothways.flow import Fate, Flow
from bothways.state import rows

if TYPE_CHECKING:
    from tests.diagnosis.conftest import Failover

FLOW = "10.40.0.50 10.10.0.20 tcp/443"


def walked(failover: Failover, scenario: Scenario = Scenario.MID_STREAM, flow: str = FLOW) -> Trace:
    return trace(failover.snapshot(), Flow.parse(flow), (), scenario)


def test_a_new_connection_lives_and_an_established_one_dies(failover: Failover) -> None:
    """S2a-01: the same state, asked twice: the SYN passes, the data packet without connection does not."""
    assert walked(failover, Scenario.HANDSHAKE).fate is Fate.COMPLETE
    found = walked(failover)
    assert (found.fate, found.at) == (Fate.NO_CONNECTION, Place("mpls-asa", 1))
    assert found.scenario is Scenario.MID_STREAM
    assert found.mechanism == "mpls-asa has no connection that this PSH/ACK belongs to"
    assert "a new connection to 10.10.0.20 tcp/443 is complete: only established ones die" in found.remarks
    (data, answer) = found.legs
    assert (data.sent.number, data.sent.kind, data.path) == (1, "PSH/ACK", ("branch-switch", "mpls-asa"))
    assert answer.hypothetical


@pytest.mark.parametrize("interfaces", [("Inside", "MPLS"), ("Inside",), ("MPLS",), ("",)])
def test_a_bypass_lets_it_go_on(failover: Failover, interfaces: tuple[str, ...]) -> None:
    """S2a-03: an interface's policy holds for both its directions, so one of them is enough here."""
    found = walked(failover.bypass(*interfaces))
    assert (found.fate, found.at) == (Fate.COMPLETE, Place("", 0))
    assert [leg.sent.number for leg in found.legs] == [1, 2]
    assert not any("the first to send" in remark for remark in found.remarks)


def test_an_access_list_still_denies_it(failover: Failover) -> None:
    """S2a-04: with the bypass the packet comes as far as the list, and dies there."""
    failover.asa.drop(rows.AclEntry)
    failover.asa.acl("MPLS_in", "permit", "tcp", "10.40.0.0/24", "10.10.0.99/32")
    found = walked(failover.bypass("Inside", "MPLS"))
    assert (found.fate, found.at) == (Fate.ACL_DENIED, Place("mpls-asa", 1))


def test_a_bypass_of_one_direction_is_enough_only_when_that_end_speaks_first(failover: Failover) -> None:
    """S2a-08: the verdict is about a client that speaks first; the other order is said beside it."""
    found = walked(failover.bypass("Inside", "MPLS", towards_branch=False))
    assert found.fate is Fate.COMPLETE
    (said,) = [remark for remark in found.remarks if "first to send" in remark]
    assert said == (
        "were the server the first to send, its packet would die at mpls-asa: "
        "mpls-asa has no connection that this PSH/ACK belongs to"
    )


def test_a_way_around_the_firewall_carries_it(failover: Failover) -> None:
    """S2a-01: over the fibre nobody checks anything."""
    for box, interface, own, peer, network in (
        (failover.dc, "Vlan255", "10.10.255.1", "10.10.255.2", "10.40.0.0/24"),
        (failover.branch, "Vlan255", "10.10.255.2", "10.10.255.1", "10.10.0.0/24"),
    ):
        box.drop(rows.Route, f"S {network}")
        box.interface(interface, f"{own}/30").route("C", "10.10.255.0/30", interface)
        box.route("S", network, interface, peer, distance=1).arp(peer, "0011.2233.2551", interface)
    found = walked(failover)
    assert found.fate is Fate.COMPLETE
    assert found.devices == ("branch-switch", "dc-switch")


def test_what_has_no_middle_is_walked_from_its_start(failover: Failover) -> None:
    """S2a-01: an echo is no stream: the scenario changes nothing for it."""
    found = walked(failover, flow="10.10.0.20 10.40.0.50 icmp")
    assert found.scenario is Scenario.HANDSHAKE
    assert found.legs[0].sent.kind == "echo"
