"""`show version` and `show inventory` of a 4948E and of a 6509E."""

from __future__ import annotations

from dataclasses import dataclass

from bothways.lab.cli.timing import long_uptime
from bothways.lab.device import Identity


@dataclass(frozen=True)
class _Chassis:
    software: str
    image: str
    processor: str
    counts: str
    register: str


CHASSIS = {
    "WS-C4948E": _Chassis(
        software="Catalyst 4500 L3 Switch Software (cat4500e-ENTSERVICESK9-M)",
        image="bootflash:cat4500e-entservicesk9-mz.bin",
        processor="cisco WS-C4948E (MPC8548) processor (revision 4) with 1048576K bytes of physical memory.",
        counts="48 Gigabit Ethernet interfaces\n4 Ten Gigabit Ethernet interfaces\n"
        "511K bytes of non-volatile configuration memory.",
        register="0x2101",
    ),
    "WS-C6509-E": _Chassis(
        software="s72033_rp Software (s72033_rp-ADVENTERPRISEK9_WAN-M)",
        image="disk0:s72033-adventerprisek9_wan-mz.bin",
        processor="cisco WS-C6509-E (R7000) processor (revision 1.5) with 983008K/65536K bytes of memory.",
        counts="96 Gigabit Ethernet interfaces\n4 Ten Gigabit Ethernet interfaces\n"
        "1917K bytes of non-volatile configuration memory.",
        register="0x2102",
    ),
}
"""By model, as the topology names it."""


def render_chassis_version(identity: Identity, hostname: str, uptime_s: float, reason: str) -> str:
    """The whole text."""
    one = CHASSIS[identity.model]
    return (
        f"Cisco IOS Software, {one.software}, Version {identity.version}, RELEASE SOFTWARE (fc2)\n"
        "Technical Support: http://www.cisco.com/techsupport\n"
        "Copyright (c) 1986-2011 by Cisco Systems, Inc.\n"
        "Compiled Tue 29-Nov-11 12:02 by prod_rel_team\n\n"
        f"{hostname} uptime is {long_uptime(uptime_s)}\n"
        f"System returned to ROM by {reason}\n"
        f'System image file is "{one.image}"\n\n'
        f"{one.processor}\n"
        f"Processor board ID {identity.serial}\n"
        f"Last reset from {reason}\n"
        "1 Virtual Ethernet interface\n"
        f"{one.counts}\n\n"
        f"Configuration register is {one.register}\n\n"
    )


def render_chassis_inventory(identity: Identity) -> str:
    """`show inventory`: the chassis only."""
    return (
        f'NAME: "Switch System", DESCR: "Cisco Systems, Inc. {identity.model} switch"\n'
        f"PID: {identity.model:<18}, VID: V01  , SN: {identity.serial}\n\n"
    )
