"""Writing startup, and the reload dialogue."""

from __future__ import annotations

from bothways.lab.cli.dialect import Ask, Conversation
from bothways.lab.cli.shell import Shell
from bothways.lab.terminal import Reading

_YES_KEYS = ("\r", "\n", "y", "Y")


def save(shell: Shell, written: str, failed: str) -> str:
    """Write startup, unless a fault keeps it from being written.

    Args:
        shell: who saves.
        written: what the device says when all is well.
        failed: what it says when the memory cannot be written.
    """
    fault = shell.station.faults.strike("save")
    if fault is not None and fault.action == "nvram":
        return failed
    if fault is None or fault.action == "overwrite-question":
        shell.device.save()
    return written


def confirm(question: str) -> Conversation:
    """One key: Enter or `y` is yes, everything else no; the answer is `yes` or ``."""
    key = yield Ask(question, Reading.KEY)
    return "yes" if key in _YES_KEYS else ""


def overwrite_question(shell: Shell) -> Conversation:
    """Some images ask before they overwrite startup; the answer is `yes` or ``."""
    if shell.station.faults.holds("save", "overwrite-question"):
        agreed = yield from confirm("Overwrite the previous NVRAM configuration?[confirm]")
        shell.print("\n")
        return agreed
    return "yes"


def restart(shell: Shell) -> None:
    """Go down: every session ends, and the device is away until it has booted."""
    station = shell.station
    station.device.reload()
    station.hang_up()
