"""Ways out that are said as text, with what speaks for and against them here."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv4Address

from bothways.diagnosis import Finding, Trace
from bothways.diagnosis.interface_limit import interface_limit
from bothways.errors import CouldNotSee
from bothways.fixes.contract import NotApplicable
from bothways.fixes.ctcp_ways import ctcp_ways
from bothways.fixes.link_state_menu import link_state_menu
from bothways.fixes.menu_item import NOT_PUSHED, MenuItem
from bothways.fixes.nat_menu import nat_menu
from bothways.fixes.pat_menu import source_pat
from bothways.fixes.silence_ways import silence_ways
from bothways.fixes.turnaround import Turn, counted_hosts, find_turn, own_addresses
from bothways.state.rows import Arp, Conn
from bothways.state.snapshot import Snapshot

_CURED = frozenset({"hairpin-denied", "asymmetric-return", "pbr-ineffective"})


def menu(snapshot: Snapshot, trace: Trace, findings: Sequence[Finding]) -> tuple[MenuItem, ...]:
    """The ways out of what was found, in the order to try them."""
    if "one-way-nat" in {finding.id for finding in findings}:
        return nat_menu(snapshot, trace)
    return (
        *_ways_of_turn(snapshot, trace, findings),
        *ctcp_ways(snapshot, trace, findings),
        *link_state_menu(snapshot, trace, findings),
        *silence_ways(trace, findings),
    )


def _ways_of_turn(snapshot: Snapshot, trace: Trace, findings: Sequence[Finding]) -> tuple[MenuItem, ...]:
    """Those that are not a push, for a flow that turns around on a firewall."""
    if not _CURED & {finding.id for finding in findings}:
        return ()
    try:
        turn = find_turn(snapshot, trace.flow)
    except CouldNotSee:
        return ()
    if isinstance(turn, NotApplicable):
        return ()
    return (_host_routes(snapshot, turn), _extra_interface(turn), source_pat(turn, trace.flow))


def _host_routes(snapshot: Snapshot, turn: Turn) -> MenuItem:
    hosts = affected_hosts(snapshot, turn)
    network, mask = turn.lab.network_address, turn.lab.netmask
    count = counted_hosts(len(hosts))
    lines = [f"# {count} on {turn.users}; {NOT_PUSHED}"]
    for host in hosts:
        lines += [
            f"# {host}, {NOT_PUSHED}: Windows, then Linux",
            f"route -p add {network} mask {mask} {turn.hop}",
            f"ip route add {turn.lab} via {turn.hop}",
        ]
    return MenuItem(
        name="host-routes",
        available=bool(hosts),
        reason=f"{count} in ARP or connections of {turn.firewall.name} on {turn.inside.name}",
        price="Every host is touched, new ones are forgotten, and the firewall no longer sees this traffic.",
        text="\n".join(lines),
    )


def affected_hosts(snapshot: Snapshot, turn: Turn) -> tuple[IPv4Address, ...]:
    """The users' hosts that the firewall knows by ARP or by a connection; no device is one."""
    inside = turn.inside.name
    known = {turn.user}
    if turn.firewall.sees(Arp):
        known |= {row.address for row in turn.firewall.table(Arp) if row.interface == inside and row.mac}
    if turn.firewall.sees(Conn):
        for row in turn.firewall.table(Conn):
            known |= {row.a_address} if row.a_interface == inside else set()
            known |= {row.b_address} if row.b_interface == inside else set()
    for state in snapshot:
        try:
            known -= own_addresses(state)
        except CouldNotSee:
            continue
    return tuple(sorted(host for host in known if host in turn.users and host != turn.hop))


def _extra_interface(turn: Turn) -> MenuItem:
    try:
        limit = interface_limit(turn.firewall)
        free = limit.free if limit else 0
        reason = str(limit or "no licence line says how many are allowed")
    except CouldNotSee as unseen:  # saved text may lack it, and the verdict does not need it
        free, reason = 0, f"could not see: {unseen}"
    return MenuItem(
        name="extra-interface",
        available=free > 0,
        reason=reason,
        price="The lab moves behind an interface of the firewall; its switch stops routing for it.",
        text=_how(turn) if free > 0 else "",
    )


def _how(turn: Turn) -> str:
    lines = (
        f"! {turn.firewall.name}, {NOT_PUSHED}",
        f"! a new interface with an address in {turn.lab}, nameif lab, its own security-level",
        f"! the hosts of {turn.lab} take it as their gateway",
    )
    return "\n".join(lines)
