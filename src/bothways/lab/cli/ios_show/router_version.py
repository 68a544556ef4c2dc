"""`show version` and `show inventory` of a 2811."""

from __future__ import annotations

from bothways.lab.cli.timing import long_uptime

_TEXT = """\
Cisco IOS Software, 2800 Software (C2800NM-ADVIPSERVICESK9-M), Version 12.4(15)T7, RELEASE SOFTWARE (fc3)
Technical Support: http://www.cisco.com/techsupport
Copyright (c) 1986-2008 by Cisco Systems, Inc.
Compiled Wed 13-Aug-08 23:03 by prod_rel_team

ROM: System Bootstrap, Version 12.4(13r)T, RELEASE SOFTWARE (fc1)

{hostname} uptime is {uptime}
System returned to ROM by {reason}
System image file is "flash:c2800nm-advipservicesk9-mz.124-15.T7.bin"

Cisco 2811 (revision 53.50) with 249856K/12288K bytes of memory.
Processor board ID {serial}
2 FastEthernet interfaces
DRAM configuration is 64 bits wide with parity enabled.
239K bytes of non-volatile configuration memory.
62720K bytes of ATA CompactFlash (Read/Write)

Configuration register is 0x2102

"""


def render_router_version(hostname: str, serial: str, uptime_s: float, reason: str) -> str:
    """The whole text; arguments as those of the 3560's."""
    return _TEXT.format(hostname=hostname, uptime=long_uptime(uptime_s), reason=reason, serial=serial)


def render_router_inventory(serial: str) -> str:
    """`show inventory`: the chassis only."""
    return (
        f'NAME: "2811 chassis", DESCR: "2811 chassis"\nPID: CISCO2811         , VID: V05 , SN: {serial}\n\n'
    )
