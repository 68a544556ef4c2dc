"""Static translations around which a route leads."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address

from bothways.diagnosis.routes import route_index
from bothways.rules.fleet.contract import FleetRule, Ground, Judgement, Outcome, Parameters
from bothways.rules.outside_local_route import unrouted
from bothways.state.device import DeviceState
from bothways.state.nat_rows import NatSide, StaticNat
from bothways.state.rows import Route
from bothways.state.snapshot import Snapshot


class RouteAroundNat(FleetRule):
    """A static translation shows a host by another address, and a route still leads to its real one."""

    id = "one-way-nat"
    platforms = ("cisco_ios",)
    reads = (StaticNat, NatSide, Route)

    def judge(self, ground: Ground, device: DeviceState, chosen: Parameters) -> Iterator[Judgement]:
        """One for each device on the far side of the translation with a route to the real address alone."""
        for entry in device.table(StaticNat):
            real, alias, side = _shown(entry)
            for name, row in _routes_to(ground.snapshot, device, real, side):
                other = ground.snapshot.devices[name]
                yield Judgement(
                    sentence=(
                        f"{device.name} shows {real} to its {side} as {alias}, and {name} still routes "
                        f"{real}: who calls that is answered by {alias}, and resets"
                    ),
                    evidence=(device.evidence(entry), other.evidence(row)),
                    subject=f"{real} {name}",
                )
        yield from _unseen(ground.snapshot, device)


def _shown(entry: StaticNat) -> tuple[IPv4Address, IPv4Address, str]:
    """The real address of a host, the one that hides it, and the side that knows it by that."""
    if entry.side == "outside":
        return entry.world, entry.local, "inside"
    return entry.local, entry.world, "outside"


def _routes_to(
    snapshot: Snapshot, device: DeviceState, real: IPv4Address, side: str
) -> Iterator[tuple[str, Route]]:
    """Host routes to the real address on other devices that send it to this one, from that side.

    A route to a whole network is there for others of it, too, and says nothing about this host.
    """
    of_side = {row.interface for row in device.table(NatSide) if row.side == side}
    own = route_index(device.table(Route))
    for other in snapshot:
        if other.name == device.name or not other.sees(Route):
            continue
        for row in other.table(Route):
            host = row.prefix is not None and row.prefix.prefixlen == 32 and real in row.prefix
            way = own.exit(row.next_hop) if host and row.next_hop is not None else None
            if way is not None and way.interface in of_side:
                yield other.name, row


def _unseen(snapshot: Snapshot, device: DeviceState) -> Iterator[Judgement]:
    """Devices that may have such a route, and did not say."""
    dark = [*snapshot.unread, *(other.name for other in snapshot if not other.sees(Route))]
    if dark and len(device.table(StaticNat)):
        yield Judgement(
            sentence=f"the routes of {', '.join(dark)} were not read: whether one leads around is not known",
            evidence=(device.evidence(device.table(StaticNat).row(0)),),
            outcome=Outcome.COULD_NOT_SEE,
            subject="routes of others",
        )


class MissingRoute(FleetRule):
    """An outside static translation whose local address has no route out of an outside interface."""

    id = "missing-outside-local-route"
    platforms = ("cisco_ios",)
    reads = (StaticNat, NatSide, Route)

    def judge(self, ground: Ground, device: DeviceState, chosen: Parameters) -> Iterator[Judgement]:
        """One for each such line."""
        for entry in device.table(StaticNat):
            if unrouted(device, entry):
                yield Judgement(
                    sentence=(
                        f"{device.name} shows {entry.world} to the inside as {entry.local} and has no route "
                        f"to {entry.local} out of an outside interface: what goes there is lost"
                    ),
                    evidence=(
                        device.evidence(entry),
                        device.absence(Route, f"a route to {entry.local} outside"),
                    ),
                    subject=str(entry.local),
                )
