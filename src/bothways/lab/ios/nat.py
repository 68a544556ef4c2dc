"""Static translation of addresses on a router.

Documented: what comes in on the outside is translated, then routed; what leaves from the inside is routed,
then translated. An outside static entry therefore needs a route to its local address. It is permanent:
there is no state that a first packet makes. Believed: only packets between an inside and an outside
interface are translated; `add-route` adds a host route to the local address by way of the global one.
Documented: two entries of one host are taken when both are `extendable`, and what is then ambiguous is
resolved by full translations, of both ends with their ports. Believed: that this holds for outside entries as
it does for inside ones, that one of them may give the host its own address, that the first of them is used
where no full translation decides, and that full translations outlive what the lab looks at.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from ipaddress import IPv4Address

from bothways.lab.config_tree import ConfigTree
from bothways.lab.frames import Packet


@dataclass(frozen=True, slots=True)
class StaticNat:
    """One line.

    Attributes:
        outside: whether it names a host outside, not inside.
        local_address: under which the inside knows the host.
        global_address: under which the outside knows it.
        add_route: whether it brings a route to the local address.
        extendable: whether packets that use it leave a full translation behind.
    """

    outside: bool
    local_address: IPv4Address
    global_address: IPv4Address
    add_route: bool = False
    extendable: bool = False


def static_nats(config: ConfigTree) -> tuple[StaticNat, ...]:
    """The lines of a configuration: inside ones name the local address first, outside ones the global."""
    found = []
    for text in config.root.texts("ip nat "):
        _, _, side, _, kind, first, second, *rest = text.split()
        if kind == "static":
            one, other = IPv4Address(first), IPv4Address(second)
            outside = side == "outside"
            local, world = (other, one) if outside else (one, other)
            found.append(StaticNat(outside, local, world, "add-route" in rest, "extendable" in rest))
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
    static = tuple(entries)
    source = full.entry(packet) or next(
        (one for one in static if one.outside and packet.source == one.global_address), None
    )
    target = next(
        (one for one in static if not one.outside and packet.destination == one.global_address), None
    )
    if source is not None:
        packet = replace(packet, source=source.local_address)
    return replace(packet, destination=target.local_address) if target is not None else packet


def outward(entries: Iterable[StaticNat], full: FullTranslations, packet: Packet) -> Packet:
    """A packet from the inside as the outside sees it."""
    static, sent = tuple(entries), packet
    source = next((one for one in static if not one.outside and packet.source == one.local_address), None)
    target = next((one for one in static if one.outside and packet.destination == one.local_address), None)
    if source is not None:
        packet = replace(packet, source=source.global_address)
    if target is not None:
        packet = replace(packet, destination=target.global_address)
        if target.extendable:
            full.note(target, sent, packet)
    return packet
