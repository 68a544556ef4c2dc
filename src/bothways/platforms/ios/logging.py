"""`show logging` of IOS: where messages go, and the buffer."""

from __future__ import annotations

import re

from bothways.platforms.ios.heads import HEADS
from bothways.platforms.lines import LineParser, known
from bothways.state.log_rows import LogLine, LogSetting
from bothways.state.tables import Table

_SETTING = re.compile(
    r"\s+(?P<destination>Buffer|Console|Monitor|Trap) logging: +(?:level )?(?P<level>\w+)", re.ASCII
)
_MESSAGE = re.compile(
    r"(?P<stamp>[^%]*?)(?:: ?)?%(?P<code>[A-Z0-9_]+(?:-[A-Z0-9_]+)*?-(?P<severity>[0-7])-[A-Z0-9_]+):"
    r" ?(?P<text>.*)",
    re.ASCII,
)
_NUMBERED = re.compile(r"\d+: (?=\S)", re.ASCII)
_HEAD = (
    *HEADS,
    r"Syslog logging: |No (?:Active|Inactive) Message Discriminator|No active filter modules|Log Buffer \(",
    r"\s+(?:Console|Monitor|Buffer|Trap|Exception|File|Persistent) [Ll]ogging|\s+filtering disabled",
    r"\s+(?:Count and timestamp|Logging to |Logging Source-Interface)",
    r"\s+(?:link (?:up|down)\)|xml disabled|\d+ message)",
)
_UNCODED = (
    # Debug output and other text with a stamp but no message code; the head of an image after a restart.
    r"(?:\d+: )?[*.]?[A-Z][a-z]{2} +\d{1,2} (?:\d{4} )?\d\d:\d\d:\d\d[^%]*$",
    r"Cisco IOS Software|Technical Support: |Copyright \(c\)|Compiled ",
)


class _Messages(LineParser[LogLine]):
    known = known(*_HEAD, *_UNCODED)

    def take(self, number: int, line: str) -> bool:
        match = _MESSAGE.fullmatch(line)
        if match is None:
            return False
        return self.add(
            line=number,
            severity=int(match["severity"]),
            code=match["code"],
            text=match["text"],
            stamp=_NUMBERED.sub("", match["stamp"].strip(), count=1),
        )


class _Settings(LineParser[LogSetting]):
    known = known(*_HEAD, _MESSAGE.pattern, *_UNCODED)

    def take(self, number: int, line: str) -> bool:
        match = _SETTING.match(line)
        return match is not None and self.add(
            line=number, destination=match["destination"].lower(), level=match["level"]
        )


def parse_log_lines(text: str, command: str) -> Table[LogLine]:
    """The messages in the buffer, oldest first; the oldest may have lost its beginning."""
    return _Messages(LogLine, command).read(text)


def parse_log_settings(text: str, command: str) -> Table[LogSetting]:
    """Destinations and levels, as the head of the output says."""
    return _Settings(LogSetting, command).read(text)
