"""Translations in use: static ones for ever, port translations as long as a connection uses them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from ipaddress import IPv4Address

from bothways.lab.asa.conn import Conn, End
from bothways.lab.events import EventQueue
from bothways.lab.frames import ICMP, TCP, UDP

_PORTS = range(1024, 65536)
_NAMES = {TCP: "TCP", UDP: "UDP", ICMP: "ICMP"}


@dataclass(eq=False, slots=True)
class Xlate:
    """A port translation.

    Attributes:
        protocol: of IP.
        real, mapped: the two ends it stands between.
        created_s, last_s: when it was made and last used.
        users: connections that use it.
    """

    protocol: int
    real: End
    mapped: End
    created_s: float
    last_s: float
    users: int = 0

    @property
    def protocol_name(self) -> str:
        """`TCP`."""
        return _NAMES.get(self.protocol, str(self.protocol))


@dataclass
class Xlates:
    """The port translations of a firewall.

    Attributes:
        keep_s: how long one stays behind its last connection.
        told: called with each that is made (True) and removed (False).
    """

    events: EventQueue
    told: Callable[[Xlate, bool], None]
    keep_s: float = 30.0
    most_used: int = 0
    _used: dict[tuple[int, IPv4Address, int], Xlate] = field(default_factory=dict)

    def __iter__(self) -> Iterator[Xlate]:
        return iter(self._used.values())

    def __len__(self) -> int:
        return len(self._used)

    def take(
        self, protocol: int, real: End, mapped_if: str, address: IPv4Address, *, kept: Callable[[int], bool]
    ) -> End:
        """Under which port of an address a new connection's initiator goes out; `kept` ports are not free."""
        for one in self._used.values():
            if (one.protocol, one.real, one.mapped.interface) == (protocol, real, mapped_if):
                one.users += 1
                return one.mapped
        free = (
            port
            for port in (real.port, *_PORTS)
            if (protocol, address, port) not in self._used and not kept(port)
        )
        mapped = End(mapped_if, address, next(free))
        one = Xlate(protocol, real, mapped, self.events.now, self.events.now, users=1)
        self._used[(protocol, address, mapped.port)] = one
        self.most_used = max(self.most_used, len(self))
        self.told(one, True)
        return mapped

    def share(self, conn: Conn) -> None:
        """Another connection uses the translation of its initiator."""
        one = self._of(conn)
        if one is not None:
            one.users += 1

    def _of(self, conn: Conn) -> Xlate | None:
        mapped = conn.initiator_mapped
        one = self._used.get((conn.protocol, mapped.address, mapped.port))
        return one if one is not None and one.real == conn.initiator else None

    def release(self, conn: Conn) -> None:
        """A connection is over; its translation goes a little later."""
        one = self._of(conn)
        if one is None:
            return
        one.users -= 1
        one.last_s = self.events.now
        self.events.after(self.keep_s, lambda: self._expire(one))

    def clear(self) -> None:
        """An administrator's `clear xlate`, or a mate that never heard of them."""
        for one in list(self._used.values()):
            self._remove(one)

    def _expire(self, one: Xlate) -> None:
        if not one.users and self.events.now - one.last_s >= self.keep_s:
            self._remove(one)

    def _remove(self, one: Xlate) -> None:
        key = (one.protocol, one.mapped.address, one.mapped.port)
        if self._used.get(key) is one:
            del self._used[key]
            self.told(one, False)
