from __future__ import annotations

from ipaddress import IPv4Network
from typing import Literal

from bothways.diagnosis.service_policy import CONNECTION
from bothways.diagnosis.trace import trace
from bothways.fixes.asa_hairpin import standby
from bothways.fixes.bypass_ground import Ground, find_ground
from bothways.fixes.bypass_objects import (
    BypassInputs,
    BypassSide,
    names_taken,
    policy_on,
    predicted,
    undo,
)
from bothways.fixes.bypass_rules import permits_both_ways
from bothways.fixes.config_lines import not_standing
from bothways.fixes.contract import Fix, InPlace, NotApplicable, Options, Overlay, Ready, Situation, Values
from bothways.fixes.steps import Command, ConfigStep, Lint, Predicate, Step
from bothways.fixes.tokens import AclName, PolicyName
from bothways.flow import Fate, Flow
from bothways.state.device import DeviceState
from bothways.state.rows import AclEntry, ServicePolicy

_DISABLE = "set connection random-sequence-number disable"
_UNUSED = "0:00:00"


class RandomOptions(Options):
    """What a playbook may choose of random-sequence.

    Attributes:
        match: both subnets, or the two hosts of the flow alone.
    """

    match: Literal["subnets", "hosts"] = "subnets"
    acl: AclName = "KeepSequence"
    class_map: PolicyName = "keep_sequence"
    policy_map: PolicyName | None = None


class RandomInputs(BypassInputs):
    """What random-sequence is rendered from: the objects of a bypass, with another setting in the class."""

    @property
    def settings(self) -> tuple[str, ...]:
        """The line under the class."""
        return (_DISABLE,)


class RandomSequence(Fix[RandomOptions, RandomInputs]):
    """Lets an ASA leave sequence numbers alone. It cures what dies of changed numbers and of nothing else."""

    name = "random-sequence"
    platform = "cisco_asa"
    seat = "firewall"
    cures = frozenset({"asymmetric-return"})
    price = (
        "Hosts that choose guessable initial sequence numbers are no longer protected; a firewall that sees "
        "one direction only drops the client's answer all the same."
    )
    options = RandomOptions
    inputs = RandomInputs

    def propose(
        self, situation: Situation, options: RandomOptions
    ) -> Ready[RandomInputs] | InPlace | NotApplicable:
        """Ready on the firewall that changes the numbers the flow dies of."""
        ground = find_ground(situation)
        if isinstance(ground, NotApplicable):
            return ground
        state = ground.firewall
        standing = _standing(state, ground.entry, situation.flow)
        if standing is not None:
            return InPlace(state.name, (state.evidence(standing),))
        walked = trace(situation.snapshot, situation.flow, situation.hosts, situation.scenario)
        if walked.fate is not Fate.ISN_MISMATCH:
            return NotApplicable(state.name, f"the flow does not die of changed numbers: {walked.mechanism}")
        inputs = _inputs(ground, options)
        return standby(state) or names_taken(state, inputs) or Ready(state.name, inputs)

    def values(self, inputs: RandomInputs) -> Values:
        """Rules and the binding as lists, so that the template needs no condition."""
        return {
            "acl": inputs.acl,
            "class_map": inputs.class_map,
            "policies": [{"name": name} for name in inputs.policy_maps],
            "rules": [{"remark": rule.remark, "text": rule.text} for rule in inputs.rules],
            "bindings": [{"text": side.binding} for side in inputs.sides if side.bind],
        }

    def line_count(self, inputs: RandomInputs) -> int:
        """The rules, the class and what it matches, three lines in each policy, and the bindings."""
        return len(inputs.rules) + 2 + 3 * len(inputs.policy_maps) + sum(side.bind for side in inputs.sides)

    def lints(self, situation: Situation, ready: Ready[RandomInputs]) -> tuple[Lint, ...]:  # noqa: ARG002
        """The price; that it does not cure shows in the predicted verdict."""
        return (Lint(id="security-lowered", severity="warning", device=ready.device, text=self.price),)

    def preconditions(self, situation: Situation, ready: Ready[RandomInputs]) -> tuple[Predicate, ...]:  # noqa: ARG002
        """The flow still goes that way."""
        ground = find_ground(situation)
        assert isinstance(ground, Ground)
        return ground.facts

    def steps(
        self, situation: Situation, ready: Ready[RandomInputs], lines: tuple[str, ...]
    ) -> tuple[Step, ...]:
        """The lines. Connections of today keep their numbers; new ones are what is tried."""
        state = situation.snapshot.device(ready.device)
        return (
            ConfigStep(
                device=ready.device,
                fix=self.name,
                commands=tuple(Command(text=line) for line in lines),
                undo=not_standing(state, undo(ready.inputs, lines)),
                proofs=tuple(_proof(ready.device, name) for name in ready.inputs.policy_maps),
                price=self.price,
            ),
        )

    def predict(self, state: DeviceState, inputs: RandomInputs) -> Overlay:
        """The access list and one more class on the interface."""
        return predicted(state, inputs)


def _inputs(ground: Ground, options: RandomOptions) -> RandomInputs:
    hosts = (IPv4Network(ground.inner_host), IPv4Network(ground.outer_host))
    ends = hosts if options.match == "hosts" else (ground.inner, ground.outer)
    standing = policy_on(ground.firewall, ground.entry)
    name = standing or options.policy_map or f"{ground.entry}-policy"
    return RandomInputs(
        sides=(BypassSide(interface=ground.entry, policy_map=name, bind=not standing),),
        acl=options.acl,
        class_map=options.class_map,
        users=ends[0],
        lab=ends[1],
        idle=_UNUSED,
    )


def _standing(state: DeviceState, interface: str, flow: Flow) -> ServicePolicy | None:
    """A class on the interface, or global, that leaves the flow's numbers alone already."""
    for row in state.table(ServicePolicy):
        words = row.match.split()
        listed = len(words) > 1 and words[0] == "access-list"
        covered = words[:1] == ["any"] or (
            listed and permits_both_ways(state.table(AclEntry).where(acl=words[1]), flow)
        )
        if row.interface in (interface, "") and covered and _DISABLE in CONNECTION.carried_by(row):
            return row
    return None


def _proof(device: str, policy_map: str) -> Predicate:
    return Predicate(
        device=device,
        table="ConfigLine",
        key={"section": f"policy-map {policy_map}", "text": _DISABLE},
        column="text",
        expected=_DISABLE,
        because=f"policy-map {policy_map} on {device} leaves sequence numbers alone",
    )
