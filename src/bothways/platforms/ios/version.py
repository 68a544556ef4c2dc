"""`show version` of IOS: one row, on the line of the release and its feature set."""

from __future__ import annotations

import re

from bothways.platforms.ios.heads import HEADS
from bothways.platforms.lines import LineParser, known
from bothways.state.rows import Version
from bothways.state.tables import Table

_SOFTWARE = re.compile(
    r"(?:Cisco IOS Software|IOS \(tm\)).*?"
    r"\((?P<image>[^()]+)\), (?:Experimental )?Version (?P<version>[^,\s]+)"
)
_FIELDS = {
    "image": re.compile(r'System image file is "(?P<value>[^"]*)"'),
    "model": re.compile(r"[Cc]isco (?P<value>\S+) .*bytes of (?:physical )?memory"),
    "serial": re.compile(r"Processor board ID (?P<value>\S+)"),
}
_UNIT = re.compile(r"(?P<hostname>\S+) uptime is (?P<uptime>\S.*)")
_LICENCE = re.compile(r"License Level: \S+")


# What stands around the facts: images and reloads, the legal paragraphs, counts of ports and memory.
_PROSE = (
    r"Cisco (?:Internetwork Operating System|IOS.XE|IOS Software)|Technical Support:|Copyright |Compiled ",
    r"ROM: |BOOTLDR: |Image text-base|\S+ Revision \d+|Uptime for this|Running \S+ Layer2|Enhanced ",
    r"System (?:returned|restarted)|Last rese?t|Last reload|The password-recovery|Configuration register",
    r"This product contains cryptographic|States and local country|use\. Delivery of Cisco",
    r"third-party authority|Importers, exporters|compliance with U\.S\.|agree to comply",
    r"to comply with U\.S\.|A summary of U\.S\.|http://www\.cisco\.com/|If you require further",
    r"export@cisco\.com|All rights reserved|licensed under the|software code licensed|with ABSOLUTELY NO",
    r"GPL code under|\(http://www\.gnu\.org|documentation or|or the applicable|software\.$",
    r"\S+ CPU at |\d+ .*(?:interface|line)|\d+K bytes|\d+ bytes of|DRAM configuration",
    r"License (?:Level|Type)|Next reload|AIR License|Technology|Current +Type|Smart Licensing",
    r"(?:network|dna)-\w+ |[\w /]+? +: |Bridging|SuperLAT|X\.25|Basic Rate",
    r"[- ]+$|Switch +Ports|\*? +\d+ +\d+ |Switch \d+$",
)


class _Device(LineParser[Version]):
    known = known(*HEADS, *_PROSE)

    def __init__(self, command: str) -> None:
        super().__init__(Version, command)
        self._values = dict.fromkeys(_FIELDS, "")
        self._software: re.Match[str] | None = None
        self._unit: tuple[str, str] = ("", "")
        self._licences: list[str] = []
        self._release = 0

    def take(self, number: int, line: str) -> bool:
        if match := _SOFTWARE.match(line):
            self._software = self._software or match
            self._release = self._release or number
            return True
        if match := _UNIT.fullmatch(line):
            self._unit = self._unit if any(self._unit) else (match["hostname"], match["uptime"])
            return True
        if _LICENCE.match(line):
            self._licences.append(line)
            return True
        for name, pattern in _FIELDS.items():
            if match := pattern.match(line):
                self._values[name] = self._values[name] or match["value"]
                return True
        return False

    def finish(self) -> None:
        if self._software is None:
            return
        hostname, uptime = self._unit
        self.add(
            line=self._release,
            hostname=hostname,
            uptime=uptime,
            version=self._software["version"],
            licences=(self._software["image"], *self._licences),
            **self._values,
        )


def parse_version(text: str, command: str) -> Table[Version]:
    """One row, or none when the text is not of IOS."""
    return _Device(command).read(text)
