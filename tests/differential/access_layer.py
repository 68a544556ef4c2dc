"""A pair of access switches before the hosts of one segment, each with one uplink, perhaps tracked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .networks import Plan

NAME = "link-state"
SWITCHES = ("acc1", "acc2")
UPLINK = "GigabitEthernet0/1"


@dataclass(frozen=True)
class Access:
    """An access switch.

    Attributes:
        wire: what its uplink is plugged into.
        hosts: those whose first card hangs on it.
    """

    name: str
    wire: str
    hosts: tuple[str, ...]


def access_layer(plan: Plan, content: dict[str, Any]) -> tuple[Access, ...]:
    """Put the switches between a segment and its hosts; nothing where the network has no such feature."""
    if NAME not in plan.features:
        return ()
    dice = plan.features[NAME]
    segment = dice.choice(plan.segments).name
    first: dict[str, list[str]] = {name: [] for name in SWITCHES}
    cards: dict[str, list[str]] = {name: [] for name in SWITCHES}
    for name, host in content["hosts"].items():
        if host["wire"] == segment:
            own, other = dice.sample(sorted(first), 2)
            first[own].append(name)
            chosen = [own, other] if dice.chance(0.7) else [own]
            for each in chosen:
                cards[each].append(name)
            cables = [f"{name}-{each}" for each in chosen]
            host |= {"wire": cables[0], "team": cables[1:]}
    content["cables"] = [f"{name}-{each}" for each, names in cards.items() for name in names]
    for number, (name, hosts) in enumerate(cards.items()):
        content["devices"][name] = {
            "platform": "cisco_ios",
            "model": "WS-C3560-24PS",
            "version": "12.2(55)SE",
            "serial": f"CAT1023N0A{number}",
            "mac": f"0019.2fac.{number:02x}80",
            "ports": {UPLINK: segment} | {_port(at): f"{host}-{name}" for at, host in enumerate(hosts)},
            "startup": "\n".join(_startup(plan, name, hosts)) + "\n",
        }
    return tuple(Access(name, segment, tuple(hosts)) for name, hosts in first.items())


def _port(at: int) -> str:
    return f"FastEthernet0/{at + 1}"


def _startup(plan: Plan, name: str, hosts: list[str]) -> Iterator[str]:
    dice = plan.features[NAME]
    yield from ["version 12.2", f"hostname {name.upper()}", "no ip routing"]
    grouped = dice.chance(0.75)
    if grouped and dice.chance(0.85):
        yield "link state track 1"
    for at, host in enumerate(hosts):
        yield from [f"interface {_port(at)}", f" description {host} card", " switchport access vlan 10"]
        yield " switchport mode access"
        if grouped and dice.chance(0.9):
            yield " link state group 1 downstream"
    yield from [f"interface {UPLINK}", " description uplink", " switchport access vlan 10"]
    yield " switchport mode access"
    if grouped:
        yield " link state group 1 upstream"
    yield from ["line vty 0 4", " login local"]


def lost_uplink(plan: Plan, access: tuple[Access, ...]) -> tuple[str, str, bool] | None:
    """An uplink that fails before anybody reads: wire, switch, and whether the network had lived before."""
    dice = plan.features[NAME]
    if not access or dice.chance(0.6):
        return None
    one = dice.choice(access)
    return one.wire, one.name, dice.chance(0.6)
