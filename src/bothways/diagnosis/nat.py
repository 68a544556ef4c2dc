"""NAT lines of an ASA: not walked, so a line that could match limits what a trace may claim."""

from __future__ import annotations

import re

from bothways.diagnosis.sight import Sight
from bothways.state.device import DeviceState
from bothways.state.rows import NatRule

_PAIR = re.compile(r"\bnat \(([^,()]+),([^,()]+)\)")


def note_nat(sight: Sight, device: DeviceState, interfaces: tuple[str, str]) -> None:
    """Say so when a NAT line is about this pair of interfaces, in either direction."""
    for rule in sight.table(device, NatRule) or ():
        if _could_match(rule.text, interfaces):
            where = f"{device.name}: show running-config:{rule.line}" if rule.line else device.name
            sight.miss(f"{where}: whether {rule.text.strip()!r} rewrites this flow; NAT is not walked")


def _could_match(text: str, interfaces: tuple[str, str]) -> bool:
    pair = _PAIR.search(text)
    if pair is None:
        # Object NAT without interfaces, or the syntax before 8.3: it may be about any interface.
        return text.strip().startswith("nat")
    ingress, egress = interfaces
    return any(
        all(name in (wanted, "any") for name, wanted in zip(pair.groups(), order, strict=True))
        for order in ((ingress, egress), (egress, ingress))
    )
