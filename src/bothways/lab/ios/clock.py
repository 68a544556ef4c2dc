"""Time as a switch without a clock believes it."""

from __future__ import annotations

from datetime import datetime, timedelta

_FIRST_DAY = datetime(1993, 3, 1)  # noqa: DTZ001 - nobody told the switch its zone


def log_stamp(service: str, uptime_s: float) -> str:
    """What stands before a message: `*Mar  1 00:05:13.767: `; the star says that nobody set the clock.

    Args:
        service: what follows `service timestamps log`.
        uptime_s: since the boot, from which such a clock counts.
    """
    if service.startswith("uptime"):
        whole = int(uptime_s)
        return f"{whole // 3600:02}:{whole % 3600 // 60:02}:{whole % 60:02}: "
    moment = _FIRST_DAY + timedelta(seconds=uptime_s)
    fraction = f".{moment.microsecond // 1000:03}" if "msec" in service else ""
    return f"*{moment:%b} {moment.day:>2} {moment:%H:%M:%S}{fraction}: "
