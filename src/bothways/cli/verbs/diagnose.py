"""`bothways diagnose`: a flow's trace, and what the rules say about it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bothways.cli.flows import flow_of, flow_of_log, must_be_hosts
from bothways.cli.options import options_of
from bothways.cli.reply import Reply
from bothways.cli.report_files import LadderForms, ReportFolder, wanted_sheets
from bothways.cli.scenarios import ScenarioName, SilenceText, seconds_of
from bothways.errors import BadInput


def diagnose(  # noqa: PLR0913, PLR0917  one parameter an option
    context: typer.Context,
    flow: Annotated[list[str] | None, typer.Argument(metavar="CLIENT SERVER tcp/PORT")] = None,
    log: Annotated[str | None, typer.Option("--log", help="A firewall's log line instead of a flow.")] = None,
    snapshot: Annotated[
        Path | None, typer.Option("--snapshot", help="Ask a saved snapshot, not the devices.")
    ] = None,
    scenario: ScenarioName = "handshake",
    silence: SilenceText = None,
    evidence: Annotated[
        bool, typer.Option("--evidence", help="Show every line it rests on, and each packet's wires.")
    ] = False,
    seen_of_it: Annotated[
        list[str] | None,
        typer.Option("--seen", metavar="WHAT", help="Observed: client-resets, no-answer, ping-works, …"),
    ] = None,
    report: LadderForms = None,
    output: ReportFolder = None,
) -> Reply:
    """Say what is wrong with a flow, and what proves it.

    Where the way leads to devices that cannot be read, it says what may be wrong there, what it is not,
    and what to ask their administrator for. --seen ranks that: client-resets (the third packet is a RST of
    the client's), no-answer, ping-works, reverse-works (opened by the server it works), permitted (the
    firewall logs it so).

    Exit code 0 when nothing is, 2 when something is, 3 when that cannot be seen.

    Examples:
        bothways diagnose 10.12.0.130 172.16.1.18 tcp/443
        bothways diagnose --log '%ASA-6-106015: Deny TCP (no connection) from 10.12.0.130/50001
                                 to 172.16.1.18/443 flags RST on interface inside'
        bothways diagnose 192.4.4.4 10.1.1.1 tcp/23 --seen client-resets --seen reverse-works
        bothways diagnose 10.12.0.130 172.16.1.18 tcp/443 --report html,json -o reports
    """
    if bool(flow) == (log is not None):
        raise BadInput("diagnose", "needs a flow or --log, one of the two", "CLIENT SERVER tcp/443")
    wanted = flow_of(flow) if flow else flow_of_log(log or "")
    silence_s = seconds_of(silence, scenario)
    reports = wanted_sheets("diagnose", report, output)

    from bothways.cli.answers import observations, trace_reply, with_blind_half, with_menu
    from bothways.cli.site import Site
    from bothways.diagnosis import Scenario, trace
    from bothways.diagnosis.blind_half import blind_half
    from bothways.fixes.menu import menu
    from bothways.rules import diagnose as judge

    observed = observations(seen_of_it or ())
    site = Site(options_of(context))
    seen, hosts = site.seen(snapshot)
    must_be_hosts(seen, wanted)
    walked = trace(seen, wanted, hosts, Scenario(scenario), silence_s)
    findings = judge(seen, walked)
    ways, blind = menu(seen, walked, findings, hosts), blind_half(seen, walked, observed)
    reply = with_menu(trace_reply(walked, findings, evidence=evidence), ways, evidence=evidence)
    reply = with_blind_half(reply, blind, observed)
    if not reports.forms:
        return reply

    from bothways.cli.sheets import flow_sheet
    from bothways.report import blind_half_lines
    from bothways.report.ladder.sheet import Said

    said = [Said("Where nothing was read", tuple(blind_half_lines(blind, observed)))] if blind else []
    sheet = flow_sheet(site, reply, seen, walked, findings, said=said, ways=ways)
    return reports.beside(reply, site.options.screen, sheet)
