"""Five fields of cron, and the same times said to systemd."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from bothways.audit.cron_times import CronTimes
from bothways.errors import BadInput

CALENDARS = {
    "0 2 * * *": ("*-*-* 02:00:00",),
    "*/15 * * * *": ("*-*-* *:00,15,30,45:00",),
    "30 1 * * 1-5": ("Mon..Fri *-*-* 01:30:00",),
    "30 1 * * mon-fri": ("Mon..Fri *-*-* 01:30:00",),
    "5 4 * * 0": ("Sun *-*-* 04:05:00",),
    "5 4 * * 7": ("Sun *-*-* 04:05:00",),
    "0 0 * * 5-7": ("Fri..Sun *-*-* 00:00:00",),
    "0 0 * * 6,0": ("Sat,Sun *-*-* 00:00:00",),
    "0 6-22/4 * jan-mar,12 *": ("*-01..03,12-* 06,10,14,18,22:00:00",),
    "10-12 3 1 * *": ("*-*-01 03:10..12:00",),
    "0 0 29 2 *": ("*-02-29 00:00:00",),
    "@weekly": ("Sun *-*-* 00:00:00",),
    "@Daily": ("*-*-* 00:00:00",),
    # Both days given: cron strikes when one of them fits, and systemd only when both do.
    "0 0 1,15 * 1": ("*-*-01,15 00:00:00", "Mon *-*-* 00:00:00"),
    # A star with a step is a star: both must fit.
    "0 0 */10 * 1": ("Mon *-*-01,11,21,31 00:00:00",),
}

REFUSED = {
    "": "has 0 fields, not 5",
    "* * *": "has 3 fields, not 5",
    "0 2 * * * root": "has 6 fields, not 5",
    "@reboot": "has 1 fields, not 5",
    "60 * * * *": "minute '60' is not from 0 to 59",
    "0 24 * * *": "hour '24' is not from 0 to 23",
    "0 0 0 * *": "day of month '0' is not from 1 to 31",
    "0 0 * 13 *": "month '13' is not from 1 to 12",
    "0 0 * * 8": "day of week '8' is not from 0 to 7",
    "0 0 * * someday": "day of week 'someday' is not from 0 to 7",
    "5/10 * * * *": "minute '5/10': a step needs a range; write 5-59/10",
    "*/0 * * * *": "minute '*/0' holds no time",
    "5-1 * * * *": "minute '5-1' holds no time",
    "0 0 L * *": "day of month 'L' is not from 1 to 31",
    "0 0 ? * 1": "day of month '?' is nothing that cron knows",
    "1,,2 * * * *": "minute '1,,2' is nothing that cron knows",
    "٣ 0 * * *": "minute '٣' is nothing that cron knows",
    "0 0 30 2 *": "never comes: no such day in these months",
    "0 0 31 4,6,9,11 *": "never comes",
}


@pytest.mark.parametrize(("text", "calendar"), CALENDARS.items(), ids=CALENDARS.keys())
def test_the_times_of_cron_are_said_to_systemd(text: str, calendar: tuple[str, ...]) -> None:
    """X-08: worked out by hand from crontab(5) and systemd.time(7)."""
    assert CronTimes.parse(text, "--print-systemd").calendar == calendar


@pytest.mark.parametrize(("text", "says"), REFUSED.items(), ids=list(REFUSED))
def test_what_is_no_time_is_refused(text: str, says: str) -> None:
    """X-08: with the field that is wrong; nothing is printed that would never run."""
    with pytest.raises(BadInput) as refused:
        CronTimes.parse(text, "--print-cron")
    assert says in str(refused.value)


@pytest.mark.parametrize(
    ("text", "gap_s"),
    [("0 2 * * *", 3600), ("*/15 * * * *", 900), ("0,50 * * * *", 600), ("* * * * *", 60)],
)
def test_the_smallest_gap_bounds_the_random_delay(text: str, gap_s: int) -> None:
    """X-08: a delay must not carry one audit into the next."""
    assert CronTimes.parse(text, "--print-systemd").smallest_gap_s == gap_s


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd-analyze here")
@pytest.mark.parametrize("moment", sorted({moment for moments in CALENDARS.values() for moment in moments}))
def test_systemd_understands_each_of_them(moment: str) -> None:
    """X-08: and means the same by it: what it gives back in its own form is what we wrote."""
    said = subprocess.run(
        ["systemd-analyze", "calendar", moment], capture_output=True, text=True, check=False, timeout=30
    )
    assert said.returncode == 0, said.stderr
    normal = next(line for line in said.stdout.splitlines() if "Normalized form:" in line)
    assert normal.partition(": ")[2] == moment
