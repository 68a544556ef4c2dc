"""How long a bypassed connection stays on an ASA: read from its configuration, never assumed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bothways.diagnosis.legs import Leg
from bothways.diagnosis.packets import Packet
from bothways.diagnosis.service_policy import BYPASS, CONNECTION, applied
from bothways.diagnosis.sight import Sight
from bothways.state.device import DeviceState, Evidence
from bothways.state.rows import ConfigLine, Version
from bothways.state.snapshot import Snapshot

_IDLE = re.compile(r"set connection timeout (?:.* )?(?:idle|tcp) (\d{1,4}):(\d\d):(\d\d)", re.ASCII)
_CONN = re.compile(r"timeout conn (\d{1,4}):(\d\d):(\d\d)", re.ASCII)
# From this release on bypassed connections have a default of their own, which no configuration shows.
_OWN_DEFAULT = (9, 10)


@dataclass(frozen=True, slots=True)
class Idle:
    """What is known of it.

    Attributes:
        seconds: None when nothing that was read tells; 0 for ever.
        why: whose setting it is, or why it is not known.
        evidence: the line.
    """

    seconds: int | None
    why: str
    evidence: tuple[Evidence, ...] = ()

    @property
    def text(self) -> str:
        """`0:15:00`, as an ASA writes it."""
        if self.seconds is None:
            return "not known"
        minutes, seconds = divmod(self.seconds, 60)
        return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"


def idle_of(sight: Sight, device: DeviceState, interfaces: tuple[str, str], packet: Packet) -> Idle:
    """The limit of silence of a bypassed connection that `packet` opens."""
    row = applied(sight, device, interfaces, packet, CONNECTION)
    for line in CONNECTION.carried_by(row) if row else ():
        found = _IDLE.match(line)
        if found and row:
            return Idle(_seconds(found), f"class {row.class_map}", (device.evidence(row),))
    release = _release(device)
    if release is None or release >= _OWN_DEFAULT:
        why = "no class sets it, and the default of this release is not in the configuration"
        return Idle(None, f"{why}: show conn address {packet.source} address {packet.destination} detail")
    for own in device.table(ConfigLine) if device.sees(ConfigLine) else ():
        found = _CONN.match(own.text)
        if found and not own.section:
            return Idle(_seconds(found), "timeout conn", (device.evidence(own),))
    return Idle(None, "no class sets it, and no line `timeout conn` was read")


def bypass_remarks(snapshot: Snapshot, legs: Iterable[Leg]) -> Iterator[str]:
    """What ends a bypassed connection of a flow, device by device."""
    sight = Sight(snapshot)
    told: set[str] = set()
    for leg in legs:
        for hop in leg.hops if not leg.hypothetical else ():
            device, interfaces = snapshot.devices[hop.device], (hop.ingress, hop.egress)
            if hop.drop is not None or device.platform != "cisco_asa" or device.name in told:
                continue
            row = applied(sight, device, interfaces, hop.arrived, BYPASS)
            if row is not None:
                told.add(device.name)
                idle = idle_of(sight, device, interfaces, hop.arrived)
                yield (
                    f"{device.name} bypasses TCP state for it (class {row.class_map}): neither FIN nor RST "
                    f"ends its connections, only silence does; idle {idle.text} ({idle.why})"
                )


def _seconds(found: re.Match[str]) -> int:
    hours, minutes, seconds = (int(part) for part in found.groups())
    return hours * 3600 + minutes * 60 + seconds


def _release(device: DeviceState) -> tuple[int, ...] | None:
    for row in device.table(Version) if device.sees(Version) else ():
        parts = re.match(r"(\d+)\.(\d+)", row.version)
        if parts:
            return int(parts[1]), int(parts[2])
    return None
