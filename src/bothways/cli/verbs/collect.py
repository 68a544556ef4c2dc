"""`bothways collect`: evidence from live firewalls, by consent."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bothways.cli.flows import flow_of, must_be_hosts
from bothways.cli.options import options_of
from bothways.cli.reply import Reply
from bothways.cli.report_files import NO_REPORTS, LadderForms, wanted_sheets
from bothways.cli.scenarios import wait_of
from bothways.errors import BadInput


def collect(  # noqa: PLR0913, PLR0917  one parameter an option
    context: typer.Context,
    flow: Annotated[list[str] | None, typer.Argument(metavar="CLIENT SERVER tcp/PORT")] = None,
    allow_captures: Annotated[
        bool, typer.Option("--allow-captures", help="Consent to captures on the firewalls that are named.")
    ] = False,
    wait: Annotated[
        str, typer.Option("--wait", metavar="TIME", help="How long to wait for a connection: 60s, 5m.")
    ] = "60s",
    on: Annotated[
        list[str] | None, typer.Option("--on", metavar="DEVICE", help="Only this firewall; may be repeated.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="DIR", help="Keep the evidence here.")
    ] = None,
    report: LadderForms = None,
    clean_up: Annotated[
        bool, typer.Option("--clean-up", help="Take away what an earlier run left, and nothing else.")
    ] = False,
) -> Reply:
    """Capture one connection of a flow on the firewalls it passes.

    Without --allow-captures it reads, and prints what it would type where, to paste or to allow. With it, it
    places small captures that match the flow alone, waits for one connection, reads them together with
    connections, drop counters and log, removes them whatever happens, and proves that they are gone.

    Exit codes:
        0   the flow was seen to live     2   it was seen to die, or nothing was allowed
        3   no connection came in time    12  a firewall may not be asked, nothing sent
        20  a capture was not taken; all is removed
        22  a capture may still stand: the line says what to type

    Examples:
        bothways collect 10.12.0.130 172.16.1.18 tcp/443
        bothways collect 10.12.0.130 172.16.1.18 tcp/443 --allow-captures --wait 5m -o evidence
        bothways collect 10.12.0.130 172.16.1.18 tcp/443 --allow-captures --report html
        bothways collect --clean-up
    """
    if clean_up and (flow or allow_captures):
        raise BadInput("--clean-up", "stands alone", "bothways collect --clean-up")
    wanted = None if clean_up else flow_of(flow or [])
    wait_s = wait_of(wait)

    from bothways.cli.collecting import cleaned, collected, made_ready, proposed
    from bothways.cli.site import Site
    from bothways.fleet.collect import propose

    site = Site(options_of(context))
    if wanted is None:
        return cleaned(site)
    reports = NO_REPORTS
    if allow_captures:
        made_ready(output)
        # Without -o they go beside the evidence, whose folder is not known before the run is.
        reports = wanted_sheets("collect", report, (output or site.workspace.captures) if report else None)
    proposal = propose(wanted, site.context, on or (), site.options.screen.progress)
    must_be_hosts(proposal.snapshot, wanted)
    if not allow_captures:
        return proposed(proposal, on or (), wait, output)
    return collected(site, proposal, wait_s, output, reports)
