"""A device as its sessions share it, and where their bytes go."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from bothways.lab.cli.commandlog import CommandLog
from bothways.lab.cli.dialect import Dialect
from bothways.lab.cli.faults import Faults
from bothways.lab.device import Device

if TYPE_CHECKING:
    from bothways.lab.cli.shell import Shell


class Screen(Protocol):
    """Where a session's bytes go, in order."""

    def write(self, data: bytes) -> None:
        """Send bytes."""

    def drip(self, data: bytes) -> None:
        """Send bytes one by one, each in a packet of its own."""

    def pause(self, seconds: float) -> None:
        """Let real time pass before what is written next."""

    def close(self, status: int = 0) -> None:
        """End the session behind all that was written."""

    def peer(self) -> str:
        """The address of the client."""


@dataclass
class Station:
    """A device as its sessions share it.

    Attributes:
        name: the inventory's name.
        passwords: by user.
        secret: of `enable`.
        now: virtual seconds.
        run_until: lets virtual time pass while a command works, until it is done or its patience is over.
        shells: the sessions that are open.
        logins: how many there were.
        last_editor: who last typed a configuration line.
    """

    name: str
    device: Device
    dialect: Dialect
    passwords: dict[str, str]
    secret: str
    now: Callable[[], float]
    run_until: Callable[[Callable[[], bool], float], object]
    log: CommandLog = field(default_factory=CommandLog)
    faults: Faults = field(default_factory=Faults)
    shells: list[Shell] = field(default_factory=list)
    logins: int = 0
    last_editor: str = "enable_15"

    def hang_up(self) -> None:
        """End every session, as a reload does."""
        for shell in list(self.shells):
            shell.leave(0)
