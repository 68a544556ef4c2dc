"""A bypass that was configured and does not do what it was meant for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bothways.diagnosis import Scenario, trace
from bothways.flow import Fate, Flow
from bothways.rules import Finding, Severity, diagnose
from bothways.state import rows

if TYPE_CHECKING:
    from tests.diagnosis.conftest import Failover, Office

FLOW = Flow.parse("10.40.0.50 10.10.0.20 tcp/443")
BYPASS = "set connection advanced-options tcp-state-bypass"
IDLE = "set connection timeout idle 0:15:00"


def found(failover: Failover, scenario: Scenario = Scenario.MID_STREAM) -> dict[str, Finding]:
    snapshot = failover.snapshot()
    return {one.id: one for one in diagnose(snapshot, trace(snapshot, FLOW, (), scenario))}


def lists(failover: Failover, *, there: bool = True, back: bool = True) -> None:
    for wanted, ends in ((there, ("10.40.0.0/24", "10.10.0.0/24")), (back, ("10.10.0.0/24", "10.40.0.0/24"))):
        if wanted:
            failover.asa.acl("BYPASS", "permit", "tcp", *ends)


def test_one_direction_is_an_error_where_it_kills_and_a_warning_where_it_does_not(failover: Failover) -> None:
    """S2a-08: the client's packets need the rule that is missing; the server's do not come first today."""
    lists(failover, there=False)
    failover.asa.policy("MPLS", "B", "access-list BYPASS", BYPASS)
    one = found(failover)["bypass-one-direction"]
    assert (one.severity, one.device) == (Severity.ERROR, "mpls-asa")
    assert one.sentence == (
        "class B of mpls-asa bypasses TCP state from 10.10.0.20 to 10.40.0.50 and not back: a packet from "
        "10.40.0.50 that comes first needs a connection all the same"
    )
    assert len(one.evidence) == 2
    lists(failover, back=False)
    assert "bypass-one-direction" not in found(failover)


def test_the_other_half_alone_is_a_warning(failover: Failover) -> None:
    """S2a-08: the flow lives while its client speaks first."""
    lists(failover, back=False)
    failover.asa.policy("MPLS", "B", "access-list BYPASS", BYPASS)
    one = found(failover)["bypass-one-direction"]
    assert one.severity is Severity.WARNING
    assert "from 10.40.0.50 to 10.10.0.20 and not back" in one.sentence


def test_a_global_bypass_is_mute_beside_the_interface_s_own(failover: Failover) -> None:
    """S2a-06: one kind of feature is the interface policy's as soon as it has any of it."""
    lists(failover)
    failover.asa.policy("", "B", "access-list BYPASS", BYPASS)
    assert not found(failover)
    failover.asa.acl("OTHERS", "permit", "tcp", "10.41.0.0/24", "10.10.0.0/24")
    failover.asa.policy("Inside", "others", "access-list OTHERS", BYPASS)
    one = found(failover)["bypass-shadowed"]
    assert one.severity is Severity.ERROR
    assert "class B of the global policy" in one.sentence
    assert "on Inside has bypass classes of its own" in one.sentence
    assert one.raises == (
        "show service-policy flow tcp host 10.40.0.50 host 10.10.0.20 eq 443 on mpls-asa names another class",
    )


def test_an_earlier_timeout_hides_the_bypass_s_own_and_not_the_bypass(failover: Failover) -> None:
    """S2a-06: timeouts are another kind than the bypass: the flow lives, its entries stay longer."""
    lists(failover)
    failover.asa.policy("MPLS", "corp", "any", "set connection timeout idle 8:00:00")
    failover.asa.policy("MPLS", "B", "access-list BYPASS", IDLE, BYPASS)
    one = found(failover)["bypass-shadowed"]
    assert one.severity is Severity.WARNING
    assert f"`{IDLE}` of class B does not hold: class corp" in one.sentence


def test_a_second_policy_map_is_in_service_nowhere(failover: Failover) -> None:
    """S2a-06: written, refused for the interface that has one, and so of no effect."""
    lists(failover)

    def line(section: str, text: str) -> None:
        failover.asa.add(rows.ConfigLine, text, section=section, text=text)

    line("", "class-map B")
    line("class-map B", "match access-list BYPASS")
    line("", "policy-map corp")
    line("policy-map corp", "class class-default")
    line("", "policy-map second")
    line("policy-map second", "class B")
    line("policy-map second", IDLE)
    line("policy-map second", BYPASS)
    line("", "service-policy corp interface MPLS")
    one = found(failover)["second-policy-map"]
    assert one.severity is Severity.ERROR
    assert one.sentence == (
        "class B of policy-map second bypasses TCP state for this flow, but mpls-asa has that policy-map in "
        "service nowhere; in service there is corp interface MPLS, and each place has room for one"
    )
    assert [text.text for text in one.evidence] == ["policy-map second", "service-policy corp interface MPLS"]
    assert found(failover, Scenario.HANDSHAKE)["second-policy-map"].severity is Severity.WARNING
    line("", "service-policy second interface Inside")
    assert "second-policy-map" not in found(failover)


def test_a_whole_bypass_has_none_of_these_faults(failover: Failover) -> None:
    """S2a-03, X-06: what our own cure lays is found healthy."""
    assert not found(failover.bypass("Inside", "MPLS"))


def test_a_bypass_for_others_is_no_fault_of_this_flow(make_office: type[Office]) -> None:
    """X-06: a tunnel that stalls is told without a word on somebody else's bypass."""
    office = make_office(("ips", "any", "ips inline fail-open"), ("others", "access-list OTHERS", BYPASS))
    office.asa.acl("OTHERS", "permit", "tcp", "10.31.0.0/24", "203.0.113.0/24")
    snapshot = office.snapshot()
    walked = trace(snapshot, Flow.parse("10.30.0.21 203.0.113.90 tcp/10000"), (), Scenario.DATA_LOSS)
    assert walked.fate is Fate.PROXY_STALL
    assert [one.id for one in diagnose(snapshot, walked)] == ["ctcp-proxy-stall"]


@pytest.mark.parametrize(
    ("day", "late"), [("2020-01-01", True), ("2099-01-01", False), ("2020-02-31", False)], ids=str
)
def test_a_bypass_says_itself_when_it_is_overdue(failover: Failover, day: str, *, late: bool) -> None:
    """S4-03: the day that the plan wrote beside it; a day that does not exist is nobody's."""
    text = f"access-list StatelessTraffic remark TEMPORARY until {day}"
    failover.asa.add(rows.ConfigLine, text, section="", text=text)
    one = found(failover.bypass("MPLS")).get("bypass-overdue")
    assert (one is not None) == late
    if one:
        assert (one.severity, one.device) == (Severity.WARNING, "mpls-asa")
        assert one.sentence.startswith(
            "access list StatelessTraffic of mpls-asa was to be there until 2020-01-01"
        )
