"""Where a state bypass is laid: the firewall, its interfaces on the flow's way, the networks behind them."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network

from bothways.diagnosis.routes import route_index
from bothways.diagnosis.scenario import Scenario
from bothways.diagnosis.trace import trace
from bothways.fixes.asa_hairpin import route_out, standby
from bothways.fixes.contract import NotApplicable, Situation
from bothways.fixes.steps import Predicate
from bothways.fixes.turnaround import Turn, find_turn
from bothways.flow import Fate
from bothways.state.device import DeviceState
from bothways.state.rows import Nameif, Route

_EVERYTHING = IPv4Network("0.0.0.0/0")
_DEADLY = {
    Scenario.MID_STREAM: (Fate.NO_CONNECTION, "drops {} for want of a connection"),
    Scenario.DATA_LOSS: (Fate.PROXY_STALL, "waits for a lost segment of {}"),
}
"""By scenario: the fate a bypass cures, and what the firewall does then."""


@dataclass(frozen=True, slots=True)
class Ground:
    """A firewall that a flow passes, and how.

    Attributes:
        firewall: the device.
        interfaces: those the flow comes in and goes out by, the more secure one first; one for a turn.
        entry: the one the client's packets come in by.
        inner, outer: the networks of the flow's two ends, that behind the first interface first.
        inner_host, outer_host: the ends themselves.
        facts: what the plan rests on.
        clears: whether the flow's connections of today must open anew, because the firewall has them under
            its old policy; one that it never saw is not to be cut.
    """

    firewall: DeviceState
    interfaces: tuple[str, ...]
    entry: str
    inner: IPv4Network
    outer: IPv4Network
    inner_host: IPv4Address
    outer_host: IPv4Address
    facts: tuple[Predicate, ...]
    clears: bool


def find_ground(situation: Situation) -> Ground | NotApplicable:
    """The firewall the flow turns around on, or dies of: in mid-stream for want of a connection, at a loss.

    Raises:
        CouldNotSee: a table the decision needs was not read.
    """
    if situation.scenario in _DEADLY:
        return _dies_of(situation)
    turn = find_turn(situation.snapshot, situation.flow)
    if isinstance(turn, NotApplicable):
        return turn
    return _of_turn(turn)


def _of_turn(turn: Turn) -> Ground:
    return Ground(
        firewall=turn.firewall,
        interfaces=(turn.inside.name,),
        entry=turn.inside.name,
        inner=turn.users,
        outer=turn.lab,
        inner_host=turn.user,
        outer_host=turn.lab_host,
        facts=(route_out(turn),),
        clears=True,
    )


def _dies_of(situation: Situation) -> Ground | NotApplicable:
    flow, loss = situation.flow, situation.scenario is Scenario.DATA_LOSS
    fate, what = _DEADLY[situation.scenario]
    walked = trace(situation.snapshot, flow, situation.hosts, situation.scenario)
    if walked.fate is not fate:
        # A standby unit forwards nothing, so the walk does not come to it at all.
        units = (standby(state) for state in situation.snapshot if state.platform == "cisco_asa")
        return next(filter(None, units), None) or NotApplicable(
            "", f"no firewall {what.format(flow)}: {walked.mechanism}"
        )
    state = situation.snapshot.device(walked.at.device)
    client, server = _way(state, flow.client), _way(state, flow.server)
    if isinstance(client, NotApplicable):
        return client
    if isinstance(server, NotApplicable):
        return server
    levels = {row.name: row.level for row in state.table(Nameif)}
    ends = [(client, flow.client), (server, flow.server)]
    ends.sort(key=lambda end: -levels.get(end[0].interface, 0))
    (inner, inner_host), (outer, outer_host) = ends
    # Of a flow that is opened anew the policy of the interface it comes in by is enough, for both directions.
    interfaces = (client.interface,) if loss else (inner.interface, outer.interface)
    return Ground(
        firewall=state,
        interfaces=tuple(dict.fromkeys(interfaces)),
        entry=client.interface,
        inner=inner.prefix or _EVERYTHING,
        outer=outer.prefix or _EVERYTHING,
        inner_host=inner_host,
        outer_host=outer_host,
        facts=tuple(_fact(state.name, way) for way in dict.fromkeys((inner, outer))),
        clears=loss,
    )


def _way(state: DeviceState, address: IPv4Address) -> Route | NotApplicable:
    found = route_index(state.table(Route)).exit(address)
    if found is None or found.discards or not found.interface:
        return NotApplicable(state.name, f"it has no route to {address}")
    return found.routes[0]


def _fact(device: str, route: Route) -> Predicate:
    return Predicate(
        device=device,
        table="Route",
        key={"prefix": str(route.prefix)},
        column="interface",
        expected=route.interface,
        because=f"{device} reaches {route.prefix} through {route.interface}",
    )
