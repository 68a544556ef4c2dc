"""What is said about the interfaces of a link state group before anything is typed."""

from __future__ import annotations

from collections.abc import Iterator

from bothways.diagnosis.access_switch import SwitchPorts
from bothways.diagnosis.span_destinations import span_destinations
from bothways.fixes.link_state_lines import LinkStateInputs
from bothways.fixes.steps import Lint
from bothways.fixes.turnaround import own_addresses
from bothways.state.device import DeviceState
from bothways.state.rows import Arp, ConfigLine, Interface, Mac
from bothways.state.snapshot import Snapshot

_NAMED = 5


def one_line_back(device: str, inputs: LinkStateInputs) -> Lint:
    """What to type first when a port goes down all the same."""
    text = (
        f"`no link state track {inputs.group}` alone frees every port of the group, whatever else stands: it "
        f"is the first line of the undo, and the one for whoever loses a port meanwhile"
    )
    return Lint(id="one-line-back", severity="note", device=device, text=text)


def no_servers(snapshot: Snapshot, state: DeviceState, inputs: LinkStateInputs) -> tuple[Lint, ...]:
    """Ports of the group that lead to a firewall, a router or a switch, or may."""
    ports = SwitchPorts.of(state)
    known = dict(_addresses_of_others(snapshot, state))
    rows = [(ports.full_name(row.port), row) for row in state.table(Mac)] if state.sees(Mac) else []
    leading = {name: row.mac for name, row in rows if name in inputs.downstream and row.mac in known}
    found = [
        Lint(
            id="downstream-device",
            severity="blocking",
            device=state.name,
            text=f"{name} leads to {known[mac]} ({mac} is learnt there): downstream it would be disabled "
            f"with {inputs.uplink}, and what is behind it cut off too; only server ports belong there",
        )
        for name, mac in leading.items()
    ]
    trunks = [name for name in inputs.downstream if "switchport mode trunk" in ports.lines[name]]
    trunks = [name for name in trunks if name not in leading]
    return (*found, *([_trunks(state.name, inputs, trunks)] if trunks else []))


def _trunks(device: str, inputs: LinkStateInputs, trunks: list[str]) -> Lint:
    named = ", ".join(trunks[:_NAMED])
    more = f" and {len(trunks) - _NAMED} more" if len(trunks) > _NAMED else ""
    text = (
        f"{named}{more} would be downstream and carry trunks: one that leads to a switch or a firewall would "
        f"be disabled with {inputs.uplink}; show cdp neighbors on {device} names those that speak it"
    )
    return Lint(id="downstream-trunk", severity="warning", device=device, text=text)


def _addresses_of_others(snapshot: Snapshot, state: DeviceState) -> Iterator[tuple[str, str]]:
    """Hardware addresses of the other devices that were read, each with its device and interface."""
    for other in snapshot:
        if other.name == state.name:
            continue
        for row in other.table(Interface) if other.sees(Interface) else ():
            if row.mac:
                yield row.mac, f"{other.name} ({row.name or row.port})"
        # A router has itself in ARP; who its standby addresses are stands in its configuration.
        if other.sees(Arp) and other.sees(Interface) and other.sees(ConfigLine):
            owned = own_addresses(other)
            for entry in other.table(Arp).where(age=None):
                if entry.mac and entry.address in owned:
                    yield entry.mac, f"{other.name} ({entry.interface})"


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
