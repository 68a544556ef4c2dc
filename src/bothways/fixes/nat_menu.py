"""Ways out of a one-way translation, as text: what each means for those who call."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bothways.diagnosis import Trace, trace
from bothways.diagnosis.legs import Hop
from bothways.diagnosis.translation import translates
from bothways.fixes.menu_item import MenuItem
from bothways.state.device import DeviceState
from bothways.state.rows import ConfigLine, StaticNat
from bothways.state.snapshot import Snapshot

_NOT_PUSHED = "not pushed by us"


@dataclass(frozen=True)
class _Fault:
    """The router that translates, its line, and the answer it rewrote."""

    router: DeviceState
    entry: StaticNat
    hop: Hop


def nat_menu(snapshot: Snapshot, walked: Trace) -> tuple[MenuItem, ...]:
    """Three ways: call the translated address, let names answer with it, or translate no more."""
    fault = _fault(snapshot, walked)
    if fault is None:
        return ()
    return (
        _call_the_alias(snapshot, walked, fault),
        _names(fault, walked),
        _remove(fault),
    )


def _fault(snapshot: Snapshot, walked: Trace) -> _Fault | None:
    for hop in (hop for leg in walked.legs if leg.refusal for hop in leg.hops if hop.rewrites):
        entry = translates(snapshot.devices[hop.device], hop.arrived.source)
        if entry is not None:
            return _Fault(snapshot.devices[hop.device], entry, hop)
    return None


def _call_the_alias(snapshot: Snapshot, walked: Trace, fault: _Fault) -> MenuItem:
    flow, entry = walked.flow, fault.entry
    lives = trace(snapshot, replace(flow, server=entry.local))
    stale = _stale_routes(snapshot, walked, fault)
    text = [f"# {flow.client}, {_NOT_PUSHED}: the application calls {entry.local} instead of {entry.world}"]
    for device, line in stale:
        text += [f"! {device}, {_NOT_PUSHED}", f"no {line}"]
    return MenuItem(
        name="call-nat-address",
        available=lives.fate == "complete",
        reason=f"{flow.client} to {entry.local} is {lives.fate}; {fault.router.evidence(entry)}",
        price=(
            f"Every client must be told; what still calls {entry.world} then follows the next best route and "
            f"fails there."
        ),
        text="\n".join(text),
    )


def _stale_routes(snapshot: Snapshot, walked: Trace, fault: _Fault) -> list[tuple[str, str]]:
    """Host routes to the real address on the client's side of the translation."""
    start = f"ip route {fault.entry.world} 255.255.255.255 "
    found = []
    for name in walked.legs[0].path:
        if name == fault.router.name:
            break
        device = snapshot.devices[name]
        if device.sees(ConfigLine):
            found += [(name, row.text) for row in device.table(ConfigLine) if row.text.startswith(start)]
    return found


def _names(fault: _Fault, walked: Trace) -> MenuItem:
    entry = fault.entry
    return MenuItem(
        name="name-answers-nat-address",
        available=True,
        reason=f"only a SYN to {entry.local} is translated as its answer to {walked.flow.client} is",
        price="Only clients that call by name are helped, and the name must differ on the two sides.",
        text=f"# the customer's name server, {_NOT_PUSHED}: the server's name is {entry.local} there",
    )


def _remove(fault: _Fault) -> MenuItem:
    entry = fault.entry
    words = " add-route" if entry.add_route else ""
    return MenuItem(
        name="remove-nat",
        available=True,
        reason=str(fault.router.evidence(entry)),
        price=(
            f"The inside then needs routes to {entry.world}, and every client that calls {entry.local} today "
            f"is cut off."
        ),
        text=f"! {fault.router.name}, {_NOT_PUSHED}\n"
        f"no ip nat outside source static {entry.world} {entry.local}{words}",
    )
