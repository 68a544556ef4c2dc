"""What is found when established connections come to a firewall in mid-stream."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bothways.diagnosis import Scenario, trace
from bothways.flow import Flow
from bothways.rules import Finding, Severity, diagnose

if TYPE_CHECKING:
    from tests.diagnosis.conftest import Failover

FLOW = Flow.parse("10.40.0.50 10.10.0.20 tcp/443")
DENIED = "Deny TCP (no connection) from 10.40.0.50/51000 to 10.10.0.20/443 flags {}  on interface MPLS"


def found(failover: Failover, scenario: Scenario = Scenario.MID_STREAM) -> tuple[Finding, ...]:
    snapshot = failover.snapshot()
    return diagnose(snapshot, trace(snapshot, FLOW, (), scenario))


def test_the_firewall_and_what_it_noted_are_named(failover: Failover) -> None:
    """S2a-01: one error at the ASA, with its 106015 lines of that pair and the counter."""
    bare = found(failover)
    assert [(one.id, one.severity, one.device) for one in bare] == [
        ("asymmetric-after-failover", Severity.ERROR, "mpls-asa")
    ]
    failover.asa.log("106015", DENIED.format("PSH ACK")).log("106015", DENIED.format("ACK"))
    failover.asa.log("106015", DENIED.format("RST")).log("106015", DENIED.format("SYN ACK"))
    failover.asa.drops("tcp-not-syn", 17)
    (one,) = found(failover)
    told = [line.text for line in one.evidence]
    assert sum("106015" in text for text in told) == 2
    assert any("flags PSH ACK " in text for text in told)
    assert any("flags ACK " in text for text in told)
    assert any("tcp-not-syn" in text for text in told)
    assert one.confidence is bare[0].confidence.stronger
    assert any("absence says nothing" in text for text in one.raises)


def test_new_connections_and_bypassed_ones_give_no_finding(failover: Failover) -> None:
    """S2a-01: healthy for who opens anew, healthy once the firewall does not mind."""
    assert not found(failover, Scenario.HANDSHAKE)
    assert not found(failover.bypass("Inside", "MPLS"))
