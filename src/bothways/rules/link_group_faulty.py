"""Link state groups that do not do what they are there for, or would do harm."""

from __future__ import annotations

from collections.abc import Iterator

from bothways.diagnosis.access_switch import SwitchPorts
from bothways.diagnosis.findings import Confidence, Finding, Severity
from bothways.diagnosis.link_groups import LinkGroup, link_groups
from bothways.diagnosis.span_destinations import span_destinations
from bothways.diagnosis.trace import Trace
from bothways.rules.contract import Rule
from bothways.state.device import DeviceState, Evidence
from bothways.state.link_rows import LinkStateMember
from bothways.state.snapshot import Snapshot


class LinkGroupFaulty(Rule):
    """A group without upstream, with members of a channel or mirror ports, or not switched on."""

    id = "link-group-faulty"

    def findings(self, snapshot: Snapshot, trace: Trace) -> Iterator[Finding]:  # noqa: ARG002 - the contract
        """One finding for each fault of each group, on every switch of the snapshot."""
        for device in snapshot:
            if device.platform == "cisco_ios":
                yield from (finding for _, finding in faults_of(device))


def faults_of(device: DeviceState) -> Iterator[tuple[str, Finding]]:
    """The faults of each group of a switch, with the group's number and the fault in words that stay."""
    kinds = {
        "upstream": _without_upstream,
        "channel members": _channel_members,
        "mirrors": _mirrors,
        "track": _not_tracked,
    }
    for group in link_groups(device).values():
        for about, fault in kinds.items():
            yield from ((f"group {group.number} {about}", finding) for finding in fault(device, group))


def _without_upstream(device: DeviceState, group: LinkGroup) -> Iterator[Finding]:
    if group.upstream or not group.downstream:
        return
    count = f"{len(group.downstream)} downstream port{'' if len(group.downstream) == 1 else 's'}"
    cut = "kept down until it gets one" if group.track else "down as soon as it is switched on"
    what = f"link state group {group.number} of {device.name} has {count} and no upstream"
    yield _finding(
        device,
        group,
        Severity.ERROR if group.track else Severity.WARNING,
        f"{what}: {cut}; upstream comes first",
        (*_disabled(device, group), device.evidence(next(iter(group.downstream.values())))),
    )


def _disabled(device: DeviceState, group: LinkGroup) -> Iterator[Evidence]:
    """A port that the group keeps down now."""
    if device.sees(LinkStateMember):
        rows = device.table(LinkStateMember).where(group=group.number, state="disabled")
        yield from (device.evidence(row) for row in rows[:1])


def _channel_members(device: DeviceState, group: LinkGroup) -> Iterator[Finding]:
    """The guide: a downstream channel is a member as a whole, or not at all."""
    ports = SwitchPorts.of(device)
    inside = [name for name in group.downstream if ports.says(name, "channel-group ")]
    if inside:
        yield _finding(
            device,
            group,
            Severity.WARNING,
            f"{', '.join(inside)} in link state group {group.number} of {device.name} are members of a "
            f"channel: the channel itself belongs there, not its members",
            tuple(device.evidence(group.downstream[name]) for name in inside),
        )


def _mirrors(device: DeviceState, group: LinkGroup) -> Iterator[Finding]:
    """The guide of the 4500: the destination of a SPAN session is a link that is down, or is taken down."""
    mirrors = span_destinations(device)
    up, down = ([name for name in side if name in mirrors] for side in (group.upstream, group.downstream))
    if up or down:
        what = "counts as down" if up else "is kept down"
        first = (up or down)[0]
        yield _finding(
            device,
            group,
            Severity.WARNING,
            f"{', '.join((*up, *down))} in link state group {group.number} of {device.name} mirrors other "
            f"ports (SPAN): {first} {what} for the group",
            tuple(device.evidence((group.upstream | group.downstream)[name]) for name in (*up, *down)),
        )


def _not_tracked(device: DeviceState, group: LinkGroup) -> Iterator[Finding]:
    if group.track is None and group.upstream and group.downstream:
        line = next(iter(group.downstream.values()))
        yield _finding(
            device,
            group,
            Severity.WARNING,
            f"link state group {group.number} of {device.name} does nothing: there is no "
            f"`link state track {group.number}`",
            (device.evidence(line),),
        )


def _finding(
    device: DeviceState, group: LinkGroup, severity: Severity, sentence: str, evidence: tuple[Evidence, ...]
) -> Finding:
    show = f"show link state group {group.number} detail on {device.name}"
    return Finding(
        id=LinkGroupFaulty.id,
        severity=severity,
        device=device.name,
        sentence=sentence,
        evidence=evidence,
        confidence=Confidence.CERTAIN,
        raises=(f"{show} shows its downstream ports as (Dis) or (Dwn)",),
        refutes=(f"{show} shows an upstream interface, and Status: Enabled, Up",),
    )
