"""`bothways verify`: prove a plan that stands, read-only."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bothways.cli.options import options_of
from bothways.cli.reply import Reply


def verify(
    context: typer.Context,
    plan: Annotated[Path, typer.Argument(metavar="PLAN")],
    wait_s: Annotated[
        float | None,
        typer.Option("--wait", min=0, max=86400, help="Seconds to wait for traffic that proves it."),
    ] = None,
) -> Reply:
    """Prove that a plan stands and its flow lives.

    Whoever typed it; nothing is changed.

    Exit code 0 when it does, 2 when something is missing, 24 when no traffic proved it.

    Examples:
        bothways verify fix.plan --wait 300
    """
    from bothways.cli.outcomes import outcome_reply
    from bothways.cli.site import Site
    from bothways.fleet import verify as prove
    from bothways.planning import load_plan

    options = options_of(context)
    outcome = prove(load_plan(plan), Site(options).context, wait_s=wait_s, progress=options.screen.progress)
    return outcome_reply(outcome, f"verify {plan}", told=False)
