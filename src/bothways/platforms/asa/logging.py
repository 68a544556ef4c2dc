"""`show logging` of an ASA: where messages go, and the buffer."""

from __future__ import annotations

import re

from bothways.platforms.lines import LineParser, known
from bothways.state.log_rows import LogLine, LogSetting
from bothways.state.tables import Table

_SETTING = re.compile(
    r"\s+(?P<destination>Buffer|Console|Monitor|Trap) logging: (?:level )?(?P<level>\w+)", re.ASCII
)
_MESSAGE = re.compile(
    r"(?P<before>[^%]*)%(?:ASA|PIX|FWSM)-(?:[a-z]+-)?(?P<severity>[0-7])-(?P<code>\d{6}): ?(?P<text>.*)",
    re.ASCII,
)
_STAMP = re.compile(
    r"[A-Z][a-z]{2} +\d{1,2} (?:\d{4} )?\d\d:\d\d:\d\d(?:\.\d+)?(?: [A-Z]{2,5}(?= ?:|$))?"
    r"|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\S*[\dZ]",
    re.ASCII,
)
_HEAD = (
    r"Syslog logging: ",
    r"\s+(?:Facility|Timestamp|Timezone|Hide Username|Standby|Debug-trace|Console|Monitor|Buffer|Trap)\b",
    r"\s+(?:Global TCP syslog|NOT_PUTABLE|CHANNEL_FLAP_CNT|PARTIAL_REWRITE_CNT|Permit-hostdown|History)\b",
    r"\s+(?:Device ID|Mail|ASDM|EMBLEM|Logging to|Deny Conn|FIPS|Ftp|Flash)\b",
)


class _Messages(LineParser[LogLine]):
    known = known(*_HEAD)

    def take(self, number: int, line: str) -> bool:
        match = _MESSAGE.fullmatch(line)
        if match is None:
            return False
        before = match["before"].strip().removesuffix(":").rstrip()
        stamp = _STAMP.match(before)
        return self.add(
            line=number,
            severity=int(match["severity"]),
            code=match["code"],
            text=match["text"],
            stamp=stamp[0] if stamp else before,
        )


class _Settings(LineParser[LogSetting]):
    known = known(*_HEAD, _MESSAGE.pattern)

    def take(self, number: int, line: str) -> bool:
        match = _SETTING.match(line)
        return match is not None and self.add(
            line=number, destination=match["destination"].lower(), level=match["level"]
        )


def parse_log_lines(text: str, command: str) -> Table[LogLine]:
    """The messages in the buffer, oldest first."""
    return _Messages(LogLine, command).read(text)


def parse_log_settings(text: str, command: str) -> Table[LogSetting]:
    """Destinations and levels, as the head of the output says."""
    return _Settings(LogSetting, command).read(text)
