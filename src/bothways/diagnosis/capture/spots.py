"""Where on a firewall the packets of a flow can be captured, and which addresses they have there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address

from bothways.diagnosis.legs import Hop
from bothways.diagnosis.packets import Packet
from bothways.diagnosis.routes import route_index
from bothways.diagnosis.trace import Trace
from bothways.flow import Fate, Flow
from bothways.state.device import DeviceState
from bothways.state.rows import Interface, Route
from bothways.state.snapshot import Snapshot

_FIREWALL = "cisco_asa"


@dataclass(frozen=True, slots=True)
class Ends:
    """The two ends of a flow as its packets name them at one place."""

    client: IPv4Address
    server: IPv4Address
    port: int


@dataclass(frozen=True, slots=True)
class Spot:
    """One interface of a firewall that the flow's packets pass, or are to pass.

    Attributes:
        ends: each form that the packets have there; more than one where it turns them round, translated.
    """

    device: str
    interface: str
    ends: tuple[Ends, ...]


def spots(snapshot: Snapshot, trace: Trace, names: Sequence[str] = ()) -> dict[str, tuple[Spot, ...]]:
    """Firewall to its spots, the client's side first.

    Where the walk does not tell the way, a firewall's own routes to the two ends do.

    Args:
        snapshot: the devices' state.
        trace: the walk of the flow.
        names: only these firewalls; those on the way by default, or all where the way is not known.
    """
    walked = _walked(snapshot, trace)
    if names:
        wanted = list(names)
    else:
        unsure = trace.fate is Fate.UNKNOWN or bool(trace.could_not_see)
        reach = [state.name for state in snapshot if state.platform == _FIREWALL] if unsure else []
        wanted = list(walked) or reach
    found: dict[str, tuple[Spot, ...]] = {}
    for name in wanted:
        here = walked.get(name) or tuple(_routed(snapshot.device(name), trace.flow))
        if here:
            found[name] = here
    return found


def _walked(snapshot: Snapshot, trace: Trace) -> dict[str, tuple[Spot, ...]]:
    firewalls = {state.name for state in snapshot if state.platform == _FIREWALL}
    seen: dict[str, dict[str, dict[Ends, None]]] = {}
    for leg in trace.legs:
        from_client = leg.sent.source == trace.flow.client
        for hop in leg.hops:
            if hop.device in firewalls:
                for interface, packet in _sides(hop):
                    at = seen.setdefault(hop.device, {}).setdefault(interface, {})
                    at[_ends(packet, from_client=from_client)] = None
    return {
        device: tuple(Spot(device, interface, tuple(ends)) for interface, ends in places.items())
        for device, places in seen.items()
    }


def _sides(hop: Hop) -> Iterator[tuple[str, Packet]]:
    """Where it comes in, and where it goes out or would have."""
    if hop.ingress:
        yield hop.ingress, hop.arrived
    if hop.egress:
        yield hop.egress, hop.left or hop.arrived


def _ends(packet: Packet, *, from_client: bool) -> Ends:
    if from_client:
        return Ends(packet.source, packet.destination, packet.destination_ports[0])
    return Ends(packet.destination, packet.source, packet.source_ports[0])


def _routed(device: DeviceState, flow: Flow) -> Iterator[Spot]:
    """The interfaces behind which a firewall has the two ends; untranslated, for more is not known."""
    if device.platform != _FIREWALL or not device.sees(Route):
        return
    ends = (Ends(flow.client, flow.server, flow.port),)
    for interface in dict.fromkeys(_behind(device, (flow.client, flow.server))):
        yield Spot(device.name, interface, ends)


def _behind(device: DeviceState, addresses: Iterable[IPv4Address]) -> Iterator[str]:
    up = {row.name for row in device.table(Interface) if row.name} if device.sees(Interface) else set()
    for address in addresses:
        way = route_index(device.table(Route)).exit(address)
        if way is not None and way.interface and not way.discards and way.interface in up:
            yield way.interface
