"""Pools of a router: which of its addresses a host gets is not known before it calls."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from ipaddress import IPv4Address, IPv4Network

from bothways.diagnosis.doubt import doubt
from bothways.diagnosis.legs import Drop
from bothways.diagnosis.segments import Topology
from bothways.diagnosis.visit import Visit
from bothways.flow import Fate
from bothways.state.device import DeviceState
from bothways.state.nat_rows import DynamicNat, NatPool
from bothways.state.rows import AclEntry, Route

_MOST_KINDS = 8


def pool_of(device: DeviceState, name: str) -> NatPool | None:
    """A pool by its name; None where its line was not read or not understood."""
    pools = device.table(NatPool).where(name=name) if device.sees(NatPool) else []
    return pools[0] if len(pools) == 1 else None


def pooled(device: DeviceState, address: IPv4Address) -> DynamicNat | None:
    """The line of a device whose pool holds an address."""
    if not device.mentions(NatPool, "ip nat pool ") or not (device.sees(DynamicNat) and device.sees(NatPool)):
        return None
    for line in device.table(DynamicNat):
        pool = pool_of(device, line.pool) if line.pool else None
        if pool is not None and pool.first <= address <= pool.last:
            return line
    return None


def pooled_at(topology: Topology, address: IPv4Address) -> tuple[DeviceState, DynamicNat] | None:
    """The same over all devices of the snapshot."""
    for device in topology.devices:
        line = pooled(device, address) if device.platform == "cisco_ios" else None
        if line is not None:
            return device, line
    return None


def lent_to_nobody(device: DeviceState, line: DynamicNat, address: IPv4Address) -> Drop:
    """Nobody is called by an address of a pool, unless a translation of a host stands there already."""
    text = f"{device.name}: whether a host has {address} of pool {line.pool}; show ip nat translations"
    return Drop(Fate.UNKNOWN, text, label="address of a pool")


def representative(visit: Visit, pool: NatPool) -> IPv4Address:
    """One address of a pool for all that no list and no route of the snapshot tells apart from it.

    Where some are told apart, each kind is walked in its turn.
    """
    if pool.first == pool.last:
        return pool.first
    kinds = _kinds(visit, pool)
    if len(kinds) > _MOST_KINDS:
        doubt(visit, f"{visit.name}: which address of pool {pool.name} it takes; lists tell them apart")
        return pool.first
    question = f"which address of pool {pool.name} {visit.name} takes for {visit.packet.source}"
    return kinds[visit.sight.choose(question, [f"{visit.name} takes {kind}" for kind in kinds])]


def _kinds(visit: Visit, pool: NatPool) -> list[IPv4Address]:
    """The first address of each stretch of the pool in which all are alike."""
    first, last = int(pool.first), int(pool.last)
    cuts = {first}
    for network in _networks(visit):
        ends = int(network.network_address), int(network.broadcast_address) + 1
        cuts.update(cut for cut in ends if first < cut <= last)
    return [IPv4Address(cut) for cut in sorted(cuts)]


def _networks(visit: Visit) -> Iterator[IPv4Network]:
    """All that lists and routes of the snapshot name."""
    for device in visit.topology.devices:
        if device.sees(AclEntry):
            table = device.table(AclEntry)
            yield from _known(table.vocabulary("source"))
            yield from _known(table.vocabulary("destination"))
        if device.sees(Route):
            yield from _known(device.table(Route).vocabulary("prefix"))
    yield from visit.topology.networks


def _known(values: Iterable[IPv4Network | None]) -> Iterator[IPv4Network]:
    return (value for value in values if value is not None)
