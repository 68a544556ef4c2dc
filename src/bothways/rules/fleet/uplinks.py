"""Access switches that would leave their hosts in the dark, and uplinks that are down now."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import Field

from bothways.diagnosis.access_switch import SwitchPorts
from bothways.diagnosis.findings import Confidence, Severity
from bothways.diagnosis.link_groups import LinkGroup, link_groups
from bothways.rules.fleet.contract import FleetRule, Ground, Judgement, Outcome, Parameters
from bothways.state.device import DeviceState
from bothways.state.link_rows import EtherChannel, LinkStateMember
from bothways.state.rows import ConfigLine

_CHANNEL = "Port-channel"
_MEMBER = "channel-group "
_OUT_OF_USE = {"shutdown", "no switchport"}


class _Tor(Parameters):
    """From how many access ports on a switch is one for hosts."""

    ports: int = Field(default=4, ge=1)


class SingleUplink(FleetRule):
    """A switch with one way out, and no link state group that takes its hosts' ports down with it."""

    id = "orphaned-switch"
    platforms = ("cisco_ios",)
    reads = (ConfigLine, EtherChannel)
    parameters = _Tor

    def judge(self, ground: Ground, device: DeviceState, chosen: _Tor) -> Iterator[Judgement]:
        """One; nothing about a switch with several ways out, or with hardly a host."""
        ports = SwitchPorts.of(device)
        access = _access(ports)
        uplinks = _uplinks(ports)
        if len(uplinks) != 1 or len(access) < chosen.ports:
            return
        (uplink,) = uplinks
        covered = {
            name
            for group in link_groups(device).values()
            if group.track and uplink in group.upstream
            for name in group.downstream
        }
        bare = [name for name in access if name not in covered]
        channel = device.table(EtherChannel).where(name=uplink) or _header(device, uplink)
        lines = (*channel, *_header(device, (bare or access)[0]))
        if bare:
            yield Judgement(
                sentence=(
                    f"{device.name} has {uplink} alone behind it, and no link state group on {len(bare)} of "
                    f"its {len(access)} access ports: when {uplink} is down, their hosts keep their link and "
                    f"send to nowhere"
                ),
                evidence=(
                    *(device.evidence(row) for row in lines),
                    device.absence(ConfigLine, f"a link state group on {bare[0]}"),
                ),
                confidence=Confidence.LIKELY,  # what its other ports lead to is not read
                subject=uplink,
            )
        else:
            yield Judgement(
                sentence=f"all {len(access)} access ports of {device.name} go down with {uplink}",
                evidence=tuple(device.evidence(row) for row in lines),
                outcome=Outcome.PASS,
                subject=uplink,
            )


def _access(ports: SwitchPorts) -> list[str]:
    """Ports with a host's VLAN, or none yet; what is shut down, or a part of a channel, is for no host."""
    return [
        name
        for name, lines in ports.lines.items()
        if not name.startswith(_CHANNEL)
        and not _OUT_OF_USE & set(lines)
        and not ports.says(name, _MEMBER)
        and ("switchport mode access" in lines or ports.says(name, "switchport access vlan "))
    ]


def _uplinks(ports: SwitchPorts) -> tuple[str, ...]:
    """Its channels; where it has none, its trunks, which lead to other switches then."""
    trunks = (
        name
        for name, lines in ports.lines.items()
        if "switchport mode trunk" in lines and not _OUT_OF_USE & set(lines) and not ports.says(name, _MEMBER)
    )
    return ports.channels or tuple(trunks)


def _header(device: DeviceState, name: str) -> list[ConfigLine]:
    return device.table(ConfigLine).where(section="", text=f"interface {name}")


class UpstreamDown(FleetRule):
    """An uplink of a link state group is down."""

    id = "link-upstream-down"
    platforms = ("cisco_ios",)
    reads = (ConfigLine, LinkStateMember)

    def judge(self, ground: Ground, device: DeviceState, chosen: Parameters) -> Iterator[Judgement]:
        """One for each uplink: an error where it is the last one, and hosts are cut off by it now."""
        for group in link_groups(device).values():
            if group.track is not None:
                yield from _down(device, group)


def _down(device: DeviceState, group: LinkGroup) -> Iterator[Judgement]:
    rows = device.table(LinkStateMember).where(group=group.number, role="upstream")
    alive = [row for row in rows if row.state == "up"]
    for row in rows:
        if row.state == "up":
            continue
        count = f"{len(group.downstream)} port{'' if len(group.downstream) == 1 else 's'}"
        rest = f"{count} would go down with the last of the others" if alive else f"{count} are down with it"
        written = group.upstream.get(row.interface)
        yield Judgement(
            sentence=(
                f"{row.interface}, upstream of link state group {group.number} of {device.name}, is "
                f"{row.state}: {rest}"
            ),
            evidence=(device.evidence(row), *((device.evidence(written),) if written else ())),
            subject=row.interface,
            severity=Severity.WARNING if alive else Severity.ERROR,
        )
