"""What the data plane of the ASA needs, compiled from its configuration."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Interface, IPv4Network

from bothways.lab.acl import Ace, AceReader
from bothways.lab.asa.nat import NatRule
from bothways.lab.asa.nat_lines import read_rules
from bothways.lab.asa.objects import Objects
from bothways.lab.asa.policy import Policies, read_policies
from bothways.lab.config_tree import ConfigTree, Line
from bothways.lab.eigrp_packets import Advertised

SEVERITIES = ("emergencies", "alerts", "critical", "errors", "warnings", "notifications", "informational",
              "debugging")  # fmt: skip
_DURATION = re.compile(r"(\d+):(\d+):(\d+)")


def seconds(text: str) -> float:
    """`0:15:00` in seconds."""
    found = _DURATION.fullmatch(text)
    if found is None:
        return 0.0
    hours, minutes, rest = (int(part) for part in found.groups())
    return float(hours * 3600 + minutes * 60 + rest)


@dataclass(frozen=True, slots=True)
class AsaInterface:
    """A routed interface.

    Attributes:
        hardware: `Vlan1`.
        nameif: `inside`, "" when it has none and so passes nothing.
        security: 0 to 100.
        address: with its mask; None without.
        shutdown: whether it is down by configuration.
        ports: the switch ports that belong to it.
    """

    hardware: str
    nameif: str
    security: int
    address: IPv4Interface | None
    shutdown: bool
    ports: tuple[str, ...]

    @property
    def vlan(self) -> int | None:
        """The tag of its frames behind the built-in switch; None where there is no such switch."""
        number = self.hardware.removeprefix("Vlan")
        return int(number) if number.isdigit() else None


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Global timers, seconds."""

    conn: float = 3600.0
    half_closed: float = 600.0
    udp: float = 120.0
    icmp: float = 2.0
    embryonic: float = 30.0
    pat_xlate: float = 30.0


@dataclass(frozen=True)
class AsaSettings:
    """Everything, typed.

    Attributes:
        interfaces: by nameif.
        hardware: every routed interface, with or without nameif, by hardware name.
        intra, inter: the two same-security permits.
        acls: entries by list.
        access_groups: list by (nameif, in or out).
        global_acl: the list of `access-group X global`.
        statics: (nameif, network, next hop, distance).
        eigrp: number of the process, 0 without.
        eigrp_networks, redistributed, passive: of that process.
        policies: the service policies.
        buffered: highest severity that is buffered, -1 for none.
        timestamps: whether messages carry the time.
        reset_outbound, reset_inbound: nameifs on which denied TCP is answered.
        nat: translations, in the order in which they are looked at.
        reverse_path: nameifs that refuse a source which is not routed back through them.
    """

    interfaces: Mapping[str, AsaInterface] = field(default_factory=dict)
    hardware: Mapping[str, AsaInterface] = field(default_factory=dict)
    intra: bool = False
    inter: bool = False
    acls: Mapping[str, tuple[Ace, ...]] = field(default_factory=dict)
    access_groups: Mapping[tuple[str, str], str] = field(default_factory=dict)
    global_acl: str = ""
    statics: tuple[tuple[str, IPv4Network, IPv4Address, int], ...] = ()
    eigrp: int = 0
    eigrp_networks: tuple[IPv4Network, ...] = ()
    redistributed: Advertised | None = None
    passive: frozenset[str] = frozenset()
    policies: Policies = field(default_factory=Policies)
    timeouts: Timeouts = field(default_factory=Timeouts)
    logging: bool = False
    buffered: int = -1
    timestamps: bool = False
    reset_outbound: frozenset[str] = frozenset()
    reset_inbound: frozenset[str] = frozenset()
    reverse_path: frozenset[str] = frozenset()
    nat: tuple[NatRule, ...] = ()


def compile_settings(config: ConfigTree) -> AsaSettings:
    """Read the whole tree."""
    hardware = _interfaces(config)
    interfaces = {one.nameif: one for one in hardware.values() if one.nameif}
    acls = _acls(config)
    groups, global_acl = _access_groups(config)
    routers = list(config.sections("router eigrp "))
    router = routers[0] if routers else Line("")
    return AsaSettings(
        interfaces=interfaces,
        hardware=hardware,
        intra=config.root.has("same-security-traffic permit intra-interface"),
        inter=config.root.has("same-security-traffic permit inter-interface"),
        acls=acls,
        access_groups=groups,
        global_acl=global_acl,
        statics=_statics(config),
        eigrp=int(router.text.split()[-1]) if router.text else 0,
        eigrp_networks=tuple(_network(text) for text in router.texts("network ")),
        redistributed=_redistributed(router),
        passive=frozenset(text.split()[-1] for text in router.texts("passive-interface ")),
        policies=read_policies(config, acls),
        timeouts=_timeouts(config),
        logging=config.root.has("logging enable"),
        buffered=_severity(config.root.first("logging buffered ")),
        timestamps=config.root.has("logging timestamp"),
        reset_outbound=_resets(config, interfaces, "resetoutbound", by_default=True),
        reset_inbound=_resets(config, interfaces, "resetinbound", by_default=False),
        nat=read_rules(config, {name: one.address.ip for name, one in interfaces.items() if one.address}),
        reverse_path=frozenset(
            text.split()[-1] for text in config.root.texts("ip verify reverse-path interface ")
        ),
    )


def _interfaces(config: ConfigTree) -> dict[str, AsaInterface]:
    sections = list(config.sections("interface "))
    members: dict[str, list[str]] = {}
    for section in sections:
        port = section.text.split()[1]
        if port.startswith("Ethernet"):
            vlan = section.first("switchport access vlan ") or "1"
            members.setdefault(f"Vlan{vlan}", []).append(port)
    return {
        name: _interface(section, tuple(members.get(name, ())))
        for section in sections
        if not (name := section.text.split()[1]).startswith("Ethernet")
    }


def _interface(section: Line, ports: tuple[str, ...]) -> AsaInterface:
    words = (section.first("ip address ") or "").split()
    address = IPv4Interface(f"{words[0]}/{words[1]}") if len(words) > 1 else None
    return AsaInterface(
        hardware=section.text.split()[1],
        nameif=section.first("nameif ") or "",
        security=int(section.first("security-level ") or 0),
        address=address,
        shutdown=section.has("shutdown"),
        ports=ports,
    )


def _acls(config: ConfigTree) -> dict[str, tuple[Ace, ...]]:
    objects = Objects.of(config)
    found: dict[str, list[Ace]] = {}
    for text in config.root.texts("access-list "):
        _, name, kind, *words = text.split()
        aces = found.setdefault(name, [])
        if kind == "extended":
            aces += [AceReader(each, wildcards=False).read(text) for each in objects.expanded(tuple(words))]
    return {name: tuple(aces) for name, aces in found.items()}


def _access_groups(config: ConfigTree) -> tuple[dict[tuple[str, str], str], str]:
    groups: dict[tuple[str, str], str] = {}
    global_acl = ""
    for text in config.root.texts("access-group "):
        words = text.split()
        if words[2] == "global":
            global_acl = words[1]
        else:
            groups[(words[4], words[2])] = words[1]
    return groups, global_acl


def _network(text: str) -> IPv4Network:
    words = text.split()[1:]
    return IPv4Network(f"{words[0]}/{words[1]}" if len(words) > 1 else _classful(words[0]), strict=False)


def _classful(address: str) -> str:
    first = int(address.split(".", maxsplit=1)[0])
    return f"{address}/{8 if first < 128 else 16 if first < 192 else 24}"


def _redistributed(router: Line) -> Advertised | None:
    """The metric under which static routes are told; the network is filled in for each of them."""
    text = router.first("redistribute static")
    if text is None:
        return None
    words = text.split()
    bandwidth, delay = (int(words[1]), int(words[2])) if words[:1] == ["metric"] else (100_000, 10)
    return Advertised(IPv4Network("0.0.0.0/0"), delay, bandwidth, external=True)


def _statics(config: ConfigTree) -> tuple[tuple[str, IPv4Network, IPv4Address, int], ...]:
    rows = []
    for text in config.root.texts("route "):
        words = text.split()
        distance = int(words[5]) if len(words) > 5 else 1
        rows.append((words[1], IPv4Network(f"{words[2]}/{words[3]}"), IPv4Address(words[4]), distance))
    return tuple(rows)


def _timeouts(config: ConfigTree) -> Timeouts:
    words = (config.root.first("timeout conn ") or "1:00:00").split()
    named = dict(zip(words[1::2], words[2::2], strict=False))
    return Timeouts(
        conn=seconds(words[0]),
        half_closed=seconds(named.get("half-closed", "0:10:00")),
        udp=seconds(named.get("udp", "0:02:00")),
        icmp=seconds(named.get("icmp", "0:00:02")),
        pat_xlate=seconds(config.root.first("timeout pat-xlate ") or "0:00:30"),
    )


def _severity(word: str | None) -> int:
    if word is None:
        return -1
    return SEVERITIES.index(word) if word in SEVERITIES else int(word)


def _resets(
    config: ConfigTree, interfaces: Mapping[str, AsaInterface], word: str, *, by_default: bool
) -> frozenset[str]:
    chosen = set(interfaces) if by_default else set()
    for child in config.root.children:
        text = child.text.removeprefix("no ")
        if not text.startswith(f"service {word}"):
            continue
        named = text.removeprefix(f"service {word}").split()
        names = {named[1]} if named else set(interfaces)
        chosen = chosen - names if child.text.startswith("no ") else chosen | names
    return frozenset(chosen)
