"""A plan from what the user named: a playbook of the workspace, or the shipped one that fits."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from bothways.cli.site import Site
from bothways.diagnosis import Scenario, Trace, trace
from bothways.flow import Fate, Flow
from bothways.planning import make_plan
from bothways.planning.plan import Plan
from bothways.playbook import Playbook, fitting_playbook, open_playbook
from bothways.rules import diagnose
from bothways.state.snapshot import Snapshot

_OF_NOTHING = "hairpin-return"
"""Where nothing is to be cured the plan has no steps, and which playbook it names does not matter."""


def made_plan(  # noqa: PLR0913, PLR0917  the verb's own options, one for one
    site: Site,
    flow: Flow,
    playbook: str | None,
    snapshot: Path | None,
    overrides: Sequence[str],
    scenario: Scenario = Scenario.HANDSHAKE,
) -> Plan:
    """Make the plan, by the playbook that was named, or else by the first choice for what is found."""
    named = open_playbook(site.workspace, playbook) if playbook else None
    seen, hosts = site.seen(snapshot)
    return make_plan(
        seen,
        flow,
        named or _fitting(site, seen, trace(seen, flow, hosts, scenario)),
        hosts=hosts,
        overrides=overrides,
        scenario=scenario,
        clock=site.clock,
        content=site.workspace.content,
    )


def _fitting(site: Site, seen: Snapshot, walked: Trace) -> Playbook:
    found = [finding.id for finding in diagnose(seen, walked)]
    if walked.fate in {Fate.COMPLETE, Fate.UNKNOWN}:  # nothing to cure, or nothing to go by: the planner says
        return open_playbook(site.workspace, _OF_NOTHING)
    return fitting_playbook(site.workspace, found)
