"""`bothways audit`: the faults that nobody has reported yet."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bothways.cli import exits
from bothways.cli.options import options_of
from bothways.cli.reply import Reply
from bothways.cli.scenarios import DeadlineText, deadline_of
from bothways.errors import BadInput

if TYPE_CHECKING:
    from bothways.audit.change import Changed
    from bothways.audit.result import AuditRun


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
    full: Annotated[bool, typer.Option("--full", help="Ask for the big tables whole, too.")] = False,
    deadline: DeadlineText = None,
) -> Reply:
    """Look a fleet over for the faults that break flows, before anybody opens a ticket.

    Nothing is changed on any device. The last runs are kept in the workspace.

    Exit code 0 when nothing fails but notes, 2 when something does, 3 when something could not be seen.

    Examples:
        bothways audit
        bothways audit --since last
        bothways audit --deadline 10m --since last
        bothways audit edge-asa lab-switch --playbook audit-baseline
        bothways audit --snapshot night.snapshot --format json
    """
    from bothways.cli.audited import Wanted, audited
    from bothways.cli.site import Site
    from bothways.report.audit.text import audit_text

    if snapshot is not None and devices:
        raise BadInput("--snapshot", "holds its own devices", "leave the device names out")
    if snapshot is not None and deadline is not None:
        raise BadInput("--deadline", "is for reading devices", "leave it out with --snapshot")
    wanted = Wanted(tuple(devices or ()), playbook, snapshot, since, full, deadline_of(deadline))
    run, changed = audited(Site(options_of(context)), wanted)
    return Reply(_code(run), tuple(audit_text(run, changed)), _keys(run, changed))


def _code(run: AuditRun) -> int:
    if run.devices and all(how != "read" for how in run.devices.values()):
        return exits.CANNOT_CONNECT
    if any(one.weighs for one in run.results):
        return exits.DIFFERENCE
    return exits.COULD_NOT_SEE if any(one.is_dark for one in run.results) else exits.OK


def _keys(run: AuditRun, changed: tuple[Changed, ...] | None) -> dict[str, object]:
    keys: dict[str, object] = {"run": run.id, **run.model_dump(mode="json", exclude={"id", "format_version"})}
    if changed is not None:
        keys["since"] = [{"change": one.change, "id": one.result.id} for one in changed]
    return keys
