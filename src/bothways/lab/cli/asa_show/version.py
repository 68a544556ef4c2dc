"""`show version` of an ASA 5505 with a Base licence, 9.2(4)."""

from __future__ import annotations

from bothways.lab.cli.timing import asa_uptime

_LICENCE = (
    ("Maximum Physical Interfaces", "8", "perpetual"),
    ("VLANs", "3", "DMZ Restricted"),
    ("Dual ISPs", "Disabled", "perpetual"),
    ("VLAN Trunk Ports", "0", "perpetual"),
    ("Inside Hosts", "Unlimited", "perpetual"),
    ("Failover", "Disabled", "perpetual"),
    ("Encryption-DES", "Enabled", "perpetual"),
    ("Encryption-3DES-AES", "Enabled", "perpetual"),
    ("AnyConnect Premium Peers", "2", "perpetual"),
    ("AnyConnect Essentials", "Disabled", "perpetual"),
    ("Other VPN Peers", "10", "perpetual"),
    ("Total VPN Peers", "12", "perpetual"),
    ("Shared License", "Disabled", "perpetual"),
    ("AnyConnect for Mobile", "Disabled", "perpetual"),
    ("AnyConnect for Cisco VPN Phone", "Disabled", "perpetual"),
    ("Advanced Endpoint Assessment", "Disabled", "perpetual"),
    ("UC Phone Proxy Sessions", "2", "perpetual"),
    ("Total UC Proxy Sessions", "2", "perpetual"),
    ("Botnet Traffic Filter", "Disabled", "perpetual"),
    ("Intercompany Media Engine", "Disabled", "perpetual"),
    ("Cluster", "Disabled", "perpetual"),
)


_TEXT = """\

Cisco Adaptive Security Appliance Software Version 9.2(4) 
Device Manager Version 7.4(3)

Compiled on Tue 14-Jul-15 22:19 by builders
System image file is "disk0:/asa924-k8.bin"
Config file at boot was "startup-config"

{hostname} up {uptime}

Hardware:   ASA5505, 512 MB RAM, CPU Geode 500 MHz,
Internal ATA Compact Flash, 128MB
BIOS Flash M50FW016 @ 0xfff00000, 2048KB

Encryption hardware device : Cisco ASA-5505 on-board accelerator (revision 0x0)
                             Boot microcode        : CN1000-MC-BOOT-2.00 
                             SSL/IKE microcode     : CNLite-MC-SSLm-PLUS-2.03
                             IPSec microcode       : CNlite-MC-IPSECm-MAIN-2.09
                             Number of accelerators: 1

 0: Int: Internal-Data0/0    : address is {mac}, irq 11
{ports} 9: Int: Internal-Data0/1    : address is 0000.0003.0002, irq 255
10: Int: Not used            : irq 255
11: Int: Not used            : irq 255

Licensed features for this platform:
{licence}
This platform has a Base license.

Serial Number: {serial}
Running Permanent Activation Key: 0x00000000 0x00000000 0x00000000 0x00000000 0x00000000 
Configuration register is 0x1
{modified}
"""  # noqa: W291 - the device prints these blanks


def render_version(hostname: str, serial: str, mac: str, uptime_s: float, modified: str) -> str:
    """The whole text.

    Args:
        hostname: of the device.
        serial: of the chassis.
        mac: of the internal switch port, dotted.
        uptime_s: seconds since it booted.
        modified: the last line: when and by whom the configuration was changed.
    """
    licence = "".join(f"{name:<34}: {value:<15}{term}\n" for name, value, term in _LICENCE)
    return _TEXT.format(
        hostname=hostname,
        uptime=asa_uptime(uptime_s),
        mac=mac,
        ports=_ports(mac),
        licence=licence,
        serial=serial,
        modified=modified,
    )


def _ports(mac: str) -> str:
    """The eight switch ports, counted down from the address of the internal one."""
    first = int(mac.replace(".", ""), 16) - 8
    rows = []
    for port in range(8):
        digits = f"{first + port:012x}"
        dotted = f"{digits[:4]}.{digits[4:8]}.{digits[8:]}"
        rows.append(f" {port + 1}: Ext: Ethernet0/{port}         : address is {dotted}, irq 255\n")
    return "".join(rows)
