"""`bothways trace`: what becomes of a flow, out and back."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bothways.cli.flows import flow_of, must_be_hosts
from bothways.cli.options import options_of
from bothways.cli.reply import Reply
from bothways.cli.report_files import LadderForms, ReportFolder, wanted_sheets
from bothways.cli.scenarios import ScenarioName, SilenceText, seconds_of


def trace(  # noqa: PLR0913, PLR0917  one parameter an option
    context: typer.Context,
    flow: Annotated[list[str], typer.Argument(metavar="CLIENT SERVER tcp/PORT")],
    snapshot: Annotated[
        Path | None, typer.Option("--snapshot", help="Ask a saved snapshot, not the devices.")
    ] = None,
    scenario: ScenarioName = "handshake",
    silence: SilenceText = None,
    evidence: Annotated[
        bool, typer.Option("--evidence", help="Show every line it rests on, and each packet's wires.")
    ] = False,
    matrix: Annotated[
        bool,
        typer.Option("--matrix", help="Also every other call between the two: other names, other direction."),
    ] = False,
    report: LadderForms = None,
    output: ReportFolder = None,
) -> Reply:
    """Follow a flow's packets out and back.

    Says which one dies, where, and why.

    Exit code 0 when the flow lives, 2 when it dies, 3 when that cannot be seen.

    Examples:
        bothways trace 10.12.0.130 172.16.1.18 tcp/443
        bothways trace 10.12.0.130 172.16.1.18 icmp --snapshot now.snapshot --evidence
        bothways trace 10.40.0.50 10.10.0.20 tcp/443 --scenario mid-stream
        bothways trace 10.20.0.25 203.0.113.80 tcp/80 --scenario after-idle --silence 0:20:00
        bothways trace 192.4.4.4 10.1.1.1 tcp/23 --matrix
        bothways trace 10.12.0.130 172.16.1.18 tcp/443 --report html,svg -o reports
    """
    wanted, silence_s = flow_of(flow), seconds_of(silence, scenario)
    reports = wanted_sheets("trace", report, output)

    from bothways.cli.answers import trace_reply, with_matrix
    from bothways.cli.site import Site
    from bothways.diagnosis import Scenario
    from bothways.diagnosis import trace as walk
    from bothways.diagnosis.calls import calls

    site = Site(options_of(context))
    seen, hosts = site.seen(snapshot)
    must_be_hosts(seen, wanted)
    walked = walk(seen, wanted, hosts, Scenario(scenario), silence_s)
    reply = trace_reply(walked, (), evidence=evidence)
    others = calls(seen, walked, hosts, silence_s) if matrix else ()
    reply = with_matrix(reply, others) if matrix else reply
    if not reports.forms:
        return reply

    from bothways.cli.sheets import flow_sheet
    from bothways.report import matrix_lines
    from bothways.report.ladder.sheet import Said

    said = [Said("Every call between the two", tuple(matrix_lines(others)))] if matrix else []
    return reports.beside(reply, site.options.screen, flow_sheet(site, reply, seen, walked, said=said))
