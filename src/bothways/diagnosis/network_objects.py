"""What the names in an ASA's NAT lines stand for: objects and groups of addresses."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import AddressValueError, IPv4Address, IPv4Network, NetmaskValueError, summarize_address_range

from bothways.state.device import DeviceState
from bothways.state.rows import ConfigLine

Networks = tuple[IPv4Network, ...]
ANY: Networks = (IPv4Network("0.0.0.0/0"),)
_DEEPEST = 8


class NetworkObjects:
    """The objects of one device, resolved on demand."""

    def __init__(self, device: DeviceState) -> None:
        self._lines: dict[str, list[list[str]]] = {}
        for row in device.table(ConfigLine) if device.sees(ConfigLine) else ():
            words = row.section.split()
            if words[:2] in (["object", "network"], ["object-group", "network"]) and len(words) == 3:
                self._lines.setdefault(words[2], []).append(row.text.split())

    def networks(self, name: str) -> Networks | None:
        """What a name stands for; None where that is not known: FQDN, IPv6, names of hosts."""
        if name in {"any", "any4"}:
            return ANY
        try:
            return self._of(name, _DEEPEST)
        except (LookupError, AddressValueError, NetmaskValueError, ValueError):
            return None

    def _of(self, name: str, depth: int) -> Networks:
        if not depth:
            raise LookupError(name)
        if name not in self._lines:
            return (IPv4Network(name),)  # `nat (inside,outside) static 203.0.113.5`
        found = [net for words in self._lines[name] for net in self._member(words, depth)]
        if not found:
            raise LookupError(name)
        return tuple(found)

    def _member(self, words: list[str], depth: int) -> Iterator[IPv4Network]:
        match words:
            case ["description" | "nat", *_]:
                return
            case ["host", one] | ["network-object", "host", one]:
                yield IPv4Network(one)
            case ["range", first, last]:
                yield from summarize_address_range(IPv4Address(first), IPv4Address(last))
            case ["network-object", "object", name] | ["group-object", name]:
                yield from self._of(name, depth - 1)
            case ["subnet", base, mask] | ["network-object", base, mask]:
                yield IPv4Network(f"{base}/{mask}")
            case _:
                raise LookupError(" ".join(words))


def counterpart(address: IPv4Address, of: Networks | None, to: Networks | None) -> IPv4Address | None:
    """The address at the same place of the other side; None where the two sides are not of one shape.

    One host that has many addresses opens flows as the first of them, and is called by each.
    """
    if of is None or to is None:
        return None
    if of == to:
        return address
    ours, theirs = _span(of), _span(to)
    if ours is None or theirs is None:
        return None
    if theirs[1] == 1 or ours == (int(address), 1):
        return IPv4Address(theirs[0]) if 1 in {ours[1], theirs[1]} else None
    return IPv4Address(theirs[0] + int(address) - ours[0]) if ours[1] == theirs[1] else None


def _span(networks: Networks) -> tuple[int, int] | None:
    """First address and count of what follows on one another, in the order in which it stands."""
    start = following = int(networks[0].network_address)
    for net in networks:
        if int(net.network_address) != following:
            return None
        following += net.num_addresses
    return start, following - start
