"""The `nat` lines of the ASA: what they say, and which of them the ASA refuses.

Documented: a line number places a manual rule within its section and is not part of it; the first service
object of a manual rule holds the source's real and the destination's mapped ports, the second one the others;
`route-lookup` is for identity rules. Unknown, and ours: the words of the refusals, and that pools of
addresses behind `dynamic` are refused (the lab translates ports only).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Network

from bothways.lab.acl import PORTS, PROTOCOLS
from bothways.lab.asa.nat import ANY, EVERYTHING, INTERFACE, OF_OBJECTS, Block, NatRule, Span, View
from bothways.lab.config_tree import ConfigTree

MANUAL = re.compile(r"nat (?:\((\S+),(\S+)\) )?(after-auto )?(?:(\d+) )?source (.*)")
_OPTIONS = ("dns", "net-to-net", "unidirectional", "no-proxy-arp", "route-lookup", "inactive")
_INVALID = "ERROR: % Invalid input detected at '^' marker."


@dataclass(frozen=True, slots=True)
class Service:
    """Ports of an object, or of the word behind `service` in one."""

    protocol: int
    source: Span | None = None
    destination: Span | None = None


@dataclass
class Names:
    """What the names in a rule stand for.

    Attributes:
        networks, services: by name of their object.
        own: the addresses of the interfaces, by nameif.
    """

    networks: dict[str, Block] = field(default_factory=dict)
    services: dict[str, Service] = field(default_factory=dict)
    own: Mapping[str, IPv4Address] = field(default_factory=dict)

    @classmethod
    def of(cls, config: ConfigTree, own: Mapping[str, IPv4Address]) -> Names:
        """Those of a configuration."""
        found = cls(own=own)
        for section in config.sections("object network "):
            block = next(filter(None, map(_block, (child.text for child in section.children))), None)
            if block is not None:
                found.networks[section.text.split()[2]] = block
        for section in config.sections("object service "):
            words = (section.first("service ") or "").split()
            if words and words[0] in PROTOCOLS:
                found.services[section.text.split()[2]] = service(words)
        return found

    def block(self, word: str, nameif: str = "") -> Block | None:
        """What a word of a rule stands for on an interface; None for the address of any of them."""
        if word == INTERFACE:
            own = self.own.get(nameif)
            return Block.of(IPv4Network(own)) if own else None
        return EVERYTHING if word == ANY else self.networks[word]


def _block(text: str) -> Block | None:
    match text.split():
        case ["host", address]:
            return Block.of(IPv4Network(address))
        case ["subnet", address, mask]:
            return Block.of(IPv4Network(f"{address}/{mask}"))
        case ["range", first, last]:
            return Block.between(first, last)
        case _:
            return None


def service(words: list[str]) -> Service:
    """`tcp source eq www destination range 80 90`."""
    found: dict[str, Span] = {}
    for at, word in enumerate(words):
        if word in ("source", "destination") and words[at + 1] in ("eq", "range"):
            ends = words[at + 2 : at + 3] if words[at + 1] == "eq" else words[at + 2 : at + 4]
            found[word] = (port(ends[0]), port(ends[-1]))
    return Service(PROTOCOLS[words[0]] or 0, found.get("source"), found.get("destination"))


def port(word: str) -> int:
    """A port by name or number."""
    return PORTS[word] if word in PORTS else int(word)


@dataclass(frozen=True, slots=True)
class Manual:
    """The words of a manual rule.

    Attributes:
        real_if, mapped_if: nameifs, or `any`.
        after: whether it stands behind the rules of objects.
        number: the place it asked for, 0 for none.
        kind, real, mapped: `static A B`.
        target: mapped and real object behind `destination static`.
        services: the two objects behind `service`.
        options: the words at the end.
    """

    real_if: str
    mapped_if: str
    after: bool
    number: int
    kind: str
    real: str
    mapped: str
    target: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    options: tuple[str, ...] = ()

    @classmethod
    def read(cls, text: str) -> Manual | None:
        """From a line; None where its words make no rule."""
        found = MANUAL.fullmatch(text.partition(" description ")[0])
        words = found.group(5).split() if found else []
        if found is None or len(words) < 3 or words[0] not in ("static", "dynamic"):
            return None
        kind, real, mapped, *rest = words
        target: tuple[str, ...] = ()
        services: tuple[str, ...] = ()
        if rest[:2] == ["destination", "static"]:
            target, rest = tuple(rest[2:4]), rest[4:]
        if rest[:1] == ["service"]:
            services, rest = tuple(rest[1:3]), rest[3:]
        whole = len(target) in (0, 2) and len(services) in (0, 2) and set(rest) <= set(_OPTIONS)
        first, second = found.group(1) or ANY, found.group(2) or ANY
        number, after = int(found.group(4) or 0), bool(found.group(3))
        if not whole:
            return None
        return cls(first, second, after, number, kind, real, mapped, target, services, tuple(rest))

    def stored(self, typed: str) -> str:
        """The line without its number."""
        section = "after-auto " if self.after else ""
        _, _, rest = typed.partition("source ")
        return f"nat ({self.real_if},{self.mapped_if}) {section}source {rest}"


def refusal(config: ConfigTree, typed: str) -> str:
    """What the ASA has against a manual rule, "" for nothing."""
    line = Manual.read(typed)
    return next(_complaints(config, line), "") if line else _INVALID


def _complaints(config: ConfigTree, line: Manual) -> Iterator[str]:
    names = Names.of(config, {})
    interfaces = {name for one in config.sections("interface ") if (name := one.first("nameif "))}
    for nameif in (line.real_if, line.mapped_if):
        if nameif not in (ANY, *interfaces):
            yield f"ERROR: interface <{nameif}> not found"
    there: set[str] = {ANY, INTERFACE} | names.networks.keys()
    for word in (line.real, line.mapped, *line.target):
        if word not in there:
            yield f"ERROR: object ({word}) does not exist"
    for word in line.services:
        if word not in names.services:
            yield f"ERROR: object ({word}) does not exist"
    pool = names.networks.get(line.mapped, EVERYTHING if line.mapped == ANY else None)
    if line.kind == "dynamic" and pool is not None and pool.size > 1:
        yield "ERROR: a pool of addresses is not supported here"
    same = line.kind == "static" and line.real == line.mapped and len(set(line.target)) < 2
    if "route-lookup" in line.options and not same:
        yield "ERROR: Option route-lookup is only allowed for static identity case"


def read_rules(config: ConfigTree, own: Mapping[str, IPv4Address] | None = None) -> tuple[NatRule, ...]:
    """All rules, in the order in which they are looked at.

    Args:
        config: of the device.
        own: the addresses of its interfaces, by nameif.
    """
    names = Names.of(config, own or {})
    manual = [rule for text in config.root.texts("nat ") for rule in _manual(names, text)]
    of_objects = sorted(_of_objects(config, names), key=_order)
    return (
        *(one for one in manual if one.section < OF_OBJECTS),
        *of_objects,
        *(one for one in manual if one.section > OF_OBJECTS),
    )


def _order(rule: NatRule) -> tuple[bool, int, int, str]:
    real = rule.near.source or EVERYTHING
    return (not rule.static, real.size, real.first, rule.name)


def _manual(names: Names, text: str) -> Iterator[NatRule]:
    line = Manual.read(text)
    if line is None or "inactive" in line.options or not _known(names, line):
        return
    near_service, far_service = (
        (names.services[one] for one in line.services) if line.services else (None, None)
    )
    asked, called = line.target or ("", "")
    near = View(
        line.real_if,
        names.block(line.real),
        names.block(asked, line.real_if) if asked else None,
        *_ports(near_service),
    )
    far = View(
        line.mapped_if,
        names.block(line.mapped, line.mapped_if),
        names.block(called) if called else None,
        *_ports(far_service),
    )
    yield NatRule(
        text, 3 if line.after else 1, "", line.kind == "static", near, far,
        both_ways="unidirectional" not in line.options,
        proxy_arp="no-proxy-arp" not in line.options,
        by_route="route-lookup" in line.options,
    )  # fmt: skip


def _known(names: Names, line: Manual) -> bool:
    objects = {line.real, line.mapped, *line.target} - {ANY, INTERFACE}
    return objects <= names.networks.keys() and names.services.keys() >= set(line.services)


def _ports(of: Service | None) -> tuple[int | None, Span | None, Span | None]:
    return (of.protocol, of.source, of.destination) if of else (None, None, None)


def _of_objects(config: ConfigTree, names: Names) -> Iterator[NatRule]:
    for section in config.sections("object network "):
        text, name = section.first("nat "), section.text.split()[2]
        if text is not None and name in names.networks:
            yield _of_object(names, text, name)


def _of_object(names: Names, text: str, name: str) -> NatRule:
    pair, kind, target, *rest = text.split()
    real_if, mapped_if = pair.strip("()").split(",")
    real, static = names.networks[name], kind == "static"
    mapped = (
        names.block(target, mapped_if)
        if target in (INTERFACE, *names.networks)
        else _from(target, real, static=static)
    )
    near, far = View(real_if, real), View(mapped_if, mapped)
    if "service" in rest:
        at = rest.index("service")
        protocol, *ports = rest[at + 1 : at + 4]
        spans = [(port(one), port(one)) for one in ports]
        near = View(real_if, real, None, PROTOCOLS[protocol], spans[0])
        far = View(mapped_if, mapped, None, PROTOCOLS[protocol], spans[1])
    flags = {"proxy_arp": "no-proxy-arp" not in rest, "by_route": "route-lookup" in rest}
    return NatRule(f"nat {text}", OF_OBJECTS, name, static, near, far, **flags)


def _from(address: str, real: Block, *, static: bool) -> Block:
    """An address alone: the first of as many as are real, or the one behind which all hide."""
    first = int(IPv4Address(address))
    size = real.size if static else 1
    last = first + size - 1
    if size & (size - 1) == 0 and first % size == 0:
        return Block.of(IPv4Network((first, 33 - size.bit_length())))
    return Block(first, last, f"{address}-{IPv4Address(last)}")
