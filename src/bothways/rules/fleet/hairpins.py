"""Traffic that a firewall turns around on one interface: permitted for nobody, or stuck half way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from pydantic import Field

from bothways.diagnosis.connections import embryonic
from bothways.diagnosis.findings import Severity
from bothways.rules.fleet.contract import FleetRule, Ground, Judgement, Parameters
from bothways.state.device import DeviceState
from bothways.state.log_rows import AspDrop
from bothways.state.rows import Conn, Interface, Route, SameSecurity

_SHOWN = 3


class HairpinPermitUnused(FleetRule):
    """`same-security-traffic permit intra-interface` without anything to turn around."""

    id = "hairpin-permit-unused"
    severity = Severity.NOTE
    platforms = ("cisco_asa",)
    reads = (SameSecurity, Conn, Route, Interface)

    def judge(self, ground: Ground, device: DeviceState, chosen: Parameters) -> Iterator[Judgement]:
        """One, where neither a connection nor a route uses it."""
        permits = device.table(SameSecurity).where(kind="intra-interface")
        if not permits or _turned(device) or _turning_route(device):
            return
        yield Judgement(
            sentence=(
                f"{device.name} may send packets back out of the interface they came in by, and neither a "
                f"connection does so now nor a route of its own leads back to a network with hosts"
            ),
            evidence=(
                device.evidence(permits[0]),
                device.absence(Conn, "a connection within one interface"),
                device.absence(Route, "a route, but for the default, by way of a router"),
            ),
        )


def _turned(device: DeviceState) -> list[Conn]:
    return [row for row in device.table(Conn) if row.a_interface == row.b_interface]


def _turning_route(device: DeviceState) -> bool:
    """A route by a router on some interface, other than the default."""
    return any(
        row.next_hop is not None and (row.prefix is None or row.prefix.prefixlen)
        for row in device.table(Route)
    )


class _Many(Parameters):
    """How many at once are no coincidence."""

    most: int = Field(default=0, ge=0)


class HalfOpenHairpins(FleetRule):
    """Connections within one interface that never get an answer: their replies take another way."""

    id = "half-open-hairpins"
    severity = Severity.ERROR
    platforms = ("cisco_asa",)
    reads = (Conn,)
    parameters = _Many

    def judge(self, ground: Ground, device: DeviceState, chosen: _Many) -> Iterator[Judgement]:
        """One for each interface."""
        stuck = [row for row in _turned(device) if embryonic(row)]
        for interface, count in Counter(row.a_interface for row in stuck).items():
            if count > chosen.most:
                rows = [row for row in stuck if row.a_interface == interface][:_SHOWN]
                pairs = ", ".join(sorted({f"{row.a_address} and {row.b_address}" for row in rows}))
                yield Judgement(
                    sentence=(
                        f"{count} connections within {interface} of {device.name} wait for an answer that "
                        f"comes by another way, or not at all: {pairs}"
                    ),
                    evidence=tuple(device.evidence(row) for row in rows),
                    subject=interface,
                )


class _Rate(Parameters):
    """How fast is too fast."""

    per_minute: float = Field(default=10.0, gt=0)


class NoConnectionDrops(FleetRule):
    """Packets without a connection are dropped at a rate, between two reads."""

    id = "no-connection-drops"
    platforms = ("cisco_asa",)
    reads = (AspDrop,)
    parameters = _Rate

    def judge(self, ground: Ground, device: DeviceState, chosen: _Rate) -> Iterator[Judgement]:
        """One; nothing is said without an earlier read, nor over counters that were cleared."""
        earlier = ground.before.devices.get(device.name) if ground.before is not None else None
        if earlier is None or ground.before is None:
            return
        rows = device.table(AspDrop).where(name="tcp-not-syn", phase="frame")
        old = earlier.table(AspDrop).where(name="tcp-not-syn", phase="frame")
        minutes = (ground.snapshot.taken_at - ground.before.taken_at).total_seconds() / 60
        more = sum(row.count for row in rows) - sum(row.count for row in old)
        if minutes > 0 and more / minutes > chosen.per_minute:
            yield Judgement(
                sentence=(
                    f"{device.name} dropped {more} packets without a connection (tcp-not-syn) in "
                    f"{minutes:.0f} minutes, {more / minutes:.1f} a minute"
                ),
                evidence=(*(earlier.evidence(row) for row in old), *(device.evidence(row) for row in rows)),
            )
