"""What is said about the interfaces of a link state group before anything is typed."""

from __future__ import annotations

from bothways.diagnosis.access_switch import SwitchPorts
from bothways.diagnosis.span_destinations import span_destinations
from bothways.fixes.link_state_lines import LinkStateInputs
from bothways.fixes.steps import Lint
from bothways.state.device import DeviceState


def mirrors(state: DeviceState, inputs: LinkStateInputs) -> tuple[Lint, ...]:
    """Interfaces of the group that are SPAN destinations."""
    found = span_destinations(state)
    return tuple(
        Lint(
            id="span-destination",
            severity="blocking",
            device=state.name,
            text=f"{name} is a SPAN destination: upstream it counts as down, downstream it is disabled",
        )
        for name in (inputs.uplink, *inputs.downstream)
        if name in found
    )


def left_out(state: DeviceState, inputs: LinkStateInputs) -> tuple[Lint, ...]:
    """Ports in use in another way than the host's: what hangs on them keeps sending to nowhere."""
    ports = SwitchPorts.of(state)
    inside = {inputs.uplink, *inputs.downstream}
    names = [
        name
        for name in ports.lines
        if "Ethernet" in name
        and name not in inside
        and ports.is_up(name)
        and not ports.says(name, "channel-group ")
        and not {"shutdown", "no switchport"} & set(ports.lines[name])
    ]
    if not names:
        return ()
    names_left = ", ".join(names)
    text = f"{names_left} would stay outside the group: hosts there keep their link without {inputs.uplink}"
    return (Lint(id="ports-left-out", severity="warning", device=state.name, text=text),)
