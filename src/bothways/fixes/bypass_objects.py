"""The objects of a state bypass on an ASA: which lines they are, which stand already, what they change."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network

from bothways.fixes.config_lines import beginning, evidence, stands, under
from bothways.fixes.contract import Inputs, NotApplicable, Overlay
from bothways.fixes.grammar import is_remark
from bothways.fixes.steps import Undo
from bothways.fixes.tokens import AclName, FreeText, IdleTime, InterfaceName, PolicyName, Prefix
from bothways.flow import Flow
from bothways.state.device import DeviceState
from bothways.state.rows import AclEntry, ServicePolicy

BYPASS = "set connection advanced-options tcp-state-bypass"


@dataclass(frozen=True, slots=True)
class Rule:
    """One direction of the match."""

    remark: str
    source: IPv4Network
    destination: IPv4Network

    @property
    def text(self) -> str:
        """The two sides as an ASA writes them."""
        return f"{side(self.source)} {side(self.destination)}"


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
    """

    sides: tuple[BypassSide, ...]
    uncovered: tuple[InterfaceName, ...] = ()
    acl: AclName
    class_map: PolicyName
    users: Prefix
    lab: Prefix
    idle: IdleTime
    reason: FreeText | None = None

    @property
    def rules(self) -> tuple[Rule, ...]:
        """Both directions: the first packet the firewall sees of a connection may come from either side."""
        rules = (
            Rule("Outbound traffic", self.users, self.lab),
            Rule("Inbound traffic", self.lab, self.users),
        )
        return rules if self.users != self.lab else rules[:1]

    @property
    def settings(self) -> tuple[str, ...]:
        """The lines under the class."""
        return (f"set connection timeout idle {self.idle}", BYPASS)

    @property
    def policy_maps(self) -> tuple[str, ...]:
        """The policies that get the class, each once: interfaces may share one."""
        return tuple(dict.fromkeys(side.policy_map for side in self.sides))


def side(network: IPv4Network) -> str:
    """One side of an ASA rule."""
    if network.prefixlen == 0:
        return "any"
    if network.prefixlen == 32:
        return f"host {network.network_address}"
    return f"{network.network_address} {network.netmask}"


def policy_on(state: DeviceState, interface: str) -> str:
    """The policy-map bound to the interface, "" for none: an interface has room for one."""
    ends = f" interface {interface}"
    lines = (row.text for row in beginning(state, "service-policy ") if row.text.endswith(ends))
    return next((line.split()[1] for line in lines), "")


def standing_bypass(state: DeviceState, interface: str, flow: Flow) -> ServicePolicy | None:
    """A class on the interface, or global, that bypasses both directions of the flow already."""
    for row in state.table(ServicePolicy):
        words = row.match.split()
        if row.interface not in (interface, "") or BYPASS not in row.settings or words[0] != "access-list":
            continue
        entries = state.table(AclEntry).where(acl=words[1])
        if _permits(entries, flow.client, flow.server) and _permits(entries, flow.server, flow.client):
            return row
    return None


def names_taken(state: DeviceState, inputs: BypassInputs) -> NotApplicable | None:
    """A refusal when a name we would use stands with other content: merging is a person's decision."""
    rules = beginning(state, f"access-list {inputs.acl} ")
    if rules and not _same_rules(tuple(row.text for row in rules), inputs):
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
    acls += [_entry(inputs.acl, index, rule) for index, rule in enumerate(inputs.rules, start=1)]
    classes = list(state.table(ServicePolicy))
    for one in inputs.sides:
        classes = _joined(classes, inputs, one)
    return {AclEntry: tuple(acls), ServicePolicy: tuple(classes)}


def _joined(classes: list[ServicePolicy], inputs: BypassInputs, one: BypassSide) -> list[ServicePolicy]:
    ours = ServicePolicy(
        line=0,
        policy_map=one.policy_map,
        interface=one.interface,
        class_map=inputs.class_map,
        match=f"access-list {inputs.acl}",
        settings=inputs.settings,
    )
    # A new class joins behind the others, but class-default always stays the last.
    last = [row for row in classes if row.class_map == "class-default" and row.policy_map == ours.policy_map]
    return [*(row for row in classes if row not in last), ours, *last]


def _entry(acl: str, sequence: int, rule: Rule) -> AclEntry:
    return AclEntry(
        line=0,
        acl=acl,
        sequence=sequence,
        action="permit",
        protocol="tcp",
        source=rule.source,
        source_ports=None,
        destination=rule.destination,
        destination_ports=None,
        established=False,
        hits=0,
        active=True,
        understood=True,
    )


def _same_rules(standing: tuple[str, ...], inputs: BypassInputs) -> bool:
    start = f"access-list {inputs.acl} "
    wanted = {f"{start}extended permit tcp {rule.text} log disable" for rule in inputs.rules}
    return {line for line in standing if not is_remark(line)} == wanted


def _permits(entries: list[AclEntry], source: IPv4Address, destination: IPv4Address) -> bool:
    """The first rule that can match the pair permits all its TCP; a rule by ports leaves it open."""
    for row in entries:
        if row.source is None or row.destination is None or not row.understood:
            return False
        if row.active and source in row.source and destination in row.destination:
            whole = row.source_ports is None and row.destination_ports is None
            return row.action == "permit" and row.protocol in ("tcp", "ip") and whole
    return False
