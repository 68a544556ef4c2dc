"""`show failover`: whether this unit has a mate, which of the two is active, and how the other one is."""

from __future__ import annotations

import re

from bothways.platforms.lines import LineParser, known
from bothways.state.failover_rows import FailoverLink, FailoverMate, FailoverSoftware
from bothways.state.rows import Failover
from bothways.state.tables import Table

_SWITCH = re.compile(r"Failover (?P<state>On|Off)", re.ASCII)
_THIS_HOST = re.compile(r"\s*This host: (?:(?:Primary|Secondary) - )?(?P<role>\S.*)", re.ASCII)
_OTHER_HOST = re.compile(r"\s*Other host: (?:(?:Primary|Secondary) - )?(?P<role>\S.*)", re.ASCII)

_SOFTWARE = re.compile(r"Version: Ours (?P<ours>\S+), Mate (?P<mate>\S+)", re.ASCII)
_LINK = re.compile(
    r"(?:Failover LAN Interface: |(?P<state_link>\s*Link : ))(?P<name>\S+) \S+ \((?P<state>[^)]+)\)", re.ASCII
)


class _Unit(LineParser[Failover]):
    known = known(
        r"Failover (?:unit|LAN Interface)|Reconnect timeout|(?:Unit|Interface) Poll frequency",
        r"Interface Policy|Monitored Interfaces|MAC Address Move|[Ff]ailover replication",
        r"Version: Ours|Serial Number: Ours|\s*Logical Update Queue",
        r"Last Failover at:|\s*Other host:|\s*Active time:|\s*slot \d+:|\s*(?:\S+ )?Interface \S+ \(",
        r"\s+\S+, \S+, Up(?:, \(|$)|Stateful Failover Logical|\s*Link : |\s*Stateful Obj",
        r"\s*Cur\s+Max\s+Total|\s*(?:Recv|Xmit) Q:|\s*[A-Z][\w -]*\s\d+\s+\d+\s+\d+\s+\d+$",
        r"\s*(?:sys cmd|up time)\s+\d+|(?:Group \d|This context|Peer context|\s*State: )",
    )

    def __init__(self, command: str) -> None:
        super().__init__(Failover, command)
        self._on = 0
        self._done = False

    def take(self, number: int, line: str) -> bool:
        if self._done:
            return False
        if switch := _SWITCH.fullmatch(line):
            if switch["state"] == "Off":
                self._done = True
                return self.add(line=number, enabled=False, role="")
            self._on = number
            return True
        match = _THIS_HOST.fullmatch(line)
        if match is None or not self._on:
            return False
        self._done = True
        return self.add(line=number, enabled=True, role=match["role"])

    def finish(self) -> None:
        if self._on and not self._done:
            self.add(line=self._on, enabled=True, role="")


def parse_failover(text: str, command: str) -> Table[Failover]:
    """One row."""
    return _Unit(command).read(text)


class _Mate(LineParser[FailoverMate]):
    known = known(r"")  # every other line is the unit's own

    def __init__(self, command: str) -> None:
        super().__init__(FailoverMate, command)

    def take(self, number: int, line: str) -> bool:
        match = _OTHER_HOST.fullmatch(line)
        return match is not None and self.add(line=number, role=match["role"].strip())


def parse_failover_mate(text: str, command: str) -> Table[FailoverMate]:
    """One row, or none where failover is off."""
    return _Mate(command).read(text)


class _Software(LineParser[FailoverSoftware]):
    known = known(r"")  # as above

    def __init__(self, command: str) -> None:
        super().__init__(FailoverSoftware, command)

    def take(self, number: int, line: str) -> bool:
        match = _SOFTWARE.fullmatch(line)
        return match is not None and self.add(line=number, ours=match["ours"], mate=match["mate"])


def parse_failover_software(text: str, command: str) -> Table[FailoverSoftware]:
    """One row, or none where failover is off."""
    return _Software(command).read(text)


class _Links(LineParser[FailoverLink]):
    known = known(r"")  # as above

    def __init__(self, command: str) -> None:
        super().__init__(FailoverLink, command)

    def take(self, number: int, line: str) -> bool:
        match = _LINK.fullmatch(line)
        if match is None:
            return False
        use = "state" if match["state_link"] else "failover"
        return self.add(line=number, use=use, name=match["name"], state=match["state"])


def parse_failover_links(text: str, command: str) -> Table[FailoverLink]:
    """One row for each link that is configured; none where failover is off."""
    return _Links(command).read(text)
