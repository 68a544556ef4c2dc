"""Modular policy framework: which connection gets which treatment.

Documented: one policy per interface and one global; for one kind of feature the interface's policy wins as a
whole; within a map only the first class that matches counts, per kind. Connection settings (randomisation and
timeouts) and state bypass are two kinds, so that a class with timeouts does not shadow a later bypass.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Network
from itertools import pairwise

from bothways.lab.acl import PORTS, Ace, Ports, first_match
from bothways.lab.config_tree import ConfigTree, Line
from bothways.lab.frames import ICMP, TCP, UDP, Packet

ANY = (IPv4Network("0.0.0.0/0"),)
KINDS = ("connection", "bypass", "module", "inspection", "echo")
"""Which class decides is asked for each kind by itself."""
_ANNOUNCED = "announced"
"""One more, of TFTP requests alone."""

_PROXIES = frozenset(
    ("ctiqbe", "dcerpc", "esmtp", "ftp", "h323", "http", "ils", "im", "mmp", "pptp", "rsh", "rtsp",
     "sip", "skinny", "sqlnet", "sunrpc")
)  # fmt: skip
"""Inspections that read TCP, and so put it in order first."""


@dataclass(frozen=True, slots=True)
class PolicyClass:
    """A class in a policy map, with what it does.

    Attributes:
        name: of the class map.
        acl: its access list, "" for another kind of match.
        aces: what matches; None means everything.
        lines: the actions, as the configuration has them.
        bypass: `tcp-state-bypass`.
        randomise: None when the class does not say.
        timeouts: seconds by `idle`, `embryonic`, `half-closed`; None when the class sets none.
        idle_reset: whether an idle connection is reset on both sides.
        dcd: seconds between probes of idle ends, and their number; None without.
        inspects: protocols.
        module: `inline` or `promiscuous`: whether a service module gets packets or copies; "" for neither.
    """

    name: str
    acl: str
    aces: tuple[Ace, ...] | None
    lines: tuple[str, ...]
    bypass: bool = False
    randomise: bool | None = None
    timeouts: Mapping[str, float] | None = None
    idle_reset: bool = False
    dcd: tuple[float, int] | None = None
    inspects: tuple[str, ...] = ()
    module: str = ""

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds of feature that this class decides."""
        carried = {
            "connection": self.randomise is not None or self.timeouts is not None,
            "bypass": self.bypass,
            "module": bool(self.module),
            "inspection": bool(_PROXIES & set(self.inspects)),
            "echo": "icmp" in self.inspects,
            _ANNOUNCED: "tftp" in self.inspects,
        }
        return frozenset(kind for kind, there in carried.items() if there)

    def matches(self, packet: Packet) -> bool:
        """Whether a packet belongs to the class."""
        if self.aces is None:
            return True
        ace = first_match(self.aces, packet)
        return ace is not None and ace.permit


@dataclass(frozen=True, slots=True)
class PolicyMap:
    """Classes in order."""

    name: str
    classes: tuple[PolicyClass, ...]


@dataclass(frozen=True, slots=True)
class Treatment:
    """What a new connection gets.

    Attributes:
        bypass: no state check, no randomisation.
        randomise: whether initial sequence numbers are changed.
        timeouts: those that a class sets.
        idle_reset: RST to both sides when it idles out.
        module: a service module looks into it.
        in_order: TCP segments are put in order, for a module or an inspection.
        dcd: seconds between probes of idle ends, and their number; None without.
        inspects_echo: whether echo replies belong to their request.
        announces: a TFTP server's answer may come from any port.
        classes: (interface or `global`, policy, class) that decided.
    """

    bypass: bool = False
    randomise: bool = True
    timeouts: Mapping[str, float] = field(default_factory=dict)
    idle_reset: bool = False
    module: bool = False
    in_order: bool = False
    dcd: tuple[float, int] | None = None
    inspects_echo: bool = False
    announces: bool = False
    classes: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True)
class Policies:
    """All maps, and where they are in service.

    Attributes:
        maps: by name.
        services: map name by nameif, `global` for the global one.
    """

    maps: Mapping[str, PolicyMap] = field(default_factory=dict)
    services: Mapping[str, str] = field(default_factory=dict)

    def treatment(self, interfaces: Iterable[str], packet: Packet) -> Treatment:
        """The treatment of a new connection.

        Args:
            interfaces: nameifs it uses, the one it comes in by first.
            packet: its first.
        """
        chosen: dict[str, tuple[str, PolicyMap, PolicyClass]] = {}
        places = [*dict.fromkeys(interfaces), "global"]
        request = (packet.protocol, packet.dport) == (UDP, PORTS["tftp"])
        for kind in (*KINDS, _ANNOUNCED) if request else KINDS:
            for place in places:
                policy = self.maps.get(self.services.get(place, ""))
                if policy is None or not any(kind in one.kinds for one in policy.classes):
                    continue
                found = next(
                    (one for one in policy.classes if kind in one.kinds and one.matches(packet)), None
                )
                if found is not None:
                    chosen[kind] = (place, policy, found)
                break
        settings = chosen.get("connection")
        bypass = "bypass" in chosen and packet.protocol == TCP
        one = settings[2] if settings else None
        module = not bypass and "module" in chosen and chosen["module"][2].module == "inline"
        return Treatment(
            bypass=bypass,
            randomise=not bypass and (one is None or one.randomise is not False),
            timeouts=(one.timeouts or {}) if one else {},
            idle_reset=bool(one and one.idle_reset),
            module=module,
            in_order=packet.protocol == TCP and not bypass and (module or "inspection" in chosen),
            dcd=one.dcd if one else None,
            inspects_echo=packet.protocol == ICMP and "echo" in chosen,
            announces=_ANNOUNCED in chosen,
            classes=tuple((place, policy.name, found.name) for place, policy, found in chosen.values()),
        )


def read_policies(config: ConfigTree, acls: Mapping[str, tuple[Ace, ...]]) -> Policies:
    """All policies of a configuration."""
    matches = {
        section.text.split()[-1]: section
        for section in config.sections("class-map ")
        if " type " not in section.text
    }
    maps = {
        name: PolicyMap(
            name,
            tuple(
                _read_class(child, matches, acls)
                for child in section.children
                if child.text.startswith("class ")
            ),
        )
        for section in config.sections("policy-map ")
        if " type " not in section.text
        for name in [section.text.split()[-1]]
    }
    services = {}
    for text in config.root.texts("service-policy "):
        words = text.split()
        services["global" if words[2] == "global" else words[3]] = words[1]
    return Policies(maps, services)


def _read_class(line: Line, matches: Mapping[str, Line], acls: Mapping[str, tuple[Ace, ...]]) -> PolicyClass:
    name = line.text.split()[1]
    acl, aces = _read_match(name, matches.get(name), acls)
    words = (line.first("set connection timeout ") or "").split()
    random = line.first("set connection random-sequence-number ")
    return PolicyClass(
        name,
        acl,
        aces,
        tuple(child.text for child in line.children),
        bypass=line.has("set connection advanced-options tcp-state-bypass"),
        randomise=None if random is None else random != "disable",
        timeouts=read_timers(words) if words else None,
        idle_reset="reset" in words,
        dcd=_read_dcd(words),
        inspects=tuple(text.split()[1] for text in line.texts("inspect ")),
        module=next((text.split()[1] for text in line.texts("ips ")), ""),
    )


def read_timers(words: list[str]) -> dict[str, float]:
    """`idle 0:15:00 reset embryonic 0:0:10` in seconds."""
    found = {}
    for name, value in pairwise(words):
        if name in ("idle", "embryonic", "half-closed") and ":" in value:
            hours, minutes, rest = (int(part) for part in value.split(":"))
            found[name] = float(hours * 3600 + minutes * 60 + rest)
    return found


def _read_dcd(words: list[str]) -> tuple[float, int] | None:
    """`dcd 0:00:15 5`; both numbers may be left to their defaults."""
    if "dcd" not in words:
        return None
    rest = words[words.index("dcd") + 1 :]
    retry_s = read_timers(["idle", rest[0]]).get("idle", 15.0) if rest else 15.0
    most = next((int(word) for word in rest if word.isdigit()), 5)
    return retry_s, most


def _read_match(
    name: str, section: Line | None, acls: Mapping[str, tuple[Ace, ...]]
) -> tuple[str, tuple[Ace, ...] | None]:
    if name == "class-default":
        return "", None
    match = section.first("match ") if section else None
    words = (match or "").split()
    if words == ["any"]:
        return "", None
    if words[:1] == ["access-list"]:
        return words[1], acls.get(words[1], ())
    return "", _matched(words)


def _matched(words: list[str]) -> tuple[Ace, ...]:
    match = " ".join(words)
    if match == "default-inspection-traffic":
        tftp = Ports(PORTS["tftp"], PORTS["tftp"])
        # The other inspections of the lab open nothing.
        return (Ace(match, True, ICMP, ANY, ANY), Ace(match, True, UDP, ANY, ANY, None, tftp))
    if words[:1] == ["port"]:
        ports = [PORTS[word] if word in PORTS else int(word) for word in words[3:]]
        protocol = TCP if words[1] == "tcp" else UDP
        return (Ace(match, True, protocol, ANY, ANY, None, Ports(ports[0], ports[-1])),)
    return ()
