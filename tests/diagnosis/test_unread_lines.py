"""A line no parser knew limits what may be said, where it could have decided, and only there."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING

import pytest

from bothways.diagnosis import Trace, trace
from bothways.flow import Fate, Flow
from bothways.platforms import device_state
from bothways.state import log_rows, rows
from bothways.state.device import DeviceState, Output
from bothways.state.snapshot import Snapshot
from bothways.state.tables import Row, Source, Table, TableBuilder

if TYPE_CHECKING:
    from tests.diagnosis.conftest import Story

WEB = Flow.parse("10.12.0.130 172.16.1.18 tcp/443")


def of(story: Story, device: str, row_type: type[Row], line: str) -> Trace:
    """The trace, with one line more in a table's text, which its parser does not know."""
    snapshot = story.snapshot()
    state = snapshot.devices[device]
    command = f"show {row_type.__name__.lower()}"
    table = state.table(row_type)
    output = state.outputs[command]
    number = len(output.text.split("\n")) + 1

    def parse(_text: str, asked: str) -> Table[Row]:
        builder: TableBuilder[Row] = TableBuilder(row_type, asked)
        for row in table:
            builder.add(**{field.name: getattr(row, field.name) for field in fields(row)})
        builder.unknown(number)
        return builder.table()

    sources = {**state._sources, row_type: Source(command, parse)}  # built by the tests' own box
    outputs = {**state.outputs, command: replace(output, text=f"{output.text}\n{line}")}
    changed = DeviceState(state.name, state.platform, outputs, sources)
    return trace(Snapshot({**snapshot.devices, device: changed}, snapshot.taken_at, {}), WEB)


@pytest.mark.parametrize(
    ("device", "row_type", "line"),
    [
        ("edge-asa", rows.AccessGroup, "access-group USERS in interface inside odd"),
        ("edge-asa", rows.ServicePolicy, "service-policy odd interface inside odd"),
        ("edge-asa", rows.ReversePath, "ip verify odd interface inside"),
        ("edge-asa", rows.SameSecurity, "same-security-traffic odd"),
        ("edge-asa", rows.Route, "Q  172.16.1.0 255.255.255.128 odd"),
        ("lab-switch", rows.Route, "Q  172.16.1.16/28 odd"),
        ("lab-switch", rows.Route, "Q  172.16.1.18 odd"),
        ("lab-switch", rows.PolicyBinding, "Vlan172 odd odd"),
        ("lab-switch", rows.RouteMapEntry, "odd"),
    ],
)
def test_unknown_line_that_could_decide(story: Story, device: str, row_type: type[Row], line: str) -> None:
    """X-07: command and line are named, and the flow is called neither dead nor alive."""
    story.routing_template().pbr()

    result = of(story, device, row_type, line)

    assert result.fate is Fate.UNKNOWN
    command = f"show {row_type.__name__.lower()}"
    assert any(line in text and command in text for text in result.could_not_see)


@pytest.mark.parametrize(
    ("device", "row_type", "line"),
    [
        ("edge-asa", rows.Route, "Q  192.0.2.0 255.255.255.0 odd"),
        ("lab-switch", rows.Route, "Q  192.0.2.0/24 odd"),
        ("lab-switch", rows.Route, "a heading of a newer release"),
        ("edge-asa", rows.Version, "odd"),
        ("edge-asa", log_rows.AspDrop, "odd"),
    ],
)
def test_unknown_line_about_something_else(story: Story, device: str, row_type: type[Row], line: str) -> None:
    """S0-20: a line that cannot concern the flow weakens nothing."""
    story.routing_template().pbr()
    whole = trace(story.snapshot(), WEB)

    result = of(story, device, row_type, line)

    assert (result.fate, result.confidence) == (whole.fate, whole.confidence)


IOS_LISTS = """\
Extended IP access list IN
    10 permit icmp any any
    20 evaluate TCPTRAFFIC
    30 deny ip any any
Extended IP access list OTHER
    10 permit ip any any
"""
ASA_LISTS = """\
access-list IN; 3 elements; name hash: 0x1
access-list IN line 1 extended permit icmp any any (hitcnt=3) 0x1
access-list IN line 2 advanced deny tcp any any (hitcnt=0) 0x4
access-list IN line 3 extended permit ip any any (hitcnt=3) 0x2
"""


@pytest.mark.parametrize(
    ("platform", "command", "text", "expected"),
    [
        ("cisco_ios", "show access-lists", IOS_LISTS, ("", 20, 3)),
        ("cisco_asa", "show access-list", ASA_LISTS, ("deny", 2, 3)),
    ],
)
def test_line_of_a_list_that_is_not_modelled_is_a_rule_in_its_place(
    story: Story, platform: str, command: str, text: str, expected: tuple[str, int, int]
) -> None:
    """X-07: `evaluate` and new kinds of rules make only their own list doubtful."""
    state = device_state("box", platform, {command: Output(command, text, story.snapshot().taken_at)})

    table = state.table(rows.AclEntry)
    rule = table.row(1)

    assert table.unknown == ()
    assert (rule.acl, rule.understood) == ("IN", False)
    assert (rule.action, rule.sequence, len(table.where(acl="IN"))) == expected


def test_return_through_a_reflexive_list_is_not_called_denied(story: Story) -> None:
    """X-07: a healthy flow whose answers pass by `evaluate` is not an acl-denied."""
    story.switch.drop(rows.Interface, "Vlan172")
    story.switch.interface("Vlan172", "172.16.1.1/24", acl_in="IN")
    story.switch.acl("IN", "", "", "0.0.0.0/0", "0.0.0.0/0", understood=False)

    assert trace(story.snapshot(), WEB).fate is Fate.UNKNOWN
