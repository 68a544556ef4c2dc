"""`bothways plan`: the file people review."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bothways.cli.flows import flow_of
from bothways.cli.options import options_of
from bothways.cli.reply import Reply
from bothways.cli.scenarios import ScenarioName, SilenceText, seconds_of
from bothways.errors import BadInput


def plan(  # noqa: PLR0913, PLR0917  one parameter an option
    context: typer.Context,
    playbook: Annotated[
        str | None,
        typer.Argument(metavar="PLAYBOOK", help="The first choice for what is found, when not named."),
    ] = None,
    flow: Annotated[str, typer.Option("--flow", metavar="CLIENT,SERVER,tcp/PORT")] = "",
    from_audit: Annotated[
        tuple[str, str] | None,
        typer.Option(
            "--from-audit",
            metavar="RUN RESULT-ID",
            help="Cure the flow that failed in an audit; RUN may be `last`.",
        ),
    ] = None,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="Write the plan here.")] = None,
    snapshot: Annotated[
        Path | None, typer.Option("--snapshot", help="Plan on a saved snapshot, not on the devices.")
    ] = None,
    override: Annotated[
        list[str] | None, typer.Option("--override", metavar="LINT", help="Plan in spite of a blocking lint.")
    ] = None,
    scenario: ScenarioName = "handshake",
    silence: SilenceText = None,
    paste: Annotated[bool, typer.Option("--paste", help="Print commands and undo to type yourself.")] = False,
) -> Reply:
    """Plan the cure of a flow, for review.

    A plan holds commands and undo in their order, the predicted diff, and the price. Nothing is changed.

    Exit code 0 when there is nothing to change, 2 when the plan changes something.

    Examples:
        bothways plan --flow 10.12.0.130,172.16.1.18,tcp/443 -o fix.plan
        bothways plan hairpin-bypass --flow 10.12.0.130,172.16.1.18,tcp/443 --paste
        bothways plan idle-timeout --scenario after-idle --silence 20m --flow 10.20.0.25,203.0.113.80,tcp/80
        bothways plan --scenario mid-stream --flow 10.40.0.50,10.10.0.20,tcp/443 -o fix.plan
        bothways plan --from-audit last asymmetric-return/edge-asa/10.12.0.130_172.16.1.18_tcp_443 -o fix.plan
    """
    if from_audit is not None and (flow or silence is not None or scenario != "handshake"):
        what = "brings the flow and its moment with it"
        raise BadInput("--from-audit", what, "leave --flow, --scenario and --silence out")
    if not flow and from_audit is None:
        raise BadInput(
            "--flow", "is missing", "write --flow CLIENT,SERVER,tcp/443, or --from-audit RUN RESULT-ID"
        )
    wanted = flow_of([flow]) if flow else None
    silence_s = seconds_of(silence, scenario) if flow else None

    from bothways.cli.plan_text import plan_reply
    from bothways.cli.planned import Asked, made_plan
    from bothways.cli.site import Site
    from bothways.diagnosis import Scenario
    from bothways.planning import write_plan

    site = Site(options_of(context))
    if wanted is not None:
        asked = Asked(wanted, Scenario(scenario), silence_s)
    else:
        from bothways.cli.from_audit import asked_by

        assert from_audit is not None
        asked = asked_by(site, *from_audit, playbook)
    made = made_plan(site, asked, playbook, snapshot, override or ())
    if output is not None:
        write_plan(made, output)
    return plan_reply(made, output, paste=paste)
