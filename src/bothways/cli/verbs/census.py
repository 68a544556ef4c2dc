"""`bothways census`: every half-seen flow of a firewall, without being told of one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bothways.cli.options import options_of
from bothways.cli.reply import Reply
from bothways.cli.scenarios import interval_of
from bothways.errors import BadInput, SnapshotError

if TYPE_CHECKING:
    from bothways.cli.site import Site
    from bothways.network import DeclaredHost
    from bothways.state.device import DeviceState
    from bothways.state.snapshot import Snapshot

    Reads = tuple[Snapshot, Snapshot | None, tuple[DeclaredHost, ...]]


_AGAIN = ("show conn", "show asp drop", "show logging", "show failover")
"""What the second read asks: nothing else counts, and a firewall is not asked for more than it must be."""


def census(  # noqa: PLR0913, PLR0917  one parameter an option
    context: typer.Context,
    devices: Annotated[
        list[str] | None, typer.Argument(metavar="ASA", help="All firewalls when none is named.")
    ] = None,
    snapshots: Annotated[
        list[Path] | None,
        typer.Option("--snapshot", help="Ask a saved snapshot; given twice: what changed in between, too."),
    ] = None,
    interval: Annotated[
        str | None, typer.Option("--interval", metavar="TIME", help="Read twice, 30s, 5m or 1h apart.")
    ] = None,
    full: Annotated[
        bool, typer.Option("--full", help="Ask for connections also where there are very many.")
    ] = False,
    evidence: Annotated[bool, typer.Option("--evidence", help="Show every line it rests on.")] = False,
) -> Reply:
    """Find every half-seen flow of a firewall before anybody complains.

    Connections that wait for an answer, that carry data one way, that a bypass keeps for too long, and
    packets without a connection in the log: grouped by cause and pair of networks, each group with its
    victims, what explains it and the ways out. With two reads also what grew in between, and how fast drop
    counters rise.

    Exit code 0 when there is none that matters, 2 when there is, 3 when that cannot be seen.

    Examples:
        bothways census
        bothways census edge-asa --interval 30s
        bothways census --snapshot now.snapshot --evidence
        bothways census --snapshot before.snapshot --snapshot after.snapshot --format json
    """
    if snapshots and interval is not None:
        raise BadInput("--interval", "is for devices", "give --snapshot twice instead")
    seconds = interval_of(interval)

    from bothways.cli.censused import reply_of, taken
    from bothways.cli.site import Site

    site = Site(options_of(context))
    names = devices or []
    if snapshots:
        later, earlier, hosts = _saved(site, snapshots)
    else:
        later, earlier, hosts = _live(site, names, seconds, full=full)
    return reply_of(taken(later, earlier, hosts, names), later, evidence=evidence)


def _saved(site: Site, paths: list[Path]) -> Reads:
    if len(paths) > 2:
        raise BadInput("--snapshot", f"was given {len(paths)} times", "give one, or two to compare")
    opened = [site.seen(path) for path in paths]
    (earlier, _), (later, hosts) = min(opened, key=_moment), max(opened, key=_moment)
    if len(opened) == 1:
        return later, None, hosts
    if earlier.taken_at == later.taken_at:
        raise SnapshotError(
            str(paths[1]), f"was taken when {paths[0]} was", "name an earlier and a later one"
        )
    return later, earlier, hosts


def _moment(opened: tuple[Snapshot, object]) -> float:
    return opened[0].taken_at.timestamp()


def _live(site: Site, names: list[str], seconds: int | None, *, full: bool) -> Reads:
    """All devices, for the walks, and after a while the firewalls once more."""
    for name in names:
        site.network.device(name)
    first, hosts = site.read(full=full), site.network.hosts
    if seconds is None:
        return first, None, hosts
    asas = [
        state.name for state in first if state.platform == "cisco_asa" and (not names or state.name in names)
    ]
    if not asas:
        return first, None, hosts
    site.options.screen.progress(f"the second read follows in {seconds} s")
    site.clock.wait_until(site.clock.monotonic() + seconds)
    again = site.read(asas, full=full, only=_AGAIN)
    unread = {name: f"the second read failed: {why}" for name, why in again.unread.items()}
    both = replace(
        first,
        devices={**first.devices, **_together(first, again)},
        taken_at=again.taken_at,
        unread={**first.unread, **unread},
    )
    return both, first, hosts


def _together(first: Snapshot, again: Snapshot) -> dict[str, DeviceState]:
    """What was read once more, with the rest as it was the first time."""
    from bothways.platforms import device_state

    return {
        state.name: device_state(
            state.name, state.platform, {**first.devices[state.name].outputs, **state.outputs}
        )
        for state in again
    }
