"""A plan from what the user named: a playbook of the workspace, or the shipped one that fits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bothways.cli.flows import must_be_hosts
from bothways.cli.site import Site
from bothways.diagnosis import Scenario, trace
from bothways.errors import PlaybookError
from bothways.flow import Fate, Flow
from bothways.network import DeclaredHost
from bothways.planning import make_plan
from bothways.planning.plan import Plan
from bothways.playbook import Playbook, fitting_playbook, open_playbook
from bothways.rules import diagnose
from bothways.state.snapshot import Snapshot

_OF_NOTHING = "hairpin-return"
"""Where nothing is to be cured the plan has no steps, and which playbook it names does not matter."""


@dataclass(frozen=True)
class Asked:
    """The flow to cure, where in its life it dies, and of what, where somebody found that out before."""

    flow: Flow
    scenario: Scenario = Scenario.HANDSHAKE
    silence_s: int | None = None
    finding: str = ""


def made_plan(
    site: Site, asked: Asked, playbook: str | None, snapshot: Path | None, overrides: Sequence[str]
) -> Plan:
    """Make the plan, by the playbook that was named, or else by the first choice for what is found."""
    named = open_playbook(site.workspace, playbook) if playbook else None
    seen, hosts = site.seen(snapshot)
    must_be_hosts(seen, asked.flow)
    return make_plan(
        seen,
        asked.flow,
        named or _fitting(site, seen, hosts, asked),
        hosts=hosts,
        overrides=overrides,
        scenario=asked.scenario,
        silence_s=asked.silence_s,
        clock=site.clock,
        content=site.workspace.content,
    )


def _fitting(site: Site, seen: Snapshot, hosts: Sequence[DeclaredHost], asked: Asked) -> Playbook:
    walked = trace(seen, asked.flow, hosts, asked.scenario, asked.silence_s)
    if walked.fate in {Fate.COMPLETE, Fate.UNKNOWN}:  # nothing to cure, or nothing to go by: the planner says
        return open_playbook(site.workspace, _OF_NOTHING)
    found = [finding.id for finding in diagnose(seen, walked)]
    if asked.finding and asked.finding not in found:
        now = ", ".join(found) or "no finding"
        what = f"{asked.finding} is gone; the flow now dies of {walked.fate} ({now})"
        raise PlaybookError("plan", what, "bothways audit --since last tells what is new")
    return fitting_playbook(site.workspace, [asked.finding] if asked.finding else found)
