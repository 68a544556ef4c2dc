"""The translation rules of an ASA in its order: manual ones, those of objects, manual ones again."""

from __future__ import annotations

import re
from weakref import WeakKeyDictionary

from bothways.diagnosis.manual_nat import after_auto, inactive, manual_nat
from bothways.diagnosis.nat_rule import Match, Translation, on
from bothways.diagnosis.network_objects import NetworkObjects
from bothways.diagnosis.object_nat import object_nat
from bothways.state.device import DeviceState
from bothways.state.nat_rows import NatRule, ObjectNat

# `nat (real,mapped)` since 8.3, `static (real,mapped)` before.
_PAIR = re.compile(r"(?:nat|static) \(([^,()]+),([^,()]+)\)")
# Before 8.3: `nat (inside) 1 …`, paired with a `global` of the interface it leaves by.
_SINGLE = re.compile(r"nat \(([^,()]+)\)")
_MANUAL = " source "

_known: WeakKeyDictionary[DeviceState, tuple[Translation, ...]] = WeakKeyDictionary()


def translations(device: DeviceState) -> tuple[Translation, ...]:
    """All that was read, put in order once; those that are not understood are among them."""
    if device.platform != "cisco_asa" or not _has_any(device):
        return ()
    found = _known.get(device)
    if found is None:
        found = _known[device] = tuple(_ordered(device))
    return found


def _has_any(device: DeviceState) -> bool:
    """Asked of many devices before any configuration is parsed."""
    words = ((NatRule, "nat ("), (NatRule, "nat s"), (NatRule, "static ("), (ObjectNat, "nat ("))
    return any(device.mentions(kind, word) for kind, word in words)


def _ordered(device: DeviceState) -> list[Translation]:
    lines = [row for row in device.table(NatRule) if not inactive(row)] if device.sees(NatRule) else []
    objects = NetworkObjects(device) if any(_MANUAL in row.text for row in lines) else None
    first: list[Translation] = []
    middle: list[Translation] = []
    last: list[Translation] = []
    for row in lines:
        rule = manual_nat(device, objects, row) if objects is not None else None
        rule = rule or Translation(row=row, name=row.text.strip(), readable=False)
        manual = _MANUAL in row.text or not row.text.strip().startswith("nat (")
        (last if after_auto(row) else first if manual else middle).append(rule)
    own = [object_nat(device, row) for row in device.table(ObjectNat)] if device.sees(ObjectNat) else []
    return [*first, *middle, *own, *last]


def could_match(text: str, ingress: str, egress: str) -> bool:
    """Whether a line may take a packet, going by its interfaces alone."""
    pair = _PAIR.match(text)
    if pair is None:
        single = _SINGLE.match(text)
        # Without interfaces a line is about all of them; a `global` does nothing by itself.
        return single[1] in (ingress, egress) if single else text.startswith("nat")
    real, mapped = (name.strip() for name in pair.groups())
    if _both(real, mapped, ingress, egress) or _both(mapped, real, ingress, egress):
        return True
    if "destination static" in text and on(real, ingress):
        return True
    static = text.startswith("static") or " static " in f"{text} "
    return static and on(mapped, ingress) is Match.YES


def _both(one: str, other: str, ingress: str, egress: str) -> bool:
    return bool(on(one, ingress) and on(other, egress))
