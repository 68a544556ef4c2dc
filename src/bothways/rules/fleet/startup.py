"""What a reload would undo, and what it would bring."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from bothways.errors import CouldNotSee
from bothways.platforms import normalised_config, platform
from bothways.rules.fleet.contract import FleetRule, Ground, Judgement, Outcome, Parameters
from bothways.state.device import DeviceState, Evidence, Output
from bothways.state.rows import ConfigLine, SdmTemplate

_SHOWN = 3
_NEVER_SAVED = ("startup-config is not present", "No Configuration", "Non-volatile configuration memory")
_Line = tuple[str, str]
"""The unindented line it stands under, and itself."""


class StartupDiffers(FleetRule):
    """The running configuration is not the one a reload would start with."""

    id = "startup-differs"
    reads = (ConfigLine,)

    def judge(self, ground: Ground, device: DeviceState, chosen: Parameters) -> Iterator[Judgement]:
        """One, with the first lines that differ."""
        family = platform(device.platform)
        running = device.outputs[device.table(ConfigLine).command]
        startup = device.outputs.get(family.startup_command)
        if startup is None:
            raise CouldNotSee(device.name, f"`{family.startup_command}` was not read")
        if any(words in startup.refused for words in _NEVER_SAVED):
            yield Judgement(
                sentence=f"{device.name} was never saved: a reload loses all of it",
                evidence=(_whole(device, startup, startup.refused),),
            )
            return
        _readable(device, startup, "was cut short")
        _readable(device, running, "was cut short")
        if normalised_config(running.text, family) == normalised_config(startup.text, family):
            lines = (_whole(device, running, "the same lines as"), _whole(device, startup, "these"))
            yield Judgement(
                sentence=f"a reload of {device.name} changes nothing", evidence=lines, outcome=Outcome.PASS
            )
            return
        yield _differs(device, running, startup)


def _readable(device: DeviceState, said: Output, cut: str) -> None:
    why = said.not_read or said.refused or ("" if said.complete else cut)
    if why:
        raise CouldNotSee(device.name, f"`{said.command}`: {why}")


def _differs(device: DeviceState, running: Output, startup: Output) -> Judgement:
    of_running, of_startup = _placed(device, running), _placed(device, startup)
    lost = list((Counter(of_running) - Counter(of_startup)).elements())
    back = list((Counter(of_startup) - Counter(of_running)).elements())
    told = [f"- {_named(one)}" for one in lost] + [f"+ {_named(one)}" for one in back]
    evidence = [_at(device, running, one) for one in lost] + [_at(device, startup, one) for one in back]
    more = f" and {len(told) - _SHOWN} more" if len(told) > _SHOWN else ""
    what = "; ".join(told[:_SHOWN]) or "the order of its lines"
    return Judgement(
        sentence=f"a reload of {device.name} changes its configuration: {what}{more}",
        evidence=tuple(evidence[:_SHOWN])
        or (_whole(device, running, "the same lines as"), _whole(device, startup, "in another order")),
    )


def _placed(device: DeviceState, said: Output) -> list[_Line]:
    """Each line with its section: `shutdown` under one interface is not that under another."""
    section, found = "", []
    for line in normalised_config(said.text, platform(device.platform)):
        indented = line[:1] == " "
        section = section if indented else line
        found.append((section if indented else "", line.strip()))
    return found


def _named(one: _Line) -> str:
    section, text = one
    return f"{text} ({section})" if section else text


def _at(device: DeviceState, said: Output, one: _Line) -> Evidence:
    """Where a line stands in a configuration."""
    section = ""
    for number, line in enumerate(said.text.replace("\r", "").split("\n"), 1):
        indented = line[:1] == " "
        section = section if indented else line.rstrip()
        if (section if indented else "", line.strip()) == one:
            return Evidence(device.name, said.command, number, line, said.taken_at)
    return _whole(device, said, one[1])


def _whole(device: DeviceState, said: Output, text: str) -> Evidence:
    return Evidence(device.name, said.command, 0, text, said.taken_at)


class SdmChangePending(FleetRule):
    """A stored SDM template waits for a reload."""

    id = "sdm-change-pending"
    platforms = ("cisco_ios",)
    reads = (SdmTemplate,)

    def judge(self, ground: Ground, device: DeviceState, chosen: Parameters) -> Iterator[Judgement]:
        """One."""
        for row in device.table(SdmTemplate):
            pending = row.next != row.active
            yield Judgement(
                sentence=(
                    f"{device.name} runs the template {row.active!r} and takes {row.next!r} at its next "
                    f"reload, whoever causes that"
                    if pending
                    else f"{device.name} runs the template {row.active!r}, and keeps it"
                ),
                evidence=(device.evidence(row),),
                outcome=Outcome.FAIL if pending else Outcome.PASS,
            )
