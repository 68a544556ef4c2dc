"""Addresses that the rules of an ASA show, and on which of its sides."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from ipaddress import IPv4Address

from bothways.diagnosis.legs import Drop, Hop
from bothways.diagnosis.nat_rule import Translation
from bothways.diagnosis.nat_table import translations
from bothways.diagnosis.network_objects import Networks
from bothways.diagnosis.packets import Packet
from bothways.diagnosis.segments import Attachment
from bothways.flow import Fate
from bothways.state.device import DeviceState
from bothways.state.nat_rows import NatRule, ObjectNat
from bothways.state.rows import Arp, ConfigLine

_SILENT = "sysopt noproxyarp "


@dataclass(frozen=True, slots=True)
class _Side:
    """Addresses that a rule shows on one interface.

    Attributes:
        answers: the device answers ARP for them.
    """

    interface: str
    networks: Networks
    answers: bool

    def at(self, own: Sequence[Attachment], address: IPv4Address) -> Attachment | None:
        """A rule for `any` interface shows its addresses on all; here on the one that they are from."""
        if self.interface != "any":
            return next((one for one in own if one.interface.name == self.interface), None)
        return next((one for one in own if address in one.network), None)


def shown_by(
    device: DeviceState, own: Sequence[Attachment], shut: Sequence[Attachment], address: IPv4Address
) -> Iterator[tuple[NatRule | ObjectNat, Attachment]]:
    """The rules by which the device stands for an address on an interface of `own`."""
    for rule, side in _showing(device, address):
        found = side.at(own, address)
        if found is None and side.interface == "any" and not side.at(shut, address):
            found = next(iter(own), None)  # of no network of its own: by whichever way it is routed here
        if found is not None and (side.answers or address not in found.network):
            yield rule.row, found


def silent_for(device: DeviceState, address: IPv4Address) -> NatRule | ObjectNat | None:
    """A rule that shows an address for which the device does not answer: who asks there may hear nobody."""
    return next((rule.row for rule, side in _showing(device, address) if not side.answers), None)


def serves(device: DeviceState, own: Attachment, packet: Packet) -> bool:
    """Whether a call of a firewall's own address is, or may be, for somebody behind it."""
    for rule in translations(device):
        for outward in (False, True):
            changes = not (rule.peer if outward else rule.source).same
            if changes and rule.calls(packet, own.interface.name, outward=outward):
                return True
    return False


def nobody_there(device: DeviceState, own: Attachment, hop: Hop) -> Drop | None:
    """Why a packet ends that a firewall sends to an address which it stands for itself on that side.

    It asks by ARP for an address of nobody but itself; an entry that it has shows that somebody answers.
    """
    interface = own.interface.name
    if device.platform != "cisco_asa" or hop.left is None or interface != hop.egress or hop.next_hop_mac:
        return None
    if not device.sees(Arp):
        return None
    reason = (
        f"{device.name} stands for {hop.left.destination} on {interface} itself, and no rule takes this "
        f"{hop.left.kind}: nobody else answers ARP for it"
    )
    return Drop(Fate.NO_ADJACENCY, reason, "no-adjacency", "no ARP answer")


def _sides(rule: Translation) -> Iterator[_Side]:
    """Those of its source, and those by which its own side calls the others."""
    if rule.source.moves and rule.source.shown is not None and not rule.by_interface:
        yield _Side(rule.mapped_interface, rule.source.shown, rule.proxy_arp)
    if rule.clause and rule.peer.moves and rule.peer.shown is not None:
        yield _Side(rule.real_interface, rule.peer.shown, rule.proxy_arp)


def _showing(device: DeviceState, address: IPv4Address) -> Iterator[tuple[Translation, _Side]]:
    for rule in translations(device):
        for side in _sides(rule):
            if any(address in net for net in side.networks):
                yield rule, replace(side, answers=side.answers and not _keeps_silent(device, side.interface))


def _keeps_silent(device: DeviceState, interface: str) -> bool:
    """Whether an interface answers ARP for none but its own address, whatever its rules say."""
    lines = device.table(ConfigLine).where(section="") if device.sees(ConfigLine) else ()
    silent = {text.removeprefix(_SILENT) for line in lines if (text := line.text).startswith(_SILENT)}
    return bool(silent) if interface == "any" else interface in silent
