"""Traffic that a firewall turns around on one interface: permitted for nobody, or stuck half way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from pydantic import Field

from bothways.diagnosis.connections import embryonic
from bothways.diagnosis.findings import Confidence, Severity
from bothways.diagnosis.nat_table import translations
from bothways.rules.fleet.contract import FleetRule, Ground, Judgement, Outcome, Parameters
from bothways.state.device import DeviceState
from bothways.state.nat_rows import NatRule, ObjectNat
from bothways.state.rows import Arp, Conn, Route, SameSecurity
from bothways.state.tables import Row

_SHOWN = 3


class HairpinPermitUnused(FleetRule):
    """`same-security-traffic permit intra-interface` without anything to turn around."""

    id = "hairpin-permit-unused"
    severity = Severity.NOTE
    platforms = ("cisco_asa",)
    reads = (SameSecurity, Conn, Route, Arp, ObjectNat, NatRule)

    def judge(self, ground: Ground, device: DeviceState, chosen: Parameters) -> Iterator[Judgement]:
        """One where it stands: used, or by nothing that can be seen."""
        for permit in device.table(SameSecurity).where(kind="intra-interface")[:1]:
            user = next(_users(device), None)
            if user is not None:
                yield Judgement(
                    sentence=f"{device.name} turns packets around, or may have to",
                    evidence=(device.evidence(permit), device.evidence(user)),
                    outcome=Outcome.PASS,
                )
                continue
            yield Judgement(
                sentence=(
                    f"{device.name} may send packets back out of the interface they came in by; no "
                    f"connection does so now, and no route leads its neighbours to a router among themselves"
                ),
                evidence=(
                    device.evidence(permit),
                    device.absence(Conn, "a connection within one interface"),
                    device.absence(Route, "a route, but for the default, by a router beside other hosts"),
                    device.absence(ObjectNat, "a translation within one interface"),
                ),
                confidence=Confidence.POSSIBLE,  # what happens seldom is not seen at one moment
            )


def _users(device: DeviceState) -> Iterator[Row]:
    """What needs the permit: a connection, a translation, or a route back to the side that packets come from.

    The default route does not count: what goes by it comes from elsewhere, but for a hairpin of a VPN,
    which shows as a connection.
    """
    yield from _turned(device)
    for rule in translations(device):
        if rule.readable and rule.real_interface == rule.mapped_interface:
            yield rule.row
    for route in device.table(Route):
        if route.next_hop is not None and (route.prefix is None or route.prefix.prefixlen):
            beside = device.table(Arp).where(interface=route.interface)
            if any(row.mac and row.address != route.next_hop for row in beside):
                yield route


def _turned(device: DeviceState) -> list[Conn]:
    return [row for row in device.table(Conn) if row.a_interface == row.b_interface]


class _Many(Parameters):
    """How many at once are no coincidence, and for how long one must have waited to count."""

    most: int = Field(default=0, ge=0)
    idle_s: int = Field(default=1, ge=0)


class HalfOpenHairpins(FleetRule):
    """Connections within one interface that never get an answer: their replies take another way."""

    id = "half-open-hairpins"
    severity = Severity.ERROR
    platforms = ("cisco_asa",)
    reads = (Conn,)
    parameters = _Many

    def judge(self, ground: Ground, device: DeviceState, chosen: _Many) -> Iterator[Judgement]:
        """One for each interface; whether an earlier read showed some as well is said beside it."""
        stuck = _stuck(device, chosen.idle_s)
        earlier = _earlier(ground, device)
        before = _stuck(earlier, chosen.idle_s) if earlier is not None and earlier.sees(Conn) else None
        for interface, count in Counter(row.a_interface for row in stuck).items():
            if count <= chosen.most:
                continue
            rows = [row for row in stuck if row.a_interface == interface][:_SHOWN]
            pairs = ", ".join(sorted({f"{row.a_address} and {row.b_address}" for row in rows}))
            old = [row for row in before or () if row.a_interface == interface]
            then = f"; {len(old)} at the earlier read" if before is not None else ""
            yield Judgement(
                sentence=(
                    f"{count} connection{'' if count == 1 else 's'} within {interface} of {device.name} "
                    f"wait{'s' if count == 1 else ''} for an answer that comes by another way, or not at "
                    f"all: {pairs}{then}"
                ),
                evidence=(
                    *(device.evidence(row) for row in rows),
                    *(earlier.evidence(row) for row in old[:1] if earlier is not None),
                ),
                subject=interface,
                # A single look may have met a server that is slow to answer, or none.
                confidence=Confidence.CERTAIN if old else Confidence.LIKELY,
            )


def _stuck(device: DeviceState, idle_s: int) -> list[Conn]:
    """Half open for a while: a handshake of this very moment is none."""
    return [row for row in _turned(device) if embryonic(row) and (row.idle_s or 0) >= idle_s]


def _earlier(ground: Ground, device: DeviceState) -> DeviceState | None:
    return ground.before.devices.get(device.name) if ground.before is not None else None
