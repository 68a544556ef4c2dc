"""Which router a host sends to, from what the routers know; each guess with its word."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from bothways.diagnosis import trace
from bothways.flow import Fate, Flow
from bothways.state import rows

if TYPE_CHECKING:
    from tests.diagnosis.conftest import Story

    Change = Callable[[Story], object]

WEB = Flow.parse("10.12.0.130 172.16.1.18 tcp/443")
THERE, HERE = ("inside", "172.16.1.18", 443), ("inside", "10.12.0.130", 51000)


def silent(story: Story) -> Story:
    """No connection, no ARP entry of the host anywhere."""
    story.asa.drop(rows.Conn).drop(rows.Arp, "10.12.0.130")
    story.switch.drop(rows.Arp, "10.12.0.130")
    return story


CASES: list[tuple[str, Change, str]] = [
    ("try to reach the lab S0-12", lambda _: None, "it opened a connection to 172.16.1.20 there (likely)"),
    (
        "half-open hairpin S0-12",
        lambda s: silent(s).asa.conn(THERE, HERE, 0, "SaAB"),
        "it opened a connection to 172.16.1.18 there (likely)",
    ),
    (
        "whole hairpin",
        lambda s: silent(s).asa.conn(THERE, HERE, 9000, "UIOB"),
        "its connection to 172.16.1.18 goes through there (likely)",
    ),
    (
        "ARP on the ASA only",
        lambda s: silent(s).asa.arp("10.12.0.130", "0011.2233.0130", "inside"),
        "no other router has it in ARP (possible)",
    ),
    ("nothing but the default route", silent, "its default route leads out (possible)"),
]


@pytest.mark.parametrize(("change", "why"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_gateway_is_inferred_and_said(story: Story, change: Change, why: str) -> None:
    """S0-01: the workstation's gateway is the ASA, for the strongest reason there is.

    An ARP entry or a default route is a habit and no reason: by way of the switch the flow would live.
    """
    change(story)
    habit = "in ARP" in why or "default route" in why

    result = trace(story.snapshot(), WEB)

    assert f"10.12.0.130 sends to 10.12.0.1 (edge-asa inside): {why}" in result.inferences
    assert result.fate is (Fate.UNKNOWN if habit else Fate.ISN_MISMATCH)
    assert not habit or "complete if 10.12.0.130 sends to 10.12.0.254 (lab-switch Vlan10)" in result.mechanism


def test_answers_alone_do_not_make_a_gateway(story: Story) -> None:
    """S0-24: an entry that a lab host opened shows nothing of where this host sends."""
    silent(story).asa.conn(("inside", "172.16.1.18", 51000), ("inside", "10.12.0.130", 80), 0, "SaAB")
    story.switch.arp("10.12.0.130", "0011.2233.0130", "Vlan10")

    result = trace(story.snapshot(), WEB)

    assert any("10.12.0.254 (lab-switch Vlan10): no other router" in text for text in result.inferences)


def test_contradicting_evidence_asks_for_a_declaration(story: Story) -> None:
    """Two routers with equal claims: nothing is guessed."""
    silent(story).asa.drop(rows.Route, "0.0.0.0/0")
    story.switch.drop(rows.Route, "0.0.0.0/0")

    result = trace(story.snapshot(), WEB)

    assert result.fate is Fate.UNKNOWN
    assert any("declare it in topology.yaml" in text for text in result.could_not_see)


def test_only_router_of_a_segment_is_the_gateway(story: Story) -> None:
    """The lab has one."""
    result = trace(story.snapshot(), WEB)

    assert any(
        "172.16.1.18 sends to 172.16.1.1 (lab-switch Vlan172): no other router" in text
        for text in result.inferences
    )


def test_switch_port_of_a_host_is_found(story: Story) -> None:
    """ARP gives the hardware address, the MAC table its port."""
    story.switch.add(
        rows.Mac,
        "172    0011.2233.1718    DYNAMIC     Fa0/2",
        vlan="172",
        mac="0011.2233.1718",
        kind="DYNAMIC",
        port="Fa0/2",
    )

    assert "172.16.1.18 hangs on Fa0/2 of lab-switch" in trace(story.snapshot(), WEB).remarks
