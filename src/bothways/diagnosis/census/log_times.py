"""When lines of a log came: by their stamps, and by what an earlier read of the same log held."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bothways.state.log_rows import LogLine
from bothways.state.tables import Table

_STAMPS = ("%b %d %Y %H:%M:%S", "%Y %b %d %H:%M:%S")


@dataclass(frozen=True, slots=True)
class LogTimes:
    """One log, and what is known of its time.

    Attributes:
        newest: stamp of its last line; None where lines have none.
        fresh_from: number of the first line that an earlier read did not hold; None without such a read.
        seconds: between the two reads.
    """

    newest: datetime | None
    fresh_from: int | None = None
    seconds: float = 0.0

    def fresh(self, lines: Sequence[LogLine]) -> int | None:
        """How many of these came since the earlier read; None without one."""
        if self.fresh_from is None:
            return None
        return sum(one.line >= self.fresh_from for one in lines)

    def per_minute(self, lines: Sequence[LogLine]) -> float | None:
        """How fast they came, by the first and the last of them; None where nothing tells."""
        one, other = moment_of(lines[0].stamp), moment_of(lines[-1].stamp)
        if one is not None and other is not None:
            seconds = (other - one).total_seconds()
            return (len(lines) - 1) * 60 / seconds if seconds > 0 else 0.0
        fresh = self.fresh(lines)
        return fresh * 60 / self.seconds if fresh is not None and self.seconds > 0 else None

    def silence(self, lines: Sequence[LogLine]) -> float:
        """For how long, in seconds, the log went on without another of these; 0 where nothing tells."""
        last = moment_of(lines[-1].stamp)
        return max((self.newest - last).total_seconds(), 0.0) if self.newest and last else 0.0


def times_of(log: Table[LogLine], earlier: Table[LogLine] | None = None, seconds: float = 0.0) -> LogTimes:
    """What is known of a log that was read now, and perhaps once before."""
    rows = [*log]
    newest = next((moment for row in reversed(rows) if (moment := moment_of(row.stamp))), None)
    if earlier is None:
        return LogTimes(newest)
    old = [*earlier]
    last = (old[-1].stamp, old[-1].text) if old else None
    known = next((row.line for row in reversed(rows) if (row.stamp, row.text) == last), 0)
    return LogTimes(newest, known + 1, seconds)


def moment_of(stamp: str) -> datetime | None:
    """The time of a stamp, for differences alone; None for none."""
    words = stamp.partition(".")[0].split()[:4]
    with_year = len(words) == 4 and words[2].isdigit()
    text = " ".join(words if with_year else ["2000", *words[:3]])
    for form in _STAMPS:
        try:
            return datetime.strptime(text, form)  # noqa: DTZ007  only differences are taken
        except ValueError:
            continue
    try:
        return datetime.fromisoformat(stamp).replace(tzinfo=None)
    except ValueError:
        return None
