"""Ways out of a one-way translation, as text: what each means for those who call.

Which of them is right hangs on the address that clients are meant to call, and no device prints that.
"""

from __future__ import annotations

from dataclasses import replace

from bothways.diagnosis import Trace, trace
from bothways.diagnosis.one_way import OneWay, one_way, stale_routes
from bothways.fixes.contract import NotApplicable
from bothways.fixes.menu_item import NOT_PUSHED, MenuItem
from bothways.fixes.nat_both_ways import NatBothWays, second_name
from bothways.flow import Fate
from bothways.state.device import Evidence
from bothways.state.rows import ConfigLine
from bothways.state.snapshot import Snapshot


def nat_menu(snapshot: Snapshot, walked: Trace) -> tuple[MenuItem, ...]:
    """Call the translated address, let names answer with it, translate both ways, or translate no more."""
    fault = one_way(snapshot, walked)
    if fault is None:
        return ()
    return (
        _call_the_alias(snapshot, walked, fault),
        _names(fault, walked),
        _both_ways(snapshot, walked, fault),
        _remove(fault),
    )


def _call_the_alias(snapshot: Snapshot, walked: Trace, fault: OneWay) -> MenuItem:
    flow = walked.flow
    lives = trace(snapshot, replace(flow, server=fault.alias))
    text = [f"# {flow.client}, {NOT_PUSHED}: the application calls {fault.alias} instead of {fault.real}"]
    stale_lines = stale_routes(snapshot, fault)
    for stale in stale_lines:
        asked = f"--flow {flow.client},{flow.server},{flow.service}"
        text += [f"! {stale.device.name}; bothways plan one-way-nat {asked}", f"no {stale.line.text}"]
    return MenuItem(
        name="call-nat-address",
        available=lives.fate is Fate.COMPLETE,
        reason=(
            f"right if clients are meant to call {fault.alias}{_meant(snapshot, fault)}; {flow.client} to "
            f"{fault.alias} is {lives.fate}"
        ),
        price=(
            f"Every client must be told; what still calls {fault.real} then follows the next best route and "
            f"fails there."
        ),
        text="\n".join(text),
        playbook="one-way-nat" if stale_lines else "",
    )


def _meant(snapshot: Snapshot, fault: OneWay) -> str:
    """What speaks for it: somebody took the trouble to route the address of the translation."""
    lines = list(_routes_to_alias(snapshot, fault))
    return f", for which speaks {lines[0]}" if lines else ""


def _routes_to_alias(snapshot: Snapshot, fault: OneWay) -> list[Evidence]:
    start = f"ip route {fault.alias} 255.255.255.255 "
    devices = (snapshot.devices[name] for name in (*fault.before, fault.router.name))
    return [
        device.evidence(row)
        for device in devices
        if device.sees(ConfigLine)
        for row in device.table(ConfigLine).where(section="")
        if row.text.startswith(start)
    ]


def _names(fault: OneWay, walked: Trace) -> MenuItem:
    return MenuItem(
        name="name-answers-nat-address",
        available=True,
        reason=f"only a SYN to {fault.alias} is translated as its answer to {walked.flow.client} is",
        price="Only clients that call by name are helped, and the name must differ on the two sides.",
        text=f"# the clients' name server, {NOT_PUSHED}: the server's name is {fault.alias} there",
    )


def _both_ways(snapshot: Snapshot, walked: Trace, fault: OneWay) -> MenuItem:
    found = second_name(snapshot, fault)
    lines: tuple[str, ...] = ()
    if isinstance(found, NotApplicable):
        reason = found.reason
    else:
        flow, inputs = walked.flow, found.inputs
        reason = (
            f"right while both {fault.real} and {fault.alias} must be called: a plain static line translates "
            f"every answer alike, extendable ones each as it was called"
        )
        asked = f"--flow {flow.client},{flow.server},{flow.service}"
        again = (f"no {inputs.plain}", f"{inputs.plain} extendable") if inputs.retyped else ()
        lines = (f"! {found.device}; bothways plan nat-both-ways {asked}", *again, inputs.own)
    return MenuItem(
        name="nat-both-ways",
        available=bool(lines),
        reason=reason,
        price=NatBothWays.price,
        text="\n".join(lines),
        playbook="nat-both-ways" if lines else "",
    )


def _remove(fault: OneWay) -> MenuItem:
    entry = fault.entry
    words = " add-route" if entry.add_route else ""
    return MenuItem(
        name="remove-nat",
        available=True,
        reason=f"right if clients are meant to call {fault.real}; {fault.router.evidence(entry)}",
        price=(
            f"The inside then needs routes to {fault.real}, and every client that calls {fault.alias} today "
            f"is cut off."
        ),
        text=f"! {fault.router.name}, {NOT_PUSHED}\n"
        f"no ip nat outside source static {fault.real} {fault.alias}{words}",
    )
