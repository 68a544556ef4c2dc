"""Manual NAT of an ASA (twice NAT): whom a line is about, and whether it changes anything.

Its lines come before all object NAT, those with `after-auto` behind it. One whose real and mapped sides are
the same objects (an exemption, as for a VPN) changes nothing and keeps the lines behind it from being asked.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import IPv4Address

from bothways.diagnosis.network_objects import NetworkObjects, Networks, holds
from bothways.state.device import DeviceState
from bothways.state.nat_rows import NatRule

_LINE = re.compile(
    r"nat \((?P<real>[^,()]+),(?P<mapped>[^,()]+)\)(?: (?P<after>after-auto))?(?: \d+)?"
    r" source (?P<kind>static|dynamic) (?P<real_source>\S+) (?P<shown_source>.+?)"
    r"(?: destination static (?P<shown_peer>\S+) (?P<real_peer>\S+))?"
    r"(?P<service> service \S+ \S+)?(?P<options>(?: (?:no-proxy-arp|route-lookup|unidirectional|dns))*)"
    r"(?: description .*)?",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class ManualNat:
    """One line.

    Attributes:
        real, mapped: names of interfaces, or `any`.
        after: it stands behind object NAT.
        static: in both directions; a dynamic one only for what the real side opens.
        source, shown: the source's real and mapped addresses; None for unknown ones.
        peer, shown_peer: the destination's; None for unknown ones, any where the line names none.
        diverts: by its destination it decides the way out, before any route does.
        same: neither source nor destination nor port changes, and whose they are is known.
    """

    line: NatRule
    real: str
    mapped: str
    after: bool
    static: bool
    source: Networks | None
    shown: Networks | None
    peer: Networks | None
    shown_peer: Networks | None
    diverts: bool
    same: bool

    def sends(self, source: IPv4Address, destination: IPv4Address) -> bool:
        """Whether a packet from the real side is, or may be, one of its own."""
        return holds(self.source, source) and holds(self.shown_peer, destination)

    def calls(self, source: IPv4Address, destination: IPv4Address) -> bool:
        """Whether a packet from the mapped side calls, or may call, somebody whom a static line shows."""
        return self.static and holds(self.shown, destination) and holds(self.peer, source)

    def calls_real(self, source: IPv4Address, destination: IPv4Address) -> bool:
        """Whether a packet from the mapped side calls somebody whose answers the line would translate."""
        return holds(self.source, destination) and holds(self.peer, source)


def manual_nat(device: DeviceState, rule: NatRule) -> ManualNat | None:
    """A line read; None for one of another kind, or of a form that is not known."""
    match = _LINE.fullmatch(rule.text.strip())
    if match is None:
        return None
    objects = NetworkObjects(device)
    peers = (match["shown_peer"], match["real_peer"]) if match["shown_peer"] else ("any", "any")
    static = match["kind"] == "static"
    source, peer = objects.networks(match["real_source"]), objects.networks(peers[1])
    stays = match["real_source"] == match["shown_source"] and peers[0] == peers[1] and not match["service"]
    return ManualNat(
        line=rule,
        real=match["real"].strip(),
        mapped=match["mapped"].strip(),
        after=match["after"] is not None,
        static=static,
        source=source,
        # What `interface` and pools stand for is not looked up: they may be anything.
        shown=objects.networks(match["shown_source"]) if static else None,
        peer=peer,
        shown_peer=objects.networks(peers[0]),
        diverts=match["shown_peer"] is not None and "route-lookup" not in match["options"].split(),
        same=static and stays and source is not None and peer is not None,
    )


def inactive(rule: NatRule) -> bool:
    """Whether a line is written down and switched off."""
    return rule.text.strip().endswith(" inactive")
