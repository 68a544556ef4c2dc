"""Bypassed connections that should be gone."""

from __future__ import annotations

from collections.abc import Callable

from bothways.diagnosis.census import Cause, take_census
from bothways.state.device import DeviceState
from bothways.state.snapshot import Snapshot

Make = Callable[..., DeviceState]
Alone = Callable[[DeviceState], Snapshot]

CONFIG = """\
hostname FW
access-list STATELESS remark TEMPORARY until 2026-02-20
access-list STATELESS extended permit tcp 10.12.0.0 255.255.255.0 172.16.0.0 255.255.0.0 log disable
class-map tcp_bypass
 match access-list STATELESS
policy-map inside-policy
 class tcp_bypass
  set connection timeout idle 0:15:00
  set connection advanced-options tcp-state-bypass
service-policy inside-policy interface inside
timeout conn 1:00:00 half-closed 0:10:00 udp 0:02:00 icmp 0:00:02
: end
"""
ACL = """\
access-list cached ACL log flows: total 0, denied 0 (deny-flow-max 4096)
            alert-interval 300
access-list STATELESS; 1 elements; name hash: 0x1
access-list STATELESS line 1 remark TEMPORARY until 2026-02-20
access-list STATELESS line 2 extended permit tcp 10.12.0.0 255.255.255.0 172.16.0.0 255.255.0.0 (hitcnt=1) 0x1
"""
CONN = """\
4 in use, 9 most used
TCP inside  10.12.0.130:50001 inside  172.16.1.18:443, idle 0:15:59, bytes 900, flags b
TCP inside  10.12.0.130:50002 inside  172.16.1.18:443, idle 0:16:01, bytes 900, flags b
TCP inside  10.12.0.131:50003 inside  172.16.1.18:443, idle 0:40:00, bytes 100, flags b
TCP inside  10.99.0.1:50004 inside  172.16.1.18:443, idle 0:40:00, bytes 100, flags b
"""


def test_silent_for_longer_than_their_class_allows(asa: Make, alone: Alone) -> None:
    """S2a-05: two of three are past 0:15:00 and a minute; the fourth is of no class, and has an hour."""
    device = asa({"show conn": CONN, "show running-config": CONFIG, "show access-list": ACL})

    census = take_census(alone(device), device)

    (group,) = census.groups
    assert (group.cause, group.count, group.longest_idle_s) == (Cause.PAST_IDLE, 2, 2400)
    assert group.remark == "idle limit 0:15:00 (class tcp_bypass)"
    assert [line.line for line in group.evidence] == [3, 4]
    assert census.could_not_see == []


def test_bypassed_by_a_list_whose_day_is_over(asa: Make, alone: Alone) -> None:
    """S4-03: what the list still lets by is counted, but for those that are past their idle time."""
    device = asa({"show conn": CONN, "show running-config": CONFIG, "show access-list": ACL})

    census = take_census(alone(device), device, expired={"STATELESS": "STATELESS was to be gone"})

    assert [(one.cause, one.count, one.remark) for one in census.groups] == [
        (Cause.PAST_IDLE, 2, "idle limit 0:15:00 (class tcp_bypass)"),
        (Cause.OVERDUE, 1, "STATELESS was to be gone"),
    ]


def test_a_limit_that_no_line_tells_is_said(asa: Make, alone: Alone) -> None:
    """S2a-05: from 9.10 on the default of a bypass stands nowhere; it is never assumed."""
    config = CONFIG.replace("  set connection timeout idle 0:15:00\n", "")
    version = "Cisco Adaptive Security Appliance Software Version 9.12(4) \n"
    device = asa(
        {"show conn": CONN, "show running-config": config, "show access-list": ACL, "show version": version}
    )

    census = take_census(alone(device), device)

    assert census.groups == ()
    (said,) = census.could_not_see
    assert said.startswith("fw: the idle limit of 4 bypassed connections: no class sets it, and the default")


def test_the_class_of_a_bypass_that_cannot_be_seen_is_said(asa: Make, alone: Alone) -> None:
    """X-07: without the configuration nobody knows the limit."""
    device = asa({"show conn": CONN}, unread=("show running-config",))

    census = take_census(alone(device), device)

    assert any("idle limit of 4 bypassed connections" in text for text in census.could_not_see)
    assert any("`show running-config` was not read" in text for text in census.could_not_see)
