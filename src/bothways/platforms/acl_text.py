"""The words of an access-list rule, common to ASA and IOS: address, ports, address, ports, the rest.

What is not understood is said so, not guessed: a rule whose words we cannot model must never carry a
verdict.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from ipaddress import IPv4Network
from typing import Any

from bothways.platforms.addresses import ANYWHERE, address, network
from bothways.platforms.description import Names
from bothways.platforms.services import port_number

Ports = tuple[int, int] | None
LengthOf = Callable[[str], int | None]

_EVERY_PORT = (0, 65535)
_WITH_PORTS = {"tcp", "udp", "sctp", "tcp-udp"}
_NO_EFFECT = {"log", "log-input"}
_LOG_WORDS = re.compile(
    r"emergencies|alerts|critical|errors|warnings|notifications|informational|debugging|default|disable|[0-7]"
)


@dataclass(slots=True)
class RuleWords:
    """A rule as far as it was understood.

    Attributes:
        understood: False once a word was met that narrows the rule in a way not modelled.
        expandable: it names an object or a group, whose members the device prints below it.
        ipv6: it can match IPv6 only.
    """

    protocol: str
    source: IPv4Network | None = None
    source_ports: Ports = None
    destination: IPv4Network | None = None
    destination_ports: Ports = None
    established: bool = False
    active: bool = True
    understood: bool = True
    expandable: bool = False
    ipv6: bool = False


@dataclass(slots=True)
class RuleReader:
    """Reads the words after `permit` or `deny`, left to right."""

    words: list[str]
    length_of: LengthOf
    names: Names
    rule: RuleWords = field(default_factory=lambda: RuleWords(""))

    def read(self) -> RuleWords:
        """Protocol, both sides, and what follows them."""
        rule = self.rule
        rule.protocol = self._protocol()
        rule.source = self._side()
        rule.source_ports = self._ports()
        rule.destination = self._side()
        rule.destination_ports = self._ports()
        self._rest()
        if rule.source is None or rule.destination is None:
            rule.understood = False
        return rule

    def _next(self) -> str:
        return self.words.pop(0) if self.words else ""

    def _protocol(self) -> str:
        word = self._next()
        if word in ("object", "object-group"):
            self.rule.expandable, self.rule.understood = True, False
            return f"{word} {self._next()}"
        return word

    def _side(self) -> IPv4Network | None:
        word = self._next()
        if word in ("any", "any4"):
            return ANYWHERE
        if word == "any6" or ":" in word:
            self.rule.ipv6 = True
            return None
        if word == "host":
            name = self._next()
            self.rule.ipv6 |= ":" in name
            return network(address(name, self.names), 32)
        if word in ("object", "object-group", "object-group-network"):
            self.rule.expandable = True
            self._next()
            return None
        return self._other_side(word)

    def _other_side(self, word: str) -> IPv4Network | None:
        """`ADDRESS MASK`, or one of the forms that are no single network."""
        if word == "range":
            del self.words[:2]
            return None
        if word in ("fqdn", "interface", "user", "user-group", "security-group"):
            self._next()
            if self.words[:1] == ["(unresolved)"]:
                self._next()
            return None
        base = address(word, self.names)
        return network(base, self.length_of(self._next())) if base is not None else None

    def _ports(self) -> Ports:
        operator = self.words[0] if self.words else ""
        protocol = self.rule.protocol
        if operator == "range":
            self._next()
            low, high = port_number(self._next(), protocol), port_number(self._next(), protocol)
            return self._range(low, high)
        if operator in ("eq", "gt", "lt", "neq"):
            self._next()
            return self._compared(operator)
        return None

    def _compared(self, operator: str) -> Ports:
        port = port_number(self._next(), self.rule.protocol)
        several = False
        while self.words and port_number(self.words[0], self.rule.protocol) is not None:
            self._next()
            several = True
        if port is None or several or operator == "neq":
            self.rule.understood = False
            return None
        low, high = {"eq": (port, port), "gt": (port + 1, 65535), "lt": (0, port - 1)}[operator]
        return self._range(low, high)

    def _range(self, low: int | None, high: int | None) -> Ports:
        if low is None or high is None or not 0 <= low <= high <= 65535:
            self.rule.understood = False
            return None
        return None if (low, high) == _EVERY_PORT else (low, high)

    def _rest(self) -> None:
        while self.words:
            word = self._next()
            if word == "established":
                self.rule.established = True
            elif word in ("inactive", "(inactive)"):
                self.rule.active = False
            elif word in _NO_EFFECT:
                while self.words and (_LOG_WORDS.fullmatch(self.words[0]) or self.words[0] == "interval"):
                    if self._next() == "interval":
                        self._next()
            elif word in ("object", "object-group"):
                self.rule.expandable = True
                self._next()
            else:  # ICMP types, time ranges, DSCP, TCP flags: they narrow the rule
                self.rule.understood = False


def opaque_rule(line: str) -> dict[str, Any]:
    """The columns of a line of a list that no pattern knows; its action where the line names one."""
    words = line.split()
    action = next((word for word in words if word in ("permit", "deny")), "")
    return {
        "action": action,
        "protocol": "",
        "source": None,
        "source_ports": None,
        "destination": None,
        "destination_ports": None,
        "established": False,
        "hits": None,
        "active": True,
        "understood": False,
    }
