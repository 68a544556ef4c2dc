"""Logging, privilege and the smaller shows of the ASA."""

from __future__ import annotations

from collections.abc import Sequence

from bothways.lab.cli.asa_show.view import LogSettings

_HEAD = """\
Syslog logging: {state}
    Facility: 20
    Timestamp logging: {timestamp}
    Standby logging: disabled
    Debug-trace logging: disabled
    Console logging: disabled
    Monitor logging: disabled
    Buffer logging: {buffer}
    Trap logging: disabled
    Permit-hostdown logging: disabled
    History logging: disabled
    Device ID: disabled
    Mail logging: disabled
    ASDM logging: disabled
"""


def render_logging(lines: Sequence[str], settings: LogSettings) -> str:
    """`show logging`: the head and the buffer."""
    words = {True: "enabled", False: "disabled"}
    head = _HEAD.format(
        state=words[settings.enabled],
        timestamp=words[settings.timestamps],
        buffer=f"level {settings.level}, {len(lines)} messages logged" if settings.buffered else "disabled",
    )
    return head + "".join(f"{line}\n" for line in lines)


def render_curpriv(user: str, privilege: int, mode: str) -> str:
    """`show curpriv`."""
    modes = "P_UNPR" if privilege < 15 else "P_PRIV" if mode == "privileged" else "P_PRIV P_CONF"
    return f"Username : {user}\nCurrent privilege level : {privilege}\nCurrent Mode/s : {modes}\n"


def sections(config: str) -> list[list[str]]:
    """The sections of a configuration: a line and what is indented below it."""
    found: list[list[str]] = []
    for line in config.splitlines():
        if line.startswith(" ") and found:
            found[-1].append(line)
        elif line and line not in ("!", ": end"):
            found.append([line])
    return found


def _head(line: str) -> list[str]:
    """The words of a section's first line; what is off by a `no` is a setting of that name all the same."""
    words = line.lower().split()
    return words[1:] if words[0] == "no" else words


def render_sections(config: str, words: Sequence[str]) -> str:
    """`show running-config WORDS…`: the sections whose heads begin with these words.

    A `!` stands before each interface, and around all others that have lines below them.
    """
    wanted = [word.lower() for word in words]
    found = [one for one in sections(config) if _head(one[0])[: len(wanted)] == wanted]
    lines: list[str] = []
    for section in found:
        lines += ["!", *section] if section[0].startswith("interface ") else section
    if lines and lines[0] != "!" and any(len(section) > 1 for section in found):
        lines = ["!", *lines, "!"]
    return "".join(f"{line}\n" for line in lines)
