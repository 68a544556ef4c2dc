"""Times as devices write them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bothways.lab.events import EPOCH

FIRST_DAY = datetime(1993, 3, 1, tzinfo=UTC)
"""What a switch without a clock believes when it boots."""
_UNITS = (("year", 365 * 86400), ("week", 7 * 86400), ("day", 86400), ("hour", 3600), ("minute", 60))


def wall(now_s: float) -> datetime:
    """Wall time of a virtual second."""
    return EPOCH + timedelta(seconds=now_s)


def long_uptime(seconds: float) -> str:
    """`1 week, 2 days, 3 hours, 4 minutes`, as IOS prints it; minutes are always there."""
    parts = []
    left = int(seconds)
    for name, size in _UNITS:
        count, left = divmod(left, size)
        if count or name == "minute":
            parts.append(f"{count} {name}{'' if count == 1 else 's'}")
    return ", ".join(parts)


def asa_uptime(seconds: float) -> str:
    """`3 days 4 hours`, `2 hours 5 mins`, `5 mins 12 secs`: the two biggest units."""
    left = int(seconds)
    names = (("day", 86400), ("hour", 3600), ("min", 60), ("sec", 1))
    for at, (name, size) in enumerate(names[:-1]):
        if left >= size:
            lower_name, lower_size = names[at + 1]
            first, second = left // size, left % size // lower_size
            return f"{_counted(first, name)} {_counted(second, lower_name)}"
    return _counted(left, "sec")


def _counted(count: int, name: str) -> str:
    return f"{count} {name}{'' if count == 1 else 's'}"


def route_age(seconds: float) -> str:
    """`00:05:12`, `1d03h`, `2w6d`: the age of a route on IOS."""
    left = int(seconds)
    if left >= 7 * 86400:
        return f"{left // (7 * 86400)}w{left % (7 * 86400) // 86400}d"
    if left >= 86400:
        return f"{left // 86400}d{left % 86400 // 3600:02}h"
    return f"{left // 3600:02}:{left % 3600 // 60:02}:{left % 60:02}"


def asa_age(seconds: float) -> str:
    """`0:05:12`: idle times and ages of routes on the ASA."""
    age = route_age(seconds)
    return age.removeprefix("0") if ":" in age else age


def short_span(seconds: float) -> str:
    """`30s`, `2m5s`, `1h0m`: the two biggest units, as `show conn long` prints them."""
    left = int(seconds)
    if left < 60:
        return f"{left}s"
    if left < 3600:
        return f"{left // 60}m{left % 60}s"
    return (
        f"{left // 3600}h{left % 3600 // 60}m" if left < 86400 else f"{left // 86400}D{left % 86400 // 3600}h"
    )


def ios_clock(uptime_s: float) -> str:
    """`*00:05:13.767 UTC Mon Mar 1 1993`: the star says that nobody set the clock, which counts from boot."""
    return "*" + _written(FIRST_DAY + timedelta(seconds=uptime_s))


def asa_clock(now_s: float) -> str:
    """`08:00:12.345 UTC Mon Mar 2 2026`."""
    return _written(wall(now_s))


def _written(moment: datetime) -> str:
    return f"{moment:%H:%M:%S}.{moment.microsecond // 1000:03} UTC {moment:%a %b} {moment.day} {moment.year}"
