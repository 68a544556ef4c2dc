"""`show access-list` of an ASA.

A rule that names objects is followed by its members, indented; then the members are the rules and the
line above them is not. Without members it stands as a rule that is not understood. IPv6 rules,
remarks and lists that are not for IP are recognised without a row.
"""

from __future__ import annotations

import re
from collections import Counter

from bothways.platforms.acl_text import RuleReader, RuleWords, opaque_rule
from bothways.platforms.addresses import ANYWHERE, NO_NAMES, prefix_length
from bothways.platforms.description import Names
from bothways.platforms.lines import LineParser, known
from bothways.state.rows import AclEntry
from bothways.state.tables import Table

_RULE = re.compile(
    r"(?P<member> +)?access-list (?P<acl>\S+) line (?P<sequence>\d{1,9}) (?P<kind>extended|standard) "
    r"(?P<action>permit|deny) (?P<words>\S.*)",
    re.ASCII,
)
_OPAQUE = re.compile(r" *access-list (?P<acl>\S+) line (?P<sequence>\d{1,9}) ", re.ASCII)
_HEADER = re.compile(r"access-list (?P<acl>\S+); (?P<elements>\d{1,9}) elements.*", re.ASCII)
_HITS = re.compile(r" \(hitcnt=(?P<hits>\d{1,18})\)", re.ASCII)
_HASH = re.compile(r" 0x[0-9a-f]{1,8}$", re.ASCII)


class _Rules(LineParser[AclEntry]):
    known = known(
        r"access-list cached ACL log flows:",
        r"\s+alert-interval \d+",
        r"\s*access-list \S+ line \d+ remark\b",
        r"\s*access-list \S+ (?:line \d+ )?(?:webtype|ethertype) ",
    )

    def __init__(self, command: str, names: Names) -> None:
        super().__init__(AclEntry, command)
        self._names = names
        self._parent: tuple[int, re.Match[str], RuleWords] | None = None
        self._heads: dict[str, tuple[int, str, int]] = {}
        self._shown: Counter[str] = Counter()

    def take(self, number: int, line: str) -> bool:
        header = _HEADER.fullmatch(line)
        if header is not None:
            self._heads[header["acl"]] = (number, line, int(header["elements"]))
            return True
        match = _RULE.fullmatch(line)
        if match is None:
            return not self.known.match(line) and self._opaque(number, line)
        rule = self._words(match)
        if match["member"]:
            self._parent = None
        else:
            self._settle()
        if rule.ipv6:
            self._shown[match["acl"]] += 1
            return True
        if rule.expandable and not match["member"]:
            self._parent = (number, match, rule)
            return True
        return self._add(number, match, rule)

    def _opaque(self, number: int, line: str) -> bool:
        """A rule of a kind that is not modelled: it stays in its place, not understood."""
        match = _OPAQUE.match(line)
        if match is None:
            return False
        self._settle()
        self._shown[match["acl"]] += 1
        return self.add(
            line=number,
            acl=match["acl"],
            sequence=int(match["sequence"]),
            **opaque_rule(line),
        )

    def finish(self) -> None:
        self._settle()
        # Rules that the head of a list counts and nobody shows stand at its end, not understood.
        for acl, (number, line, elements) in self._heads.items():
            if self._shown[acl] < elements:
                self.add(line=number, acl=acl, sequence=0, **opaque_rule(line))

    def _settle(self) -> None:
        """A rule with objects and no members below: it stays, not understood."""
        if self._parent is not None:
            number, match, rule = self._parent
            rule.understood = False
            self._parent = None
            self._add(number, match, rule)

    def _words(self, match: re.Match[str]) -> RuleWords:
        text = _HASH.sub("", match["words"])
        words = _HITS.sub("", text).split()
        if match["kind"] == "standard":  # an ASA's standard list names destinations
            words = ["ip", "any", *words]
        return RuleReader(words, prefix_length, self._names).read()

    def _add(self, number: int, match: re.Match[str], rule: RuleWords) -> bool:
        hits = _HITS.search(match["words"])
        self._shown[match["acl"]] += 1
        return self.add(
            line=number,
            acl=match["acl"],
            sequence=int(match["sequence"]),
            action=match["action"],
            protocol=rule.protocol,
            source=rule.source if match["kind"] == "extended" else ANYWHERE,
            source_ports=rule.source_ports,
            destination=rule.destination,
            destination_ports=rule.destination_ports,
            established=rule.established,
            hits=int(hits["hits"]) if hits else None,
            active=rule.active,
            understood=rule.understood,
        )


def parse_access_list(text: str, command: str, names: Names = NO_NAMES) -> Table[AclEntry]:
    """The rules of all lists, in order."""
    return _Rules(command, names).read(text)
