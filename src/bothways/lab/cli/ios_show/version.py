"""`show version` and `show inventory` of a WS-C3560-24PS."""

from __future__ import annotations

from bothways.lab.cli.timing import long_uptime

_NOTICE = """\
This product contains cryptographic features and is subject to United
States and local country laws governing import, export, transfer and
use. Delivery of Cisco cryptographic products does not imply
third-party authority to import, export, distribute or use encryption.
Importers, exporters, distributors and users are responsible for
compliance with U.S. and local country laws. By using this product you
agree to comply with applicable laws and regulations. If you are unable
to comply with U.S. and local laws, return this product immediately.

A summary of U.S. laws governing Cisco cryptographic products may be found at:
http://www.cisco.com/wwl/export/crypto/tool/stqrg.html

If you require further assistance please contact us by sending email to
export@cisco.com.
"""


_TEXT = """\
Cisco IOS Software, C3560 Software (C3560-IPSERVICESK9-M), Version 12.2(55)SE, RELEASE SOFTWARE (fc2)
Technical Support: http://www.cisco.com/techsupport
Copyright (c) 1986-2010 by Cisco Systems, Inc.
Compiled Sat 07-Aug-10 22:45 by prod_rel_team
Image text-base: 0x01000000, data-base: 0x02D00000

ROM: Bootstrap program is C3560 boot loader
BOOTLDR: C3560 Boot Loader (C3560-HBOOT-M) Version 12.2(25r)SEC, RELEASE SOFTWARE (fc4)

{hostname} uptime is {uptime}
System returned to ROM by {reason}
System image file is "flash:c3560-ipservicesk9-mz.122-55.SE.bin"


{notice}
cisco WS-C3560-24PS (PowerPC405) processor (revision P0) with 131072K bytes of memory.
Processor board ID {serial}
Last reset from {reason}
3 Virtual Ethernet interfaces
24 FastEthernet interfaces
2 Gigabit Ethernet interfaces
The password-recovery mechanism is enabled.

512K bytes of flash-simulated non-volatile configuration memory.
Base ethernet MAC Address       : {base}
Motherboard assembly number     : 73-9299-01
Power supply part number        : 341-0029-05
Motherboard serial number       : {board}
Power supply serial number      : {supply}
Model revision number           : P0
Motherboard revision number     : A0
Model number                    : WS-C3560-24PS-E
System serial number            : {serial}
Hardware Board Revision Number  : 0x09


Switch Ports Model              SW Version            SW Image
------ ----- -----              ----------            ----------
*    1 26    WS-C3560-24PS      12.2(55)SE            C3560-IPSERVICESK9-M


Configuration register is 0xF

"""


def render_version(hostname: str, serial: str, mac: str, uptime_s: float, reason: str) -> str:
    """The whole text.

    Args:
        hostname: of the device.
        serial: of the chassis.
        mac: base address, dotted.
        uptime_s: seconds since it booted.
        reason: why it booted, `power-on` or `reload`.
    """
    pairs = mac.replace(".", "").upper()
    base = ":".join(pairs[at : at + 2] for at in range(0, 12, 2))
    return _TEXT.format(
        hostname=hostname,
        uptime=long_uptime(uptime_s),
        reason=reason,
        notice=_NOTICE,
        serial=serial,
        base=base,
        board=_part(serial, "MB"),
        supply=_part(serial, "PS"),
    )


def render_inventory(serial: str) -> str:
    """`show inventory`: the chassis only."""
    return f'NAME: "1", DESCR: "WS-C3560-24PS"\nPID: WS-C3560-24PS-E   , VID: V06  , SN: {serial}\n\n\n'


def _part(serial: str, prefix: str) -> str:
    return prefix + serial[-8:]
