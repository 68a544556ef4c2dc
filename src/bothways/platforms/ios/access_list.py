"""`show access-lists` and `show ip access-lists`. Lists for IPv6 and MAC are recognised without a row."""

from __future__ import annotations

import re

from bothways.platforms.acl_text import RuleReader, RuleWords, opaque_rule
from bothways.platforms.addresses import ANYWHERE, DOTTED, NO_NAMES, address, network, wildcard_length
from bothways.platforms.ios.heads import HEADS
from bothways.platforms.lines import LineParser, known
from bothways.state.rows import AclEntry
from bothways.state.tables import Table

_LIST = re.compile(r"(?P<kind>Standard|Extended) IP access list (?P<acl>\S+)(?: .*)?")
_OTHER_LIST = re.compile(r"(?:IPv6|Role-based IP|Extended MAC|(?:Reflexive|Dynamic) IP) access list ")
_RULE = re.compile(r"\s*(?:(?P<sequence>\d{1,10}) )?(?P<action>permit|deny)\s+(?P<words>\S.*)", re.ASCII)
_OPAQUE = re.compile(r"\s+(?:(?P<sequence>\d{1,10}) )?(?P<words>\S.*)", re.ASCII)
_HITS = re.compile(r"\s+\((?P<hits>\d{1,18}) match(?:es)?\)", re.ASCII)
# As shown, and as a configuration has it.
_WILDCARD_BITS = re.compile(
    rf"(?P<base>{DOTTED})(?:, wildcard bits)? (?P<wildcard>{DOTTED})(?P<rest>.*)", re.ASCII
)


class _Rules(LineParser[AclEntry]):
    known = known(*HEADS, r"\s*(?:\d+ )?remark ")

    def __init__(self, command: str) -> None:
        super().__init__(AclEntry, command)
        self._acl = self._kind = ""
        self._sequence = 0
        self._foreign = False

    def take(self, number: int, line: str) -> bool:
        if head := _LIST.fullmatch(line):
            self._acl, self._kind = head["acl"], head["kind"]
            self._sequence, self._foreign = 0, False
            return True
        if _OTHER_LIST.match(line):
            self._acl, self._foreign = "", True
            return True
        match = _RULE.fullmatch(line)
        if match is None:
            return not self.known.match(line) and self._opaque(number, line)
        if self._foreign:
            return True
        return bool(self._acl) and self._add(number, match)

    def _opaque(self, number: int, line: str) -> bool:
        """`evaluate X` and whatever else a list holds: it stays in its place, not understood."""
        match = _OPAQUE.fullmatch(line)
        if match is None or not self._acl:
            return False
        self._sequence = int(match["sequence"]) if match["sequence"] else self._sequence + 10
        return self.add(line=number, acl=self._acl, sequence=self._sequence, **opaque_rule(match["words"]))

    def _add(self, number: int, match: re.Match[str]) -> bool:
        self._sequence = int(match["sequence"]) if match["sequence"] else self._sequence + 10
        hits = _HITS.search(match["words"])
        words = _HITS.sub("", match["words"])
        rule = self._standard(words) if self._kind == "Standard" else self._extended(words)
        return self.add(
            line=number,
            acl=self._acl,
            sequence=self._sequence,
            action=match["action"],
            protocol=rule.protocol,
            source=rule.source,
            source_ports=rule.source_ports,
            destination=rule.destination,
            destination_ports=rule.destination_ports,
            established=rule.established,
            hits=int(hits["hits"]) if hits else None,
            active=rule.active,
            understood=rule.understood,
        )

    def _extended(self, words: str) -> RuleWords:
        reader = RuleReader(words.split(), wildcard_length, NO_NAMES)
        return reader.read()

    def _standard(self, words: str) -> RuleWords:
        """A source only: `any`, `10.1.1.1`, or `10.0.10.0, wildcard bits 0.0.0.255`."""
        if bits := _WILDCARD_BITS.fullmatch(words):
            source = network(address(bits["base"]), wildcard_length(bits["wildcard"]))
            rest = bits["rest"].split()
        else:
            first, *rest = words.split()
            source = ANYWHERE if first == "any" else network(address(first), 32)
        understood = source is not None and all(word == "log" for word in rest)
        return RuleWords(
            "ip", source=source if understood else None, destination=ANYWHERE, understood=understood
        )


def parse_access_lists(text: str, command: str) -> Table[AclEntry]:
    """The rules of all IPv4 lists; where no sequence is printed, 10, 20, 30 as IOS counts."""
    return _Rules(command).read(text)
