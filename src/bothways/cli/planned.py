"""A plan from what the user named: a playbook of the workspace, or the shipped one that fits."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from bothways.cli.site import Site
from bothways.diagnosis import Scenario
from bothways.document import nearest
from bothways.errors import PlaybookError
from bothways.flow import Flow
from bothways.planning import make_plan
from bothways.planning.plan import Plan
from bothways.playbook import Playbook, load_playbook
from bothways.workspace import Workspace

# The cure that keeps the firewall's protection; the one that gives it up must be asked for by name.
DEFAULT_PLAYBOOK = {Scenario.HANDSHAKE: "hairpin-return", Scenario.MID_STREAM: "state-bypass"}


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


def open_playbook(workspace: Workspace, name: str) -> Playbook:
    """A playbook by name, or by path when the name looks like one.

    Raises:
        PlaybookError: no such playbook.
        DocumentError: it does not say what it must.
    """
    if name.endswith((".yaml", ".yml")) or "/" in name:
        return load_playbook(Path(name))
    known = {
        path.removeprefix("playbooks/").removesuffix(".yaml")
        for path in workspace.content_names("playbooks")
        if path.endswith(".yaml")
    }
    if name not in known:
        raise PlaybookError("playbook", f"no {name!r}", nearest(name, known))
    content = workspace.content(f"playbooks/{name}.yaml")
    return load_playbook(content.path, content.origin)
