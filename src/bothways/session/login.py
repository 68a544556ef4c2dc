"""From a fresh shell to privileged exec without paging; no configuration command is ever typed here."""

from __future__ import annotations

import logging
import re

from bothways.errors import NoPrivilege
from bothways.network import Device
from bothways.platforms import platform
from bothways.session.command_line import CommandLine
from bothways.session.contract import Answer
from bothways.session.terminal_text import one_line

_log = logging.getLogger("bothways.session")

# An ASA asks this once, at the first `configure terminal` ever; "later" leaves its configuration alone.
PUT_OFF = Answer(r"\[A\]sk later", "A")

_PASSWORD = r"(?i:.*password: ?)"  # noqa: S105 - what a device asks, not a password
# Besides paging off: lasts as long as the session, and keeps long lines whole where the size is ignored.
# On the ASA the width is configuration and stays untouched.
_ALSO_AT_LOGIN = {"cisco_ios": ("terminal width 511",), "cisco_asa": ()}


def enable(line: CommandLine, device: Device) -> None:
    """Go to privileged exec, if not there already; the secret is tried once.

    Raises:
        NoPrivilege: no secret, or the device does not take it.
        SessionLost: the session ended or stalled meanwhile.
    """
    if line.prompt.privileged:
        return
    if device.secret is None:
        what = "the login lands in user exec, and the inventory has no secret for it"
        raise NoPrivilege(device.name, what, "add `secret`")
    ends = re.compile(rf"{_PASSWORD}|{re.escape(line.prompt.host)}[>#] ?")
    reply = line.ask("enable", ends, phase="enable")
    if re.fullmatch(_PASSWORD, reply.tail):
        reply = line.reply(f"{device.secret.get_secret_value()}\n", ends, "the secret", "enable")
    if not reply.tail.rstrip().endswith("#"):
        asks_again = re.fullmatch(_PASSWORD, reply.tail)
        if asks_again:
            line.channel.close()  # a second try is what locks accounts
        said = one_line(reply.text) or ("it asks again" if asks_again else "no reason given")
        what = f"refused privileged exec ({said}); the secret was tried once"
        raise NoPrivilege(device.name, what, "correct `secret`")
    line.learn(reply.tail)


def silence_pager(line: CommandLine, device: Device) -> bool:
    """Turn paging off for this session; whether the device agreed.

    Raises:
        SessionLost: the session ended or stalled meanwhile.
    """
    family = platform(device.platform)
    commands = (*_ALSO_AT_LOGIN[device.platform], family.paging_off)
    *_, last = line.frames(commands, ahead=device.read_ahead)
    if not last.text.strip():
        return True
    _log.warning("%s: `%s` was refused; pages are turned one by one", device.name, family.paging_off)
    return False
