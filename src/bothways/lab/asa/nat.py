"""Translation of addresses on the ASA: rules inside network objects, their order, and what they map.

Documented: static rules come before dynamic ones, the rule of fewer real addresses first, then the lower
address, then the object's name; a static destination decides the way out before any route does; access
lists and classes see the real addresses. A connection that a rule would translate in one direction and not
in the other is refused. Believed: a dynamic rule keeps the port where no other translation has it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network

from bothways.lab.config_tree import ConfigTree

INTERFACE = "interface"


@dataclass(frozen=True, slots=True)
class NatRule:
    """One rule.

    Attributes:
        name: of the object it stands in.
        real_if, mapped_if: nameifs, `any` for all.
        static: works in both directions; a dynamic one only for what the real side opens.
        real: what the object holds.
        mapped: address or network it becomes; None for the address of the mapped interface.
    """

    name: str
    real_if: str
    mapped_if: str
    static: bool
    real: IPv4Network
    mapped: IPv4Network | None

    def leaves(self, ingress: str, egress: str, source: IPv4Address) -> bool:
        """Whether it translates the source of a packet that goes from its real to its mapped side."""
        return source in self.real and _is(self.real_if, ingress) and _is(self.mapped_if, egress)

    def meets(self, ingress: str, destination: IPv4Address) -> bool:
        """Whether it translates the destination of a packet that comes in on its mapped side."""
        inward = self.static and _is(self.mapped_if, ingress)
        return inward and self.mapped is not None and destination in self.mapped

    def real_of(self, mapped: IPv4Address) -> IPv4Address:
        """Behind which real address a mapped one stands."""
        assert self.mapped is not None
        return _moved(mapped, self.mapped, self.real)

    def mapped_of(self, real: IPv4Address) -> IPv4Address:
        """Under which address a static rule shows a real one."""
        assert self.mapped is not None
        return _moved(real, self.real, self.mapped)


def _is(wanted: str, nameif: str) -> bool:
    return wanted in (nameif, "any")


def _moved(address: IPv4Address, of: IPv4Network, to: IPv4Network) -> IPv4Address:
    return IPv4Address(int(to.network_address) + int(address) - int(of.network_address))


def read_rules(config: ConfigTree) -> tuple[NatRule, ...]:
    """The rules of all network objects, in the order in which they are looked at."""
    found = []
    for section in config.sections("object network "):
        text = section.first("nat ")
        real = next((one for one in map(_real, (child.text for child in section.children)) if one), None)
        if text is not None and real is not None:
            found.append(_rule(section.text.split()[2], text, real))
    return tuple(sorted(found, key=_order))


def _order(rule: NatRule) -> tuple[bool, int, int, str]:
    return (not rule.static, rule.real.num_addresses, int(rule.real.network_address), rule.name)


def _real(text: str) -> IPv4Network | None:
    words = text.split()
    if words[0] == "host":
        return IPv4Network(words[1])
    return IPv4Network(f"{words[1]}/{words[2]}") if words[0] == "subnet" else None


def _rule(name: str, text: str, real: IPv4Network) -> NatRule:
    pair, kind, target, *_ = text.split()
    real_if, mapped_if = pair.strip("()").split(",")
    static = kind == "static"
    mapped = None
    if target != INTERFACE:
        mapped = IPv4Network(f"{target}/{real.prefixlen if static else 32}")
    return NatRule(name, real_if, mapped_if, static, real, mapped)


def unmapping(rules: Iterable[NatRule], ingress: str, destination: IPv4Address) -> NatRule | None:
    """The rule that gives a packet its real destination."""
    return next((rule for rule in rules if rule.meets(ingress, destination)), None)


def mapping(rules: Iterable[NatRule], ingress: str, egress: str, source: IPv4Address) -> NatRule | None:
    """The rule that hides the source of a packet."""
    return next((rule for rule in rules if rule.leaves(ingress, egress, source)), None)
