"""An answer that is translated where the call was not: whose line does it, and what leads around it."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address

from bothways.diagnosis.legs import Hop
from bothways.diagnosis.trace import Trace
from bothways.diagnosis.translation import translates
from bothways.flow import Fate
from bothways.state.device import DeviceState
from bothways.state.nat_rows import StaticNat
from bothways.state.rows import ConfigLine
from bothways.state.snapshot import Snapshot


@dataclass(frozen=True)
class OneWay:
    """A translation that only the answer meets.

    Attributes:
        router: the device that rewrites the answer.
        entry: its line.
        hop: the answer at that device.
        before: the devices whose global table the call passes before it, from the client on.
    """

    router: DeviceState
    entry: StaticNat
    hop: Hop
    before: tuple[str, ...]

    @property
    def real(self) -> IPv4Address:
        """The server's own address."""
        return self.entry.world

    @property
    def alias(self) -> IPv4Address:
        """What the clients' side is to call it."""
        return self.entry.local


@dataclass(frozen=True)
class StaleLine:
    """A static route that leads a call to the real address, although the translation is there for another.

    Attributes:
        device: the device that has it.
        line: as configured.
    """

    device: DeviceState
    line: ConfigLine


def one_way(snapshot: Snapshot, trace: Trace) -> OneWay | None:
    """The translation that a flow dies of, where its line is a static one."""
    if trace.fate is not Fate.WRONG_SOURCE:
        return None
    for hop in (hop for leg in trace.legs if leg.refusal for hop in leg.hops if hop.rewrites):
        router = snapshot.devices[hop.device]
        entry = translates(router, hop.arrived.source)
        path = trace.legs[0].path
        if entry is not None and hop.device in path:
            before = trace.legs[0].hops[: path.index(hop.device)]
            return OneWay(router, entry, hop, tuple(one.device for one in before if not one.vrf))
    return None


def stale_routes(snapshot: Snapshot, found: OneWay) -> tuple[StaleLine, ...]:
    """Host routes to the real address before the translation, nearest to the client first."""
    start = f"ip route {found.real} 255.255.255.255 "
    return tuple(
        StaleLine(device, row)
        for device in (snapshot.devices[name] for name in found.before)
        if device.sees(ConfigLine)
        for row in device.table(ConfigLine).where(section="")
        if row.text.startswith(start)
    )
