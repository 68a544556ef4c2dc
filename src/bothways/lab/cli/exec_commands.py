"""Commands that both platforms have: privilege, modes, leaving."""

from __future__ import annotations

from collections.abc import Callable

from bothways.lab.cli.dialect import Ask, Command, Conversation, Handler, Words
from bothways.lab.cli.shell import Shell
from bothways.lab.terminal import Reading

_TRIES = 3


def silently(change: Callable[[Shell, Words], None]) -> Handler:
    """A handler that changes the session and prints nothing."""

    def run(shell: Shell, words: Words) -> str:
        change(shell, words)
        return ""

    return run


def enable(shell: Shell, _words: Words, *, wrong: str, denied: str) -> Conversation:
    """Ask for the secret, three times at most."""
    if shell.privilege == 15:
        shell.go("privileged")
        return ""
    for _ in range(_TRIES):
        secret = yield Ask("Password: ", Reading.SECRET)
        broken = shell.station.faults.strike("enable") is not None
        if secret == shell.station.secret and not broken:
            raise_privilege(shell)
            return ""
        if wrong:
            shell.print(wrong)
    return denied


def raise_privilege(shell: Shell) -> None:
    """Level 15 from now on."""
    shell.privilege = 15
    shell.go("privileged")


def disable(shell: Shell, _words: Words) -> str:
    """Back to level 1."""
    shell.privilege = 1
    shell.go("exec")
    return ""


def leave(shell: Shell, _words: Words) -> str:
    """End the session from an exec mode."""
    shell.print(shell.station.dialect.farewell)
    shell.leave(0)
    return ""


def exit_config(shell: Shell, _words: Words) -> str:
    """One section up, or out of configuration."""
    shell.go(shell.mode.leaves_to, shell.path[:-1])
    return ""


def end_config(shell: Shell, _words: Words) -> str:
    """Out of configuration at once."""
    shell.go("privileged")
    return ""


def configure(shell: Shell, _words: Words) -> str:
    """Into configuration."""
    shell.go("config")
    return shell.station.dialect.config_greeting


def set_page_length(shell: Shell, words: Words) -> str:
    """Lines of a page; 0 turns the pager off."""
    shell.pager.length = int(words[-1])
    return ""


def no_pager(shell: Shell, _words: Words) -> str:
    """The pager is off in this session."""
    shell.pager.length = 0
    return ""


def watch_log(shell: Shell, _words: Words) -> str:
    """The device's log on this terminal too."""
    shell.monitor = True
    return ""


def ignore_log(shell: Shell, _words: Words) -> str:
    """No log on this terminal any more."""
    shell.monitor = False
    return ""


def nothing(_shell: Shell, _words: Words) -> str:
    """Accepted; nothing changes that anyone could see."""
    return ""


LEAVING = tuple((word, Command(leave)) for word in ("exit", "logout", "quit"))
OUT_OF_CONFIG = (("exit", Command(exit_config)), ("quit", Command(exit_config)), ("end", Command(end_config)))
