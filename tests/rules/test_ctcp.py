"""What is found about IPsec over TCP through a firewall that looks into it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bothways.diagnosis import Scenario, trace
from bothways.diagnosis.findings import Confidence
from bothways.flow import Flow
from bothways.rules import Finding, Severity, diagnose

if TYPE_CHECKING:
    from tests.diagnosis.conftest import Office

FLOW = Flow.parse("10.30.0.21 203.0.113.90 tcp/10000")
IPS = ("ips_traffic", "any", "ips inline fail-open")


def found(office: Office, scenario: Scenario, flow: Flow = FLOW) -> tuple[Finding, ...]:
    snapshot = office.snapshot()
    return diagnose(snapshot, trace(snapshot, flow, (), scenario))


@pytest.mark.parametrize(
    ("scenario", "severity", "end"),
    [
        (Scenario.DATA_LOSS, Severity.ERROR, "the first lost segment kills it"),
        (Scenario.HANDSHAKE, Severity.WARNING, "it lives until the first segment is lost"),
    ],
)
def test_the_firewall_is_named_and_it_is_not_called_a_bug(
    make_office: type[Office], scenario: Scenario, severity: Severity, end: str
) -> None:
    """S4-02, S4-05: told beforehand as a warning, and where a loss is walked as an error."""
    (one,) = found(make_office(IPS), scenario)
    assert (one.id, one.device, one.severity) == ("ctcp-proxy-stall", "office-asa", severity)
    assert end in one.sentence
    assert "This is not a bug: it is a side effect of packet loss and of cTCP" in one.sentence
    assert any("ips_traffic" in line.text for line in one.evidence)
    assert any("the same ACK again and again" in text for text in one.raises)
    assert any("sent again" in text for text in one.refutes)


def test_flag_and_counters_raise_the_confidence_together(make_office: type[Office]) -> None:
    """S4-02: X of the very connection, and segments that waited in vain; one alone proves little."""
    office = make_office(IPS)
    ends = ("outside", "203.0.113.90", 10000), ("inside", "10.30.0.21", 51000)
    office.asa.conn(*ends, 620, "XUIO")
    (one,) = found(office, Scenario.DATA_LOSS)
    assert one.confidence is Confidence.LIKELY
    office.asa.drops("tcp-buffer-timeout", 9)
    (one,) = found(office, Scenario.DATA_LOSS)
    assert one.confidence is Confidence.CERTAIN
    assert [line.text for line in one.evidence if "XUIO" in line.text]
    assert [line.text for line in one.evidence if "tcp-buffer-timeout" in line.text]


@pytest.mark.parametrize("flow", ["10.30.0.21 203.0.113.90 tcp/443", "10.30.0.21 203.0.113.90 udp/10000"])
def test_other_traffic_through_the_module_is_healthy(make_office: type[Office], flow: str) -> None:
    """S4-02: ends that send again, or have nothing to send again, give no finding."""
    for scenario in (Scenario.HANDSHAKE, Scenario.DATA_LOSS):
        assert not found(make_office(IPS), scenario, Flow.parse(flow))


def test_without_a_look_there_is_no_finding(make_office: type[Office]) -> None:
    """S4-02: cTCP through a firewall that only follows connections is healthy."""
    for scenario in (Scenario.HANDSHAKE, Scenario.DATA_LOSS):
        assert not found(make_office(), scenario)
