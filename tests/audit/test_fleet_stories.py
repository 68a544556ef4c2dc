"""Each finding of the diagnosis as a rule: a flow that shows it, one that does not; hand-written verdicts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bothways.rules.contract import all_rules
from bothways.rules.fleet import Outcome, all_fleet_rules

from .fleet_texts import (
    BACK,
    BYPASSING,
    OTHERS,
    THERE,
    WHOLE,
    Case,
    Edit,
    Fleet,
    classed,
    fleet_of,
    listed,
    watched,
)

USER = "10.12.0.130 172.16.1.18 tcp/443"
OUTWARD = "10.12.0.130 203.0.113.80 tcp/443"
BRANCH = "10.40.0.50 10.10.0.20 tcp/443"
TUNNEL = "10.30.0.21 203.0.113.90 tcp/10000"
CUSTOMER = "192.4.4.4 10.1.1.1 tcp/23"
VISITOR = "192.0.2.10 203.0.113.80 tcp/80"

HAIRPIN = fleet_of("edge-asa", "lab-switch", flows=(watched(USER),))
LEAVING = fleet_of("edge-asa", "lab-switch", flows=(watched(OUTWARD),))
CUT = fleet_of("mpls-asa", "dc-switch", "branch-switch", flows=(watched(BRANCH, "mid-stream"),))
OFFICE = fleet_of("office-asa", flows=(watched(TUNNEL, "data-loss"),))
ROUTERS = fleet_of("ResourceR1", "EdgeR2", "CustomerR3", "CustIntR4", flows=(watched(CUSTOMER),))
SILENT = fleet_of("app-asa", flows=(watched(VISITOR, "after-idle", 1200),))

TURNING_ROUTE = "D        172.16.1.0 255.255.255.0 [90/28416] via 10.12.0.254, 5d03h, inside"
ROUTE, CONN, RUNNING = "show route", "show conn", "show running-config"
INTRA = "same-security-traffic permit intra-interface\n"
LEFT_OVER = "ip route 10.1.1.1 255.255.255.255 192.34.0.3"
STALE = "S       10.1.1.1 [1/0] via 192.34.0.3"
KNOWN = "Internet  172.16.1.18             1   0025.b500.0018  ARPA   Vlan172"
ASKED_FOR = "Internet  172.16.1.18             0   Incomplete      ARPA   "
LICENCE = "VLANs                             : 3              DMZ Restricted"
DEFAULT = "S*    0.0.0.0 0.0.0.0 [1/0] via 203.0.113.1, outside\n"
CONNECTED = "C        203.0.113.0 255.255.255.0 is directly connected, outside\n"
FIRST_CLASS = "class-map inspection_default"
MATCHED = (FIRST_CLASS, f"class-map BYPASS\n match access-list BYPASS\n!\n{FIRST_CLASS}")
TIMER = "timeout conn 0:15:00 half-closed 0:10:00 udp 0:02:00 icmp 0:00:02"
REFUSING = "access-list NOWEB line 1 extended deny tcp any any eq https (hitcnt=3) 0x11111111"


NO_INSPECTION = ("  ips inline fail-open\n", "  set connection timeout idle 1:00:00\n")
LIST_AT_THE_DOOR: tuple[Edit, ...] = (
    ("pager lines 24", "access-list NOWEB extended deny tcp any any eq https\npager lines 24"),
    (
        "route outside 0.0.0.0 0.0.0.0",
        "access-group NOWEB in interface inside\nroute outside 0.0.0.0 0.0.0.0",
    ),
    (
        "            alert-interval 300",
        f"            alert-interval 300\naccess-list NOWEB; 1 elements; name hash: 0x1\n{REFUSING}",
    ),
)
HALF_CLOSED = "\n".join(
    f"TCP outside 192.0.2.{number}:4000 inside 10.30.0.80:80, idle 0:05:00, bytes 900, flags UfIOB"
    for number in range(20, 40)
)


def piled_up(count: int) -> Fleet:
    """A visitor's flow, and others that one end has closed."""
    rows = "\n".join(HALF_CLOSED.splitlines()[:count])
    return replace(SILENT, flows=(watched(VISITOR),)).but("app-asa", says={CONN: f"{count} in use\n\n{rows}"})


FAILS = (
    Case("flow-lives", HAIRPIN, "fleet", "error", ROUTE, TURNING_ROUTE),
    Case("hairpin-denied", HAIRPIN.but("edge-asa", (INTRA, "")), "edge-asa", "error", ROUTE, TURNING_ROUTE),
    Case(
        "asymmetric-return", HAIRPIN, "edge-asa", "error", CONN,
        "TCP inside  172.16.1.18:443 inside  10.12.0.130:51007, idle 0:00:01, bytes 0, flags SaAB",
    ),
    Case(
        "asymmetric-after-failover", CUT, "mpls-asa", "error", "show logging",
        "Mar 02 2026 08:01:20: %ASA-6-106015: Deny TCP (no connection) from 10.40.0.50/49308 to "
        "10.10.0.20/443 flags PSH ACK  on interface MPLS",
    ),
    Case("ctcp-proxy-stall", OFFICE, "office-asa", "error", RUNNING, "class ips_traffic"),
    Case("stale-route", ROUTERS, "CustIntR4", "warning", RUNNING, LEFT_OVER),
    Case(
        "acl-denied", HAIRPIN.but("edge-asa", *LIST_AT_THE_DOOR), "edge-asa", "error", "show access-list",
        REFUSING,
    ),
    Case("no-route", LEAVING.but("edge-asa", (DEFAULT, ""), (CONNECTED, "")), "edge-asa", "error", ROUTE),
    Case("no-adjacency", HAIRPIN.but("lab-switch", (KNOWN, ASKED_FOR)), "lab-switch", "error", "show ip arp",
         ASKED_FOR),
    Case("interface-limit", HAIRPIN, "edge-asa", "note", "show version", LICENCE),
    Case(
        "bypass-shadowed",
        CUT.but(
            "mpls-asa", listed("BYPASS", THERE, BACK), listed("OTHERS", OTHERS),
            ("  inspect tftp\n", f"  inspect tftp\n class BYPASS\n  {BYPASSING}\n"),
            MATCHED,
            *classed("inner", "OTHERS", "interface Inside"),
        ),
        "mpls-asa", "error", RUNNING, "class BYPASS",
    ),
    Case(
        "bypass-one-direction",
        CUT.but("mpls-asa", listed("BYPASS", BACK), *classed("mpls", "BYPASS", "interface MPLS")),
        "mpls-asa", "error", RUNNING, "class BYPASS",
    ),
    Case("idle-timeout-short", SILENT, "app-asa", "error", RUNNING, TIMER),
    Case("connection-lost", replace(SILENT, flows=(watched(VISITOR, "conn-lost"),)), "app-asa", "error",
         "show failover", "Failover Off"),
    Case("half-closed-pile-up", piled_up(20), "app-asa", "warning", CONN, HALF_CLOSED.splitlines()[0]),
)  # fmt: skip
PASSES = (
    Case("flow-lives", LEAVING, "fleet", "", ROUTE),
    Case("hairpin-denied", HAIRPIN, "edge-asa", "", ROUTE, TURNING_ROUTE),
    Case("asymmetric-return", LEAVING, "edge-asa", "", ROUTE),
    Case("asymmetric-after-failover", CUT.but("mpls-asa", *WHOLE), "mpls-asa", "", ROUTE),
    Case("ctcp-proxy-stall", OFFICE.but("office-asa", NO_INSPECTION), "office-asa", "", ROUTE),
    Case("stale-route", ROUTERS.but("CustIntR4", (f"{STALE}\n", "")), "CustIntR4", "", "show ip route"),
    Case("acl-denied", HAIRPIN, "edge-asa", "", ROUTE),
    Case("no-route", LEAVING, "edge-asa", "", ROUTE),
    Case("no-adjacency", HAIRPIN, "lab-switch", "", "show ip route"),
    Case("interface-limit", HAIRPIN.but("edge-asa", (LICENCE, LICENCE.replace(": 3 ", ": 20"))), "edge-asa",
         "", ROUTE),
    Case("bypass-shadowed", CUT.but("mpls-asa", *WHOLE), "mpls-asa", "", ROUTE),
    Case("bypass-one-direction", CUT.but("mpls-asa", *WHOLE), "mpls-asa", "", ROUTE),
    Case("idle-timeout-short", SILENT.but("app-asa", (TIMER, TIMER.replace("0:15:00", "0:45:00"))), "app-asa",
         "", ROUTE),
    Case("connection-lost", replace(SILENT, flows=(watched(VISITOR),)), "app-asa", "", ROUTE),
    Case("half-closed-pile-up", piled_up(19), "app-asa", "", ROUTE),
)  # fmt: skip


def name(case: Case) -> str:
    return case.rule


@pytest.mark.parametrize("case", FAILS, ids=name)
def test_a_flow_shows_the_fault(case: Case) -> None:
    """X-07: one failure of the rule, on the device, about the flow, with the line that says so."""
    (flow,) = case.fleet.flows
    moment = "" if flow.scenario == "handshake" else f" {flow.scenario}"
    subject = f"{flow.flow}{moment}{f' {flow.silence_s}s' if flow.silence_s else ''}"
    results = case.fleet.audit(case.rule)
    (failed,) = [one for one in results if one.outcome is Outcome.FAIL]
    assert (failed.device, failed.subject, failed.severity) == (case.device, subject, case.severity)
    cited = [(line.command, line.text.strip()) for line in failed.evidence]
    assert any(command == case.command and text in (case.text.strip() or text) for command, text in cited), (
        cited
    )
    assert failed.flow is not None
    assert failed.flow.flow == str(flow.flow)


@pytest.mark.parametrize("case", PASSES, ids=name)
def test_a_flow_without_the_fault_is_a_pass_with_its_lines(case: Case) -> None:
    """X-07: a pass says which lines of the device it rests on."""
    results = case.fleet.audit(case.rule)
    assert not [one.id for one in results if one.outcome is Outcome.FAIL]
    (passed,) = [one for one in results if one.device == case.device]
    assert passed.outcome is Outcome.PASS, passed.sentence
    cited = [(line.command, line.text.strip()) for line in passed.evidence]
    assert any(command == case.command and text in (case.text.strip() or text) for command, text in cited), (
        cited
    )


def test_every_rule_of_flows_has_a_failure_and_a_pass() -> None:
    """Nobody adds a finding to the diagnosis without a flow that shows it here."""
    of_flows = {rule.id for rule in all_fleet_rules() if rule.of_flows_alone} | {"flow-lives"}
    assert of_flows <= {rule.id for rule in all_rules()} | {"flow-lives"}
    assert {case.rule for case in FAILS} == of_flows
    assert {case.rule for case in PASSES} == of_flows


def test_a_device_that_no_flow_passes_is_skipped() -> None:
    """Neither clean nor unknown: nobody asked."""
    fleet = replace(HAIRPIN, flows=())
    assert {one.outcome for one in fleet.audit("hairpin-denied")} == {Outcome.SKIPPED}
