"""Who else a state bypass touches, and how many connections will pile up."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from bothways.fixes.contract import NotApplicable, Ready, Situation
from bothways.fixes.state_bypass import BypassOptions, StateBypass

FIX = StateBypass()
FTP = (
    "TCP MPLS  10.40.0.51:50100 Inside  10.10.0.21:21, idle 0:00:02, bytes 51, flags UIOB\n"
    "TCP MPLS  10.40.0.52:50101 Inside  10.10.0.20:80, idle 0:00:02, bytes 51, flags UIOB\n"
    "TCP MPLS  10.40.9.52:50102 Inside  10.10.0.20:21, idle 0:00:02, bytes 51, flags UIOB\n"
)

Build = Callable[..., Situation]


def lints(here: Situation, **options: Any) -> dict[str, str]:
    found = FIX.propose(here, BypassOptions.model_validate(options))
    assert isinstance(found, Ready), found
    return {lint.id: lint.text for lint in FIX.lints(here, found)}


def test_flows_that_lose_their_inspection_are_named(failover: Build) -> None:
    """S2a-07: FTP inside the match, not the web, not the FTP of a network beside it."""
    said = lints(failover(asa=(("0 in use, 1 most used\n>>> show version", ">>> show version"),)))
    assert "inspection-lost" not in said
    here = failover(asa=((">>> show conn\n", f">>> show conn\n3 in use, 3 most used\n\n{FTP}"),))
    assert lints(here)["inspection-lost"] == (
        "nobody looks any more into flows inside the match: 10.40.0.51 10.10.0.21 tcp/21 (inspect ftp)"
    )


def test_the_tunnel_itself_is_what_nobody_looks_into(office: Build) -> None:
    """S2a-07, S4-04: a module counts as a look; other connections of the client keep theirs."""
    assert lints(office(), match="service")["inspection-lost"].endswith(
        "10.30.0.21 203.0.113.90 tcp/10000 (ips inline fail-open)"
    )


EXEMPT = (
    "object network SITE\n host 10.77.7.7\n"
    "nat (Inside,MPLS) source static any any destination static SITE SITE"
)


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        ("nat (Inside,MPLS) source static REAL MAPPED", True),
        ("static (Inside,MPLS) 10.99.0.20 10.10.0.20 netmask 255.255.255.255", True),
        ("nat (any,any) source static REAL MAPPED", True),
        ("nat (dmz,outside) source static REAL MAPPED", False),
        (
            EXEMPT,
            False,
        ),
        ("object network OTHER\n host 10.10.0.77\n nat (Inside,MPLS) static 10.99.0.77", True),
    ],
)
def test_nat_of_these_interfaces_is_named(failover: Build, rule: str, *, told: bool) -> None:
    """S2a-07: a flow that may take another firewall needs its static NAT there, too."""
    here = failover(asa=(("access-group MPLS_in", f"{rule}\naccess-group MPLS_in"),))
    found = FIX.propose(here, BypassOptions())
    if not isinstance(found, Ready):  # NAT that leaves the verdict open leaves no plan to remark on
        assert told
        return
    assert ("nat-inside" in {lint.id for lint in FIX.lints(here, found)}) == told


def test_growth_is_the_log_s_rate_times_the_idle_time(office: Build) -> None:
    """S2a-05: two connections built in the log's 62 s, for 15 minutes each: 1.9 a minute, 29 entries."""
    assert lints(office(), match="service")["table-growth"] == (
        "1.9 new connections a minute inside the match (log) for idle 0:15:00 each: about 29 entries that no "
        "FIN ends (today 2 of the match, 2 in all)"
    )
    longer = lints(office(), match="service", idle="1:00:00")["table-growth"]
    assert "about 116 entries" in longer


def test_a_broken_log_line_counts_for_nothing(office: Build) -> None:
    """S2a-05: addresses that are none, and a line with one end only."""
    stamp = "Mar 02 2026 08:01:14: %ASA-6-302013: Built outbound TCP connection 9 for "
    broken = (
        f"{stamp}outside:999.0.113.90/10000 (x) to inside:10.30.0.21/50092 (y)\n{stamp}outside:1.1.1.1/1 (\n"
    )
    here = office(asa=((">>> show access-list\n", f"{broken}>>> show access-list\n"),))
    assert lints(here, match="service")["table-growth"] == lints(office(), match="service")["table-growth"]


def test_without_a_log_the_growth_is_said_per_connection(situation: Build) -> None:
    """S2a-05: no rate is invented."""
    assert lints(situation())["table-growth"] == (
        "each new connection a minute inside the match keeps 15 entries for idle 0:15:00; how many there are "
        "the log does not tell (today 1 of the match, 3 in all)"
    )


@pytest.mark.parametrize("story", ["hairpin", "failover", "office"])
def test_a_standby_unit_gets_no_bypass(story: str, situation: Build, failover: Build, office: Build) -> None:
    """S2a-11: refused on the standby; on the active of the pair it is planned, with a word on failover."""
    build = {"hairpin": situation, "failover": failover, "office": office}[story]
    match = "service" if story == "office" else "subnets"
    before = "Failover Off" if story == "hairpin" else "Failover Off "
    for role in ("Standby Ready", "Active"):
        here = build(asa=((f"{before}\n", f"Failover On\n\tThis host: Secondary - {role}\n"),))
        found = FIX.propose(here, BypassOptions.model_validate({"match": match}))
        if role == "Active":
            assert "bypass-failover" in lints(here, match=match)
        else:
            assert isinstance(found, NotApplicable)
            assert found.reason == "this unit is the standby one"
