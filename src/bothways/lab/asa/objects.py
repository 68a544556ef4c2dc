"""Objects and groups of the ASA, and the entries that a line of an access list stands for.

A line that names groups is as many entries as their members make combinations; `show access-list` prints
them below it, indented. Groups may hold groups.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import product

from bothways.lab.config_tree import ConfigTree, Line

_NAMED = ("object", "object-group")
_OPERATORS = {"eq": 2, "neq": 2, "gt": 2, "lt": 2, "range": 3}
Words = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Service:
    """A member that names protocol and ports.

    Attributes:
        protocol: `tcp`, `icmp`.
        source, destination: port conditions, as `eq 80` in words; empty for every port.
    """

    protocol: str
    source: Words = ()
    destination: Words = ()


@dataclass
class Objects:
    """What names stand for.

    Attributes:
        networks: sides, each in words: `host 10.1.1.1`.
        ports: conditions of groups that were made for a protocol.
        services: members of the others.
    """

    networks: dict[str, tuple[Words, ...]] = field(default_factory=dict)
    ports: dict[str, tuple[Words, ...]] = field(default_factory=dict)
    services: dict[str, tuple[Service, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, config: ConfigTree) -> Objects:
        """Those of a configuration; a group stands behind the groups that it holds."""
        found = cls()
        for section in config.sections("object network "):
            sides = (child.text.split() for child in section.children)
            found.networks[section.text.split()[2]] = tuple(_side(words) for words in sides if _holds(words))
        for section in config.sections("object service "):
            name = section.text.split()[2]
            found.services[name] = tuple(map(_service, section.texts("service ")))
        for section in config.sections("object-group network "):
            found.networks[section.text.split()[2]] = tuple(found._network_members(section))
        for section in config.sections("object-group service "):
            found._enter_services(section)
        return found

    def _network_members(self, section: Line) -> list[Words]:
        members: list[Words] = []
        for child in section.children:
            words = child.text.split()
            if words[0] == "group-object" or words[1:2] == ["object"]:
                members += self.networks.get(words[-1], ())
            elif words[0] == "network-object":
                members.append(_side(words[1:] if words[1] == "host" else ["subnet", *words[1:]]))
        return members

    def _enter_services(self, section: Line) -> None:
        name = section.text.split()[2]
        of_protocol = len(section.text.split()) > 3
        nested: Mapping[str, tuple[object, ...]] = self.ports if of_protocol else self.services
        ports = [tuple(text.split()[1:]) for text in section.texts("port-object ")]
        services = [one for text in section.texts("service-object ") for one in self._meant(text)]
        inner = [one for text in section.texts("group-object ") for one in nested.get(text.split()[1], ())]
        if of_protocol:
            self.ports[name] = (*ports, *(one for one in inner if isinstance(one, tuple)))
        else:
            self.services[name] = (*services, *(one for one in inner if isinstance(one, Service)))

    def _meant(self, text: str) -> tuple[Service, ...]:
        words = text.split()
        return self.services.get(words[2], ()) if words[1] == "object" else (_service(text),)

    def expanded(self, words: Words) -> tuple[Words, ...]:
        """The entries that a line stands for, from `permit` on; the line itself when it names nothing."""
        action, rest = words[0], list(words[1:])
        services = self._protocols(rest)
        sources = self._sides(rest)
        sports = self._ports(rest)
        targets = self._sides(rest)
        dports = self._ports(rest)
        return tuple(
            (action, one.protocol, *near, *(one.source or sport), *far, *(one.destination or dport), *rest)
            for one, near, sport, far, dport in product(services, sources, sports, targets, dports)
        )

    def _protocols(self, rest: list[str]) -> tuple[Service, ...]:
        word = rest.pop(0)
        return self.services.get(rest.pop(0), ()) if word in _NAMED else (Service(word),)

    def _sides(self, rest: list[str]) -> tuple[Words, ...]:
        word = rest.pop(0)
        if word in _NAMED:
            return self.networks.get(rest.pop(0), ())
        return ((word,) if word in ("any", "any4", "any6") else (word, rest.pop(0)),)

    def _ports(self, rest: list[str]) -> tuple[Words, ...]:
        if rest[:1] == ["object-group"] and rest[1] in self.ports:
            rest.pop(0)
            return self.ports[rest.pop(0)]
        length = _OPERATORS.get(rest[0], 0) if rest else 0
        taken = tuple(rest[:length])
        del rest[:length]
        return (taken,)


def names_objects(words: Words) -> bool:
    """Whether a line needs to be expanded."""
    return bool({"object", "object-group"} & set(words))


def _holds(words: list[str]) -> bool:
    return words[0] in ("host", "subnet")


def _side(words: list[str]) -> Words:
    """`host 10.1.1.1`, or an address with its mask."""
    return tuple(words[:2]) if words[0] == "host" else tuple(words[1:3])


def _service(text: str) -> Service:
    """`service-object tcp source gt 1023 destination eq www`."""
    words = text.split()[1:]
    found = {}
    for at, word in enumerate(words):
        if word in ("source", "destination"):
            found[word] = tuple(words[at + 1 : at + 1 + _OPERATORS.get(words[at + 1], 0)])
    return Service(words[0], found.get("source", ()), found.get("destination", ()))
