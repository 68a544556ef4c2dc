"""Layer 2 of a Catalyst: access ports, channels, VLANs, learnt addresses."""

from __future__ import annotations

from dataclasses import dataclass, field

from bothways.lab.events import EventQueue
from bothways.lab.frames import Frame
from bothways.lab.ios.settings import SwitchPort
from bothways.lab.wire import Port

AGEING_S = 300.0


@dataclass(frozen=True, slots=True)
class MacEntry:
    """A learnt address; its port may be a channel."""

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
        """The access VLAN of a port, or of its channel."""
        one = self.settings.get(self.known_as(port)) or self.settings.get(port.name)
        return one.vlan if one else 1

    def known_as(self, port: Port) -> str:
        """The interface that frames of a port come in by: its channel, or itself."""
        one = self.settings.get(port.name)
        return one.channel if one and one.channel else port.name

    def members(self, name: str) -> list[Port]:
        """The ports of an interface: those of a channel, or the one."""
        return [port for port in self.ports.values() if self.known_as(port) == name]

    def up(self, name: str) -> bool:
        """Whether an interface has a link: a channel needs one member."""
        own = self.ports.get(name)
        return own.up if own is not None else any(port.up for port in self.members(name))

    def live(self, vlan: int) -> bool:
        """Whether any port of a VLAN is up: only then its SVI is."""
        return any(port.up and self.vlan_of(port) == vlan for port in self.ports.values())

    def learn(self, port: Port, frame: Frame) -> None:
        """Remember where a source lives."""
        vlan = self.vlan_of(port)
        self.macs[(vlan, frame.source)] = MacEntry(vlan, frame.source, self.known_as(port), self.events.now)

    def bridge(self, vlan: int, frame: Frame, came: Port | None) -> bool:
        """Send a frame to the port where its destination lives, or to all of its VLAN; whether any had it."""
        entry = self.macs.get((vlan, frame.destination))
        if entry is not None and self.events.now - entry.learnt_s <= AGEING_S:
            names = [entry.port]
        else:
            names = list(dict.fromkeys(map(self.known_as, self.ports.values())))
        where_from = self.known_as(came) if came is not None else ""
        out = [self._outgoing(name, frame) for name in names if name != where_from]
        chosen = [port for port in out if port is not None and self.vlan_of(port) == vlan]
        for port in chosen:
            port.send(frame)
        return bool(chosen)

    def _outgoing(self, name: str, frame: Frame) -> Port | None:
        """The port that a frame leaves an interface by: a channel spreads by the addresses."""
        able = [port for port in self.members(name) if port.enabled and port.wire]
        if len(able) > 1 or name not in self.ports:
            able = [port for port in able if port.up]
        spread = frame.source[-1] ^ frame.destination[-1]
        return able[spread % len(able)] if able else None

    def forget(self, port: Port) -> None:
        """What was learnt on a port is gone with its link; of a channel, with the last one."""
        name = self.known_as(port)
        for key in [key for key, one in self.macs.items() if one.port == name and not self.up(name)]:
            del self.macs[key]

    def table(self) -> list[MacEntry]:
        """What is known now, by VLAN and address."""
        fresh = [one for one in self.macs.values() if self.events.now - one.learnt_s <= AGEING_S]
        return sorted(fresh, key=lambda one: (one.vlan, one.mac))
