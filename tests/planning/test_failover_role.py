"""A firewall that hides which unit of a pair it is: said when the plan is made, not only when it runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from bothways.errors import LintBlocked
from bothways.planning.plan import Plan
from bothways.state.snapshot import Snapshot

Build = Callable[..., Snapshot]
SHOW = "show failover"
ROUTING = (
    ('"desktop default"', '"desktop routing"'),
    ("policy based routing aces:         0\n", "policy based routing aces:         0.5K\n"),
)
WORDS = "does not say whether it is the active unit: `show failover` was not read"


def hiding(here: Snapshot, how: str) -> Snapshot:
    """The firewall keeps its role to itself, in one of the ways there are."""
    state = here.device("edge-asa")
    output = state.outputs[SHOW]
    hidden = {
        "refused": replace(output, text="", refused="ERROR: Command authorization failed"),
        "cut": replace(output, text="Failover On\n", complete=False),
    }
    outputs = {command: found for command, found in state.outputs.items() if command != SHOW}
    state.outputs = outputs | ({SHOW: hidden[how]} if how in hidden else {})
    return here


@pytest.mark.parametrize("how", ["refused", "cut", "never asked"])
@pytest.mark.parametrize("name", ["hairpin-bypass", "hairpin-return"])
def test_f59_a_role_that_was_not_read_blocks_the_plan(
    snapshot: Build, plan: Callable[..., Plan], name: str, how: str
) -> None:
    """F59: whether the firewall is changed or only relied on."""
    with pytest.raises(LintBlocked, match=f"failover-unseen: edge-asa: {WORDS}") as refused:
        plan(hiding(snapshot(ios=ROUTING), how), name)
    assert refused.value.exit_code == 10
    assert "--override failover-unseen" in str(refused.value)


def test_f59_the_override_is_remembered_and_a_known_role_says_nothing(
    snapshot: Build, plan: Callable[..., Plan]
) -> None:
    """F59: the run still refuses a unit that hides its role."""
    made = plan(hiding(snapshot(), "refused"), "hairpin-bypass", overrides=("failover-unseen",))
    assert "failover-unseen" in made.overridden
    assert not plan(snapshot(), "hairpin-bypass").overridden
