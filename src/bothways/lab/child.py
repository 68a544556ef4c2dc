"""The lab as a process: one event loop, until somebody says `down`."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from bothways.lab.control import ControlSocket
from bothways.lab.crypto import crypto_named
from bothways.lab.running_lab import RunningLab
from bothways.lab.sshd import quiet_logging
from bothways.lab.topology import Topology, load_story, load_topology
from bothways.lab.verbs import Verbs
from bothways.lab.workspace_files import CONTROL, prepare_folder, ssh_command
from bothways.lab.world import World

Ready = Callable[[Mapping[str, Any]], None]


def run_lab(  # noqa: PLR0913 - the options of a command line, each by its name
    story: str,
    folder: Path,
    *,
    variants: Sequence[str] = (),
    seed: int | None = None,
    crypto: str = "both",
    ready: Ready = lambda _info: None,
    signals: bool = False,
) -> None:
    """Run a lab; returns when it was told to go down.

    Args:
        story: name of a story, or path of a topology file.
        folder: the workspace to write.
        variants: changes to the story.
        seed: another seed than the story's own.
        crypto: algorithms of the SSH servers: `modern`, `legacy` or `both`.
        ready: told once all devices listen: the workspace, and each device's way in.
        signals: whether SIGTERM and SIGINT end it; only the main thread may ask for that.

    Raises:
        BadInput: no such story, variant or topology.
        WorkspaceError: the folder cannot be a lab's.
    """
    quiet_logging()
    profile = crypto_named(crypto)
    world = World(_topology(story), variants, seed)
    folder = prepare_folder(folder)
    world.start_workloads()
    world.advance_to(world.topology.settle_s)

    async def run() -> None:
        lab = RunningLab(world, folder, profile)
        if signals:
            for number in (signal.SIGTERM, signal.SIGINT):
                asyncio.get_running_loop().add_signal_handler(number, lab.stopped.set)
        await _serve(lab, ready)

    asyncio.run(run())


def _topology(story: str) -> Topology:
    return load_topology(Path(story)) if story.endswith((".yaml", ".yml")) else load_story(story)


async def _serve(lab: RunningLab, ready: Ready) -> None:
    control = ControlSocket(lab.folder / CONTROL, Verbs(lab).act)
    lab.write_workspace()
    await control.open()
    await lab.settle()
    pacing = asyncio.create_task(lab.keep_pace())
    stopping = asyncio.create_task(lab.stopped.wait())
    ready(_info(lab))
    try:
        done, _ = await asyncio.wait((pacing, stopping), return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()  # a world that fails must not look like one that was told to stop
    finally:
        pacing.cancel()
        stopping.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await pacing
        await control.close()
        await lab.close()


def _info(lab: RunningLab) -> dict[str, Any]:
    devices = [
        {"name": one.name, "platform": one.platform, "port": one.port, "ssh": ssh_command(lab.folder, one)}
        for one in lab.access()
    ]
    return {"ready": str(lab.folder), "devices": devices}
