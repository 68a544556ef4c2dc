"""An audit that comes again: as a line for cron, or as a service and a timer for systemd."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePath

from bothways.audit.cron_times import CronTimes
from bothways.errors import BadInput

UNIT = "bothways-audit"
_JUDGING_S = 600
"""Between the deadline of the reading and the time at which systemd ends it: to judge and to write."""
_MOST_DELAY_S = 300
_TOLD_LINES = 50
_SAFE = re.compile(r"[\w@+=:,./-]+", re.ASCII)
_TEMPORARY = ("/tmp", "/var/tmp")  # noqa: S108  the places that PrivateTmp= hides


@dataclass(frozen=True)
class Job:
    """What is to be run.

    Attributes:
        executable: absolute.
        words: behind it: the verb and its options, paths absolute.
        workspace: its folder.
        store: the folder it writes to.
        user: who owns the workspace.
        deadline_s: by when all reading is over.
        reports: another folder it writes to; None where no files are wanted.
    """

    executable: Path
    words: tuple[str, ...]
    workspace: Path
    store: Path
    user: str
    deadline_s: int
    reports: Path | None = None

    @property
    def written(self) -> tuple[Path, ...]:
        """All that it writes to."""
        return (self.store, self.reports) if self.reports else (self.store,)

    @property
    def command(self) -> tuple[str, ...]:
        """The whole command.

        Raises:
            BadInput: a word of it cannot stand in a line of a configuration file.
        """
        words = (str(self.executable), *self.words, str(self.store))
        for word in words:
            if not word.isprintable() or "\\" in word:
                what = f"{word!r} cannot be written into one line for cron or systemd"
                raise BadInput("audit", what, "use a path without backslashes and control characters")
        return words[:-1]


def cron_line(job: Job, times: CronTimes) -> str:
    """A line for `crontab -e`.

    All goes to a log; what cron would mail is its end, and only when the exit code is not 0.
    """
    log = shlex.quote(str(job.store / "audit.log"))
    command = f"{shlex.join(job.command)} >> {log} 2>&1 || tail -n {_TOLD_LINES} {log}"
    # To cron a percent sign ends the command, however it is quoted for the shell; a backslash keeps it.
    return f"{times.text} {command.replace('%', chr(92) + '%')}"


def units(job: Job, times: CronTimes) -> dict[str, str]:
    """File name to text, for /etc/systemd/system.

    Raises:
        BadInput: systemd cannot start what lies there.
    """
    if {'"', "'"} & set(str(job.executable)):
        raise BadInput("audit", f"systemd starts no {job.executable}, for its quotes", "install it elsewhere")
    return {
        f"{UNIT}.service": "\n".join(_service(job)) + "\n",
        f"{UNIT}.timer": "\n".join(_timer(job, times)) + "\n",
    }


def _service(job: Job) -> Iterator[str]:
    words = job.command
    # A colon before the command takes dollar signs as they are; it must stand within its quotes.
    as_it_is = ":" if any("$" in word for word in words) else ""
    command = " ".join(_word(word) for word in (as_it_is + words[0], *words[1:]))
    yield from (
        "[Unit]",
        f"Description=Bothways audit of {_text(str(job.workspace))}",
        "Wants=network-online.target",
        "After=network-online.target",
        "",
        "[Service]",
        "Type=oneshot",
        f"User={_text(job.user)}",
        f"ExecStart={command}",
        "# 2: something fails; 3: something could not be seen. Both are answers, no broken unit.",
        "SuccessExitStatus=2 3",
        f"TimeoutStartSec={job.deadline_s + _JUDGING_S}",
        "",
        "# It logs in to devices and writes to what is named here; nothing else.",
        f"ReadWritePaths={' '.join(_word(str(folder)) for folder in job.written)}",
        *_HARDENING,
        *_temporary(job),
    )


_HARDENING = (
    "ProtectSystem=strict",
    "ProtectHome=read-only",
    "NoNewPrivileges=yes",
    "CapabilityBoundingSet=",
    "AmbientCapabilities=",
    "RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX",
    "SystemCallFilter=@system-service",
    "SystemCallFilter=~@privileged @resources",
    "SystemCallErrorNumber=EPERM",
    "SystemCallArchitectures=native",
    "MemoryDenyWriteExecute=yes",
    "PrivateDevices=yes",
    "DevicePolicy=closed",
    "ProtectProc=invisible",
    "ProtectClock=yes",
    "ProtectHostname=yes",
    "ProtectKernelLogs=yes",
    "ProtectKernelModules=yes",
    "ProtectKernelTunables=yes",
    "ProtectControlGroups=yes",
    "RestrictNamespaces=yes",
    "RestrictRealtime=yes",
    "RestrictSUIDSGID=yes",
    "LockPersonality=yes",
    "RemoveIPC=yes",
    "KeyringMode=private",
    "UMask=0077",
)


def _temporary(job: Job) -> Iterator[str]:
    hidden = [
        path
        for path in (job.executable, job.workspace, *job.written)
        if any(PurePath(path).is_relative_to(folder) for folder in _TEMPORARY)
    ]
    if hidden:
        yield f"# No PrivateTmp=yes: it would hide {_text(str(hidden[0]))} from the service."
    else:
        yield "PrivateTmp=yes"


def _timer(job: Job, times: CronTimes) -> Iterator[str]:
    delay_s = min(_MOST_DELAY_S, times.smallest_gap_s // 10)
    yield from (
        "[Unit]",
        f"Description=Bothways audit of {_text(str(job.workspace))}, {_text(times.text)}",
        "",
        "[Timer]",
        *(f"OnCalendar={moment}" for moment in times.calendar),
        "# A night that this machine slept through is made up for.",
        "Persistent=yes",
        f"RandomizedDelaySec={delay_s}",
        "",
        "[Install]",
        "WantedBy=timers.target",
    )


def _text(text: str) -> str:
    """As part of a setting: to systemd a percent sign begins a specifier."""
    return text.replace("%", "%%")


def _word(text: str) -> str:
    """As one word of a setting, in quotes where it needs them."""
    if _SAFE.fullmatch(text):
        return text
    return '"' + _text(text).replace('"', '\\"') + '"'
