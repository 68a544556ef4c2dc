"""The firewall that has no interface left for the network it hairpins to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bothways.diagnosis import trace
from bothways.flow import Flow
from bothways.rules import Finding, Severity, diagnose
from bothways.state import rows

if TYPE_CHECKING:
    from tests.diagnosis.conftest import Story

BASE = "VLANs                             : 3              DMZ Restricted"
PLUS = "VLANs                             : 20             DMZ Unrestricted"
FULL = "Maximum VLANs                     : 2              perpetual"


def limits(story: Story, flow: str = "10.12.0.130 172.16.1.18 tcp/443") -> list[Finding]:
    snapshot = story.snapshot()
    found = diagnose(snapshot, trace(snapshot, Flow.parse(flow)))
    return [finding for finding in found if finding.id == "interface-limit"]


@pytest.mark.parametrize("licence", [BASE, FULL], ids=["third-one-restricted", "none-left"])
def test_a_licence_without_room_is_a_note_with_its_own_line(story: Story, licence: str) -> None:
    """S0-04: inside and outside are named; a restricted third one cannot start towards both."""
    story.asa.add(rows.Licence, licence, text=licence)

    (finding,) = limits(story)

    assert (finding.severity, finding.device) == (Severity.NOTE, "edge-asa")
    assert [line.text for line in finding.evidence] == [licence]
    assert "2 in use" in finding.sentence


def test_a_larger_licence_is_no_finding(story: Story) -> None:
    """S0-04: Security Plus names twenty."""
    story.asa.add(rows.Licence, PLUS, text=PLUS)
    assert limits(story) == []


def test_what_was_not_read_limits_nothing(story: Story) -> None:
    """S0-04: neither without `show version`, nor without the names in use."""
    assert limits(story) == []
    story.asa.add(rows.Licence, BASE, text=BASE).not_read(rows.Nameif)
    assert limits(story) == []


def test_a_flow_that_turns_around_nowhere_needs_no_interface(story: Story) -> None:
    """S0-04: the outside server is behind another interface, and the flow lives."""
    story.asa.add(rows.Licence, BASE, text=BASE)
    assert limits(story, "10.12.0.130 203.0.113.80 tcp/443") == []
