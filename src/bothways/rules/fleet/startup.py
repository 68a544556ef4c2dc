"""What a reload would undo, and what it would bring."""

from __future__ import annotations

from collections.abc import Iterator

from bothways.errors import CouldNotSee
from bothways.platforms import normalised_config, platform
from bothways.rules.fleet.contract import FleetRule, Ground, Judgement, Parameters
from bothways.state.device import DeviceState, Evidence
from bothways.state.rows import ConfigLine, SdmTemplate

_SHOWN = 3
_NEVER_SAVED = ("startup-config is not present", "No Configuration", "Non-volatile configuration memory")


class StartupDiffers(FleetRule):
    """The running configuration is not the one a reload would start with."""

    id = "startup-differs"
    reads = (ConfigLine,)

    def judge(self, ground: Ground, device: DeviceState, chosen: Parameters) -> Iterator[Judgement]:
        """One, with the first lines that differ."""
        family = platform(device.platform)
        said = device.outputs.get(family.startup_command)
        if said is None:
            raise CouldNotSee(device.name, f"`{family.startup_command}` was not read")
        if any(words in said.text + said.refused for words in _NEVER_SAVED):
            evidence = (Evidence(device.name, said.command, 1, said.text.strip(), said.taken_at),)
            yield Judgement(
                sentence=f"{device.name} was never saved: a reload loses all of it", evidence=evidence
            )
            return
        if said.refused or not said.complete:
            raise CouldNotSee(device.name, f"`{said.command}` was {said.refused or 'cut short'}")
        running = normalised_config(device.outputs[family.config_command].text, family)
        startup = normalised_config(said.text, family)
        if running == startup:
            return
        lost = [line for line in running if line not in set(startup)]
        back = [line for line in startup if line not in set(running)]
        lines = [*(f"- {line.strip()}" for line in lost), *(f"+ {line.strip()}" for line in back)]
        told = "; ".join(lines[:_SHOWN]) or "the order of its lines"
        more = f" and {len(lines) - _SHOWN} more" if len(lines) > _SHOWN else ""
        yield Judgement(
            sentence=f"a reload of {device.name} changes its configuration: {told}{more}",
            evidence=tuple(
                Evidence(device.name, said.command, 0, line, said.taken_at)
                for line in lines[:_SHOWN] or [told]
            ),
        )


class SdmChangePending(FleetRule):
    """A stored SDM template waits for a reload."""

    id = "sdm-change-pending"
    platforms = ("cisco_ios",)
    reads = (SdmTemplate,)

    def judge(self, ground: Ground, device: DeviceState, chosen: Parameters) -> Iterator[Judgement]:
        """One."""
        for row in device.table(SdmTemplate):
            if row.next != row.active:
                yield Judgement(
                    sentence=(
                        f"{device.name} runs the template {row.active!r} and takes {row.next!r} at its next "
                        f"reload, whoever causes that"
                    ),
                    evidence=(device.evidence(row),),
                )
