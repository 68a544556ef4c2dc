"""What a class of a service policy takes, as an ASA prints its match lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bothways.diagnosis import Scenario, trace
from bothways.flow import Fate, Flow
from bothways.platforms import platform
from bothways.state import rows

if TYPE_CHECKING:
    from tests.diagnosis.conftest import Hosting, Story

WEB = Flow.parse("10.12.0.130 172.16.1.18 tcp/443")
CONFIG = """\
class-map B
 match {match}
policy-map P
 class B
  set connection advanced-options tcp-state-bypass
service-policy P interface inside
"""
MATCHES = {
    "port-by-name": ("port tcp eq https", "port tcp eq 443"),
    "range-by-names": ("port tcp range www https", "port tcp range 80 443"),
    "udp-name": ("port udp eq tftp", "port udp eq 69"),
    "a-name-nobody-knows": ("port tcp eq nonsense", "port tcp eq nonsense"),
    "a-list": ("access-list A", "access-list A"),
}


@pytest.mark.parametrize(("printed", "read"), MATCHES.values(), ids=MATCHES)
def test_ports_are_read_by_the_names_that_an_asa_prints(printed: str, read: str) -> None:
    """S2a-06: `show running-config` says https for 443."""
    parse = platform("cisco_asa").sources[rows.ServicePolicy].parse
    (row,) = parse(CONFIG.format(match=printed), "show running-config")
    assert row.match == read


def test_several_match_lines_say_whether_one_is_enough() -> None:
    text = CONFIG.format(match="port tcp eq www\n match port tcp eq https")
    parse = platform("cisco_asa").sources[rows.ServicePolicy].parse
    (every,) = parse(text, "show running-config")
    (one,) = parse(text.replace("class-map B", "class-map match-any B"), "show running-config")
    assert (every.match, one.match) == (
        "port tcp eq 80, port tcp eq 443",
        "port tcp eq 80 or port tcp eq 443",
    )


TAKES = {
    "its-port": ("port tcp eq 443", Fate.COMPLETE),
    "another-port": ("port tcp eq 80", Fate.ISN_MISMATCH),
    "one-of-two": ("port tcp eq 80 or port tcp eq 443", Fate.COMPLETE),
    "both-of-two": ("port tcp eq 80, port tcp eq 443", Fate.ISN_MISMATCH),
    "not-understood": ("port tcp eq nonsense", Fate.UNKNOWN),
    "no-inspected-port": ("default-inspection-traffic", Fate.ISN_MISMATCH),
    "everybody": ("any", Fate.COMPLETE),
}


@pytest.mark.parametrize(("match", "fate"), TAKES.values(), ids=TAKES)
def test_a_bypass_is_for_whom_its_class_takes(story: Story, match: str, fate: Fate) -> None:
    """S2a-03, X-07: one that is not understood leaves the verdict open, and no switch reloads for it."""
    story.asa.policy("inside", "B", match, "set connection advanced-options tcp-state-bypass")
    assert trace(story.snapshot(), WEB).fate is fate


BY_DEFAULT = {
    "http": ("tcp/80", Fate.COMPLETE),
    "pptp": ("tcp/1723", Fate.COMPLETE),
    "https": ("tcp/443", Fate.ISN_MISMATCH),
    "sun-rpc-over-tcp": ("tcp/111", Fate.ISN_MISMATCH),
}


@pytest.mark.parametrize(("service", "fate"), BY_DEFAULT.values(), ids=BY_DEFAULT)
def test_default_inspection_traffic_is_what_goes_to_its_ports(story: Story, service: str, fate: Fate) -> None:
    """S2a-03: Cisco's table: http is 80 and 443 is nobody's; Sun RPC is there for UDP alone."""
    setting = "set connection advanced-options tcp-state-bypass"
    story.asa.policy("inside", "I", "default-inspection-traffic", setting)
    assert trace(story.snapshot(), Flow.parse(f"10.12.0.130 172.16.1.18 {service}")).fate is fate


def test_a_bound_list_that_is_not_shown_denies_nobody(hosting: Hosting) -> None:
    """X-07: an ASA binds no list without rules, so its rules are somewhere else."""
    hosting.app.drop(rows.AclEntry)
    walked = trace(hosting.snapshot(), Flow.parse("10.20.0.25 203.0.113.80 tcp/80"))
    assert walked.fate is Fate.UNKNOWN
    assert any("show access-list outside_in" in text for text in walked.could_not_see)


def test_a_list_of_which_a_part_is_shown_is_not_understood_at_its_end() -> None:
    """X-07: the head counts three, two are there."""
    text = (
        "access-list IN; 3 elements; name hash: 0x1\n"
        "access-list IN line 1 extended permit tcp any any eq www (hitcnt=0) 0x1\n"
        "access-list IN line 2 extended deny ip any any (hitcnt=0) 0x2\n"
        "access-list OUT; 1 elements; name hash: 0x2\n"
        "access-list OUT line 1 extended permit ip any any (hitcnt=0) 0x3\n"
    )
    table = platform("cisco_asa").sources[rows.AclEntry].parse(text, "show access-list")
    told = [(row.acl, row.action, row.understood) for row in table]
    assert told == [
        ("IN", "permit", True),
        ("IN", "deny", True),
        ("OUT", "permit", True),
        ("IN", "", False),
    ]
    assert table.unknown == ()


TIMEOUTS = {
    "idle": "set connection timeout idle 0:05:00 reset",
    "before-8.2": "set connection timeout tcp 0:05:00 reset",
}


@pytest.mark.parametrize("setting", TIMEOUTS.values(), ids=TIMEOUTS)
def test_the_idle_time_of_a_class_is_read_in_either_word(hosting: Hosting, setting: str) -> None:
    """S3-04: older releases say `tcp` for what is `idle` since."""
    hosting.app.policy("", "T", "any", setting)
    flow = Flow.parse("10.20.0.25 203.0.113.80 tcp/80")
    walked = trace(hosting.snapshot(), flow, (), Scenario.AFTER_IDLE, 1200)
    timers = {timer.device: (timer.seconds, timer.reset) for timer in walked.timers}
    assert timers["app-asa"] == (300, True)


def test_a_timeout_of_a_class_that_nobody_understands_leaves_the_timer_open(hosting: Hosting) -> None:
    """X-07, S3-04: no line about timeouts is passed over for the global one."""
    hosting.app.policy("", "T", "any", "set connection timeout silence 0:05:00")
    flow = Flow.parse("10.20.0.25 203.0.113.80 tcp/80")
    walked = trace(hosting.snapshot(), flow, (), Scenario.AFTER_IDLE, 1200)
    assert "app-asa" not in {timer.device for timer in walked.timers}
    assert any("'set connection timeout silence 0:05:00'" in text for text in walked.could_not_see)


def test_rules_that_the_head_counts_and_nobody_shows_are_asked_for(hosting: Hosting) -> None:
    """X-07: the end of a list that was cut denies nobody."""
    hosting.app.drop(rows.AclEntry)
    opaque = {"protocol": "", "source": None, "destination": None, "understood": False, "action": ""}
    ports = {"source_ports": None, "destination_ports": None, "established": False}
    text = "access-list outside_in; 2 elements"
    hosting.app.add(
        rows.AclEntry, text, acl="outside_in", sequence=0, hits=None, active=True, **opaque, **ports
    )
    walked = trace(hosting.snapshot(), Flow.parse("10.20.0.25 203.0.113.80 tcp/80"))
    assert walked.fate is Fate.UNKNOWN
    assert any("what else outside_in holds" in text for text in walked.could_not_see)


@pytest.mark.parametrize(
    ("setting", "fate"),
    [
        ("set connection random-sequence-number disable", Fate.UNKNOWN),
        ("set connection timeout idle 0:15:00", Fate.ISN_MISMATCH),
    ],
    ids=["of-numbers", "of-timers"],
)
def test_a_class_of_sequence_numbers_that_nobody_understands(story: Story, setting: str, fate: Fate) -> None:
    """X-07, S0-11: the RST of the client and the lost ACK differ in nothing else."""
    story.asa.policy("inside", "B", "dscp ef", setting)
    assert trace(story.snapshot(), WEB).fate is fate
