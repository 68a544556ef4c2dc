"""How long an ASA keeps a connection that is silent, and what it does to its ends then."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bothways.diagnosis.connections import Entry
from bothways.diagnosis.service_policy import CONNECTION, applied
from bothways.diagnosis.sight import Sight, absence
from bothways.flow import Protocol
from bothways.state.device import DeviceState, Evidence
from bothways.state.rows import ServicePolicy, Timeout

DEFAULT_S = 3600
"""`timeout conn` where no line says otherwise."""
_TIMEOUT = "set connection timeout"
_TIME = r"\d{1,4}:\d{1,2}:\d{1,2}"
_TIMEOUTS = re.compile(
    rf"{_TIMEOUT}(?: (?:embryonic|half-closed|idle|tcp) {_TIME}(?: reset)?"
    rf"|(?: dcd(?: {_TIME}(?: \d+)?)?))+",
    re.ASCII,
)
_IDLE = re.compile(r"\b(?:idle|tcp) (\d{1,4}):(\d{1,2}):(\d{1,2})(?P<reset> reset)?", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class IdleTimer:
    """The idle time of one connection on one firewall.

    Attributes:
        seconds: 0 for ever.
        said_by: the class or the global line that decides.
        evidence: its line.
        reset: both ends get a RST when it is over.
        dcd: both ends are asked whether they are there, and keep it when they are.
    """

    device: str
    seconds: int
    said_by: str
    evidence: tuple[Evidence, ...]
    reset: bool = False
    dcd: bool = False

    def outlives(self, silence_s: int) -> bool:
        """Whether a connection that is silent for so long is still there, were its ends not asked."""
        return not self.seconds or silence_s < self.seconds

    def __str__(self) -> str:
        return f"{span(self.seconds) if self.seconds else 'for ever'} ({self.said_by})"


def span(seconds: float) -> str:
    """`0:15:00`, as an ASA writes times."""
    whole = int(seconds)
    return f"{whole // 3600}:{whole % 3600 // 60:02}:{whole % 60:02}"


def idle_timer(sight: Sight, device: DeviceState, entry: Entry) -> IdleTimer | None:
    """The idle time of a TCP connection: its class's, else the global one; None when neither was read.

    A timeout of the class that nobody understands leaves it open too.
    """
    if entry.real.protocol is not Protocol.TCP:
        return None
    policy = applied(sight, device, (entry.ingress, entry.egress), entry.real, CONNECTION)
    if policy is not None:
        for line in CONNECTION.carried_by(policy):
            if line.startswith(_TIMEOUT) and not _TIMEOUTS.fullmatch(line):
                what = f"{device.name}: what {line!r} of class {policy.class_map} says of idle connections"
                sight.miss(what, deadly=True)
                return None
        found = _of_class(device, policy)
        if found is not None:
            return found
    return _global(sight, device, dcd=policy is not None and _probes(policy), policy=policy)


def _of_class(device: DeviceState, policy: ServicePolicy) -> IdleTimer | None:
    for line in CONNECTION.carried_by(policy):
        match = _IDLE.search(line)
        if match is not None:
            hours, minutes, rest = (int(part) for part in match.groups()[:3])
            return IdleTimer(
                device=device.name,
                seconds=hours * 3600 + minutes * 60 + rest,
                said_by=f"class {policy.class_map}",
                evidence=(device.evidence(policy),),
                reset=match["reset"] is not None,
                dcd=_probes(policy),
            )
    return None


def _probes(policy: ServicePolicy) -> bool:
    return any("dcd" in line.split() for line in CONNECTION.carried_by(policy))


def _global(
    sight: Sight, device: DeviceState, *, dcd: bool, policy: ServicePolicy | None
) -> IdleTimer | None:
    table = sight.table(device, Timeout, deadly=True)
    if table is None:
        return None
    rows = table.where(name="conn")
    lines = (device.evidence(rows[0]),) if rows else absence(device, Timeout, "timeout conn")
    return IdleTimer(
        device=device.name,
        seconds=rows[0].seconds if rows else DEFAULT_S,
        said_by="timeout conn" if rows else "the default of timeout conn",
        evidence=(*lines, *((device.evidence(policy),) if dcd and policy is not None else ())),
        dcd=dcd,
    )
