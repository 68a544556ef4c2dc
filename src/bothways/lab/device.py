"""What every emulated device is: a configuration, a log, a life between boots."""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bothways.lab.config_tree import ConfigTree, Rule, read_lines
from bothways.lab.events import EPOCH, EventQueue
from bothways.lab.ledger import Ledger
from bothways.lab.log import LogRecord
from bothways.lab.pinger import PingRun

BOOT_S = 180.0
"""How long a reload keeps a device away."""


@dataclass(frozen=True)
class Identity:
    """What is printed on the box.

    Attributes:
        name: in the inventory.
        model: as `show version` prints it.
        version: of the image.
        serial: of the chassis.
        mac: its first address, dotted.
        seed: of all its random numbers.
    """

    name: str
    model: str
    version: str
    serial: str
    mac: str
    seed: str


class Device(ABC):
    """A device with a configuration.

    Attributes:
        identity: what is printed on the box.
        events: the clock it lives by.
        config: the running configuration; the data plane is compiled from it after every change.
        startup_text: what the next boot reads.
        log: the messages in its buffer, oldest first.
        up: False while it is down or booting.
        booted_s: when it last came up.
        changed_s: when its running configuration last changed; None since boot.
        watchers: called with each log message as it is written.
        life_watchers: called when it goes down and when it is up again.
    """

    platform: str = ""
    rules: Sequence[Rule] = ()

    def __init__(self, identity: Identity, events: EventQueue, ledger: Ledger, startup_text: str) -> None:
        self.identity = identity
        self.events = events
        self.ledger = ledger
        self.startup_text = startup_text
        self.config = ConfigTree(self.rules)
        self.log: list[LogRecord] = []
        self.up = False
        self.booted_s = 0.0
        self.changed_s: float | None = None
        self.watchers: list[Callable[[LogRecord], None]] = []
        self.life_watchers: list[Callable[[bool], None]] = []
        self._booting = False

    @property
    def name(self) -> str:
        """The inventory's name."""
        return self.identity.name

    @property
    def hostname(self) -> str:
        """What the prompt shows."""
        return self.config.root.first("hostname ") or self.default_hostname

    @property
    def default_hostname(self) -> str:
        """The name of a device that was given none."""
        return "Switch"

    @property
    def uptime_s(self) -> float:
        """Seconds since it came up."""
        return self.events.now - self.booted_s

    @property
    def wall(self) -> datetime:
        """The time its clock shows."""
        return EPOCH + timedelta(seconds=self.events.now)

    @property
    def modified(self) -> bool:
        """Whether running is not what was saved."""
        return body_of(self.running_text()) != body_of(self.startup_text)

    @property
    def checksum(self) -> str:
        """Four words over the configuration, as the ASA prints them."""
        digest = hashlib.md5("\n".join(self.config_lines()).encode(), usedforsecurity=False).hexdigest()
        return " ".join(digest[at : at + 8] for at in range(0, 32, 8))

    def configure(self, section_path: Sequence[str], line: str) -> str:
        """Take one full configuration line under the sections that are open.

        Args:
            section_path: the headers above it, () for a global line; missing ones are made.
            line: in full words, with `no` in front to take it away.

        Returns:
            What the device prints: "" when it accepts silently.
        """
        path = tuple(
            self.canonical(header, tuple(section_path[:at])) for at, header in enumerate(section_path)
        )
        answer = self._take(path, line)
        self.changed_s = self.events.now
        self.compile()
        return answer

    def canonical(self, line: str, _path: tuple[str, ...] = ()) -> str:
        """The line as the platform stores it."""
        return line

    @abstractmethod
    def _take(self, path: tuple[str, ...], line: str) -> str:
        """Change the tree; the answer of the device."""

    @abstractmethod
    def compile(self) -> None:
        """Make the settings of the data plane from the tree."""

    @abstractmethod
    def running_text(self) -> str:
        """The running configuration as the platform prints it."""

    @abstractmethod
    def config_lines(self) -> list[str]:
        """The running configuration without head, tail and separators."""

    @abstractmethod
    def _power_off(self) -> None:
        """Lose all state that a reload loses."""

    @abstractmethod
    def _power_on(self) -> None:
        """Take up work behind a boot."""

    @abstractmethod
    def write_log(self, severity: int, tag: str, text: str) -> None:
        """Log a message, where the configuration lets it."""

    def save(self) -> None:
        """Write startup."""
        self.startup_text = self.running_text()
        self.changed_s = None

    def boot(self) -> None:
        """Come up with what startup says."""
        self.config = ConfigTree(self.rules)
        self.log.clear()
        self.booted_s = self.events.now
        self._booting = True
        # What was saved carries the head and tail of a printed configuration, which are no lines of it.
        for path, line in read_lines("\n".join(body_of(self.startup_text))):
            self._take(tuple(self.canonical(header, path[:at]) for at, header in enumerate(path)), line)
        self._booting = False
        self.changed_s = None
        self.up = True
        self.compile()
        self._power_on()
        for watcher in self.life_watchers:
            watcher(True)

    def reload(self) -> None:
        """Go down, lose the running configuration, boot from startup minutes later."""
        if self.up:
            self.power_off()
            self.events.after(BOOT_S, self.boot)

    def power_off(self) -> None:
        """Go down, and stay down."""
        if not self.up:
            return
        self.up = False
        self._power_off()
        for watcher in self.life_watchers:
            watcher(False)

    def power_on(self) -> None:
        """Boot, at once: a lab has no patience."""
        if not self.up:
            self.boot()

    def record(self, record: LogRecord, limit_bytes: int) -> None:
        """Put a message into the buffer, where old ones make room, and tell those who watch."""
        self.log.append(record)
        size = sum(len(one.line) + 1 for one in self.log)
        while size > limit_bytes:
            size -= len(self.log.pop(0).line) + 1
        for watcher in self.watchers:
            watcher(record)


def body_of(text: str) -> list[str]:
    """A configuration text without head, separators and checksum, for comparing two of them."""
    return [
        line.rstrip()
        for line in text.splitlines()
        if line.strip()
        and line.rstrip() != "end"
        and not line.startswith(("!", ":", "Cryptochecksum", "ASA Version", "Building", "Current"))
    ]


__all__ = ["BOOT_S", "Device", "Identity", "PingRun", "body_of"]
