"""Whether a firewall may be asked to capture: decided from what it said of itself."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from bothways.platforms import device_state
from bothways.pushing.capture_check import hindrance
from bothways.state.device import DeviceState, Output

from .fleet_toys import ASA_VERSION

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
SOUND = {
    "show version": ASA_VERSION,
    "show running-config": ": Saved\nhostname EDGE-ASA\nCryptochecksum:33ba7d0d5a1b2c3d\n: end",
    "show failover": "Failover Off",
    "show cpu usage": "CPU utilization for 5 seconds = 18%; 1 minute: 18%; 5 minutes: 17%",
}
PAIR = (
    "Failover On\nFailover unit Primary\n\tThis host: Primary - {}\n\tOther host: Secondary - Standby Ready\n"
)


def firewall(changes: Mapping[str, str], platform: str = "cisco_asa") -> DeviceState:
    """A sound one, with some texts in the place of others; "" is a command that was refused."""
    texts = {**SOUND, **changes}
    outputs = {
        command: Output(command, text, NOON, complete=bool(text), refused="" if text else "not allowed")
        for command, text in texts.items()
    }
    return device_state("edge-asa", platform, outputs)


CASES = {
    "sound": ({}, ""),
    "active-unit-of-a-pair": ({"show failover": PAIR.format("Active")}, ""),
    "standby-unit": (
        {"show failover": PAIR.format("Standby Ready")},
        "is the Standby Ready unit of a failover pair: no packet of the flow passes it",
    ),
    "role-hidden": ({"show failover": ""}, "does not say whether it is the active unit"),
    "system-space": (
        {"show running-config": SOUND["show running-config"].replace("hostname", "context admin\nhostname")},
        "is the system space of a firewall of several contexts",
    ),
    "configuration-hidden": ({"show running-config": ""}, "cannot be known well enough"),
    "version-hidden": ({"show version": ""}, "cannot be known well enough"),
    "before-match": (
        {"show version": ASA_VERSION.replace("9.2(4)", "7.1(2)")},
        "runs 7.1(2), and `match` came with 7.2",
    ),
    "the-first-with-match": ({"show version": ASA_VERSION.replace("9.2(4)", "7.2(1)")}, ""),
    "a-release-of-two-digits": ({"show version": ASA_VERSION.replace("9.2(4)", "9.16(4)170")}, ""),
    "busy": (
        {"show cpu usage": "CPU utilization for 5 seconds = 99%; 1 minute: 18%; 5 minutes: 17%"},
        "its CPU is at 99 %, above 60 %",
    ),
    "load-hidden": ({"show cpu usage": ""}, "does not say how busy it is"),
}


@pytest.mark.parametrize(("changes", "why"), CASES.values(), ids=CASES.keys())
def test_who_may_be_asked(changes: dict[str, str], why: str) -> None:
    """What is not known is no permission."""
    said = hindrance(firewall(changes))
    assert said.startswith(why)
    assert bool(said) == bool(why)


def test_a_switch_is_no_firewall() -> None:
    """Only an ASA has this command."""
    assert hindrance(firewall({}, "cisco_ios")) == "is no ASA: captures are placed on ASAs only"
