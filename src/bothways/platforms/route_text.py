"""The part of a routing table that ASA and IOS print alike: code, distance, next hop, interface."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

LEGEND = r"Codes: |\s*[\w*+%]{1,2} - "
GATEWAY = r"Gateway of last resort is "

CODE = (
    r"(?P<code>[A-Za-z]{1,2})(?P<star>\*)?(?: ?(?P<kind>IA|EX|E1|E2|N1|N2|L1|L2|su|ia|EV)(?= ))?"
    r"[%+&p]{0,2}[ ]+"
)

_HOP = re.compile(
    r"(?:\[(?P<distance>\d{1,3})(?:/(?P<metric>\d{1,10}))?\])?[ ]*"
    r"(?:via (?P<next_hop>[\w.:-]+)(?: \([\w.:-]+\))?"
    r"|(?P<own>is directly connected|connected by VPN \(advertised\))"
    r"|is a summary|(?=,))"
    r"(?:, (?P<rest>\S.*))?",
    re.ASCII,
)
_UPTIME = re.compile(r"(?:\d+:\d\d(?::\d\d)?|(?:\d+[ywdhm])+|never)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Hop:
    """One way to a destination, as printed."""

    distance: int | None
    metric: int | None
    next_hop: str
    interface: str
    tunneled: bool

    def after(self, first: Hop | None) -> Hop:
        """This hop with the distance of the one above it, which a second `via` does not repeat."""
        if first is None or self.distance is not None or not self.next_hop:
            return self
        return replace(self, distance=first.distance, metric=first.metric)


def route_code(match: re.Match[str]) -> str:
    """`O IA`, `D EX`, `S`: without the star of a candidate default."""
    kind = match["kind"]
    return f"{match['code']} {kind}" if kind else match["code"]


def hop(text: str) -> Hop | None:
    """What follows the destination, or stands alone on a continuation line."""
    match = _HOP.fullmatch(text.strip())
    if match is None:
        return None
    rest = (match["rest"] or "").strip()
    tunneled = rest.endswith(" tunneled")
    fields = rest.removesuffix(" tunneled").split(", ") if rest else []
    if fields and _UPTIME.fullmatch(fields[0]):
        del fields[0]
    if len(fields) > 1 or (match["own"] and not fields):
        return None
    return Hop(
        distance=int(match["distance"]) if match["distance"] else None,
        metric=int(match["metric"]) if match["metric"] else None,
        next_hop=match["next_hop"] or "",
        interface=fields[0].strip() if fields else "",
        tunneled=tunneled,
    )
