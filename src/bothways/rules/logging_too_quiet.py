"""A firewall on the way notes too little for its silence to mean anything."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bothways.diagnosis.findings import Confidence, Finding, Severity
from bothways.diagnosis.trace import Trace
from bothways.flow import Fate
from bothways.rules.contract import Rule
from bothways.state.device import DeviceState, Evidence
from bothways.state.rows import ConfigLine
from bothways.state.snapshot import Snapshot

_NAMES = ("emergencies", "alerts", "critical", "errors", "warnings", "notifications", "informational",
          "debugging")  # fmt: skip
_NEEDED = 6
_DESTINATIONS = ("buffered", "trap", "console", "monitor", "history", "asdm")
_TELLING = ("106015", "302013", "302014")


class LoggingTooQuiet(Rule):
    """No log, none kept, or none down to informational: 106015 and 302014 are written nowhere."""

    id = "logging-too-quiet"

    def findings(self, snapshot: Snapshot, trace: Trace) -> Iterator[Finding]:
        """One for each such ASA on the way: a warning where the flow dies, else a note."""
        for name in trace.devices:
            asa = snapshot.devices[name]
            found = quiet(asa) if asa.platform == "cisco_asa" and asa.sees(ConfigLine) else None
            if found is not None:
                lives = trace.fate in (Fate.COMPLETE, Fate.UNKNOWN)
                matters = name == trace.at.device and not lives
                yield replace(found, severity=Severity.WARNING if matters else Severity.NOTE)


def quiet(asa: DeviceState) -> Finding | None:
    """The finding about a firewall whose silence says nothing.

    Raises:
        CouldNotSee: the running configuration was not read.
    """
    why = _why(asa)
    if why is None:
        return None
    name = asa.name
    return Finding(
        id=LoggingTooQuiet.id,
        severity=Severity.WARNING,
        device=name,
        sentence=(
            f"{name} {why[0]}: what it drops and which connections it ends (106015, 302014: severity "
            f"6) is written nowhere, and the absence of such a line says nothing"
        ),
        evidence=why[1],
        confidence=Confidence.CERTAIN,
        refutes=(f"a syslog server that holds 302013 or 302014 of {name}",),
    )


def _why(asa: DeviceState) -> tuple[str, tuple[Evidence, ...]] | None:
    lines = [row for row in asa.table(ConfigLine).where(section="") if row.text.strip()]
    if not lines:
        return None  # a configuration without a line was not read
    logging = {row.text.strip(): row for row in lines if " logging " in f" {row.text} "}
    if "logging enable" not in logging:
        return "keeps no log at all", (asa.absence(ConfigLine, "logging enable"),)
    sent = any(text.startswith("logging host ") for text in logging)
    kept = [
        text for text in logging if _level(text) >= _NEEDED and (sent or not text.startswith("logging trap "))
    ]
    if not kept:
        named = [asa.evidence(row) for text, row in logging.items() if _level(text) >= 0]
        absent = asa.absence(ConfigLine, "a destination of logging at informational")
        return "logs nothing down to informational", (*named, absent)
    silenced = [row for text, row in logging.items() if text in {f"no logging message {n}" for n in _TELLING}]
    if silenced:
        return "keeps the telling messages out of its log", tuple(asa.evidence(row) for row in silenced)
    return None


def _level(text: str) -> int:
    """The severity a destination takes; -1 for another line."""
    words = text.split()
    if len(words) != 3 or words[0] != "logging" or words[1] not in _DESTINATIONS:
        return -1
    if words[2] in _NAMES:
        return _NAMES.index(words[2])
    return int(words[2]) if words[2] in tuple("01234567") else -1
