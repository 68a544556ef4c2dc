"""What hosts do all the time, so that a device has something to show."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address

from bothways.lab.call import Call
from bothways.lab.host import Host
from bothways.lab.topology import WorkSpec


@dataclass(eq=False)
class Work:
    """One workload.

    Attributes:
        spec: what to do.
        host: who does it.
        calls: how often it was done.
    """

    spec: WorkSpec
    host: Host
    calls: int = 0
    _held: Call | None = None

    def start(self) -> None:
        """Plan the first time."""
        self.host.events.after(self.spec.first_s, self._turn)

    def _turn(self) -> None:
        self.calls += 1
        server: IPv4Address = self.spec.server
        if self.spec.kind == "ping":
            self.host.ping(server, lambda: None)
        elif self.spec.kind == "browse":
            self.host.call(server, self.spec.port)
        elif self._held is not None and not self._held.over:
            self._held.again()
        else:
            self._held = self.host.call(server, self.spec.port, keep=True)
        self.host.events.after(self.spec.every_s, self._turn)
