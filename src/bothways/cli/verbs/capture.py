"""`bothways capture`: what captured packets show of each connection."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bothways.cli import exits
from bothways.cli.flows import flow_of
from bothways.cli.reply import Reply
from bothways.cli.report_files import LadderForms, ReportFolder, wanted_sheets

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bothways.diagnosis.capture import Joined, Judged, Judgement
    from bothways.diagnosis.capture.foretold import Foretold
    from bothways.flow import Flow

_MOST_WALKED = 3
_MOST_IN_JSON = 20


def capture(  # noqa: PLR0913, PLR0917  one parameter an option
    context: typer.Context,
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE...", help="pcap, pcapng, `show capture`, a packet list.")
    ],
    flow: Annotated[
        str | None,
        typer.Option("--flow", metavar="CLIENT,SERVER,tcp/PORT", help="Only streams of this flow."),
    ] = None,
    snapshot: Annotated[
        Path | None,
        typer.Option("--snapshot", help="Say by a saved snapshot which device and which line does it."),
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Every odd stream, every row.")] = False,
    report: LadderForms = None,
    output: ReportFolder = None,
) -> Reply:
    """Read captured packets, and say which connections are odd, and why.

    A RST as third packet is told apart: the answer comes from another address than was called (a one-way
    NAT), it acknowledges another number (a firewall that only one direction passes), or it is a plain
    refusal; a RST that a device made in somebody's name is told by its signs. Two files of the same calls,
    captured at two places, are joined: what was rewritten, lost or made between them. Nothing is connected
    and nothing is sent.

    Exit code 0 when no connection failed, 2 when one did, 3 when that cannot be seen.

    Examples:
        bothways capture users.pcap
        bothways capture client.pcap server.pcap.gz
        bothways capture paste-of-show-capture.txt --flow 10.12.0.130,172.16.1.18,tcp/443
        bothways capture users.pcap --snapshot now.snapshot
        bothways capture users.pcap --all --format json
        bothways capture client.pcap server.pcap --report html -o reports
    """
    wanted = flow_of([flow]) if flow is not None else None
    reports = wanted_sheets("capture", report, output)

    from bothways.diagnosis.capture import join, judged, read_captures

    seen = [judged(one) for path in files for one in read_captures(path)]
    passed = [one for one in seen if not one.capture.of_drops]  # what was dropped did not pass twice
    joins = [join(one, other) for one, other in pairwise(passed)]
    if wanted is not None:
        # Behind a translation the flow has other names: its streams there are known by the join.
        joins = [one.only(wanted) for one in joins]
        twins = {stream for one in joins for call in one.calls for stream in call.streams}
        seen = [one.only(wanted, twins) for one in seen]
    found = _foretold(context, seen, snapshot) if snapshot is not None else None
    following = _next(seen, wanted)
    reply = _told(seen, joins, found, following, everything=everything)
    if not reports.forms:
        return reply

    from bothways.cli.options import options_of
    from bothways.cli.sheets import capture_sheet

    options = options_of(context)
    sheet = capture_sheet(reply, seen, joins, found or (), everything=everything, following=following)
    return reports.beside(reply, options.screen, sheet)


def _told(
    seen: Sequence[Judged],
    joins: Sequence[Joined],
    found: Sequence[Foretold] | None,
    following: str,
    *,
    everything: bool,
) -> Reply:
    """The answer; `found` is None where no snapshot was asked."""
    from bothways.report.capture import capture_keys, capture_lines
    from bothways.report.capture_foretold import foretold_keys, foretold_lines
    from bothways.report.capture_join import join_keys, join_lines
    from bothways.report.capture_pictures import worst

    told = [join_lines(one, everything=everything) for one in joins]
    drawn = _drawn(seen, joins, found or (), everything=everything)
    told += [capture_lines(one, everything=everything, drawn=drawn) for one in seen]
    told += [foretold_lines(found)] if found else []
    text = tuple(part for lines in told for part in (*lines, ""))
    keys = {} if found is None else {"foretold": foretold_keys(found)}
    return Reply(
        exits.worst([*(_code(one) for one in seen), *(_joined_code(one) for one in joins)]),
        (*text, following) if following else text[:-1],
        {
            "captures": [
                capture_keys(one, drawn=worst(one, everything=everything, most=_MOST_IN_JSON)) for one in seen
            ],
            "joins": [join_keys(one, everything=everything) for one in joins],
            **keys,
        },
    )


def _drawn(
    seen: Sequence[Judged], joins: Sequence[Joined], found: Sequence[Foretold], *, everything: bool
) -> list[Judgement]:
    """The streams whose ladders an answer has: not those that a joined or foretold ladder shows already."""
    from bothways.report.capture_pictures import worst

    shown = {one.judgement for one in found if one.walked.legs}
    if not everything and any(call.cause is not None for one in joins for call in one.calls):
        return []
    return [one for judged in seen for one in worst(judged, everything=everything) if one not in shown]


def _foretold(context: typer.Context, seen: Sequence[Judged], snapshot: Path) -> list[Foretold]:
    """What a snapshot says of the first odd stream of each kind."""
    from bothways.cli.options import options_of
    from bothways.cli.site import Site
    from bothways.diagnosis.capture.foretold import foretold
    from bothways.report.capture_pictures import grouped

    state, hosts = Site(options_of(context)).seen(snapshot)
    worst = [group[0] for one in seen for group in grouped(one.judgements)[:_MOST_WALKED]]
    return [said for one in worst if (said := foretold(one, state, hosts)) is not None]


def _code(judged: Judged) -> int:
    from bothways.diagnosis import Severity

    if any(one.cause.severity is not Severity.NOTE for one in judged.judgements):
        return exits.DIFFERENCE
    return exits.COULD_NOT_SEE if judged.could_not_see else exits.OK


def _joined_code(joined: Joined) -> int:
    return exits.DIFFERENCE if any(call.cause is not None for call in joined.calls) else exits.OK


def _next(seen: Sequence[Judged], wanted: Flow | None) -> str:
    """The command that looks at the devices on the way of the worst stream."""
    if wanted is not None:
        return f"bothways diagnose {wanted}"
    for one in seen:
        for judgement in one.judgements:
            stream = judgement.stream
            if not one.capture.names and stream.server_port:
                ends = f"{stream.side(client=True)} {stream.side(client=False)}"
                return f"bothways diagnose {ends} tcp/{stream.server_port}"
    return ""
