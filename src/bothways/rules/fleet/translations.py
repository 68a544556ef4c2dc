"""Static translations around which a route leads."""

from __future__ import annotations

from collections.abc import Iterator

from bothways.diagnosis.routes import route_index
from bothways.rules.fleet.contract import FleetRule, Ground, Judgement, Parameters
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
        """One for each device behind the translation that has a route to the real address in particular."""
        for entry in device.table(StaticNat).where(side="outside"):
            for name, row in _routes_to(ground.snapshot, device, entry):
                other = ground.snapshot.devices[name]
                yield Judgement(
                    sentence=(
                        f"{device.name} shows {entry.world} to its inside as {entry.local}, and {name} still "
                        f"routes {entry.world}: who calls that is answered by {entry.local}, and resets"
                    ),
                    evidence=(device.evidence(entry), other.evidence(row)),
                    subject=f"{entry.world} {name}",
                )


def _routes_to(snapshot: Snapshot, device: DeviceState, entry: StaticNat) -> Iterator[tuple[str, Route]]:
    """Host routes to the real address on other devices that send it to this one's inside."""
    inside = {row.interface for row in device.table(NatSide) if row.side == "inside"}
    own = route_index(device.table(Route))
    for other in snapshot:
        if other.name == device.name or not other.sees(Route):
            continue
        for row in other.table(Route):
            host = row.prefix is not None and row.prefix.prefixlen == 32 and entry.world in row.prefix
            way = own.exit(row.next_hop) if host and row.next_hop is not None else None
            if way is not None and way.interface in inside:
                yield other.name, row


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
