"""Whether a device is the one a plan was made for."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bothways.errors import CouldNotSee, WrongUnit
from bothways.planning.plan import Binding
from bothways.platforms import device_state
from bothways.pushing.check import check_unit
from bothways.state.device import DeviceState, Output

from .fleet_toys import ASA_VERSION, IOS_VERSION

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
SHOW = "show failover"
ASA = Binding(
    serial="JMX1234A0B1", hostname="EDGE-ASA", platform="cisco_asa", config_digest="0" * 64, saved=True
)
IOS = Binding(
    serial="CAT0911Z1AB", hostname="DC_LAB_SWITCH", platform="cisco_ios", config_digest="0" * 64, saved=True
)


def firewall(*outputs: Output) -> DeviceState:
    said = {output.command: output for output in (Output("show version", ASA_VERSION, NOON), *outputs)}
    return device_state("edge-asa", "cisco_asa", said)


@pytest.mark.parametrize(
    "outputs",
    [
        (),
        (Output(SHOW, "", NOON, refused="ERROR: Command authorization failed"),),
        (Output(SHOW, "Failover On\n", NOON, complete=False),),
        (Output(SHOW, "", NOON),),
    ],
    ids=["never asked", "refused", "cut", "empty"],
)
def test_f59_a_firewall_that_hides_its_role_is_refused(outputs: tuple[Output, ...]) -> None:
    """F59: exit 12; a standby unit would take the lines, and the pair drift apart."""
    with pytest.raises(
        WrongUnit,
        match=r"^edge-asa: does not say whether it is the active unit: `show failover` was not read",
    ) as refused:
        check_unit("edge-asa", ASA, firewall(*outputs))
    assert refused.value.exit_code == 12


@pytest.mark.parametrize("role", ["Standby Ready", "Negotiation", "Failed"])
def test_f59_a_unit_that_is_not_the_active_one_is_refused(role: str) -> None:
    """F59: whatever else it may be."""
    text = f"Failover On\n\tThis host: Secondary - {role}\n"
    with pytest.raises(WrongUnit, match=f"is the {role} unit of a failover pair"):
        check_unit("edge-asa", ASA, firewall(Output(SHOW, text, NOON)))


@pytest.mark.parametrize("text", ["Failover Off", "Failover On\n\tThis host: Primary - Active\n"])
def test_a_single_or_active_firewall_is_the_one(text: str) -> None:
    check_unit("edge-asa", ASA, firewall(Output(SHOW, text, NOON)))


def test_a_switch_has_no_failover_to_ask_for() -> None:
    state = device_state(
        "lab-switch", "cisco_ios", {"show version": Output("show version", IOS_VERSION, NOON)}
    )
    check_unit("lab-switch", IOS, state)


def test_f60_a_device_that_does_not_say_who_it_is_is_not_guessed() -> None:
    """F60: no version, no change."""
    state = device_state("edge-asa", "cisco_asa", {"show version": Output("show version", "", NOON)})
    with pytest.raises(CouldNotSee):
        check_unit("edge-asa", ASA, state)
