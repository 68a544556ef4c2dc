"""NAT lines of an ASA: not walked, so a line that could match leaves every verdict behind it open."""

from __future__ import annotations

import re

from bothways.diagnosis.doubt import doubt
from bothways.diagnosis.visit import Visit
from bothways.state.nat_rows import NatRule

# `nat (real,mapped)` since 8.3, `static (real,mapped)` before.
_PAIR = re.compile(r"(?:nat|static) \(([^,()]+),([^,()]+)\)")
# Before 8.3: `nat (inside) 1 …`, paired with a `global` of the interface it leaves by.
_SINGLE = re.compile(r"nat \(([^,()]+)\)")


def note_nat(visit: Visit, egress: str) -> None:
    """Doubt the visit when a NAT line could take the packet; `egress` is where the routes send it."""
    device = visit.device
    for rule in visit.sight.table(device, NatRule, deadly=True) or ():
        if _could_match(rule.text.strip(), visit.ingress, egress):
            visit.cite(rule)
            where = f"{device.name}: show running-config:{rule.line}"
            doubt(visit, f"{where}: whether {rule.text.strip()!r} rewrites this flow; NAT is not walked")


def _could_match(text: str, ingress: str, egress: str) -> bool:
    if text.endswith(" inactive"):
        return False
    pair = _PAIR.match(text)
    if pair is None:
        single = _SINGLE.match(text)
        # Without interfaces a line is about all of them; a `global` does nothing by itself.
        return single[1] in (ingress, egress) if single else text.startswith("nat")
    real, mapped = (name.strip() for name in pair.groups())
    if _both(real, mapped, ingress, egress) or _both(mapped, real, ingress, egress):
        return True
    # A translated destination decides the way out before any route does.
    if "destination static" in text and _is(real, ingress):
        return True
    static = text.startswith("static") or " static " in f"{text} "
    return static and _is(mapped, ingress)


def _both(one: str, other: str, ingress: str, egress: str) -> bool:
    return _is(one, ingress) and _is(other, egress)


def _is(wanted: str, name: str) -> bool:
    return wanted in (name, "any")
