"""`bothways lab`: an emulated network to try things on, served over real SSH on this machine."""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from bothways.cli import exits
from bothways.cli.options import Options, Verb, options_of
from bothways.cli.reply import Reply
from bothways.errors import Unreachable, WorkspaceError

LAB = typer.Typer(name="lab", help="An emulated network over real SSH, on this machine only.")

Story = Annotated[str, typer.Argument(metavar="STORY|TOPOLOGY.yaml")]
Folder = Annotated[Path | None, typer.Option("--folder", help="Its workspace; ./lab-STORY when not given.")]


@LAB.callback()
def lab() -> None:
    """An emulated network over real SSH, on this machine only."""


@LAB.command("up", cls=Verb)
def up(  # noqa: PLR0913, PLR0917  one parameter an option
    context: typer.Context,
    story: Story = "hairpin",
    folder: Folder = None,
    variant: Annotated[
        list[str] | None, typer.Option("--variant", help="from-start, ack, routing-sdm, …; may be repeated.")
    ] = None,
    seed: Annotated[int | None, typer.Option("--seed", help="Another seed, other sequence numbers.")] = None,
    detach: Annotated[bool, typer.Option("--detach", help="Leave it running; `lab down` ends it.")] = False,
) -> Reply:
    """Start a lab and write a workspace for it; ctrl-c ends it.

    Examples:
        bothways lab up hairpin
        bothways lab up hairpin --variant ack --detach
    """
    from bothways.cli.lab_child import end_lab, start_lab

    options = options_of(context)
    chosen = folder or Path(f"lab-{Path(story).stem}")
    child, running = start_lab(story, chosen, variant or (), seed, detached=detach)
    lines = [f"cd {chosen}", *(device["ssh"] for device in running.ready.get("devices", ()))]
    if detach:
        return Reply(text=(*lines, "bothways lab down"), keys={"lab": running.ready, "folder": str(chosen)})
    try:
        with _ended_by_signal():
            for line in lines:
                if options.screen.as_json:  # stdout is for the one object at the end
                    options.screen.progress(line)
                else:
                    options.screen.out.print(line, soft_wrap=True)
            child.wait()
    except KeyboardInterrupt:
        options.screen.progress(f"{chosen}: going down")
    finally:
        end_lab(child, running)
    return Reply(exits.OK, keys={"lab": running.ready, "folder": str(chosen)})


@LAB.command("down", cls=Verb)
def down(context: typer.Context, story: Story = "hairpin", folder: Folder = None) -> Reply:
    """End the lab of this workspace, or of ./lab-STORY.

    Examples:
        bothways lab down
    """
    from bothways.clock import ask_lab

    control = _control(options_of(context), story, folder)
    ask_lab(control, {"do": "down"})
    return Reply(text=(f"{control.parent}: down",), keys={"folder": str(control.parent)})


@LAB.command("status", cls=Verb)
def status(context: typer.Context, story: Story = "hairpin", folder: Folder = None) -> Reply:
    """Say whether the lab of this workspace, or of ./lab-STORY, runs, and what its clock shows.

    Examples:
        bothways lab status
    """
    from bothways.clock import ask_lab

    control = _control(options_of(context), story, folder)
    try:
        now_s = float(ask_lab(control, {"do": "clock"})["now_s"])
    except Unreachable as error:
        return Reply(error.exit_code, keys={"folder": str(control.parent), "up": False}, errors=(error,))
    return Reply(
        text=(f"{control.parent}: up, {now_s:.1f} s of lab time",),
        keys={"folder": str(control.parent), "up": True, "now_s": now_s},
    )


def _control(options: Options, story: str, folder: Path | None) -> Path:
    """The control socket of the lab that is meant.

    Raises:
        WorkspaceError: that folder is no lab's.
    """
    from bothways.workspace import FILE, find_workspace

    here = Path(f"lab-{Path(story).stem}")
    named = folder or options.workspace or (here if (here / FILE).is_file() else None)
    workspace = find_workspace(explicit=named)
    control = workspace.lab_control
    if control is None:
        raise WorkspaceError(
            str(workspace.root or Path.cwd()), "no lab wrote a workspace here", f"bothways lab up {story}"
        )
    return control


@contextlib.contextmanager
def _ended_by_signal() -> Iterator[None]:
    """SIGTERM ends a lab as orderly as ctrl-c."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
