"""Layer 2 of the 3560: access ports, VLANs, learnt addresses."""

from __future__ import annotations

from dataclasses import dataclass, field

from bothways.lab.events import EventQueue
from bothways.lab.frames import Frame
from bothways.lab.ios.settings import SwitchPort
from bothways.lab.wire import Port

AGEING_S = 300.0


@dataclass(frozen=True, slots=True)
class MacEntry:
    """A learnt address."""

    vlan: int
    mac: bytes
    port: str
    learnt_s: float


@dataclass
class Switching:
    """The bridge.

    Attributes:
        ports: the sockets, by name.
        settings: access ports, by name.
        macs: what was learnt, by VLAN and address.
    """

    events: EventQueue
    ports: dict[str, Port] = field(default_factory=dict)
    settings: dict[str, SwitchPort] = field(default_factory=dict)
    macs: dict[tuple[int, bytes], MacEntry] = field(default_factory=dict)

    def vlan_of(self, port: Port) -> int:
        """The access VLAN of a port."""
        one = self.settings.get(port.name)
        return one.vlan if one else 1

    def live(self, vlan: int) -> bool:
        """Whether any port of a VLAN is up: only then its SVI is."""
        return any(port.up and self.vlan_of(port) == vlan for port in self.ports.values())

    def learn(self, port: Port, frame: Frame) -> None:
        """Remember where a source lives."""
        vlan = self.vlan_of(port)
        self.macs[(vlan, frame.source)] = MacEntry(vlan, frame.source, port.name, self.events.now)

    def bridge(self, vlan: int, frame: Frame, came: Port | None) -> bool:
        """Send a frame to the port where its destination lives, or to all of its VLAN; whether any had it."""
        entry = self.macs.get((vlan, frame.destination))
        if entry is not None and self.events.now - entry.learnt_s <= AGEING_S:
            out = [self.ports[entry.port]] if entry.port in self.ports else []
        else:
            out = list(self.ports.values())
        out = [
            port
            for port in out
            if port is not came and port.enabled and port.wire and self.vlan_of(port) == vlan
        ]
        for port in out:
            port.send(frame)
        return bool(out)

    def forget(self, port: Port) -> None:
        """What was learnt on a port is gone with its link."""
        for key in [key for key, one in self.macs.items() if one.port == port.name]:
            del self.macs[key]

    def table(self) -> list[MacEntry]:
        """What is known now, by VLAN and address."""
        fresh = [one for one in self.macs.values() if self.events.now - one.learnt_s <= AGEING_S]
        return sorted(fresh, key=lambda one: (one.vlan, one.mac))
