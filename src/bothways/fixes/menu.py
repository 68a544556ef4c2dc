"""Ways out that are said as text, with what speaks for and against them here."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv4Address

from bothways.diagnosis import Finding, Trace
from bothways.diagnosis.interface_limit import interface_limit
from bothways.errors import CouldNotSee
from bothways.fixes.contract import NotApplicable, Situation
from bothways.fixes.ctcp_ways import ctcp_ways
from bothways.fixes.link_state_menu import link_state_menu
from bothways.fixes.menu_item import NOT_PUSHED, MenuItem
from bothways.fixes.nat_menu import nat_menu
from bothways.fixes.pat_menu import source_pat
from bothways.fixes.pushed_ways import checked, pushed_ways, useless_ways, ways_of_turn
from bothways.fixes.silence_ways import silence_ways
from bothways.fixes.turnaround import Turn, counted_hosts, find_return_router, find_turn, own_addresses
from bothways.network import DeclaredHost
from bothways.state.rows import Arp, Conn, Route
from bothways.state.snapshot import Snapshot

_CURED = frozenset({"hairpin-denied", "asymmetric-return", "pbr-ineffective"})


def menu(
    snapshot: Snapshot, trace: Trace, findings: Sequence[Finding], hosts: Sequence[DeclaredHost] = ()
) -> tuple[MenuItem, ...]:
    """The ways out of what was found, in the order to try them."""
    here = Situation(snapshot, trace.flow, tuple(hosts), trace.scenario, trace.silence_s)
    if "one-way-nat" in {finding.id for finding in findings}:
        found = nat_menu(snapshot, trace)
    else:
        found = (
            *pushed_ways(here, findings),
            *_ways_of_turn(here, findings),
            *ctcp_ways(snapshot, trace, findings),
            *link_state_menu(snapshot, trace, findings),
            *silence_ways(trace, findings),
        )
    return tuple(checked(item, here) for item in found)


def _ways_of_turn(here: Situation, findings: Sequence[Finding]) -> tuple[MenuItem, ...]:
    """For a flow that turns around on a firewall: all that is done about it, and what is done in vain."""
    snapshot, flow = here.snapshot, here.flow
    if not _CURED & {finding.id for finding in findings}:
        return ()
    try:
        turn = find_turn(snapshot, flow)
    except CouldNotSee:
        return ()
    if isinstance(turn, NotApplicable):
        return ()
    return (
        _host_routes(snapshot, turn),
        _extra_interface(turn),
        *ways_of_turn(here),
        source_pat(turn, flow),
        _gateway_on_router(snapshot, turn),
        *useless_ways(here),
        *_not_for_a_turn(turn),
    )


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


def _gateway_on_router(snapshot: Snapshot, turn: Turn) -> MenuItem:
    """The users' hosts behind the router that has the lab: nothing turns around any more."""
    reason = _hindrance(snapshot, turn)
    text = f"# DHCP of {turn.users}, {NOT_PUSHED}: router option {turn.hop} instead of {turn.address.ip}"
    return MenuItem(
        name="gateway-on-router",
        available=not reason,
        reason=reason or f"{turn.hop} reaches {turn.lab}, and its default route leads to {turn.address.ip}",
        price="Every host gets another gateway, by DHCP or by hand; the firewall sees this traffic no more.",
        text="" if reason else text,
        needs="a change of every host's gateway",
    )


def _hindrance(snapshot: Snapshot, turn: Turn) -> str:
    try:
        back = find_return_router(snapshot, turn)
        if isinstance(back, NotApplicable):
            return back.reason
        routes = back.router.table(Route)
    except CouldNotSee as unseen:
        return f"could not see: {unseen}"
    firewall = turn.address.ip
    if any(
        row.prefix is not None and not row.prefix.prefixlen and row.next_hop == firewall for row in routes
    ):
        return ""
    return f"{back.router.name} has no default route to {firewall}: its hosts would get nowhere else"


def _not_for_a_turn(turn: Turn) -> tuple[MenuItem, ...]:
    """Known cures of other faults."""
    name = turn.firewall.name
    return (
        MenuItem(
            name="icmp-redirects",
            available=False,
            reason=f"{name} is believed to send none for packets that it forwards: no ASA does",
            price="Hosts that take redirects let anybody on their network move their traffic.",
            text="",
        ),
        MenuItem(
            name="traffic-zones",
            available=False,
            reason=f"for replies that come back by another interface; these never come to {name} at all",
            price="Releases 9.3(2) and later; the interfaces of a zone share their connections.",
            text="",
        ),
    )


def _how(turn: Turn) -> str:
    lines = (
        f"! {turn.firewall.name}, {NOT_PUSHED}",
        f"! a new interface with an address in {turn.lab}, nameif lab, its own security-level",
        f"! the hosts of {turn.lab} take it as their gateway",
    )
    return "\n".join(lines)
