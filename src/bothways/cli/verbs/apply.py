"""`bothways apply`: do what the plan says, prove it, or take it back."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bothways.cli.options import options_of
from bothways.cli.reply import Reply


def apply(
    context: typer.Context,
    plan: Annotated[Path, typer.Argument(metavar="PLAN")],
    allow_reload: Annotated[
        bool, typer.Option("--allow-reload", help="Consent to reloads: an outage.")
    ] = False,
    wait_s: Annotated[
        float | None,
        typer.Option("--wait", min=0, max=86400, help="Seconds to wait for traffic that proves it."),
    ] = None,
    no_save: Annotated[
        bool, typer.Option("--no-save", help="Leave the startup configuration alone.")
    ] = False,
) -> Reply:
    """Apply a reviewed plan, and prove it.

    Line by line; what fails is taken back, what stands is proven by a connection that appears.

    Exit codes:
        0   applied, proven, saved     12  stale or foreign plan, nothing sent
        20  failed, taken back         22  unknown state, a human is needed
        23  proven, not saved          24  applied, no traffic proved it

    Examples:
        bothways apply fix.plan
        bothways apply fix.plan --allow-reload --wait 300
    """
    from bothways.cli.outcomes import outcome_reply
    from bothways.cli.site import Site
    from bothways.fleet import apply_plan
    from bothways.planning import load_plan

    options = options_of(context)
    loaded = load_plan(plan)
    outcome = apply_plan(
        loaded,
        Site(options).context,
        allow_reload=allow_reload,
        wait_s=wait_s,
        save=not no_save,
        progress=options.screen.progress,
    )
    left = {"applied", "saved", "unknown"} & set(outcome.devices.values())
    following = f"bothways rollback {outcome.run_id}   takes it back" if left else "bothways plan"
    return outcome_reply(outcome, f"apply {plan}", following)
