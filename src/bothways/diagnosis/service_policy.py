"""Which class of an ASA's service policies a packet falls into, one feature type at a time."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bothways.diagnosis.acl import Match, judge
from bothways.diagnosis.packets import Packet
from bothways.diagnosis.sight import Sight
from bothways.flow import Protocol
from bothways.state.device import DeviceState
from bothways.state.rows import AclEntry, ServicePolicy

_PORT = re.compile(r"port (tcp|udp) (?:eq (\d+)|range (\d+) (\d+))$")

_DEFAULT_INSPECTED = {
    Protocol.TCP: (
        (21, 21), (25, 25), (80, 80), (135, 135), (389, 389), (514, 514), (554, 554), (1521, 1521),
        (1720, 1720), (1723, 1723), (2000, 2000), (2748, 2748), (5060, 5060), (5443, 5443),
    ),
    Protocol.UDP: (
        (53, 53), (69, 69), (111, 111), (137, 138), (161, 162), (177, 177), (1646, 1646), (1718, 1719),
        (2123, 2123), (2427, 2427), (2727, 2727), (3386, 3386), (5060, 5060),
    ),
}  # fmt: skip
"""Cisco's table "Supported Application Inspection Engines"; its Sun RPC is on UDP alone."""


@dataclass(frozen=True, slots=True)
class Feature:
    """A kind of setting. A packet gets each kind from the first class that matches it and carries it."""

    name: str

    def carried_by(self, policy: ServicePolicy) -> tuple[str, ...]:
        """The lines of this kind in a class."""
        return tuple(line for line in policy.settings if _kind(line) == self.name)


BYPASS = Feature("state bypass")
CONNECTION = Feature("connection")
"""Limits, timeouts and randomisation are one kind: a class with a timeout hides a later class of it."""
_FIXED_NUMBERS = "random-sequence-number disable"
MODULE = Feature("module")
"""A service module that gets the packets, or copies of them."""
_MODULES = ("ips", "sfr", "cxsc")


def inspection(protocol: str) -> Feature:
    """`inspect icmp` and its like: each protocol is a kind of its own."""
    return Feature(f"inspect {protocol}")


def _kind(line: str) -> str:
    words = line.split()
    if words[:1] and words[0] in _MODULES:
        return MODULE.name
    if words[:2] == ["set", "connection"]:
        if "tcp-state-bypass" in words:
            return BYPASS.name
        return "normalisation" if "advanced-options" in words else CONNECTION.name
    return " ".join(words[:2])


def applied(
    sight: Sight, device: DeviceState, interfaces: tuple[str, str], packet: Packet, feature: Feature
) -> ServicePolicy | None:
    """The class that gives `feature` to a packet entering and leaving by `interfaces`.

    A policy on either interface counts, in both directions; one that carries the feature at all takes
    the global policy's place for it.
    """
    return _first(sight, device, _deciding(sight, device, interfaces, feature), packet)


def _deciding(
    sight: Sight, device: DeviceState, interfaces: tuple[str, str], feature: Feature
) -> list[ServicePolicy]:
    """The classes of the one policy that decides about a feature, in their order."""
    table = sight.table(device, ServicePolicy)
    carriers = [row for row in table if feature.carried_by(row)] if table is not None else []
    for interface in dict.fromkeys((*interfaces, "")):
        classes = [row for row in carriers if row.interface == interface]
        if classes:
            return classes
    return []


def randomises(policy: ServicePolicy | None) -> bool:
    """Whether sequence numbers are randomised: yes, unless the class says otherwise."""
    return policy is None or not any(_FIXED_NUMBERS in line for line in CONNECTION.carried_by(policy))


def contested_numbers(sight: Sight, device: DeviceState, interfaces: tuple[str, str], packet: Packet) -> str:
    """The question about a class that decides whether numbers are randomised, "" where it is no question."""
    some = any(not randomises(row) for row in _deciding(sight, device, interfaces, CONNECTION))
    return contested(sight, device, interfaces, packet, CONNECTION) if some else ""


def contested(
    sight: Sight, device: DeviceState, interfaces: tuple[str, str], packet: Packet, feature: Feature
) -> str:
    """The question about the first class that may give `feature` and is not understood, "" for none."""
    for row in _deciding(sight, device, interfaces, feature):
        match = in_class(sight, device, row, packet)
        if match == "maybe":
            return _question(device, row, packet)
        if match == "yes":
            break
    return ""


def _question(device: DeviceState, row: ServicePolicy, packet: Packet) -> str:
    return f"{device.name}: whether class {row.class_map} (match {row.match}) takes {packet}"


def _first(
    sight: Sight, device: DeviceState, classes: list[ServicePolicy], packet: Packet
) -> ServicePolicy | None:
    for row in classes:
        match = in_class(sight, device, row, packet)
        if match == "yes":
            return row
        if match == "maybe":
            sight.miss(_question(device, row, packet), deadly=True)
    return None


def in_class(sight: Sight, device: DeviceState, row: ServicePolicy, packet: Packet) -> Match:
    """Whether a class takes a packet, wherever its policy is in service."""
    if row.class_map == "class-default":
        return "yes"
    some = " or " in row.match
    told = {_by_match(sight, device, one, packet) for one in re.split(r" or |, ", row.match)}
    if len(told) == 1:
        return told.pop()
    decisive: Match = "yes" if some else "no"
    return decisive if decisive in told else "maybe"


def _by_match(sight: Sight, device: DeviceState, match: str, packet: Packet) -> Match:
    """One match line of a class."""
    words = match.split()
    if words[:1] == ["any"]:
        return "yes"
    if words[:1] == ["default-inspection-traffic"]:
        return "yes" if _is_default_inspected(packet) else "no"
    if words[:1] == ["access-list"] and len(words) > 1:
        return _in_list(sight, device, words[1], packet)
    port = _PORT.match(match)
    if port is None:
        return "maybe"
    low, high = int(port[2] or port[3]), int(port[2] or port[4])
    ports = packet.destination_ports
    return "yes" if port[1] == packet.protocol and low <= ports[0] and ports[1] <= high else "no"


def _is_default_inspected(packet: Packet) -> bool:
    """Whether it goes to a default port of an inspection; ICMP belongs to them as a whole."""
    if packet.protocol is Protocol.ICMP:
        return True
    low, high = packet.destination_ports
    spans = _DEFAULT_INSPECTED[packet.protocol]
    return any(first <= low and high <= last for first, last in spans)


def _in_list(sight: Sight, device: DeviceState, acl: str, packet: Packet) -> Match:
    table = sight.table(device, AclEntry)
    if table is None:
        return "maybe"
    judgement = judge(table, acl, packet)
    if judgement.contested:
        return "maybe"
    return "yes" if judgement.permits else "no"
