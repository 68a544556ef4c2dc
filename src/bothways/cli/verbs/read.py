"""`bothways read`: log in, read, keep the text."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bothways.cli import exits
from bothways.cli.options import options_of
from bothways.cli.reply import Reply
from bothways.errors import BadInput, CannotConnect, CouldNotSee

if TYPE_CHECKING:
    from bothways.state.device import DeviceState, Output
    from bothways.state.snapshot import Snapshot


def read(
    context: typer.Context,
    devices: Annotated[
        list[str] | None,
        typer.Argument(metavar="DEVICE", help="All of the inventory when none is named."),
    ] = None,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="Keep the snapshot here.")] = None,
    from_files: Annotated[
        Path | None, typer.Option("--from-files", help="Read saved output instead: DIR/DEVICE/COMMAND.txt.")
    ] = None,
    full: Annotated[bool, typer.Option("--full", help="Ask for the big tables whole, too.")] = False,
) -> Reply:
    """Read what the devices hold. Nothing is changed on any.

    Exit code 3 when a device, or a command on one, could not be read.

    Examples:
        bothways read -o now.snapshot
        bothways read edge-asa lab-switch -o now.snapshot
        bothways read --from-files saved/ -o saved.snapshot
    """
    from bothways.cli.site import Site
    from bothways.reading import read_files, save_snapshot

    if from_files is not None and devices:
        raise BadInput("--from-files", "reads the whole folder", "leave the device names out")
    snapshot = (
        read_files(from_files) if from_files else Site(options_of(context)).read(devices or (), full=full)
    )
    if output is not None:
        save_snapshot(snapshot, output)
    return _reply(snapshot, output)


def _fault(said: Output) -> str:
    if said.not_read:
        return f"not read: {said.not_read}"
    if said.part:
        return "only a part; what it says counts, what it does not say is unknown"
    return f"refused: {said.refused}" if said.refused else "cut short"


def _lacking(state: DeviceState) -> list[str]:
    from bothways.platforms import platform

    family = platform(state.platform)
    return [command for command, said in state.outputs.items() if family.lacks(said)]


def _line(state: DeviceState, lacking: list[str]) -> str:
    line = f"  {state.name}: {state.platform}, {len(state.outputs)} commands"
    return f"{line}, unknown there: {', '.join(lacking)}" if lacking else line


def _reply(snapshot: Snapshot, output: Path | None) -> Reply:
    errors = tuple(
        CannotConnect(name, why.removeprefix(f"{name}: ")) for name, why in snapshot.unread.items()
    )
    lacking = {state.name: _lacking(state) for state in snapshot}
    cut = tuple(
        CouldNotSee(state.name, f"`{command}` was {_fault(said)}")
        for state in snapshot
        for command, said in state.outputs.items()
        if (said.refused or not said.complete) and command not in lacking[state.name]
    )
    code = exits.COULD_NOT_SEE if cut else exits.OK
    if errors:
        code = exits.COULD_NOT_SEE if snapshot.devices else exits.CANNOT_CONNECT
    lines = [f"{len(snapshot.devices)} of {len(snapshot.devices) + len(errors)} devices read"]
    lines += [_line(state, lacking[state.name]) for state in snapshot]
    lines += [f"  {missing}" for missing in cut]
    if output is not None and snapshot.devices:
        lines.append(f"bothways trace CLIENT SERVER tcp/443 --snapshot {output}")
    keys = {
        "snapshot": None if output is None else str(output),
        "devices": {
            state.name: {
                "platform": state.platform,
                "commands": sorted(state.outputs),
                "unknown_there": lacking[state.name],
            }
            for state in snapshot
        },
        "unread": dict(snapshot.unread),
        "not_seen": [error.as_json() for error in cut],
    }
    return Reply(code, tuple(lines), keys, errors)
