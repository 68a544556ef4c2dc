"""NAT lines of an ASA that are not walked: one that could match leaves every verdict behind it open."""

from __future__ import annotations

import re

from bothways.diagnosis.doubt import doubt
from bothways.diagnosis.manual_nat import ManualNat, inactive, manual_nat
from bothways.diagnosis.packets import Packet
from bothways.diagnosis.visit import Visit
from bothways.state.nat_rows import NatRule

# `nat (real,mapped)` since 8.3, `static (real,mapped)` before.
_PAIR = re.compile(r"(?:nat|static) \(([^,()]+),([^,()]+)\)")
# Before 8.3: `nat (inside) 1 …`, paired with a `global` of the interface it leaves by.
_SINGLE = re.compile(r"nat \(([^,()]+)\)")


def note_nat(visit: Visit, arrived: Packet, egress: str) -> None:
    """Doubt the visit when a NAT line could take the packet.

    An exemption that surely takes it settles the matter: no line behind it is asked.

    Args:
        visit: the packet with the real ends that object NAT gave it.
        arrived: as it came in.
        egress: where the routes send it.
    """
    device = visit.device
    for rule in visit.sight.table(device, NatRule, deadly=True) or ():
        if inactive(rule):
            continue
        manual = manual_nat(device, rule)
        taken = None
        if manual is not None:
            forms = dict.fromkeys((arrived, visit.packet))
            taken = any(_taken(manual, form, visit.ingress, egress) for form in forms)
        if manual is not None and taken and manual.same and _along(manual, visit.ingress, egress):
            visit.cite(rule)
            if not manual.after:
                return
            continue
        could = _could_match(rule.text.strip(), visit.ingress, egress) if taken is None else taken
        if could:
            visit.cite(rule)
            where = f"{device.name}: show running-config:{rule.line}"
            doubt(visit, f"{where}: whether {rule.text.strip()!r} rewrites this flow; NAT is not walked")


def exempted(visit: Visit) -> bool:
    """Whether an exemption takes the packet before any other line does: then no object NAT is asked."""
    table = visit.device.table(NatRule) if visit.device.sees(NatRule) else ()
    way = visit.exit(visit.packet.destination) if len(table) else None
    egress = way.interface if way is not None else ""
    for rule in table:
        manual = manual_nat(visit.device, rule)
        first = manual is not None and not manual.after and not inactive(rule)
        if first and manual is not None and _taken(manual, visit.packet, visit.ingress, egress):
            return manual.same and _along(manual, visit.ingress, egress)
    return False


def _taken(manual: ManualNat, packet: Packet, ingress: str, egress: str) -> bool:
    """Whether a line takes, or may take, a packet in either of its directions."""
    out = _is(manual.real, ingress) and manual.sends(packet.source, packet.destination)
    # A translated destination decides the way out before any route does; one that stays is routed.
    out = out and (manual.diverts or _is(manual.mapped, egress))
    if out or not _is(manual.mapped, ingress):
        return out
    ends = (packet.source, packet.destination)
    if manual.calls(*ends) and (not manual.same or _is(manual.real, egress)):
        return True
    return _is(manual.real, egress) and manual.calls_real(*ends)


def _along(manual: ManualNat, ingress: str, egress: str) -> bool:
    """Whether a line is for the way that the routes give."""
    return _both(manual.real, manual.mapped, ingress, egress) or _both(
        manual.mapped, manual.real, ingress, egress
    )


def _could_match(text: str, ingress: str, egress: str) -> bool:
    """The same of a line of which only the interfaces are understood."""
    pair = _PAIR.match(text)
    if pair is None:
        single = _SINGLE.match(text)
        # Without interfaces a line is about all of them; a `global` does nothing by itself.
        return single[1] in (ingress, egress) if single else text.startswith("nat")
    real, mapped = (name.strip() for name in pair.groups())
    if _both(real, mapped, ingress, egress) or _both(mapped, real, ingress, egress):
        return True
    if "destination static" in text and _is(real, ingress):
        return True
    static = text.startswith("static") or " static " in f"{text} "
    return static and _is(mapped, ingress)


def _both(one: str, other: str, ingress: str, egress: str) -> bool:
    return _is(one, ingress) and _is(other, egress)


def _is(wanted: str, name: str) -> bool:
    return wanted in (name, "any")
