"""`bothways runs`: what was done here."""

from __future__ import annotations

import typer

from bothways.cli.options import options_of
from bothways.cli.reply import Reply


def runs(context: typer.Context) -> Reply:
    """List the runs and how each ended.

    Examples:
        bothways runs
    """
    from bothways.fleet import runs as listed
    from bothways.fleet.capture_records import evidence_runs
    from bothways.workspace import find_workspace

    space = find_workspace(explicit=options_of(context).workspace)
    found = sorted([*listed(space.runs), *evidence_runs(space.captures)], key=lambda run: run.run_id)
    lines = [
        f"{run.run_id}  {'-' if run.exit_code is None else run.exit_code:>3}  {run.plan_id}  {run.outcome}"
        for run in found
    ]
    keys = {
        "runs": [
            {
                "run": run.run_id,
                "plan": run.plan_id,
                "opened_at": run.opened_at,
                "devices": list(run.devices),
                "outcome": run.outcome,
                "exit_code": run.exit_code,
            }
            for run in found
        ]
    }
    return Reply(text=tuple(lines) or ("no runs here",), keys=keys)
