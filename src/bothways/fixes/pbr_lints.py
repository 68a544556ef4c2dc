"""What to say about a policy route before it is typed: whom it moves, whom it breaks, where it is wrong."""

from __future__ import annotations

from ipaddress import IPv4Address

from bothways.fixes.contract import Situation
from bothways.fixes.pbr_objects import PbrInputs
from bothways.fixes.steps import Lint
from bothways.fixes.turnaround import ReturnRouter, Turn, counted_hosts, own_addresses
from bothways.state.rows import Arp, Conn, Route

_NAMED = 5


def remarks(situation: Situation, turn: Turn, back: ReturnRouter, inputs: PbrInputs) -> tuple[Lint, ...]:
    """All remarks, the blocking ones first."""
    return (
        *_too_wide(back, inputs),
        *_wrong_interface(back, inputs),
        *_next_hop(back, inputs),
        *_moved(turn, back, inputs),
        *_declared(situation, back, inputs),
    )


def _too_wide(back: ReturnRouter, inputs: PbrInputs) -> tuple[Lint, ...]:
    wide = [network for network in (inputs.source, *inputs.destinations) if network.prefixlen == 0]
    if not wide:
        return ()
    text = (
        "`permit ip any any` also catches packets to the switch's own addresses: management and routing "
        "protocol neighbours through this interface can fail"
    )
    speakers = _speakers(back, inputs.interface)
    if speakers:
        text += (
            f"; believed: {_list(speakers)} on {inputs.interface} goes down at the next change of a route, "
            f"since hellos still arrive, but what it acknowledges leaves to {inputs.next_hop}"
        )
    return (Lint(id="any-any", severity="blocking", device=back.router.name, text=text),)


def _speakers(back: ReturnRouter, interface: str) -> list[IPv4Address]:
    """Routers that tell the switch routes by EIGRP through an interface."""
    return sorted(
        {
            row.next_hop
            for row in back.router.table(Route)
            if row.next_hop is not None and row.interface == interface and row.code.startswith("D")
        }
    )


def _wrong_interface(back: ReturnRouter, inputs: PbrInputs) -> tuple[Lint, ...]:
    if inputs.interface == back.lab_side.name:
        return ()
    text = (
        f"replies from {inputs.source} come in by {back.lab_side.name}; a policy on {inputs.interface} "
        "does not see them"
    )
    return (Lint(id="wrong-interface", severity="blocking", device=back.router.name, text=text),)


def _next_hop(back: ReturnRouter, inputs: PbrInputs) -> tuple[Lint, ...]:
    name, hop = back.router.name, inputs.next_hop
    if hop not in back.user_network:
        text = f"next hop {hop} is not on {back.user_network}: the switch would route as before"
        return (Lint(id="next-hop-not-connected", severity="blocking", device=name, text=text),)
    rows = back.router.table(Arp).where(address=hop)
    if not any(row.mac and row.interface == back.user_side.name for row in rows):
        text = f"next hop {hop} is not in ARP on {back.user_side.name}: the switch would route as before"
        return (Lint(id="next-hop-not-in-arp", severity="blocking", device=name, text=text),)
    return ()


def _moved(turn: Turn, back: ReturnRouter, inputs: PbrInputs) -> tuple[Lint, ...]:
    """Hosts in the switch's ARP are those it answers directly today."""
    name = back.router.name
    hosts = _hosts(turn, back, inputs)
    told = f"{counted_hosts(len(hosts))} in ARP on {back.user_side.name}"
    moved = f"replies to {told} will go through {inputs.next_hop}"
    count = Lint(id="hosts-moved", severity="note", device=name, text=moved)
    if not turn.firewall.sees(Conn):
        text = (
            f"whether they all use {inputs.next_hop} as their gateway could not be seen: no connections read"
        )
        return (count, Lint(id="own-route", severity="warning", device=name, text=text))
    strangers = [host for host in hosts if not _known(turn, host)]
    if not strangers:
        return (count,)
    text = (
        f"{_list(strangers)} never had a connection through {turn.firewall.name}: a host that reaches "
        f"{inputs.source} by a route of its own breaks, its requests go direct and the replies do not"
    )
    return (count, Lint(id="own-route", severity="warning", device=name, text=text))


def _declared(situation: Situation, back: ReturnRouter, inputs: PbrInputs) -> tuple[Lint, ...]:
    """Hosts the user declared with a gateway that is not the firewall: no inference needed."""
    other = [
        host.address
        for host in situation.hosts
        if host.gateway is not None
        and host.gateway != inputs.next_hop
        and any(host.address in network for network in inputs.destinations)
    ]
    if not other:
        return ()
    text = f"{_list(other)} use another gateway than {inputs.next_hop} and lose {inputs.source}"
    return (Lint(id="other-gateway", severity="warning", device=back.router.name, text=text),)


def _hosts(turn: Turn, back: ReturnRouter, inputs: PbrInputs) -> list[IPv4Address]:
    own = own_addresses(back.router) | own_addresses(turn.firewall)
    return sorted(
        row.address
        for row in back.router.table(Arp)
        if row.mac
        and row.interface == back.user_side.name
        and row.address not in own
        and any(row.address in network for network in inputs.destinations)
    )


def _known(turn: Turn, host: IPv4Address) -> bool:
    conns = turn.firewall.table(Conn)
    number = int(host)
    return bool(((conns.column("a_address") == number) | (conns.column("b_address") == number)).any())


def _list(hosts: list[IPv4Address]) -> str:
    named = ", ".join(str(host) for host in hosts[:_NAMED])
    return named if len(hosts) <= _NAMED else f"{named} and {len(hosts) - _NAMED} more"
