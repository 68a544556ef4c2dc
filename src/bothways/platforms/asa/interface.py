"""`show interface` of an ASA: one row per block, on its `Interface …` line."""

from __future__ import annotations

import re
from ipaddress import IPv4Interface

from bothways.platforms.addresses import DOTTED, MAC, interface_address, prefix_length
from bothways.platforms.lines import LineParser, known
from bothways.state.rows import Interface
from bothways.state.tables import Table

_HEAD = re.compile(
    r'Interface (?P<port>\S+) "(?P<name>[^"]*)", '
    r"is (?P<state>[a-z ]+), line protocol is (?P<protocol>[a-z]+)",
    re.ASCII,
)
_ADDRESS = re.compile(rf"\s+IP address (?P<address>{DOTTED}), subnet mask (?P<mask>{DOTTED})", re.ASCII)
_MAC = re.compile(rf"\s+MAC address (?P<mac>{MAC})\b", re.ASCII)


class _Interfaces(LineParser[Interface]):
    known = known(
        r"\s+\d+ (?:packets|input|output|pause|switch|L2|late|babbles|lost|rate|minute)\b",
        r"\s+(?:Hardware is |Auto-|Full-|Half-|\((?:Full|Half|Auto)-|Input flow control)",
        r"\s+(?:Description:|Received \d)",
        r"\s+(?:Available but not configured|Not configured|IP address unassigned|MAC address N/A)",
        r"\s+(?:VLAN identifier|input queue|output queue|Traffic Statistics for|Management-only interface)",
        r"\s+(?:Control Point |Interface (?:number|config|state|vlan)|Queue Stats)",
        r"\s+(?:Available for allocation|Blocks free|Used by |Topology Information|This interface, )",
        r"\s+(?:with \S+, a |Media-type |Members in this channel|Active: |Active member)",
        r"\s+(?:[RT]X\[|Asymmetrical|Member of)",
    )

    def __init__(self, command: str) -> None:
        super().__init__(Interface, command)
        self._head: tuple[int, re.Match[str]] | None = None
        self._address: IPv4Interface | None = None
        self._mac = ""

    def take(self, number: int, line: str) -> bool:
        if match := _HEAD.match(line):
            self._close()
            self._head = (number, match)
            return True
        if self._head is None:
            return False
        if match := _ADDRESS.match(line):
            self._address = interface_address(match["address"], prefix_length(match["mask"]))
            return self._address is not None
        if match := _MAC.match(line):
            self._mac = match["mac"].lower()
            return True
        return False

    def finish(self) -> None:
        self._close()

    def _close(self) -> None:
        if self._head is None:
            return
        number, head = self._head
        self.add(
            line=number,
            name=head["name"],
            port=head["port"],
            address=self._address,
            mac=self._mac,
            admin_up="administratively down" not in head["state"],
            line_up=head["state"].strip() == "up" and head["protocol"] == "up",
            acl_in="",
            acl_out="",
            policy="",
        )
        self._head, self._address, self._mac = None, None, ""


def parse_interface(text: str, command: str) -> Table[Interface]:
    """The interfaces; which access lists are bound to them stands in the configuration only."""
    return _Interfaces(command).read(text)
