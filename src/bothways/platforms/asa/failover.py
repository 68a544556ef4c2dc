"""`show failover`: whether this unit has a mate, which of the two is active, and how the other one is."""

from __future__ import annotations

import re

from bothways.platforms.lines import LineParser, known
from bothways.state.rows import Failover, FailoverMate
from bothways.state.tables import Table

_SWITCH = re.compile(r"Failover (?P<state>On|Off)", re.ASCII)
_THIS_HOST = re.compile(r"\s*This host: (?:(?:Primary|Secondary) - )?(?P<role>\S.*)", re.ASCII)
_OTHER_HOST = re.compile(r"\s*Other host: (?:(?:Primary|Secondary) - )?(?P<role>\S.*)", re.ASCII)


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
