"""The log of every command that reached a device."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class LoggedCommand:
    """One line as it was typed; `mode` is `answer` for what answers a question. No secret is logged."""

    time_s: float
    device: str
    user: str
    mode: str
    line: str

    def as_json(self) -> dict[str, str | float]:
        """The entry as the control socket shows it."""
        return {"time_s": self.time_s, "user": self.user, "mode": self.mode, "line": self.line}


@dataclass
class CommandLog:
    """Every command of every device, in the order received."""

    entries: list[LoggedCommand] = field(default_factory=list)

    def of(self, device: str) -> list[LoggedCommand]:
        """The commands of one device."""
        return [entry for entry in self.entries if entry.device == device]
