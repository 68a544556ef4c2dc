"""Ways besides link state tracking to tell a server that its switch leads nowhere, as text."""

from __future__ import annotations

from collections.abc import Sequence

from bothways.diagnosis import Finding, Hop, Severity, Trace
from bothways.diagnosis.uplink_loss import dead_end
from bothways.fixes.config_lines import beginning
from bothways.fixes.menu_item import NOT_PUSHED, MenuItem
from bothways.state.rows import ConfigLine
from bothways.state.snapshot import Snapshot

_VSS = "switch virtual domain "


def link_state_menu(snapshot: Snapshot, trace: Trace, findings: Sequence[Finding]) -> tuple[MenuItem, ...]:
    """Beacons between the cards, one core switch out of two, a second uplink."""
    if not any(one.id == "orphaned-switch" and one.severity is Severity.ERROR for one in findings):
        return ()
    dead = dead_end(trace.hops)
    if dead is None:
        return ()
    return (_beacons(trace, dead), _vss(snapshot, dead), _second_uplink(dead))


def _beacons(trace: Trace, dead: Hop) -> MenuItem:
    return MenuItem(
        name="beacon-probing",
        available=True,
        reason=f"the server finds out by itself: a card whose beacons do not come back is left; "
        f"{dead.device} needs no change",
        price=(
            "Every card of every server broadcasts in every VLAN, all the time; with cards on two switches "
            "alone a lost beacon does not tell which of them is cut off."
        ),
        text=f"# {trace.flow.client} and every other server, {NOT_PUSHED}\n"
        "esxcli network vswitch standard policy failover set --failure-detection=beacon "
        "--vswitch-name=vSwitch0",
    )


def _vss(snapshot: Snapshot, dead: Hop) -> MenuItem:
    """Two core switches as one: then a switch may have uplinks to both, and none of them is blocked."""
    read = [state for state in snapshot if state.platform == "cisco_ios" and state.sees(ConfigLine)]
    running = [str(state.evidence(row)) for state in read for row in beginning(state, _VSS)]
    reason = running[0] if running else f"no switch that was read says `{_VSS.strip()}`"
    return MenuItem(
        name="vss",
        available=bool(running),
        reason=reason,
        price="Both core switches become one: supervisors and a release that can, and a reload of both.",
        text=f"! {NOT_PUSHED}: members of {dead.egress} of {dead.device} to both chassis" if running else "",
    )


def _second_uplink(dead: Hop) -> MenuItem:
    name = dead.device
    return MenuItem(
        name="second-uplink",
        available=True,
        reason=f"{name} would have a way left when {dead.egress} is down",
        price="Without VSS spanning tree blocks one of the two: half the bandwidth of the cables is lost.",
        text=f"! {name}, {NOT_PUSHED}: a second channel, to the other core switch",
    )
