"""`show ip interface`: one row per block, on the line that names the interface."""

from __future__ import annotations

import re
from ipaddress import IPv4Interface

from bothways.platforms.addresses import DOTTED, interface_address
from bothways.platforms.ios.heads import HEADS
from bothways.platforms.lines import LineParser, known
from bothways.state.rows import Interface
from bothways.state.tables import Table

_HEAD = re.compile(
    r"(?P<port>[A-Za-z]\S*) is (?P<state>[a-z ]+), line protocol is (?P<protocol>[a-z]+)(?: \(\w+\))?",
    re.ASCII,
)
_ADDRESS = re.compile(rf"\s+Internet address is (?P<address>{DOTTED})/(?P<length>\d{{1,2}})", re.ASCII)
_ACL = re.compile(
    r"\s+(?P<side>Outgoing|Inbound)\s+access list is (?P<acl>\S+)(?:, default is not set)?", re.ASCII
)
_POLICY = re.compile(r"\s+Policy routing is enabled, using route map (?P<map>\S+)", re.ASCII)


class _Interfaces(LineParser[Interface]):
    known = known(
        *HEADS,
        r"\s+(?:Internet address (?:will be|is negotiated)|Internet protocol processing|Secondary address|"
        r"Broadcast address|Address determined|Interface is unnumbered|Peer address|MTU is|Helper address)",
        r"\s+(?:Directed broadcast|Multicast reserved|Outgoing|Inbound|Proxy ARP|Local Proxy ARP)",
        r"\s+(?:Security level|Network address)",
        r"\s+(?:Split horizon|ICMP |IP |Router Discovery|TCP/IP|RTP/IP|Probe proxy|Policy routing)",
        r"\s+(?:BGP Policy|WCCP |Web Cache|Input features|Output features|IPv4 |VPN Routing|Downstream VPN)",
        r"\s+(?:Topology |Unicast RPF|Post encapsulation|Sampled |Multicast groups|Fast switching)",
        rf"\s+(?:{DOTTED}(?:\s+{DOTTED})*$|Access List Check|CEF |MCI Check|Dialer |Associated )",
    )

    def __init__(self, command: str) -> None:
        super().__init__(Interface, command)
        self._head: tuple[int, re.Match[str]] | None = None
        self._forget()

    def _forget(self) -> None:
        self._address: IPv4Interface | None = None
        self._acls = {"Outgoing": "", "Inbound": ""}
        self._policy = ""

    def take(self, number: int, line: str) -> bool:
        if match := _HEAD.fullmatch(line):
            self._close()
            self._head = (number, match)
            return True
        if self._head is None:
            return False
        if match := _ADDRESS.fullmatch(line):
            self._address = interface_address(match["address"], int(match["length"]))
            return self._address is not None
        if match := _ACL.fullmatch(line):
            self._acls[match["side"]] = match["acl"]
            return True
        if match := _POLICY.match(line):
            self._policy = match["map"]
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
            name=head["port"],
            port=head["port"],
            address=self._address,
            mac="",
            admin_up="administratively down" not in head["state"],
            line_up=head["state"].strip() == "up" and head["protocol"] == "up",
            acl_in=self._acls["Inbound"],
            acl_out=self._acls["Outgoing"],
            policy=self._policy,
        )
        self._head = None
        self._forget()


def parse_interface(text: str, command: str) -> Table[Interface]:
    """The interfaces that speak IP; this command prints no MAC address."""
    return _Interfaces(command).read(text)
