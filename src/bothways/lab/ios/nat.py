"""Static translation of addresses and ports on a router.

Documented: what comes in on the outside is translated, then routed; what leaves from the inside is routed,
then translated. An outside static entry therefore needs a route to its local address. It is permanent:
there is no state that a first packet makes. Believed: only packets between an inside and an outside
interface are translated; `add-route` adds a host route to the local address by way of the global one.
Documented: two entries of one host are taken when both are `extendable`, and what is then ambiguous is
resolved by full translations, of both ends with their ports. Believed: that this holds for outside entries as
it does for inside ones, that one of them may give the host its own address, that the first of them is used
where no full translation decides, that an entry of one port is taken before one of the whole host, and that
full translations outlive what the lab looks at.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from ipaddress import IPv4Address

from bothways.lab.config_tree import ConfigTree
from bothways.lab.frames import TCP, UDP, Packet


@dataclass(frozen=True, slots=True)
class StaticNat:
    """One line.

    Attributes:
        outside: whether it names a host outside, not inside.
        local_address: under which the inside knows the host.
        global_address: under which the outside knows it.
        add_route: whether it brings a route to the local address.
        extendable: whether packets that use it leave a full translation behind.
        protocol: of its ports; None for all of the host.
        local_port, global_port: the one that is translated.
    """

    outside: bool
    local_address: IPv4Address
    global_address: IPv4Address
    add_route: bool = False
    extendable: bool = False
    protocol: int | None = None
    local_port: int = 0
    global_port: int = 0

    def sends(self, packet: Packet) -> bool:
        """Whether a packet of the inside comes from its host."""
        here = not self.outside and packet.source == self.local_address
        return here and (
            self.protocol is None or (packet.protocol, packet.sport) == (self.protocol, self.local_port)
        )

    def takes(self, packet: Packet) -> bool:
        """Whether a packet of the outside is for its host."""
        here = not self.outside and packet.destination == self.global_address
        return here and (
            self.protocol is None or (packet.protocol, packet.dport) == (self.protocol, self.global_port)
        )


def static_nats(config: ConfigTree, own: Mapping[str, IPv4Address]) -> tuple[StaticNat, ...]:
    """The lines of a configuration, in their order.

    Args:
        config: inside lines name the local address first, outside ones the global.
        own: the addresses of the interfaces, by name.
    """
    found = []
    for text in config.root.texts("ip nat "):
        match text.split()[2:]:
            case ["inside", "source", "static", ("tcp" | "udp") as protocol, local, port, *rest]:
                address = own.get(rest[1]) if rest[0] == "interface" else IPv4Address(rest[0])
                shown = int(rest[2] if rest[0] == "interface" else rest[1])
                number = TCP if protocol == "tcp" else UDP
                if address is not None:
                    here = IPv4Address(local)
                    found.append(StaticNat(False, here, address, False, False, number, int(port), shown))
            case [side, "source", "static", first, second, *rest]:
                one, other = IPv4Address(first), IPv4Address(second)
                local_address, world = (other, one) if side == "outside" else (one, other)
                options = ("add-route" in rest, "extendable" in rest)
                found.append(StaticNat(side == "outside", local_address, world, *options))
    return tuple(found)


Key = tuple[int, IPv4Address, int, IPv4Address, int]
"""A packet of an outside host: protocol, its address and port, and those it answers to."""


@dataclass
class FullTranslations:
    """What packets of the inside leave behind when an extendable entry takes them."""

    _taken: dict[Key, tuple[StaticNat, Packet]] = field(default_factory=dict)

    def __iter__(self) -> Iterator[tuple[StaticNat, Packet]]:
        """The entries, each with a packet as the inside sent it."""
        return iter(self._taken.values())

    def __len__(self) -> int:
        return len(self._taken)

    def note(self, entry: StaticNat, sent: Packet, left: Packet) -> None:
        """Remember under which name the inside called an outside host."""
        key = (left.protocol, left.destination, left.dport, left.source, left.sport)
        self._taken[key] = (entry, sent)

    def entry(self, packet: Packet) -> StaticNat | None:
        """The entry by which an answer must go."""
        key = (packet.protocol, packet.source, packet.sport, packet.destination, packet.dport)
        taken = self._taken.get(key)
        return taken[0] if taken else None

    def keep(self, entries: Sequence[StaticNat]) -> None:
        """Those of entries that are gone go with them."""
        self._taken = {key: taken for key, taken in self._taken.items() if taken[0] in entries}


def inward(entries: Iterable[StaticNat], full: FullTranslations, packet: Packet) -> Packet:
    """A packet from the outside as the inside sees it; a full translation is looked up first."""
    static = ports_first(entries)
    source = full.entry(packet) or next(
        (one for one in static if one.outside and packet.source == one.global_address), None
    )
    target = next((one for one in static if one.takes(packet)), None)
    if source is not None:
        packet = replace(packet, source=source.local_address)
    if target is not None:
        port = packet.dport if target.protocol is None else target.local_port
        packet = replace(packet, destination=target.local_address, dport=port)
    return packet


def outward(entries: Iterable[StaticNat], full: FullTranslations, packet: Packet) -> Packet:
    """A packet from the inside as the outside sees it."""
    static, sent = ports_first(entries), packet
    source = sender(static, packet)
    target = next((one for one in static if one.outside and packet.destination == one.local_address), None)
    if source is not None:
        port = packet.sport if source.protocol is None else source.global_port
        packet = replace(packet, source=source.global_address, sport=port)
    if target is not None:
        packet = replace(packet, destination=target.global_address)
        if target.extendable:
            full.note(target, sent, packet)
    return packet


def sender(entries: Iterable[StaticNat], packet: Packet) -> StaticNat | None:
    """The entry that names who sends a packet of the inside."""
    return next((one for one in ports_first(entries) if one.sends(packet)), None)


def ports_first(entries: Iterable[StaticNat]) -> list[StaticNat]:
    """Entries of one port before those of a whole host, each in their order."""
    return sorted(entries, key=lambda one: one.protocol is None)
