"""The configuration words of the ASA, mode by mode."""

from __future__ import annotations

from bothways.lab.cli.dialect import ConfigLine, Meaning

PLAIN = ConfigLine()

_ACE_TAIL = "[ log [ disable | default | <severity> | <n> ] [ interval <n> ] ] [ inactive ]"
_ACE = (
    "[ line <n> ] [ extended ] ( permit | deny ) ( <proto> | object <word> | object-group <word> ) "
    f"<asaaddr> [ <ports> ] <asaaddr> [ <ports> | <icmptype> ] {_ACE_TAIL}"
)

_SECTIONS = {
    "interface <if>": "config-if",
    "class-map [ match-all | match-any ] <word>": "config-cmap",
    "class-map type inspect <word> [ match-all | match-any ] <word>": "config-cmap",
    "policy-map <word>": "config-pmap",
    "policy-map type inspect <word> <word>": "config-pmap",
    "object network <word>": "config-network-object",
    "object service <word>": "config-service-object",
    "object-group network <word>": "config-network-object-group",
    "object-group service <word> [ tcp | udp | tcp-udp ]": "config-service-object-group",
    "router eigrp <n>": "config-router",
    "event manager applet <word>": "config-applet",
}

_GLOBAL = (
    f"[ no ] access-list <word> {_ACE}",
    "[ no ] access-list <word> [ line <n> ] remark <line>",
    "[ no ] access-group <word> ( in | out ) interface <word> [ control-plane | per-user-override ]",
    "[ no ] access-group <word> global",
    "clear configure access-list <word>",
    "clear configure ( class-map | policy-map | service-policy ) [ <word> ]",
    "[ no ] same-security-traffic permit ( inter-interface | intra-interface )",
    "[ no ] service-policy <word> ( global | interface <word> ) [ fail-close ]",
    "[ no ] service ( resetinbound | resetoutbound ) [ interface <word> ]",
    "[ no ] service resetoutside",
    "[ no ] route <word> <ip> <ip> <ip> [ <n> ] [ track <n> | tunneled ]",
    "[ no ] hostname <word>",
    "[ no ] domain-name <word>",
    "[ no ] logging enable",
    "[ no ] logging timestamp",
    "[ no ] logging standby",
    "[ no ] logging buffer-size <n>",
    "[ no ] logging ( buffered | console | monitor | trap | asdm | history ) [ <severity> | <n> | <word> ]",
    "[ no ] logging host <word> <ip>",
    "[ no ] logging message <n> [ level <severity> ]",
    "[ no ] nat <line>",
    "[ no ] names",
    "[ no ] name <ip> <word>",
    "[ no ] timeout <line>",
    "[ no ] sysopt <line>",
    "[ no ] ip verify reverse-path interface <word>",
    "[ no ] ip audit <line>",
    "[ no ] mtu <word> <n>",
    "[ no ] pager [ lines ] [ <n> ]",
    "[ no ] threat-detection <line>",
    "[ no ] icmp <line>",
    "[ no ] arp timeout <n>",
    "[ no ] ssh <line>",
    "[ no ] telnet <line>",
    "[ no ] console timeout <n>",
    "[ no ] http <line>",
    "[ no ] aaa <line>",
    "[ no ] username <word> <line>",
    "[ no ] enable password <line>",
    "[ no ] passwd <line>",
    "[ no ] snmp-server <line>",
    "[ no ] ntp <line>",
    "[ no ] clock <line>",
    "[ no ] dhcpd <line>",
    "[ no ] crypto <line>",
    "[ no ] ftp mode passive",
    "[ no ] boot system <line>",
    "[ no ] asdm <line>",
    "[ no ] user-identity <line>",
    "[ no ] no-monitor-interface <word>",
    "[ no ] monitor-interface <word>",
    "[ no ] tls-proxy <line>",
    "[ no ] failover [ <line> ]",
    "[ no ] prompt <line>",
    "[ no ] call-home <line>",
    "[ no ] banner <line>",
)

_INTERFACE = (
    "[ no ] nameif [ <word> ]",
    "[ no ] security-level <n>",
    "no security-level",
    "[ no ] ip address <ip> [ <ip> ] [ standby <ip> ]",
    "[ no ] ip address dhcp [ setroute ]",
    "no ip address",
    "[ no ] shutdown",
    "[ no ] description <line>",
    "no description",
    "[ no ] switchport access vlan <n>",
    "[ no ] switchport mode ( access | trunk )",
    "[ no ] switchport trunk ( allowed | native ) vlan <line>",
    "[ no ] forward interface vlan <n>",
    "[ no ] mac-address <mac>",
    "[ no ] speed ( auto | 10 | 100 | 1000 )",
    "[ no ] duplex ( auto | full | half )",
    "[ no ] delay <n>",
    "[ no ] management-only",
    "[ no ] vlan <n>",
)

_CLASS_OF_POLICY = (
    "[ no ] set connection advanced-options ( tcp-state-bypass | sctp-state-bypass | <word> )",
    "[ no ] set connection random-sequence-number ( enable | disable )",
    "no set connection random-sequence-number",
    "[ no ] set connection timeout <timers>",
    "[ no ] set connection ( conn-max | embryonic-conn-max | per-client-max | per-client-embryonic-max ) <n>",
    "[ no ] set connection decrement-ttl",
    "no set connection timeout",
    "[ no ] inspect <line>",
    "[ no ] ips ( inline | promiscuous ) ( fail-open | fail-close ) [ sensor <word> ]",
    "[ no ] police <line>",
    "[ no ] priority",
)

_MATCH = (
    "[ no ] match access-list <word>",
    "[ no ] match any",
    "[ no ] match default-inspection-traffic",
    "[ no ] match port ( tcp | udp ) ( eq <port> | range <port> <port> )",
    "[ no ] match flow ip destination-address",
    "[ no ] match tunnel-group <word>",
    "[ no ] match ( dscp | precedence ) <line>",
    "[ no ] description <line>",
    "no match",
)

LINES: dict[str, tuple[str, ...]] = {
    "config": _GLOBAL,
    "config-if": _INTERFACE,
    "config-cmap": _MATCH,
    "config-pmap": ("[ no ] description <line>", "[ no ] parameters", "[ no ] message-length <line>",
                    "[ no ] match <line>"),
    "config-pmap-c": _CLASS_OF_POLICY,
    "config-network-object": ("[ no ] ( host <ip> | subnet <ip> <ip> | range <ip> <ip> | fqdn <word> )",
                              "[ no ] nat <word> ( static | dynamic ) <line>", "[ no ] description <line>"),
    "config-service-object": ("[ no ] service <line>", "[ no ] description <line>"),
    "config-network-object-group": (
        "[ no ] network-object ( host <ip> | object <word> | <ip> <ip> )",
        "[ no ] group-object <word>", "[ no ] description <line>"),
    "config-service-object-group": (
        "[ no ] port-object ( eq <port> | range <port> <port> )", "[ no ] service-object <line>",
        "[ no ] group-object <word>", "[ no ] description <line>"),
    "config-router": ("[ no ] network <ip> [ <ip> ]", "[ no ] redistribute <line>", "[ no ] auto-summary",
                      "[ no ] passive-interface ( default | <word> )", "[ no ] eigrp <line>",
                      "[ no ] default-information <line>", "[ no ] default-metric <line>"),
    "config-applet": ("[ no ] description <line>", "[ no ] event <line>", "[ no ] action <line>",
                      "[ no ] output <line>"),
}  # fmt: skip
"""Plain lines of each configuration mode."""


def patterns(mode: str) -> list[tuple[str, Meaning]]:
    """All configuration patterns of a mode, headers of sections first."""
    found: list[tuple[str, Meaning]] = []
    if mode == "config":
        for header, entered in _SECTIONS.items():
            found += [(header, ConfigLine(entered)), (f"no {header}", PLAIN)]
    if mode == "config-pmap":
        found += [("class <word>", ConfigLine("config-pmap-c")), ("no class <word>", PLAIN)]
    return found + [(line, PLAIN) for line in LINES[mode]]
