"""The command line of the ASA: its modes, errors and prompts."""

from __future__ import annotations

from functools import partial

from bothways.lab.cli import asa_config
from bothways.lab.cli import exec_commands as common
from bothways.lab.cli.asa_capture import COMMANDS as CAPTURES
from bothways.lab.cli.asa_show import PRIVILEGED_SHOWS, SHOWS
from bothways.lab.cli.asa_tools import (
    clear_arp,
    clear_asp_drop,
    clear_conn,
    clear_logging,
    clear_xlate,
    ping,
    trace,
)
from bothways.lab.cli.dialect import Ask, Command, Conversation, Dialect, Meaning, Mode, Words
from bothways.lab.cli.grammar import Grammar
from bothways.lab.cli.normal_form import asa_form
from bothways.lab.cli.pairs import asa_pair_error
from bothways.lab.cli.saving import confirm, overwrite_question, restart, save
from bothways.lab.cli.shell import Shell
from bothways.lab.terminal import Reading

_NVRAM_FAILED = (
    "Building configuration...\n"
    "%Error writing startup-config (No space left on device)\n"
    "Error executing command\n[FAILED]\n"
)


def _written(shell: Shell) -> str:
    size = len(shell.device.running_text())
    return (
        f"Building configuration...\nCryptochecksum: {shell.device.checksum} \n\n"
        f"{size} bytes copied in 0.880 secs\n[OK]\n"
    )


def _write_memory(shell: Shell, _words: Words) -> Conversation:
    if not (yield from overwrite_question(shell)):
        return ""
    return save(shell, _written(shell), _NVRAM_FAILED)


def _copy_to_startup(shell: Shell, _words: Words) -> Conversation:
    source = yield Ask("\nSource filename [running-config]? ")
    if source.strip() not in ("", "running-config"):
        return f"%Error opening system:/{source.strip()} (No such file or directory)\n"
    return save(shell, _written(shell).removeprefix("Building configuration...\n"), _NVRAM_FAILED)


def _reload(shell: Shell, words: Words) -> Conversation:
    if "save-config" in words:
        shell.print(save(shell, _written(shell), _NVRAM_FAILED))
    elif shell.device.modified and "noconfirm" not in words:
        answer = ""
        while answer[:1] not in ("y", "n"):
            answer = (yield Ask("System config has been modified. Save? [Y]es/[N]o:  ")).strip().lower()
        if answer.startswith("y"):
            shell.print(save(shell, _written(shell), _NVRAM_FAILED))
    if "noconfirm" in words or (yield from confirm("Proceed with reload? [confirm] ")):
        shell.print("\n\n***\n*** --- START GRACEFUL SHUTDOWN ---\n")
        restart(shell)
        return ""
    return "\n"


def _login(shell: Shell, _words: Words) -> Conversation:
    user = yield Ask("Username: ")
    password = yield Ask("Password: ", Reading.SECRET)
    if shell.station.passwords.get(user.strip()) != password:
        return "Login Failed\n"
    shell.user = user.strip()
    common.raise_privilege(shell)
    return ""


def _greeting(shell: Shell) -> str:
    return (
        f"User {shell.user} logged in to {shell.device.hostname}\n"
        f"Logins over the last 1 days: {shell.station.logins}.  "
        "Failed logins since the last login: 0.\n"
        "Type help or '?' for a list of available commands.\n"
    )


_ENABLE = Command(partial(common.enable, wrong="Invalid password\n", denied="Access denied.\n"))

_EXEC: list[tuple[str, Meaning]] = [
    ("enable [ <n> ]", _ENABLE),
    ("disable [ <n> ]", Command(common.disable)),
    ("login", Command(_login)),
    ("ping [ <word> ] <ip>", Command(ping)),
    *common.LEAVING,
    *((pattern, Command(run)) for pattern, run in SHOWS.items()),
]

_CLEAR_CONN = (
    "clear conn [ all ] [ protocol ( tcp | udp ) ] [ address <ip> [ netmask <ip> ] ] [ port <n> ] "
    "[ address <ip> [ netmask <ip> ] ] [ port <n> ]"
)
_TRACER = (
    "packet-tracer input <word> ( ( tcp | udp ) <ip> <port> <ip> <port> | icmp <ip> <n> <n> [ <n> ] <ip> ) "
    "[ detailed ]"
)

_PRIVILEGED: list[tuple[str, Meaning]] = [
    *_EXEC,
    ("configure terminal", Command(common.configure)),
    ("terminal pager [ lines ] <n>", Command(common.set_page_length)),
    ("no terminal pager", Command(common.no_pager)),
    ("terminal monitor", Command(common.watch_log)),
    ("terminal no monitor", Command(common.ignore_log)),
    ("write [ memory ]", Command(_write_memory)),
    ("copy running-config startup-config", Command(_copy_to_startup)),
    ("reload [ save-config ] [ noconfirm ]", Command(_reload)),
    ("reload noconfirm save-config", Command(_reload)),
    (_CLEAR_CONN, Command(clear_conn)),
    ("clear xlate", Command(clear_xlate)),
    ("clear asp drop [ frame | flow ]", Command(clear_asp_drop)),
    ("clear logging buffer", Command(clear_logging)),
    ("clear arp", Command(clear_arp)),
    (_TRACER, Command(trace)),
    *((pattern, Command(run)) for pattern, run in CAPTURES.items()),
    *((pattern, Command(run)) for pattern, run in PRIVILEGED_SHOWS.items()),
]

_SIGNS = {
    "config": "config",
    "config-if": "config-if",
    "config-cmap": "config-cmap",
    "config-pmap": "config-pmap",
    "config-pmap-c": "config-pmap-c",
    "config-network-object": "config-network-object",
    "config-service-object": "config-service-object",
    "config-network-object-group": "config-network-object-group",
    "config-service-object-group": "config-service-object-group",
    "config-router": "config-router",
    "config-applet": "config-applet",
}


def _config_mode(name: str) -> Mode:
    patterns = [*asa_config.patterns(name)]
    if name == "config":
        patterns += [("terminal width <n>", Command(common.nothing)), *common.OUT_OF_CONFIG]
    parent = {"config": "privileged", "config-pmap-c": "config-pmap"}.get(name, "config")
    depth = {"config": 0, "config-pmap-c": 2}.get(name, 1)
    return Mode(name, f"({_SIGNS[name]})#", Grammar(patterns), parent, depth, parent)


def _modes() -> dict[str, Mode]:
    modes = {
        "exec": Mode("exec", ">", Grammar(_EXEC)),
        "privileged": Mode("privileged", "#", Grammar(_PRIVILEGED)),
    }
    return modes | {name: _config_mode(name) for name in _SIGNS}


ASA = Dialect(
    name="cisco_asa",
    modes=_modes(),
    mark="ERROR: ",
    blank_after=False,
    ambiguous='ERROR: % Ambiguous command:  "{}"'.format,
    incomplete="ERROR: % Incomplete command",
    unknown_word=None,
    more=b"<--- More --->",
    more_erase=b"\r              \r",
    filters=("include", "exclude", "begin", "grep"),
    config_greeting="",
    farewell="\nLogoff\n\n",
    page_length=24,
    login_text=_greeting,
    pair_error=asa_pair_error,
    normal_form=asa_form,
    prompt_blank=" ",
)
