from __future__ import annotations

from ipaddress import IPv4Network
from typing import Literal

from bothways.fixes.asa_hairpin import route_out, standby
from bothways.fixes.bypass_lints import remarks
from bothways.fixes.bypass_objects import (
    BYPASS,
    BypassInputs,
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
from bothways.fixes.turnaround import Turn, find_turn
from bothways.flow import Flow, Protocol
from bothways.state.device import DeviceState
from bothways.state.rows import Version

_OLDEST = (8, 2)
_MOST_CLEARED = 20
"""A browser's retries of one page; more means that the filter caught somebody else."""


class BypassOptions(Options):
    """What a playbook may choose of state-bypass.

    Attributes:
        match: both subnets, the two hosts of the flow alone, or (with an override) everything.
        policy_map: for an interface that has no policy yet; `INTERFACE-policy` when not given.
        idle: bypassed connections stay this long after their last packet: FIN and RST do not end them.
        reason: why the firewall stops checking; becomes a remark.
    """

    match: Literal["subnets", "hosts", "any"] = "subnets"
    acl: AclName = "StatelessTraffic"
    class_map: PolicyName = "tcp_bypass"
    policy_map: PolicyName | None = None
    idle: IdleTime = "0:15:00"
    reason: FreeText | None = None


class StateBypass(Fix[BypassOptions, BypassInputs]):
    """Lets an ASA pass one direction of TCP connections without having seen the other."""

    name = "state-bypass"
    platform = "cisco_asa"
    seat = "firewall"
    cures = frozenset({"asymmetric-return"})
    price = (
        "For the matched connections the firewall does no inspection, no TCP normalising, no sequence number "
        "randomising and no embryonic limits; they stay in its table until they are idle, FIN or not."
    )
    options = BypassOptions
    inputs = BypassInputs

    def propose(
        self, situation: Situation, options: BypassOptions
    ) -> Ready[BypassInputs] | InPlace | NotApplicable:
        """Ready on the firewall the flow turns around on, unless it is bypassed or names are taken."""
        turn = find_turn(situation.snapshot, situation.flow)
        if isinstance(turn, NotApplicable):
            return turn
        refusal = _refusal(turn.firewall, situation.flow)
        if refusal is not None:
            return refusal
        standing = standing_bypass(turn.firewall, turn.inside.name, situation.flow)
        if standing is not None:
            return InPlace(turn.firewall.name, (turn.firewall.evidence(standing),))
        inputs = _inputs(turn, options)
        return names_taken(turn.firewall, inputs) or Ready(turn.firewall.name, inputs)

    def values(self, inputs: BypassInputs) -> Values:
        """Rules and the binding as lists, so that the template needs no condition."""
        return {
            "acl": inputs.acl,
            "class_map": inputs.class_map,
            "policy_map": inputs.policy_map,
            "idle": inputs.idle,
            "rules": [{"remark": rule.remark, "text": rule.text} for rule in inputs.rules],
            "reasons": [{"text": inputs.reason}] if inputs.reason else [],
            "bindings": [{"interface": inputs.interface}] if inputs.bind else [],
        }

    def line_count(self, inputs: BypassInputs) -> int:
        """The rules, six lines of class and policy, and the binding."""
        return len(inputs.rules) + 6 + inputs.bind

    def lints(self, situation: Situation, ready: Ready[BypassInputs]) -> tuple[Lint, ...]:
        """The price, what is too wide, and which settings of other policies it hides."""
        return remarks(situation.snapshot.device(ready.device), ready.inputs, self.price)

    def preconditions(self, situation: Situation, ready: Ready[BypassInputs]) -> tuple[Predicate, ...]:
        """The flow still turns around; the interface has the policy it had, or none."""
        turn = find_turn(situation.snapshot, situation.flow)
        assert isinstance(turn, Turn)
        line = ready.inputs.binding
        missing = ready.inputs.bind
        name = ready.inputs.policy_map
        where = f"{name} is {'not ' if missing else ''}the policy on {ready.inputs.interface}"
        bound = Predicate(
            device=ready.device,
            table="ConfigLine",
            key={"section": "", "text": line},
            column="text",
            expected=None if missing else line,
            because=f"{where} of {ready.device}",
        )
        return (route_out(turn), bound)

    def steps(
        self, situation: Situation, ready: Ready[BypassInputs], lines: tuple[str, ...]
    ) -> tuple[Step, ...]:
        """The lines, then the flow's old connections: those keep the policy they were opened under."""
        state = situation.snapshot.device(ready.device)
        config = ConfigStep(
            device=ready.device,
            fix=self.name,
            commands=tuple(Command(text=line) for line in lines if not _is_there(state, line)),
            undo=not_standing(state, undo(ready.inputs, lines)),
            proofs=(_proof(ready),),
            price=self.price,
        )
        return (config, _clear(ready.device, self.name, situation.flow))

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


def _inputs(turn: Turn, options: BypassOptions) -> BypassInputs:
    ends = {
        "subnets": (turn.users, turn.lab),
        "hosts": (IPv4Network(turn.user), IPv4Network(turn.lab_host)),
        "any": (IPv4Network("0.0.0.0/0"), IPv4Network("0.0.0.0/0")),
    }[options.match]
    standing = policy_on(turn.firewall, turn.inside.name)
    return BypassInputs(
        interface=turn.inside.name,
        acl=options.acl,
        class_map=options.class_map,
        policy_map=standing or options.policy_map or f"{turn.inside.name}-policy",
        bind=not standing,
        users=ends[0],
        lab=ends[1],
        idle=options.idle,
        reason=options.reason,
    )


def _is_there(state: DeviceState, line: str) -> bool:
    """A rule typed twice is answered with a warning about the duplicate."""
    return line.startswith("access-list ") and stands(state, line) is not None


def _proof(ready: Ready[BypassInputs]) -> Predicate:
    return Predicate(
        device=ready.device,
        table="ConfigLine",
        key={"section": f"policy-map {ready.inputs.policy_map}", "text": BYPASS},
        column="text",
        expected=BYPASS,
        because=f"policy-map {ready.inputs.policy_map} on {ready.device} bypasses TCP state",
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
