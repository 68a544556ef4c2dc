"""The objects of a state bypass on an ASA: which lines they are, which stand already, what they change."""

from __future__ import annotations

from bothways.fixes.bypass_rules import Rule, permits_both_ways, same_rules
from bothways.fixes.config_lines import beginning, evidence, stands, under
from bothways.fixes.contract import Inputs, NotApplicable, Overlay
from bothways.fixes.steps import Undo
from bothways.fixes.tokens import (
    AclName,
    Day,
    FreeText,
    IdleTime,
    InterfaceName,
    PolicyName,
    PortNumber,
    Prefix,
)
from bothways.flow import Flow
from bothways.state.device import DeviceState
from bothways.state.rows import AclEntry, ServicePolicy

BYPASS = "set connection advanced-options tcp-state-bypass"


class BypassSide(Inputs):
    """An interface that gets the bypass.

    Attributes:
        bind: the interface has no policy yet; else `policy_map` is the one it has, and the class joins it.
    """

    interface: InterfaceName
    policy_map: PolicyName
    bind: bool

    @property
    def binding(self) -> str:
        """The line that binds the policy."""
        return f"service-policy {self.policy_map} interface {self.interface}"


class BypassInputs(Inputs):
    """What state-bypass is rendered from.

    Attributes:
        sides: the interfaces it is bound to.
        uncovered: interfaces of the flow's way that it leaves out.
        users: the network behind the first interface; lab: that of the flow's other end.
        port: of the server, when only its service is matched; None for every port.
        server_first: the server is on the users' side.
        until: the day it is to be gone by; None for a bypass that stays.
    """

    sides: tuple[BypassSide, ...]
    uncovered: tuple[InterfaceName, ...] = ()
    acl: AclName
    class_map: PolicyName
    users: Prefix
    lab: Prefix
    idle: IdleTime
    port: PortNumber | None = None
    server_first: bool = False
    reason: FreeText | None = None
    until: Day | None = None

    @property
    def rules(self) -> tuple[Rule, ...]:
        """Both directions: the first packet the firewall sees of a connection may come from either side."""
        near, far = (self.port, None) if self.server_first else (None, self.port)
        rules = (
            Rule("Outbound traffic", self.users, self.lab, near, far),
            Rule("Inbound traffic", self.lab, self.users, far, near),
        )
        return rules if self.users != self.lab else rules[:1]

    @property
    def reasons(self) -> tuple[str, ...]:
        """Remarks that say why it is there, and how long."""
        until = f"TEMPORARY until {self.until}" if self.until else ""
        return tuple(text for text in (until, self.reason) if text)

    @property
    def settings(self) -> tuple[str, ...]:
        """The lines under the class."""
        return (f"set connection timeout idle {self.idle}", BYPASS)

    @property
    def policy_maps(self) -> tuple[str, ...]:
        """The policies that get the class, each once: interfaces may share one."""
        return tuple(dict.fromkeys(side.policy_map for side in self.sides))


def policy_on(state: DeviceState, interface: str) -> str:
    """The policy-map bound to the interface, "" for none: an interface has room for one."""
    ends = f" interface {interface}"
    lines = (row.text for row in beginning(state, "service-policy ") if row.text.endswith(ends))
    return next((line.split()[1] for line in lines), "")


def bound_to(state: DeviceState, policy_map: str) -> tuple[str, ...]:
    """The interfaces a policy-map is bound to, "" for all of them: `service-policy NAME global`."""
    bindings = (row.text.split() for row in beginning(state, f"service-policy {policy_map} "))
    return tuple("" if words[2] == "global" else words[-1] for words in bindings if len(words) > 2)


def standing_bypass(state: DeviceState, interface: str, flow: Flow) -> ServicePolicy | None:
    """A class on the interface, or global, that bypasses both directions of the flow already."""
    for row in state.table(ServicePolicy):
        words = row.match.split()
        if row.interface not in (interface, "") or BYPASS not in row.settings or words[0] != "access-list":
            continue
        if permits_both_ways(state.table(AclEntry).where(acl=words[1]), flow):
            return row
    return None


def names_taken(state: DeviceState, inputs: BypassInputs) -> NotApplicable | None:
    """A refusal when a name we would use stands with other content: merging is a person's decision."""
    rules = beginning(state, f"access-list {inputs.acl} ")
    if rules and not same_rules((row.text for row in rules), inputs.acl, inputs.rules):
        reason = f"access-list {inputs.acl} stands with other rules; choose another `acl`"
        return NotApplicable(state.name, reason, evidence(state, rules))
    matches = under(state, f"class-map {inputs.class_map}")
    header = stands(state, f"class-map {inputs.class_map}")
    if header and matches != (f"match access-list {inputs.acl}",):
        reason = f"class-map {inputs.class_map} matches something else; choose another `class_map`"
        return NotApplicable(state.name, reason, evidence(state, (header,)))
    for one in inputs.sides:
        refusal = _policy_taken(state, inputs, one)
        if refusal is not None:
            return refusal
    return None


def _policy_taken(state: DeviceState, inputs: BypassInputs, one: BypassSide) -> NotApplicable | None:
    policy = stands(state, f"policy-map {one.policy_map}")
    if one.bind and policy:
        reason = (
            f"policy-map {one.policy_map} stands, bound elsewhere or nowhere; choose another `policy_map`"
        )
        return NotApplicable(state.name, reason, evidence(state, (policy,)))
    joined = stands(state, f"class {inputs.class_map}", f"policy-map {one.policy_map}")
    if joined:
        reason = f"class {inputs.class_map} stands in policy-map {one.policy_map} with other settings"
        return NotApplicable(state.name, reason, evidence(state, (joined,)))
    return None


def undo(inputs: BypassInputs, lines: tuple[str, ...]) -> tuple[Undo, ...]:
    """Unbind, then policy, class, and the access list line by line: the firewall refuses any other order."""
    bound = [one for one in inputs.sides if one.bind]
    unbound = (Undo(section="", ours=one.binding, text=f"no {one.binding}") for one in bound)
    new = {one.policy_map for one in bound}
    released = (_released(inputs, name, whole=name in new) for name in inputs.policy_maps)
    class_map = Undo(
        section="",
        ours=f"class-map {inputs.class_map}",
        text=f"no class-map {inputs.class_map}",
        contents=(f"match access-list {inputs.acl}",),
    )
    rules = [line for line in lines if line.startswith(f"access-list {inputs.acl} ")]
    taken = (Undo(section="", ours=line, text=f"no {line}") for line in reversed(rules))
    return (*unbound, *released, class_map, *taken)


def _released(inputs: BypassInputs, policy_map: str, *, whole: bool) -> Undo:
    """What takes the class out of a policy: the policy itself, when it is all ours."""
    policy, member = f"policy-map {policy_map}", f"class {inputs.class_map}"
    if whole:
        return Undo(section="", ours=policy, text=f"no {policy}", contents=(member, *inputs.settings))
    return Undo(section=policy, ours=member, enter=(policy,), text=f"no {member}", contents=inputs.settings)


def predicted(state: DeviceState, inputs: BypassInputs) -> Overlay:
    """The access list and the class, as the tables will show them."""
    acls = [row for row in state.table(AclEntry) if row.acl != inputs.acl]
    acls += [rule.entry(inputs.acl, index) for index, rule in enumerate(inputs.rules, start=1)]
    classes = list(state.table(ServicePolicy))
    places = {(one.policy_map, one.interface): None for one in inputs.sides}
    places |= {(name, interface): None for name in inputs.policy_maps for interface in bound_to(state, name)}
    for policy_map, interface in places:
        classes = _joined(classes, inputs, policy_map, interface)
    return {AclEntry: tuple(acls), ServicePolicy: tuple(classes)}


def _joined(
    classes: list[ServicePolicy], inputs: BypassInputs, policy_map: str, interface: str
) -> list[ServicePolicy]:
    ours = ServicePolicy(
        line=0,
        policy_map=policy_map,
        interface=interface,
        class_map=inputs.class_map,
        match=f"access-list {inputs.acl}",
        settings=inputs.settings,
    )
    # A new class joins behind the others, but class-default always stays the last.
    last = [row for row in classes if row.class_map == "class-default" and row.policy_map == ours.policy_map]
    return [*(row for row in classes if row not in last), ours, *last]
