"""A flow that loses a segment: whether the next one gets past a firewall that looks into it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from bothways.diagnosis import Confidence, Place, Scenario, Trace, trace
from bothways.diagnosis.ctcp import speaks_ctcp
from bothways.flow import Fate, Flow
from bothways.state import rows
from bothways.state.device import DeviceState
from bothways.state.tables import Source, Table

if TYPE_CHECKING:
    from tests.diagnosis.conftest import Office

CTCP = "10.30.0.21 203.0.113.90 tcp/10000"
IPS = ("ips_traffic", "any", "ips inline fail-open")
DEFAULT = ("inspection_default", "default-inspection-traffic", "inspect ftp", "inspect http", "inspect icmp")
BYPASS = ("bypass", "access-list CTCP", "set connection advanced-options tcp-state-bypass")
STALLS, LIVES = Fate.PROXY_STALL, Fate.COMPLETE


def walked(office: Office, flow: str = CTCP, scenario: Scenario = Scenario.DATA_LOSS) -> Trace:
    return trace(office.snapshot(), Flow.parse(flow), (), scenario)


CLASSES = {
    "a module in line": ([IPS], STALLS),
    "any of the modules": ([("m", "any", "sfr fail-close")], STALLS),
    "copies for a module": ([("m", "any", "ips promiscuous fail-open")], LIVES),
    "a module that only watches": ([("m", "any", "sfr fail-open monitor-only")], LIVES),
    "an inspection of the port": ([("vpn", "port tcp eq 10000", "inspect http")], STALLS),
    "an inspection of another port": ([("web", "port tcp eq 80", "inspect http")], LIVES),
    "an inspection of datagrams": ([("vpn", "any", "inspect icmp", "inspect tftp")], LIVES),
    "the default inspections": ([DEFAULT], LIVES),
    "nothing": ([], LIVES),
    "copies before a module": ([("c", "any", "ips promiscuous fail-open"), IPS], LIVES),
    "the module's list takes it": ([("m", "access-list CTCP", "ips inline fail-open")], STALLS),
    "the module's list takes others": ([("m", "access-list OTHER", "ips inline fail-open")], LIVES),
    "a bypass beside the module": ([IPS, BYPASS], LIVES),
}


@pytest.mark.parametrize(("looks", "fate"), CLASSES.values(), ids=CLASSES)
def test_the_policy_decides_whether_a_loss_is_survived(
    make_office: type[Office], looks: list[tuple[str, ...]], fate: Fate
) -> None:
    """S4-02: class order, the kind of look, and what it matches, feature by feature."""
    office = make_office(*looks)
    office.asa.acl("CTCP", "permit", "tcp", "10.30.0.21/32", "203.0.113.90/32")
    office.asa.acl("OTHER", "permit", "tcp", "10.30.0.99/32", "203.0.113.90/32")
    found = walked(office)
    assert found.fate is fate
    assert found.at == (Place("office-asa", 7) if fate is STALLS else Place("", 0))
    assert walked(office, scenario=Scenario.HANDSHAKE).fate is LIVES


def test_what_dies_is_the_segment_behind_the_lost_one(make_office: type[Office]) -> None:
    """S4-01: the handshake and the first data pass; 6 is lost, 7 waits for it; the class is cited."""
    found = walked(make_office(IPS))
    assert [leg.sent.number for leg in found.legs] == [1, 2, 3, 4, 5, 6, 7]
    assert [leg.sent.number for leg in found.legs if leg.hypothetical] == [6]
    assert "class ips_traffic: ips inline fail-open" in found.mechanism
    assert any("ips_traffic" in line.text for line in found.evidence)
    assert found.confidence is Confidence.LIKELY
    assert not any("the answer would" in remark for remark in found.remarks)


@pytest.mark.parametrize("command", ["crypto ikev1 ipsec-over-tcp port", "crypto isakmp ipsec-over-tcp port"])
def test_a_configured_port_is_ctcp_and_another_is_not(make_office: type[Office], command: str) -> None:
    """S4-02: what a headend is told to take counts; other ports have ends that send again."""
    office = make_office(IPS)
    web = "10.30.0.21 203.0.113.90 tcp/443"
    found = walked(office, web)
    assert found.fate is LIVES
    assert any("send again what is lost" in text for text in found.inferences)
    office.asa.add(rows.ConfigLine, f"{command} 443 10001", section="", text=f"{command} 443 10001")
    assert walked(office, web).at == Place("office-asa", 7)


def test_an_inspection_is_a_weaker_reason_than_a_module(make_office: type[Office]) -> None:
    """S4-02: which inspections make a proxy is believed."""
    found = walked(make_office(("vpn", "port tcp eq 10000", "inspect http")))
    assert found.confidence is Confidence.POSSIBLE


def test_a_class_that_may_match_leaves_it_open(make_office: type[Office]) -> None:
    """S4-02: no verdict where a class cannot be told; another class that surely looks decides it."""
    vague = ("m", "tunnel-group X", "ips inline fail-open")
    assert walked(make_office(vague)).fate is Fate.UNKNOWN
    assert walked(make_office(vague), scenario=Scenario.HANDSHAKE).fate is LIVES
    assert walked(make_office(vague, IPS)).fate is STALLS


def test_an_unread_policy_is_no_clear_way(make_office: type[Office]) -> None:
    """S4-02: without the running configuration nobody knows."""
    office = make_office(IPS)
    office.asa.not_read(rows.ServicePolicy)
    assert walked(office).fate is Fate.UNKNOWN


def test_datagrams_have_no_segment_to_lose(make_office: type[Office]) -> None:
    """S4-02: for other protocols the scenario is the handshake's."""
    found = walked(make_office(IPS), "10.30.0.21 203.0.113.90 udp/4500")
    assert (found.fate, found.scenario) == (LIVES, Scenario.HANDSHAKE)


def test_configurations_without_the_word_are_not_parsed(make_office: type[Office]) -> None:
    """S4-02: of two hundred devices the one headend is found without reading the others' every line."""
    office = make_office(IPS)
    office.asa.add(rows.ConfigLine, "hostname A", section="", text="hostname A")
    state = office.asa.state()

    def parse(_text: str, _command: str) -> Table[Any]:
        raise AssertionError("parsed")

    sources = {**state._sources, rows.ConfigLine: Source("show configline", parse)}
    asked = DeviceState(state.name, state.platform, state.outputs, sources)
    snapshot = replace(office.snapshot(), devices={asked.name: asked})
    assert speaks_ctcp(snapshot, Flow.parse("10.30.0.21 203.0.113.90 tcp/443")) is None
