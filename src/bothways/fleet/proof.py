"""The proof of a run is the flow: a fresh trace, and a TCP connection that carries data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from ipaddress import IPv4Address

from nornir.core import Nornir
from nornir.core.task import Result, Task

from bothways.clock import Clock
from bothways.diagnosis import Scenario, Trace, trace
from bothways.errors import BothwaysError
from bothways.fleet.context import ApplyContext
from bothways.fleet.hosts import run_each, unwrapped
from bothways.fleet.reading import read_all, snapshot_of
from bothways.flow import Flow
from bothways.planning.plan import Plan
from bothways.pushing.connection import Proof, Watch, baseline
from bothways.pushing.host import unit_of
from bothways.pushing.stop import Stop
from bothways.pushing.tcp_end import tcp_end_baseline
from bothways.state.device import DeviceState
from bothways.state.rows import Interface, TcpEnd
from bothways.state.snapshot import Snapshot
from bothways.tasks import verify_flow

_FIREWALL = "cisco_asa"


def fresh_trace(plan: Plan, context: ApplyContext, nornir: Nornir) -> Trace:
    """Read every device anew and walk the plan's flow.

    Raises:
        BothwaysError: a device the plan is bound to cannot be read.
    """
    states, failed = read_all(nornir, context.network.devices, context.clock)
    for name in plan.bindings:
        if name in failed:
            raise failed[name]
    snapshot = snapshot_of(states, failed, context.clock)
    return trace(snapshot, plan.proven, context.network.hosts, Scenario(plan.scenario), plan.silence_s)


def unpredicted(plan: Plan, seen: Trace) -> str:
    """How a trace differs from what the plan foretold, as a clause; "" when it does not."""
    if seen.fate == plan.after.fate:
        return ""
    why = f" ({'; '.join(seen.could_not_see)})" if seen.could_not_see else ""
    place = f"{seen.at.device}, packet {seen.at.packet}"
    return f"the flow was to be {plan.after.fate}, and is {seen.fate} at {place}{why}"


def watchers(plan: Plan, snapshot: Snapshot, seen: Trace) -> dict[str, Flow]:
    """Whose tables can prove the flow: firewalls of the plan and on its way, and routers it ends on.

    Each with the flow as its own table names it: a firewall that translates lists the real ends.
    """
    passed = {*seen.devices, *plan.bindings}
    firewalls = [state.name for state in snapshot if state.platform == _FIREWALL and state.name in passed]
    ends = {seen.flow.client, seen.flow.server}
    routers = (state for state in snapshot if state.platform != _FIREWALL and state.name in passed)
    on_routers = {state.name: seen.flow for state in routers if ends & _own_addresses(state)}
    return {name: as_listed(seen, name) for name in firewalls} | on_routers


def as_listed(seen: Trace, firewall: str) -> Flow:
    """The flow with its ends as the firewall's connection table has them."""
    legs = (leg for leg in (*seen.opening, *seen.legs) if leg.sent.source == seen.flow.client)
    hop = next((hop for leg in legs for hop in leg.hops if hop.device == firewall), None)
    if hop is None:
        return seen.flow
    server = hop.left.destination if hop.left is not None else hop.arrived.destination
    return replace(seen.flow, client=hop.arrived.source, server=server)


def _own_addresses(state: DeviceState) -> set[IPv4Address]:
    rows = state.table(Interface) if state.sees(Interface) else ()
    return {row.address.ip for row in rows if row.address is not None}


def baselines(nornir: Nornir, watched: Mapping[str, Flow], clock: Clock) -> dict[str, Watch]:
    """What to watch for on each device: more than its table shows of the flow before anything is changed.

    One that hides its table is left out.
    """
    taken: dict[str, Watch] = {}
    for name, flow in watched.items():
        try:
            answer = run_each(nornir, [name], _baseline, flow=flow, clock=clock)[name]
            taken[name] = Watch(flow, before=unwrapped(answer))
        except BothwaysError:
            continue  # what cannot be compared proves nothing: the run will end unproven
    return taken


def wait_for_proof(
    nornir: Nornir, watches: Mapping[str, Watch], clock: Clock, stop: Stop | None = None
) -> Proof | None:
    """The connection that proves the flow; None when none appears in time.

    Every device is asked once before the first is waited for: on one end a connection is gone that the other
    still remembers, and not for long.
    """
    glances = (
        [(name, replace(watch, wait_s=0)) for name, watch in watches.items()] if len(watches) > 1 else []
    )
    for name, watch in (*glances, *watches.items()):
        results = run_each(nornir, [name], verify_flow, watch=watch, clock=clock, stop=stop)
        try:
            found: Proof | None = unwrapped(results[name])
        except BothwaysError:
            continue  # an ASA that is gone proves nothing; its absence is the trace's business
        if found is not None:
            return found
    return None


def _baseline(task: Task, *, flow: Flow, clock: Clock) -> Result:
    unit = unit_of(task, clock)
    before = tcp_end_baseline if TcpEnd in unit.platform.sources else baseline
    return Result(host=task.host, result=before(unit, unit.open(), flow))
