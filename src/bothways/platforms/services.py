"""Port numbers behind the service names that access lists print."""

from __future__ import annotations

from collections.abc import Mapping

_BOTH = {"domain": 53, "sunrpc": 111, "talk": 517, "discard": 9, "echo": 7, "tacacs": 49, "kerberos": 750}
_BOTH |= {"sip": 5060, "nfs": 2049, "cifs": 3020, "pim-auto-rp": 496, "http": 80, "www": 80, "rsh": 514}

TCP_SERVICES: Mapping[str, int] = _BOTH | {
    "aol": 5190,
    "bgp": 179,
    "chargen": 19,
    "cmd": 514,
    "citrix-ica": 1494,
    "ctiqbe": 2748,
    "daytime": 13,
    "drip": 3949,
    "exec": 512,
    "finger": 79,
    "ftp": 21,
    "ftp-data": 20,
    "gopher": 70,
    "h323": 1720,
    "hostname": 101,
    "https": 443,
    "ident": 113,
    "imap4": 143,
    "irc": 194,
    "klogin": 543,
    "kshell": 544,
    "ldap": 389,
    "ldaps": 636,
    "login": 513,
    "lotusnotes": 1352,
    "lpd": 515,
    "netbios-ssn": 139,
    "nntp": 119,
    "pcanywhere-data": 5631,
    "pop2": 109,
    "pop3": 110,
    "pptp": 1723,
    "rtsp": 554,
    "smtp": 25,
    "sqlnet": 1521,
    "ssh": 22,
    "telnet": 23,
    "time": 37,
    "uucp": 540,
    "whois": 43,
    "msrpc": 135,
}

UDP_SERVICES: Mapping[str, int] = _BOTH | {
    "biff": 512,
    "bootpc": 68,
    "bootps": 67,
    "dnsix": 195,
    "isakmp": 500,
    "mobile-ip": 434,
    "nameserver": 42,
    "netbios-dgm": 138,
    "netbios-ns": 137,
    "netbios-ss": 139,
    "non500-isakmp": 4500,
    "ntp": 123,
    "pcanywhere-status": 5632,
    "radius": 1645,
    "radius-acct": 1646,
    "rip": 520,
    "ripng": 521,
    "secureid-udp": 5510,
    "snmp": 161,
    "snmptrap": 162,
    "syslog": 514,
    "tftp": 69,
    "time": 37,
    "vxlan": 4789,
    "who": 513,
    "xdmcp": 177,
}


def port_number(text: str, protocol: str) -> int | None:
    """A port printed as number or name; None for a name we do not know."""
    if text.isdecimal() and len(text) <= 5:
        number = int(text)
        return number if number <= 65535 else None
    services = {"tcp": TCP_SERVICES, "udp": UDP_SERVICES}.get(protocol)
    return services.get(text) if services else None
