"""Read many devices at once."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable
from dataclasses import replace
from pathlib import Path

from nornir.core import Nornir

from bothways.clock import Clock
from bothways.errors import BothwaysError
from bothways.fleet.context import Progress
from bothways.fleet.hosts import run_each, sessions_of, unwrapped
from bothways.network import Network, load_network
from bothways.session import Timeouts
from bothways.state.device import DeviceState
from bothways.state.snapshot import Snapshot
from bothways.tasks import read_state
from bothways.workspace import Workspace, find_workspace


def read(
    workspace: Workspace | None = None, names: Iterable[str] | None = None, *, full: bool = False
) -> Snapshot:
    """Read the devices of a workspace, all of them by default; nothing is changed on any.

    Args:
        workspace: the one of the current folder by default.
        names: of the inventory.
        full: also ask what loads a device.

    Raises:
        WorkspaceError: there is no workspace here.
        DocumentError: its inventory is not what it must be.
        InventoryError: a name is not in it.
    """
    space = workspace or find_workspace()
    return read_fleet(
        load_network(space.inventory, lab=space.is_lab),
        names,
        known_hosts=space.known_hosts,
        clock=space.clock(),
        full=full,
        timeouts=Timeouts(**space.settings.timeouts.model_dump(exclude_none=True)),
    )


def read_fleet(  # noqa: PLR0913  the verb's own options, one for one
    network: Network,
    names: Iterable[str] | None = None,
    *,
    known_hosts: Path,
    clock: Clock,
    full: bool = False,
    progress: Progress | None = None,
    timeouts: Timeouts | None = None,
    deadline_s: float | None = None,
    only: Collection[str] | None = None,
) -> Snapshot:
    """Read devices, all of them by default; nothing is changed on any.

    A device that cannot be read is in `unread`, with the reason.

    Args:
        network: the inventory.
        names: of the devices to read.
        known_hosts: the only file whose host keys count.
        clock: stamps the outputs.
        full: also ask what loads a device.
        progress: is told of each device.
        timeouts: per phase of a session.
        deadline_s: seconds of real time for all of it; who is not read by then is cut off.
        only: commands to ask, of those that are asked otherwise; all by default.

    Raises:
        InventoryError: a name is not in the network.
    """
    wanted = [network.device(name).name for name in names] if names is not None else list(network.devices)
    limits = timeouts or Timeouts()
    if deadline_s is not None:
        limits = replace(limits, until_s=time.monotonic() + deadline_s)
    with sessions_of(network, known_hosts, clock, timeouts=limits) as nornir:
        states, failed = read_all(nornir, wanted, clock, full=full, progress=progress, only=only)
    return snapshot_of(states, failed, clock)


def read_all(  # noqa: PLR0913  what `read_fleet` is asked
    nornir: Nornir,
    names: Iterable[str],
    clock: Clock,
    *,
    full: bool = False,
    progress: Progress | None = None,
    only: Collection[str] | None = None,
) -> tuple[dict[str, DeviceState], dict[str, BothwaysError]]:
    """The states of those that could be read, the errors of the others."""
    results = run_each(nornir, names, read_state, clock=clock, full=full, only=only)
    states: dict[str, DeviceState] = {}
    failed: dict[str, BothwaysError] = {}
    for name, result in results.items():
        try:
            states[name] = unwrapped(result)
        except BothwaysError as error:
            failed[name] = error
        if progress is not None:
            progress(f"{name}: {failed[name].what if name in failed else 'read'}")
    return states, failed


def snapshot_of(states: dict[str, DeviceState], failed: dict[str, BothwaysError], clock: Clock) -> Snapshot:
    """Both as one snapshot."""
    return Snapshot(states, clock.now(), {name: str(error) for name, error in failed.items()})
