from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from bothways.diagnosis.access_switch import Seat, SwitchPorts, seat
from bothways.diagnosis.link_groups import LinkGroup, link_groups
from bothways.diagnosis.location import locate
from bothways.diagnosis.scenario import Scenario
from bothways.diagnosis.segments import Topology
from bothways.diagnosis.sight import Sight
from bothways.diagnosis.uplink_loss import effective_group
from bothways.errors import DocumentError
from bothways.fixes.config_lines import not_standing
from bothways.fixes.contract import Fix, InPlace, NotApplicable, Options, Overlay, Ready, Situation, Values
from bothways.fixes.link_state_lines import (
    LinkStateInputs,
    commands_in_order,
    header,
    ranges_of,
    undo,
)
from bothways.fixes.link_state_lints import left_out, mirrors, no_servers, one_line_back
from bothways.fixes.steps import Command, ConfigStep, Lint, Predicate, Step
from bothways.platforms import platform
from bothways.state.device import DeviceState
from bothways.state.link_rows import LinkStateGroup, LinkStateMember
from bothways.state.rows import Interface, Version

_QUIET = ("PM-4-ERR_DISABLE", "LINK-3-UPDOWN", "LINEPROTO-5-UPDOWN")
"""What a switch logs when a port goes down or comes back."""


class LinkStateOptions(Options):
    """What a playbook may choose of link-state-group.

    Attributes:
        group: its number; the first that is free when not given.
    """

    group: Annotated[int, Field(ge=1, le=20)] | None = None


class LinkStateGroupFix(Fix[LinkStateOptions, LinkStateInputs]):
    """Takes the server ports of a switch down with its only uplink, so that servers use their other cards."""

    name = "link-state-group"
    platform = "cisco_ios"
    seat = "switch"
    cures = frozenset({"orphaned-switch", "link-group-faulty"})
    price = (
        "While the uplink is down, every port of the group is error-disabled: hosts without a card elsewhere "
        "are cut off, even from each other."
    )
    options = LinkStateOptions
    inputs = LinkStateInputs

    def propose(
        self, situation: Situation, options: LinkStateOptions
    ) -> Ready[LinkStateInputs] | InPlace | NotApplicable:
        """Ready on the switch that the client is plugged into, while its uplink is up."""
        if situation.scenario is not Scenario.UPLINK_LOSS:
            return NotApplicable("", f"it is for {Scenario.UPLINK_LOSS}: --scenario {Scenario.UPLINK_LOSS}")
        sitting = _seat(situation)
        if sitting is None:
            client = situation.flow.client
            return NotApplicable("", f"no switch of the snapshot shows where {client} is plugged in")
        standing = effective_group(sitting)
        if standing is not None:
            lines = tuple(sitting.switch.evidence(line) for line in standing.lines[:3])
            return InPlace(sitting.switch.name, lines)
        return _uplink_down(sitting) or _proposed(sitting, options)

    def values(self, inputs: LinkStateInputs) -> Values:
        """The group, its uplink, and the ports in as few ranges as they are."""
        return {
            "group": str(inputs.group),
            "uplink": inputs.uplink,
            "downstream": [{"header": header(ports)} for ports in ranges_of(inputs.downstream)],
        }

    def line_count(self, inputs: LinkStateInputs) -> int:
        """The global line, the uplink's two, and two for each range."""
        return 3 + 2 * len(ranges_of(inputs.downstream))

    def lints(self, situation: Situation, ready: Ready[LinkStateInputs]) -> tuple[Lint, ...]:
        """The price, the way back, ports that are no server's, and ports that stay outside."""
        state, inputs = situation.snapshot.device(ready.device), ready.inputs
        price = Lint(id="link-state-price", severity="note", device=ready.device, text=self.price)
        wrong = (*mirrors(state, inputs), *no_servers(situation.snapshot, state, inputs))
        return (price, one_line_back(ready.device, inputs), *wrong, *left_out(state, inputs))

    def preconditions(self, situation: Situation, ready: Ready[LinkStateInputs]) -> tuple[Predicate, ...]:  # noqa: ARG002
        """The uplink is up: a group whose uplinks are all down cuts off every host on the switch."""
        uplink, device = ready.inputs.uplink, ready.device
        return (
            Predicate(
                device=device,
                table="Interface",
                key={"name": uplink},
                column="line_up",
                expected="yes",
                because=f"{uplink} of {device} is up",
            ),
        )

    def steps(
        self, situation: Situation, ready: Ready[LinkStateInputs], lines: tuple[str, ...]
    ) -> tuple[Step, ...]:
        """The uplink before any port; afterwards every port is as it was, but for those that it frees.

        Raises:
            DocumentError: the template adds a port to a group that has no uplink yet.
        """
        inputs, device = ready.inputs, ready.device
        if not commands_in_order(lines):
            raise DocumentError(
                self.template,
                f"renders a downstream port before the uplink: {len(inputs.downstream)} ports would go down",
                "upstream comes first",
            )
        state = situation.snapshot.device(device)
        held = _held_down(state, inputs)
        step = ConfigStep(
            device=device,
            fix=self.name,
            commands=tuple(Command(text=line) for line in lines),
            undo=not_standing(state, undo(inputs)),
            proofs=(_enabled(device, inputs), *_unchanged(state, inputs, held)),
            quiet=() if held else _QUIET,
            price=self.price,
        )
        return (step,)

    def predict(self, state: DeviceState, inputs: LinkStateInputs) -> Overlay:
        """The group, enabled and up, its ports as they are now."""
        if not (state.sees(LinkStateGroup) and state.sees(LinkStateMember)):
            return {}
        groups = [row for row in state.table(LinkStateGroup) if row.group != inputs.group]
        members = [row for row in state.table(LinkStateMember) if row.group != inputs.group]
        return {
            LinkStateGroup: (*groups, LinkStateGroup(line=0, group=inputs.group, enabled=True, up=True)),
            LinkStateMember: (*members, *_members(state, inputs)),
        }


def _seat(situation: Situation) -> Seat | None:
    sight = Sight(situation.snapshot)
    topology = Topology(sight)
    client, server = situation.flow.client, situation.flow.server
    return seat(sight, topology, locate(sight, topology, client, server, situation.hosts))


def _uplink_down(sitting: Seat) -> NotApplicable | None:
    state, uplink = sitting.switch, sitting.uplink
    rows = state.table(Interface).where(name=uplink)
    if any(row.line_up for row in rows):
        return None
    count = len(_server_ports(sitting))
    reason = f"{uplink} of {state.name} is down: the group would take all {count} server ports down at once"
    return NotApplicable(state.name, reason, tuple(state.evidence(row) for row in rows))


def _proposed(sitting: Seat, options: LinkStateOptions) -> Ready[LinkStateInputs] | NotApplicable:
    state, groups = sitting.switch, link_groups(sitting.switch)
    ports = _server_ports(sitting)
    number = options.group or _number(groups, sitting.uplink)
    refusal = _too_many(state, number) or _taken(sitting, groups, number, ports)
    if refusal is not None:
        return refusal
    inputs = LinkStateInputs(group=number, uplink=sitting.uplink, downstream=ports)
    return Ready(state.name, inputs)


def _server_ports(sitting: Seat) -> tuple[str, ...]:
    """Every port that is in use as the host's own is: same VLAN and mode, no member of a channel."""
    ports = SwitchPorts.of(sitting.switch)

    def like_the_hosts(name: str) -> bool:
        lines = ports.lines[name]
        kept = ("switchport access vlan ", "switchport mode ", "switchport trunk ")
        return (
            "Ethernet" in name
            and "shutdown" not in lines
            and not ports.says(name, "channel-group ")
            and all(ports.says(name, word) == ports.says(sitting.port, word) for word in kept)
        )

    return tuple(name for name in ports.lines if like_the_hosts(name))


def _number(groups: Mapping[int, LinkGroup], uplink: str) -> int:
    """The group that the uplink is upstream of, one that lacks an upstream, or the first that is free."""
    mine = [group.number for group in groups.values() if uplink in group.upstream or not group.upstream]
    return mine[0] if mine else next(number for number in range(1, 1000) if number not in groups)


def _too_many(state: DeviceState, number: int) -> NotApplicable | None:
    """How many groups the model has; what is not known of it is not claimed."""
    for row in state.table(Version):
        most = platform(state.platform).limits_of(row.model, row.version).link_groups
        if most is None:
            reason = f"whether a {row.model} has link state tracking is not known here"
            return NotApplicable(state.name, reason, (state.evidence(row),))
        if number > most:
            reason = f"group {number} is more than the {most} groups of a {row.model} with {row.version}"
            return NotApplicable(state.name, reason, (state.evidence(row),))
    return None


def _taken(
    sitting: Seat, groups: Mapping[int, LinkGroup], number: int, ports: tuple[str, ...]
) -> NotApplicable | None:
    """An interface has one role in one group."""
    state = sitting.switch
    for group in groups.values():
        wrong = {name: line for name, line in group.upstream.items() if name in ports}
        wrong |= {name: line for name, line in group.downstream.items() if name == sitting.uplink}
        if group.number != number:
            both = {**group.upstream, **group.downstream}
            wrong |= {name: line for name, line in both.items() if name in (*ports, sitting.uplink)}
        for name, line in wrong.items():
            reason = f"{name} is in link state group {group.number} already; one is all it can be in"
            return NotApplicable(state.name, reason, (state.evidence(line),))
    return None


def _members(state: DeviceState, inputs: LinkStateInputs) -> tuple[LinkStateMember, ...]:
    roles = [(inputs.uplink, "upstream"), *((name, "downstream") for name in inputs.downstream)]
    ports = SwitchPorts.of(state)
    return tuple(
        LinkStateMember(
            line=0,
            group=inputs.group,
            role=role,
            interface=name,
            state="up" if ports.is_up(name) else "down",
        )
        for name, role in roles
    )


def _enabled(device: str, inputs: LinkStateInputs) -> Predicate:
    return Predicate(
        device=device,
        table="LinkStateGroup",
        key={"group": str(inputs.group), "enabled": "yes"},
        column="up",
        expected="yes",
        because=f"link state group {inputs.group} of {device} is enabled, and up",
    )


def _held_down(state: DeviceState, inputs: LinkStateInputs) -> frozenset[str]:
    """Ports that the group keeps down for want of an uplink: they come back with it, logged."""
    group = link_groups(state).get(inputs.group)
    return frozenset(group.downstream) if group and group.track and not group.upstream else frozenset()


def _unchanged(state: DeviceState, inputs: LinkStateInputs, held: frozenset[str]) -> tuple[Predicate, ...]:
    return tuple(
        Predicate(
            device=state.name,
            table="LinkStateMember",
            key={"group": str(inputs.group), "interface": row.interface, "role": row.role},
            column="state",
            expected=row.state,
            because=f"{row.interface} of {state.name} is {row.state}, as before",
        )
        for row in _members(state, inputs)
        if row.interface not in held
    )
