"""A Nornir over the devices of a network, and the way back from its results to ours."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from nornir.core import Nornir
from nornir.core.inventory import ConnectionOptions, Defaults, Groups, Host, Hosts, Inventory
from nornir.core.plugins.connections import ConnectionPluginRegister
from nornir.core.task import MultiResult
from nornir.plugins.runners import ThreadedRunner

from bothways.clock import Clock
from bothways.network import Device, Network
from bothways.pushing.host import CONNECTION, close
from bothways.session import Timeouts
from bothways.session.nornir_plugin import BothwaysConnection

_LOG = logging.getLogger(__name__)
_WORKERS = 20

# A task that fails is an error of ours, told once; Nornir's own traceback would otherwise go to stderr.
logging.getLogger("nornir").addHandler(logging.NullHandler())


def nornir_of(
    network: Network, known_hosts: Path, clock: Clock, *, timeouts: Timeouts | None = None
) -> Nornir:
    """A Nornir whose inventory is the network's, so that its tasks can be run on it."""
    if CONNECTION not in ConnectionPluginRegister.available:
        ConnectionPluginRegister.register(CONNECTION, BothwaysConnection)
    defaults = Defaults()

    def options(device: Device) -> dict[str, Any]:
        return {"device": device, "known_hosts": known_hosts, "clock": clock, "timeouts": timeouts}

    hosts = Hosts(
        {name: _host(device, options(device), defaults) for name, device in network.devices.items()}
    )
    inventory = Inventory(hosts=hosts, groups=Groups(), defaults=defaults)
    return Nornir(inventory=inventory, runner=ThreadedRunner(num_workers=_WORKERS))


@contextmanager
def sessions_of(
    network: Network, known_hosts: Path, clock: Clock, *, timeouts: Timeouts | None = None
) -> Iterator[Nornir]:
    """A Nornir whose sessions end with the block, so that no VTY stays taken."""
    nornir = nornir_of(network, known_hosts, clock, timeouts=timeouts)
    try:
        yield nornir
    finally:
        for host in nornir.inventory.hosts.values():
            try:
                close(host)
            except Exception:  # noqa: BLE001  Nornir's: how a run ended outweighs a session that would not end
                _LOG.debug("%s: the session would not end", host.name, exc_info=True)


def run_on(nornir: Nornir, name: str, task: Callable[..., Any], **arguments: Any) -> Any:
    """Run a task on one device.

    Returns:
        What the task's result holds.

    Raises:
        BothwaysError: what the task raised.
    """
    return unwrapped(run_each(nornir, [name], task, **arguments)[name])


def run_each(
    nornir: Nornir, names: Iterable[str], task: Callable[..., Any], **arguments: Any
) -> dict[str, MultiResult]:
    """Run a task on several devices at once; a device that failed once is not left out later."""
    wanted = set(names)
    chosen = nornir.filter(filter_func=lambda host: host.name in wanted)
    return dict(chosen.run(task=task, on_failed=True, raise_on_error=False, **arguments))


def unwrapped(results: MultiResult) -> Any:
    """The result of a device's task, or the exception that ended it."""
    result = results[0]
    if result.exception is not None:
        raise result.exception
    return result.result


def _host(device: Device, extras: dict[str, Any], defaults: Defaults) -> Host:
    return Host(
        name=device.name,
        hostname=device.address,
        port=device.port,
        username=device.username,  # the password stays in the device, where nothing prints it
        platform=device.platform,
        connection_options={CONNECTION: ConnectionOptions(extras=extras)},
        defaults=defaults,
    )
