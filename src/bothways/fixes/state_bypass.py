from __future__ import annotations

from datetime import timedelta
from ipaddress import IPv4Network
from typing import Annotated, Literal

from pydantic import Field

from bothways.diagnosis.scenario import Scenario
from bothways.fixes.asa_hairpin import standby
from bothways.fixes.bypass_ground import Ground, find_ground
from bothways.fixes.bypass_inside import inside_the_match
from bothways.fixes.bypass_lints import remarks
from bothways.fixes.bypass_objects import (
    BYPASS,
    BypassInputs,
    BypassSide,
    names_taken,
    policy_on,
    predicted,
    standing_bypass,
    undo,
)
from bothways.fixes.config_lines import not_standing, stands
from bothways.fixes.contract import Fix, InPlace, NotApplicable, Options, Overlay, Ready, Situation, Values
from bothways.fixes.steps import ClearStep, Command, ConfigStep, Lint, Predicate, Step
from bothways.fixes.tokens import AclName, FreeText, IdleTime, PolicyName
from bothways.flow import Flow, Protocol
from bothways.state.device import DeviceState
from bothways.state.rows import Version

_OLDEST = (8, 2)
_LOSS_DAYS = 30
"""Where nothing else is said: a tunnel that cannot bear a loss is to get another transport, not a hole."""
_LONGEST_REMARK = 100
"""An ASA takes no more in one remark."""
_MOST_CLEARED = 20
"""A browser's retries of one page; more means that the filter caught somebody else."""


class BypassOptions(Options):
    """What a playbook may choose of state-bypass.

    Attributes:
        match: both subnets, the two hosts of the flow alone, these at the flow's port alone, or (with an
            override) everything.
        interfaces: all the flow uses on the firewall, or the one alone that the client's packets come in by.
        policy_map: for interfaces that have no policy yet; `INTERFACE-policy` when not given.
        idle: bypassed connections stay this long after their last packet: FIN and RST do not end them.
        reason: why the firewall stops checking; becomes a remark.
        days: how long it may stay; the day becomes a remark, and stands in the plan.
    """

    match: Literal["subnets", "hosts", "service", "any"] = "subnets"
    interfaces: Literal["all", "entry"] = "all"
    acl: AclName = "StatelessTraffic"
    class_map: PolicyName = "tcp_bypass"
    policy_map: PolicyName | None = None
    idle: IdleTime = "0:15:00"
    reason: Annotated[FreeText, Field(max_length=_LONGEST_REMARK)] | None = None
    days: int | None = Field(default=None, ge=1, le=366)


class StateBypass(Fix[BypassOptions, BypassInputs]):
    """Lets an ASA pass one direction of TCP connections without having seen the other."""

    name = "state-bypass"
    platform = "cisco_asa"
    seat = "firewall"
    cures = frozenset({"asymmetric-return", "asymmetric-after-failover", "ctcp-proxy-stall"})
    price = (
        "It disables all security checks for matching connections: no application inspection, no service "
        "module (SSM, IPS), no AAA sessions, no TCP Intercept or embryonic limits, no TCP normaliser, no "
        "sequence number randomising; static NAT must be the same on every firewall of the way; they stay in "
        "its table until they are idle, FIN or not."
    )
    options = BypassOptions
    inputs = BypassInputs

    def propose(
        self, situation: Situation, options: BypassOptions
    ) -> Ready[BypassInputs] | InPlace | NotApplicable:
        """Ready on the firewall the flow dies of, unless it is bypassed there or names are taken."""
        ground = find_ground(situation)
        if isinstance(ground, NotApplicable):
            return ground
        state, flow = ground.firewall, situation.flow
        refusal = _refusal(state, flow) or _too_wide(state, situation.scenario, options)
        if refusal is not None:
            return refusal
        wanted = (ground.entry,) if options.interfaces == "entry" else ground.interfaces
        standing = {name: standing_bypass(state, name, flow) for name in wanted}
        lacking = tuple(name for name, row in standing.items() if row is None)
        if not lacking:
            return InPlace(state.name, tuple(state.evidence(row) for row in standing.values() if row))
        inputs = _inputs(situation, ground, lacking, options)
        return names_taken(state, inputs) or Ready(state.name, inputs)

    def values(self, inputs: BypassInputs) -> Values:
        """Rules and the binding as lists, so that the template needs no condition."""
        return {
            "acl": inputs.acl,
            "class_map": inputs.class_map,
            "policies": [{"name": name} for name in inputs.policy_maps],
            "idle": inputs.idle,
            "rules": [{"remark": rule.remark, "text": rule.text} for rule in inputs.rules],
            "reasons": [{"text": text} for text in inputs.reasons],
            "bindings": [{"text": side.binding} for side in inputs.sides if side.bind],
        }

    def line_count(self, inputs: BypassInputs) -> int:
        """The rules, the class and what it matches, four lines in each policy, and the bindings."""
        bindings = sum(side.bind for side in inputs.sides)
        return len(inputs.rules) + 2 + 4 * len(inputs.policy_maps) + bindings

    def lints(self, situation: Situation, ready: Ready[BypassInputs]) -> tuple[Lint, ...]:
        """The price, what is too wide, whose settings it hides, who else is inside the match."""
        state = situation.snapshot.device(ready.device)
        others = inside_the_match(situation.snapshot, state, ready.inputs)
        return (*remarks(state, ready.inputs, self.price), *others)

    def preconditions(self, situation: Situation, ready: Ready[BypassInputs]) -> tuple[Predicate, ...]:
        """The flow still goes that way; each interface has the policy it had, or none."""
        ground = find_ground(situation)
        assert isinstance(ground, Ground)
        return (*ground.facts, *(_bound(ready.device, side) for side in ready.inputs.sides))

    def steps(
        self, situation: Situation, ready: Ready[BypassInputs], lines: tuple[str, ...]
    ) -> tuple[Step, ...]:
        """The lines, then the connections the firewall has of the flow: those keep their old policy."""
        ground = find_ground(situation)
        assert isinstance(ground, Ground)
        state = situation.snapshot.device(ready.device)
        config = ConfigStep(
            device=ready.device,
            fix=self.name,
            commands=_commands(state, ready.inputs, lines),
            undo=not_standing(state, undo(ready.inputs, lines)),
            proofs=tuple(_proof(ready.device, name) for name in ready.inputs.policy_maps),
            price=self.price,
            reason=ready.inputs.reason or "",
            until=ready.inputs.until or "",
        )
        return (config, _clear(ready.device, self.name, situation.flow)) if ground.clears else (config,)

    def predict(self, state: DeviceState, inputs: BypassInputs) -> Overlay:
        """The access list and one more class on the interface."""
        return predicted(state, inputs)


def _refusal(state: DeviceState, flow: Flow) -> NotApplicable | None:
    if flow.protocol is not Protocol.TCP:
        return NotApplicable(state.name, f"{flow.protocol} has no TCP state to bypass")
    for row in state.table(Version):
        release = tuple(int(part) for part in row.version.split("(")[0].split(".")[:2] if part.isdigit())
        if release < _OLDEST:
            return NotApplicable(
                state.name, f"release {row.version} has no tcp-state-bypass; 8.2 has", (state.evidence(row),)
            )
    return standby(state)


def _too_wide(state: DeviceState, scenario: Scenario, options: BypassOptions) -> NotApplicable | None:
    """Flows that stall at a loss are few and known: nobody else loses his protection for them."""
    if scenario is not Scenario.DATA_LOSS or options.match == "service":
        return None
    reason = f"match: {options.match} is wider than the flow; only its own hosts and port are bypassed here"
    return NotApplicable(state.name, f"{reason}: match: service")


def _inputs(
    situation: Situation, ground: Ground, interfaces: tuple[str, ...], options: BypassOptions
) -> BypassInputs:
    hosts = (IPv4Network(ground.inner_host), IPv4Network(ground.outer_host))
    ends = {
        "subnets": (ground.inner, ground.outer),
        "hosts": hosts,
        "service": hosts,
        "any": (IPv4Network("0.0.0.0/0"), IPv4Network("0.0.0.0/0")),
    }[options.match]
    entry_only = options.interfaces == "entry"
    days = options.days or (_LOSS_DAYS if situation.scenario is Scenario.DATA_LOSS else None)
    return BypassInputs(
        sides=tuple(_side(ground, name, options) for name in interfaces),
        uncovered=tuple(name for name in ground.interfaces if entry_only and name != ground.entry),
        acl=options.acl,
        class_map=options.class_map,
        users=ends[0],
        lab=ends[1],
        idle=options.idle,
        port=situation.flow.port if options.match == "service" else None,
        server_first=ground.inner_host == situation.flow.server,
        reason=options.reason,
        until=f"{situation.snapshot.taken_at + timedelta(days=days):%Y-%m-%d}" if days else None,
    )


def _side(ground: Ground, interface: str, options: BypassOptions) -> BypassSide:
    standing = policy_on(ground.firewall, interface)
    name = standing or options.policy_map or f"{interface}-policy"
    return BypassSide(interface=interface, policy_map=name, bind=not standing)


def _bound(device: str, side: BypassSide) -> Predicate:
    where = f"{side.policy_map} is {'not ' if side.bind else ''}the policy on {side.interface}"
    return Predicate(
        device=device,
        table="ConfigLine",
        key={"section": "", "text": side.binding},
        column="text",
        expected=None if side.bind else side.binding,
        because=f"{where} of {device}",
    )


def _commands(state: DeviceState, inputs: BypassInputs, lines: tuple[str, ...]) -> tuple[Command, ...]:
    """The lines that do not stand: a rule or a match typed twice is answered with a complaint."""
    header = f"class-map {inputs.class_map}"
    standing = {header, f"match access-list {inputs.acl}"} if stands(state, header) is not None else set()

    def there(line: str) -> bool:
        return line in standing or (line.startswith("access-list ") and stands(state, line) is not None)

    return tuple(Command(text=line) for line in lines if not there(line))


def _proof(device: str, policy_map: str) -> Predicate:
    return Predicate(
        device=device,
        table="ConfigLine",
        key={"section": f"policy-map {policy_map}", "text": BYPASS},
        column="text",
        expected=BYPASS,
        because=f"policy-map {policy_map} on {device} bypasses TCP state",
    )


def _clear(device: str, fix: str, flow: Flow) -> ClearStep:
    ends = f"protocol tcp address {flow.client} address {flow.server} port {flow.port}"
    return ClearStep(
        device=device,
        fix=fix,
        command=f"clear conn {ends}",
        count_command=f"show conn {ends}",
        most=_MOST_CLEARED,
        cannot_undo=f"connections from {flow.client} to {flow.server} port {flow.port} are cut, not restored",
        price="A connection keeps the policy it was opened under; those of this flow must open anew.",
    )
