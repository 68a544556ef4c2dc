"""What hosts of the inside leave behind in a router's table when they call.

Documented: the first packet makes an entry, and a packet that no list permits passes as it is; with
`overload` the entry names both ends with their ports, the port is kept where it is free and is the next free
one of its group (to 511, to 1023, to 65535) where it is not, and a pool's next address is used when the ports
of the one before are; without it the entry names the host alone, and others may call it while it lives. A
pool without a free address drops the packet. Entries live from their last packet. Believed: any packet makes
one, not a SYN alone; a port that a static entry has is not free.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from ipaddress import IPv4Address

from bothways.lab.frames import FIN, RST, TCP, UDP, Packet
from bothways.lab.ios.nat import StaticNat
from bothways.lab.ios.nat_rules import InsideSource, Lifetimes

Ends = tuple[int, IPv4Address, int, IPv4Address, int]
_WITH_PORTS = (TCP, UDP)
_GROUPS = (range(1, 512), range(512, 1024), range(1024, 65536))


@dataclass(eq=False, slots=True)
class Entry:
    """One translation.

    Attributes:
        rule: that made it.
        sent: its first packet, as the inside sent it.
        left: the same, as it went out.
        last_s: when it was last used.
        closing: whether a FIN or RST has passed.
    """

    rule: InsideSource
    sent: Packet
    left: Packet
    last_s: float
    closing: bool = False

    @property
    def simple(self) -> bool:
        """Whether it names the inside host alone."""
        return not self.rule.overload


class Translations:
    """The entries that packets made.

    Attributes:
        sources: the lines that make some.
        static: entries whose ports are not free.
        lifetimes: after how much silence one goes.
        expired: how many went.
    """

    def __init__(self, now: Callable[[], float]) -> None:
        self.sources: tuple[InsideSource, ...] = ()
        self.static: tuple[StaticNat, ...] = ()
        self.lifetimes = Lifetimes({})
        self.expired = 0
        self._now = now
        self._entries: list[Entry] = []

    def __iter__(self) -> Iterator[Entry]:
        """Those that live, oldest first."""
        self._purge()
        return iter(self._entries)

    def configure(
        self, sources: Sequence[InsideSource], static: Sequence[StaticNat], lifetimes: Lifetimes
    ) -> None:
        """Entries of lines that are gone go with them."""
        self.sources, self.static, self.lifetimes = tuple(sources), tuple(static), lifetimes
        self._entries = [one for one in self._entries if one.rule in self.sources]

    def clear(self) -> None:
        """All of them: an administrator, or a reload."""
        self._entries.clear()

    def inward(self, packet: Packet, static: Packet) -> Packet:
        """A packet of the outside as the inside sees it.

        Args:
            packet: as it came.
            static: as static entries leave it: an entry of the host alone says nothing of its sender.
        """
        for one in self:
            left, sent = one.left, one.sent
            if one.simple and packet.destination == left.source:
                self._use(one, packet)
                return replace(static, destination=sent.source)
            if not one.simple and _ends(packet) == _answer(left):
                self._use(one, packet)
                return replace(
                    packet,
                    source=sent.destination,
                    sport=sent.dport,
                    destination=sent.source,
                    dport=sent.sport,
                )
        return static

    def outward(self, sent: Packet, left: Packet, permits: Callable[[str], bool]) -> Packet | None:
        """A packet of the inside as it goes out; None when there is nothing left to translate it to.

        Args:
            sent: as the inside sent it.
            left: the same, its destination translated.
            permits: whether a list chooses it.
        """
        found = next((one for one in self if self._made_by(one, sent)), None)
        if found is None:
            rule = next((one for one in self.sources if permits(one.acl)), None)
            if rule is None or (rule.pool is None and rule.address is None):
                return left
            found = self._make(rule, sent, left)
        if found is None:
            return None
        self._use(found, sent)
        source = replace(left, source=found.left.source)
        return source if found.simple else replace(source, sport=found.left.sport, dport=found.left.dport)

    def _made_by(self, one: Entry, sent: Packet) -> bool:
        return one.sent.source == sent.source if one.simple else _ends(one.sent) == _ends(sent)

    def _make(self, rule: InsideSource, sent: Packet, left: Packet) -> Entry | None:
        for address in rule.addresses():
            port = self._port(address, sent) if rule.overload else sent.sport
            if port is None or (not rule.overload and self._held(address)):
                continue
            dport = left.dport if sent.protocol in _WITH_PORTS else port  # the identifier of an echo is both
            shown = replace(left, source=address, sport=port, dport=dport)
            one = Entry(rule, sent, shown, self._now())
            self._entries.append(one)
            return one
        return None

    def _held(self, address: IPv4Address) -> bool:
        return any(one.left.source == address for one in self._entries) or any(
            not one.outside and one.global_address == address for one in self.static
        )

    def _port(self, address: IPv4Address, sent: Packet) -> int | None:
        """Under which port of an address a host goes out."""
        taken = {
            one.global_port
            for one in self.static
            if (one.protocol, one.global_address) == (sent.protocol, address)
        }
        for one in self._entries:
            if (one.left.protocol, one.left.source) != (sent.protocol, address):
                continue
            if (one.sent.source, one.sent.sport) == (sent.source, sent.sport):
                return one.left.sport
            taken.add(one.left.sport)
        group = next(ports for ports in _GROUPS if sent.sport in ports or ports is _GROUPS[-1])
        later = range(sent.sport + 1, group.stop)
        free = (port for port in (sent.sport, *later, *group) if port not in taken)
        return next(free, None)

    def _use(self, one: Entry, packet: Packet) -> None:
        one.last_s = self._now()
        one.closing = one.closing or (packet.protocol == TCP and bool(packet.flags & (FIN | RST)))

    def _purge(self) -> None:
        now, before = self._now(), len(self._entries)
        self._entries = [one for one in self._entries if now - one.last_s <= self._limit(one)]
        self.expired += before - len(self._entries)

    def _limit(self, one: Entry) -> float:
        return self.lifetimes.of(one.sent.protocol, simple=one.simple, closing=one.closing)


def _ends(packet: Packet) -> Ends:
    return (packet.protocol, packet.source, packet.sport, packet.destination, packet.dport)


def _answer(packet: Packet) -> Ends:
    return (packet.protocol, packet.destination, packet.dport, packet.source, packet.sport)
