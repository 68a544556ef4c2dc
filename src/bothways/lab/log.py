"""The message log of a device, in records: rendering a time is the platform's own affair."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LogRecord:
    """One message.

    Attributes:
        time_s: virtual seconds.
        severity: 0 to 7.
        tag: what stands between `%` and the colon: `ASA-6-302013`, `PLATFORM_PBR-4-SDM_MISMATCH`.
        text: behind the colon.
        stamp: the time as this device wrote it, "" without time stamps.
    """

    time_s: float
    severity: int
    tag: str
    text: str
    stamp: str = ""

    @property
    def line(self) -> str:
        """The message as the buffer holds it."""
        return f"{self.stamp}%{self.tag}: {self.text}"
