"""Connections an ASA looks into: it puts their segments in order first, and waits for every one."""

from __future__ import annotations

from dataclasses import dataclass

from bothways.diagnosis.connections import Entry
from bothways.diagnosis.findings import Confidence
from bothways.diagnosis.legs import Drop
from bothways.diagnosis.packets import Packet
from bothways.diagnosis.service_policy import BYPASS, MODULE, applied, inspection
from bothways.diagnosis.sight import Sight
from bothways.diagnosis.visit import Visit
from bothways.flow import Fate
from bothways.state.device import DeviceState
from bothways.state.rows import ServicePolicy

_PORTS = {
    "ctiqbe": 2748, "dcerpc": 135, "esmtp": 25, "ftp": 21, "h323": 1720, "http": 80, "ils": 389, "im": 0,
    "mmp": 5443, "pptp": 1723, "rsh": 514, "rtsp": 554, "sip": 5060, "skinny": 2000, "sqlnet": 1521,
    "sunrpc": 111,
}  # fmt: skip
"""Inspections that read TCP, and the port each has in `default-inspection-traffic`; 0 for none."""
_COPIES = ("ips promiscuous", "monitor-only")


@dataclass(frozen=True, slots=True)
class Look:
    """What looks into a connection.

    Attributes:
        policy: the class that says so.
        line: its line.
        confidence: that it makes the firewall a proxy of the connection.
    """

    policy: ServicePolicy
    line: str
    confidence: Confidence


def looks_into(sight: Sight, device: DeviceState, interfaces: tuple[str, str], opener: Packet) -> Look | None:
    """What looks into the connection that a packet opens; None when nothing does, or it is bypassed.

    A class that may or may not match leaves it open: told as deadly, unless another one decides.
    """
    own = Sight(sight.snapshot)
    known = set(own.could_not_see)
    look = _look(own, device, interfaces, opener)
    for statement in own.could_not_see:
        if statement not in known:
            sight.miss(statement, deadly=look is None)
    return look


def _look(sight: Sight, device: DeviceState, interfaces: tuple[str, str], opener: Packet) -> Look | None:
    if applied(sight, device, interfaces, opener, BYPASS) is not None:
        return None
    policy = applied(sight, device, interfaces, opener, MODULE)
    lines = MODULE.carried_by(policy) if policy else ()
    if policy is not None and not any(copy in line for copy in _COPIES for line in lines):
        return Look(policy, lines[0], Confidence.LIKELY)
    for protocol, port in _PORTS.items():
        feature = inspection(protocol)
        policy = applied(sight, device, interfaces, opener, feature)
        if policy is None:
            continue
        by_default = policy.match.startswith("default-inspection-traffic")
        if not by_default or opener.destination_ports == (port, port):
            return Look(policy, feature.carried_by(policy)[0], Confidence.POSSIBLE)
    return None


def waits(visit: Visit, entry: Entry) -> Drop | None:
    """A segment behind one that never comes does not get past a firewall that puts them in order."""
    look = looks_into(visit.sight, visit.device, (entry.ingress, entry.egress), entry.real)
    if look is None:
        return None
    visit.cite(look.policy)
    visit.sight.infer(
        f"{visit.name} puts the segments in order for `{look.line}` (class {look.policy.class_map})",
        look.confidence,
    )
    reason = (
        f"{visit.name} looks into it (class {look.policy.class_map}: {look.line}) and acts as its proxy: it "
        f"asks for the lost segment in the name of the other end; nobody sends it again, and nothing behind "
        "it goes on"
    )
    return Drop(Fate.PROXY_STALL, reason, "tcp-buffer-timeout", "waits for the lost segment")
