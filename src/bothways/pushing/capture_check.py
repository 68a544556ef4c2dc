"""Whether a firewall may be asked to capture: decided from what it said of itself, before a byte is typed."""

from __future__ import annotations

import re

from bothways.errors import CouldNotSee
from bothways.fixes.failover import inactive_role, role_unseen
from bothways.reading.collection import BUSIEST_CPU_PERCENT, cpu_percent
from bothways.state.device import DeviceState
from bothways.state.rows import ConfigLine, Version

MEMORY = "show memory"
LEAST_FREE_B = 16 * 2**20
LEAST_FREE_PERCENT = 5

_FIREWALL = "cisco_asa"
_CPU = "show cpu usage"
_FIRST_RELEASE = (7, 2)  # `match`, without which a capture needs an access list, and that is configuration
_RELEASE = re.compile(r"(\d{1,3})\.(\d{1,3})", re.ASCII)
_CONTEXT = re.compile(r"(?:admin-)?context \S+")
_FREE = re.compile(r"Free memory:\s+(?P<bytes>\d{1,18}) bytes \(\s*(?P<percent>\d{1,3})%\)", re.ASCII)


def hindrance(state: DeviceState) -> str:
    """Why no capture is placed on a device, as a clause; "" when nothing speaks against it."""
    if state.platform != _FIREWALL:
        return "is no ASA: captures are placed on ASAs only"
    return _unit(state) or _release(state) or _role(state) or _busy(state)


def short_of_memory(text: str) -> str:
    """Why a firewall has no memory for a capture, as a clause; "" when it has, or does not say."""
    match = _FREE.search(text)
    if match is None:
        return ""
    free, percent = int(match["bytes"]), int(match["percent"])
    if free >= LEAST_FREE_B and percent >= LEAST_FREE_PERCENT:
        return ""
    return (
        f"has {free >> 20} MB of memory free ({percent} %); "
        f"{LEAST_FREE_B >> 20} MB and {LEAST_FREE_PERCENT} % are the least for a capture"
    )


def overloaded(text: str) -> str:
    """Why a firewall is too busy, as a clause; "" when it is not, or does not say."""
    busy = cpu_percent(text)
    if busy is None or busy <= BUSIEST_CPU_PERCENT:
        return ""
    return f"its CPU is at {busy} %, above {BUSIEST_CPU_PERCENT} %"


def serial_of(state: DeviceState) -> str:
    """The serial number.

    Raises:
        CouldNotSee: the device does not say.
    """
    rows = list(state.table(Version))
    if not rows or not rows[0].serial:
        raise CouldNotSee(state.name, "`show version` does not say which unit this is")
    return rows[0].serial


def _unit(state: DeviceState) -> str:
    try:
        serial_of(state)
        lines = state.table(ConfigLine)
    except CouldNotSee as error:
        return f"cannot be known well enough: {error.what}"
    if any(not row.section and _CONTEXT.fullmatch(row.text) for row in lines):
        return "is the system space of a firewall of several contexts: log in to the context itself"
    return ""


def _release(state: DeviceState) -> str:
    said = next(iter(state.table(Version))).version
    found = _RELEASE.match(said)
    if found is None:
        return "does not say its release, and `match` came with 7.2"
    if (int(found[1]), int(found[2])) < _FIRST_RELEASE:
        return f"runs {said}, and `match` came with 7.2: a capture there needs an access list"
    return ""


def _role(state: DeviceState) -> str:
    unseen, inactive = role_unseen(state), inactive_role(state)
    if unseen:
        return unseen
    if inactive is not None:
        return f"is the {inactive.role} unit of a failover pair: no packet of the flow passes it"
    return ""


def _busy(state: DeviceState) -> str:
    output = state.outputs.get(_CPU)
    if output is None or not output.complete or cpu_percent(output.text) is None:
        return f"does not say how busy it is (`{_CPU}`)"
    return overloaded(output.text)
