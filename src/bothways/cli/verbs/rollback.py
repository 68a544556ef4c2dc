"""`bothways rollback`: take a run back."""

from __future__ import annotations

from typing import Annotated

import typer

from bothways.cli.options import options_of
from bothways.cli.reply import Reply


def rollback(
    context: typer.Context,
    run: Annotated[str, typer.Argument(metavar="RUN", help="As `bothways runs` lists it.")],
) -> Reply:
    """Take a run back, also after a crash.

    Line by line, and only lines that are still ours: what others changed since is left alone.

    Examples:
        bothways rollback 20261121T030405Z-1a2b3c
    """
    from bothways.cli.outcomes import outcome_reply
    from bothways.cli.site import Site
    from bothways.fleet import roll_back

    options = options_of(context)
    outcome = roll_back(run, Site(options).context, progress=options.screen.progress)
    return outcome_reply(outcome, f"rollback {run}")
