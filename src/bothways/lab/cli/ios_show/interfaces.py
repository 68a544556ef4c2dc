"""Interfaces, VLANs, ARP and MAC addresses of the 3560, as it prints them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bothways.lab.cli.ios_show.view import Arp, Mac, Port

_CABLE = (
    "  Keepalive set (10 sec)",
    "  Full-duplex, 100Mb/s, media type is 10/100BaseTX",
    "  input flow-control is off, output flow-control is unsupported ",
)
_SYSTEM_MACS = ("0100.0ccc.cccc", "0100.0ccc.cccd", "0180.c200.0000", "ffff.ffff.ffff")


def render_brief(ports: Iterable[Port]) -> str:
    """`show ip interface brief`."""
    rows = ["Interface              IP-Address      OK? Method Status                Protocol"]
    for port in ports:
        address = str(port.address.ip) if port.address else "unassigned"
        method = "NVRAM" if port.address or port.virtual else "unset"
        rows.append(f"{port.name:<22} {address:<15} YES {method:<6} {port.status:<21} {port.protocol:<8}")
    return _text(rows)


def render_interfaces(ports: Iterable[Port]) -> str:
    """`show interfaces`."""
    return "".join(_interface(port) for port in ports)


def _interface(port: Port) -> str:
    if port.loopback:
        return _loopback(port)
    hardware = "EtherSVI" if port.virtual else "Fast Ethernet"
    if port.name.startswith("Gigabit"):
        hardware = "Gigabit Ethernet"
    speed = {"EtherSVI": 1000000, "Gigabit Ethernet": 1000000}.get(hardware, 100000)
    lines = [
        f"{port.name} is {port.status}, line protocol is {port.protocol} {_link_word(port)}".rstrip() + " ",
        f"  Hardware is {hardware}, address is {port.mac} (bia {port.mac})",
        *([f"  Description: {port.description}"] if port.description else []),
        *([f"  Internet address is {port.address}"] if port.address else []),
        f"  MTU 1500 bytes, BW {speed} Kbit, DLY {10 if port.virtual else 100} usec, ",
        "     reliability 255/255, txload 1/255, rxload 1/255",
        "  Encapsulation ARPA, loopback not set",
        *([] if port.virtual else _CABLE),
        "  ARP type: ARPA, ARP Timeout 04:00:00",
        "  Last input never, output never, output hang never",
        '  Last clearing of "show interface" counters never',
        "  Input queue: 0/75/0/0 (size/max/drops/flushes); Total output drops: 0",
        "  Queueing strategy: fifo",
        "  Output queue: 0/40 (size/max)",
        "  5 minute input rate 0 bits/sec, 0 packets/sec",
        "  5 minute output rate 0 bits/sec, 0 packets/sec",
        "     0 packets input, 0 bytes, 0 no buffer",
        "     Received 0 broadcasts (0 multicasts)",
        "     0 runts, 0 giants, 0 throttles",
        "     0 input errors, 0 CRC, 0 frame, 0 overrun, 0 ignored",
        "     0 packets output, 0 bytes, 0 underruns",
        "     0 output errors, 0 interface resets",
        "     0 output buffer failures, 0 output buffers swapped out",
    ]  # fmt: skip
    return _text(lines)


def _loopback(port: Port) -> str:
    return _text(
        [
            f"{port.name} is {port.status}, line protocol is {port.protocol} ",
            "  Hardware is Loopback",
            *([f"  Internet address is {port.address}"] if port.address else []),
            "  MTU 1514 bytes, BW 8000000 Kbit, DLY 5000 usec, ",
            "     reliability 255/255, txload 1/255, rxload 1/255",
            "  Encapsulation LOOPBACK, loopback not set",
        ]
    )


def _link_word(port: Port) -> str:
    if port.virtual:
        return ""
    if not port.admin_up:
        return "(disabled)"
    return "(connected)" if port.link_up else "(notconnect)"


def render_ip_interfaces(ports: Iterable[Port]) -> str:
    """`show ip interface`."""
    return "".join(_ip_interface(port) for port in ports)


def _ip_interface(port: Port) -> str:
    head = f"{port.name} is {port.status}, line protocol is {port.protocol}"
    if port.vlan is not None:
        return _text([head, "  Inbound  access list is not set"])
    if port.address is None:
        return _text([head, "  Internet protocol processing disabled"])
    policy = f"enabled, using route map {port.policy}" if port.policy else "disabled"
    return _text(
        [
            head,
            f"  Internet address is {port.address}",
            "  Broadcast address is 255.255.255.255",
            "  Address determined by non-volatile memory",
            "  MTU is 1500 bytes",
            "  Helper address is not set",
            "  Directed broadcast forwarding is disabled",
            f"  Outgoing access list is {port.access_group_out or 'not set'}",
            f"  Inbound  access list is {port.access_group_in or 'not set'}",
            "  Proxy ARP is enabled",
            "  Local Proxy ARP is disabled",
            "  Security level is default",
            "  Split horizon is enabled",
            "  ICMP redirects are always sent",
            "  ICMP unreachables are always sent",
            "  ICMP mask replies are never sent",
            "  IP fast switching is enabled",
            "  IP CEF switching is enabled",
            "  IP multicast fast switching is enabled",
            "  Router Discovery is disabled",
            "  IP output packet accounting is disabled",
            "  TCP/IP header compression is disabled",
            f"  Policy routing is {policy}",
            f"  Network address translation is {_translation(port)}",
            "  BGP Policy Mapping is disabled",
        ]
    )


def _translation(port: Port) -> str:
    return f"enabled, interface in domain {port.nat}" if port.nat else "disabled"


def render_arp(rows: Iterable[Arp]) -> str:
    """`show ip arp`: ages in minutes, `-` for our own, no interface while incomplete."""
    lines = ["Protocol  Address          Age (min)  Hardware Addr   Type   Interface"]
    for row in rows:
        age = "-" if row.age_s is None else str(int(row.age_s // 60))
        mac = row.mac or "Incomplete"
        interface = f"   {row.interface}" if row.mac else ""
        lines.append(f"Internet  {row.address!s:<15}{age:>10}   {mac:<14}  ARPA{interface}")
    return _text(lines)


def render_macs(rows: Iterable[Mac]) -> str:
    """`show mac address-table`."""
    rows = list(rows)
    lines = [
        "          Mac Address Table",
        "-------------------------------------------",
        "",
        "Vlan    Mac Address       Type        Ports",
        "----    -----------       --------    -----",
        *(f" All    {mac}    STATIC      CPU" for mac in _SYSTEM_MACS),
        *(f"{row.vlan:>4}    {row.mac}    {row.kind:<8}    {row.port}" for row in rows),
        f"Total Mac Addresses for this criterion: {len(rows) + len(_SYSTEM_MACS)}",
    ]
    return _text(lines)


def render_vlans(vlans: Mapping[int, str], ports: Iterable[Port]) -> str:
    """`show vlan brief`."""
    members: dict[int, list[str]] = {}
    for port in ports:
        if port.vlan is not None:
            members.setdefault(port.vlan, []).append(port.short)
    lines = [
        "",
        "VLAN Name                             Status    Ports",
        "---- -------------------------------- --------- -------------------------------",
    ]
    for number, name in sorted(vlans.items()):
        own = members.get(number, [])
        groups = [", ".join(own[at : at + 4]) for at in range(0, len(own), 4)] or [""]
        lines.append(f"{number:<4} {name:<32} {'active':<9} {groups[0]}".rstrip())
        lines += [" " * 48 + group for group in groups[1:]]
    for number, name in ((1002, "fddi"), (1003, "token-ring"), (1004, "fddinet"), (1005, "trnet")):
        lines.append(f"{number:<4} {name + '-default':<32} act/unsup")
    return _text(lines)


def _text(lines: Iterable[str]) -> str:
    return "".join(f"{line}\n" for line in lines)
