"""When a schedule strikes: the five fields that cron reads, and the same said to systemd."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bothways.errors import BadInput

_HOW = 'write five fields as cron reads them, for example "0 2 * * *"'
_NICKNAMES = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
}
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_MOST_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_PART = re.compile(r"(?:(?P<all>\*)|(?P<first>\w+)(?:-(?P<last>\w+))?)(?:/(?P<step>\d{1,2}))?", re.ASCII)


@dataclass(frozen=True)
class _Field:
    """A field: its bounds, and the words it knows for them."""

    name: str
    low: int
    high: int
    words: Sequence[str] = ()

    @property
    def top(self) -> int:
        """Where a star ends: Sunday is not counted twice."""
        return 6 if self.words is _DAYS else self.high


_FIELDS = (
    _Field("minute", 0, 59),
    _Field("hour", 0, 23),
    _Field("day of month", 1, 31),
    _Field("month", 1, 12, _MONTHS),
    _Field("day of week", 0, 7, _DAYS),
)


@dataclass(frozen=True)
class CronTimes:
    """Times as cron means them.

    Attributes:
        text: the five fields as they were typed, one blank between them.
        weekdays: Sunday is 0.
        any_day: whether the field of the days begins with a star; then both fields of days must fit. Where
            neither does, one of them is enough.
        any_weekday: the same of the weekdays.
    """

    text: str
    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    days: tuple[int, ...]
    months: tuple[int, ...]
    weekdays: tuple[int, ...]
    any_day: bool
    any_weekday: bool

    @classmethod
    def parse(cls, text: str, option: str) -> CronTimes:
        """Read five fields, or one of cron's nicknames.

        Raises:
            BadInput: it is not a time that comes again and again, and both cron and systemd can keep.
        """
        fields = _NICKNAMES.get(text.strip().lower(), text).split()
        if len(fields) != len(_FIELDS):
            raise BadInput(option, f"{text!r} has {len(fields)} fields, not 5", _HOW)
        values = [_values(given, field, option) for given, field in zip(fields, _FIELDS, strict=True)]
        minutes, hours, days, months, weekdays = values
        found = cls(
            text=" ".join(fields),
            minutes=minutes,
            hours=hours,
            days=days,
            months=months,
            weekdays=weekdays,
            any_day=fields[2].startswith("*"),
            any_weekday=fields[4].startswith("*"),
        )
        if found.needs_day and not any(day <= _MOST_DAYS[month - 1] for month in months for day in days):
            raise BadInput(option, f"{text!r} never comes: no such day in these months", _HOW)
        return found

    @property
    def needs_day(self) -> bool:
        """Whether the day of the month must fit, whatever the weekday."""
        return self.any_day or self.any_weekday

    @property
    def calendar(self) -> tuple[str, ...]:
        """One `OnCalendar=` each; systemd strikes at any of them."""
        clock = f"{_spoken(self.hours, 24)}:{_spoken(self.minutes, 60)}:00"
        months = _spoken(self.months, 12)
        dates = f"*-{months}-{_spoken(self.days, 31)} {clock}"
        weekdays = _spoken_weekdays(self.weekdays)
        if self.needs_day:
            return (f"{weekdays} {dates}".strip(),)
        return (dates, f"{weekdays} *-{months}-* {clock}".strip())

    @property
    def smallest_gap_s(self) -> int:
        """At least so long from one strike to the next, within an hour or from one hour to another."""
        around = [*self.minutes[1:], self.minutes[0] + 60]
        return 60 * min(later - minute for minute, later in zip(self.minutes, around, strict=True))


def _values(given: str, field: _Field, option: str) -> tuple[int, ...]:
    found: set[int] = set()
    for part in given.split(","):
        match = _PART.fullmatch(part)
        if match is None:
            raise BadInput(option, f"{field.name} {given!r} is nothing that cron knows", _HOW)
        first, last = (field.low, field.top) if match["all"] else _ends(match, field, option)
        step = int(match["step"] or 1)
        if step == 0 or first > last:
            raise BadInput(option, f"{field.name} {given!r} holds no time", _HOW)
        if match["step"] and not match["all"] and match["last"] is None:
            what = f"{field.name} {given!r}: a step needs a range"
            raise BadInput(option, what, f"write {first}-{field.high}/{step}")
        found |= set(range(first, last + 1, step))
    if field.words is _DAYS:
        found = {day % 7 for day in found}  # both 0 and 7 are Sunday
    return tuple(sorted(found))


def _ends(match: re.Match[str], field: _Field, option: str) -> tuple[int, int]:
    first = _value(match["first"], field, option)
    return first, _value(match["last"], field, option) if match["last"] else first


def _value(word: str, field: _Field, option: str) -> int:
    lowered = word.lower()
    if lowered in field.words:
        return field.words.index(lowered) + field.low
    if word.isdecimal() and len(word) <= 2 and field.low <= int(word) <= field.high:
        return int(word)
    what = f"{field.name} {word!r} is not from {field.low} to {field.high}"
    raise BadInput(option, what, _HOW)


def _spoken(values: tuple[int, ...], count: int) -> str:
    """A list as systemd reads it: a star for all, runs as ranges."""
    if len(values) == count:
        return "*"
    return ",".join(
        f"{run[0]:02}..{run[-1]:02}" if len(run) > 2 else ",".join(f"{one:02}" for one in run)
        for run in _runs(values)
    )


def _spoken_weekdays(values: tuple[int, ...]) -> str:
    """Monday first, as systemd counts them; nothing for all."""
    if len(values) == len(_DAYS):
        return ""
    from_monday = tuple(sorted((day - 1) % 7 for day in values))
    names = [_DAYS[(day + 1) % 7].capitalize() for day in range(7)]
    return ",".join(
        f"{names[run[0]]}..{names[run[-1]]}" if len(run) > 2 else ",".join(names[day] for day in run)
        for run in _runs(from_monday)
    )


def _runs(values: tuple[int, ...]) -> list[list[int]]:
    """Values that follow each other, together."""
    runs: list[list[int]] = []
    for value in values:
        if runs and value == runs[-1][-1] + 1:
            runs[-1].append(value)
        else:
            runs.append([value])
    return runs
