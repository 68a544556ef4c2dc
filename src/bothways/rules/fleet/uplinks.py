"""Access switches that would leave their hosts in the dark, and uplinks that are down now."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import Field

from bothways.diagnosis.access_switch import SwitchPorts
from bothways.diagnosis.link_groups import LinkGroup, link_groups
from bothways.rules.fleet.contract import FleetRule, Ground, Judgement, Parameters
from bothways.state.device import DeviceState
from bothways.state.link_rows import EtherChannel
from bothways.state.rows import ConfigLine, Mac


class _Tor(Parameters):
    """From how many access ports on a switch is one for hosts."""

    ports: int = Field(default=4, ge=1)


class SingleUplink(FleetRule):
    """A switch with one way out, and no link state group that takes its hosts' ports down with it."""

    id = "orphaned-switch"
    platforms = ("cisco_ios",)
    reads = (ConfigLine, Mac, EtherChannel)
    parameters = _Tor

    def judge(self, ground: Ground, device: DeviceState, chosen: _Tor) -> Iterator[Judgement]:
        """One."""
        ports = SwitchPorts.of(device)
        access = [name for name in ports.lines if ports.says(name, "switchport access vlan ")]
        if len(ports.channels) != 1 or len(access) < chosen.ports:
            return
        (uplink,) = ports.channels
        covered = {
            name
            for group in link_groups(device).values()
            if group.track and uplink in group.upstream
            for name in group.downstream
        }
        bare = [name for name in access if name not in covered]
        if bare:
            first = device.table(ConfigLine).where(section="", text=f"interface {bare[0]}")
            channel = device.table(EtherChannel).where(name=uplink)
            yield Judgement(
                sentence=(
                    f"{device.name} has {uplink} alone behind it, and no link state group on {len(bare)} of "
                    f"its {len(access)} access ports: when {uplink} is down, their hosts keep their link and "
                    f"send to nowhere"
                ),
                evidence=(
                    *(device.evidence(row) for row in channel),
                    *(device.evidence(row) for row in first),
                    device.absence(ConfigLine, f"a link state group on {bare[0]}"),
                ),
                subject=uplink,
            )


class UpstreamDown(FleetRule):
    """An uplink of a link state group is down."""

    id = "link-upstream-down"
    platforms = ("cisco_ios",)
    reads = (ConfigLine, EtherChannel)

    def judge(self, ground: Ground, device: DeviceState, chosen: Parameters) -> Iterator[Judgement]:
        """One for each uplink; a lone port of a channel that is down counts with its channel."""
        for group in link_groups(device).values():
            yield from _down(device, group)


def _down(device: DeviceState, group: LinkGroup) -> Iterator[Judgement]:
    for name, line in group.upstream.items():
        for row in device.table(EtherChannel).where(name=name):
            if "U" not in row.flags:
                yield Judgement(
                    sentence=(
                        f"{name}, upstream of link state group {group.number} of {device.name}, is down: "
                        f"{len(group.downstream)} ports go down with the last one"
                    ),
                    evidence=(device.evidence(line), device.evidence(row)),
                    subject=name,
                )
