"""A plan from what the user named: a playbook of the workspace, or the shipped one that fits."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from bothways.cli.site import Site
from bothways.diagnosis import Scenario
from bothways.flow import Flow
from bothways.planning import make_plan
from bothways.planning.plan import Plan
from bothways.playbook import open_playbook

# The cure that keeps the firewall's protection; the one that gives it up must be asked for by name.
DEFAULT_PLAYBOOK = {
    Scenario.HANDSHAKE: "hairpin-return",
    Scenario.MID_STREAM: "state-bypass",
    Scenario.DATA_LOSS: "ctcp-bypass",
}


def made_plan(  # noqa: PLR0913, PLR0917  the verb's own options, one for one
    site: Site,
    flow: Flow,
    playbook: str | None,
    snapshot: Path | None,
    overrides: Sequence[str],
    scenario: Scenario = Scenario.HANDSHAKE,
) -> Plan:
    """Make the plan."""
    chosen = open_playbook(site.workspace, playbook or DEFAULT_PLAYBOOK[scenario])
    seen, hosts = site.seen(snapshot)
    return make_plan(
        seen,
        flow,
        chosen,
        hosts=hosts,
        overrides=overrides,
        scenario=scenario,
        clock=site.clock,
        content=site.workspace.content,
    )
