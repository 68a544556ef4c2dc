"""The objects that give one flow timers of its own on an ASA: a list, a class, and the policy it joins."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network

from bothways.diagnosis.packets import Packet
from bothways.diagnosis.scenario import Scenario
from bothways.diagnosis.service_policy import CONNECTION, applied
from bothways.diagnosis.sight import Sight
from bothways.diagnosis.trace import trace
from bothways.fixes.asa_hairpin import standby
from bothways.fixes.config_lines import beginning, evidence, stands
from bothways.fixes.contract import Inputs, NotApplicable, Overlay, Situation
from bothways.fixes.steps import Predicate, Undo
from bothways.fixes.tokens import AclName, HostAddress, InterfaceName, PolicyName
from bothways.flow import Fate
from bothways.state.device import DeviceState
from bothways.state.rows import AclEntry, ServicePolicy

_GLOBAL = "global"


@dataclass(frozen=True, slots=True)
class Seat:
    """The firewall that lets go of a silent flow, and the flow as it sees it.

    Attributes:
        firewall: the device.
        client, server: the real ends there: what its classes match.
        interfaces: where the client's packets come in, and go out.
        policy_map: the one that the class joins.
        place: the interface it is bound to, or `global`.
        bind: no policy is bound there yet.
    """

    firewall: DeviceState
    client: IPv4Address
    server: IPv4Address
    interfaces: tuple[str, str]
    policy_map: str
    place: str
    bind: bool


class TimerInputs(Inputs):
    """What a class with a timer is rendered from.

    Attributes:
        place: the interface whose policy gets the class, or `global`.
        bind: that place has no policy yet.
        client, server: the flow's ends as the firewall knows them.
        setting: the line under the class.
    """

    acl: AclName
    class_map: PolicyName
    policy_map: PolicyName
    place: InterfaceName
    bind: bool
    client: HostAddress
    server: HostAddress
    setting: str

    @property
    def rule(self) -> str:
        """The entry of the list."""
        return f"access-list {self.acl} extended permit tcp host {self.client} host {self.server}"

    @property
    def binding(self) -> str:
        """The line that binds the policy."""
        where = _GLOBAL if self.place == _GLOBAL else f"interface {self.place}"
        return f"service-policy {self.policy_map} {where}"

    @property
    def lines(self) -> int:
        """The entry, the class and its match, policy, class and setting, perhaps the binding."""
        return 6 + self.bind


def find_seat(situation: Situation) -> Seat | NotApplicable:
    """The firewall whose timer is shorter than the silence of the flow.

    Raises:
        CouldNotSee: a table the decision needs was not read.
    """
    flow = situation.flow
    walked = trace(situation.snapshot, flow, situation.hosts, situation.scenario, situation.silence_s)
    short = situation.scenario is Scenario.AFTER_IDLE and walked.fate in (
        Fate.RESET_BY_DEVICE,
        Fate.IDLE_TIMEOUT,
    )
    if not short:
        return NotApplicable("", f"no firewall lets go of {flow} for its silence: {walked.mechanism}")
    state = situation.snapshot.device(walked.at.device)
    hop = next(hop for hop in walked.opening[0].hops if hop.device == state.name)
    assert hop.left is not None
    interfaces = (hop.ingress, hop.egress)
    real = Packet(
        number=hop.arrived.number,
        protocol=hop.arrived.protocol,
        kind=hop.arrived.kind,
        source=hop.arrived.source,
        source_ports=hop.arrived.source_ports,
        destination=hop.left.destination,
        destination_ports=hop.left.destination_ports,
    )
    standing = applied(Sight(situation.snapshot), state, interfaces, real, CONNECTION)
    if standing is not None:
        reason = (
            f"class {standing.class_map} of {standing.policy_map} gives the flow its limits and timers "
            "already, and the first class counts; change it there"
        )
        return NotApplicable(state.name, reason, (state.evidence(standing),))
    policy_map, place, bind = _policy(state, interfaces)
    seat = Seat(state, real.source, real.destination, interfaces, policy_map, place, bind)
    return standby(state) or seat


def _policy(state: DeviceState, interfaces: tuple[str, str]) -> tuple[str, str, bool]:
    """Whose classes decide: an interface policy that sets timers hides the global one's, so none is added."""
    carriers = {row.interface for row in state.table(ServicePolicy) if CONNECTION.carried_by(row)}
    for interface in interfaces:
        if interface in carriers:
            return _bound(state, f" interface {interface}"), interface, False
    everywhere = _bound(state, f" {_GLOBAL}")
    if everywhere:
        return everywhere, _GLOBAL, False
    for interface in interfaces:
        found = _bound(state, f" interface {interface}")
        if found:
            return found, interface, False
    return f"{interfaces[0]}-policy", interfaces[0], True


def _bound(state: DeviceState, place: str) -> str:
    lines = (row.text for row in beginning(state, "service-policy ") if row.text.endswith(place))
    return next((line.split()[1] for line in lines), "")


def names_taken(state: DeviceState, inputs: TimerInputs) -> NotApplicable | None:
    """A refusal when a name we would use stands already: merging is a person's decision."""
    taken = [
        *beginning(state, f"access-list {inputs.acl} "),
        *(row for row in (stands(state, f"class-map {inputs.class_map}"),) if row is not None),
    ]
    if inputs.bind:
        taken += [row for row in (stands(state, f"policy-map {inputs.policy_map}"),) if row is not None]
    if not taken:
        return None
    reason = f"`{taken[0].text}` stands with other content; choose other names"
    return NotApplicable(state.name, reason, evidence(state, tuple(taken[:1])))


def undo(inputs: TimerInputs) -> tuple[Undo, ...]:
    """Unbind, then policy or class, class-map and list: the firewall refuses any other order."""
    policy, member = f"policy-map {inputs.policy_map}", f"class {inputs.class_map}"
    released: tuple[Undo, ...]
    if inputs.bind:
        whole = (member, inputs.setting)
        released = (
            Undo(section="", ours=inputs.binding, text=f"no {inputs.binding}"),
            Undo(section="", ours=policy, text=f"no {policy}", contents=whole),
        )
    else:
        released = (
            Undo(
                section=policy, ours=member, enter=(policy,), text=f"no {member}", contents=(inputs.setting,)
            ),
        )
    class_map = f"class-map {inputs.class_map}"
    match = (f"match access-list {inputs.acl}",)
    return (
        *released,
        Undo(section="", ours=class_map, text=f"no {class_map}", contents=match),
        Undo(section="", ours=inputs.rule, text=f"no {inputs.rule}"),
    )


def bound_as_seen(device: str, inputs: TimerInputs) -> Predicate:
    """The policy is the one it was, or there is none yet."""
    where = f"{inputs.policy_map} is {'not ' if inputs.bind else ''}in service: {inputs.binding}"
    return Predicate(
        device=device,
        table="ConfigLine",
        key={"section": "", "text": inputs.binding},
        column="text",
        expected=None if inputs.bind else inputs.binding,
        because=f"{where} on {device}",
    )


def proof(device: str, inputs: TimerInputs) -> Predicate:
    """The setting stands in the policy."""
    return Predicate(
        device=device,
        table="ConfigLine",
        key={"section": f"policy-map {inputs.policy_map}", "text": inputs.setting},
        column="text",
        expected=inputs.setting,
        because=f"policy-map {inputs.policy_map} on {device} has `{inputs.setting}`",
    )


def predicted(state: DeviceState, inputs: TimerInputs) -> Overlay:
    """The list as `show access-list` will print it; the classes are read from the predicted configuration."""
    entry = AclEntry(
        line=0,
        acl=inputs.acl,
        sequence=1,
        action="permit",
        protocol="tcp",
        source=IPv4Network(inputs.client),
        source_ports=None,
        destination=IPv4Network(inputs.server),
        destination_ports=None,
        established=False,
        hits=0,
        active=True,
        understood=True,
    )
    return {AclEntry: (*(row for row in state.table(AclEntry) if row.acl != inputs.acl), entry)}
