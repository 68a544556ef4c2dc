"""Broadcast segments and the ports on them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from bothways.lab.events import EventQueue
from bothways.lab.frames import Frame, Packet
from bothways.lab.ledger import Drop, Ledger, Why

DELAY_S = 0.0001
"""From one end of a wire to the other."""


@dataclass(eq=False)
class Port:
    """An end of a wire at a host or device.

    Attributes:
        owner: inventory name of the device, or address of the host.
        name: of the interface.
        receive: takes what comes in; says whether it was for the owner, or goes on from there.
        changed: told when the port goes up or down.
        wire: what it is plugged into; None for an empty socket.
        link: what the world did to the cable.
        enabled: what the owner wants: `shutdown`, or a boot.
    """

    owner: str
    name: str
    receive: Callable[[Port, Frame], bool]
    changed: Callable[[Port], None] = lambda _port: None
    wire: Wire | None = None
    link: bool = True
    enabled: bool = True

    @property
    def lit(self) -> bool:
        """Whether its own end does what it should."""
        return self.link and self.enabled

    @property
    def up(self) -> bool:
        """Whether frames pass."""
        return self.wire is not None and self.lit and self.wire.carrier(self)

    def send(self, frame: Frame) -> None:
        """Put a frame on the wire."""
        if self.wire is not None:
            self.wire.carry(self, frame)

    def set_link(self, up: bool) -> None:
        """Plug the cable in or out."""
        before = self._reached()
        self.link = up
        for port, was_up in before:
            if port.up != was_up:
                port.changed(port)

    def set_enabled(self, enabled: bool) -> None:
        """What the owner wants; it is not told of its own wish."""
        before = self._reached()
        self.enabled = enabled
        for port, was_up in before:
            if port is not self and port.up != was_up:
                port.changed(port)

    def _reached(self) -> list[tuple[Port, bool]]:
        """The ports whose link hangs on this one, and whether each is up."""
        far = self.wire.ports if self.wire is not None and self.wire.cable else []
        return [(port, port.up) for port in (self, *(one for one in far if one is not self))]


@dataclass(frozen=True, slots=True)
class Tapped:
    """A frame as a tap saw it."""

    time_s: float
    frame: Frame


@dataclass(eq=False)
class Loss:
    """A packet that is to be lost: the one with which `left` comes to zero."""

    chosen: Callable[[Packet], bool]
    left: int

    def strikes(self, packet: Packet) -> bool:
        """Count a packet that is chosen; whether it is the one to lose."""
        if not self.chosen(packet):
            return False
        self.left -= 1
        return not self.left


@dataclass(eq=False)
class Wire:
    """A segment: what one port sends, all others get, in the order in which they were plugged in.

    Attributes:
        name: of the wire.
        cable: whether it has two ends, which lose their link together; on a segment each has its own.
        seen: every frame that was on it, newest last, at most `keep`.
        lost: packets that it lost at somebody's wish.
    """

    name: str
    events: EventQueue
    ledger: Ledger
    cable: bool = False
    keep: int = 200_000
    ports: list[Port] = field(default_factory=list)
    seen: list[Tapped] = field(default_factory=list)
    taps: list[Callable[[Tapped], None]] = field(default_factory=list)
    lost: list[Packet] = field(default_factory=list)
    _losses: list[Loss] = field(default_factory=list)

    def plug(self, port: Port) -> None:
        """Attach a port."""
        port.wire = self
        self.ports.append(port)

    def carrier(self, port: Port) -> bool:
        """Whether a port has a link as far as the others go."""
        return not self.cable or all(other.lit for other in self.ports if other is not port)

    def lose(self, chosen: Callable[[Packet], bool], nth: int = 1) -> Loss:
        """Lose the n-th packet from now on that is chosen, once."""
        loss = Loss(chosen, nth)
        self._losses.append(loss)
        return loss

    def carry(self, sender: Port, frame: Frame) -> None:
        """Bring a frame from one port to the others."""
        if not sender.up:
            self._lost(sender, frame)
            return
        tapped = Tapped(self.events.now, frame)
        self.seen.append(tapped)
        if len(self.seen) > self.keep:
            del self.seen[: self.keep // 2]
        for tap in self.taps:
            tap(tapped)
        if isinstance(frame.body, Packet) and self._loses(frame.body):
            self.lost.append(frame.body)
            self.ledger.drop(Drop(self.events.now, self.name, sender.name, frame.body, Why.LOST))
            return
        self.events.after(DELAY_S, lambda: self._arrive(sender, frame))

    def _loses(self, packet: Packet) -> bool:
        due = [one for one in self._losses if one.strikes(packet)]
        self._losses = [one for one in self._losses if one.left]
        return bool(due)

    def _arrive(self, sender: Port, frame: Frame) -> None:
        taken = False
        for port in self.ports:
            if port is not sender and port.up:
                taken = port.receive(port, frame) or taken
        if not taken:
            self._lost(sender, frame)

    def _lost(self, port: Port, frame: Frame) -> None:
        """A packet for one receiver, who was not there; its last owner is the place."""
        if isinstance(frame.body, Packet) and not frame.body.destination.is_multicast:
            self.ledger.drop(Drop(self.events.now, port.owner, port.name, frame.body, Why.LINK_DOWN))
