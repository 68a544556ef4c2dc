"""Hide the users behind the firewall's own address where it turns packets around: replies come back to it.

The rule stands in a network object: it takes the source alone, so every flow of these users that turns around
on the interface is translated, whatever its destination. What they send out of another interface is not.
"""

from __future__ import annotations

from ipaddress import IPv4Network
from typing import Literal

from bothways.diagnosis.nat_rule import End, Translation
from bothways.diagnosis.nat_table import translations
from bothways.fixes.asa_hairpin import route_out, standby
from bothways.fixes.config_lines import beginning, evidence
from bothways.fixes.contract import (
    Fix,
    InPlace,
    Inputs,
    NotApplicable,
    Options,
    Overlay,
    Ready,
    Situation,
    Values,
)
from bothways.fixes.steps import Command, ConfigStep, Lint, Predicate, Step, Undo
from bothways.fixes.tokens import HostAddress, InterfaceName, ObjectName, Prefix
from bothways.fixes.turnaround import Turn, find_turn
from bothways.flow import Flow, Protocol
from bothways.state.device import DeviceState
from bothways.state.nat_rows import ObjectNat
from bothways.state.rows import SameSecurity, ServicePolicy, Version

_OLDEST = (8, 3)
_INTRA = "intra-interface"
_KINDS = ("object network", "object service", "object-group network", "object-group service")
"""What shares one space of names on an ASA."""


class HairpinPatOptions(Options):
    """What a playbook may choose of hairpin-pat.

    Attributes:
        match: the whole network the client is on, or the client alone.
        object: the name of the network object that holds them.
    """

    match: Literal["subnet", "host"] = "subnet"
    object: ObjectName = "HAIRPIN-USERS"


class HairpinPatInputs(Inputs):
    """What hairpin-pat is rendered from.

    Attributes:
        interface: the one packets turn around on.
        users: whose source is translated.
        shown: the address of that interface, which servers will see.
        lab: the network behind the next hop.
    """

    object: ObjectName
    interface: InterfaceName
    users: Prefix
    shown: HostAddress
    lab: Prefix

    @property
    def head(self) -> str:
        """The line the object begins with."""
        return f"object network {self.object}"

    @property
    def holds(self) -> str:
        """Whom the object stands for."""
        if self.users.prefixlen == self.users.max_prefixlen:
            return f"host {self.users.network_address}"
        return f"subnet {self.users.network_address} {self.users.netmask}"

    @property
    def rule(self) -> str:
        """The translation."""
        return f"nat ({self.interface},{self.interface}) dynamic interface"


class HairpinPat(Fix[HairpinPatOptions, HairpinPatInputs]):
    """Translates the source of what turns around on an ASA to the ASA's own address there."""

    name = "hairpin-pat"
    platform = "cisco_asa"
    seat = "firewall"
    cures = frozenset({"asymmetric-return"})
    price = (
        "Servers see the firewall's address in place of each client's: their logs and their lists tell "
        "clients apart no more; what the servers' side opens to the clients is not cured."
    )
    options = HairpinPatOptions
    inputs = HairpinPatInputs

    def propose(
        self, situation: Situation, options: HairpinPatOptions
    ) -> Ready[HairpinPatInputs] | InPlace | NotApplicable:
        """Ready on the firewall the flow turns around on, if nothing else translates there."""
        turn = find_turn(situation.snapshot, situation.flow)
        if isinstance(turn, NotApplicable):
            return turn
        if not turn.firewall.table(SameSecurity).where(kind=_INTRA):
            reason = "same-security-traffic permit intra-interface is not there; asa-hairpin comes before it"
            return NotApplicable(turn.firewall.name, reason)
        return hidden_on(turn, situation.flow, options)

    def values(self, inputs: HairpinPatInputs) -> Values:
        """The object, whom it holds, and where it is translated."""
        return {"object": inputs.object, "holds": inputs.holds, "interface": inputs.interface}

    def line_count(self, inputs: HairpinPatInputs) -> int:  # noqa: ARG002 - part of the contract
        """The object, what it holds, the rule."""
        return 3

    def lints(self, situation: Situation, ready: Ready[HairpinPatInputs]) -> tuple[Lint, ...]:
        """Who is hidden from whom, what stays broken, and what else is translated from now on."""
        inputs = ready.inputs
        hidden = (
            f"{inputs.lab} sees {inputs.shown} in place of {inputs.users}: what logs, counts or permits by "
            f"client address there must know"
        )
        uncured = (
            f"TCP that {inputs.lab} opens to {inputs.users} dies as before (no-connection); what "
            f"{inputs.users} answers to UDP from there leaves as {inputs.shown}, which a strict client "
            f"does not take"
        )
        every = (
            f"every flow of {inputs.users} that turns around on {inputs.interface} is translated, whatever "
            f"its destination; connections of today keep their addresses"
        )
        return (
            Lint(id="clients-hidden", severity="warning", device=ready.device, text=hidden),
            Lint(id="opened-from-there", severity="warning", device=ready.device, text=uncured),
            *_tftp(situation.snapshot.device(ready.device), inputs),
            Lint(id="all-that-turns", severity="note", device=ready.device, text=every),
        )

    def preconditions(self, situation: Situation, ready: Ready[HairpinPatInputs]) -> tuple[Predicate, ...]:
        """The flow still turns around there, packets may, and the name is free."""
        turn = find_turn(situation.snapshot, situation.flow)
        assert isinstance(turn, Turn)
        return (route_out(turn), _permitted(ready.device), _object(ready, standing=False))

    def steps(
        self,
        situation: Situation,  # noqa: ARG002 - part of the contract
        ready: Ready[HairpinPatInputs],
        lines: tuple[str, ...],
    ) -> tuple[Step, ...]:
        """The object with its rule; the rule goes first when it is taken back."""
        inputs = ready.inputs
        head, rule = inputs.head, inputs.rule
        return (
            ConfigStep(
                device=ready.device,
                fix=self.name,
                commands=tuple(Command(text=line) for line in lines),
                undo=(
                    Undo(section=head, ours=rule, enter=(head,), text=f"no {rule}"),
                    Undo(section="", ours=head, text=f"no {head}", contents=(inputs.holds, rule)),
                ),
                proofs=(_translates(ready),),
                price=self.price,
            ),
        )

    def predict(self, state: DeviceState, inputs: HairpinPatInputs) -> Overlay:  # noqa: ARG002
        """Nothing of its own: rules are read from the configuration."""
        return {}


def _tftp(state: DeviceState, inputs: HairpinPatInputs) -> tuple[Lint, ...]:
    """A TFTP server answers from a port of its own, to the firewall from now on."""
    if any("inspect tftp" in row.settings for row in state.table(ServicePolicy)):
        return ()
    text = (
        f"no policy inspects TFTP: what {inputs.users} fetches from {inputs.lab} by it ends at {inputs.shown}"
    )
    return (Lint(id="tftp-uninspected", severity="warning", device=state.name, text=text),)


def hidden_on(
    turn: Turn, flow: Flow, options: HairpinPatOptions
) -> Ready[HairpinPatInputs] | InPlace | NotApplicable:
    """What is to be typed where packets may turn around, or why nothing is.

    Raises:
        CouldNotSee: a table the decision needs was not read.
    """
    users = turn.users if options.match == "subnet" else IPv4Network(turn.user)
    refusal = _refusal(turn, flow)
    if refusal is not None:
        return refusal
    other = _other_rule(turn, users)
    if other is not None:
        return _standing(turn, other)
    inputs = HairpinPatInputs(
        object=options.object, interface=turn.inside.name, users=users, shown=turn.address.ip, lab=turn.lab
    )
    return _name_taken(turn.firewall, options.object) or Ready(turn.firewall.name, inputs)


def _name_taken(state: DeviceState, name: str) -> NotApplicable | None:
    rows = (row for kind in _KINDS for row in beginning(state, f"{kind} {name}"))
    taken = next((row for row in rows if row.text.split()[2] == name), None)
    if taken is None:
        return None
    reason = f"`{taken.text}` stands already; choose another `object`"
    return NotApplicable(state.name, reason, evidence(state, (taken,)))


def _refusal(turn: Turn, flow: Flow) -> NotApplicable | None:
    """What this cannot cure, or cannot be typed here."""
    state = turn.firewall
    if flow.protocol is not Protocol.TCP:
        return NotApplicable(state.name, f"{flow.protocol} does not die of a handshake seen by half")
    if flow.client != turn.user:
        reason = (
            f"{flow.client} opens it from beyond {turn.hop}: its SYN goes past {state.name}, and a "
            f"translation needs a connection"
        )
        return NotApplicable(state.name, reason, (state.evidence(turn.route),))
    for row in state.table(Version):
        release = tuple(int(part) for part in row.version.split("(")[0].split(".")[:2] if part.isdigit())
        if release < _OLDEST:
            reason = f"release {row.version} has no translation inside objects; 8.3 has"
            return NotApplicable(state.name, reason, (state.evidence(row),))
    return standby(state)


def _other_rule(turn: Turn, users: IPv4Network) -> Translation | None:
    """A rule that translates on the same turn already, these users or those they call."""
    # Without the table nothing is known of its rules.
    turn.firewall.table(ObjectNat)
    name = turn.inside.name
    for rule in translations(turn.firewall):
        here = {rule.real_interface, rule.mapped_interface} <= {name, "any"}
        if here and rule.readable and (_meets(rule.source, users) or _meets(rule.source, turn.lab)):
            return rule
    return None


def _meets(end: End, network: IPv4Network) -> bool:
    """Whether one of its addresses is, or may be, of a network."""
    sides = (end.real, end.shown)
    return any(side is None or any(net.overlaps(network) for net in side) for side in sides)


def _standing(turn: Turn, rule: Translation) -> InPlace | NotApplicable:
    """It is ours in effect, or in our way: rules are not replaced."""
    state = turn.firewall
    found = (state.evidence(rule.row),)
    hides = rule.by_interface and not rule.static and not rule.clause and not rule.protocol
    if hides and any(turn.user in net for net in rule.source.real or ()):
        return InPlace(state.name, found)
    if isinstance(rule.row, ObjectNat):
        return NotApplicable(
            state.name, f"the rule of object {rule.row.name} translates on that turn already", found
        )
    return NotApplicable(state.name, f"`{rule.name}` comes before every rule of an object there", found)


def _permitted(device: str) -> Predicate:
    return Predicate(
        device=device,
        table="SameSecurity",
        key={"kind": _INTRA},
        column="kind",
        expected=_INTRA,
        because=f"{device} lets packets leave by the interface they came in by",
    )


def _object(ready: Ready[HairpinPatInputs], *, standing: bool) -> Predicate:
    head = ready.inputs.head
    return Predicate(
        device=ready.device,
        table="ConfigLine",
        key={"section": "", "text": head},
        column="text",
        expected=head if standing else None,
        because=f"`{head}` {'stands' if standing else 'does not stand'} on {ready.device}",
    )


def _translates(ready: Ready[HairpinPatInputs]) -> Predicate:
    inputs = ready.inputs
    return Predicate(
        device=ready.device,
        table="ObjectNat",
        key={"name": inputs.object, "real_interface": inputs.interface, "real": str(inputs.users)},
        column="mapped_interface",
        expected=inputs.interface,
        because=f"object {inputs.object} on {ready.device} translates {inputs.users} on {inputs.interface}",
    )
