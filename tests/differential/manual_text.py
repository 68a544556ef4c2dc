"""Manual rules and single ports of random ASAs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from .access_text import netmask
from .nat_text import ELSEWHERE, Shown

if TYPE_CHECKING:
    from .networks import Box, Plan

MANUAL, PORTS = "asa-manual-nat", "asa-ports"
_SHOWN_PORTS = (80, 443, 2222, 8081)
_REAL_PORTS = (80, 443, 8080)


def plan_manual(plan: Plan) -> None:
    """Settle who is called by which address, before any configuration is written."""
    for box in plan.boxes:
        if box.firewall and PORTS in plan.features:
            _plan_port(plan, box)
        if box.firewall and MANUAL in plan.features:
            _plan_called(plan, box)


def _plan_port(plan: Plan, box: Box) -> None:
    dice = plan.features[PORTS]
    side = dice.choice(box.segments)
    there = [one for one in plan.addresses if one not in side.network]
    near = [one for one in there if plan.segment_of(one) in box.segments] or there
    by = box.address(side) if dice.chance(0.5) else side.address(160 + box.number)
    protocol = "udp" if dice.chance(0.2) else "tcp"
    plan.shown.append(
        Shown(box, dice.choice(near), by, side, False, dice.choice(_SHOWN_PORTS), PORTS,
              dice.choice(_REAL_PORTS), protocol)
    )  # fmt: skip


def _plan_called(plan: Plan, box: Box) -> None:
    """A host behind one of its segments, called from another one by some address, or by its own."""
    dice = plan.features[MANUAL]
    near, far = dice.sample(box.segments, 2)
    beyond = [one for one in plan.addresses if one in far.network]
    target = dice.choice(beyond if dice.chance(0.8) else plan.addresses)
    kind = dice.choice(("own", "own", "near", "elsewhere"))
    index = 40 + plan.boxes.index(box)
    by = {"own": target, "near": near.address(130 + index), "elsewhere": ELSEWHERE.network_address + index}[
        kind
    ]
    plan.shown.append(Shown(box, target, by, near, False, kind=MANUAL))


def port_rules(plan: Plan, box: Box, names: dict[str, str]) -> Iterator[str]:
    """Ports of an address, or of an interface, that lead to a port of a host."""
    for number, one in enumerate(plan.shown):
        if one.box is box and one.kind == PORTS:
            segment = plan.segment_of(one.real)
            hops = plan.next_hops(box, segment)
            behind = segment if segment in box.segments else hops[0][0] if hops else one.side
            shown = "interface" if one.by == box.address(one.side) else one.by
            yield from [f"object network PORT{number}", f" host {one.real}"]
            ports = f"{one.protocol} {one.real_port} {one.port}"
            yield f" nat ({names[behind.name]},{names[one.side.name]}) static {shown} service {ports}"


def manual_rules(plan: Plan, box: Box, names: dict[str, str]) -> Iterator[str]:
    """Source and destination in one rule, in front of the objects' rules or behind them."""
    called = [(at, one) for at, one in enumerate(plan.shown) if one.box is box and one.kind == MANUAL]
    dice = plan.features[MANUAL] if called else None
    for number, one in called:
        assert dice is not None
        far = next((seg for seg in box.segments if one.real in seg.network and seg != one.side), None)
        mapped = far or next(seg for seg in box.segments if seg != one.side)
        yield from [f"object network LAN{number}", f" subnet {netmask(one.side.network)}"]
        yield from [f"object network FAR{number}", f" host {one.real}"]
        yield from [f"object network NEAR{number}", f" host {one.by}"]
        host = dice.choice([each for each in plan.addresses if each in one.side.network])
        yield from [f"object network HOST{number}", f" host {host}"]
        yield from [f"object network SHOW{number}", f" host {mapped.address(150 + number)}"]
        pair = f"({names[one.side.name]},{names[mapped.name]})"
        plain = dice.chance(0.15) and (one.by == one.real or one.by in ELSEWHERE)  # else nobody's address
        clause = "" if plain else f" destination static NEAR{number} FAR{number}"
        source = dice.choice(
            (f"static HOST{number} SHOW{number}", f"static LAN{number} LAN{number}",
             f"dynamic LAN{number} interface", f"dynamic LAN{number} SHOW{number}")
        )  # fmt: skip
        same = source.startswith("static LAN") and one.by == one.real
        options = " no-proxy-arp" if dice.chance(0.4) else ""
        options += " route-lookup" if same and dice.chance(0.5) else ""
        section = "after-auto " if dice.chance(0.3) else ""
        yield f"nat {pair} {section}source {source}{clause}{options}"
    if called and dice is not None and dice.chance(0.25):
        side, other = dice.sample(box.segments, 2)
        section = "after-auto " if dice.chance(0.6) else ""
        yield f"nat ({names[side.name]},{names[other.name]}) {section}source dynamic any interface"
