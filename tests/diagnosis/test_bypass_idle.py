"""How long a bypassed connection stays: what the device says, or that it does not say."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bothways.diagnosis import Scenario, trace
from bothways.flow import Flow
from bothways.state import rows

if TYPE_CHECKING:
    from tests.diagnosis.conftest import Failover

FLOW = Flow.parse("10.40.0.50 10.10.0.20 tcp/443")
BYPASS = "set connection advanced-options tcp-state-bypass"
NOT_SHOWN = (
    "not known (no class sets it, and the default of this release is not in the configuration: "
    "show conn address 10.40.0.50 address 10.10.0.20 detail)"
)


def version(failover: Failover, release: str) -> None:
    text = f"Version {release}"
    failover.asa.add(
        rows.Version, text, hostname="A", version=release, model="ASA5505", serial="X", image="",
        uptime="", licences=(),
    )  # fmt: skip


def told(failover: Failover) -> str:
    (remark,) = [
        text
        for text in trace(failover.snapshot(), FLOW, (), Scenario.MID_STREAM).remarks
        if "bypasses TCP state" in text
    ]
    assert "neither FIN nor RST ends its connections" in remark
    return remark.partition("; idle ")[2]


@pytest.mark.parametrize(
    ("release", "settings", "conn", "idle"),
    [
        ("9.2(4)", ["set connection timeout idle 0:15:00", BYPASS], "1:00:00", "0:15:00 (class B)"),
        ("9.12(4)", ["set connection timeout idle 0:05:00", BYPASS], "1:00:00", "0:05:00 (class B)"),
        ("9.2(4)", [BYPASS], "0:30:00", "0:30:00 (timeout conn)"),
        ("9.2(4)", [BYPASS], "", "not known (no class sets it, and no line `timeout conn` was read)"),
        (
            "9.12(4)",
            [BYPASS],
            "1:00:00",
            NOT_SHOWN,
        ),
        (
            "",
            [BYPASS],
            "1:00:00",
            NOT_SHOWN,
        ),
    ],
    ids=["class", "class on a new one", "device", "nothing", "new default", "release not read"],
)
def test_the_idle_time_is_read_and_never_assumed(
    failover: Failover, release: str, settings: list[str], conn: str, idle: str
) -> None:
    """S2a-05: of the class, else of the device, else an open question with the command that answers it."""
    failover.asa.acl("BYPASS", "permit", "tcp", "10.40.0.0/24", "10.10.0.0/24")
    failover.asa.acl("BYPASS", "permit", "tcp", "10.10.0.0/24", "10.40.0.0/24")
    failover.asa.policy("MPLS", "B", "access-list BYPASS", *settings)
    if release:
        version(failover, release)
    if conn:
        text = f"timeout conn {conn} half-closed 0:10:00"
        failover.asa.add(rows.ConfigLine, text, section="", text=text)
    assert told(failover) == idle


def test_an_earlier_class_keeps_its_own_idle_time(failover: Failover) -> None:
    """S2a-05: timeouts are another kind of setting than the bypass: the first class that has any decides."""
    failover.asa.acl("BYPASS", "permit", "tcp", "10.40.0.0/24", "10.10.0.0/24")
    failover.asa.policy("MPLS", "corp", "any", "set connection timeout idle 8:00:00")
    failover.asa.policy("MPLS", "B", "access-list BYPASS", "set connection timeout idle 0:15:00", BYPASS)
    version(failover, "9.2(4)")
    assert told(failover) == "8:00:00 (class corp)"
