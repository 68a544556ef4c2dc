"""What all devices said at one time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from bothways.errors import CouldNotSee
from bothways.state.device import DeviceState


@dataclass(frozen=True)
class Snapshot:
    """Devices by inventory name. `unread` says why a device of the inventory is not among them."""

    devices: Mapping[str, DeviceState]
    taken_at: datetime
    unread: Mapping[str, str]

    def __iter__(self) -> Iterator[DeviceState]:
        return iter(self.devices.values())

    def device(self, name: str) -> DeviceState:
        """One device.

        Raises:
            CouldNotSee: it was not read, and why.
        """
        try:
            return self.devices[name]
        except KeyError:
            raise CouldNotSee(name, self.unread.get(name, "is not in the snapshot")) from None
