"""What becomes of one packet: the devices it visits, where it dies and why. Frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address

from bothways.diagnosis.packets import Packet
from bothways.flow import Fate
from bothways.state.device import Evidence
from bothways.state.parts import part_name


@dataclass(frozen=True, slots=True)
class Place:
    """Where a flow dies: a device by inventory name or a host by address, and the packet's number.

    A flow that lives, or whose fate is unknown before the first packet, has the place `("", 0)`.
    """

    device: str
    packet: int

    def __str__(self) -> str:
        return f"{self.device}, packet {self.packet}" if self.device else "-"


@dataclass(frozen=True, slots=True)
class Drop:
    """Why a packet goes no further.

    Attributes:
        reason: a clause that can follow "because".
        counter: the ASP drop name that should rise, "" when none is known.
        label: a few words for the ladder.
    """

    fate: Fate
    reason: str
    counter: str = ""
    label: str = ""


LOST = Drop(Fate.UNKNOWN, "it is lost on its way, as supposed", label="lost, as supposed")
"""The end of a segment whose loss is what was asked about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hop:
    """One packet through one device.

    Attributes:
        egress: "" when the packet died before a route was looked up.
        next_hop: None when the destination itself is connected, or the packet died.
        arrived: the packet as it came in.
        left: the packet as it goes out; None when it died here.
        source_mac: of the frame it leaves in, "" when not known.
        vrf: whose routing table it is in, "" for the global one.
        next_hop_mac: of the frame it leaves in, "" when not known.
    """

    device: str
    ingress: str
    egress: str
    next_hop: IPv4Address | None
    arrived: Packet
    left: Packet | None
    drop: Drop | None
    evidence: tuple[Evidence, ...]
    notes: tuple[str, ...] = ()
    source_mac: str = ""
    next_hop_mac: str = ""
    vrf: str = ""

    @property
    def part(self) -> str:
        """The device, or that of its VRFs which the packet is in."""
        return part_name(self.device, self.vrf)

    @property
    def hairpin(self) -> bool:
        """Out of the interface it came in on."""
        return bool(self.egress) and self.egress == self.ingress

    @property
    def rewrites(self) -> bool:
        """Whether an address is another one afterwards."""
        left, came = self.left, self.arrived
        return left is not None and (left.source, left.destination) != (came.source, came.destination)


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """One packet from the host that sends it to the host that gets it, or to where it dies.

    Attributes:
        sent: the packet as the sender made it.
        arrived: the packet as the receiver got it; None when it never did.
        lost: why the way ends, when no hop dropped it: no device known, link down, not seen.
        refusal: why the receiver does not take it, "" when it does.
        hypothetical: not sent in truth; walked to show where it would go.
        consequence: sent only because the flow is already dead.
    """

    sent: Packet
    hops: tuple[Hop, ...]
    arrived: Packet | None
    lost: Drop | None = None
    refusal: str = ""
    hypothetical: bool = False
    consequence: bool = False

    @property
    def drop(self) -> Drop | None:
        """Why the packet did not arrive."""
        return self.lost or (self.hops[-1].drop if self.hops else None)

    @property
    def dropped_at(self) -> str:
        """The device that dropped it, or the sender when no device got it."""
        return self.hops[-1].device if self.hops else str(self.sent.source)

    @property
    def rewriters(self) -> tuple[str, ...]:
        """The devices that change an address of it."""
        return tuple(hop.device for hop in self.hops if hop.rewrites)

    @property
    def path(self) -> tuple[str, ...]:
        """The devices it visits, in order."""
        return tuple(hop.device for hop in self.hops)
