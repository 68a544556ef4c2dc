"""Link state groups that do not do what they are there for, on every switch."""

from __future__ import annotations

from collections.abc import Iterator

from bothways.rules.fleet.contract import FleetRule, Ground, Judgement, Parameters, of_finding
from bothways.rules.link_group_faulty import faults_of
from bothways.state.device import DeviceState
from bothways.state.rows import ConfigLine


class FaultyGroups(FleetRule):
    """A link state group without upstream, with members of a channel or mirror ports, or not switched on."""

    id = "link-group-faulty"
    platforms = ("cisco_ios",)
    reads = (ConfigLine,)

    def judge(self, ground: Ground, device: DeviceState, chosen: Parameters) -> Iterator[Judgement]:
        """One for each fault of each group."""
        for about, finding in faults_of(device):
            yield of_finding(finding, about)
