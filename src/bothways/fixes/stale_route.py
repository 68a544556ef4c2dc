"""Take away the host route by which a server is still called by its real address."""

from __future__ import annotations

import re
from dataclasses import replace
from ipaddress import IPv4Address, IPv4Network

from bothways.diagnosis import trace
from bothways.diagnosis.one_way import OneWay, StaleLine, one_way, stale_routes
from bothways.fixes.contract import Fix, Inputs, NotApplicable, Options, Overlay, Ready, Situation, Values
from bothways.fixes.floating_route import next_static
from bothways.fixes.steps import Command, ConfigStep, Lint, Predicate, Step, Undo
from bothways.fixes.tokens import HostAddress
from bothways.flow import Fate, Flow
from bothways.state.device import DeviceState
from bothways.state.rows import Route

_PLAIN = re.compile(r"ip route \S+ 255\.255\.255\.255 (?P<hop>\d{1,3}(?:\.\d{1,3}){3})", re.ASCII)


class StaleRouteOptions(Options):
    """Nothing to choose: the line is found, not named."""


class StaleRouteInputs(Inputs):
    """The route as configured, and what is to be called instead.

    Attributes:
        real: the server's own address, which the route is for.
        next_hop: where the route leads.
        alias: the address the translation gives it on this side.
    """

    real: HostAddress
    next_hop: HostAddress
    alias: HostAddress

    @property
    def line(self) -> str:
        """The route as the device stores it."""
        return f"ip route {self.real} 255.255.255.255 {self.next_hop}"


class StaleRouteFix(Fix[StaleRouteOptions, StaleRouteInputs]):
    """Takes the way to the real address from those who are to call the translated one."""

    name = "stale-route"
    platform = "cisco_ios"
    seat = "router"
    cures = frozenset({"stale-route"})
    price = (
        "Whatever still calls the real address is cut off from it, and every client must be told the address "
        "of the translation."
    )
    options = StaleRouteOptions
    inputs = StaleRouteInputs

    def propose(
        self,
        situation: Situation,
        options: StaleRouteOptions,  # noqa: ARG002 - part of the contract
    ) -> Ready[StaleRouteInputs] | NotApplicable:
        """Ready on the router nearest to the client that has such a route, if the translated call lives."""
        found = _found(situation)
        if isinstance(found, NotApplicable):
            return found
        way, stale = found
        device = stale.device
        plain = _PLAIN.fullmatch(stale.line.text)
        if plain is None:
            reason = f"`{stale.line.text}` has words that are not taken back here; remove it by hand"
            return NotApplicable(device.name, reason, (device.evidence(stale.line),))
        instead = replace(situation.flow, server=way.alias)
        fate = trace(situation.snapshot, instead, situation.hosts).fate
        if fate is not Fate.COMPLETE:
            reason = f"nothing would be left to call: {instead} is {fate}"
            return NotApplicable(device.name, reason, (way.router.evidence(way.entry),))
        hop = IPv4Address(plain["hop"])
        return Ready(device.name, StaleRouteInputs(real=way.real, next_hop=hop, alias=way.alias))

    def values(self, inputs: StaleRouteInputs) -> Values:
        """The two addresses of the route."""
        return {"real": str(inputs.real), "next_hop": str(inputs.next_hop)}

    def line_count(self, inputs: StaleRouteInputs) -> int:  # noqa: ARG002 - part of the contract
        """One."""
        return 1

    def lints(self, situation: Situation, ready: Ready[StaleRouteInputs]) -> tuple[Lint, ...]:
        """What nobody's configuration says: which of the two addresses is meant to be called."""
        inputs, client = ready.inputs, situation.flow.client
        text = (
            f"this plan takes it that {client} is to call {inputs.alias}; if it is to call {inputs.real}, "
            f"leave the route and end the translation instead: bothways diagnose lists the ways"
        )
        return (Lint(id="intent", severity="warning", device=ready.device, text=text),)

    def preconditions(self, situation: Situation, ready: Ready[StaleRouteInputs]) -> tuple[Predicate, ...]:
        """The route stands, and so does the translation that makes it stale."""
        way, _ = _known(situation)
        router, line = way.router.name, way.router.evidence(way.entry).text.strip()
        return (
            _line(ready.device, ready.inputs.line, standing=True),
            _line(router, line, standing=True),
        )

    def steps(
        self,
        situation: Situation,  # noqa: ARG002 - part of the contract
        ready: Ready[StaleRouteInputs],
        lines: tuple[str, ...],
    ) -> tuple[Step, ...]:
        """Remove it; taken back, the exact line is typed again unless somebody else did."""
        device, line = ready.device, ready.inputs.line
        gone, there = _line(device, line, standing=False), _line(device, line, standing=True)
        return (
            ConfigStep(
                device=device,
                fix=self.name,
                commands=tuple(Command(text=text) for text in lines),
                undo=(Undo(section="", ours="", text=line, only_if=gone, proof=there),),
                proofs=(gone,),
                price=self.price,
            ),
        )

    def predict(self, state: DeviceState, inputs: StaleRouteInputs) -> Overlay:
        """The table without it, and with the static route it hid; others show only once it is gone."""
        host = IPv4Network(inputs.real)
        rows = [row for row in state.table(Route) if row.prefix != host or row.next_hop != inputs.next_hop]
        return {Route: (*rows, *next_static(state, host, inputs.line, rows))}

    def call_after(self, flow: Flow, inputs: StaleRouteInputs) -> Flow:
        """The same service by the address of the translation."""
        return replace(flow, server=inputs.alias)


def _found(situation: Situation) -> tuple[OneWay, StaleLine] | NotApplicable:
    snapshot = situation.snapshot
    way = one_way(snapshot, trace(snapshot, situation.flow, situation.hosts))
    if way is None:
        return NotApplicable(
            "", f"no static translation rewrites the answer to {situation.flow.client} alone"
        )
    stale = next(iter(stale_routes(snapshot, way)), None)
    if stale is None:
        reason = f"no router before it has a host route to {way.real}: {way.router.name} is reached otherwise"
        return NotApplicable(way.router.name, reason, (way.router.evidence(way.entry),))
    return way, stale


def _known(situation: Situation) -> tuple[OneWay, StaleLine]:
    found = _found(situation)
    assert not isinstance(found, NotApplicable)
    return found


def _line(device: str, text: str, *, standing: bool) -> Predicate:
    return Predicate(
        device=device,
        table="ConfigLine",
        key={"section": "", "text": text},
        column="text",
        expected=text if standing else None,
        because=f"`{text}` {'stands' if standing else 'does not stand'} on {device}",
    )
