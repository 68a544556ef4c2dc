"""A lab that is up: a world, a door and a station for every device, one pace."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from pathlib import Path

import asyncssh

from bothways.lab.cli.asa import ASA
from bothways.lab.cli.commandlog import CommandLog
from bothways.lab.cli.dialect import Dialect
from bothways.lab.cli.ios import IOS
from bothways.lab.cli.station import Station
from bothways.lab.crypto import Crypto, new_host_keys
from bothways.lab.device import Device
from bothways.lab.door import Door
from bothways.lab.events import EPOCH
from bothways.lab.log import LogRecord
from bothways.lab.pace import Pace
from bothways.lab.workspace_files import Access, random_password, write_private, write_workspace
from bothways.lab.world import World

_DIALECTS: Mapping[str, Dialect] = {"cisco_asa": ASA, "cisco_ios": IOS}
_TICK_S = 0.05
_USER = "admin"


class RunningLab:
    """Everything that one event loop runs; the world is touched on that loop only.

    Attributes:
        world: the network.
        folder: the workspace.
        stations, doors: by inventory name.
        log: every command that any device received.
        stopped: set when it shall end.
    """

    def __init__(self, world: World, folder: Path, crypto: Crypto) -> None:
        self.world = world
        self.folder = folder
        self.crypto: Crypto = crypto
        self.log = CommandLog()
        self.stopped = asyncio.Event()
        self.pace = Pace(world.advance_to, lambda: world.now)
        self.stations: dict[str, Station] = {}
        self.doors: dict[str, Door] = {}
        self._settling: set[asyncio.Task[None]] = set()
        for name, device in world.devices.items():
            self._add(name, device)

    def station(self, name: str) -> Station:
        """A device with its sessions.

        Raises:
            BadInput: there is none.
        """
        self.world.device(name)
        return self.stations[name]

    def access(self) -> list[Access]:
        """How to reach every device."""
        return [
            Access(name, station.device.platform, self.doors[name].port, _USER,
                   station.passwords[_USER], station.secret)
            for name, station in self.stations.items()
        ]  # fmt: skip

    def write_workspace(self) -> None:
        """The files of the workspace, host keys included."""
        lines = [line for door in self.doors.values() for line in door.known_host_lines()]
        write_workspace(self.folder, self.access(), lines, f"{EPOCH:%Y-%m-%dT%H:%M:%SZ}")

    async def keep_pace(self) -> None:
        """Let virtual time follow real time, for ever."""
        while True:
            self.pace.catch_up()
            await asyncio.sleep(_TICK_S)

    async def settle(self) -> None:
        """Open the doors of devices that are up, shut those of the others."""
        for name, door in self.doors.items():
            station = self.stations[name]
            if station.device.up and not station.faults.holds("connect", "refuse"):
                door.open()
            else:
                await door.shut()
            if not station.device.up:
                await door.hang_up()

    async def close(self) -> None:
        """Everything down."""
        for door in self.doors.values():
            await door.close()

    def _add(self, name: str, device: Device) -> None:
        device.save()  # the story's startup, as the device itself would have written it
        station = Station(
            name,
            device,
            _DIALECTS[device.platform],
            {_USER: random_password()},
            random_password(),
            now=lambda: self.world.now,
            run_until=self._run_until,
            log=self.log,
        )
        device.watchers.append(lambda record: _tell(station, record))
        device.life_watchers.append(lambda up: self._life(station, up=up))
        self.stations[name] = station
        self.doors[name] = Door(station, self.pace.catch_up, self.crypto, self._keys(name))

    def _keys(self, name: str) -> list[asyncssh.SSHKey]:
        """The host keys of the last time, or fresh ones, kept for the next."""
        path = self.folder / "keys" / f"{name}.pem"
        if path.exists():
            return list(asyncssh.read_private_key_list(path))
        keys = new_host_keys(self.crypto)
        write_private(path, "".join(key.export_private_key().decode() for key in keys))
        return keys

    def _run_until(self, condition: Callable[[], bool], longest_s: float) -> None:
        self.world.run_until(condition, longest_s)
        self.pace.skipped_by_the_world()

    def _life(self, station: Station, *, up: bool) -> None:
        if not up:
            station.hang_up()
        task = asyncio.get_running_loop().create_task(self.settle())
        self._settling.add(task)
        task.add_done_callback(self._settling.discard)


def _tell(station: Station, record: LogRecord) -> None:
    for shell in station.shells:
        if shell.monitor:
            shell.show_log(record.line)
