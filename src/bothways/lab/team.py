"""The network cards of a host: the first that has a link is used, the others stand in for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from bothways.lab.frames import Frame
from bothways.lab.wire import Port


@dataclass(eq=False)
class Team:
    """Cards in order of preference, one MAC address on all of them.

    What comes in by a card that is not used is not taken, as a hypervisor does that spreads its guests.

    Attributes:
        owner: address of the host.
        receive: takes what comes in by the card in use.
        announce: called when another card has taken over, so that switches learn where the host lives now.
        ports: the cards.
    """

    owner: str
    receive: Callable[[Port, Frame], bool]
    announce: Callable[[], None]
    ports: list[Port] = field(default_factory=list)
    _used: Port | None = None

    def add(self) -> Port:
        """One more card, the least preferred."""
        port = Port(self.owner, f"eth{len(self.ports)}", self._take, self._link_changed)
        self.ports.append(port)
        return port

    @property
    def active(self) -> Port:
        """The card in use; the first one when none has a link."""
        return next((port for port in self.ports if port.up), self.ports[0])

    def send(self, frame: Frame) -> None:
        """Put a frame out."""
        self._used = self._used or self.active
        self.active.send(frame)

    def _take(self, port: Port, frame: Frame) -> bool:
        return port is self.active and self.receive(port, frame)

    def _link_changed(self, _port: Port) -> None:
        before, self._used = self._used, self.active
        if self._used.up and self._used is not before and len(self.ports) > 1:
            self.announce()
