"""The one clock: whoever waits or stamps is given one, so that no test sleeps and the lab can skip ahead."""

from __future__ import annotations

import json
import socket
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

from bothways.errors import Unreachable


class Clock(Protocol):
    """Time as the product sees it. `monotonic` is in seconds."""

    def now(self) -> datetime:
        """Wall time, always with its zone."""

    def monotonic(self) -> float:
        """Seconds that never go backwards."""

    def wait_until(self, moment_s: float) -> None:
        """Return when `monotonic()` has reached `moment_s`."""


class SystemClock:
    """Real time."""

    def now(self) -> datetime:
        """Wall time in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds since some start."""
        return time.monotonic()

    def wait_until(self, moment_s: float) -> None:
        """Sleep until then."""
        remaining_s = moment_s - time.monotonic()
        if remaining_s > 0:
            time.sleep(remaining_s)


@dataclass(frozen=True)
class LabClock:
    """The clock of a running lab, over its control socket: waiting makes the lab skip ahead.

    The control socket takes one JSON object a line and answers one a line:
    `{"do": "clock"}` -> `{"ok": true, "now_s": 12.5}`;
    `{"do": "advance_to", "moment_s": 72.5}` -> `{"ok": true, "now_s": 72.5}` once all is quiet there.
    """

    control: Path
    epoch: datetime

    def now(self) -> datetime:
        """The epoch plus the lab's seconds."""
        return self.epoch + timedelta(seconds=self.monotonic())

    def monotonic(self) -> float:
        """Virtual seconds since the lab booted."""
        return float(ask_lab(self.control, {"do": "clock"})["now_s"])

    def wait_until(self, moment_s: float) -> None:
        """Let the lab run to that moment; going back is a no-op, so many waiters cost one wait."""
        ask_lab(self.control, {"do": "advance_to", "moment_s": moment_s})


def ask_lab(control: Path, request: dict[str, Any], timeout_s: float = 60.0) -> dict[str, Any]:
    """One request to a lab's control socket.

    Raises:
        Unreachable: no lab answers there, or it refused.
    """
    try:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(timeout_s)
            connection.connect(str(control))
            connection.sendall(json.dumps(request).encode() + b"\n")
            with connection.makefile("rb") as lines:
                answer: dict[str, Any] = json.loads(lines.readline() or b"{}")
    except (OSError, ValueError) as error:
        raise Unreachable(
            str(control), f"the lab does not answer ({error})", "start it: bothways lab up"
        ) from None
    if not answer.get("ok"):
        raise Unreachable(str(control), f"the lab refused: {answer.get('error', 'no answer')}")
    return answer
