"""Features that are not walked lower the word where the packet meets them, and nowhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bothways.diagnosis import Trace, trace
from bothways.flow import Fate, Flow
from bothways.platforms import device_state, platform
from bothways.state import rows
from bothways.state.device import DeviceState, Output
from bothways.state.snapshot import Snapshot

if TYPE_CHECKING:
    from tests.diagnosis.conftest import Story

COMMAND = "show running-config"
ASA = "interface Vlan1\n nameif inside\n{inside}interface Vlan2\n nameif outside\n{outside}{top}"
IOS = "interface Vlan10\n{inside}interface Vlan99\n{outside}{top}"


def of(story: Story, device: str, lines: str) -> Trace:
    """The trace with the configuration `lines` on one device."""
    snapshot = story.snapshot()
    state = snapshot.devices[device]
    output = Output(COMMAND, lines, snapshot.taken_at)
    sources = {
        **state._sources,
        rows.Unmodelled: platform(state.platform).sources[rows.Unmodelled],
    }
    changed = DeviceState(state.name, state.platform, {**state.outputs, COMMAND: output}, sources)
    devices = {**snapshot.devices, device: changed}
    return trace(Snapshot(devices, snapshot.taken_at, {}), Flow.parse("10.12.0.130 172.16.1.18 tcp/443"))


def config(shape: str, place: str, line: str) -> str:
    places = {"inside": "", "outside": "", "top": ""}
    places[place] = f"{line}\n" if place == "top" else f" {line}\n"
    return shape.format(**places)


DIVERTING = [
    ("edge-asa", ASA, "inside", "policy-route route-map X"),
    ("edge-asa", ASA, "inside", "asr-group 1"),
    ("edge-asa", ASA, "inside", "zone-member Z"),
    ("edge-asa", ASA, "top", "crypto map M interface inside"),
    ("edge-asa", ASA, "top", "cluster group G"),
    ("edge-asa", ASA, "top", "context A"),
    ("lab-switch", IOS, "inside", "ip nat enable"),
    ("lab-switch", IOS, "inside", "ip inspect FW in"),
    ("lab-switch", IOS, "inside", "zone-member security Z"),
    ("lab-switch", IOS, "inside", "crypto map M"),
    ("lab-switch", IOS, "inside", "ip vrf receive RED"),
    ("lab-switch", IOS, "inside", "ip vrf select source"),
    ("lab-switch", IOS, "inside", "ip vrf forwarding RED downstream BLUE"),
    ("lab-switch", IOS, "inside", "ip wccp web-cache redirect in"),
    ("lab-switch", IOS, "top", "ip tcp intercept list 101"),
    ("lab-switch", IOS, "top", "no ip routing"),
]
DROPPING = [
    ("edge-asa", ASA, "inside", "management-only"),
    ("edge-asa", ASA, "top", "aaa authentication match WHO inside LOCAL"),
    ("edge-asa", ASA, "top", "nat-control"),
    ("edge-asa", ASA, "top", "shun 10.12.0.130"),
    ("edge-asa", ASA, "top", "policy-map P\n class C\n  set connection embryonic-conn-max 50"),
    ("edge-asa", ASA, "top", "policy-map P\n class C\n  set connection conn-max 100"),
    ("lab-switch", IOS, "inside", "ip verify unicast source reachable-via rx"),
    ("lab-switch", IOS, "top", "vlan filter MAP vlan-list 10"),
]
HARMLESS = [
    ("edge-asa", ASA, "outside", "policy-route route-map X"),
    ("edge-asa", ASA, "top", "crypto map M interface outside"),
    ("edge-asa", ASA, "top", "crypto map M 10 match address VPN"),
    ("edge-asa", ASA, "top", "threat-detection basic-threat"),
    ("edge-asa", ASA, "top", "policy-map P\n class C\n  set connection conn-max 0 embryonic-conn-max 0"),
    ("edge-asa", ASA, "top", "policy-map P\n class C\n  set connection timeout idle 0:15:00"),
    ("lab-switch", IOS, "outside", "ip nat outside"),
    ("lab-switch", IOS, "top", "ip local policy route-map LP"),  # for what the switch itself sends
    ("lab-switch", IOS, "inside", "ip nat log translations"),
]


@pytest.mark.parametrize(("device", "shape", "place", "line"), DIVERTING)
@pytest.mark.parametrize("cured", [True, False])
def test_feature_that_diverts_leaves_every_verdict_open(
    story: Story, device: str, shape: str, place: str, line: str, *, cured: bool
) -> None:
    """X-07: neither alive nor dead, with the line as the question."""
    if cured:
        story.routing_template().pbr()

    result = of(story, device, config(shape, place, line))

    assert result.fate is Fate.UNKNOWN
    assert any(line in text for text in result.could_not_see)


@pytest.mark.parametrize(("device", "shape", "place", "line"), DROPPING)
def test_feature_that_drops_leaves_a_fault_and_no_life(
    story: Story, device: str, shape: str, place: str, line: str
) -> None:
    """X-07: what can only drop does not cure the fault, but forbids to call the flow complete."""
    text = config(shape, place, line)
    broken = of(story, device, text)

    assert broken.fate is Fate.ISN_MISMATCH
    assert broken.could_not_see
    assert of(story.routing_template().pbr(), device, text).fate is Fate.UNKNOWN


@pytest.mark.parametrize(("device", "shape", "place", "line"), HARMLESS)
def test_feature_elsewhere_weakens_nothing(
    story: Story, device: str, shape: str, place: str, line: str
) -> None:
    """S0-20: an interface the flow does not use, or a line that touches no packet."""
    story.routing_template().pbr()

    assert of(story, device, config(shape, place, line)).fate is Fate.COMPLETE


@pytest.mark.parametrize(
    ("platform_name", "line"), [("cisco_asa", "asr-group 1"), ("cisco_ios", "crypto map M")]
)
def test_such_a_line_is_a_row_with_its_interface(story: Story, platform_name: str, line: str) -> None:
    """X-07: evidence has the line's number."""
    text = config(ASA if platform_name == "cisco_asa" else IOS, "inside", line)
    state = device_state("box", platform_name, {COMMAND: Output(COMMAND, text, story.snapshot().taken_at)})

    (row,) = state.table(rows.Unmodelled)

    assert row.interface == ("inside" if platform_name == "cisco_asa" else "Vlan10")
    assert state.evidence(row).text.strip() == line
