"""`bothways audit`: the faults that nobody has reported yet."""

from __future__ import annotations

from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bothways.cli import exits
from bothways.cli.options import Verb, options_of
from bothways.cli.reply import Reply
from bothways.cli.report_files import ReportFolder, ReportForms, wanted_reports
from bothways.cli.scenarios import DeadlineText, deadline_of
from bothways.errors import BadInput

_SCHEDULES = ("--print-cron", "--print-systemd")
_OF_A_NEW_AUDIT = (
    "DEVICE", "--playbook", "--snapshot", "--deadline", "--print-cron", "--print-systemd", "--full",
)  # fmt: skip
_NIGHTLY = "0 2 * * *"

if TYPE_CHECKING:
    from bothways.audit.result import AuditRun
    from bothways.cli.audited import Audited


def audit(  # noqa: PLR0913, PLR0917  one parameter an option
    context: typer.Context,
    devices: Annotated[
        list[str] | None,
        typer.Argument(metavar="DEVICE", help="All of the inventory when none is named."),
    ] = None,
    playbook: Annotated[
        str, typer.Option("--playbook", metavar="NAME", help="Which rules: a name or a file.")
    ] = "audit-baseline",
    snapshot: Annotated[
        Path | None, typer.Option("--snapshot", help="Judge a saved snapshot, not the devices.")
    ] = None,
    since: Annotated[
        str | None,
        typer.Option(
            "--since", metavar="RUN", help="Say what became of that run's failures; `last` will do."
        ),
    ] = None,
    kept: Annotated[
        str | None,
        typer.Option(
            "--kept", metavar="RUN", help="Tell a run that was kept once more, in any form; `last` will do."
        ),
    ] = None,
    full: Annotated[bool, typer.Option("--full", help="Ask for the big tables whole, too.")] = False,
    deadline: DeadlineText = None,
    report: ReportForms = None,
    output: ReportFolder = None,
    print_cron: Annotated[
        str | None,
        typer.Option(
            "--print-cron", metavar='["0 2 * * *"]', help="Print a line for crontab, and do nothing."
        ),
    ] = None,
    print_systemd: Annotated[
        str | None,
        typer.Option(
            "--print-systemd", metavar='["0 2 * * *"]', help="Print a service and a timer, and do nothing."
        ),
    ] = None,
) -> Reply:
    """Look a fleet over for the faults that break flows, before anybody opens a ticket.

    Nothing is changed on any device. The last runs are kept in the workspace.

    Exit code 0 when nothing fails but notes, 2 when something does, 3 when something could not be seen.

    Examples:
        bothways audit
        bothways audit --since last
        bothways audit --deadline 10m --since last
        bothways audit --deadline 10m --print-cron "0 2 * * *"
        bothways audit --deadline 10m --print-systemd "0 2 * * *"
        bothways audit edge-asa lab-switch --playbook audit-baseline
        bothways audit --snapshot night.snapshot --format json
        bothways audit --since last --report html,junit -o reports
        bothways audit --kept last --report html -o reports
    """
    from bothways.audit.playbook import BASELINE
    from bothways.cli.audited import Wanted, audited, told_again
    from bothways.cli.site import Site
    from bothways.report.audit.files import FORMS

    chosen = playbook if playbook != BASELINE else None
    if kept is not None:
        _refuse_beside_kept(devices, chosen, snapshot, deadline, print_cron, print_systemd, full or None)
    if snapshot is not None and devices:
        raise BadInput("--snapshot", "holds its own devices", "leave the device names out")
    if snapshot is not None and deadline is not None:
        raise BadInput("--deadline", "is for reading devices", "leave it out with --snapshot")
    deadline_s, reports = deadline_of(deadline), wanted_reports(report, output, FORMS)
    wanted = Wanted(tuple(devices or ()), playbook, snapshot, since, full, deadline_s, reports)
    site = Site(options_of(context))
    if print_cron is not None or print_systemd is not None:
        from bothways.cli.scheduled import schedule_reply

        return schedule_reply(site, wanted, print_cron, print_systemd)
    done = audited(site, wanted) if kept is None else told_again(site, kept, since)
    return reports.beside(_told(done), options_of(context).screen, done.run, done.changed)


def _refuse_beside_kept(*others: object) -> None:
    """What decides how an audit is made says nothing of one that was."""
    for name, given in zip(_OF_A_NEW_AUDIT, others, strict=True):
        if given:
            raise BadInput(name, "is for an audit that is made now", "leave it out with --kept")


def _told(done: Audited) -> Reply:
    """The answer."""
    from bothways.report.audit.keys import audit_keys
    from bothways.report.audit.text import audit_text

    run, changed = done.run, done.changed
    text, keys = tuple(audit_text(run, changed)), audit_keys(run, changed)
    failed = (done.kept,) if done.kept is not None else ()
    code = exits.worst((_code(run), *(error.exit_code for error in failed)))
    return Reply(code, text, keys, failed)


class AuditVerb(Verb):
    """`--print-cron` and `--print-systemd` alone mean every night."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Give them their time where none follows."""
        given: list[str] = []
        for word, after in zip_longest(args, args[1:]):
            given.append(word)
            if word in _SCHEDULES and (after is None or after.startswith("-")):
                given.append(_NIGHTLY)
        return super().parse_args(ctx, given)


def _code(run: AuditRun) -> int:
    if run.devices and all(how != "read" for how in run.devices.values()):
        return exits.CANNOT_CONNECT
    if any(one.weighs for one in run.results):
        return exits.DIFFERENCE
    # A device that no rule asked for was in the inventory, and nobody saw it.
    unread = any(how != "read" for how in run.devices.values())
    return exits.COULD_NOT_SEE if unread or any(one.is_dark for one in run.results) else exits.OK
