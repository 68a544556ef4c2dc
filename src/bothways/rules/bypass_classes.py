"""State bypass as a flow meets it: its packets at each firewall, and the classes that were meant for them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from bothways.diagnosis.packets import Packet
from bothways.diagnosis.routes import route_index
from bothways.diagnosis.service_policy import BYPASS, in_class
from bothways.diagnosis.sight import Sight
from bothways.diagnosis.trace import Trace
from bothways.flow import Fate, Protocol
from bothways.state.device import DeviceState
from bothways.state.rows import ConfigLine, Route, ServicePolicy
from bothways.state.snapshot import Snapshot

STATE_FATES = frozenset((Fate.NO_CONNECTION, Fate.ISN_MISMATCH, Fate.HANDSHAKE_UNSEEN, Fate.PROXY_STALL))
"""What a bypass would have saved the flow from."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A flow at one firewall.

    Attributes:
        interfaces: the one its first packet comes in by, then the other one.
        there, back: a packet of that direction, and one of the other.
    """

    device: DeviceState
    interfaces: tuple[str, str]
    there: Packet
    back: Packet

    def packets(self) -> tuple[Packet, Packet]:
        """Both directions."""
        return self.there, self.back


def passages(snapshot: Snapshot, trace: Trace) -> Iterator[Passage]:
    """Each firewall that a TCP flow visits, once."""
    if trace.flow.protocol is not Protocol.TCP:
        return
    known: set[str] = set()
    for hop in trace.hops:
        device = snapshot.devices[hop.device]
        if device.platform == "cisco_asa" and device.name not in known and device.sees(ServicePolicy):
            known.add(device.name)
            interfaces = (hop.ingress, hop.egress or _way_out(device, hop.arrived))
            yield Passage(device, interfaces, hop.arrived, _turned(hop.arrived))


def bypass_classes(passage: Passage) -> list[ServicePolicy]:
    """The classes with a bypass in service on the flow's interfaces, or everywhere."""
    places = (*passage.interfaces, "")
    rows = passage.device.table(ServicePolicy)
    return [row for row in rows if row.interface in places and BYPASS.carried_by(row)]


def takes(snapshot: Snapshot, passage: Passage, row: ServicePolicy, packet: Packet) -> bool:
    """Whether a class surely takes a packet."""
    return in_class(Sight(snapshot), passage.device, row, packet) == "yes"


def unbound_classes(device: DeviceState) -> Iterator[tuple[ConfigLine, ServicePolicy]]:
    """Classes with a bypass in policy-maps that are in service nowhere, each with its policy-map's line."""
    if not device.sees(ConfigLine):
        return
    lines = device.table(ConfigLine)
    words_of = (row.text.split() for row in lines)
    bound = {words[1] for words in words_of if len(words) > 1 and words[0] == "service-policy"}
    for header in lines.where(section=""):
        words = header.text.split()
        if words[:1] != ["policy-map"] or len(words) != 2 or words[1] in bound:
            continue
        for name, settings in _classes(device, header.text):
            row = ServicePolicy(
                line=header.line,
                policy_map=words[1],
                interface="",
                class_map=name,
                match=_match(device, name),
                settings=settings,
            )
            if BYPASS.carried_by(row):
                yield header, row


def _classes(device: DeviceState, section: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    name, settings = "", list[str]()
    for row in device.table(ConfigLine).where(section=section):
        text = row.text.strip()
        if text.startswith("class "):
            if name:
                yield name, tuple(settings)
            name, settings = text.split()[1], []
        else:
            settings.append(text)
    if name:
        yield name, tuple(settings)


def _match(device: DeviceState, class_map: str) -> str:
    if class_map == "class-default":
        return "any"
    lines = device.table(ConfigLine).where(section=f"class-map {class_map}")
    texts = [row.text.strip() for row in lines]
    return ", ".join(text.removeprefix("match ") for text in texts if text.startswith("match "))


def _way_out(device: DeviceState, packet: Packet) -> str:
    """Where a packet would have gone that died before its route was looked up."""
    found = route_index(device.table(Route)).exit(packet.destination) if device.sees(Route) else None
    return found.interface if found else ""


def _turned(packet: Packet) -> Packet:
    return replace(
        packet,
        source=packet.destination,
        source_ports=packet.destination_ports,
        destination=packet.source,
        destination_ports=packet.source_ports,
    )
