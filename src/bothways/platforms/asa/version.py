"""`show version` of an ASA: one row, on the line of the release, and one for each of its licences."""

from __future__ import annotations

import re

from bothways.platforms.lines import LineParser, known
from bothways.state.rows import Licence, Version
from bothways.state.tables import Table, TableBuilder

_FIELDS = {
    "version": re.compile(r"Cisco (?:Adaptive|PIX) Security Appliance Software Version (?P<value>\S+)"),
    "image": re.compile(r'System image file is "(?P<value>[^"]*)"'),
    "model": re.compile(r"Hardware: +(?P<value>[^,\s]+)"),
    "serial": re.compile(r"Serial Number: (?P<value>\S+)"),
}
_UNIT = re.compile(r"(?P<hostname>\S+) up (?P<uptime>\d+ (?:sec|min|hour|day|year).*)", re.ASCII)
_LICENCES = re.compile(r"Licensed features for this platform:")
_LICENCE = re.compile(r"\s*\S[^:]*\S\s*: .*\S", re.ASCII)
_PLATFORM_LICENCE = re.compile(r"This platform has an? .* license\.?")


class _Unit(LineParser[Version]):
    known = known(
        r"(?:Firepower Extensible|SSP) Operating System|Device Manager Version|Compiled on",
        r"Config file at boot|Baseboard Management",
        r"failover cluster up|Model Id:|\s+ASA: |Internal ATA|Slot \d|BIOS Flash|Encryption hardware device",
        r"\s+(?:Boot microcode|SSL/IKE microcode|IPSec microcode|Number of accelerators)",
        r"[ \d]\d: (?:Ext|Int): |License mode:|ASAv Platform License|No active entitlement|\*Memory resource",
        r"The Running Activation Key|Running (?:Permanent|Timebased|Activation)|Image type|Key [Vv]ersion",
        r"Configuration (?:register|last modified|has not been modified)|Failover cluster licensed features",
        r"This platform has |Licen[sc]ed features for this platform|Hardware:",
    )

    def __init__(self, command: str) -> None:
        super().__init__(Version, command)
        self._values = dict.fromkeys(_FIELDS, "")
        self._unit: tuple[str, str] = ("", "")
        self.licences: dict[int, str] = {}
        self._section = ""
        self._release = 0

    def take(self, number: int, line: str) -> bool:
        for name, pattern in _FIELDS.items():
            match = pattern.match(line)
            if match:
                self._section = ""
                self._values[name] = self._values[name] or match["value"]
                if name == "version":
                    self._release = self._release or number
                return True
        if match := _UNIT.fullmatch(line):
            self._unit = self._unit if any(self._unit) else (match["hostname"], match["uptime"])
            return match["hostname"] != "cluster"
        return self._take_licence(number, line)

    def _take_licence(self, number: int, line: str) -> bool:
        if _LICENCES.match(line):
            self._section = "own"
            return True
        if line.startswith("Failover cluster licensed features"):
            self._section = "cluster"
            return True
        if _PLATFORM_LICENCE.fullmatch(line):
            self.licences[number] = line
            self._section = ""
            return True
        if not self._section or not _LICENCE.fullmatch(line) or self.known.match(line):
            return False
        if self._section == "own":
            self.licences[number] = line.strip()
        return True

    def finish(self) -> None:
        if not self._values["version"]:
            return
        hostname, uptime = self._unit
        licences = tuple(self.licences.values())
        self.add(line=self._release, hostname=hostname, uptime=uptime, licences=licences, **self._values)


def parse_version(text: str, command: str) -> Table[Version]:
    """One row, or none when the text is no ASA's."""
    return _Unit(command).read(text)


def parse_licences(text: str, command: str) -> Table[Licence]:
    """A row a licence of the unit's own; those of its failover cluster are not the unit's."""
    unit, table = _Unit(command), TableBuilder(Licence, command)
    unit.read(text)
    for number, line in unit.licences.items():
        table.add(line=number, text=line)
    return table.table()
