"""The configuration words of IOS, mode by mode."""

from __future__ import annotations

from bothways.lab.cli.dialect import ConfigLine, Meaning

PLAIN = ConfigLine()

_ACE_TAIL = "[ established ] [ log | log-input ] [ time-range <word> ]"
_ACE = f"( permit | deny ) <proto> <iosaddr> [ <ports> ] <iosaddr> [ <ports> | <icmptype> ] {_ACE_TAIL}"
_STANDARD_ACE = "( permit | deny ) ( any | host <ip> | <ip> [ <ip> ] ) [ log ]"

_SPAN = "<if> [ - <n> ]"
_LATER_SPANS = f"[ , {_SPAN} [ , {_SPAN} [ , {_SPAN} [ , {_SPAN} ] ] ] ]"  # documented: five in all

_SECTIONS = {
    "interface <if>": "config-if",
    f"interface range {_SPAN} {_LATER_SPANS}": "config-if-range",
    "route-map <word> [ ( permit | deny ) [ <n> ] ]": "config-route-map",
    "ip access-list extended <word>": "config-ext-nacl",
    "ip access-list standard <word>": "config-std-nacl",
    "class-map [ match-all | match-any ] <word>": "config-cmap",
    "policy-map <word>": "config-pmap",
    "router eigrp <n>": "config-router",
    "router ospf <n>": "config-router",
    "vlan <n>": "config-vlan",
    "ip vrf <word>": "config-vrf",
    "line ( vty | con | console ) <n> [ <n> ]": "config-line",
    "archive": "config-archive",
}

_GLOBAL = (
    f"[ no ] access-list <n> {_ACE}",
    f"[ no ] access-list <n> {_STANDARD_ACE}",
    "access-list <n> remark <line>",
    "no access-list <n>",
    "[ no ] ip route <ip> <ip> ( <ip> | <if> [ <ip> ] ) [ <n> ] [ name <word> ] [ permanent ]",
    "[ no ] ip route vrf <word> <ip> <ip> <ip> [ <n> ] [ name <word> ] [ permanent ]",
    "[ no ] ip nat inside source static <ip> <ip>",
    "[ no ] ip nat inside source static ( tcp | udp ) <ip> <n> <ip> <n> [ extendable ]",
    "[ no ] ip nat inside source static ( tcp | udp ) <ip> <n> interface <if> <n>",
    "[ no ] ip nat inside source list <word> interface <if> overload",
    "[ no ] ip nat inside source list <word> pool <word> [ overload ]",
    "[ no ] ip nat pool <word> <ip> <ip> ( netmask <ip> | prefix-length <n> )",
    "no ip nat pool <word>",
    "[ no ] ip nat translation ( timeout | tcp-timeout | udp-timeout ) ( <n> | never )",
    "[ no ] ip nat translation ( icmp-timeout | finrst-timeout ) ( <n> | never )",
    "[ no ] ip nat outside source static <ip> <ip> [ add-route | extendable ]",
    "[ no ] ip routing",
    "[ no ] ip domain-lookup",
    "[ no ] ip domain lookup",
    "[ no ] ip domain-name <word>",
    "[ no ] ip default-gateway <ip>",
    "[ no ] ip classless",
    "[ no ] ip subnet-zero",
    "[ no ] ip http ( server | secure-server )",
    "[ no ] ip ssh version <n>",
    "[ no ] ip scp server enable",
    "[ no ] ip local policy route-map <word>",
    "[ no ] hostname <word>",
    "no hostname",
    "sdm prefer ( access | default | routing | vlan )",
    "sdm prefer dual-ipv4-and-ipv6 ( default | routing | vlan )",
    "no sdm prefer",
    "[ no ] logging buffered [ <n> ] [ <severity> ]",
    "[ no ] logging ( console | monitor | trap ) [ <severity> ]",
    "[ no ] logging on",
    "[ no ] logging host <ip>",
    "[ no ] logging <ip>",
    "[ no ] logging source-interface <if>",
    "[ no ] ntp server <ip>",
    "[ no ] clock timezone <word> <line>",
    "[ no ] service <line>",
    "[ no ] username <word> <line>",
    "[ no ] enable ( secret | password ) <line>",
    "[ no ] aaa <line>",
    "[ no ] snmp-server <line>",
    "[ no ] spanning-tree <line>",
    "[ no ] errdisable <line>",
    "[ no ] link state track <n>",
    "[ no ] vtp <line>",
    "vlan internal allocation policy ( ascending | descending )",
    "[ no ] system mtu <line>",
    "[ no ] file prompt quiet",
    "[ no ] event manager <line>",
    "[ no ] crypto <line>",
    "[ no ] alias <line>",
    "[ no ] cdp run",
    "[ no ] boot system <line>",
)

_INTERFACE = (
    "[ no ] description <line>",
    "no description",
    "[ no ] ip address <ip> <ip> [ secondary ]",
    "no ip address",
    "[ no ] ip access-group <word> ( in | out )",
    "[ no ] ip nat ( inside | outside )",
    "[ no ] ip policy route-map <word>",
    "no ip policy",
    "[ no ] ip redirects",
    "[ no ] ip unreachables",
    "[ no ] ip proxy-arp",
    "[ no ] ip helper-address <ip>",
    "[ no ] ip verify unicast <line>",
    "[ no ] ip vrf forwarding <word>",
    "no ip vrf forwarding",
    "[ no ] shutdown",
    "[ no ] switchport",
    "[ no ] switchport mode ( access | trunk | dynamic ( auto | desirable ) )",
    "[ no ] switchport access vlan <n>",
    "no switchport access vlan",
    "[ no ] switchport trunk ( encapsulation ( dot1q | isl ) | native vlan <n> | allowed vlan <line> )",
    "[ no ] switchport nonegotiate",
    "[ no ] spanning-tree <line>",
    "[ no ] channel-group <n> mode ( on | active | passive | auto | desirable )",
    "[ no ] link state group [ <n> ] ( upstream | downstream )",
    "[ no ] speed ( auto | 10 | 100 | 1000 )",
    "[ no ] duplex ( auto | full | half )",
    "[ no ] mtu <n>",
    "[ no ] bandwidth <n>",
    "[ no ] load-interval <n>",
    "[ no ] standby <line>",
    "[ no ] service-policy ( input | output ) <word>",
    "[ no ] storm-control <line>",
)

_ROUTE_MAP = (
    "[ no ] match ip address <word> [ <word> ] [ <word> ]",
    "no match ip address",
    "[ no ] match length <n> <n>",
    "[ no ] match interface <if>",
    "[ no ] set ip next-hop <ip> [ <ip> ]",
    "[ no ] set ip next-hop verify-availability [ <ip> <n> track <n> ]",
    "[ no ] set ip default next-hop <ip>",
    "[ no ] set interface <if>",
    "[ no ] set default interface <if>",
    "[ no ] set ip ( precedence | tos ) <word>",
    "no set ip next-hop",
    "[ no ] description <line>",
)

_ROUTER = (
    "[ no ] network <ip> [ <ip> ] [ area <n> ]",
    "[ no ] redistribute <line>",
    "[ no ] auto-summary",
    "[ no ] passive-interface ( default | <if> )",
    "[ no ] eigrp <line>",
    "[ no ] router-id <ip>",
    "[ no ] default-metric <line>",
    "[ no ] neighbor <line>",
    "[ no ] no-summary",
)

_QOS_CLASS = ("[ no ] match access-group <word>", "[ no ] match ip dscp <word>", "[ no ] description <line>")

LINES: dict[str, tuple[str, ...]] = {
    "config": _GLOBAL,
    "config-if": _INTERFACE,
    "config-if-range": _INTERFACE,
    "config-route-map": _ROUTE_MAP,
    "config-ext-nacl": (f"[ no ] [ <n> ] {_ACE}", "[ no ] [ <n> ] remark <line>", "no <n>"),
    "config-std-nacl": (f"[ no ] [ <n> ] {_STANDARD_ACE}", "[ no ] [ <n> ] remark <line>", "no <n>"),
    "config-cmap": _QOS_CLASS,
    "config-pmap": ("[ no ] description <line>",),
    "config-pmap-c": ("[ no ] ( set | police | trust ) <line>",),
    "config-router": _ROUTER,
    "config-vrf": ("[ no ] rd <word>", "[ no ] description <line>",
                   "[ no ] route-target ( import | export | both ) <word>"),
    "config-vlan": ("[ no ] name <word>", "[ no ] shutdown", "[ no ] state ( active | suspend )"),
    "config-line": (
        "[ no ] ( login | transport | password | exec-timeout | logging | length | width ) [ <line> ]",
        "[ no ] privilege level <n>",
        "[ no ] access-class <word> ( in | out )",
    ),
    "config-archive": (
        "[ no ] path <line>", "[ no ] maximum <n>", "[ no ] write-memory", "[ no ] log <line>",
    ),
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
